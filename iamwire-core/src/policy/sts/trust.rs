//! The trust policy in STS's answer: the request that a token makes, and each action that it needs.

use std::collections::HashSet;

use super::call::WebIdentityCall;
use super::carried::Carried;
use super::claims::Claims;
use super::form;
use super::tags::Tags;
use super::{Faults, SOURCE_IDENTITY, UNDETERMINED};
use crate::RoleArn;
use crate::json::Kind;
use crate::policy::evaluate::{Decision, fold};
use crate::policy::request::{Caller, Request, RequestError};

const NOT_AUTHORIZED: &str = "Not authorized to perform sts:AssumeRoleWithWebIdentity";

impl WebIdentityCall {
    /// Step 10: the role, and each action that the trust must allow.
    pub(super) fn check_trust(&self, now: i64, authorized: bool, tags: &Tags, faults: &mut Faults) {
        let denied = |faults: &mut Faults, why: String| {
            faults.add("AccessDenied", Some(NOT_AUTHORIZED.to_owned()), why);
        };
        let asked = self.asked_arn();
        let Some(role) = self
            .role
            .as_ref()
            .filter(|role| asked.as_ref().is_some_and(|asked| *asked == role.arn))
        else {
            let why = match (&self.role, &asked) {
                (Some(role), Some(asked)) => {
                    format!("there is no role `{asked}`; there is `{}`", role.arn)
                }
                (None, Some(asked)) => format!("there is no role `{asked}`"),
                _ => "there is no role".to_owned(),
            };
            return denied(faults, why);
        };
        // Of such a role there is no account, and so no provider that could be asked about.
        if !form::is_role_arn(&role.arn) {
            return;
        }
        let Some(issuer) = self.claims.issuer() else { return };
        let request = self.request(role.arn.as_str(), &issuer, now, authorized, tags);
        let prepared = role.policy.prepare();
        let mut actions = vec!["sts:AssumeRoleWithWebIdentity"];
        actions.extend((!tags.is_empty()).then_some("sts:TagSession"));
        actions.extend(self.claims.claim(SOURCE_IDENTITY).map(|_| "sts:SetSourceIdentity"));
        let explained: Vec<_> =
            actions.iter().map(|a| (*a, prepared.explain(&request.clone().action(a)))).collect();
        let of = |wanted: fn(Decision) -> bool| {
            explained.iter().find(|(_, e)| wanted(e.decision())).map(|(a, _)| *a)
        };
        let is_denied = |d| matches!(d, Decision::ExplicitDeny | Decision::ImplicitDeny);
        if let Some(action) = of(is_denied) {
            denied(faults, format!("the trust policy does not allow `{action}`"));
        } else if let Some(claim) = self.claim_without_text() {
            faults.add(
                UNDETERMINED,
                None,
                format!("the token's `{claim}` is no text; what STS makes of it isn't known"),
            );
        } else if let Some(action) = of(|d| d == Decision::Undetermined) {
            faults.add(
                UNDETERMINED,
                None,
                format!("whether the trust policy allows `{action}` can't be told"),
            );
        }
        faults.reasons.extend(explained.iter().flat_map(|(_, e)| e.reasons().to_vec()));
    }

    /// A claim of which it isn't known what STS makes of it.
    fn claim_without_text(&self) -> Option<&'static str> {
        let is = |name: &str, odd: fn(Kind) -> bool| {
            self.claims.claim(name).is_some_and(|v| odd(v.kind()))
        };
        if is("sub", |kind| matches!(kind, Kind::Array | Kind::Object)) {
            Some("sub")
        } else {
            is(SOURCE_IDENTITY, |kind| kind != Kind::String).then_some(SOURCE_IDENTITY)
        }
    }

    /// The request that the trust is asked about.
    fn request(
        &self,
        role_arn: &str,
        issuer: &str,
        now: i64,
        authorized: bool,
        tags: &Tags,
    ) -> Request {
        let (partition, account) = form::partition_and_account(role_arn);
        let provider_arn = format!("arn:{partition}:iam::{account}:oidc-provider/{issuer}");
        let carried = Carried {
            issuer,
            provider_arn: &provider_arn,
            account,
            session_name: self.session_name.as_deref(),
            authorized_by_idp: authorized,
            now: Some(now),
        };
        let mut context = carried.context();
        let own = carried.set_claims(&mut context, &self.claims, tags);
        let own: HashSet<_> = own.iter().map(|key| fold(key)).collect();
        for (key, values) in self.context.iter().filter(|(key, _)| !own.contains(&fold(key))) {
            context.set(key, values.clone());
        }
        Request::of_caller(Caller::Federated(provider_arn.into()), "sts:AssumeRoleWithWebIdentity")
            .with_context(context)
    }
}

impl Request {
    /// The request that STS makes of a token for a role's trust policy, at a time in seconds since 1970: the token's
    /// keys, and those of the call itself. What a call carries and a token doesn't tell, the caller's address for
    /// instance, is there with a value that isn't known. Nothing of the token is checked: [`WebIdentityCall::answer`]
    /// does that. (AWS IAM User Guide, 'Available keys for AWS OIDC federation'.)
    ///
    /// # Errors
    /// If the token names no issuer, or its session tags are in no form that STS takes.
    pub fn from_claims(claims: &Claims, role: &RoleArn, now: i64) -> Result<Self, RequestError> {
        let error = |message: &str| {
            RequestError::new(
                "claims.member",
                message,
                "pass the payload of a token of an OIDC provider",
            )
        };
        let issuer = claims.issuer().ok_or_else(|| error("the claims have no `iss`"))?;
        let tags = Tags::of(claims)
            .map_err(|_| error("the session tags of the claims are in another form"))?;
        let mut call = WebIdentityCall::new(claims.clone());
        call.role_arn = Some(role.as_str().to_owned());
        let authorized = call.check_roles(&mut Faults::default());
        Ok(call.request(role.as_str(), &issuer, now, authorized, &tags))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_becomes_the_request_of_its_call() {
        let role: RoleArn = "arn:aws:iam::123456789012:role/app".parse().unwrap();
        let claims = Claims::parse(r#"{"iss":"https://h/1","sub":"s","aud":["a"]}"#).unwrap();
        let request = Request::from_claims(&claims, &role, 0).unwrap();
        assert_eq!(request.principal(), "arn:aws:iam::123456789012:oidc-provider/h/1");
        let value =
            |key: &str| request.context().find(|(k, _)| *k == key).map(|(_, values)| values);
        assert_eq!(value("h/1:sub"), Some(Some(vec!["s"])));
        assert_eq!(value("h/1:aud"), Some(Some(vec!["a"])));
        assert_eq!(value("aws:CurrentTime"), Some(Some(vec!["1970-01-01T00:00:00Z"])));
        assert_eq!(value("aws:SourceIp"), Some(None));
        let no_issuer = Claims::parse("{}").unwrap();
        let error = Request::from_claims(&no_issuer, &role, 0).unwrap_err();
        assert_eq!(error.to_string(), "the claims have no `iss`");
    }
}
