//! Pinning the subject: where there is none, and where a pattern stands.

use super::{Draft, Edit, EditError, Refused, check_alone, unwritable};
use crate::error::quoted as shown;
use crate::json::{Kind, Member, Value, quoted};
use crate::policy::condition::{Condition, Operator};
use crate::policy::document::TrustPolicy;
use crate::policy::grant::SubjectMatch;
use crate::policy::reading::subjects_of;
use crate::policy::statement::Statement;
use crate::policy::written::{Variables, write_exact};
use crate::{ProviderArn, Subject};

impl TrustPolicy {
    /// Adds `<issuer>:sub` to every Allow statement of the provider that has none in effect: none at all, or
    /// only under `…IfExists`, `ForAllValues:`, a negated operator or `Null`. `:aud` and all else stay.
    ///
    /// # Errors
    /// [`EditError::NotTrusted`]; [`EditError::OtherSubject`] if one has another `:sub`, exact or pattern
    /// ([`Self::grant`] adds, [`Self::narrow`] replaces); [`EditError::Shared`] if one has other principals
    /// too; [`EditError::Broken`]; [`EditError::Unwritable`].
    pub fn pin_subject(
        &self,
        provider: &ProviderArn,
        subject: &Subject,
    ) -> Result<Edit, EditError> {
        let pin = Pin::new(self, provider, subject)?;
        let mut draft = Draft::new(self);
        for statement in self.allows_of(provider)? {
            check_alone(statement, provider)?;
            match pin.state(statement) {
                State::None => pin.add(&mut draft, statement),
                State::Same => {}
                State::Other(condition) => {
                    return Err(other_subject(statement, condition, ANOTHER));
                }
            }
        }
        draft.finish_for(provider, subject)
    }

    /// Makes `:sub` exactly this subject in every Allow statement of the provider: where a pattern stands
    /// that matches it, and where there is none in effect.
    ///
    /// # Errors
    /// [`EditError::NotTrusted`]; [`EditError::OtherSubject`] if one names other subjects, or a pattern that
    /// doesn't match; [`EditError::Shared`]; [`EditError::Broken`]; [`EditError::Unwritable`].
    pub fn narrow(&self, provider: &ProviderArn, subject: &Subject) -> Result<Edit, EditError> {
        let pin = Pin::new(self, provider, subject)?;
        let mut draft = Draft::new(self);
        for statement in self.allows_of(provider)? {
            check_alone(statement, provider)?;
            match pin.state(statement) {
                State::None => pin.add(&mut draft, statement),
                State::Same => {}
                State::Other(condition) if pin.is_narrower(statement, condition) => {
                    pin.replace(&mut draft, statement, condition);
                }
                State::Other(condition) => return Err(pin.no_narrower(statement, condition)),
            }
        }
        draft.finish_for(provider, subject)
    }
}

/// What to do where another subject stands.
pub(super) const ANOTHER: &str = "to let in both, add the subject to the values that are there; to let in it alone, put it in their place";

/// The key and the subject that it shall have.
pub(super) struct Pin<'s> {
    key: String,
    /// The key that it stands behind.
    aud: String,
    subject: &'s Subject,
    /// The subject as the document writes it.
    value: String,
    variables: Variables,
}

/// What a statement says of `:sub`.
pub(super) enum State<'a> {
    /// Nothing in effect.
    None,
    /// Exactly the subject, by each condition in effect.
    Same,
    /// Something else, or that beside it.
    Other(Condition<'a>),
}

