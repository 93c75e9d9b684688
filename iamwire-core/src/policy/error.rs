//! The error of reading a trust policy.

use std::fmt;

use crate::error::quoted;
use crate::finding::Place;
use crate::json::{Syntax, SyntaxError};

/// A text that is no trust policy.
///
/// `Display` says what is wrong and where, [`miette::Diagnostic`] adds a stable code, the help and the
/// places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The text is no JSON, or has a key twice in one object.
    #[error("{0}")]
    Json(Unreadable),
    /// The bytes are no UTF-8.
    #[error("{0}")]
    Utf8(Unreadable),
    /// The outermost value is no object.
    #[error("{0}")]
    NotAnObject(Unreadable),
    /// There is no `Statement`.
    #[error("{0}")]
    NoStatement(Unreadable),
    /// Two keys of one operator block differ only by case.
    #[error("{0}")]
    KeyCase(Unreadable),
    /// Every statement has a resource and none a principal: the policy says what a role may do.
    #[error("{0}")]
    PermissionsPolicy(Unreadable),
}

/// What is wrong with a document: message, help and places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(Box<Details>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Details {
    code: &'static str,
    message: String,
    help: String,
    place: Place,
    earlier: Option<Place>,
}

impl PolicyError {
    /// The stable code, for instance `json.duplicate-key`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.unreadable().0.code
    }

    /// The next step, one sentence.
    #[must_use]
    pub fn help(&self) -> &str {
        &self.unreadable().0.help
    }

    /// Line, column, JSON pointer and bytes.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.unreadable().0.place
    }

    /// Where the first of two equal keys is.
    #[must_use]
    pub fn earlier(&self) -> Option<&Place> {
        self.unreadable().0.earlier.as_ref()
    }

    fn unreadable(&self) -> &Unreadable {
        match self {
            Self::Json(u)
            | Self::Utf8(u)
            | Self::NotAnObject(u)
            | Self::NoStatement(u)
            | Self::KeyCase(u)
            | Self::PermissionsPolicy(u) => u,
        }
    }

    /// The reader's error, with a help that guesses what the text is instead.
    pub(super) fn json(text: &str, error: &SyntaxError) -> Self {
        let (code, help) = match error.what() {
            Syntax::DuplicateKey(_) => ("json.duplicate-key", ""),
            Syntax::TooDeep(_) => ("json.depth", "pass the trust policy itself"),
            Syntax::TooLong => ("json.length", "pass the trust policy itself"),
            Syntax::ByteOrderMark => ("json.byte-order-mark", ""),
            Syntax::LoneSurrogate => ("json.surrogate", ""),
            _ => ("json.syntax", foreign_text(text)),
        };
        let help = error.what().help().unwrap_or(help).to_owned();
        Self::Json(Unreadable::new(Details {
            code,
            message: error.to_string(),
            help,
            place: error.place().clone(),
            earlier: error.earlier().cloned(),
        }))
    }

    /// The same of a document that was percent-encoded: an escape that is none may have broken it.
    pub(super) fn percent_encoded(mut self, text: &str) -> Self {
        if let Self::Json(Unreadable(details)) = &mut self
            && details.code == "json.syntax"
            && let Some((at, escape)) = broken_escape(text)
        {
            details.help = format!(
                "the document is percent-encoded, and {} at byte {at} is no escape: pass all of it, as `GetRole` returns it",
                quoted(escape)
            );
        }
        self
    }

    /// The byte at `valid_up_to` is no UTF-8.
    pub(super) fn utf8(bytes: &[u8], valid_up_to: usize) -> Self {
        let valid = bytes.get(..valid_up_to).map(String::from_utf8_lossy).unwrap_or_default();
        let (line, column) = crate::json::line_and_column(&valid, valid.len());
        let place =
            Place { pointer: String::new(), line, column, span: valid_up_to..valid_up_to + 1 };
        Self::Utf8(Unreadable::new(Details {
            code: "json.utf8",
            message: format!("a byte that is no UTF-8 at line {line}, column {column}"),
            help: "save the document as UTF-8".to_owned(),
            place,
            earlier: None,
        }))
    }

    pub(super) fn unreadable_at(
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
        place: Place,
    ) -> Unreadable {
        let message = format!("{} at line {}, column {}", message.into(), place.line, place.column);
        Unreadable::new(Details { code, message, help: help.into(), place, earlier: None })
    }
}

impl Unreadable {
    fn new(details: Details) -> Self {
        Self(Box::new(details))
    }

    /// Names the first of two places.
    pub(super) fn with_earlier(mut self, earlier: Place) -> Self {
        self.0.earlier = Some(earlier);
        self
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl miette::Diagnostic for PolicyError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code()))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.help()))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let label = |place: &Place, text: &str| {
            miette::LabeledSpan::at(place.span.clone(), text.to_owned())
        };
        let here = std::iter::once(label(self.place(), "here"));
        Some(Box::new(here.chain(self.earlier().map(|place| label(place, "first here")))))
    }
}

/// The first `%` that two hexadecimal digits don't follow: its byte, and what begins there.
fn broken_escape(text: &str) -> Option<(usize, &str)> {
    text.match_indices('%').find_map(|(at, _)| {
        let rest = text.get(at..)?;
        let end = rest.char_indices().nth(3).map_or(rest.len(), |(end, _)| end);
        let escape = rest.get(..end)?;
        let is_whole = escape.len() == 3 && escape.bytes().skip(1).all(|b| b.is_ascii_hexdigit());
        (!is_whole).then_some((at, escape))
    })
}

/// What a text that is no JSON may be, and what to pass in its place.
fn foreign_text(text: &str) -> &'static str {
    let lines = text.lines().map(str::trim_start);
    let is_comment = |line: &str| line.starts_with('#') || line.starts_with("//");
    let start = lines.filter(|line| !line.is_empty()).find(|line| !is_comment(line));
    let start = start.unwrap_or_default();
    let words = [
        "resource ",
        "data ",
        "locals ",
        "module ",
        "jsonencode(",
        "assume_role_policy",
        "variable ",
    ];
    let encoded = ["%7B", "%7b", "%257B", "%257b"];
    if encoded.iter().any(|brace| start.starts_with(brace)) {
        "the document is percent-encoded: decode it first, as `aws iam get-role` does"
    } else if words.iter().any(|word| start.starts_with(word)) || text.contains("jsonencode(") {
        "this is Terraform's language: pass the rendered JSON, for instance from `terraform show -json`"
    } else if start.starts_with("AWSTemplateFormatVersion") || text.contains("\nResources:") {
        "this is a CloudFormation template in YAML: pass the `AssumeRolePolicyDocument` of the role as JSON"
    } else if start.starts_with("Version:")
        || start.starts_with("Statement:")
        || start.starts_with("---")
    {
        "this looks like YAML: pass the document as JSON"
    } else {
        "pass the trust policy as JSON: an object with `Version` and `Statement`"
    }
}
