//! Every conversion between Python and the core: values from texts, documents from dicts, JSON to Python.

mod json;

use iamwire_core as core;
pub(crate) use json::{
    Document, hash_value, json_text, loaded, members, optional, reindented, to_python, written,
};
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::cluster::ThumbprintChoice;
use crate::error::{Failure, Result};
use crate::thumbprint::Thumbprints;
use crate::values::value_text;

/// A value of the core that Python may give as its class or as text.
pub(crate) trait Textual: Sized + Clone {
    /// The class that wraps it.
    type Class: pyo3::PyClass<Frozen = pyo3::pyclass::boolean_struct::True> + Sync + AsRef<Self>;

    /// Reads a text.
    fn parse(text: &str) -> Result<Self>;

    /// The value that an object of another class stands for, if it does.
    fn kin(_object: Borrowed<'_, '_, PyAny>) -> Option<Self> {
        None
    }
}

/// An argument: the value's class, or a text that parses as one.
pub(crate) struct Parsed<T>(pub(crate) T);

impl<'a, 'py, T: Textual> FromPyObject<'a, 'py> for Parsed<T> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(class) = object.cast::<T::Class>() {
            return Ok(Self(class.get().as_ref().clone()));
        }
        if let Some(value) = T::kin(object) {
            return Ok(Self(value));
        }
        if !object.is_instance_of::<PyString>() {
            let wanted = <T::Class as pyo3::PyTypeInfo>::type_object(object.py()).name()?;
            return Err(wrong_type(&format!("{wanted} or str"), object));
        }
        Ok(Self(T::parse(text(&object)?)?))
    }
}

/// An argument: a dict of values to values.
pub(crate) struct Pairs<K, V>(pub(crate) Vec<(K, V)>);

impl<'a, 'py, K: Textual, V: Textual> FromPyObject<'a, 'py> for Pairs<K, V> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let Ok(dict) = object.cast::<PyDict>() else {
            return Err(wrong_type("dict", object));
        };
        let pair = |(key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            Ok((key.extract::<Parsed<K>>()?.0, value.extract::<Parsed<V>>()?.0))
        };
        Ok(Self(dict.iter().map(pair).collect::<PyResult<_>>()?))
    }
}

/// An argument: a subject, a service account, or the text of a subject.
pub(crate) struct SubjectLike(pub(crate) core::Subject);

impl<'a, 'py> FromPyObject<'a, 'py> for SubjectLike {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(account) = object.cast::<crate::values::ServiceAccountRef>() {
            return Ok(Self(core::Subject::from(&account.get().0)));
        }
        let Ok(Parsed(subject)) = object.extract::<Parsed<core::Subject>>() else {
            return if object.is_instance_of::<PyString>() {
                Err(Failure::Surrogate.into())
            } else {
                Err(wrong_type("Subject, ServiceAccountRef or str", object))
            };
        };
        Ok(Self(subject))
    }
}

/// An argument: which thumbprints; a list names them.
pub(crate) struct Choice(pub(crate) core::ThumbprintChoice);

impl<'a, 'py> FromPyObject<'a, 'py> for Choice {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(choice) = object.cast::<ThumbprintChoice>() {
            return Ok(Self(choice.get().0.clone()));
        }
        Ok(Self(core::ThumbprintChoice::Pinned(pinned(&object)?)))
    }
}

/// Thumbprints, one or a list of them.
pub(crate) fn pinned(object: &Bound<'_, PyAny>) -> PyResult<core::Thumbprints> {
    if let Ok(all) = object.cast::<Thumbprints>() {
        return Ok(all.get().0.clone());
    }
    let all = match object.extract::<Parsed<core::Thumbprint>>() {
        Ok(one) => vec![one],
        Err(error) if object.is_instance_of::<PyString>() => return Err(error),
        Err(_) => object.extract::<Vec<Parsed<core::Thumbprint>>>()?,
    };
    Ok(core::Thumbprints::new(all.into_iter().map(|one| one.0)).map_err(Failure::from)?)
}

/// An argument: a principal of AWS, its ARN, an account's id, or the text of one.
pub(crate) struct PrincipalLike(pub(crate) core::AwsPrincipal);

