//! Canonical statements of the same provider and audiences become one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{Draft, Edit, EditError};
use crate::json::Value;
use crate::policy::canonical::{Canonical, sole_federated};
use crate::policy::condition::Condition;
use crate::policy::document::TrustPolicy;
use crate::{Audience, ProviderArn};

impl TrustPolicy {
    /// Makes one statement of canonical ones with the same provider and audiences, in the place and with the
    /// `Sid` of the first, and of equal values one. It decides alike. Never implied by another edit.
    ///
    /// Patterns and exact subjects share one `StringLike`.
    ///
    /// # Errors
    /// None that is known; [`EditError::Result`] stands for what can't happen.
    pub fn compact(&self) -> Result<Edit, EditError> {
        let mut draft = Draft::new(self);
        let mut groups: Vec<Vec<Canonical<'_>>> = Vec::new();
        let mut numbers: BTreeMap<(usize, Vec<Audience>), usize> = BTreeMap::new();
        let mut providers: BTreeMap<Cow<'_, str>, (usize, Option<ProviderArn>)> = BTreeMap::new();
        let variables = self.variables();
        for statement in self.statements() {
            let Some(arn) = sole_federated(statement).and_then(Value::as_str) else { continue };
            let next = providers.len();
            let provider = providers.entry(arn);
            let (which, provider) = provider.or_insert_with_key(|arn| (next, arn.parse().ok()));
            let Some(provider) = provider else { continue };
            let canonical = Canonical::read(statement, provider.issuer(), variables);
            let Some(mut canonical) = canonical else { continue };
            let key = (*which, std::mem::take(&mut canonical.audiences));
            let number = *numbers.entry(key).or_insert(groups.len());
            match groups.get_mut(number) {
                Some(group) => group.push(canonical),
                None => groups.push(vec![canonical]),
            }
        }
        let mut gone = Vec::new();
        for group in &groups {
            let Some((first, more)) = group.split_first() else { continue };
            if !more.is_empty() && draft.merge(first, more) {
                let message = format!("removed, merged into statement {}", first.statement.index());
                gone.extend(more.iter().map(|c| (c.statement, message.clone())));
            } else {
                for alone in group {
                    draft.drop_repeated_of(alone);
                }
            }
        }
        gone.sort_by_key(|(statement, _)| statement.index());
        draft.remove_statements(gone)?;
        draft.changes.sort_by_key(|change| change.statement);
        draft.finish()
    }
}

impl Draft<'_> {
    /// Gives the subjects of all to the first, each once; false if they can't be written together.
    fn merge(&mut self, first: &Canonical<'_>, more: &[Canonical<'_>]) -> bool {
        let like = first.like || more.iter().any(Canonical::has_pattern);
        let others: Option<Vec<_>> = more.iter().map(|c| c.written(like)).collect();
        let (Some(own), Some(others)) = (first.written(like), others) else { return false };
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let own: Vec<&str> =
            own.iter().map(AsRef::as_ref).filter(|text| known.insert(*text)).collect();
        let added: Vec<&str> =
            others.iter().flatten().map(AsRef::as_ref).filter(|text| known.insert(*text)).collect();
        let member = first.sub.member();
        let mut repeated = first.aud.is_some_and(|aud| self.drop_repeated(aud));
        if like == first.like {
            repeated |= self.drop_repeated(first.sub);
            if !added.is_empty() {
                self.splices.extend(member.value, first.sub.block().value, &added);
            }
        } else {
            self.make_like(first, &[own.as_slice(), &added].concat());
        }
        if !added.is_empty() {
            let message = format!("added {} to `{}`", added.join(", "), member.name());
            self.modified(first.statement, member.value, message);
        } else if repeated {
            self.say_repeated(first);
        }
        true
    }

    /// Makes one of equal values of a statement that stays as it is.
    fn drop_repeated_of(&mut self, alone: &Canonical<'_>) {
        let audiences = alone.aud.is_some_and(|aud| self.drop_repeated(aud));
        if self.drop_repeated(alone.sub) || audiences {
            self.say_repeated(alone);
        }
    }

    fn say_repeated(&mut self, of: &Canonical<'_>) {
        self.modified(of.statement, of.sub.member().value, "equal values became one");
    }

    /// Writes all subjects under `StringLike` in the place of those under `StringEquals`.
    fn make_like(&mut self, first: &Canonical<'_>, written: &[&str]) {
        let (block, member) = (first.sub.block(), first.sub.member());
        let values = format!("[{}]", written.join(","));
        if first.aud.is_some() {
            let Some(condition) = first.statement.condition() else { return };
            let new = format!("{{{}:{values}}}", member.key.text());
            self.splices.remove(block.value, |key| key.index() == member.key.index());
            self.splices.insert_member(condition, Some(block), "StringLike", &new);
        } else {
            self.splices.replace_string(block.key, "StringLike");
            self.splices.replace(member.value, block.value, &values);
        }
    }

    /// Takes out values that stand there already; whether there were any.
    fn drop_repeated(&mut self, condition: Condition<'_>) -> bool {
        let list = condition.member().value;
        if list.elements().nth(1).is_none() {
            return false;
        }
        let mut known = HashSet::with_capacity(list.elements().count());
        let again: Vec<usize> =
            list.elements().filter(|v| !known.insert(v.as_scalar())).map(Value::index).collect();
        if !again.is_empty() {
            self.splices.remove(list, |v| again.binary_search(&v.index()).is_ok());
        }
        !again.is_empty()
    }
}
