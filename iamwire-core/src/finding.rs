//! [`Finding`]: what is wrong or worth knowing about something valid.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

/// What is wrong or worth knowing: a stable code, how bad it is, where, what, and what to do.
///
/// In serde a map with `code`, `severity`, `message` and `help`: the place is one of a document that is not
/// beside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// Stable, lower case, for instance `issuer.trailing-slash`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where in a document; a finding about a single value has none.
    #[serde(skip)]
    pub place: Option<Place>,
    /// What is wrong: lower case, no full stop, the input in backticks.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Finding {
    pub(crate) fn new(
        code: &'static str,
        severity: Severity,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { code, severity, place: None, message: message.into(), help: help.into() }
    }

    #[must_use]
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }
}

/// `warning: MESSAGE`, on one line.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.severity, self.message)?;
        match &self.place {
            Some(place) if !place.pointer.is_empty() => write!(f, " (at {})", place.pointer),
            _ => Ok(()),
        }
    }
}

/// How bad a [`Finding`] is; in serde its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Valid, but probably not meant.
    Warning,
    /// AWS refuses it, or it never works.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A place in a JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Place {
    /// The JSON pointer (RFC 6901); empty for the whole document.
    pub pointer: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The bytes of the document's text.
    pub span: Range<usize>,
}

impl Place {
    /// Where a document begins.
    pub(crate) const START: Self = Self { pointer: String::new(), line: 1, column: 1, span: 0..0 };
}
