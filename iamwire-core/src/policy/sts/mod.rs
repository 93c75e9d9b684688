//! What STS answers to a web identity token, and why: its own checks, then the trust policy.
//!
//! Signature and keys of the token are taken as good.

mod call;
mod carried;
mod claims;
mod cloudtrail;
mod form;
mod tags;

use std::borrow::Cow;

pub use call::WebIdentityCall;
use carried::Carried;
pub use claims::Claims;
use claims::without_scheme;
use form::{is_role_arn, timestamp};
use tags::Tags;

use super::evaluate::{Decision, Part, Reason, Verdict};
use super::request::{Caller, Request};
use crate::json::{Kind, Value};

/// The claim with the roles that a token is for.
const ROLES: &str = "https://aws.amazon.com/roles";
/// The claim with the source identity of the session.
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";

/// How many seconds STS's clock and the issuer's may differ.
const TOLERANCE: i128 = 300;

const NOT_AUTHORIZED: &str = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
const NOT_VALIDATED: &str = "The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.";

/// What STS answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StsAnswer {
    code: &'static str,
    message: Option<String>,
    reasons: Vec<Reason>,
}

impl StsAnswer {
    /// `ok`, STS's error code, or `undetermined`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// STS's text, where it has been recorded.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Everything that fails, in STS's order; then the statements of the trust policy, once per action.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }
}

/// The faults that were found, in STS's order.
#[derive(Debug, Default)]
struct Faults {
    first: Option<(&'static str, Option<String>)>,
    reasons: Vec<Reason>,
}

impl Faults {
    fn add(&mut self, code: &'static str, text: Option<String>, why: impl Into<String>) {
        let result = if code == UNDETERMINED { Verdict::Unknown } else { Verdict::No };
        self.reasons.push(Reason {
            statement: None,
            effect: None,
            result,
            part: Part::Sts,
            message: why.into(),
        });
        self.first = self.first.take().or(Some((code, text)));
    }

    fn invalid_token(&mut self, text: impl Into<String>, why: impl Into<String>) {
        self.add("InvalidIdentityToken", Some(text.into()), why);
    }
}

const UNDETERMINED: &str = "undetermined";

impl WebIdentityCall {
    /// What STS answers at a time, in seconds since 1970.
    #[must_use]
    pub fn answer(&self, now: i64) -> StsAnswer {
        let mut faults = Faults::default();
        self.check_form(&mut faults);
        self.check_presence(&mut faults);
        self.check_times(i128::from(now), &mut faults);
        self.check_provider(&mut faults);
        let authorized = self.check_roles(&mut faults);
        let tags = Tags::of(&self.claims).unwrap_or_else(|_| {
            let text = "principal_tags passed in claim is not in correct format.";
            faults.invalid_token(text, "the session tags of the token are in another form");
            Tags::default()
        });
        self.check_trust(now, authorized, &tags, &mut faults);
        self.check_duration(&mut faults);
        let (code, message) = faults.first.unwrap_or(("ok", None));
        StsAnswer { code, message, reasons: faults.reasons }
    }

    /// The ARN that is asked for.
    fn asked_arn(&self) -> Option<Cow<'_, str>> {
        match &self.role_arn {
            Some(arn) => Some(Cow::Borrowed(arn)),
            None => self.role.as_ref().map(|role| Cow::Borrowed(role.arn.as_str())),
        }
    }

    /// Step 1: the parameters of the call.
    fn check_form(&self, faults: &mut Faults) {
        if let Some(arn) = self.asked_arn().filter(|arn| !is_role_arn(arn)) {
            faults.add(
                "ValidationError",
                Some("Request ARN is invalid".to_owned()),
                format!("`{arn}` is no ARN of a role"),
            );
        }
        if let Some(name) = self.session_name.as_ref().filter(|name| !form::is_session_name(name)) {
            let why =
                format!("RoleSessionName `{name}` is not 2 to 64 of letters, digits and `_+=,.@-`");
            faults.add("ValidationError", None, why);
        }
        if let Some(seconds) = &self.duration
            && !form::whole_number(seconds).is_some_and(|n| (900..=43_200).contains(&n))
        {
            faults.add(
                "ValidationError",
                None,
                format!("DurationSeconds `{seconds}` is not 900 to 43200"),
            );
        }
        if self.provider_id {
            let text = "Unrecognized OAuth provider. Do not include a provider parameter when submitting OpenIDConnect ID tokens";
            faults.add("AccessDenied", Some(text.to_owned()), "the request names a ProviderId");
        }
    }

    /// Step 2: the claims that must be there.
    fn check_presence(&self, faults: &mut Faults) {
        for name in ["iss", "sub", "aud", "iat", "exp"] {
            // Null counts as missing, but has an answer of its own where a text or time is wanted.
            let kept = matches!(name, "sub" | "iat" | "exp");
            let claim =
                if kept { self.claims.value().member(name) } else { self.claims.claim(name) };
            if claim.is_none() {
                faults.invalid_token(
                    format!("Missing a required claim: {name}"),
                    format!("the token has no `{name}`"),
                );
            }
        }
        if self.claims.claim("aud").is_some() && self.claims.audiences().next().is_none() {
            faults.invalid_token(
                "Claim is not allowed to be empty: aud",
                "the token's `aud` is an empty list",
            );
        }
        if self.claims.value().member("sub").map(Value::kind) == Some(Kind::Null) {
            let text = "Unknown error validating third-party token".to_owned();
            faults.add("InternalFailure", Some(text), "the token's `sub` is null");
        }
    }

