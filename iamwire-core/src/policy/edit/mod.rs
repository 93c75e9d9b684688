//! [`Edit`]: a changed policy, what changed, and what blocks or bypasses it.
//!
//! An edit is a set of splices of the text, which is read again afterwards: what it doesn't name stays
//! byte for byte. No edit touches a Deny statement.

mod audience;
mod compact;
mod error;
mod grant;
mod provider;
mod subject;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

pub use error::{EditError, Refused};

use super::document::TrustPolicy;
use super::grant::{Grant, SubjectMatch};
use super::granted::{named, named_by};
use super::principal::{PrincipalKind, Trusted};
use super::reach::{Bearing, Reach, bearing};
use super::scope::Scope;
use super::statement::{Effect, Statement};
use crate::error::quoted;
use crate::finding::{Finding, Place, Severity};
use crate::json::{Places, Splices, Value};
use crate::{ProviderArn, Subject};

/// A changed policy, what changed, and what blocks or bypasses it.
#[derive(Debug, Clone)]
#[must_use]
pub struct Edit {
    policy: TrustPolicy,
    changes: Vec<Changed>,
    blocked_by: Vec<Bearing>,
    revoked: Option<Grant>,
    /// Of what is revoked, found when it is first asked for.
    still_allowed_by: OnceLock<Vec<Bearing>>,
    notices: Vec<Finding>,
}

impl PartialEq for Edit {
    fn eq(&self, other: &Self) -> bool {
        self.policy == other.policy
            && self.revoked == other.revoked
            && self.changes == other.changes
            && self.blocked_by == other.blocked_by
            && self.notices == other.notices
    }
}

impl Eq for Edit {}

impl Edit {
    /// The policy after the edit.
    #[must_use]
    pub fn policy(&self) -> &TrustPolicy {
        &self.policy
    }

    /// The policy after the edit.
    #[must_use]
    pub fn into_policy(self) -> TrustPolicy {
        self.policy
    }

    /// What changed, a statement each, in order.
    #[must_use]
    pub fn changes(&self) -> &[Changed] {
        &self.changes
    }

    /// Whether nothing changed: the text is the same.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.changes.is_empty()
    }

    /// The Deny statements of the edited policy that still refuse whom the edit lets in.
    #[must_use]
    pub fn blocked_by(&self) -> &[Bearing] {
        &self.blocked_by
    }

    /// The Allow statements of the edited policy that still allow whom the edit shuts out.
    #[must_use]
    pub fn still_allowed_by(&self) -> &[Bearing] {
        self.still_allowed_by.get_or_init(|| {
            let bearing = |grant| {
                let scope = Scope::new(grant, self.policy.variables());
                self.policy.bearing(&scope, Effect::Allow)
            };
            self.revoked.as_ref().map_or_else(Vec::new, bearing)
        })
    }

    /// What the user should know: a check that is lost, a statement that stays, why nothing changed.
    #[must_use]
    pub fn notices(&self) -> &[Finding] {
        &self.notices
    }
}

impl Edit {
    /// The changed statements that don't let the subject in, whatever audience its token has; where nothing
    /// changed, those of the provider if none does.
    fn in_vain(&self, provider: &ProviderArn, subject: &Subject) -> Vec<Finding> {
        let exact = SubjectMatch::Exact(subject.clone());
        let scope = Scope::web_identity(provider, &[], &exact, self.policy.variables());
        let places = Places::new(self.policy.json());
        let reaches = |s: &Statement<'_>| scope.reach(*s, Effect::Allow) != Reach::None;
        let statements = if self.is_unchanged() {
            let own = self.policy.allows_of(provider).unwrap_or_default();
            // One that lets it in is enough.
            if own.iter().any(reaches) { Vec::new() } else { own }
        } else {
            // They were changed in order.
            let changed = |s: &Statement<'_>| {
                self.changes.binary_search_by_key(&s.index(), |c| c.statement).is_ok()
            };
            self.policy.statements().filter(changed).collect()
        };
        let finding = |statement: Statement<'_>| {
            let never = statement.conditions().find(|c| scope.condition(*c) == Reach::None);
            let (at, why) = match never {
                Some(condition) => {
                    (condition.member().key, format!("`{condition}` never holds for it"))
                }
                None => (statement.value(), "the action is not for it".to_owned()),
            };
            let message = format!(
                "statement {} still doesn't let in {}: {why}",
                statement.index(),
                quoted(subject.as_str())
            );
            let help = "repair that part of the statement, or take it out";
            Finding::new("edit.in-vain", Severity::Warning, message, help).at(places.of(at))
        };
        statements.into_iter().filter(|s| !reaches(s)).map(finding).collect()
    }
}

