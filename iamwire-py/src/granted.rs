//! What a policy grants, and what it says of a grant.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::convert::{self, Member, Reduced, Whole};
use crate::error::{Failure, Result};
use crate::grant::Grant;
use crate::views::Condition;

/// What one statement grants to one principal and one subject.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Granted {
    /// The number of the statement in the policy, from 0.
    #[pyo3(get)]
    statement: usize,
    grant: Grant,
    narrowed_by: Vec<Condition>,
    denied_by: Vec<Bearing>,
}

const GRANTED: [&str; 4] = ["statement", "grant", "narrowed_by", "denied_by"];

impl Granted {
    pub(crate) fn of(policy: &core::TrustPolicy, granted: core::Granted<'_>) -> Self {
        Self {
            statement: granted.statement,
            narrowed_by: Condition::among(policy, granted.statement, &granted.narrowed_by),
            denied_by: granted.denied_by.iter().map(Bearing::from).collect(),
            grant: Grant(granted.grant),
        }
    }
}

#[pymethods]
impl Granted {
    #[new]
    fn new(
        statement: Whole<usize>,
        grant: &Bound<'_, Grant>,
        narrowed_by: Vec<Bound<'_, Condition>>,
        denied_by: Vec<Bound<'_, Bearing>>,
    ) -> Self {
        Self {
            statement: statement.0,
            grant: grant.get().clone(),
            narrowed_by: narrowed_by.iter().map(|c| c.get().clone()).collect(),
            denied_by: denied_by.iter().map(|b| b.get().clone()).collect(),
        }
    }

    /// Who may.
    #[getter]
    fn grant<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, Grant>> {
        Grant::object(py, self.grant.0.clone())
    }

    /// The conditions that must hold as well and that a grant can't express.
    #[getter]
    fn narrowed_by<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.narrowed_by.iter().cloned())
    }

    /// The Deny statements that refuse all of it or a part.
    #[getter]
    fn denied_by<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.denied_by.iter().cloned())
    }

    fn __str__(&self) -> String {
        let mut text = format!("statement {}: {}", self.statement, self.grant.0);
        for condition in &self.narrowed_by {
            text += ", if ";
            text += &condition.__str__();
        }
        for denied in &self.denied_by {
            text += "; refused by ";
            text += &denied.__str__();
        }
        text
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &GRANTED)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &GRANTED)
    }
}

/// A statement that allows or refuses what a grant lets in, all of it or a part.
#[pyclass(module = "iamwire", frozen, eq, hash, get_all)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Bearing {
    /// The number of the statement in the policy, from 0.
    statement: usize,
    /// Whether it is about all of it; else a part, or that depends on the request.
    wholly: bool,
}

const BEARING: [&str; 2] = ["statement", "wholly"];

impl From<&core::Bearing> for Bearing {
    fn from(bearing: &core::Bearing) -> Self {
        Self { statement: bearing.statement, wholly: bearing.wholly }
    }
}

#[pymethods]
impl Bearing {
    #[new]
    fn new(statement: Whole<usize>, wholly: bool) -> Self {
        Self { statement: statement.0, wholly }
    }

    fn __str__(&self) -> String {
        format!("statement {}{}", self.statement, if self.wholly { "" } else { " in part" })
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &BEARING)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &BEARING)
    }
}

/// What a policy says of all that a grant lets in.
pub(crate) fn standing(standing: core::Standing) -> Result<Member> {
    Ok(Member::new(
        "Standing",
        match standing {
            core::Standing::Allowed => "allowed",
            core::Standing::Refused => "refused",
            core::Standing::Depends => "depends",
            _ => return Err(Failure::Unknown("standing")),
        },
    ))
}
