//! STS's own checks of a call, in its order; each fault is added to those before.

use std::borrow::Cow;

use super::call::WebIdentityCall;
use super::claims::without_scheme;
use super::form::{self, is_role_arn, timestamp};
use super::{Faults, ROLES, UNDETERMINED};
use crate::json::{Kind, Value};

/// How many seconds STS's clock and the issuer's may differ.
const TOLERANCE: i128 = 300;

const NOT_VALIDATED: &str = "The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.";

impl WebIdentityCall {
    /// Step 1: the parameters of the call.
    pub(super) fn check_form(&self, faults: &mut Faults) {
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
    pub(super) fn check_presence(&self, faults: &mut Faults) {
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
    pub(super) fn check_times(&self, now: i128, faults: &mut Faults) {
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
    pub(super) fn check_provider(&self, faults: &mut Faults) {
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
            let claim = self.claims.claim("azp").or_else(|| self.claims.audiences().next());
            let audience = audience.or(claim.map(|v| Cow::Borrowed(v.text()))).unwrap_or_default();
            let why = match provider.client_ids.as_slice() {
                [] => format!("the token's audience is `{audience}`, the provider lists none"),
                ids => format!(
                    "the token's audience `{audience}` is none of the provider's: `{}`",
                    ids.join("`, `")
                ),
            };
            faults.invalid_token(NOT_VALIDATED, why);
        }
    }

    /// Step 8: whether the token's roles, if it names some, list the role; they do if there is no fault.
    pub(super) fn check_roles(&self, faults: &mut Faults) -> bool {
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

    /// Step 11: the duration against the role's maximum.
    pub(super) fn check_duration(&self, faults: &mut Faults) {
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