/// What an edit did to one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changed {
    /// What was done.
    pub touch: Touch,
    /// The number of the statement, from 0: of an added one in the edited policy, else in the original.
    pub statement: usize,
    /// In words: `added …`, `removed …`, `… became …`.
    pub message: String,
    /// Where: of what was added in the edited text, else in the original.
    pub place: Place,
}

/// `statement 0: MESSAGE`
impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {}: {}", self.statement, self.message)
    }
}

/// What an edit did to a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Touch {
    /// It is new.
    Added,
    /// It is another than it was.
    Modified,
    /// It is gone.
    Removed,
}

/// An edit in the making.
struct Draft<'a> {
    policy: &'a TrustPolicy,
    splices: Splices<'a>,
    places: Places<'a>,
    changes: Vec<Changed>,
    notices: Vec<Finding>,
}

impl<'a> Draft<'a> {
    fn new(policy: &'a TrustPolicy) -> Self {
        Self {
            policy,
            splices: Splices::new(policy.json()),
            places: Places::new(policy.json()),
            changes: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// Reads the edited text.
    fn finish(self) -> Result<Edit, EditError> {
        let Self { policy, splices, mut changes, notices, .. } = self;
        let policy = if splices.is_empty() {
            policy.clone()
        } else {
            TrustPolicy::of(splices.finish()).map_err(|error| EditError::Result(Box::new(error)))?
        };
        let places = Places::new(policy.json());
        let mut statements = policy.statements();
        for change in changes.iter_mut().filter(|c| c.touch == Touch::Added) {
            // They were added in order, so that each is found behind the one before.
            if let Some(statement) = statements.find(|s| s.index() == change.statement) {
                change.place = places.of(statement.value());
            }
        }
        Ok(Edit {
            policy,
            changes,
            blocked_by: Vec::new(),
            revoked: None,
            still_allowed_by: OnceLock::new(),
            notices,
        })
    }

    /// As [`Self::finish`], saying which Deny statements refuse the subject where it is granted, which of
    /// the changed ones don't let it in, and what is suspicious of it.
    fn finish_for(self, provider: &ProviderArn, subject: &Subject) -> Result<Edit, EditError> {
        let mut edit = self.finish()?;
        edit.notices.extend(edit.in_vain(provider, subject));
        edit.notices.extend(subject.notices());
        edit.blocked_by = edit.policy.refusals(provider, subject);
        Ok(edit)
    }

    fn modified(&mut self, statement: Statement<'_>, at: Value<'_>, message: impl Into<String>) {
        let (place, message) = (self.places.of(at), message.into());
        self.changed(Touch::Modified, statement.index(), message, place);
    }

    fn changed(&mut self, touch: Touch, statement: usize, message: String, place: Place) {
        self.changes.push(Changed { touch, statement, message, place });
    }

    /// Adds a statement, given as compact JSON, as the last.
    fn append(&mut self, statement: &str, message: String) {
        let root = self.policy.json().root();
        let Some(list) = root.member("Statement") else { return };
        let index = list.one_or_many().count();
        self.splices.extend(list, root, &[statement.to_owned()]);
        self.added(index, message);
    }

    /// Where the statement stands is known when the edited text is read.
    fn added(&mut self, statement: usize, message: String) {
        self.changed(Touch::Added, statement, message, Place::START);
    }

    /// Takes statements out.
    fn remove_statements(&mut self, gone: Vec<(Statement<'_>, String)>) -> Result<(), EditError> {
        let Some((first, _)) = gone.first() else { return Ok(()) };
        let Some(list) = self.policy.json().root().member("Statement") else { return Ok(()) };
        let is_gone = |value: Value<'_>| {
            gone.binary_search_by_key(&value.index(), |(s, _)| s.value().index()).is_ok()
        };
        if list.one_or_many().all(is_gone) {
            return Err(EditError::LastStatement(
                Refused::new(
                    "edit.last-statement",
                    format!("without {} no statement would be left", numbered(&gone)),
                    "delete the role if nobody is to assume it, or grant it to somebody else first",
                )
                .at(*first, first.value().place()),
            ));
        }
        self.splices.remove(list, is_gone);
        for (statement, message) in gone {
            let place = self.places.of(statement.value());
            self.changed(Touch::Removed, statement.index(), message, place);
        }
        Ok(())
    }

    fn notice(&mut self, at: Value<'_>, finding: Finding) {
        self.notices.push(finding.at(self.places.of(at)));
    }
}

impl TrustPolicy {
    /// The only OIDC provider that an Allow statement trusts.
    ///
    /// # Errors
    /// [`EditError::WhichProvider`] if there are several, which it lists, or none.
    pub fn sole_provider(&self) -> Result<ProviderArn, EditError> {
        let mut providers = self.trusted_providers();
        if let [_] = providers.as_slice()
            && let Some(only) = providers.pop()
        {
            return Ok(only);
        }
        let all: Vec<String> = providers.iter().map(ToString::to_string).collect();
        let refused = if all.is_empty() {
            let message = "the policy trusts no OIDC provider";
            Refused::new("edit.no-provider", message, self.help_without_provider())
        } else {
            let message = format!("the policy trusts {} OIDC providers", all.len());
            let help = format!("name {}", list(&all, "or"));
            Refused::new("edit.which-provider", message, help)
        };
        Err(EditError::WhichProvider(refused.instead(all)))
    }

    /// The OIDC providers that Allow statements name, in order, each once.
    #[must_use]
    pub fn trusted_providers(&self) -> Vec<ProviderArn> {
        self.federated().filter_map(|text| text.parse().ok()).collect()
    }

    /// The `Federated` strings of Allow statements, in order, each once.
    fn federated(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let allows = self.statements().filter(|s| s.effect() == Some(Effect::Allow));
        let mut known = HashSet::new();
        allows
            .flat_map(federated)
            .filter_map(Value::as_str)
            .filter(move |text| known.insert(text.clone()))
    }

    /// The statements that name the provider among their principals.
    fn statements_of(&self, provider: &ProviderArn) -> Vec<Statement<'_>> {
        self.statements().filter(|s| names(*s, provider)).collect()
    }

    /// The Allow statements that name the provider.
    fn allows_of(&self, provider: &ProviderArn) -> Result<Vec<Statement<'_>>, EditError> {
        let mut statements = self.statements_of(provider);
        statements.retain(|s| s.effect() == Some(Effect::Allow));
        if statements.is_empty() { Err(self.not_trusted(provider)) } else { Ok(statements) }
    }

