//! The error of the values: which value, what is wrong with the text, how to cure it.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::Range;

/// A text that is no valid value. The variant says which value was expected.
///
/// `Display` names the input and what is wrong with it; [`miette::Diagnostic`] adds a stable code, a
/// help that names the cure, and where in the input it lies. A part of a larger text, such as the
/// account of an ARN, keeps its own variant and points into the whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// No partition, such as `aws` or `aws-cn`.
    #[error("{0}")]
    Partition(Invalid),
    /// No account id of 12 digits.
    #[error("{0}")]
    Account(Invalid),
    /// No ARN of the expected kind.
    #[error("{0}")]
    Arn(Invalid),
    /// No OIDC issuer.
    #[error("{0}")]
    Issuer(Invalid),
    /// No audience (client id).
    #[error("{0}")]
    Audience(Invalid),
    /// No namespace: a DNS label.
    #[error("{0}")]
    Namespace(Invalid),
    /// No name of a service account: a DNS subdomain; or no `namespace/name`.
    #[error("{0}")]
    ServiceAccount(Invalid),
    /// No pattern of subjects.
    #[error("{0}")]
    Subject(Invalid),
    /// No principal of AWS, or no service, that a trust can name.
    #[error("{0}")]
    Principal(Invalid),
    /// No role name.
    #[error("{0}")]
    RoleName(Invalid),
    /// No path of a role.
    #[error("{0}")]
    RolePath(Invalid),
    /// No thumbprint, or no list of at most five.
    #[error("{0}")]
    Thumbprint(Invalid),
    /// No legal value of an annotation or label.
    #[error("{0}")]
    Annotation(Invalid),
    /// No name of an EKS cluster.
    #[error("{0}")]
    Cluster(Invalid),
    /// No name of a managed or inline policy, or no document of one.
    #[error("{0}")]
    Policy(Invalid),
    /// No description, session duration or other setting of a role.
    #[error("{0}")]
    RoleSetting(Invalid),
    /// No key or value of a tag.
    #[error("{0}")]
    Tag(Invalid),
}

impl ValueError {
    /// The stable code, for instance `issuer.port`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.invalid().code
    }

    /// The next step, one sentence.
    #[must_use]
    pub fn help(&self) -> &str {
        &self.invalid().help
    }

    /// The same fault of a part, told of the whole text, in which the part begins at `offset`.
    #[must_use]
    pub(crate) fn within(mut self, whole: &str, offset: usize) -> Self {
        let invalid = self.invalid_mut();
        let part = offset..offset + invalid.input.len();
        invalid.at = match invalid.at.take() {
            Some(at) => Some(at.start + offset..at.end + offset),
            None if part.is_empty() => None,
            None => Some(part),
        };
        // Writing to a String cannot fail.
        let _ = write!(invalid.message, ", in {}", quoted(whole));
        whole.clone_into(&mut invalid.input);
        self
    }

    /// What is wrong, with the input and the place in it.
    #[must_use]
    pub fn invalid(&self) -> &Invalid {
        match self {
            Self::Partition(i)
            | Self::Account(i)
            | Self::Arn(i)
            | Self::Issuer(i)
            | Self::Audience(i)
            | Self::Namespace(i)
            | Self::ServiceAccount(i)
            | Self::Subject(i)
            | Self::Principal(i)
            | Self::RoleName(i)
            | Self::RolePath(i)
            | Self::Thumbprint(i)
            | Self::Annotation(i)
            | Self::Cluster(i)
            | Self::Policy(i)
            | Self::RoleSetting(i)
            | Self::Tag(i) => i,
        }
    }

    fn invalid_mut(&mut self) -> &mut Invalid {
        match self {
            Self::Partition(i)
            | Self::Account(i)
            | Self::Arn(i)
            | Self::Issuer(i)
            | Self::Audience(i)
            | Self::Namespace(i)
            | Self::ServiceAccount(i)
            | Self::Subject(i)
            | Self::Principal(i)
            | Self::RoleName(i)
            | Self::RolePath(i)
            | Self::Thumbprint(i)
            | Self::Annotation(i)
            | Self::Cluster(i)
            | Self::Policy(i)
            | Self::RoleSetting(i)
            | Self::Tag(i) => i,
        }
    }
}

impl miette::Diagnostic for ValueError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code()))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.help()))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.invalid().input)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let at = self.invalid().at.clone()?;
        Some(Box::new(std::iter::once(miette::LabeledSpan::at(at, "here"))))
    }
}

/// What is wrong with a text: the code, the message, the help, and the bytes of the input it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    code: &'static str,
    message: String,
    help: String,
    input: String,
    at: Option<Range<usize>>,
}

impl Invalid {
    /// `message` names the input in backticks, in lower case, without a full stop; `help` the cure.
    pub(crate) fn new(
        code: &'static str,
        input: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { code, message: message.into(), help: help.into(), input: input.to_owned(), at: None }
    }

    /// `what` is empty; `help` says what to write.
    pub(crate) fn empty(code: &'static str, what: &str, help: impl Into<String>) -> Self {
        Self::new(code, "", format!("the {what} is empty"), help)
    }

