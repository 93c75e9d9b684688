//! STS: who the caller is, and sessions for tokens. Whether a token may is decided by the reference
//! evaluator alone.

use serde_json::json;

use super::iam::check::{constraint, required};
use super::jwt::{Bad, Token};
use super::{Body, Caller, Incoming, Operation, Refusal, State};
use crate::reference::json::{NESTING, Value};
use crate::reference::{Answer, Call, Policy, Provider, Role, StsRequest};

const NO_JWT: &str = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
const NO_KEY: &str = "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
const NOT_VALIDATED: &str = "The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.";
const NOT_AUTHORIZED: &str = "Not authorized to perform sts:AssumeRoleWithWebIdentity";

pub(super) fn operation(incoming: &Incoming) -> Operation {
    let name = incoming.params.get("Action").unwrap_or("(no Action)").to_owned();
    let resource = incoming.params.get("RoleArn").unwrap_or_default().to_owned();
    Operation { name, resource, writes: false }
}

/// The operations that need credentials.
pub(super) fn answer(incoming: &Incoming, caller: &Caller) -> Result<Body, Refusal> {
    let name = &incoming.operation.name;
    Refusal::unknown(name).unless(name == "GetCallerIdentity")?;
    Ok(Body::Query(json!({
        "Arn": caller.arn, "UserId": caller.unique_id, "Account": caller.account(),
    })))
}

pub(super) fn assume_role(state: &mut State, incoming: &Incoming) -> Result<Body, Refusal> {
    let params = &incoming.params;
    let role_arn = required(params, "RoleArn")?;
    let session = required(params, "RoleSessionName")?;
    let text = required(params, "WebIdentityToken")?;
    // A token is never repeated.
    let bounds = "Member must have length between 4 and 20000";
    constraint(Some("***"), "WebIdentityToken", bounds)
        .unless((4..=20_000).contains(&text.len()))?;
    let no_jwt = || Refusal::new(400, "InvalidIdentityToken", NO_JWT);
    let token = Token::read(text).ok_or_else(no_jwt)?;
    let Ok(Value::Object(claims)) = Value::parse(&token.claims, NESTING) else {
        return Err(no_jwt());
    };
    let claim = |name: &str| match claims.iter().find(|(key, _)| key == name)? {
        (_, Value::Array(items)) => items.first()?.scalar(),
        (_, other) => other.scalar(),
    };
    let issuer = claim("iss").unwrap_or_default();
    let subject = claim("sub");
    let audience = claim("azp").or(claim("aud"));

    let parts: Vec<&str> = role_arn.splitn(6, ':').collect();
    let (partition, account_id) = match parts.as_slice() {
        [_, partition, _, _, account, _] => (*partition, *account),
        _ => ("", ""),
    };
    let bare = issuer.strip_prefix("https://").unwrap_or(&issuer);
    let provider_arn = format!("arn:{partition}:iam::{account_id}:oidc-provider/{bare}");
    let seen = state.now.saturating_sub(super::milliseconds_in(state.delays.sts));
    let account = state.accounts.get(account_id);
    let provider = account.and_then(|account| account.providers.get(&provider_arn));
    let provider = provider.filter(|provider| provider.created <= seen);
    let mut all = account.iter().flat_map(|account| account.roles.values());
    let role = all.find(|role| role.arn == role_arn && role.created <= seen);
    // A trust policy that can't be read allows nobody.
    let policy = role.and_then(|role| Policy::parse(role.trust.seen(seen)).ok());
    let given = |name: &str| params.get(name).map(str::to_owned);
    let call = Call {
        provider: provider.map(|provider| Provider {
            url: provider.url.clone(),
            client_ids: provider.client_ids.clone(),
        }),
        role: role.zip(policy).map(|(role, policy)| Role {
            arn: role.arn.clone(),
            policy,
            max_session_duration: Some(role.max_session_duration),
        }),
        claims: claims.clone(),
        request: StsRequest {
            role_arn: Some(role_arn.to_owned()),
            role_session_name: Some(session.to_owned()),
            duration_seconds: params.get("DurationSeconds").map(|text| text.parse().unwrap_or(-1)),
            provider_id: given("ProviderId"),
        },
        context: context(incoming, role.map(|role| role.tags.as_slice()).unwrap_or_default()),
        now: state.now.div_euclid(1000),
    };
    let signer = state.clusters.iter().find(|c| c.setup.issuer.as_deref() == Some(&issuer));
    let signature = signer.map_or(Err(Bad::UnknownKey), |cluster| cluster.keys.verify(&token));
    refused(&verified(call.answer(), signature, call.request.provider_id.is_some()))?;

    let seconds = call.request.duration_seconds.unwrap_or(3600);
    let end = state.now.saturating_add(seconds.saturating_mul(1000));
    let name = role_arn.rsplit('/').next().unwrap_or_default();
    let caller = Caller {
        unique_id: format!("{}:{session}", role.map_or("", |role| &role.id)),
        arn: format!("arn:{partition}:sts::{account_id}:assumed-role/{name}/{session}"),
        secret: state.ids.secret(40),
        session: Some((state.ids.secret(352), end)),
    };
    let key = state.ids.unique("ASIA").chars().take(20).collect::<String>();
    let answer = json!({
        "AssumedRoleUser": {"AssumedRoleId": caller.unique_id, "Arn": caller.arn},
        "Audience": audience, "Provider": provider_arn, "SubjectFromWebIdentityToken": subject,
        "Credentials": {
            "AccessKeyId": key, "SecretAccessKey": caller.secret,
            "SessionToken": caller.session.as_ref().map(|(token, _)| token),
            "Expiration": end.div_euclid(1000),
        },
    });
    state.callers.insert(key, caller);
    Ok(Body::Query(answer))
}

/// The reference's answer, unless the signature is bad. What STS looks at before the keys is told
/// first; what the trust policy says only to whom it concerns.
fn verified(answer: Answer, signature: Result<(), Bad>, has_provider_id: bool) -> Answer {
    let before_keys = !matches!(answer.code, "ok" | "AccessDenied" | "undetermined");
    let message = match signature {
        Err(Bad::UnknownKey) if !before_keys && !has_provider_id => NO_KEY,
        Err(Bad::Signature) if !before_keys && !has_provider_id => NOT_VALIDATED,
        _ => return answer,
    };
    Answer { code: "InvalidIdentityToken", message: Some(message.to_owned()) }
}

/// What of a call the world knows beyond token and role.
fn context(incoming: &Incoming, tags: &[(String, String)]) -> Vec<(String, Vec<String>)> {
    let one = |key: &str, value: Option<&str>| {
        (key.to_owned(), value.map(str::to_owned).into_iter().collect())
    };
    let mut context = vec![
        one("aws:SourceIp", Some("127.0.0.1")),
        one("aws:RequestedRegion", incoming.region.as_deref()),
        one("aws:UserAgent", incoming.header("user-agent")),
    ];
    let tags = tags.iter();
    context.extend(tags.map(|(key, value)| one(&format!("aws:ResourceTag/{key}"), Some(value))));
    context
}

/// An answer of the reference that is no `ok`, with its status.
fn refused(answer: &Answer) -> Result<(), Refusal> {
    let (status, code, otherwise) = match answer.code {
        "ok" => return Ok(()),
        // Allowed is never answered by guess.
        "AccessDenied" | "undetermined" => (403, "AccessDenied", NOT_AUTHORIZED),
        "InternalFailure" => (500, "InternalFailure", ""),
        other => (400, other, "1 validation error detected: a value is outside its bounds"),
    };
    Err(Refusal::new(status, code, answer.message.as_deref().unwrap_or(otherwise)))
}
