//! What an edit changed, and what blocks or bypasses it.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::convert::{self, Member, Reduced, Whole};
use crate::error::{Failure, Result};
use crate::finding::{Finding, Place};
use crate::granted::Bearing;
use crate::policy::TrustPolicy;

/// A changed policy, what changed, and what blocks or bypasses it.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Edit {
    policy: core::TrustPolicy,
    changes: Vec<Changed>,
    blocked_by: Vec<Bearing>,
    still_allowed_by: Vec<Bearing>,
    notices: Vec<Finding>,
}

impl TryFrom<core::Edit> for Edit {
    type Error = Failure;

    fn try_from(edit: core::Edit) -> Result<Self> {
        Ok(Self {
            changes: edit.changes().iter().map(Changed::of).collect::<Result<_>>()?,
            blocked_by: edit.blocked_by().iter().map(Bearing::from).collect(),
            still_allowed_by: edit.still_allowed_by().iter().map(Bearing::from).collect(),
            notices: Finding::all(edit.notices().to_vec()),
            policy: edit.into_policy(),
        })
    }
}

#[pymethods]
impl Edit {
    #[new]
    fn new(
        policy: &Bound<'_, TrustPolicy>,
        changes: Vec<Bound<'_, Changed>>,
        blocked_by: Vec<Bound<'_, Bearing>>,
        still_allowed_by: Vec<Bound<'_, Bearing>>,
        notices: Vec<Bound<'_, Finding>>,
    ) -> Self {
        Self {
            policy: policy.get().0.clone(),
            changes: changes.iter().map(|c| c.get().clone()).collect(),
            blocked_by: blocked_by.iter().map(|b| b.get().clone()).collect(),
            still_allowed_by: still_allowed_by.iter().map(|b| b.get().clone()).collect(),
            notices: notices.iter().map(|n| n.get().clone()).collect(),
        }
    }

    /// The policy after the edit.
    #[getter]
    fn policy(&self) -> TrustPolicy {
        TrustPolicy(self.policy.clone())
    }

    /// What changed, a statement each, in order.
    #[getter]
    fn changes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.changes.iter().cloned())
    }

    /// Whether nothing changed: the text is the same.
    #[getter]
    fn is_unchanged(&self) -> bool {
        self.changes.is_empty()
    }

    /// The Deny statements of the edited policy that still refuse whom the edit lets in.
    #[getter]
    fn blocked_by<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.blocked_by.iter().cloned())
    }

    /// The Allow statements of the edited policy that still allow whom the edit shuts out.
    #[getter]
    fn still_allowed_by<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.still_allowed_by.iter().cloned())
    }

    /// What the user should know: a check that is lost, a statement that stays, why nothing changed.
    fn notices(&self) -> Vec<Finding> {
        self.notices.clone()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let this = slf.get();
        let policy = convert::repr(slf.py(), this.policy.as_str())?;
        let changes: Vec<_> = this.changes.iter().map(Changed::__str__).collect();
        Ok(format!("<Edit [{}] of TrustPolicy({policy})>", changes.join("; ")))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let (class, arguments) =
            convert::record_reduced(slf, &["policy", "changes", "blocked_by", "still_allowed_by"])?;
        let mut arguments: Vec<_> = arguments.iter().collect();
        arguments.push(PyTuple::new(slf.py(), slf.get().notices())?.into_any());
        Ok((class, PyTuple::new(slf.py(), arguments)?))
    }
}

/// What an edit did to one statement.
#[pyclass(module = "iamwire", frozen, eq, hash, get_all)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Changed {
    /// What was done.
    touch: Member,
    /// The number of the statement: of an added one in the edited policy, else in the original.
    statement: usize,
    /// In words.
    message: String,
    /// Where: of what was added in the edited text, else in the original.
    place: Place,
}

const CHANGED: [&str; 4] = ["touch", "statement", "message", "place"];

impl Changed {
    fn of(changed: &core::Changed) -> Result<Self> {
        let touch = match changed.touch {
            core::Touch::Added => "added",
            core::Touch::Modified => "modified",
            core::Touch::Removed => "removed",
            _ => return Err(Failure::Unknown("change")),
        };
        Ok(Self {
            touch: Member::new("Touch", touch),
            statement: changed.statement,
            message: changed.message.clone(),
            place: Place::of(&changed.place),
        })
    }
}

#[pymethods]
impl Changed {
    #[new]
    fn new(
        py: Python<'_>,
        touch: &str,
        statement: Whole<usize>,
        message: String,
        place: &Bound<'_, Place>,
    ) -> Result<Self> {
        let touch = Member::checked(py, "Touch", touch)?;
        Ok(Self { touch, statement: statement.0, message, place: place.get().clone() })
    }

    fn __str__(&self) -> String {
        format!("statement {}: {}", self.statement, self.message)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &CHANGED)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &CHANGED)
    }
}
