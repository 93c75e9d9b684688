//! A cluster's issuer: its discovery document and its keys, for whoever verifies a token.

use serde_json::json;

use super::State;
use super::incoming::Incoming;
use super::log::Operation;
use super::reply::{Body, Refusal};

pub(super) fn operation(incoming: &Incoming) -> Operation {
    let name = format!("{} {}", incoming.method, incoming.path);
    Operation { name, resource: String::new(), writes: false }
}

pub(super) fn answer(state: &State, cluster: usize, incoming: &Incoming) -> Result<Body, Refusal> {
    let missing = || Refusal::new(404, "NotFound", "no such document");
    let cluster = state.clusters.get(cluster).ok_or_else(missing)?;
    let issuer = cluster.setup.issuer.as_deref().ok_or_else(missing)?;
    if incoming.path.ends_with("/.well-known/openid-configuration") {
        return Ok(Body::Json(
            200,
            json!({
                "issuer": issuer,
                "jwks_uri": format!("{issuer}/keys"),
                "authorization_endpoint": "urn:kubernetes:programmatic_authorization",
                "response_types_supported": ["id_token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "claims_supported": ["sub", "iss"],
            }),
        ));
    }
    if incoming.path.ends_with("/keys") {
        return Ok(Body::Json(200, cluster.keys.published()));
    }
    Err(missing())
}
