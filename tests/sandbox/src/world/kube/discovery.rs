//! What an API server says of itself: version, groups, resources, as far as kubectl asks.

use serde_json::{Value, json};

use super::super::{Body, Incoming, issuer};
use super::token::API_SERVER;
use super::{Cluster, KINDS};

const GROUPS: [(&str, &str, &str); 2] = [
    ("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview"),
    ("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
];

/// What is open to everybody.
pub(super) fn open(cluster: &Cluster, incoming: &Incoming) -> Option<Body> {
    let body = match (incoming.method.as_str(), incoming.path.trim_end_matches('/')) {
        ("GET", "/healthz" | "/livez" | "/readyz") => json!("ok"),
        ("GET", "/version") => {
            let version = &cluster.setup.version;
            let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
            json!({
                "major": major, "minor": minor, "gitVersion": format!("v{version}.0-eks-sandbox"),
                "gitCommit": "", "gitTreeState": "clean", "buildDate": "2026-01-01T00:00:00Z",
                "goVersion": "", "compiler": "", "platform": "linux/amd64",
            })
        }
        _ => return None,
    };
    Some(Body::Json(200, body))
}

/// What is open to whom the cluster knows.
pub(super) fn known(cluster: &Cluster, incoming: &Incoming) -> Option<Body> {
    if incoming.method != "GET" {
        return None;
    }
    let path = incoming.path.trim_end_matches('/');
    let body = match path {
        "/api" => json!({
            "kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [],
        }),
        "/api/v1" => resources("v1", &core()),
        "/apis" => {
            let groups: Value = GROUPS.iter().map(|(name, ..)| group(name)).collect();
            json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
        }
        "/openapi/v3" => json!({"paths": {"api/v1": {"serverRelativeURL": "/openapi/v3/api/v1"}}}),
        "/openapi/v3/api/v1" => json!({
            "openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1"},
            "paths": patches(),
        }),
        "/.well-known/openid-configuration" => {
            let issuer = cluster.setup.issuer.as_deref().unwrap_or(API_SERVER);
            issuer::discovery(issuer, &format!("{}/openid/v1/jwks", cluster.setup.endpoint))
        }
        "/openid/v1/jwks" => cluster.keys.published(),
        _ => GROUPS.iter().find_map(|(name, plural, kind)| {
            let resource = json!({
                "name": plural, "singularName": kind.to_lowercase(), "namespaced": false,
                "kind": kind, "verbs": ["create"],
            });
            match path.strip_prefix("/apis/")?.strip_prefix(name)? {
                "" => Some(group(name)),
                "/v1" => Some(resources(&format!("{name}/v1"), &[resource])),
                _ => None,
            }
        })?,
    };
    Some(Body::Json(200, body))
}

fn resources(version: &str, resources: &[Value]) -> Value {
    json!({
        "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version,
        "resources": resources,
    })
}

fn group(name: &str) -> Value {
    let version = json!({"groupVersion": format!("{name}/v1"), "version": "v1"});
    json!({
        "kind": "APIGroup", "apiVersion": "v1", "name": name,
        "versions": [version], "preferredVersion": version,
    })
}

fn core() -> Vec<Value> {
    let token = json!({
        "name": "serviceaccounts/token", "singularName": "", "namespaced": true,
        "group": "authentication.k8s.io", "version": "v1", "kind": "TokenRequest",
        "verbs": ["create"],
    });
    let verbs = ["get", "list", "create", "delete", "patch", "update"];
    let kinds = KINDS.iter().map(|kind| {
        let verbs = verbs.get(..if kind.writable { 6 } else { 2 });
        let short = Some(kind.short).into_iter().filter(|short| !short.is_empty());
        json!({
            "name": kind.plural, "singularName": kind.name.to_lowercase(), "verbs": verbs,
            "namespaced": kind.namespaced, "kind": kind.name, "shortNames": short.collect::<Value>(),
        })
    });
    kinds.chain([token]).collect()
}

/// Enough for kubectl to see that the server itself checks fields.
fn patches() -> Value {
    let paths = KINDS.iter().filter(|kind| kind.writable).map(|kind| {
        let place = if kind.namespaced { "namespaces/{namespace}/" } else { "" };
        let operation = json!({
            "parameters": [{"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}],
            "x-kubernetes-group-version-kind": {"group": "", "version": "v1", "kind": kind.name},
            "responses": {},
        });
        (format!("/api/v1/{place}{}/{{name}}", kind.plural), json!({ "patch": operation }))
    });
    Value::Object(paths.collect())
}
