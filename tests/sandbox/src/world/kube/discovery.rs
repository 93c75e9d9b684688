//! What an API server says of itself: version, groups, resources, as far as kubectl asks.

use serde_json::{Value, json};

use super::super::incoming::Incoming;
use super::super::reply::Body;
use super::token::API_SERVER;
use super::{Cluster, KINDS};

const GROUPS: [(&str, &str, &str); 2] = [
    ("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview"),
    ("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
];

/// What is open to everybody.
pub(super) fn open(cluster: &Cluster, incoming: &Incoming) -> Option<Body> {
    if incoming.method != "GET" {
        return None;
    }
    match incoming.path.as_str() {
        "/version" | "/version/" => {
            let version = &cluster.setup.version;
            let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
            Some(Body::Json(
                200,
                json!({
                    "major": major, "minor": minor, "gitVersion": format!("v{version}.0-eks-sandbox"),
                    "gitCommit": "", "gitTreeState": "clean", "buildDate": "2026-01-01T00:00:00Z",
                    "goVersion": "", "compiler": "", "platform": "linux/amd64",
                }),
            ))
        }
        "/healthz" | "/livez" | "/readyz" => Some(Body::Json(200, json!("ok"))),
        _ => None,
    }
}

/// What is open to whom the cluster knows.
pub(super) fn known(cluster: &Cluster, incoming: &Incoming) -> Option<Body> {
    if incoming.method != "GET" {
        return None;
    }
    let segments = incoming.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let body = match parts.as_slice() {
        ["api"] => json!({
            "kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [],
        }),
        ["api", "v1"] => core(),
        ["apis"] => {
            let groups: Vec<Value> = GROUPS.iter().map(|(name, ..)| group(name)).collect();
            json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
        }
        ["apis", name, rest @ ..] => {
            let (name, plural, kind) = GROUPS.iter().find(|(known, ..)| known == name)?;
            match rest {
                [] => group(name),
                ["v1"] => resources(
                    &format!("{name}/v1"),
                    vec![json!({
                        "name": plural, "singularName": kind.to_lowercase(), "namespaced": false,
                        "kind": kind, "verbs": ["create"],
                    })],
                ),
                _ => return None,
            }
        }
        ["openapi", "v3"] => json!({
            "paths": {"api/v1": {"serverRelativeURL": "/openapi/v3/api/v1"}},
        }),
        ["openapi", "v3", "api", "v1"] => openapi(),
        [".well-known", "openid-configuration"] => json!({
            "issuer": cluster.setup.issuer.as_deref().unwrap_or(API_SERVER),
            "jwks_uri": format!("{}/openid/v1/jwks", cluster.setup.endpoint),
            "response_types_supported": ["id_token"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }),
        ["openid", "v1", "jwks"] => cluster.keys.published(),
        _ => return None,
    };
    Some(Body::Json(200, body))
}

fn group(name: &str) -> Value {
    let version = json!({"groupVersion": format!("{name}/v1"), "version": "v1"});
    json!({
        "kind": "APIGroup", "apiVersion": "v1", "name": name,
        "versions": [version], "preferredVersion": version,
    })
}

fn resources(group_version: &str, resources: Vec<Value>) -> Value {
    let mut list = json!({
        "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version,
    });
    if let Some(members) = list.as_object_mut() {
        members.insert("resources".to_owned(), Value::Array(resources));
    }
    list
}

fn core() -> Value {
    let mut list: Vec<Value> = KINDS
        .iter()
        .map(|kind| {
            let verbs: &[&str] = if kind.writable {
                &["create", "delete", "get", "list", "patch", "update"]
            } else {
                &["get", "list"]
            };
            let short: Vec<&str> = Some(kind.short).into_iter().filter(|s| !s.is_empty()).collect();
            json!({
                "name": kind.plural, "singularName": kind.name.to_lowercase(),
                "namespaced": kind.namespaced, "kind": kind.name, "verbs": verbs,
                "shortNames": short,
            })
        })
        .collect();
    list.push(json!({
        "name": "serviceaccounts/token", "singularName": "", "namespaced": true,
        "group": "authentication.k8s.io", "version": "v1", "kind": "TokenRequest",
        "verbs": ["create"],
    }));
    resources("v1", list)
}

/// Enough for kubectl to see that the server itself checks fields.
fn openapi() -> Value {
    let mut paths = serde_json::Map::new();
    for kind in KINDS.iter().filter(|kind| kind.writable) {
        let place = if kind.namespaced { "namespaces/{namespace}/" } else { "" };
        let operation = json!({
            "parameters": [{"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}],
            "x-kubernetes-group-version-kind": {"group": "", "version": "v1", "kind": kind.name},
            "responses": {},
        });
        let path = format!("/api/v1/{place}{}/{{name}}", kind.plural);
        paths.insert(path, json!({ "patch": operation }));
    }
    json!({
        "openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1"}, "paths": paths,
    })
}