    fn not_trusted(&self, provider: &ProviderArn) -> EditError {
        let trusted: Vec<String> =
            self.trusted_providers().iter().map(ToString::to_string).collect();
        let message = format!("the policy does not trust {}", named(provider));
        let help = if trusted.is_empty() {
            self.help_without_provider()
        } else {
            format!("it trusts {}", list(&trusted, "and"))
        };
        EditError::NotTrusted(Refused::new("edit.not-trusted", message, help).instead(trusted))
    }

    /// What to say where no OIDC provider can be listed: what the Allow statements name instead.
    fn help_without_provider(&self) -> String {
        let allows = self.statements().filter(|s| s.effect() == Some(Effect::Allow));
        let others: Vec<String> = allows
            .flat_map(federated)
            .map(|v| v.as_str().map_or_else(|| v.text().to_owned(), Cow::into_owned))
            .collect();
        if !others.is_empty() {
            return format!("it trusts {}: no ARN of an OIDC provider", list(&others, "and"));
        }
        match self.statements().find(|s| s.is_whole().is_err()) {
            Some(broken) => format!(
                "statement {} can't be read, and no Allow statement has a `Federated` principal",
                broken.index()
            ),
            None => "no Allow statement has a `Federated` principal; it needs a statement with one"
                .to_owned(),
        }
    }

