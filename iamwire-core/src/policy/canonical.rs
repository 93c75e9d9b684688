//! The one form of statement that edits join and merge.

use super::condition::{Condition, Conditions, Test};
use super::grant::SubjectMatch;
use super::reading::{are_told, audiences_of, subjects_of};
use super::statement::{Effect, Statement};
use super::written::Variables;
use crate::json::{Kind, Value};
use crate::{Audience, ProviderArn};

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
        const MEMBERS: [&str; 5] = ["Sid", "Effect", "Principal", "Action", "Condition"];
        if !sole_federated(statement)?.is_text(provider.as_str()) {
            return None;
        }
        let members = statement.value().members().all(|m| MEMBERS.contains(&m.name().as_ref()));
        let action = sole(statement.action()?)?;
        if !members
            || statement.effect() != Some(Effect::Allow)
            || !action.is_text("sts:AssumeRoleWithWebIdentity")
        {
            return None;
        }
        let issuer = provider.issuer();
        let (mut sub, mut aud) = (None, None);
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
        let like = sub.operator()?.test() == Test::StringLike;
        Some(Self { statement, audiences, aud, sub, like, variables })
    }

    /// The subjects, each with its value; at least one.
    pub(super) fn subjects(&self) -> Vec<(SubjectMatch, Value<'a>)> {
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