    /// `what` has more than `max` characters.
    pub(crate) fn too_long(code: &'static str, what: &str, input: &str, max: usize) -> Self {
        let count = input.chars().count();
        let over = input.char_indices().nth(max).map_or(input.len(), |(at, _)| at);
        let message = format!("{what} {} has {count} characters", quoted(input));
        Self::new(code, input, message, format!("use at most {max} characters"))
            .at(over..input.len())
    }

    /// The character of `input` that begins at byte `at` has no place in a `what`.
    pub(crate) fn character(
        code: &'static str,
        what: &str,
        input: &str,
        at: usize,
        help: impl Into<String>,
    ) -> Self {
        let wrong = input.get(at..).and_then(|rest| rest.chars().next());
        let name = wrong.map_or_else(|| "nothing".to_owned(), character_name);
        let message = format!("{what} {} contains {name} at byte {at}", quoted(input));
        Self::new(code, input, message, help).at(at..at + wrong.map_or(0, char::len_utf8))
    }

    /// Points at the bytes of the input that are wrong.
    #[must_use]
    pub(crate) fn at(mut self, at: Range<usize>) -> Self {
        self.at = Some(at);
        self
    }

    /// The text as it was given.
    #[must_use]
    pub fn input(&self) -> &str {
        &self.input
    }

    /// The bytes of [`Self::input`] that are wrong, where that can be said.
    #[must_use]
    pub fn span(&self) -> Option<Range<usize>> {
        self.at.clone()
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A character as a message names it: in backticks, or in words where it can't be seen.
pub(crate) fn character_name(c: char) -> String {
    match c {
        ' ' => "a blank".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        c => quoted(c.encode_utf8(&mut [0; 4])),
    }
}

/// `text` in backticks, for a message: at most 160 characters, `…` for the rest, on one line, with what
/// can't be seen escaped.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 160;
    if text.len() <= MOST && text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return ["`", text, "`"].concat();
    }
    let mut out = String::from("`");
    for (count, c) in text.chars().enumerate() {
        if count == MOST {
            out.push('…');
            break;
        }
        push_seen(&mut out, c);
    }
    out.push('`');
    out
}

/// Appends a character, escaped if it can't be seen.
fn push_seen(out: &mut String, c: char) {
    match c {
        '"' | '\'' | '\\' => out.push(c),
        c => out.extend(c.escape_debug()),
    }
}

/// [`miette::Diagnostic`] of an error that has a `code()` and a `help()`, and no place in the input.
macro_rules! diagnostic {
    ($error:ident) => {
        impl ::miette::Diagnostic for $error {
            fn code<'a>(&'a self) -> Option<Box<dyn ::std::fmt::Display + 'a>> {
                Some(Box::new(self.code()))
            }

            fn help<'a>(&'a self) -> Option<Box<dyn ::std::fmt::Display + 'a>> {
                Some(Box::new(self.help()))
            }
        }
    };
}

pub(crate) use diagnostic;

/// The text with what can't be seen escaped, so that it stays on its line and hides none of it.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    text.chars().for_each(|c| push_seen(&mut out, c));
    Cow::Owned(out)
}

/// A name in a command to be pasted, as a shell takes it for one word.
pub(crate) fn word(name: &str) -> String {
    let name = printable(name);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-:@=%+,".contains(c);
    if !name.is_empty() && name.chars().all(is_plain) {
        return name.into_owned();
    }
    format!("'{}'", name.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_is_one_short_line() {
        assert_eq!(quoted("a\"b"), "`a\"b`");
        assert_eq!(quoted("a\n\u{200e}b\u{0}"), "`a\\n\\u{200e}b\\0`");
        assert_eq!(quoted(&"é".repeat(160)), format!("`{}`", "é".repeat(160)));
        assert_eq!(quoted(&"é".repeat(161)), format!("`{}…`", "é".repeat(160)));
    }

    #[test]
    fn printable_stays_on_its_line() {
        assert_eq!(printable("a \"b\" \\n é"), "a \"b\" \\n é");
        let hidden = "a\n\r\u{1b}[2K\u{202e}b\u{2028}\u{0}";
        assert_eq!(printable(hidden), r"a\n\r\u{1b}[2K\u{202e}b\u{2028}\0");
        assert_eq!(printable(&printable(hidden)), printable(hidden));
    }

    #[test]
    fn names_in_commands_are_one_word() {
        for (name, shown) in [
            ("corp.admin@eu", "corp.admin@eu"),
            ("a b", "'a b'"),
            ("it's $(x)", r"'it'\''s $(x)'"),
            ("", "''"),
        ] {
            assert_eq!(word(name), shown);
        }
    }

    #[test]
    fn a_part_points_into_the_whole() {
        let error =
            ValueError::Account(Invalid::character("account.digits", "account", "12x", 2, "help"));
        let error = error.within("arn:12x", 4);
        assert_eq!(error.to_string(), "account `12x` contains `x` at byte 2, in `arn:12x`");
        assert_eq!(error.invalid().span(), Some(6..7));
        assert_eq!(error.invalid().input(), "arn:12x");
    }
}
