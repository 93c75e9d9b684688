//! A cluster's issuer: its discovery document and its keys, for whoever verifies a token.

use serde_json::{Value, json};

use super::{Body, Incoming, Refusal, State};

pub(super) fn answer(state: &State, cluster: usize, incoming: &Incoming) -> Result<Body, Refusal> {
    let missing = || Refusal::new(404, "NotFound", "no such document");
    let cluster = state.clusters.get(cluster).ok_or_else(missing)?;
    let issuer = cluster.setup.issuer.as_deref().unwrap_or_default();
    let document = incoming.path.strip_prefix(cluster.issuer().1);
    match document.map(|rest| rest.trim_start_matches('/')) {
        Some(".well-known/openid-configuration") => {
            Ok(Body::Json(200, discovery(issuer, &format!("{issuer}/keys"))))
        }
        Some("keys") => Ok(Body::Json(200, cluster.keys.published())),
        _ => Err(missing()),
    }
}

pub(super) fn discovery(issuer: &str, keys: &str) -> Value {
    json!({
        "issuer": issuer, "jwks_uri": keys,
        "authorization_endpoint": "urn:kubernetes:programmatic_authorization",
        "response_types_supported": ["id_token"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"], "claims_supported": ["sub", "iss"],
    })
}
