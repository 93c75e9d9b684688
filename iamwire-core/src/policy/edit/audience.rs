//! The tutorial's literal change: the subject in the place of the audience.

use super::subject::{ANOTHER, Pin, State, other_subject};
use super::{Draft, Edit, EditError, Refused, Touch, check_alone};
use crate::finding::{Finding, Place, Severity};
use crate::json::Kind;
use crate::policy::condition::{Condition, Test};
use crate::policy::document::TrustPolicy;
use crate::policy::statement::Statement;
use crate::{ProviderArn, Subject};

impl TrustPolicy {
    /// Puts `<issuer>:sub` in the place of the `StringEquals` on `<issuer>:aud`, in every Allow statement of
    /// the provider. [`Self::pin_subject`] keeps both and is the better one: without `:aud` any of the
    /// provider's client ids will do, and a notice says so.
    ///
    /// # Errors
    /// [`EditError::NotTrusted`]; [`EditError::OtherSubject`] if there is another `:sub`;
    /// [`EditError::Audience`] if `:aud` is missing, stands twice, or under another operator;
    /// [`EditError::Shared`]; [`EditError::Broken`]; [`EditError::Unwritable`].
    pub fn replace_audience_with_subject(
        &self,
        provider: &ProviderArn,
        subject: &Subject,
    ) -> Result<Edit, EditError> {
        let pin = Pin::new(self, provider, subject)?;
        let aud = provider.issuer().condition_key("aud");
        let mut draft = Draft::new(self);
        for statement in self.allows_of(provider)? {
            check_alone(statement, provider)?;
            let other = match pin.state(statement) {
                State::Same => continue,
                State::Other(condition) => Some(condition),
                State::None => statement.conditions_on(pin.key()).next(),
            };
            if let Some(other) = other {
                return Err(other_subject(statement, other, ANOTHER));
            }
            let audience = sole_audience(statement, &aud)?;
            replace(&mut draft, statement, audience, &pin);
        }
        draft.finish_for(provider, subject)
    }
}

fn sole_audience<'a>(statement: Statement<'a>, aud: &str) -> Result<Condition<'a>, EditError> {
    let refuse = |message: &str, help: &str, place: Place| {
        let message = format!("statement {} {message}", statement.index());
        EditError::Audience(Refused::new("edit.audience", message, help).at(statement, place))
    };
    let mut conditions = statement.conditions_on(aud);
    let Some(only) = conditions.next() else {
        let message = format!("has no `{aud}` to replace");
        let help = "pin the subject instead, which needs no audience";
        return Err(refuse(&message, help, statement.value().place()));
    };
    let help = "pin the subject instead, which leaves the audience as it is";
    if let Some(second) = conditions.next() {
        let message = format!("has `{aud}` twice");
        return Err(refuse(&message, help, second.member().key.place()));
    }
    let plain = only
        .operator()
        .is_some_and(|o| o.test() == Test::StringEquals && o.set().is_none() && !o.if_exists());
    if plain {
        return Ok(only);
    }
    let message = format!("has `{aud}` under `{}`, not `StringEquals`", only.operator_name());
    Err(refuse(&message, help, only.member().key.place()))
}

fn replace(
    draft: &mut Draft<'_>,
    statement: Statement<'_>,
    audience: Condition<'_>,
    pin: &Pin<'_>,
) {
    let member = audience.member();
    draft.splices.replace_string(member.key, pin.key());
    let mut values = audience.values();
    match (member.value.kind(), values.next(), values.next()) {
        (Kind::Array, Some(only), None) => {
            draft.splices.replace(only, member.value, pin.value());
        }
        _ => draft.splices.replace(member.value, audience.block().value, pin.value()),
    }
    let message = format!("{audience} became StringEquals on {}: {}", pin.key(), pin.value());
    let place = draft.places.of(member.key);
    draft.changed(Touch::Modified, statement.index(), message, place.clone());
    let message = format!(
        "statement {} no longer looks at `{}`: a token for any client id of the provider will do",
        statement.index(),
        audience.key()
    );
    let help = "pin the subject instead: then both are looked at";
    draft
        .notices
        .push(Finding::new("edit.audience-lost", Severity::Warning, message, help).at(place));
}