impl<'s> Pin<'s> {
    pub(super) fn new(
        policy: &TrustPolicy,
        provider: &ProviderArn,
        subject: &'s Subject,
    ) -> Result<Self, EditError> {
        let variables = policy.variables();
        let issuer = provider.issuer();
        let value = write_exact(subject.as_str(), variables)
            .map(|text| quoted(&text))
            .ok_or_else(|| unwritable(subject.as_str()))?;
        let (key, aud) = (issuer.condition_key("sub"), issuer.condition_key("aud"));
        Ok(Self { key, aud, subject, value, variables })
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// The subject as a JSON string.
    pub(super) fn value(&self) -> &str {
        &self.value
    }

    pub(super) fn state<'a>(&self, statement: Statement<'a>) -> State<'a> {
        let mut state = State::None;
        for condition in self.effective(statement) {
            if !self.is_same(condition) {
                return State::Other(condition);
            }
            state = State::Same;
        }
        state
    }

    /// Whether the condition lets in this subject and no other.
    pub(super) fn is_same(&self, condition: Condition<'_>) -> bool {
        let is_it = |s: &SubjectMatch| matches!(s, SubjectMatch::Exact(s) if s == self.subject);
        subjects_of(condition, self.variables)
            .is_some_and(|list| !list.is_empty() && list.iter().all(is_it))
    }

    /// The conditions on the key that shut somebody out; an operator that isn't known may.
    fn effective<'a>(&self, statement: Statement<'a>) -> impl Iterator<Item = Condition<'a>> {
        let guards = |c: &Condition<'_>| c.operator().is_none_or(Operator::is_guard);
        statement.conditions_on(&self.key).filter(guards)
    }

    /// Whether the only condition in effect has a pattern that matches the subject.
    fn is_narrower(&self, statement: Statement<'_>, condition: Condition<'_>) -> bool {
        let matches =
            |s: &SubjectMatch| matches!(s, SubjectMatch::Pattern(_)) && s.matches(self.subject);
        self.effective(statement).count() == 1
            && subjects_of(condition, self.variables).is_some_and(|list| list.iter().any(matches))
    }

    fn no_narrower(&self, statement: Statement<'_>, condition: Condition<'_>) -> EditError {
        let subject = shown(self.subject.as_str());
        let is_pattern = |s: &SubjectMatch| matches!(s, SubjectMatch::Pattern(_));
        let told = subjects_of(condition, self.variables);
        if !told.is_some_and(|list| list.iter().any(is_pattern)) {
            let help = format!(
                "only a pattern that matches {subject} can be narrowed to it; grant it beside the others, or revoke those"
            );
            return other_subject(statement, condition, help);
        }
        let index = statement.index();
        let (message, help) = match self.effective(statement).count() {
            0 | 1 => (
                format!("statement {index} has no pattern for {subject}: `{condition}`"),
                "name a subject that the pattern matches, or grant this one beside it",
            ),
            many => (
                format!("statement {index} has {many} conditions on `{}`", self.key),
                "all of them must hold; keep one by hand first",
            ),
        };
        EditError::NoMatch(
            Refused::new("edit.no-match", message, help)
                .at(statement, condition.member().key.place()),
        )
    }

    fn add(&self, draft: &mut Draft<'_>, statement: Statement<'_>) {
        let message = ["added `", &self.key, "` ", &shown(self.subject.as_str())].concat();
        let member = || format!("{{{}:{}}}", quoted(&self.key), self.value);
        let at = match statement.condition() {
            None => {
                let condition = format!("{{\"StringEquals\":{}}}", member());
                draft.splices.insert_member(statement.value(), None, "Condition", &condition);
                statement.value()
            }
            Some(condition) => {
                let splices = &mut draft.splices;
                match condition.member("StringEquals") {
                    None if condition.is_empty() => {
                        let all = format!("{{\"StringEquals\":{}}}", member());
                        splices.replace(condition, statement.value(), &all);
                    }
                    None => splices.insert_member(condition, None, "StringEquals", &member()),
                    Some(block) if block.is_empty() => {
                        splices.replace(block, condition, &member());
                    }
                    Some(block) => {
                        splices.insert_member(block, self.aud_in(block), &self.key, &self.value);
                    }
                }
                condition
            }
        };
        draft.modified(statement, at, message);
    }

    /// Behind which member the subject stands.
    fn aud_in<'a>(&self, block: Value<'a>) -> Option<Member<'a>> {
        block.members().find(|m| m.name().eq_ignore_ascii_case(&self.aud))
    }

    /// Puts `StringEquals` and the subject in the place of a condition.
    fn replace(&self, draft: &mut Draft<'_>, statement: Statement<'_>, condition: Condition<'_>) {
        let Some(all) = statement.condition() else { return };
        let (block, member) = (condition.block(), condition.member());
        let alone = block.value.members().count() == 1;
        let equals = all.member("StringEquals").filter(|v| v.kind() == Kind::Object);
        let splices = &mut draft.splices;
        let is_block = |v: Value<'_>| v.index() == block.key.index();
        let is_member = |v: Value<'_>| v.index() == member.key.index();
        match equals {
            None if alone => {
                splices.replace_string(block.key, "StringEquals");
                splices.replace(member.value, block.value, &self.value);
            }
            None => {
                let new = format!("{{{}:{}}}", member.key.text(), self.value);
                splices.remove(block.value, is_member);
                splices.insert_member(all, Some(block), "StringEquals", &new);
            }
            Some(equals) => {
                let aud = self.aud_in(equals);
                splices.insert_member(equals, aud, &member.name(), &self.value);
                if alone {
                    splices.remove(all, is_block);
                } else {
                    splices.remove(block.value, is_member);
                }
            }
        }
        let message =
            format!("{condition} became StringEquals on {}: {}", condition.key(), self.value);
        draft.modified(statement, member.key, message);
    }
}

pub(super) fn other_subject(
    statement: Statement<'_>,
    condition: Condition<'_>,
    help: impl Into<String>,
) -> EditError {
    let message = format!("statement {} has another subject: `{condition}`", statement.index());
    EditError::OtherSubject(
        Refused::new("edit.other-subject", message, help)
            .at(statement, condition.member().key.place()),
    )
}
