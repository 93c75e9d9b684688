//! The one form of statement that edits join and merge.

use std::borrow::Cow;

use super::builder::write_subject;
use super::condition::{Condition, Conditions, Test};
use super::grant::SubjectMatch;
use super::reading::{are_told, audiences_of, subjects_of};
use super::statement::{Effect, Statement};
use super::written::Variables;
use crate::json::{Kind, Value, quoted};
use crate::{Audience, Issuer, ProviderArn};

/// A statement that allows one provider exactly `sts:AssumeRoleWithWebIdentity`, with conditions only
/// `StringEquals` on `:aud` and `StringEquals` or `StringLike` on `:sub`, and nothing else but a `Sid`.
pub(super) struct Canonical<'a> {
    pub(super) statement: Statement<'a>,
    /// Sorted, each once; empty where `:aud` is not looked at.
    pub(super) audiences: Vec<Audience>,
    pub(super) aud: Option<Condition<'a>>,
    pub(super) sub: Condition<'a>,
    /// Whether `sub` is under `StringLike`.
    pub(super) like: bool,
    variables: Variables,
}

impl<'a> Canonical<'a> {
    /// Reads a statement as one of this provider.
    pub(super) fn of(
        statement: Statement<'a>,
        provider: &ProviderArn,
        variables: Variables,
    ) -> Option<Self> {
        let named = sole_federated(statement)?.is_text(provider.as_str());
        named.then(|| Self::read(statement, provider.issuer(), variables)).flatten()
    }

    /// Reads a statement whose principal is a provider of this issuer, as [`sole_federated`] found it.
    pub(super) fn read(
        statement: Statement<'a>,
        issuer: &Issuer,
        variables: Variables,
    ) -> Option<Self> {
        const MEMBERS: [&str; 5] = ["Sid", "Effect", "Principal", "Action", "Condition"];
        let members = statement.value().members().all(|m| MEMBERS.contains(&m.name().as_ref()));
        let action = sole(statement.action()?)?;
        if !members
            || statement.effect() != Some(Effect::Allow)
            || !action.is_text("sts:AssumeRoleWithWebIdentity")
        {
            return None;
        }
        let (mut sub, mut aud, mut like) = (None, None, false);
        let condition = statement.condition()?;
        for block in condition.members() {
            if block.value.kind() != Kind::Object || block.value.is_empty() {
                return None;
            }
        }
        for condition in Conditions::of(Some(condition)) {
            let operator = condition.operator()?;
            let plain = operator.set().is_none() && !operator.if_exists();
            let slot = match operator.test() {
                Test::StringEquals if plain && condition.is_on_claim(issuer, "aud") => &mut aud,
                Test::StringEquals | Test::StringLike
                    if plain && condition.is_on_claim(issuer, "sub") =>
                {
                    like = operator.test() == Test::StringLike;
                    &mut sub
                }
                _ => return None,
            };
            if slot.replace(condition).is_some() {
                return None;
            }
        }
        let sub = sub?;
        let mut values = sub.values().peekable();
        if values.peek().is_none()
            || !values.all(|value| value.kind() == Kind::String)
            || !are_told(sub, variables)
        {
            return None;
        }
        let mut audiences = match aud {
            Some(aud) => audiences_of(aud, variables)?,
            None => Vec::new(),
        };
        audiences.sort();
        audiences.dedup();
        Some(Self { statement, audiences, aud, sub, like, variables })
    }

    /// Whether one of the subjects is a pattern.
    pub(super) fn has_pattern(&self) -> bool {
        let is_pattern = |subject: &SubjectMatch| !matches!(subject, SubjectMatch::Exact(_));
        let wild = self.like && !self.sub.member().value.is_without([b'*', b'?']);
        wild && self.subjects().iter().any(is_pattern)
    }

    /// The subjects as JSON, as they have to stand under `StringLike` or `StringEquals`; none if the
    /// document's version has no way.
    pub(super) fn written(&self, like: bool) -> Option<Vec<Cow<'a, str>>> {
        if self.sub.member().value.is_without([b'$', b'*', b'?']) {
            // No value is more than its characters, under both.
            return Some(self.sub.values().map(|value| Cow::Borrowed(value.text())).collect());
        }
        let write = |subject: &SubjectMatch| {
            write_subject(subject, like, self.variables).map(|text| Cow::Owned(quoted(&text)))
        };
        self.subjects().iter().map(write).collect()
    }

    /// At least one.
    fn subjects(&self) -> Vec<SubjectMatch> {
        subjects_of(self.sub, self.variables).unwrap_or_default()
    }
}

/// The value of the one `Federated` principal of a statement that has no other principal.
pub(super) fn sole_federated(statement: Statement<'_>) -> Option<Value<'_>> {
    let mut members = statement.value().member("Principal")?.members();
    let (only, more) = (members.next()?, members.next());
    (more.is_none() && only.is_named("Federated")).then(|| sole(only.value)).flatten()
}

/// The only value of one or a list.
fn sole(value: Value<'_>) -> Option<Value<'_>> {
    let mut values = value.one_or_many();
    let (only, more) = (values.next()?, values.next());
    more.is_none().then_some(only)
}