impl<'a, 'py> FromPyObject<'a, 'py> for PrincipalLike {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(arn) = object.cast::<crate::principal::PrincipalArn>() {
            return Ok(Self(core::AwsPrincipal::from(arn.get().0.clone())));
        }
        if let Ok(account) = object.cast::<crate::values::AccountId>() {
            return Ok(Self(core::AwsPrincipal::from(account.get().0.clone())));
        }
        Ok(Self(object.extract::<Parsed<core::AwsPrincipal>>()?.0))
    }
}

/// An argument: a whole number, within what its kind holds.
pub(crate) struct Whole<T>(pub(crate) T);

impl<'a, 'py, T: Number> FromPyObject<'a, 'py> for Whole<T> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        whole(&object).map(Self)
    }
}

/// A kind of whole numbers.
pub(crate) trait Number: for<'a, 'py> FromPyObject<'a, 'py, Error = PyErr> {
    /// The least and the most of them, in words.
    fn range() -> String;
}

macro_rules! numbers {
    ($($kind:ty)*) => {$(
        impl Number for $kind {
            fn range() -> String {
                format!("from {} to {}", Self::MIN, Self::MAX)
            }
        }
    )*};
}

numbers! { u8 u16 usize i64 }

/// [`Whole`], for an argument whose default is written as a number.
pub(crate) fn whole<T: Number>(object: &Bound<'_, PyAny>) -> PyResult<T> {
    object.extract::<T>().map_err(|error| {
        if !error.is_instance_of::<PyOverflowError>(object.py()) {
            return error;
        }
        // Python refuses to write an int of very many digits.
        let number =
            object.repr().map_or_else(|_| "a number".to_owned(), |n| shown(&n.to_string()));
        let message = format!("{number} is out of range");
        let help = format!("use a whole number {}", T::range());
        Failure::argument("number.range", message, help).into()
    })
}

/// A text that came in, in backticks, short and on one line.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let begin: String = text.chars().take(MOST).collect();
    let more = if begin.len() < text.len() { "…" } else { "" };
    format!("`{}{more}`", begin.escape_debug())
}

/// The characters of a `str`.
pub(crate) fn text<'a>(object: &'a Bound<'_, PyAny>) -> Result<&'a str> {
    let Ok(text) = object.cast::<PyString>() else {
        return Err(wrong_type("str", object.as_borrowed()).into());
    };
    text.to_str().map_err(|_| Failure::Surrogate)
}

/// `expected …, got …`
pub(crate) fn wrong_type(expected: &str, object: Borrowed<'_, '_, PyAny>) -> PyErr {
    let got = object.get_type().name().map_or_else(|_| "?".into(), |name| name.to_string());
    PyTypeError::new_err(format!("expected {expected}, got {got}"))
}

/// Releases the interpreter for work on a text that is long enough to be worth it.
pub(crate) fn released<T: Send>(
    py: Python<'_>,
    length: usize,
    work: impl FnOnce() -> T + Send,
) -> T {
    const LONG: usize = 16 * 1024;
    if length < LONG { work() } else { py.detach(work) }
}

/// `text` as `repr` shows it.
pub(crate) fn repr(py: Python<'_>, text: &str) -> PyResult<String> {
    Ok(PyString::new(py, text).repr()?.to_string())
}

/// A member of one of the enumerations, which are Python's own; see `iamwire/_enums.py`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Member {
    class: &'static str,
    value: String,
}

impl Member {
    /// The member that the core's own text names.
    pub(crate) fn new(class: &'static str, value: impl ToString) -> Self {
        Self { class, value: value.to_string() }
    }

    /// The member that a caller names, as one or by its text.
    pub(crate) fn checked(py: Python<'_>, class: &'static str, value: &str) -> Result<Self> {
        let members = members_of(py, class)?;
        if members.contains(value)? {
            return Ok(Self::new(class, value));
        }
        let all: Vec<_> = members.keys().iter().map(|member| format!("`{member}`")).collect();
        let message = format!("{} is no `{class}`", shown(value));
        let help = format!("use one of {}", all.join(", "));
        Err(Failure::argument("choice.unknown", message, help))
    }

    pub(crate) fn value(&self) -> &str {
        &self.value
    }
}

impl<'py> IntoPyObject<'py> for &Member {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let member = members_of(py, self.class)?.get_item(&self.value)?;
        Ok(member.ok_or(Failure::Unknown("member"))?)
    }
}

