//! Thumbprints of certificates, one and several.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyTuple, PyType};

use crate::convert::{self, Parsed, Textual};
use crate::error::Result;
use crate::values::value_class;

value_class! {
    /// The SHA-1 of one certificate, read as people paste it; its text is 40 lower-case digits.
    Thumbprint {
        /// The thumbprint with these 20 bytes.
        #[staticmethod]
        fn from_sha1(digest: &[u8]) -> Result<Self> {
            // Of another length, it is refused as its digits are.
            let hex: Vec<_> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            Ok(Self(hex.concat().parse()?))
        }
    }
}

/// The thumbprints of a provider, in order: at most five.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Thumbprints(pub(crate) core::Thumbprints);

#[pymethods]
impl Thumbprints {
    /// The most that IAM takes.
    #[classattr]
    const MOST: usize = core::Thumbprints::MOST;

    #[new]
    #[pyo3(signature = (thumbprints = Vec::new()))]
    fn new(thumbprints: Vec<Parsed<core::Thumbprint>>) -> Result<Self> {
        Ok(Self(core::Thumbprints::new(thumbprints.into_iter().map(|t| t.0))?))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.tuple(py)?.try_iter()
    }

    fn __getitem__<'py>(
        &self,
        py: Python<'py>,
        index: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.tuple(py)?.as_any().get_item(index)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Thumbprints({})", self.tuple(py)?.to_list().repr()?))
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyType>, (Bound<'py, PyTuple>,))> {
        Ok((slf.get_type(), (slf.get().tuple(slf.py())?,)))
    }
}

impl Thumbprints {
    fn tuple<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.iter().cloned().map(Thumbprint))
    }
}