    /// Steps 3 and 4: the times of the token.
    fn check_times(&self, now: i128, faults: &mut Faults) {
        let claim = |name: &str| self.claims.value().member(name);
        for name in ["exp", "iat", "nbf"] {
            if claim(name).is_some_and(|v| timestamp(v).is_none()) {
                faults.invalid_token(
                    "Invalid timestamp in token claims.",
                    format!("the token's `{name}` is no whole number of seconds"),
                );
            }
        }
        let time = |name: &str| claim(name).and_then(timestamp);
        if let Some(exp) = time("exp").filter(|exp| now > exp.saturating_add(TOLERANCE)) {
            let then = now - TOLERANCE;
            let text = format!(
                "Token expired: current date/time {then} must be before the expiration date/time {exp}"
            );
            faults.add(
                "ExpiredTokenException",
                Some(text),
                format!("the token expired {} s ago", now.saturating_sub(exp)),
            );
        }
        if let Some(nbf) = time("nbf").filter(|nbf| *nbf > now + TOLERANCE) {
            let then = now + TOLERANCE;
            let text = format!(
                "Token not yet valid: current date/time {then} must be after or equal to the not-before date/time {nbf}"
            );
            faults.invalid_token(
                text,
                format!("the token is valid in {} s", nbf.saturating_sub(now)),
            );
        }
        if let Some(iat) = time("iat").filter(|iat| *iat > now + TOLERANCE) {
            let why = format!("the token was issued {} s in the future", iat.saturating_sub(now));
            faults.invalid_token(format!("Token issued in the future: {iat}"), why);
        }
    }

    /// Steps 5 to 7: the provider of the issuer in the role's account, and its client ids.
    fn check_provider(&self, faults: &mut Faults) {
        let Some(iss) = self.claims.claim("iss") else { return };
        let issuer = iss.as_scalar().unwrap_or(Cow::Borrowed(iss.text()));
        let provider =
            self.provider.as_ref().filter(|p| without_scheme(&p.url) == without_scheme(&issuer));
        match (provider, &self.provider) {
            (Some(_), _) => {}
            (None, Some(other)) => {
                let why = format!(
                    "the token's issuer is `{issuer}`, the account's provider is `{}`",
                    other.url
                );
                faults.invalid_token(NOT_VALIDATED, why);
            }
            (None, None) => {
                faults.invalid_token(
                    NOT_VALIDATED,
                    format!("the role's account has no provider for `{issuer}`"),
                );
            }
        }
        if self.claims.claim("azp").is_none() && self.claims.audiences().count() > 1 {
            let text = "Token audience contains more than one audience while authorized party is not present";
            faults.invalid_token(text, "the token has several audiences and no `azp`");
            return;
        }
        let Some(provider) = provider else { return };
        if self.claims.audiences().next().is_none() && self.claims.claim("azp").is_none() {
            return;
        }
        let audience = self.claims.audience();
        if !audience.as_ref().is_some_and(|aud| provider.client_ids.iter().any(|id| id == aud)) {
            let why = format!(
                "the token's audience `{}` is none of the provider's: `{}`",
                audience.unwrap_or_default(),
                provider.client_ids.join("`, `")
            );
            faults.invalid_token(NOT_VALIDATED, why);
        }
    }

    /// Step 8: whether the token's roles, if it names some, list the role; they do if there is no fault.
    fn check_roles(&self, faults: &mut Faults) -> bool {
        let Some(claim) = self.claims.claim(ROLES) else { return false };
        let entries: Vec<String> = match claim.kind() {
            Kind::Array => {
                claim.elements().filter_map(|v| v.as_str().map(|s| s.trim().to_owned())).collect()
            }
            Kind::String => claim
                .as_str()
                .unwrap_or_default()
                .split(';')
                .map(|entry| entry.trim().to_owned())
                .collect(),
            _ => {
                faults.invalid_token(
                    "The roles claim is not in a supported format",
                    "the token's roles are neither list nor text",
                );
                return false;
            }
        };
        let roles: Vec<&String> = entries.iter().filter(|entry| is_role_arn(entry)).collect();
        let asked = self.asked_arn();
        if roles.is_empty() {
            faults.invalid_token(
                "The roles claim contains no valid role ARNs",
                "the token's roles hold no ARN of a role",
            );
            return false;
        }
        let Some(asked) = asked else {
            faults.add(
                UNDETERMINED,
                None,
                "whether the token's roles list the role can't be told: none is named",
            );
            return false;
        };
        let listed = roles.iter().any(|role| **role == asked);
        if !listed {
            let text =
                "The target role ARN is not present in the roles claim of the identity token";
            faults.invalid_token(text, "the token is for other roles");
        }
        listed
    }

    /// Step 10: the role, and each action that the trust must allow.
    fn check_trust(&self, now: i64, authorized: bool, tags: &Tags, faults: &mut Faults) {
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
        let is_own = |key: &str| {
            own.iter().any(|own| super::evaluate::fold(own) == super::evaluate::fold(key))
        };
        for (key, values) in self.context.iter().filter(|(key, _)| !is_own(key)) {
            context.set(key, values.clone());
        }
        Request::of_caller(Caller::Federated(provider_arn), "sts:AssumeRoleWithWebIdentity")
            .with_context(context)
    }

    /// Step 11: the duration against the role's maximum.
    fn check_duration(&self, faults: &mut Faults) {
        let most = self.role.as_ref().map_or(3_600, |role| role.max_session_duration);
        let seconds = self.duration.as_deref().and_then(form::whole_number);
        if let Some(seconds) = seconds.filter(|n| *n > most && self.role.is_some()) {
            let text =
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
                    .to_owned();
            let why = format!("DurationSeconds {seconds} is more than the role's {most}");
            faults.add("ValidationError", Some(text), why);
        }
    }
}
