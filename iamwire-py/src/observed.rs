//! What is there, as JSON in and out; and whose credentials see it.

use std::hash::{Hash, Hasher};

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::convert::{self, Document, Parsed, Reduced, Whole};
use crate::error::{Failure, Result};
use crate::values::{AccountId, Partition};

/// What is there: what one look at AWS and Kubernetes has found, by identity.
///
/// It is made of `str`, `bytes` or `dict` of its JSON: `format_version` (1), `caller`, `region`, and maps
/// `clusters`, `ways`, `providers`, `served`, `trusting`, `roles`, `policies`, `namespaces`, `accounts`, `pods`. What isn't
/// in a map was not looked at; each sight is `{"seen": …}`, `"absent"`, `{"forbidden": …}` or
/// `{"unreachable": …}`. It holds no secret.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Observed(pub(crate) core::Observed);

impl Hash for Observed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.clusters.keys().for_each(|cluster| cluster.hash(state));
        self.0.roles.keys().for_each(|role| role.hash(state));
    }
}

#[pymethods]
impl Observed {
    #[new]
    fn read(py: Python<'_>, observed: &Bound<'_, PyAny>) -> Result<Self> {
        if let Ok(observed) = observed.cast::<Self>() {
            return Ok(observed.get().clone());
        }
        let document = Document::of("Observed", observed)?;
        let text = document.as_str()?;
        let read = convert::released(py, text.len(), || serde_json::from_str(text));
        Ok(Self(read.map_err(|error| Failure::Observed(error.to_string()))?))
    }

    /// All of it: without white space, or `indent` blanks a level, at most 255.
    #[pyo3(signature = (*, indent = None))]
    fn to_json(&self, py: Python<'_>, indent: Option<Whole<u8>>) -> Result<String> {
        py.detach(|| convert::written(&self.0, indent))
    }

    /// All of it, as `json.loads` gives it.
    fn to_dict<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyDict>> {
        convert::loaded(py, &self.to_json(py, None)?)
    }

    fn __repr__(&self) -> String {
        let core::Observed { clusters, roles, .. } = &self.0;
        format!("<Observed {} clusters, {} roles>", clusters.len(), roles.len())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Result<Reduced<'py>> {
        let text = slf.get().to_json(slf.py(), None)?;
        Ok((slf.get_type().into_any(), (text,).into_pyobject(slf.py())?))
    }
}

/// Whose credentials they are, as `GetCallerIdentity` says: partition and account of every provider and role.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Caller {
    partition: core::Partition,
    account: core::AccountId,
}

const CALLER: [&str; 2] = ["partition", "account"];

impl Caller {
    pub(crate) fn of(caller: &core::Caller) -> Self {
        Self { partition: caller.partition.clone(), account: caller.account.clone() }
    }
}

#[pymethods]
impl Caller {
    #[new]
    fn new(partition: Parsed<core::Partition>, account: Parsed<core::AccountId>) -> Self {
        Self { partition: partition.0, account: account.0 }
    }

    /// The partition.
    #[getter]
    fn partition(&self) -> Partition {
        Partition(self.partition.clone())
    }

    /// The account.
    #[getter]
    fn account(&self) -> AccountId {
        AccountId(self.account.clone())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &CALLER)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &CALLER)
    }
}
