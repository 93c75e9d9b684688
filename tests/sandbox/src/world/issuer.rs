//! A cluster's issuer: its discovery document and its keys, for whoever verifies a token.

use serde_json::{Value, json};

use super::{Body, Incoming, Operation, Refusal, State};

pub(super) fn operation(incoming: &Incoming) -> Operation {
    let name = format!("{} {}", incoming.method, incoming.path);
    Operation { name, resource: String::new(), writes: false }
}

pub(super) fn answer(state: &State, cluster: usize, incoming: &Incoming) -> Result<Body, Refusal> {
    let cluster = state.clusters.get(cluster);
    let cluster = cluster.and_then(|c| Some((c, c.setup.issuer.as_deref()?)));
    match cluster {
        Some((_, issuer)) if incoming.path.ends_with("/.well-known/openid-configuration") => {
            Ok(Body::Json(200, discovery(issuer, &format!("{issuer}/keys"))))
        }
        Some((cluster, _)) if incoming.path.ends_with("/keys") => {
            Ok(Body::Json(200, cluster.keys.published()))
        }
        _ => Err(Refusal::new(404, "NotFound", "no such document")),
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
