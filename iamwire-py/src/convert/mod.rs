//! Every conversion between Python and the core: values from texts, documents from dicts, JSON to Python.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

use iamwire_core as core;
use iamwire_core::json::{Json, Kind, MAX_DEPTH, Value};
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple,
};

use crate::error::{Failure, Result};
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

/// An argument: a principal of AWS, its ARN, an account's id, or the text of one.
pub(crate) struct PrincipalLike(pub(crate) core::AwsPrincipal);

impl<'a, 'py> FromPyObject<'a, 'py> for PrincipalLike {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(arn) = object.cast::<crate::values::PrincipalArn>() {
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

/// JSON given as text, bytes, or what `json.loads` would make of it.
pub(crate) enum Document<'a> {
    Text(&'a str),
    Bytes(Cow<'a, [u8]>),
    Built(String),
}

impl<'a> Document<'a> {
    /// Takes `str`, `bytes`, `bytearray` or `dict`; `class` is named where it is something else.
    pub(crate) fn of(class: &str, object: &'a Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(text) = object.cast::<PyString>() {
            return Ok(match text.to_str() {
                Ok(text) => Self::Text(text),
                // Its bytes are no UTF-8, and the reader says where.
                Err(_) => Self::Bytes(Cow::Owned(surrogate_bytes(text)?)),
            });
        }
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::Bytes(Cow::Borrowed(bytes.as_bytes())));
        }
        if let Ok(bytes) = object.cast::<PyByteArray>() {
            return Ok(Self::Bytes(Cow::Owned(bytes.to_vec())));
        }
        if object.is_instance_of::<PyDict>() {
            return Ok(Self::Built(json_text(object)?));
        }
        Err(wrong_type(&format!("{class}, str, bytes or dict"), object.as_borrowed()))
    }

    /// The text; bytes must be UTF-8.
    pub(crate) fn as_str(&self) -> Result<&str> {
        std::str::from_utf8(self.as_bytes()).map_err(|_| Failure::Surrogate)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
            Self::Built(text) => text.as_bytes(),
        }
    }
}

fn surrogate_bytes(text: &Bound<'_, PyString>) -> PyResult<Vec<u8>> {
    text.call_method1(intern!(text.py(), "encode"), ("utf-8", "surrogatepass"))?.extract()
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

/// The JSON text of dicts, lists, texts, numbers, booleans, `None`, and of values by their text. It is judged by the reader that
/// judges every text, so what no JSON can say (a lone surrogate, a NaN, a cycle) is refused there.
pub(crate) fn json_text(object: &Bound<'_, PyAny>) -> PyResult<String> {
    let mut out = String::new();
    write_json(&mut out, object, 0)?;
    Ok(out)
}

fn write_json(out: &mut String, object: &Bound<'_, PyAny>, depth: usize) -> PyResult<()> {
    if object.is_none() || depth > MAX_DEPTH + 1 {
        out.push_str("null");
    } else if let Ok(text) = object.cast::<PyString>() {
        write_string(out, text)?;
    } else if let Ok(truth) = object.cast::<PyBool>() {
        out.push_str(if truth.is_true() { "true" } else { "false" });
    } else if object.is_instance_of::<PyInt>() {
        // Not `str`: an `IntEnum` has its own.
        let number = object.py().get_type::<PyInt>().call_method1("__repr__", (object,));
        let number = number.map_err(|_| {
            let help = "give it as a text";
            Failure::argument("number.digits", "a number has more digits than Python writes", help)
        })?;
        out.push_str(number.cast::<PyString>()?.to_str()?);
    } else if object.is_instance_of::<PyFloat>() {
        let number = object.py().get_type::<PyFloat>().call_method1("__repr__", (object,))?;
        out.push_str(number.cast::<PyString>()?.to_str()?);
    } else if let Ok(members) = object.cast::<PyDict>() {
        out.push('{');
        for (i, (key, value)) in members.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            let Ok(key) = key.cast::<PyString>() else {
                return Err(wrong_type("a key of type str", key.as_borrowed()));
            };
            write_string(out, key)?;
            out.push(':');
            write_json(out, &value, depth + 1)?;
        }
        out.push('}');
    } else if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
        out.push('[');
        for (i, element) in object.try_iter()?.enumerate() {
            if i > 0 {
                out.push(',');
            }
            write_json(out, &element?, depth + 1)?;
        }
        out.push(']');
    } else if let Some(text) = value_text(object) {
        write_characters(out, text);
    } else {
        return Err(wrong_type(
            "a value of JSON: dict, list, str, int, float, bool or None",
            object.as_borrowed(),
        ));
    }
    Ok(())
}

