//! Adding, replacing and removing whole providers.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};

use super::{Draft, Edit, EditError, Refused, federated, is_provider, note};
use crate::ProviderArn;
use crate::error::quoted;
use crate::json::{Json, Member, Splices, Value};
use crate::policy::PolicyError;
use crate::policy::canonical::sole_federated;
use crate::policy::condition::{Condition, Operator};
use crate::policy::document::TrustPolicy;
use crate::policy::granted::{named, named_by};
use crate::policy::principal::{PrincipalKind, Trusted};
use crate::policy::statement::{Effect, Statement};

impl TrustPolicy {
    /// Trusts a provider as another one is trusted: each statement of `of`, Deny ones too, is copied behind
    /// itself, with the principal and the condition keys of `new` and without its `Sid`. A copy that is
    /// there already isn't made again.
    ///
    /// # Errors
    /// [`EditError::NotTrusted`]; [`EditError::BothProviders`] if a statement has keys of both;
    /// [`EditError::Broken`]; [`EditError::Result`] if a list around the statement makes it too deep to read.
    pub fn add_provider(&self, of: &ProviderArn, new: &ProviderArn) -> Result<Edit, EditError> {
        let statements = self.statements_of(of);
        if statements.is_empty() {
            return Err(self.not_trusted(of));
        }
        let mut draft = Draft::new(self);
        if of == new {
            return draft.finish();
        }
        let root = self.json().root();
        let Some(list) = root.member("Statement") else { return draft.finish() };
        // A copy names `new`, and so does what is the same as one.
        let known: HashSet<_> =
            self.statements_of(new).into_iter().map(|s| ButSid(s.value())).collect();
        for statement in statements {
            super::check_whole(statement)?;
            let copy = copy_for(statement, of, new)?;
            if known.is_empty() || !known.contains(&ButSid(read(&copy)?.root())) {
                draft.copy_behind(list, statement, &copy, new);
            }
        }
        draft.finish()
    }

    /// Trusts one provider in the place of another: principal and condition keys of its Allow statements.
    /// Deny statements stay, and a notice says so.
    ///
    /// # Errors
    /// [`EditError::NotTrusted`]; [`EditError::BothProviders`] if a statement has keys of both;
    /// [`EditError::Guarded`] if it trusts a third provider of one of the two issuers; [`EditError::Broken`].
    pub fn replace_provider(
        &self,
        old: &ProviderArn,
        new: &ProviderArn,
    ) -> Result<Edit, EditError> {
        let statements = self.allows_of(old)?;
        let mut draft = Draft::new(self);
        if old == new {
            return draft.finish();
        }
        let message = [&named(old), " became ", &named(new)].concat();
        for statement in statements {
            super::check_whole(statement)?;
            let already = federated(statement).any(|v| is_provider(v, new));
            for member in statement.principal().into_iter().flat_map(|p| p.value().members()) {
                let is_old = |v: Value<'_>| is_provider(v, old);
                if !member.is_named("Federated") {
                    continue;
                }
                if already {
                    draft.splices.remove(member.value, is_old);
                } else {
                    let values = member.value.one_or_many().filter(|v| is_old(*v));
                    values.for_each(|value| draft.splices.replace_string(value, new.as_str()));
                }
            }
            let keys = renamed(statement, old, new)?;
            if let Some((key, _)) = keys.first() {
                check_others(statement, *key, old, new)?;
            }
            for (key, name) in keys {
                draft.splices.replace_string(key, &name);
            }
            draft.modified(statement, statement.value(), message.as_str());
        }
        draft.note_denies(&Named::new(std::slice::from_ref(old)));
        draft.finish()
    }

    /// Trusts the provider no longer: its Allow statements go; one with other principals loses only the
    /// provider. Deny statements stay, and a notice says so.
    ///
    /// # Errors
    /// [`EditError::NotTrusted`]; [`EditError::Guarded`] if a condition on the provider's keys guards
    /// principals that would stay; [`EditError::LastStatement`]; [`EditError::Broken`].
    pub fn remove_provider(&self, provider: &ProviderArn) -> Result<Edit, EditError> {
        self.allows_of(provider)?;
        self.remove_providers(std::slice::from_ref(provider))
    }

    /// Removes each OIDC provider that is not among those given, as [`Self::remove_provider`] does. What is
    /// no ARN of an OIDC provider stays.
    ///
    /// # Errors
    /// As [`Self::remove_provider`].
    pub fn prune_providers(&self, known: &[ProviderArn]) -> Result<Edit, EditError> {
        let known = Named::new(known);
        let unknown = self.federated().filter(|text| known.get(text).is_none());
        let gone: Vec<ProviderArn> = unknown.filter_map(|text| text.parse().ok()).collect();
        self.remove_providers(&gone)
    }

