//! What a role has beside its policies: description, session duration, tags.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::convert::{self, Parsed, Reduced, Seconds, Textual};
use crate::error::Result;
use crate::values::value_class;

value_class! {
    /// The description of a role: at most 1,000 characters of tab, line breaks, U+0020 to U+007E and U+00A1
    /// to U+00FF.
    RoleDescription {}
}

value_class! {
    /// The key of a tag: 1 to 128 letters, digits, blanks and `_.:/=+-@`, not beginning with `aws:`.
    TagKey {}
}

value_class! {
    /// The value of a tag: at most 256 letters, digits, blanks and `_.:/=+-@`, or none.
    TagValue {}
}

/// How long a session of a role may last at most: 3600 to 43200 seconds, as a number or its digits.
#[pyclass(module = "iamwire", frozen, eq, ord, hash)]
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SessionDuration(pub(crate) core::SessionDuration);

impl AsRef<core::SessionDuration> for SessionDuration {
    fn as_ref(&self) -> &core::SessionDuration {
        &self.0
    }
}

impl Textual for core::SessionDuration {
    type Class = SessionDuration;

    fn parse(text: &str) -> Result<Self> {
        Ok(text.parse()?)
    }
}

#[pymethods]
impl SessionDuration {
    /// An hour, what a role has for which none was named.
    #[classattr]
    const SHORTEST: Self = Self(core::SessionDuration::SHORTEST);

    /// Twelve hours.
    #[classattr]
    const LONGEST: Self = Self(core::SessionDuration::LONGEST);

    #[new]
    fn new(seconds: Seconds<core::SessionDuration>) -> Self {
        Self(seconds.0)
    }

    /// The duration in seconds.
    #[getter]
    fn seconds(&self) -> u32 {
        self.0.seconds()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("SessionDuration({})", self.0)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        Ok((slf.get_type().into_any(), (slf.get().seconds(),).into_pyobject(slf.py())?))
    }
}
