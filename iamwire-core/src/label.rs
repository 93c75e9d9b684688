//! [`LabelKey`] and [`LabelValue`]: a label of a Kubernetes object.

use std::str::FromStr;

use crate::error::quoted;
use crate::service_account::dns_fault;
use crate::text::parsed_value;
use crate::{Invalid, ValueError};

/// The key of a label: a name of 1 to 63 of `A-Z a-z 0-9 - _ .` with a letter or digit at both ends; before
/// it, if wanted, a DNS subdomain of at most 253 characters and `/`.
///
/// Source: Kubernetes, "Labels and Selectors", Syntax and character set.
#[derive(Clone)]
pub struct LabelKey(String);

impl LabelKey {
    /// The key with its prefix.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Errors: `label-key.empty`, `label-key.two-slashes`, `label-key.prefix`, `label-key.character`,
/// `label-key.edge`, `label-key.too-long`.
impl FromStr for LabelKey {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let (prefix, name) = match text.split_once('/') {
            Some((prefix, name)) => (Some(prefix), name),
            None => (None, text),
        };
        let fail = |code, what: &str, help: &str| {
            ValueError::Annotation(Invalid::new(
                code,
                text,
                format!("label key {} {what}", quoted(text)),
                help,
            ))
        };
        let is_bad = |prefix: &str| {
            prefix.is_empty() || prefix.len() > 253 || dns_fault(prefix, true).is_some()
        };
        if prefix.is_some_and(is_bad) {
            let help =
                "write a DNS name of at most 253 characters before the `/`, such as `example.com`";
            return Err(fail("label-key.prefix", "has a prefix that is no DNS name", help));
        }
        if name.contains('/') {
            return Err(fail(
                "label-key.two-slashes",
                "has a second `/`",
                "write `PREFIX/NAME` or `NAME`",
            ));
        }
        if name.is_empty() {
            return Err(fail("label-key.empty", "has no name", "write `PREFIX/NAME` or `NAME`"));
        }
        check_name("label key", &KEY, name).map_err(|error| match prefix {
            Some(prefix) => error.within(text, prefix.len() + 1),
            None => error,
        })?;
        Ok(Self(text.to_owned()))
    }
}

parsed_value!(LabelKey, "the key of a label");

/// The value of a label: empty, or 1 to 63 of `A-Z a-z 0-9 - _ .` with a letter or digit at both ends.
///
/// Source: Kubernetes, "Labels and Selectors", Syntax and character set.
#[derive(Clone)]
pub struct LabelValue(String);

impl LabelValue {
    /// The value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Errors: `label-value.character`, `label-value.edge`, `label-value.too-long`.
impl FromStr for LabelValue {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        check_name("label value", &VALUE, text)?;
        Ok(Self(text.to_owned()))
    }
}

parsed_value!(LabelValue, "the value of a label");

/// The codes of one kind of name.
struct Codes {
    character: &'static str,
    edge: &'static str,
    too_long: &'static str,
}

const KEY: Codes = Codes {
    character: "label-key.character",
    edge: "label-key.edge",
    too_long: "label-key.too-long",
};
const VALUE: Codes = Codes {
    character: "label-value.character",
    edge: "label-value.edge",
    too_long: "label-value.too-long",
};

/// At most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends; empty is the caller's matter.
fn check_name(what: &str, codes: &Codes, name: &str) -> Result<(), ValueError> {
    let invalid = if let Some(at) =
        name.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)))
    {
        Invalid::character(codes.character, what, name, at, "use letters, digits, `-`, `_` and `.`")
    } else if name.len() > 63 {
        Invalid::too_long(codes.too_long, what, name, 63)
    } else if let Some(at) = loose_end(name) {
        let message =
            format!("{what} {} does not begin and end with a letter or digit", quoted(name));
        Invalid::new(codes.edge, name, message, "put a letter or digit at both ends").at(at..at + 1)
    } else {
        return Ok(());
    };
    Err(ValueError::Annotation(invalid))
}

/// The first or last byte, if it is no letter or digit.
fn loose_end(name: &str) -> Option<usize> {
    let loose = |b: Option<u8>| b.is_some_and(|b| !b.is_ascii_alphanumeric());
    match name {
        _ if loose(name.bytes().next()) => Some(0),
        _ if loose(name.bytes().next_back()) => Some(name.len() - 1),
        _ => None,
    }
}
