//! What STS answers to a token: the checks before the policy, in order, then the policy.

use super::context::{Context, Held};
use super::date;
use super::document::{Decision, Policy, Request};
use super::json::Value;
use super::number::Integer;
use super::principal::Caller;
use super::text::same_name;
use super::token::{self, Roles, Tags};

const NOT_VALIDATED: &str = "The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.";
const NOT_AUTHORIZED: &str = "Not authorized to perform sts:AssumeRoleWithWebIdentity";

/// An OIDC provider in the role's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its URL, with or without `https://`.
    pub url: String,
    /// Its client ids.
    pub client_ids: Vec<String>,
}

/// The role that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// Its trust policy.
    pub policy: Policy,
    /// Its `MaxSessionDuration` in seconds; left out it is 3,600.
    pub max_session_duration: Option<i64>,
}

/// What is known of the call's parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StsRequest {
    /// The `RoleArn`; left out it is the role's.
    pub role_arn: Option<String>,
    /// The `RoleSessionName`.
    pub role_session_name: Option<String>,
    /// The `DurationSeconds`.
    pub duration_seconds: Option<i64>,
    /// The `ProviderId`, which must not be sent.
    pub provider_id: Option<String>,
}

/// A call of `AssumeRoleWithWebIdentity` whose token has a good signature.
#[derive(Debug, Clone)]
pub struct Call {
    /// The provider for the token's issuer, if there is one.
    pub provider: Option<Provider>,
    /// The role, if there is one.
    pub role: Option<Role>,
    /// The claims of the token.
    pub claims: Vec<(String, Value)>,
    /// The call's parameters.
    pub request: StsRequest,
    /// Condition keys that fill or replace those of the call, but not the token's own.
    pub context: Vec<(String, Vec<String>)>,
    /// The time, in epoch seconds.
    pub now: i64,
}

/// What STS answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// `ok`, the code of an error, or `undetermined`.
    pub code: &'static str,
    /// STS's text, if there is one that is known.
    pub message: Option<String>,
}

fn error(code: &'static str, message: impl Into<String>) -> Answer {
    Answer { code, message: Some(message.into()) }
}

fn silent(code: &'static str) -> Answer {
    Answer { code, message: None }
}

fn invalid(message: impl Into<String>) -> Answer {
    error("InvalidIdentityToken", message)
}

/// Cuts the scheme.
fn without_scheme(url: &str) -> &str {
    // Reading: "issuer text exact, scheme cut": `https://` as written, once.
    url.strip_prefix("https://").unwrap_or(url)
}

impl Call {
    /// The first check that fails answers; if none does, `ok`.
    #[must_use]
    pub fn answer(&self) -> Answer {
        self.checks().err().unwrap_or_else(|| silent("ok"))
    }

    fn checks(&self) -> Result<(), Answer> {
        self.form()?; // 1
        self.required_claims()?; // 2
        self.times()?; // 3, 4
        let issuer = self.issuer()?; // 5
        self.audience()?; // 6, 7
        let authorized = self.roles_claim()?; // 8
        let Some(tags) = Tags::of(&self.claims) else {
            return Err(invalid("principal_tags passed in claim is not in correct format."));
        }; // 9
        self.trust(issuer, authorized, &tags)?; // 10
        self.duration() // 11
    }

    /// The `RoleArn`, if it is known.
    fn role_arn(&self) -> Option<&str> {
        self.request.role_arn.as_deref().or(self.role.as_ref().map(|role| role.arn.as_str()))
    }

