//! JSON: documents from texts and dicts, dicts from documents.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

use iamwire_core as core;
use iamwire_core::json::{Json, Kind, MAX_DEPTH, Value};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple,
};

use super::{Whole, wrong_type};
use crate::error::{Failure, Result};
use crate::values::value_text;

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