    /// The Deny statements that refuse the subject where an Allow statement lets it in.
    fn refusals(&self, provider: &ProviderArn, subject: &Subject) -> Vec<Bearing> {
        let denies: Vec<_> =
            self.statements().filter(|s| s.effect() != Some(Effect::Allow)).collect();
        if denies.is_empty() {
            return Vec::new();
        }
        let mut refusals: Vec<Bearing> = Vec::new();
        for reading in self.readings_of(&Grant::web_identity(provider, subject.clone())) {
            for told in reading.told().filter(|told| told.matches(subject)) {
                let scope = reading.scope(&told);
                if reading.holds(&scope) {
                    refusals.extend(bearing(denies.iter().copied(), &scope, Effect::Deny));
                }
            }
        }
        refusals.sort_by_key(|b| (b.statement, !b.wholly));
        refusals.dedup_by_key(|b| b.statement);
        refusals
    }
}

/// The `Federated` values of a statement.
fn federated(statement: Statement<'_>) -> impl Iterator<Item = Value<'_>> {
    let values = statement.principal().and_then(|p| p.value().member("Federated"));
    values.into_iter().flat_map(Value::one_or_many)
}

fn names(statement: Statement<'_>, provider: &ProviderArn) -> bool {
    federated(statement).any(|value| is_provider(value, provider))
}

fn is_provider(value: Value<'_>, provider: &ProviderArn) -> bool {
    value.is_text(provider.as_str())
}

/// The principals of a statement beside a provider.
fn others<'a>(
    statement: Statement<'a>,
    provider: &ProviderArn,
) -> impl Iterator<Item = Trusted<'a>> {
    statement
        .trusted()
        .filter(move |e| e.kind != PrincipalKind::Federated || !is_provider(e.value, provider))
}

/// Refuses a statement that can't be read as a whole, or that names anybody but the provider.
fn check_alone(statement: Statement<'_>, provider: &ProviderArn) -> Result<(), EditError> {
    check_whole(statement)?;
    let Some(other) = others(statement, provider).next() else { return Ok(()) };
    let index = statement.index();
    let message =
        format!("statement {index} trusts {} and {}", named(provider), named_by(other.value));
    let help = format!(
        "split it first: a copy of statement {index} for each principal; conditions of one provider never hold for another principal"
    );
    Err(EditError::Shared(
        Refused::new("edit.shared", message, help).at(statement, other.value.place()),
    ))
}

fn check_whole(statement: Statement<'_>) -> Result<(), EditError> {
    statement.is_whole().map_err(|broken| {
        let message = format!("statement {} can't be edited: {broken}", statement.index());
        EditError::Broken(
            Refused::new("edit.broken", message, "repair the statement first")
                .at(statement, statement.value().place()),
        )
    })
}

fn unwritable(text: &str) -> EditError {
    EditError::Unwritable(Refused::new(
        "edit.unwritable",
        format!("{} can't be written under the policy's `Version`", quoted(text)),
        "set `Version` to `2012-10-17` first, where `${*}`, `${?}` and `${$}` stand for themselves",
    ))
}

/// `statement 0`, or `statements 0, 1`.
fn numbered(statements: &[(Statement<'_>, String)]) -> String {
    let numbers: Vec<String> = statements.iter().map(|(s, _)| s.index().to_string()).collect();
    let plural = if numbers.len() == 1 { "" } else { "s" };
    format!("statement{plural} {}", numbers.join(", "))
}

/// The values, each in backticks, with `and` or `or` before the last.
fn list(values: &[String], word: &str) -> String {
    match values {
        [] => "none".to_owned(),
        [one] => format!("`{one}`"),
        [more @ .., last] => {
            let more: Vec<String> = more.iter().map(|v| format!("`{v}`")).collect();
            format!("{} {word} `{last}`", more.join(", "))
        }
    }
}

fn note(code: &'static str, message: String, help: &str) -> Finding {
    Finding::new(code, Severity::Note, message, help)
}
