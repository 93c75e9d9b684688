//! [`Request`]: who asks to assume a role, for which action, with what.

use std::fmt;

use super::PolicyError;
use super::evaluate::context::{Context, Entry, RequestValue};
use super::evaluate::few::Few;
use super::evaluate::fold;
use crate::arn::ProviderArn;
use crate::json::{Json, Kind, Value};

/// One call that a trust policy is asked about: a caller, an action, and the condition keys it carries.
///
/// The keys are complete as given: one that isn't set is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub(super) caller: Caller,
    pub(super) action: Action,
    pub(super) context: Context,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Caller {
    /// A token of an identity provider, by the provider's ARN.
    Federated(Box<str>),
    /// A principal of AWS.
    Aws(Box<AwsCaller>),
    /// A service of AWS, by its name.
    Service(Box<str>),
}

/// The action, with the form in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Action {
    text: Box<str>,
    folded: Box<str>,
}

impl Action {
    fn new(text: &str) -> Self {
        Self { text: text.into(), folded: fold(text).into() }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn folded(&self) -> &str {
        &self.folded
    }
}

impl Request {
    /// A web identity: `sts:AssumeRoleWithWebIdentity` with a token of this provider. Nothing is set:
    /// [`Request::with`] the token's keys, for instance `issuer.condition_key("sub")`.
    #[must_use]
    pub fn web_identity(provider: &ProviderArn) -> Self {
        Self::of_caller(
            Caller::Federated(provider.as_str().into()),
            "sts:AssumeRoleWithWebIdentity",
        )
    }

    /// A principal of AWS: `sts:AssumeRole` by a user, a role, a session or an account's root.
    ///
    /// # Errors
    /// If the text is no ARN with an account.
    pub fn aws(arn: &str) -> Result<Self, RequestError> {
        Ok(Self::of_caller(Caller::Aws(Box::new(AwsCaller::parse(arn)?)), "sts:AssumeRole"))
    }

    /// A service of AWS: `sts:AssumeRole`, for instance by `pods.eks.amazonaws.com`.
    #[must_use]
    pub fn service(name: &str) -> Self {
        Self::of_caller(Caller::Service(name.into()), "sts:AssumeRole")
    }

    pub(super) fn of_caller(caller: Caller, action: &str) -> Self {
        Self { caller, action: Action::new(action), context: Context::default() }
    }

    pub(super) fn with_context(mut self, context: Context) -> Self {
        self.context = context;
        self
    }

    /// The same request for another action, for instance `sts:TagSession`.
    #[must_use]
    pub fn action(mut self, action: &str) -> Self {
        self.action = Action::new(action);
        self
    }

    /// Sets a condition key, compared without case, to its values; none makes it absent.
    #[must_use]
    pub fn with<'a>(mut self, key: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        self.context.set(key, Entry::of(values));
        self
    }

    /// Sets a condition key that is there, with a value that isn't known.
    #[must_use]
    pub fn with_unknown_value(mut self, key: &str) -> Self {
        self.context.set(key, Entry::UnknownValue);
        self
    }

    /// Sets a condition key of which not even that is known whether it is there.
    #[must_use]
    pub fn with_unknown(mut self, key: &str) -> Self {
        self.context.set(key, Entry::UnknownPresence);
        self
    }

    /// Reads `{"action", "principal": {"Federated" | "AWS" | "Service": text}, "context": {key: value | [values]}}`.
    ///
    /// # Errors
    /// If it is no such object: a member is missing or unknown, a context key stands twice but for case,
    /// or a value is neither string, number nor boolean. Numbers and booleans count as their JSON text.
    pub fn from_json(text: &str) -> Result<Self, RequestError> {
        let json = Json::parse(text).map_err(|error| RequestError::json(&error))?;
        Self::from_value(json.root())
    }

    /// As [`Request::from_json`], of a part of a larger document.
    ///
    /// # Errors
    /// As [`Request::from_json`].
    pub fn from_value(value: Value<'_>) -> Result<Self, RequestError> {
        if value.kind() != Kind::Object {
            return Err(RequestError::new(
                "request.type",
                format!("a request is an object, this is {}", value.kind()),
                "pass {\"action\", \"principal\", \"context\"}",
            ));
        }
        only_members(value, "request", &["action", "principal", "context"])?;
        let action = required(value, "request", "action")?;
        let action = string(action, "`action`")?;
        let caller = Caller::from_value(required(value, "request", "principal")?)?;
        let mut context = Context::default();
        fill(&mut context, required(value, "request", "context")?)?;
        Ok(Self::of_caller(caller, &action).with_context(context))
    }

