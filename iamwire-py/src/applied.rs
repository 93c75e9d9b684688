//! `Applied`: what was done.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::convert::{Reduced, Whole};
use crate::error::Result;
use crate::finding::Finding;
use crate::plan::Change;
use crate::planned::Wired;

/// What was done.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Applied {
    wired: Vec<Wired>,
    changes: Vec<Change>,
    notices: Vec<Finding>,
    /// Calls to AWS and Kubernetes that were made. The pages of a list are one call, as are one that is tried again,
    /// and what it takes to apply a service account.
    #[pyo3(get)]
    calls: usize,
}

impl Applied {
    pub(crate) fn of(applied: core::Applied) -> Result<Self> {
        Ok(Self {
            wired: applied.wired.iter().map(Wired::of).collect(),
            changes: applied.changes.iter().map(Change::of).collect::<Result<_>>()?,
            notices: Finding::all(applied.notices),
            calls: applied.calls,
        })
    }
}

#[pymethods]
impl Applied {
    #[new]
    fn new(
        wired: Vec<Bound<'_, Wired>>,
        changes: Vec<Bound<'_, Change>>,
        notices: Vec<Bound<'_, Finding>>,
        calls: Whole<usize>,
    ) -> Self {
        Self {
            wired: wired.iter().map(|one| one.get().clone()).collect(),
            changes: changes.iter().map(|one| one.get().clone()).collect(),
            notices: notices.iter().map(|one| one.get().clone()).collect(),
            calls: calls.0,
        }
    }

    /// The service accounts with their roles, in the order of the bindings; of an unwiring, what was.
    #[getter]
    fn wired<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.wired.iter().cloned())
    }

    /// The changes that were made, in the order in which they were planned.
    #[getter]
    fn changes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.changes.iter().cloned())
    }

    /// What the user should know.
    fn notices(&self) -> Vec<Finding> {
        self.notices.clone()
    }

    fn __repr__(&self) -> String {
        let changes: Vec<_> = self.changes.iter().map(Change::message).collect();
        format!("<Applied [{}] in {} calls>", changes.join("; "), self.calls)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let (this, py) = (slf.get(), slf.py());
        let arguments = (this.wired(py)?, this.changes(py)?, this.notices(), this.calls);
        Ok((slf.get_type().into_any(), arguments.into_pyobject(py)?))
    }
}
