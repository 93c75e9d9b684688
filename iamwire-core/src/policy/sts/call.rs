//! [`WebIdentityCall`]: a token, the role it asks for, and the provider that vouches for it.

use std::borrow::Cow;

use super::claims::Claims;
use super::form::whole_number;
use crate::arn::RoleArn;
use crate::audience::Audience;
use crate::error::quoted;
use crate::issuer::Issuer;
use crate::json::{Json, Kind, Value};
use crate::policy::evaluate::context::Entry;
use crate::policy::request::{context_values, only_members};
use crate::policy::{RequestError, TrustPolicy};

/// A call of `AssumeRoleWithWebIdentity`, and what STS would find: ask it for its [`answer`](Self::answer).
///
/// What is not set is left out of the call: it is valid, and its value not known.
#[derive(Debug, Clone)]
pub struct WebIdentityCall {
    pub(super) claims: Claims,
    pub(super) provider: Option<Provider>,
    pub(super) role: Option<Role>,
    pub(super) role_arn: Option<String>,
    pub(super) session_name: Option<String>,
    pub(super) duration: Option<String>,
    pub(super) provider_id: bool,
    pub(super) context: Vec<(String, Entry)>,
    now: Option<i64>,
}

/// The OIDC provider in the role's account.
#[derive(Debug, Clone)]
pub(super) struct Provider {
    pub(super) url: String,
    pub(super) client_ids: Vec<String>,
}

/// The role in its account.
#[derive(Debug, Clone)]
pub(super) struct Role {
    pub(super) arn: String,
    pub(super) policy: TrustPolicy,
    pub(super) max_session_duration: i128,
}

impl WebIdentityCall {
    /// A call with this token; neither a provider nor a role is there.
    #[must_use]
    pub fn new(claims: Claims) -> Self {
        Self {
            claims,
            provider: None,
            role: None,
            role_arn: None,
            session_name: None,
            duration: None,
            provider_id: false,
            context: Vec::new(),
            now: None,
        }
    }

    /// The role's account has a provider for this issuer, with these client ids.
    #[must_use]
    pub fn provider<'a>(
        mut self,
        issuer: &Issuer,
        audiences: impl IntoIterator<Item = &'a Audience>,
    ) -> Self {
        let client_ids = audiences.into_iter().map(|a| a.as_str().to_owned()).collect();
        self.provider = Some(Provider { url: issuer.as_str().to_owned(), client_ids });
        self
    }

    /// The role is there, with this trust policy and sessions of an hour at most.
    #[must_use]
    pub fn role(mut self, arn: &RoleArn, policy: TrustPolicy) -> Self {
        self.role =
            Some(Role { arn: arn.as_str().to_owned(), policy, max_session_duration: 3_600 });
        self
    }

    /// A condition key that the call carries: any but those that come from the token; no value, and it is absent.
    #[must_use]
    pub fn with<'a>(mut self, key: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        self.context.push((key.to_owned(), Entry::of(values)));
        self
    }

    /// Reads `{"provider": {"url", "client_ids"} | null, "role": {"arn", "policy", "max_session_duration"?} | null,
    /// "claims", "request"?: {"RoleArn", "RoleSessionName", "DurationSeconds", "ProviderId"}, "context"?, "now"?}`.
    ///
    /// # Errors
    /// If it is no such object, or the policy can't be read.
    pub fn from_json(text: &str) -> Result<Self, RequestError> {
        let json = Json::parse_nested(text, crate::json::MAX_DEPTH + 2)
            .map_err(|error| RequestError::json(&error))?;
        Self::from_value(json.root())
    }

    /// As [`WebIdentityCall::from_json`], of a part of a larger document.
    ///
    /// # Errors
    /// As [`WebIdentityCall::from_json`].
    pub fn from_value(value: Value<'_>) -> Result<Self, RequestError> {
        object(value, "the call")?;
        only_members(
            value,
            "the call",
            &["provider", "role", "claims", "request", "context", "now"],
        )?;
        let claims = required(value, "the call", "claims")?;
        let mut call = Self::new(Claims::parse(claims.text())?);
        call.provider = optional(required(value, "the call", "provider")?)
            .map(Provider::from_value)
            .transpose()?;
        call.role =
            optional(required(value, "the call", "role")?).map(Role::from_value).transpose()?;
        if let Some(request) = value.member("request") {
            call.set_request(request)?;
        }
        if let Some(context) = value.member("context") {
            call.set_context(context)?;
        }
        if let Some(now) = value.member("now") {
            let seconds = whole_number(now.text()).and_then(|n| i64::try_from(n).ok());
            call.now =
                Some(seconds.ok_or_else(|| type_error("`now`", now, "whole seconds since 1970"))?);
        }
        Ok(call)
    }

    /// The time that the call was read with, in seconds since 1970.
    #[must_use]
    pub fn now(&self) -> Option<i64> {
        self.now
    }

    fn set_request(&mut self, request: Value<'_>) -> Result<(), RequestError> {
        object(request, "`request`")?;
        only_members(
            request,
            "`request`",
            &["RoleArn", "RoleSessionName", "DurationSeconds", "ProviderId"],
        )?;
        let string =
            |name: &str| request.member(name).map(|v| text(v, &format!("`{name}`"))).transpose();
        self.role_arn = string("RoleArn")?;
        self.session_name = string("RoleSessionName")?;
        self.provider_id = string("ProviderId")?.is_some();
        // STS judges the form of any other value.
        let duration = request.member("DurationSeconds");
        self.duration =
            duration.map(|v| v.as_scalar().unwrap_or(Cow::Borrowed(v.text())).into_owned());
        Ok(())
    }

    fn set_context(&mut self, context: Value<'_>) -> Result<(), RequestError> {
        object(context, "`context`")?;
        // The keys are checked as those of a request are.
        crate::policy::request::fill(
            &mut crate::policy::evaluate::context::Context::default(),
            context,
        )?;
        for member in context.members() {
            let values = context_values(&member.name(), member.value)?;
            self.context.push((member.name().into_owned(), Entry::Values(values)));
        }
        Ok(())
    }
}