    /// The action that is asked for.
    #[must_use]
    pub fn action_name(&self) -> &str {
        self.action.text()
    }

    /// Who asks: the provider's ARN, the principal's ARN or the service's name.
    #[must_use]
    pub fn principal(&self) -> &str {
        match &self.caller {
            Caller::Federated(text) | Caller::Service(text) => text,
            Caller::Aws(caller) => &caller.arn,
        }
    }

    /// The keys that are set, with their values; no value is an absent key, `None` one that isn't known.
    pub fn context(&self) -> impl Iterator<Item = (&str, Option<Vec<&str>>)> {
        self.context.entries().map(|(key, entry)| match entry {
            Entry::Values(values) => {
                (key.text(), Some(values.iter().map(RequestValue::text).collect()))
            }
            Entry::UnknownValue | Entry::UnknownPresence => (key.text(), None),
        })
    }
}

/// Sets each key of a JSON object.
pub(super) fn fill(context: &mut Context, object: Value<'_>) -> Result<(), RequestError> {
    if object.kind() != Kind::Object {
        return Err(RequestError::new(
            "request.context",
            format!("`context` is {}", object.kind()),
            "pass an object of condition keys; {} is a request without any",
        ));
    }
    // In the order in which the context keeps them, so that each is added at its end.
    let mut members: Vec<_> = object.members().map(|m| (fold(&m.name()).into_owned(), m)).collect();
    members.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (_, member) in members {
        let entry = Entry::Values(context_values(&member.name(), member.value)?);
        if !context.set(&member.name(), entry) {
            return Err(RequestError::new(
                "request.context-case",
                format!("context key `{}` stands twice but for case", member.name()),
                "keep one of the two: condition keys are compared without case",
            ));
        }
    }
    Ok(())
}

/// The values of one context key: one scalar or a list of them.
pub(super) fn context_values(
    key: &str,
    value: Value<'_>,
) -> Result<Few<RequestValue>, RequestError> {
    let scalar = |v: Value<'_>| {
        v.as_scalar().map(|text| RequestValue::new(&text)).ok_or_else(|| {
            RequestError::new(
                "request.context-value",
                format!("context key `{key}` holds {}", v.kind()),
                "pass a string, number or boolean, or a list of them; leave an absent key out",
            )
        })
    };
    value.one_or_many().map(scalar).collect()
}

/// Refuses a member that isn't one of these.
pub(super) fn only_members(value: Value<'_>, of: &str, known: &[&str]) -> Result<(), RequestError> {
    match value.members().find(|m| !known.iter().any(|name| m.is_named(name))) {
        None => Ok(()),
        Some(m) => Err(RequestError::new(
            "request.unknown-member",
            format!("{of} has an unknown member `{}`", m.name()),
            format!("its members are `{}`", known.join("`, `")),
        )),
    }
}

pub(super) fn required<'a>(
    value: Value<'a>,
    of: &str,
    name: &str,
) -> Result<Value<'a>, RequestError> {
    value.member(name).ok_or_else(|| {
        RequestError::new(
            "request.missing-member",
            format!("{of} has no `{name}`"),
            format!("add `{name}`"),
        )
    })
}

fn string<'a>(value: Value<'a>, what: &str) -> Result<std::borrow::Cow<'a, str>, RequestError> {
    value.as_str().ok_or_else(|| {
        RequestError::new(
            "request.type",
            format!("{what} is {}", value.kind()),
            format!("pass {what} as a string"),
        )
    })
}

impl Caller {
    fn from_value(value: Value<'_>) -> Result<Self, RequestError> {
        let help = "pass one of {\"Federated\": arn}, {\"AWS\": arn}, {\"Service\": name}";
        let mut members = value.members();
        let (Some(member), None) = (members.next(), members.next()) else {
            let message = "`principal` must name exactly one caller";
            return Err(RequestError::new("request.principal", message, help));
        };
        let text = string(member.value, "the principal")?;
        match member.name().as_ref() {
            "Federated" => Ok(Self::Federated(text.into())),
            "AWS" => AwsCaller::parse(&text).map(|caller| Self::Aws(Box::new(caller))),
            "Service" => Ok(Self::Service(text.into())),
            other => {
                let message = format!("`principal` is of an unknown kind `{other}`");
                Err(RequestError::new("request.principal", message, help))
            }
        }
    }
}