    // 1. "Form: RoleArn, RoleSessionName, DurationSeconds out of bounds (ValidationError); what the
    // request leaves out is valid and not known; a ProviderId: AccessDenied."
    fn form(&self) -> Result<(), Answer> {
        if let Some(arn) = self.role_arn()
            && !(token::is_role_arn(arn) && (20..=2048).contains(&arn.len()))
        {
            return Err(error("ValidationError", "Request ARN is invalid"));
        }
        // Reading: STS's texts for a bad session name or duration are not in the facts: no message.
        if let Some(name) = &self.request.role_session_name {
            let fits = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
            if !(2..=64).contains(&name.len()) || !name.bytes().all(fits) {
                return Err(silent("ValidationError"));
            }
        }
        if self.request.duration_seconds.is_some_and(|seconds| !(900..=43_200).contains(&seconds)) {
            return Err(silent("ValidationError"));
        }
        // Reading: "a ProviderId": any, an empty one too.
        if self.request.provider_id.is_some() {
            return Err(error(
                "AccessDenied",
                "Unrecognized OAuth provider. Do not include a provider parameter when submitting OpenIDConnect ID tokens",
            ));
        }
        Ok(())
    }

    // 2. "`iss`, `sub`, `aud`, `iat`, `exp` missing, in any type: `aud` `[]` is 'not allowed to be
    // empty'; … a null `sub` is InternalFailure. Other claims that are null are absent."
    fn required_claims(&self) -> Result<(), Answer> {
        for name in ["iss", "sub", "aud", "iat", "exp"] {
            // Reading: a null `exp` or `iat` is not absent but, as 3. says, an invalid timestamp.
            let null_is_absent = name == "iss" || name == "aud";
            match token::raw(&self.claims, name) {
                None => {}
                Some(Value::Null) if null_is_absent => {}
                Some(_) => continue,
            }
            return Err(invalid(format!("Missing a required claim: {name}")));
        }
        // Reading: all five are looked for before an empty `aud` and a null `sub` are told.
        if token::audiences(&self.claims).is_empty() {
            return Err(invalid("Claim is not allowed to be empty: aud"));
        }
        if token::claim(&self.claims, "sub").is_none() {
            return Err(error("InternalFailure", "Unknown error validating third-party token"));
        }
        Ok(())
    }

    // 3. "`exp`, `iat`, `nbf` are integers or strings of digits; a fraction, a word, null: 'Invalid
    // timestamp'." 4. "now > exp + 300: ExpiredTokenException; then nbf, then iat > now + 300."
    fn times(&self) -> Result<(), Answer> {
        let read = |name| match token::raw(&self.claims, name) {
            None => Ok(None),
            Some(value) => token::timestamp(value)
                .map(Some)
                .ok_or_else(|| invalid("Invalid timestamp in token claims.")),
        };
        let (expires, issued, not_before) = (read("exp")?, read("iat")?, read("nbf")?);
        let now = Integer::from_i64(self.now);
        let earlier = now.plus(&Integer::from_i64(-300));
        let later = now.plus(&Integer::from_i64(300));
        // Reading: N and M are printed as plain integers, also where the claim is `"007"`.
        if let Some(expires) = expires
            && earlier > expires
        {
            let message = format!(
                "Token expired: current date/time {earlier} must be before the expiration date/time {expires}"
            );
            return Err(error("ExpiredTokenException", message));
        }
        // Reading: "then nbf": later than now + 300, as its text says.
        if let Some(not_before) = not_before
            && not_before > later
        {
            return Err(invalid(format!(
                "Token not yet valid: current date/time {later} must be after or equal to the not-before date/time {not_before}"
            )));
        }
        match issued {
            Some(issued) if issued > later => {
                Err(invalid(format!("Token issued in the future: {issued}")))
            }
            _ => Ok(()),
        }
    }

    // 5. "Provider for the issuer in the role's account (issuer text exact, scheme cut)."
    fn issuer(&self) -> Result<&str, Answer> {
        let provider = self.provider.as_ref().ok_or_else(|| invalid(NOT_VALIDATED))?;
        let issuer = without_scheme(&provider.url);
        let claimed = token::claim(&self.claims, "iss").and_then(Value::scalar);
        // Reading: an `iss` without text (a list, an object) has no provider.
        if claimed.as_deref().map(without_scheme) != Some(issuer) {
            return Err(invalid(NOT_VALIDATED));
        }
        Ok(issuer)
    }

