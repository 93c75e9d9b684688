//! `Finding` and `Place`: records, which hold no more than their fields and can be made by anybody.

use iamwire_core as core;
use pyo3::prelude::*;

use crate::convert::{self, Member, Reduced, Whole};
use crate::error::Result;

/// What is wrong or worth knowing about something valid.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Finding {
    /// Stable, lower case, for instance `issuer.trailing-slash`.
    #[pyo3(get)]
    code: String,
    /// How bad it is.
    #[pyo3(get)]
    severity: Member,
    /// Where in a document; a finding about a single value has none.
    #[pyo3(get)]
    place: Option<Place>,
    /// What is wrong.
    #[pyo3(get)]
    message: String,
    /// What to do about it.
    #[pyo3(get)]
    help: String,
}

const FINDING: [&str; 5] = ["code", "severity", "place", "message", "help"];

impl Finding {
    /// All that a value or document has to say.
    pub(crate) fn all(findings: Vec<core::Finding>) -> Vec<Self> {
        findings.into_iter().map(Self::from).collect()
    }
}

impl From<core::Finding> for Finding {
    fn from(finding: core::Finding) -> Self {
        Self {
            code: finding.code.to_owned(),
            severity: Member::new("Severity", finding.severity),
            place: finding.place.as_ref().map(Place::of),
            message: finding.message,
            help: finding.help,
        }
    }
}

#[pymethods]
impl Finding {
    #[new]
    #[pyo3(signature = (code, severity, place, message, help))]
    fn new(
        py: Python<'_>,
        code: String,
        severity: &str,
        place: Option<&Bound<'_, Place>>,
        message: String,
        help: String,
    ) -> Result<Self> {
        let severity = Member::checked(py, "Severity", severity)?;
        Ok(Self { code, severity, place: place.map(|p| p.get().clone()), message, help })
    }

    fn __str__(&self) -> String {
        let text = format!("{}: {}", self.severity.value(), self.message);
        match &self.place {
            Some(place) if !place.pointer.is_empty() => format!("{text} (at {})", place.pointer),
            _ => text,
        }
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &FINDING)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &FINDING)
    }
}

/// A place in a JSON document.
#[pyclass(module = "iamwire", frozen, eq, hash, get_all)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    /// The JSON pointer (RFC 6901); empty for the whole document.
    pointer: String,
    /// The line, from 1.
    line: usize,
    /// The column in characters, from 1.
    column: usize,
    /// The bytes of the text in UTF-8, from and to.
    span: (usize, usize),
}

const PLACE: [&str; 4] = ["pointer", "line", "column", "span"];

impl Place {
    pub(crate) fn of(place: &core::Place) -> Self {
        let span = (place.span.start, place.span.end);
        Self { pointer: place.pointer.clone(), line: place.line, column: place.column, span }
    }
}

#[pymethods]
impl Place {
    #[new]
    fn new(
        pointer: String,
        line: Whole<usize>,
        column: Whole<usize>,
        span: (Whole<usize>, Whole<usize>),
    ) -> Self {
        let span = (span.0.0, span.1.0);
        Self { pointer, line: line.0, column: column.0, span }
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &PLACE)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &PLACE)
    }
}
