//! The error of an edit: what it would not do, and what to do instead.

use std::fmt;

use crate::finding::Place;
use crate::policy::{PolicyError, Statement};

/// An edit that was refused. The policy is as it was.
///
/// `Display` names the input, [`miette::Diagnostic`] adds a stable code, the help and the place in the
/// policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// No Allow statement names the provider.
    #[error("{0}")]
    NotTrusted(Refused),
    /// A statement has other principals too, so a condition on this provider's keys would lock them out.
    #[error("{0}")]
    Shared(Refused),
    /// A statement names another subject already.
    #[error("{0}")]
    OtherSubject(Refused),
    /// A statement has patterns of subjects, none of which matches the one that was named.
    #[error("{0}")]
    NoMatch(Refused),
    /// A statement has no `:aud` that could be replaced.
    #[error("{0}")]
    Audience(Refused),
    /// A condition on a provider's keys guards principals that would stay.
    #[error("{0}")]
    Guarded(Refused),
    /// A statement has conditions on the keys of both providers.
    #[error("{0}")]
    BothProviders(Refused),
    /// Nothing would be left: IAM takes no policy without a statement.
    #[error("{0}")]
    LastStatement(Refused),
    /// No provider was named, and the policy trusts several or none.
    #[error("{0}")]
    WhichProvider(Refused),
    /// A statement that would have to change can't be read.
    #[error("{0}")]
    Broken(Refused),
    /// The policy's version has no way to write a text.
    #[error("{0}")]
    Unwritable(Refused),
    /// The edited text is no trust policy.
    #[error("the edited text is no trust policy")]
    Result(#[source] Box<PolicyError>),
}

/// Why an edit was refused: message, help, the statement, and what could have been named instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(Box<Why>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Why {
    code: &'static str,
    message: String,
    help: String,
    statement: Option<usize>,
    place: Option<Place>,
    alternatives: Vec<String>,
}

impl EditError {
    /// The stable code, for instance `edit.not-trusted`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.refused().map_or("edit.result", |refused| refused.0.code)
    }

    /// The next step, one sentence.
    #[must_use]
    pub fn help(&self) -> &str {
        match self {
            Self::Result(error) => error.help(),
            _ => self.refused().map_or("", |refused| &refused.0.help),
        }
    }

    /// The number of the statement that it is about, from 0.
    #[must_use]
    pub fn statement(&self) -> Option<usize> {
        self.refused()?.0.statement
    }

    /// The place in the policy as it was.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.refused()?.0.place.as_ref()
    }

    /// What could have been named instead: the ARNs of the providers that the policy trusts.
    #[must_use]
    pub fn alternatives(&self) -> &[String] {
        self.refused().map_or(&[], |refused| &refused.0.alternatives)
    }

    fn refused(&self) -> Option<&Refused> {
        match self {
            Self::NotTrusted(r)
            | Self::Shared(r)
            | Self::OtherSubject(r)
            | Self::NoMatch(r)
            | Self::Audience(r)
            | Self::Guarded(r)
            | Self::BothProviders(r)
            | Self::LastStatement(r)
            | Self::WhichProvider(r)
            | Self::Broken(r)
            | Self::Unwritable(r) => Some(r),
            Self::Result(_) => None,
        }
    }
}

impl Refused {
    pub(super) fn new(
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self(Box::new(Why {
            code,
            message: message.into(),
            help: help.into(),
            statement: None,
            place: None,
            alternatives: Vec::new(),
        }))
    }

    /// Names the statement, and points at a place in it.
    pub(super) fn at(mut self, statement: Statement<'_>, place: Place) -> Self {
        self.0.statement = Some(statement.index());
        self.0.place = Some(place);
        self
    }

    pub(super) fn instead(mut self, alternatives: Vec<String>) -> Self {
        self.0.alternatives = alternatives;
        self
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl miette::Diagnostic for EditError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code()))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.help()))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let span = self.place()?.span.clone();
        Some(Box::new(std::iter::once(miette::LabeledSpan::at(span, "here"))))
    }
}
