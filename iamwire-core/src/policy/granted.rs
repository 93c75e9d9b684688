//! [`Granted`]: a grant and its place; who may assume a role, read from its trust policy.

use std::fmt;

use super::condition::Condition;
use super::document::TrustPolicy;
use super::grant::Grant;
use super::reach::{Bearing, Reach, Standing, bearing};
use super::reading::reader_of;
use super::scope::Scope;
use super::statement::{Effect, Statement};
use crate::error::quoted;
use crate::json::{Layout, Places, Value};
use crate::{Finding, ProviderArn, ServiceAccountRef, Severity};

/// What one statement grants to one principal and one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Granted<'a> {
    /// The number of the statement in the policy, from 0.
    pub statement: usize,
    /// Who may.
    pub grant: Grant,
    /// The conditions that must hold as well and that a [`Grant`] can't express.
    pub narrowed_by: Vec<Condition<'a>>,
    /// The Deny statements that refuse all of it or a part.
    pub denied_by: Vec<Bearing>,
}

/// `statement 0: system:serviceaccount:shop:api of … for sts.amazonaws.com`, and what limits it.
impl fmt::Display for Granted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {}: {}", self.statement, self.grant)?;
        self.narrowed_by.iter().try_for_each(|condition| write!(f, ", if {condition}"))?;
        self.denied_by.iter().try_for_each(|denied| write!(f, "; refused by {denied}"))
    }
}

impl TrustPolicy {
    /// Who may assume the role: a [`Granted`] for each Allow statement, principal and subject in it, in
    /// order.
    ///
    /// What can't be read, or can't be expressed as a [`Grant`], is not among them but told by
    /// [`Self::notices_of_grants`]; a statement that never applies to a principal grants nothing to it.
    ///
    /// Each grant is held against each Deny statement; all else takes a time linear in the document's length.
    #[must_use]
    pub fn grants(&self) -> Vec<Granted<'_>> {
        let denies: Vec<_> =
            self.statements().filter(|s| s.effect() != Some(Effect::Allow)).collect();
        let mut all = Vec::new();
        for reading in self.readings(reader_of) {
            for subject in reading.told() {
                let scope = reading.scope(&subject);
                if reading.holds(&scope) {
                    let denied_by = bearing(denies.iter().copied(), &scope, Effect::Deny);
                    let narrowed_by = reading.narrowed_by.clone();
                    let statement = reading.statement.index();
                    let grant = reading.grant(subject);
                    all.push(Granted { statement, grant, narrowed_by, denied_by });
                }
            }
        }
        all
    }

    /// What allows somebody, or may, or looks as if it did, and is not among [`Self::grants`], with its place.
    #[must_use]
    pub fn notices_of_grants(&self) -> Vec<Finding> {
        let variables = self.variables();
        let places = Places::new(self.json());
        let mut notices = Vec::new();
        for statement in self.statements().filter(|s| s.effect() != Some(Effect::Deny)) {
            let index = statement.index();
            if let Some(why) = unreadable(statement) {
                let message = format!("statement {index} may allow more: {why}");
                notices.push(unread(&places, statement.value(), message));
                continue;
            }
            for entry in statement.trusted() {
                let name = format!("{} {}", entry.kind, named_by(entry.value));
                let Some(reader) = reader_of(entry) else {
                    let message = format!("statement {index} trusts {name}, not among the grants");
                    notices.push(unread(&places, entry.value, message));
                    continue;
                };
                let whole = reader.whole();
                let scope = Scope::new(&whole, variables);
                let action = scope.action(statement);
                let mut conditions = statement.conditions();
                let why = if action == Reach::None {
                    "the action is not for it".to_owned()
                } else if let Some(never) = conditions.find(|c| scope.condition(*c) == Reach::None)
                {
                    format!("`{never}` never holds")
                } else if action == Reach::Some {
                    let message = format!(
                        "statement {index} may trust {name}: one of its actions is no string"
                    );
                    notices.push(unread(&places, entry.value, message));
                    continue;
                } else {
                    continue;
                };
                let message = format!("statement {index} trusts {name} in vain: {why}");
                let help = "repair it or take it out: it grants nothing";
                notices.push(
                    Finding::new("grant.never", Severity::Note, message, help)
                        .at(places.of(entry.value)),
                );
            }
        }
        notices
    }

    /// Which of these service accounts of a cluster may assume the role with audience
    /// [`Audience::STS`](crate::Audience::STS).
    #[must_use]
    pub fn who_may<'s>(
        &self,
        provider: &ProviderArn,
        accounts: &'s [ServiceAccountRef],
    ) -> Vec<(&'s ServiceAccountRef, Standing)> {
        accounts.iter().map(|a| (a, self.standing(&Grant::web_identity(provider, a)))).collect()
    }
}

/// Why a statement that may allow somebody can't be read, if so.
pub(super) fn unreadable(statement: Statement<'_>) -> Option<String> {
    let effect = statement.effect();
    if effect == Some(Effect::Deny) {
        return None;
    }
    if let Err(broken) = statement.is_whole() {
        return Some(broken.to_string());
    }
    if effect.is_none() {
        return Some("its `Effect` is neither `Allow` nor `Deny`".to_owned());
    }
    match statement.principal() {
        // A whole statement has one of the two.
        None => return Some("it has `NotPrincipal`".to_owned()),
        Some(principal) if !principal.is_readable() => {
            return Some("its `Principal` is no map".to_owned());
        }
        Some(_) => {}
    }
    statement.unknown().map(|member| format!("it has {}", quoted(&member.name())))
}

/// A provider, whole, in backticks.
pub(super) fn named(provider: &ProviderArn) -> String {
    ["`", provider.as_str(), "`"].concat()
}

/// A principal, in backticks; what is no string as compact JSON.
pub(super) fn named_by(principal: Value<'_>) -> String {
    match principal.as_str() {
        Some(text) => text.parse().map_or_else(|_| quoted(&text), |arn| named(&arn)),
        None => quoted(&Layout::compact().print(principal.text())),
    }
}

fn unread(places: &Places<'_>, value: Value<'_>, message: String) -> Finding {
    let help = "look at it yourself: what it allows can't be told as a grant";
    Finding::new("grant.unreadable", Severity::Warning, message, help).at(places.of(value))
}
