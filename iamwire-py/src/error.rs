//! Every exception of the package, all under `iamwire.Error`, and how the core's errors become them.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::finding::Place;

/// What goes wrong below Python: an error of the core, or an exception that is raised as it is.
pub(crate) enum Failure {
    Value(core::ValueError),
    Policy(core::PolicyError),
    Request(core::RequestError),
    /// A text of Python that has no UTF-8, because of a lone surrogate.
    Surrogate,
    Python(PyErr),
}

pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl From<core::ValueError> for Failure {
    fn from(error: core::ValueError) -> Self {
        Self::Value(error)
    }
}

impl From<core::PolicyError> for Failure {
    fn from(error: core::PolicyError) -> Self {
        Self::Policy(error)
    }
}

impl From<core::RequestError> for Failure {
    fn from(error: core::RequestError) -> Self {
        Self::Request(error)
    }
}

impl From<std::convert::Infallible> for Failure {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        Python::attach(|py| failure.raise(py).unwrap_or_else(|error| error))
    }
}

impl Failure {
    fn raise(self, py: Python<'_>) -> PyResult<PyErr> {
        let raised = match self {
            Self::Value(error) => {
                let raised = Raised::new(py, "ValueError", &error, error.code(), error.help())?;
                raised.set("input", error.invalid().input())?;
                raised.set("span", error.invalid().span().map(|s| (s.start, s.end)))?;
                raised
            }
            Self::Policy(error) => {
                let raised = Raised::new(py, "PolicyError", &error, error.code(), error.help())?;
                let place = error.place();
                raised.set("line", place.line)?;
                raised.set("column", place.column)?;
                raised.set("pointer", &place.pointer)?;
                raised.set("place", Place::of(place))?;
                raised.set("earlier", error.earlier().map(Place::of))?;
                raised
            }
            Self::Request(error) => {
                Raised::new(py, "RequestError", &error, error.code(), error.help())?
            }
            Self::Surrogate => Raised::new(
                py,
                "ValueError",
                &"the text has a lone surrogate, which no UTF-8 can hold",
                "text.surrogate",
                "decode the text it came from with `errors='strict'`",
            )?,
            Self::Python(error) => return Ok(error),
        };
        Ok(PyErr::from_value(raised.0))
    }
}

/// An exception on its way out.
struct Raised<'py>(Bound<'py, PyAny>);

impl<'py> Raised<'py> {
    /// The help is a note as well, so that a traceback shows it.
    fn new(
        py: Python<'py>,
        class: &str,
        message: &dyn std::fmt::Display,
        code: &str,
        help: &str,
    ) -> PyResult<Self> {
        let class = exceptions(py)?.bind(py).getattr(class)?;
        let raised = Self(class.call1((message.to_string(),))?);
        raised.set("code", code)?;
        raised.set("help", help)?;
        raised.0.call_method1("add_note", (format!("help: {help}"),))?;
        Ok(raised)
    }

    fn set(&self, name: &str, value: impl IntoPyObject<'py>) -> PyResult<()> {
        self.0.setattr(name, value)
    }
}

/// Name, documentation, whether it is a `ValueError` of Python's as well, and the attributes that it adds.
const CLASSES: [(&str, &str, bool, &[&str]); 3] = [
    (
        "ValueError",
        "A text that is no valid value; `input` is the text, `span` the bytes of it that are wrong.",
        true,
        &["input", "span"],
    ),
    (
        "PolicyError",
        "A text that is no trust policy, and where: `line`, `column`, `pointer`, `place`; `earlier` is the \
         first of two equal keys.",
        true,
        &["line", "column", "pointer", "earlier"],
    ),
    ("RequestError", "A request that can't be read.", true, &[]),
];

const BASE_DOC: &str =
    "What is refused: `code` is stable, `help` the next step, `place` where in a document.";

/// The module's exceptions by name, made once.
fn exceptions(py: Python<'_>) -> PyResult<&Py<PyModule>> {
    static EXCEPTIONS: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    EXCEPTIONS.get_or_try_init(py, || {
        let module = PyModule::new(py, "iamwire")?;
        let root = py.get_type::<pyo3::exceptions::PyException>();
        let texts = [("code", ""), ("help", "")];
        let base = class(py, "Error", BASE_DOC, &[&root], &texts, &["place"])?;
        module.add("Error", &base)?;
        let builtin = py.get_type::<pyo3::exceptions::PyValueError>();
        for (name, doc, is_value_error, attributes) in CLASSES {
            let bases: &[_] = if is_value_error { &[&base, &builtin] } else { &[&base] };
            module.add(name, class(py, name, doc, bases, &[], attributes)?)?;
        }
        Ok(module.unbind())
    })
}

/// A class with what an instance has that nobody raised here: empty texts, and `None`.
fn class<'py>(
    py: Python<'py>,
    name: &str,
    doc: &str,
    bases: &[&Bound<'py, PyType>],
    texts: &[(&str, &str)],
    others: &[&str],
) -> PyResult<Bound<'py, PyType>> {
    let members = PyDict::new(py);
    members.set_item("__module__", "iamwire")?;
    members.set_item("__doc__", doc)?;
    texts.iter().try_for_each(|(name, text)| members.set_item(name, text))?;
    others.iter().try_for_each(|name| members.set_item(name, py.None()))?;
    let made = py.get_type::<PyType>().call1((name, PyTuple::new(py, bases)?, members))?;
    Ok(made.cast_into::<PyType>()?)
}

/// Puts the exceptions into the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let made = exceptions(py)?.bind(py);
    let names = std::iter::once("Error").chain(CLASSES.iter().map(|class| class.0));
    for name in names {
        module.add(name, made.getattr(name)?)?;
    }
    Ok(())
}
