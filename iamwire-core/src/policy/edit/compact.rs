//! Canonical statements of the same provider and audiences become one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{Draft, Edit, EditError};
use crate::json::{Value, quoted};
use crate::policy::builder::write_subject;
use crate::policy::canonical::{Canonical, sole_federated};
use crate::policy::condition::Condition;
use crate::policy::document::TrustPolicy;
use crate::policy::grant::SubjectMatch;
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
            let canonical = provider.as_ref().and_then(|p| Canonical::of(statement, p, variables));
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
            if let [first, more @ ..] = group.as_slice() {
                let merged = draft.merge(first, more);
                let message = format!("removed, merged into statement {}", first.statement.index());
                gone.extend(more.iter().take(merged).map(|c| (c.statement, message.clone())));
            }
        }
        gone.sort_by_key(|(statement, _)| statement.index());
        draft.remove_statements(&gone)?;
        draft.changes.sort_by_key(|change| change.statement);
        draft.finish()
    }
}

impl Draft<'_> {
    /// Gives the subjects of all to the first; the number of those that it took.
    fn merge(&mut self, first: &Canonical<'_>, more: &[Canonical<'_>]) -> usize {
        let member = first.sub.member();
        let mut twice = first.aud.is_some_and(|aud| self.drop_repeated(aud));
        let mut added = Vec::new();
        if more.is_empty() {
            twice |= self.drop_repeated(first.sub);
        } else {
            let others: Vec<(SubjectMatch, Value<'_>)> =
                more.iter().flat_map(Canonical::subjects).collect();
            let is_pattern = |(s, _): &(SubjectMatch, _)| !matches!(s, SubjectMatch::Exact(_));
            let like = first.like || others.iter().any(is_pattern);
            let variables = self.policy.variables();
            let write = |(subject, _): &(SubjectMatch, _)| {
                write_subject(subject, like, variables).map(|text| quoted(&text))
            };
            let write = |all: &[(SubjectMatch, _)]| all.iter().map(write).collect();
            let (own, others): (Option<Vec<_>>, Option<Vec<_>>) =
                (write(&first.subjects()), write(&others));
            let (Some(own), Some(mut written)) = (own, others) else { return 0 };
            let mut known: BTreeSet<String> = own.iter().cloned().collect();
            written.retain(|text| known.insert(text.clone()));
            if like == first.like {
                twice |= self.drop_repeated(first.sub);
                if !written.is_empty() {
                    self.splices.extend(member.value, first.sub.block().value, &written);
                }
            } else {
                let mut all = own;
                all.extend_from_slice(&written);
                let mut once = HashSet::new();
                all.retain(|text| once.insert(text.clone()));
                self.make_like(first, &all);
            }
            added = written;
        }
        if twice || !added.is_empty() {
            let message = if added.is_empty() {
                "equal values became one".to_owned()
            } else {
                format!("added {} to `{}`", added.join(", "), member.name())
            };
            self.modified(first.statement, member.value, message);
        }
        more.len()
    }

    /// Writes all subjects under `StringLike` in the place of those under `StringEquals`.
    fn make_like(&mut self, first: &Canonical<'_>, written: &[String]) {
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
        let mut known = HashSet::with_capacity(list.elements().count());
        let again: Vec<usize> =
            list.elements().filter(|v| !known.insert(v.as_scalar())).map(Value::index).collect();
        if !again.is_empty() {
            self.splices.remove(list, |v| again.binary_search(&v.index()).is_ok());
        }
        !again.is_empty()
    }
}
