//! Who asks a cluster: its administrator, an AWS principal, a service account.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

use super::super::{Incoming, State, jwt::Token, signature::is_presigned};
use super::Cluster;
use super::token::API_SERVER;

/// The name of the user, if the cluster knows the bearer.
pub(in super::super) fn user(state: &State, cluster: usize, incoming: &Incoming) -> Option<String> {
    let cluster = state.clusters.get(cluster)?;
    let bearer = incoming.header("authorization")?.strip_prefix("Bearer ")?;
    if let Some(encoded) = bearer.strip_prefix("k8s-aws-v1.") {
        return aws_principal(state, cluster, encoded);
    }
    let administrator = &cluster.setup.token.0;
    if !administrator.is_empty() && bearer == administrator {
        return Some("administrator".to_owned());
    }
    service_account(cluster, bearer, state.now.div_euclid(1000))
}

/// A presigned call of `GetCallerIdentity` for this cluster.
fn aws_principal(state: &State, cluster: &Cluster, encoded: &str) -> Option<String> {
    let encoded = Some(encoded).filter(|encoded| encoded.len() <= 4096)?;
    let url = String::from_utf8(BASE64.decode(encoded).ok()?).ok()?;
    let (key, token) = is_presigned(&url, &cluster.setup.name, state.now, |key| {
        state.callers.get(key).map(|caller| caller.secret.clone())
    })?;
    let caller = state.callers.get(&key)?;
    let session = caller.session.as_ref();
    let good = session.is_none_or(|(id, end)| token.as_ref() == Some(id) && *end > state.now);
    let known = &cluster.setup.principals;
    let of_account = caller.account() == cluster.setup.account && caller.session.is_none();
    let is_known = known.contains(&caller.arn) || known.is_empty() && of_account;
    (good && is_known).then(|| caller.arn.clone())
}

fn service_account(cluster: &Cluster, bearer: &str, now: i64) -> Option<String> {
    let token = Token::read(bearer)?;
    cluster.keys.verify(&token).ok()?;
    let claims: Value = serde_json::from_str(&token.claims).ok()?;
    let for_us = claims.get("aud")?.as_array()?.iter().any(|audience| audience == API_SERVER);
    let good = for_us && claims.get("exp")?.as_i64()? > now;
    Some(claims.get("sub").filter(|_| good)?.as_str()?.to_owned())
}

/// Answers a review of who the caller is, or of what he may.
pub(super) fn review(incoming: &Incoming, user: &str) -> Option<Value> {
    if incoming.method != "POST" {
        return None;
    }
    let groups = match user {
        "administrator" => vec!["system:masters", "system:authenticated"],
        "system:anonymous" => vec!["system:unauthenticated"],
        _ => vec!["system:authenticated"],
    };
    match incoming.path.as_str() {
        "/apis/authentication.k8s.io/v1/selfsubjectreviews" => Some(json!({
            "kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1",
            "metadata": {}, "status": {"userInfo": {"username": user, "groups": groups}},
        })),
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" => {
            let body: Value = serde_json::from_slice(&incoming.body).unwrap_or_default();
            let allowed = !user.starts_with("system:");
            Some(json!({
                "kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1",
                "metadata": {}, "spec": body.get("spec"), "status": {"allowed": allowed},
            }))
        }
        _ => None,
    }
}