/// The members of an enumeration by their texts.
fn members_of<'py>(py: Python<'py>, class: &str) -> PyResult<Bound<'py, PyDict>> {
    static ENUMS: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let enums =
        ENUMS.get_or_try_init(py, || Ok::<_, PyErr>(py.import("iamwire._enums")?.unbind()))?;
    let members = enums.bind(py).getattr(class)?.getattr(intern!(py, "_value2member_map_"))?;
    Ok(members.cast_into()?)
}

impl<'py> IntoPyObject<'py> for Member {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        (&self).into_pyobject(py)
    }
}

/// What `__reduce__` gives: a callable and its arguments.
pub(crate) type Reduced<'py> = (Bound<'py, PyAny>, Bound<'py, PyTuple>);

/// How an object was made, for one that has no text: by its class, or by a method of it, from what. It
/// is made again in the same way when it is unpickled.
pub(crate) struct Made {
    method: Option<&'static str>,
    arguments: Py<PyTuple>,
}

impl Made {
    pub(crate) fn by<'py>(
        py: Python<'py>,
        method: impl Into<Option<&'static str>>,
        arguments: impl IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>, Error = PyErr>,
    ) -> PyResult<Self> {
        let arguments = arguments.into_pyobject(py)?.unbind();
        Ok(Self { method: method.into(), arguments })
    }

    pub(crate) fn clone_ref(&self, py: Python<'_>) -> Self {
        Self { method: self.method, arguments: self.arguments.clone_ref(py) }
    }

    pub(crate) fn reduced<'py>(&self, object: &Bound<'py, PyAny>) -> PyResult<Reduced<'py>> {
        let class = object.get_type().into_any();
        let make = match self.method {
            None => class,
            Some(method) => class.getattr(method)?,
        };
        Ok((make, self.arguments.bind(object.py()).clone()))
    }

    /// Whether another was made in the same way.
    pub(crate) fn is_as(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        Ok(self.method == other.method && self.arguments.bind(py).eq(other.arguments.bind(py))?)
    }

    pub(crate) fn hash(&self, py: Python<'_>) -> PyResult<isize> {
        self.arguments.bind(py).hash()
    }
}

/// A record is made again by its class from its fields.
pub(crate) fn record_reduced<'py, T>(
    record: &Bound<'py, T>,
    fields: &[&str],
) -> PyResult<Reduced<'py>> {
    let values = fields.iter().map(|name| record.as_any().getattr(name));
    let values = values.collect::<PyResult<Vec<_>>>()?;
    Ok((record.as_any().get_type().into_any(), PyTuple::new(record.py(), values)?))
}

/// `Class(field=value, …)`
pub(crate) fn record_repr<T>(record: &Bound<'_, T>, fields: &[&str]) -> PyResult<String> {
    let record = record.as_any();
    let values = fields.iter().map(|name| Ok(format!("{name}={}", record.getattr(name)?.repr()?)));
    let values = values.collect::<PyResult<Vec<_>>>()?;
    Ok(format!("{}({})", record.get_type().name()?, values.join(", ")))
}

/// An argument: a text, or a value that has one.
pub(crate) struct TextLike(pub(crate) String);

impl<'a, 'py> FromPyObject<'a, 'py> for TextLike {
    type Error = Failure;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> Result<Self> {
        let text = value_text(&object).map_or_else(|| text(&object), Ok)?;
        Ok(Self(text.to_owned()))
    }
}

/// One text, number or boolean, or a list of them, as texts.
pub(crate) struct Scalars(pub(crate) Vec<String>);

impl<'a, 'py> FromPyObject<'a, 'py> for Scalars {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let many = object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>();
        let values = if many {
            object.try_iter()?.map(|v| scalar(&v?)).collect::<PyResult<_>>()?
        } else {
            vec![scalar(&object)?]
        };
        Ok(Self(values))
    }
}

/// A text as it is, a value by its text, a number or boolean as its JSON text.
fn scalar(object: &Bound<'_, PyAny>) -> PyResult<String> {
    if object.is_instance_of::<PyString>() {
        return Ok(text(object)?.to_owned());
    }
    if let Some(text) = value_text(object) {
        return Ok(text.to_owned());
    }
    let is_number = object.is_instance_of::<PyBool>()
        || object.is_instance_of::<PyInt>()
        || object.is_instance_of::<PyFloat>();
    if is_number {
        return json_text(object);
    }
    Err(wrong_type("str, int, float, bool, or a list of them", object.as_borrowed()))
}
