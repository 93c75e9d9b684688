//! [`Principal`]: whom a statement names.

use std::fmt;

use crate::json::{Kind, Value};

/// The `Principal` or `NotPrincipal` of a statement: a map of kinds to values, or `"*"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Principal<'a> {
    value: Value<'a>,
}

impl<'a> Principal<'a> {
    pub(super) fn new(value: Value<'a>) -> Self {
        Self { value }
    }

    /// The JSON value.
    #[must_use]
    pub fn value(self) -> Value<'a> {
        self.value
    }

    /// Whether it is `"*"` without a map, which IAM refuses in a trust policy and which reads as `{"AWS": "*"}`.
    #[must_use]
    pub fn is_star(self) -> bool {
        self.value.as_str().is_some_and(|text| text == "*")
    }

    /// Whether it can be read at all: a map, or `"*"`.
    #[must_use]
    pub fn is_readable(self) -> bool {
        self.value.kind() == Kind::Object || self.is_star()
    }

    /// Every value with its kind, in order. A kind that isn't known comes once, with all that it holds.
    pub fn entries(self) -> impl Iterator<Item = Trusted<'a>> {
        let star =
            self.is_star().then_some(Trusted { kind: PrincipalKind::Aws, value: self.value });
        let mapped = self.value.members().flat_map(|member| {
            let kind = PrincipalKind::parse(&member.name());
            let (many, one) = match kind {
                PrincipalKind::Other => (None, Some(member.value)),
                _ => (Some(member.value.one_or_many()), None),
            };
            many.into_iter().flatten().chain(one).map(move |value| Trusted { kind, value })
        });
        star.into_iter().chain(mapped)
    }

    /// The values of one kind, in order.
    pub fn of_kind(self, kind: PrincipalKind) -> impl Iterator<Item = Value<'a>> {
        self.entries().filter(move |entry| entry.kind == kind).map(|entry| entry.value)
    }
}

/// One value of a [`Principal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trusted<'a> {
    /// Its kind.
    pub kind: PrincipalKind,
    /// What it names; a string, unless the document is broken.
    pub value: Value<'a>,
}

/// The kinds of principals, compared with case.
/// (AWS IAM User Guide, 'AWS JSON policy elements: Principal'.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PrincipalKind {
    /// `AWS`: an account, role, user or session, or `*`.
    Aws,
    /// `Federated`: an OIDC or SAML provider, or one of the shared ones.
    Federated,
    /// `Service`: a service of AWS.
    Service,
    /// `CanonicalUser`: an account by its canonical id.
    CanonicalUser,
    /// A kind that IAM doesn't know.
    Other,
}

impl PrincipalKind {
    pub(super) fn parse(name: &str) -> Self {
        match name {
            "AWS" => Self::Aws,
            "Federated" => Self::Federated,
            "Service" => Self::Service,
            "CanonicalUser" => Self::CanonicalUser,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for PrincipalKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aws => "AWS",
            Self::Federated => "Federated",
            Self::Service => "Service",
            Self::CanonicalUser => "CanonicalUser",
            Self::Other => "unknown",
        })
    }
}