    fn remove_providers(&self, gone: &[ProviderArn]) -> Result<Edit, EditError> {
        let mut draft = Draft::new(self);
        let mut emptied = Vec::new();
        let gone = Named::new(gone);
        let is_gone = |entry: &Trusted<'_>| {
            entry.kind == PrincipalKind::Federated && gone.provider(entry.value).is_some()
        };
        for statement in self.statements().filter(|s| s.effect() == Some(Effect::Allow)) {
            let mut leaving: Vec<&ProviderArn> = gone.of(statement).collect();
            if leaving.is_empty() {
                continue;
            }
            leaving.sort();
            leaving.dedup();
            let issuers = leaving.iter().map(|p| p.issuer().as_str());
            if take_principals(&mut draft, statement, issuers, is_gone)? {
                let names: Vec<String> = leaving.iter().map(ToString::to_string).collect();
                emptied.push((statement, format!("removed, with {}", super::list(&names, "and"))));
            }
        }
        draft.remove_statements(emptied)?;
        draft.note_denies(&gone);
        draft.finish()
    }
}

/// Providers, found by their ARNs.
struct Named<'p>(Vec<&'p ProviderArn>);

impl<'p> Named<'p> {
    fn new(providers: &'p [ProviderArn]) -> Self {
        let mut sorted: Vec<_> = providers.iter().collect();
        sorted.sort();
        Self(sorted)
    }

    fn get(&self, arn: &str) -> Option<&'p ProviderArn> {
        let at = self.0.binary_search_by_key(&arn, |provider| provider.as_str()).ok()?;
        self.0.get(at).copied()
    }

    fn provider(&self, value: Value<'_>) -> Option<&'p ProviderArn> {
        self.get(&value.as_str()?)
    }

    /// Those that a statement names.
    fn of(&self, statement: Statement<'_>) -> impl Iterator<Item = &'p ProviderArn> {
        federated(statement).filter_map(|value| self.provider(value))
    }
}

impl Draft<'_> {
    /// Says which Deny statements still name a provider that goes.
    fn note_denies(&mut self, gone: &Named<'_>) {
        let policy = self.policy;
        let denies = policy.statements().filter(|s| s.effect() != Some(Effect::Allow));
        for (statement, provider) in denies.filter_map(|s| gone.of(s).next().map(|p| (s, p))) {
            let message = format!(
                "statement {} denies {} and stays as it is",
                statement.index(),
                named(provider)
            );
            let help =
                "Deny statements are never edited; take it out by hand if it is of no more use";
            self.notice(statement.value(), note("edit.deny-stays", message, help));
        }
    }

    fn copy_behind(
        &mut self,
        list: Value<'_>,
        statement: Statement<'_>,
        copy: &str,
        new: &ProviderArn,
    ) {
        self.splices.insert_copy(list, statement.value(), copy);
        let added = self.changes.len();
        let own = statement.index();
        let copied = format!("added, a copy of statement {own} for ");
        self.added(own + 1 + added, copied + &named(new));
    }
}

/// Takes principals out of a statement; true if none would be left and the statement has to go.
///
/// Refused if a condition on the keys of one of the issuers guards those that stay.
pub(super) fn take_principals<'i>(
    draft: &mut Draft<'_>,
    statement: Statement<'_>,
    issuers: impl IntoIterator<Item = &'i str>,
    is_gone: impl Fn(&Trusted<'_>) -> bool,
) -> Result<bool, EditError> {
    super::check_whole(statement)?;
    let (gone, stay): (Vec<_>, Vec<_>) = statement.trusted().partition(is_gone);
    let Some(stays) = stay.first() else { return Ok(true) };
    for issuer in issuers {
        if let Some(guard) = guard_of(statement, issuer) {
            let why = format!("guarded by `{guard}`");
            return Err(guarded(statement, stays.value, &why, guard.member().key));
        }
    }
    let Some(principal) = statement.principal() else { return Ok(false) };
    let is_gone = |v: Value<'_>| gone.binary_search_by_key(&v.index(), |e| e.value.index()).is_ok();
    let names: Vec<String> =
        gone.iter().map(|e| e.value.as_str().unwrap_or_default().into_owned()).collect();
    let emptied: Vec<usize> = principal
        .value()
        .members()
        .filter(|m| m.value.one_or_many().next().is_some() && m.value.one_or_many().all(&is_gone))
        .map(|m| m.key.index())
        .collect();
    draft.splices.remove(principal.value(), |key| emptied.contains(&key.index()));
    for member in principal.value().members().filter(|m| !emptied.contains(&m.key.index())) {
        if member.value.elements().any(&is_gone) {
            draft.splices.remove(member.value, is_gone);
        }
    }
    let message = format!("removed {} from its principals", super::list(&names, "and"));
    draft.modified(statement, principal.value(), message);
    Ok(false)
}