fn write_string(out: &mut String, text: &Bound<'_, PyString>) -> PyResult<()> {
    let Ok(plain) = text.to_str() else {
        // Python escapes a lone surrogate as JSON does.
        let json = text.py().import(intern!(text.py(), "json"))?;
        out.push_str(json.call_method1(intern!(text.py(), "dumps"), (text,))?.extract()?);
        return Ok(());
    };
    write_characters(out, plain);
    Ok(())
}

fn write_characters(out: &mut String, plain: &str) {
    out.push('"');
    for c in plain.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Writing to a String cannot fail.
            c if c < ' ' => _ = write!(out, "\\u{:04x}", u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A value as `json.loads` gives it, but for a number that no `int` or `float` gives back as it was
/// written: that is a text of its digits, as in serde's form.
pub(crate) fn to_python<'py>(py: Python<'py>, value: Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value.kind() {
        Kind::Null => py.None().into_bound(py),
        Kind::Bool => PyBool::new(py, value.text() == "true").to_owned().into_any(),
        Kind::Number => number(py, value.text()),
        Kind::String => value.as_str().unwrap_or_default().into_pyobject(py)?.into_any(),
        Kind::Array => {
            let list = PyList::empty(py);
            value.elements().try_for_each(|v| list.append(to_python(py, v)?))?;
            list.into_any()
        }
        Kind::Object => members(py, value.members())?.into_any(),
    })
}

/// A text of JSON that the core has written, as `json.loads` gives it.
pub(crate) fn loaded<'py>(py: Python<'py>, json: &str) -> Result<Bound<'py, PyDict>> {
    let json = Json::parse(json).map_err(|_| Failure::Unknown("document"))?;
    Ok(members(py, json.root().members())?)
}

/// As JSON: without white space, or `indent` blanks a level.
pub(crate) fn written(value: &impl serde::Serialize, indent: Option<Whole<u8>>) -> Result<String> {
    let written = match indent {
        None => serde_json::to_string(value),
        Some(indent) => {
            serde_json::to_string_pretty(value).map(|text| reindented(&text, usize::from(indent.0)))
        }
    };
    written.map_err(|_| Failure::Unknown("value"))
}

/// [`to_python`] of what may not be there.
pub(crate) fn optional<'py>(
    py: Python<'py>,
    value: Option<Value<'_>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    value.map(|value| to_python(py, value)).transpose()
}

/// Members of an object as a dict, in their order.
pub(crate) fn members<'py, 'a>(
    py: Python<'py>,
    members: impl Iterator<Item = core::json::Member<'a>>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for member in members {
        dict.set_item(member.name(), to_python(py, member.value)?)?;
    }
    Ok(dict)
}

fn number<'py>(py: Python<'py>, digits: &str) -> Bound<'py, PyAny> {
    let text = PyString::new(py, digits);
    let class = if digits.contains(['.', 'e', 'E']) {
        py.get_type::<PyFloat>()
    } else {
        py.get_type::<PyInt>()
    };
    // Python refuses to read an int of very many digits.
    let same = class.call1((&text,)).ok().filter(|number| {
        number.repr().is_ok_and(|repr| repr.to_str().is_ok_and(|repr| repr == digits))
    });
    same.unwrap_or_else(|| text.into_any())
}

/// `text` as `repr` shows it.
pub(crate) fn repr(py: Python<'_>, text: &str) -> PyResult<String> {
    Ok(PyString::new(py, text).repr()?.to_string())
}

/// Each line of a document printed with two blanks a level, with `indent` blanks instead.
pub(crate) fn reindented(pretty: &str, indent: usize) -> String {
    let mut out = String::with_capacity(pretty.len());
    for (i, line) in pretty.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let rest = line.trim_start_matches(' ');
        let level = (line.len() - rest.len()) / 2;
        out.extend(std::iter::repeat_n(' ', level * indent));
        out.push_str(rest);
    }
    out
}

/// Equal values give equal hashes: strings by their characters, the rest by text and structure.
pub(crate) fn hash_value<H: Hasher>(value: Value<'_>, state: &mut H) {
    value.kind().hash(state);
    match value.kind() {
        Kind::Object => value.members().for_each(|m| {
            m.name().hash(state);
            hash_value(m.value, state);
        }),
        Kind::Array => value.elements().for_each(|v| hash_value(v, state)),
        Kind::String => value.as_str().hash(state),
        Kind::Null | Kind::Bool | Kind::Number => value.text().hash(state),
    }
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
