//! A cluster's issuer: its discovery document and its keys, for whoever verifies a token.

use serde_json::{Value, json};

use super::{Body, Incoming, Operation, Refusal, State};

pub(super) fn operation(incoming: &Incoming) -> Operation {
    let name = format!("{} {}", incoming.method, incoming.path);
    Operation { name, resource: String::new(), writes: false }
}

pub(super) fn answer(state: &State, cluster: usize, incoming: &Incoming) -> Result<Body, Refusal> {
    let missing = || Refusal::new(404, "NotFound", "no such document");
    let cluster = state.clusters.get(cluster).ok_or_else(missing)?;
    let issuer = cluster.setup.issuer.as_deref().ok_or_else(missing)?;
    let place = issuer.splitn(4, '/').nth(3).unwrap_or_default();
    let document = incoming.path.strip_prefix('/').and_then(|path| path.strip_prefix(place));
    let document = document.map(|rest| rest.trim_start_matches('/'));
    match document {
        Some(".well-known/openid-configuration") => {
            Ok(Body::Json(200, discovery(issuer, &format!("{issuer}/keys"))))
        }
        Some("keys") => Ok(Body::Json(200, cluster.keys.published())),
        _ => Err(missing()),
    }
}

/// The discovery document of an issuer.
pub(super) fn discovery(issuer: &str, keys: &str) -> Value {
    json!({
        "issuer": issuer, "jwks_uri": keys,
        "authorization_endpoint": "urn:kubernetes:programmatic_authorization",
        "response_types_supported": ["id_token"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"], "claims_supported": ["sub", "iss"],
    })
}