/// Refuses to rename keys where another provider is trusted whose tokens have keys of one of the issuers.
fn check_others(
    statement: Statement<'_>,
    key: Value<'_>,
    old: &ProviderArn,
    new: &ProviderArn,
) -> Result<(), EditError> {
    let issuers = [old, new].map(|p| p.issuer().as_str());
    let has_keys = |text: &str| {
        let issuer = text.split_once(":oidc-provider/").map_or(text, |(_, issuer)| issuer);
        issuers.contains(&issuer) && text != old.as_str() && text != new.as_str()
    };
    let mut federated = federated(statement);
    let other = federated.find(|v| v.as_str().is_some_and(|text| has_keys(&text)));
    let Some(other) = other else { return Ok(()) };
    let why = format!(
        "whose tokens are held against {} as well",
        quoted(&key.as_str().unwrap_or_default())
    );
    Err(guarded(statement, other, &why, key))
}

fn guarded(statement: Statement<'_>, other: Value<'_>, why: &str, key: Value<'_>) -> EditError {
    let message = format!("statement {} trusts {} too, {why}", statement.index(), named_by(other));
    let help = "split the statement first: a copy for each principal, with conditions of its own";
    EditError::Guarded(Refused::new("edit.guarded", message, help).at(statement, key.place()))
}

/// A condition on a key of the issuer that shuts out who doesn't have it.
fn guard_of<'a>(statement: Statement<'a>, issuer: &str) -> Option<Condition<'a>> {
    statement
        .conditions()
        .find(|c| key_of(&c.key(), issuer).is_some() && c.operator().is_none_or(Operator::is_guard))
}

/// What follows `<issuer>:` in a key, the issuer compared without case.
fn key_of<'k>(key: &'k str, issuer: &str) -> Option<&'k str> {
    let is_it = |own: &str| {
        own.eq_ignore_ascii_case(issuer)
            || !own.is_ascii() && own.to_lowercase() == issuer.to_lowercase()
    };
    let mut parts = key.match_indices(':').filter_map(|(at, _)| key.split_at_checked(at));
    parts.find(|(own, _)| is_it(own)).and_then(|(_, claim)| claim.strip_prefix(':'))
}

/// The keys of one provider, each with what it is for another.
fn renamed<'a>(
    statement: Statement<'a>,
    old: &ProviderArn,
    new: &ProviderArn,
) -> Result<Vec<(Value<'a>, String)>, EditError> {
    let mut keys = Vec::new();
    if old.issuer() == new.issuer() {
        return Ok(keys);
    }
    for condition in statement.conditions() {
        let key = condition.member().key;
        let name = condition.key();
        let Some(claim) = key_of(&name, old.issuer().as_str()) else { continue };
        let other = new.issuer().condition_key(claim);
        let mut block = condition.block().value.members();
        if block.any(|m| m.key.index() != key.index() && m.name().eq_ignore_ascii_case(&other)) {
            let message = format!(
                "statement {} has conditions on `{name}` and on `{other}`",
                statement.index()
            );
            let help = "a token has the keys of one provider only; split the statement first, one for each provider";
            return Err(EditError::BothProviders(
                Refused::new("edit.both-providers", message, help).at(statement, key.place()),
            ));
        }
        keys.push((key, other));
    }
    Ok(keys)
}

/// The text of a statement for another provider, which is its only principal; without a `Sid`.
fn copy_for(
    statement: Statement<'_>,
    of: &ProviderArn,
    new: &ProviderArn,
) -> Result<String, EditError> {
    let own = statement.value();
    let mut splices = Splices::within(own);
    if let Some(principal) = own.member("Principal") {
        if let Some(value) = sole_federated(statement) {
            splices.replace_string(value, new.as_str());
        } else {
            let only = format!("{{\"Federated\":{}}}", crate::json::quoted(new.as_str()));
            splices.replace(principal, own, &only);
        }
    }
    for (key, name) in renamed(statement, of, new)? {
        splices.replace_string(key, &name);
    }
    splices.remove(own, |key| key.is_text("Sid"));
    Ok(splices.finish())
}

fn read(text: &str) -> Result<Json, EditError> {
    Json::parse(text).map_err(|error| EditError::Result(Box::new(PolicyError::json(text, &error))))
}

/// A statement by its members in their order and their values, a `Sid` left aside.
struct ButSid<'a>(Value<'a>);

impl<'a> ButSid<'a> {
    fn members(&self) -> impl Iterator<Item = Member<'a>> + use<'a> {
        self.0.members().filter(|m| !m.is_named("Sid"))
    }
}

impl PartialEq for ButSid<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.members().eq(other.members())
    }
}

impl Eq for ButSid<'_> {}

impl Hash for ButSid<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.members().for_each(|m| m.hash(state));
    }
}

#[cfg(test)]
mod tests {
    use super::key_of;

    #[test]
    fn keys_belong_to_one_issuer_whatever_its_case() {
        for (key, issuer, claim) in [
            ("A.example/x:sub", "a.example/x", Some("sub")),
            ("É.example:sub", "é.example", Some("sub")),
            ("é.example:sub", "a.example", None),
            ("a.example:b:sub", "a.example:b", Some("sub")),
            ("a.example", "a.example", None),
        ] {
            assert_eq!(key_of(key, issuer), claim, "{key} of {issuer}");
        }
    }
}