impl Provider {
    fn from_value(value: Value<'_>) -> Result<Self, RequestError> {
        object(value, "`provider`")?;
        only_members(value, "`provider`", &["url", "client_ids"])?;
        let ids = required(value, "`provider`", "client_ids")?;
        if ids.kind() != Kind::Array {
            return Err(type_error("`client_ids`", ids, "a list of strings"));
        }
        let ids = ids.elements().map(|id| text(id, "an entry of `client_ids`"));
        Ok(Self {
            url: text(required(value, "`provider`", "url")?, "`url`")?,
            client_ids: ids.collect::<Result<_, _>>()?,
        })
    }
}

impl Role {
    fn from_value(value: Value<'_>) -> Result<Self, RequestError> {
        object(value, "`role`")?;
        only_members(value, "`role`", &["arn", "policy", "max_session_duration"])?;
        let policy = TrustPolicy::from_value(required(value, "`role`", "policy")?);
        let most = value.member("max_session_duration").and_then(optional);
        let most = most.map(|v| {
            whole_number(v.text()).ok_or_else(|| type_error("`max_session_duration`", v, "seconds"))
        });
        Ok(Self {
            arn: text(required(value, "`role`", "arn")?, "`arn`")?,
            policy: policy.map_err(|error| RequestError::policy(&error))?,
            max_session_duration: most.transpose()?.unwrap_or(3_600),
        })
    }
}

/// Null is left out.
fn optional(value: Value<'_>) -> Option<Value<'_>> {
    (value.kind() != Kind::Null).then_some(value)
}

fn required<'a>(value: Value<'a>, of: &str, name: &str) -> Result<Value<'a>, RequestError> {
    crate::policy::request::required(value, of, name)
}

fn object(value: Value<'_>, what: &str) -> Result<(), RequestError> {
    if value.kind() == Kind::Object { Ok(()) } else { Err(type_error(what, value, "an object")) }
}

fn text(value: Value<'_>, what: &str) -> Result<String, RequestError> {
    value.as_str().map(Cow::into_owned).ok_or_else(|| type_error(what, value, "a string"))
}

fn type_error(what: &str, value: Value<'_>, wanted: &str) -> RequestError {
    let is = match value.kind() {
        Kind::Number => quoted(value.text()),
        kind => kind.to_string(),
    };
    RequestError::new("request.type", format!("{what} is {is}"), format!("pass {what} as {wanted}"))
}
