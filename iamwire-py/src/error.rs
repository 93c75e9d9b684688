//! Every exception of the package, all under `iamwire.Error`, and how the core's errors become them.

use std::borrow::Cow;

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::finding::Place;
use crate::plan::{self, Change, Plan};

/// What goes wrong below Python: an error of the core, or an exception that is raised as it is.
pub(crate) enum Failure {
    Value(core::ValueError),
    Policy(core::PolicyError),
    Request(core::RequestError),
    Edit(core::EditError),
    Desired(core::DesiredError),
    Plan(core::PlanError),
    Wire(core::WireError),
    Tls(core::TlsError),
    /// A text that is no `Observed`: why.
    Observed(String),
    /// A text that is none of a change, or of what stays: why.
    Details(String),
    /// An argument that can't be used: code, message and help.
    Argument(&'static str, String, Cow<'static, str>),
    /// A sandbox that has been closed.
    Closed,
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

impl From<core::DesiredError> for Failure {
    fn from(error: core::DesiredError) -> Self {
        Self::Desired(error)
    }
}

impl From<core::PlanError> for Failure {
    fn from(error: core::PlanError) -> Self {
        Self::Plan(error)
    }
}

impl From<core::WireError> for Failure {
    fn from(error: core::WireError) -> Self {
        Self::Wire(error)
    }
}

impl From<core::TlsError> for Failure {
    fn from(error: core::TlsError) -> Self {
        Self::Tls(error)
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
    /// An argument that can't be used.
    pub(crate) fn argument(
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::Argument(code, message.into(), help.into())
    }

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
            Self::Edit(error) => edit(py, &error)?,
            Self::Desired(error) => {
                Raised::new(py, "DesiredError", &error, error.code(), error.help())?
            }
            Self::Plan(error) => {
                let raised = Raised::new(py, "PlanError", &error, error.code(), error.help())?;
                raised.because(py, &error)?;
                raised
            }
            Self::Wire(error) => wiring(py, &error)?,
            Self::Tls(error) => Raised::new(py, "TlsError", &error, error.code(), error.help())?,
            Self::Observed(why) => {
                let message = format!("what is observed can't be read: {why}");
                let help = "pass what `Observed.to_json` or `to_dict` gave";
                Raised::new(py, "ValueError", &message, "observed.json", help)?
            }
            Self::Details(why) => {
                let message = format!("the details can't be read: {why}");
                let help = "pass what `to_dict` gave";
                Raised::new(py, "ValueError", &message, "details.json", help)?
            }
            Self::Argument(code, message, help) => {
                Raised::new(py, "ValueError", &message, code, &help)?
            }
            Self::Closed => {
                let help = "use it inside its `with` block";
                Raised::new(py, "Error", &"the sandbox is closed", "sandbox.closed", help)?
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

/// The exception of an edit that was refused.
fn edit<'py>(py: Python<'py>, error: &core::EditError) -> PyResult<Raised<'py>> {
    let raised = Raised::new(py, "EditError", error, error.code(), error.help())?;
    raised.set("statement", error.statement())?;
    raised.set("place", error.place().map(Place::of))?;
    raised.set("alternatives", PyTuple::new(py, error.alternatives())?)?;
    Ok(raised)
}

/// The exception of an error of wiring: that of its layer, with what was done by then.
fn wiring<'py>(py: Python<'py>, error: &core::WireError) -> PyResult<Raised<'py>> {
    let of = |class, call: Option<&core::CallFailure>| {
        let raised = Raised::new(py, class, error, error.code(), error.help())?;
        if let Some(call) = call {
            raised.set("operation", call.operation())?;
            raised.set("resource", call.resource())?;
            raised.set("service_code", call.service_code())?;
            raised.set("request_id", call.request_id())?;
        }
        Ok(raised)
    };
    match error {
        core::WireError::Plan(plan) => {
            let raised = of("PlanError", None)?;
            raised.because(py, plan)?;
            Ok(raised)
        }
        core::WireError::Aws(aws) => of("AwsError", aws.call()),
        core::WireError::Kube(kube) => of("KubeError", kube.call()),
        core::WireError::NotApproved(_, plan) => {
            let raised = of("WireError", None)?;
            raised.set("plan", Plan(core::Plan::clone(plan)))?;
            Ok(raised)
        }
        core::WireError::Deadline(_, Some(last)) => {
            let raised = of("WireError", None)?;
            raised.set("__cause__", wiring(py, last)?.0)?;
            Ok(raised)
        }
        core::WireError::Stopped(stopped) => {
            let raised = of("WireError", None)?;
            raised.set("done", plan::changes(py, stopped.done())?)?;
            raised.set("in_doubt", plan::changes(py, stopped.in_doubt())?)?;
            raised.set("not_begun", plan::changes(py, stopped.not_begun())?)?;
            let failure = |(change, why): &(core::Change, core::WireError)| -> PyResult<_> {
                Ok((Change::of(change)?, wiring(py, why)?.0))
            };
            let failures: Vec<_> =
                stopped.failures().iter().map(failure).collect::<PyResult<_>>()?;
            raised.set("failures", PyTuple::new(py, failures)?)?;
            raised.set("__cause__", wiring(py, stopped.why())?.0)?;
            Ok(raised)
        }
        _ => of("WireError", None),
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

    /// The edit that a plan can't do is its cause.
    fn because(&self, py: Python<'py>, error: &core::PlanError) -> PyResult<()> {
        match error {
            core::PlanError::Trust(_, Some(error)) => self.set("__cause__", edit(py, error)?.0),
            _ => Ok(()),
        }
    }

    fn set(&self, name: &str, value: impl IntoPyObject<'py>) -> PyResult<()> {
        self.0.setattr(name, value)
    }
}

/// A class of exceptions.
struct Class {
    name: &'static str,
    doc: &'static str,
    /// The class of ours that it is one of.
    base: &'static str,
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

const CLASSES: [Class; 10] = [
    Class {
        name: "ValueError",
        doc: "A text that is no valid value; `input` is the text, `span` the bytes of it that are wrong.",
        base: "Error",
        is_value_error: true,
        attributes: &[("input", Unset::None), ("span", Unset::None)],
    },
    Class {
        name: "PolicyError",
        doc: "A text that is no trust policy, and where it fails; `earlier` is the first of two equal keys.",
        base: "Error",
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
        base: "Error",
        is_value_error: true,
        attributes: &[],
    },
    Class {
        name: "EditError",
        doc: "An edit that was refused; the policy is as it was.\n\n`statement` is the number of the one that \
              it is about, `alternatives` what could have been named instead.",
        base: "Error",
        is_value_error: false,
        attributes: &[("statement", Unset::None), ("alternatives", Unset::Tuple)],
    },
    Class {
        name: "DesiredError",
        doc: "Bindings that can't be had, whatever is there: they contradict each other, or AWS. Nothing was called.",
        base: "Error",
        is_value_error: true,
        attributes: &[],
    },
    Class {
        name: "WireError",
        doc: "A wiring or unwiring that failed.\n\nRun again, it finishes: `done` are the changes that were made, \
              `in_doubt` those that may be, `not_begun` the others; `failures` are those that failed, each with its own \
              error; `plan` is the plan as it is now, where that is not the approved one. All are empty where it failed before any write. `__cause__` is why it stopped, \
              and of a deadline what was answered last before it.",
        base: "Error",
        is_value_error: false,
        attributes: &[
            ("done", Unset::Tuple),
            ("in_doubt", Unset::Tuple),
            ("not_begun", Unset::Tuple),
            ("failures", Unset::Tuple),
            ("plan", Unset::None),
        ],
    },
    Class {
        name: "PlanError",
        doc: "What is wanted can't be had as things are. Nothing was written.\n\nWhere a trust policy can't be \
              edited, `__cause__` is the `EditError`.",
        base: "WireError",
        is_value_error: false,
        attributes: &[],
    },
    Class {
        name: "AwsError",
        doc: "A call to AWS that failed: `operation` is the action of IAM, such as `iam:CreateRole`, \
              `service_code` AWS's own code.",
        base: "WireError",
        is_value_error: false,
        attributes: &CALL,
    },
    Class {
        name: "KubeError",
        doc: "A call to Kubernetes that failed: `operation` is verb and kind, such as `patch serviceaccounts`, \
              `service_code` Kubernetes' reason.",
        base: "WireError",
        is_value_error: false,
        attributes: &CALL,
    },
    Class {
        name: "TlsError",
        doc: "The certificates of a host can't be had.",
        base: "Error",
        is_value_error: false,
        attributes: &[],
    },
];

/// What the exception of a call has; none of it where nothing was called.
const CALL: [(&str, Unset); 4] = [
    ("operation", Unset::None),
    ("resource", Unset::None),
    ("service_code", Unset::None),
    ("request_id", Unset::None),
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
        for Class { name, doc, base, is_value_error, attributes } in CLASSES {
            let base = module.getattr(base)?.cast_into::<PyType>()?;
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