    // 6. "Several `aud` without `azp`." 7. "The value of `:aud` (`azp` when present, even empty) is
    // among the client ids."
    fn audience(&self) -> Result<(), Answer> {
        let azp = token::claim(&self.claims, "azp");
        if token::audiences(&self.claims).len() > 1 && azp.is_none() {
            return Err(invalid(
                "Token audience contains more than one audience while authorized party is not present",
            ));
        }
        // Reading: an `azp` or `aud` without text (a list, an object, null in a list) is none of the
        // client ids.
        let audience = token::audience(&self.claims).and_then(Value::scalar);
        let known = self.provider.as_ref().is_some_and(|provider| {
            audience.is_some_and(|audience| provider.client_ids.contains(&audience))
        });
        if known { Ok(()) } else { Err(invalid(NOT_VALIDATED)) }
    }

    /// 8. Whether the roles claim lists the role; the three texts.
    fn roles_claim(&self) -> Result<bool, Answer> {
        match Roles::of(&self.claims) {
            Roles::Absent => Ok(false),
            Roles::Unsupported => Err(invalid("The roles claim is not in a supported format")),
            Roles::Listed(roles) if roles.is_empty() => {
                Err(invalid("The roles claim contains no valid role ARNs"))
            }
            Roles::Listed(roles) => match self.role_arn() {
                // Reading: without a role and a RoleArn it can't be told whether it is listed.
                None => Err(silent("undetermined")),
                Some(arn) if roles.iter().any(|role| role == arn) => Ok(true),
                Some(_) => Err(invalid(
                    "The target role ARN is not present in the roles claim of the identity token",
                )),
            },
        }
    }

    // 10. "The role exists, with this case; the trust allows each action needed: any denied is 403
    // AccessDenied, else any undetermined is the answer."
    fn trust(&self, issuer: &str, authorized: bool, tags: &Tags) -> Result<(), Answer> {
        // Reading: the text is the same whichever action is denied.
        let denied = || error("AccessDenied", NOT_AUTHORIZED);
        let role = self.role.as_ref().ok_or_else(denied)?;
        if self.role_arn() != Some(role.arn.as_str()) {
            return Err(denied());
        }
        let parts: Vec<&str> = role.arn.splitn(6, ':').collect();
        let ["arn", partition, _, _, account, _] = parts.as_slice() else { return Err(denied()) };
        let provider = format!("arn:{partition}:iam::{account}:oidc-provider/{issuer}");
        let context = self.context(issuer, &provider, account, authorized, tags);
        let source_identity = token::claim(&self.claims, token::SOURCE_IDENTITY);
        let mut actions = vec!["sts:AssumeRoleWithWebIdentity"];
        if !tags.tags.is_empty() {
            actions.push("sts:TagSession");
        }
        if source_identity.is_some() {
            actions.push("sts:SetSourceIdentity");
        }
        let decisions: Vec<Decision> = actions
            .into_iter()
            .map(|action| {
                let request = Request {
                    action: action.to_owned(),
                    caller: Caller::Federated(provider.clone()),
                    context: context.clone(),
                };
                role.policy.decide(&request).decision
            })
            .collect();
        let is_denied = |decision: &Decision| {
            matches!(decision, Decision::ExplicitDeny | Decision::ImplicitDeny)
        };
        if decisions.iter().any(is_denied) {
            return Err(denied());
        }
        // Reading: a source identity that is no string, a `sub` that is a list or an object: whether
        // STS takes it is not said.
        let odd_subject =
            matches!(token::claim(&self.claims, "sub"), Some(Value::Array(_) | Value::Object(_)));
        let unclear =
            odd_subject || source_identity.is_some_and(|value| !matches!(value, Value::String(_)));
        if unclear || decisions.contains(&Decision::Undetermined) {
            return Err(silent("undetermined"));
        }
        Ok(())
    }

