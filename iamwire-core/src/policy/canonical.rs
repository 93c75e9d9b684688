//! The one form of statement that edits join and merge.

use super::condition::{Condition, Test};
use super::grant::SubjectMatch;
use super::granted::{audiences_of, subjects_of};
use super::statement::{Effect, Statement};
use super::written::{Variables, read_exact, read_like};
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
        if sole_federated(statement)?.as_str()? != provider.as_str() {
            return None;
        }
        let known = |name: &str| MEMBERS.contains(&name);
        let members = statement.value().members().all(|m| known(&m.name()));
        let action = sole(statement.action()?)?.as_str()?;
        if !members
            || statement.effect() != Some(Effect::Allow)
            || action != "sts:AssumeRoleWithWebIdentity"
        {
            return None;
        }
        let (sub_key, aud_key) =
            (provider.issuer().condition_key("sub"), provider.issuer().condition_key("aud"));
        let (mut sub, mut aud) = (None, None);
        for block in statement.condition()?.members() {
            if block.value.kind() != Kind::Object || block.value.is_empty() {
                return None;
            }
        }
        for condition in statement.conditions() {
            let operator = condition.operator()?;
            let plain = operator.set().is_none() && !operator.if_exists();
            let slot = match operator.test() {
                Test::StringEquals if plain && condition.is_on(&aud_key) => &mut aud,
                Test::StringEquals | Test::StringLike if plain && condition.is_on(&sub_key) => {
                    &mut sub
                }
                _ => return None,
            };
            if slot.replace(condition).is_some() {
                return None;
            }
        }
        let sub = sub?;
        let like = sub.operator()?.test() == Test::StringLike;
        let is_told = |value: Value<'_>| match value.as_str() {
            Some(text) if like => read_like(&text, variables).is_some(),
            Some(text) => read_exact(&text, variables).is_some(),
            None => false,
        };
        if sub.values().next().is_none() || !sub.values().all(is_told) {
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

    /// Whom it lets in, at least one.
    pub(super) fn subjects(&self) -> impl Iterator<Item = SubjectMatch> {
        let list = subjects_of(self.sub, self.variables).unwrap_or_default();
        list.into_iter().map(|(subject, _)| subject)
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
