//! The error of the values: which value, what is wrong with the text, how to cure it.

use std::fmt;
use std::ops::Range;

/// A text that is no valid value. The variant says which value was expected.
///
/// `Display` names the input and what is wrong with it; [`miette::Diagnostic`] adds a stable code, a
/// help that names the cure, and where in the input it lies.
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
            | Self::RoleName(i)
            | Self::RolePath(i)
            | Self::Thumbprint(i)
            | Self::Annotation(i) => i,
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