    // 11. "DurationSeconds over the role's maximum (3,600 if left out)."
    fn duration(&self) -> Result<(), Answer> {
        // Reading: it is the maximum that is 3,600 if left out; a DurationSeconds that is left out
        // "is valid".
        let most = self.role.as_ref().and_then(|role| role.max_session_duration).unwrap_or(3600);
        match self.request.duration_seconds {
            Some(seconds) if seconds > most => Err(error(
                "ValidationError",
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            )),
            _ => Ok(()),
        }
    }

    /// "What a web-identity call carries."
    fn context(
        &self,
        issuer: &str,
        provider: &str,
        account: &str,
        authorized: bool,
        tags: &Tags,
    ) -> Context {
        let one = |text: &str| Held::Values(vec![text.to_owned()]);
        let claim = |name| token::claim(&self.claims, name);

        // The token's own keys.
        // Reading: "`:email`, `:amr`": made of the claims of any token that has them; "EKS tokens
        // have `aud` and `sub` only" tells what tokens there are, and hides nothing.
        let mut own = vec![
            (format!("{issuer}:sub"), token::held_once(claim("sub"))),
            (format!("{issuer}:aud"), token::held_once(token::audience(&self.claims))),
            (format!("{issuer}:email"), token::held_once(claim("email"))),
            (format!("{issuer}:amr"), token::held(claim("amr"))),
        ];
        for (key, value) in &tags.tags {
            let held = value.as_deref().map_or(Held::ValueUnknown, one);
            own.push((format!("aws:RequestTag/{key}"), held));
        }
        let keys = tags.tags.iter().map(|(key, _)| key.clone()).collect();
        own.push(("aws:TagKeys".to_owned(), Held::Values(keys)));
        own.push(("sts:TransitiveTagKeys".to_owned(), tags.transitive.clone()));
        let source_identity = match claim(token::SOURCE_IDENTITY) {
            Some(Value::String(text)) => one(text),
            Some(_) => Held::ValueUnknown,
            None => Held::Absent,
        };
        own.push(("sts:SourceIdentity".to_owned(), source_identity));
        let authorized_key = "sts:RoleAuthorizedByIdp";
        own.push((authorized_key.to_owned(), one(if authorized { "true" } else { "false" })));

        let given = |text: Option<&str>| text.map_or(Held::ValueUnknown, one);
        let time = date::format(self.now);
        let call = [
            ("aws:userid", one(provider)),
            ("aws:PrincipalType", one("User")),
            ("aws:PrincipalAccount", one(account)),
            ("aws:PrincipalIsAWSService", one("false")),
            ("sts:RoleSessionName", given(self.request.role_session_name.as_deref())),
            ("aws:SourceIp", Held::ValueUnknown),
            ("aws:SecureTransport", one("true")),
            ("aws:RequestedRegion", Held::ValueUnknown),
            ("aws:CurrentTime", given(time.as_deref())),
            ("aws:EpochTime", one(&self.now.to_string())),
            ("aws:UserAgent", Held::ValueUnknown),
            // Reading: the resource is the role, so `aws:ResourceAccount` is its account.
            ("aws:ResourceAccount", one(account)),
        ];

        let mut context = Context::of_web_identity(issuer);
        for (key, held) in call {
            context.set(key, held);
        }
        for (key, held) in &own {
            context.set(key, held.clone());
        }
        // "Its `context` fills or replaces any key but the token's own; `[]` makes a key absent."
        // Reading: the token's own are those that its claims make present, and
        // `sts:RoleAuthorizedByIdp` if it has the roles claim; what is given for such a key is
        // passed over. A key that the token could carry and does not may be filled.
        for (key, values) in &self.context {
            let is_own = own.iter().any(|(name, held)| {
                same_name(name, key)
                    && match held {
                        Held::Absent => false,
                        Held::Values(values) => {
                            !values.is_empty()
                                && (name != authorized_key || claim(token::ROLES).is_some())
                        }
                        Held::ValueUnknown | Held::PresenceUnknown => true,
                    }
            });
            if !is_own {
                context.set(key, Held::Values(values.clone()));
            }
        }
        context
    }
}