/// A principal of AWS, with every text that names it in a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AwsCaller {
    arn: String,
    root: String,
    account: String,
    /// Of a session: what the ARN of its role begins with, and the role's name.
    role: Option<(String, String)>,
}

impl AwsCaller {
    fn parse(arn: &str) -> Result<Self, RequestError> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, partition, service, _, account, resource] = parts.as_slice() else {
            return Err(Self::error(arn));
        };
        let digits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        if !arn.starts_with("arn:") || !digits || resource.is_empty() {
            return Err(Self::error(arn));
        }
        let session = resource
            .strip_prefix("assumed-role/")
            .filter(|_| *service == "sts")
            .and_then(|r| r.split_once('/'))
            .filter(|(name, session)| {
                !name.is_empty() && !session.is_empty() && !session.contains('/')
            });
        Ok(Self {
            arn: arn.to_owned(),
            root: format!("arn:{partition}:iam::{account}:root"),
            account: (*account).to_owned(),
            role: session.map(|(name, _)| {
                (format!("arn:{partition}:iam::{account}:role/"), name.to_owned())
            }),
        })
    }

    fn error(arn: &str) -> RequestError {
        RequestError::new(
            "request.principal",
            format!("`{arn}` is no ARN of a principal"),
            "pass a user, role, session or root, for instance `arn:aws:iam::123456789012:role/NAME`",
        )
    }

    /// Whether a value under `AWS` names it, itself or as one of its account or role, or everybody.
    pub(super) fn is_named_by(&self, value: &str) -> bool {
        let of_role = |(prefix, name): &(String, String)| {
            value
                .strip_prefix(prefix.as_str())
                .is_some_and(|path| path.rsplit('/').next() == Some(name))
        };
        value == "*"
            || value == self.arn
            || value == self.root
            || value == self.account
            || self.role.as_ref().is_some_and(of_role)
    }
}

/// A request that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RequestError {
    code: &'static str,
    message: String,
    help: String,
}

impl RequestError {
    pub(super) fn new(
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { code, message: message.into(), help: help.into() }
    }

    pub(super) fn json(error: &crate::json::SyntaxError) -> Self {
        let help = error.what().help().unwrap_or("pass one JSON object");
        Self::new("request.json", error.to_string(), help)
    }

    pub(super) fn policy(error: &PolicyError) -> Self {
        Self::new(error.code(), format!("the policy: {error}"), error.help())
    }

    /// The stable code, for instance `request.missing-member`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The next step, one sentence.
    #[must_use]
    pub fn help(&self) -> &str {
        &self.help
    }
}

impl miette::Diagnostic for RequestError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that stops says where")]

    use super::*;

    #[test]
    fn a_session_has_a_role() {
        let role = |arn: &str| AwsCaller::parse(arn).unwrap().role;
        let found = role("arn:aws-cn:sts::123456789012:assumed-role/r/s");
        assert_eq!(found, Some(("arn:aws-cn:iam::123456789012:role/".to_owned(), "r".to_owned())));
        for arn in [
            "arn:aws:iam::123456789012:assumed-role/r/s",
            "arn:aws:sts::123456789012:assumed-role/r",
            "arn:aws:sts::123456789012:assumed-role/r/",
            "arn:aws:sts::123456789012:assumed-role//s",
            "arn:aws:sts::123456789012:assumed-role/r/s/t",
            "arn:aws:sts::123456789012:federated-user/r",
        ] {
            assert_eq!(role(arn), None, "{arn}");
        }
        for arn in [
            "arn:aws:iam::123456789012",
            "arn:aws:iam::123456789012:",
            "arn:aws:iam::12345678901x:root",
            "arn:aws:iam::12345678901:root",
            "urn:aws:iam::123456789012:root",
        ] {
            assert!(AwsCaller::parse(arn).is_err(), "{arn}");
        }
    }
}
