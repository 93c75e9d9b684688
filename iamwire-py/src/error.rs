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
    Edit(core::EditError),
    /// A text that is no UTF-8: a lone surrogate in a `str`, or bytes in another encoding.
    Surrogate,
    /// What the core has and this package does not know yet.
    Unknown(&'static str),
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

impl From<core::EditError> for Failure {
    fn from(error: core::EditError) -> Self {
        Self::Edit(error)
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
            Self::Edit(error) => {
                let raised = Raised::new(py, "EditError", &error, error.code(), error.help())?;
                raised.set("statement", error.statement())?;
                raised.set("place", error.place().map(Place::of))?;
                raised.set("alternatives", PyTuple::new(py, error.alternatives())?)?;
                raised
            }
            Self::Surrogate => Raised::new(
                py,
                "ValueError",
                &"the text is no UTF-8",
                "text.utf8",
                "decode the bytes that it came from as UTF-8, with `errors='strict'`",
            )?,
            Self::Unknown(what) => {
                let message = format!("a {what} of a kind that this package does not know");
                Raised::new(py, "Error", &message, "unknown", "report it: this is a defect")?
            }
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

/// A class of exceptions.
struct Class {
    name: &'static str,
    doc: &'static str,
    /// Whether it is a `ValueError` of Python's as well.
    is_value_error: bool,
    /// What it has beside what every exception here has, and its value where nobody set one.
    attributes: &'static [(&'static str, Unset)],
}

/// The value of an attribute of an exception that was not raised here.
enum Unset {
    None,
    Text,
    Number,
    Tuple,
}

const CLASSES: [Class; 4] = [
    Class {
        name: "ValueError",
        doc: "A text that is no valid value; `input` is the text, `span` the bytes of it that are wrong.",
        is_value_error: true,
        attributes: &[("input", Unset::None), ("span", Unset::None)],
    },
    Class {
        name: "PolicyError",
        doc: "A text that is no trust policy, and where it fails; `earlier` is the first of two equal keys.",
        is_value_error: true,
        attributes: &[
            ("line", Unset::Number),
            ("column", Unset::Number),
            ("pointer", Unset::Text),
            ("earlier", Unset::None),
        ],
    },
    Class {
        name: "RequestError",
        doc: "A request, call or token that can't be read.",
        is_value_error: true,
        attributes: &[],
    },
    Class {
        name: "EditError",
        doc: "An edit that was refused; the policy is as it was.\n\n`statement` is the number of the one that \
              it is about, `alternatives` what could have been named instead.",
        is_value_error: false,
        attributes: &[("statement", Unset::None), ("alternatives", Unset::Tuple)],
    },
];

const BASE_DOC: &str =
    "What is refused: `code` is stable, `help` the next step, `place` where in a document.";

/// The module's exceptions by name, made once.
fn exceptions(py: Python<'_>) -> PyResult<&Py<PyModule>> {
    static EXCEPTIONS: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    EXCEPTIONS.get_or_try_init(py, || {
        let module = PyModule::new(py, "iamwire")?;
        let root = py.get_type::<pyo3::exceptions::PyException>();
        let attributes = [("code", Unset::Text), ("help", Unset::Text), ("place", Unset::None)];
        let base = class(py, "Error", BASE_DOC, &[&root], &attributes)?;
        module.add("Error", &base)?;
        let builtin = py.get_type::<pyo3::exceptions::PyValueError>();
        for Class { name, doc, is_value_error, attributes } in CLASSES {
            let bases: &[_] = if is_value_error { &[&base, &builtin] } else { &[&base] };
            module.add(name, class(py, name, doc, bases, attributes)?)?;
        }
        Ok(module.unbind())
    })
}

fn class<'py>(
    py: Python<'py>,
    name: &str,
    doc: &str,
    bases: &[&Bound<'py, PyType>],
    attributes: &[(&str, Unset)],
) -> PyResult<Bound<'py, PyType>> {
    let members = PyDict::new(py);
    members.set_item("__module__", "iamwire")?;
    members.set_item("__doc__", doc)?;
    for (name, unset) in attributes {
        match unset {
            Unset::None => members.set_item(name, py.None())?,
            Unset::Text => members.set_item(name, "")?,
            Unset::Number => members.set_item(name, 0)?,
            Unset::Tuple => members.set_item(name, PyTuple::empty(py))?,
        }
    }
    let made = py.get_type::<PyType>().call1((name, PyTuple::new(py, bases)?, members))?;
    Ok(made.cast_into::<PyType>()?)
}

/// Puts the exceptions into the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let made = exceptions(module.py())?.bind(module.py());
    let names = std::iter::once("Error").chain(CLASSES.iter().map(|class| class.name));
    names.into_iter().try_for_each(|name| module.add(name, made.getattr(name)?))
}
