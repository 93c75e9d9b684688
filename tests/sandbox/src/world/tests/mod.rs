//! The world asked from outside, one request at a time.

#![expect(clippy::format_push_string, reason = "a table is built line by line")]

mod faults;
mod iam;
mod kubernetes;
mod routing;
mod sts;
mod trust;

use std::time::Duration;

use http::{Request, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Setup, World};

pub(super) const ISSUER: &str =
    "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
pub(super) const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";

pub(super) fn world() -> World {
    World::new(Setup::default())
}

/// A trust policy for one subject.
pub(super) fn trust(subject: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": {"Federated": PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {
            format!("{ISSUER}:sub"): subject, format!("{ISSUER}:aud"): "sts.amazonaws.com",
        }},
    }]})
    .to_string()
}

pub(super) fn form(action: &str, version: &str, params: &[(&str, &str)]) -> Vec<u8> {
    let mut body = format!("Action={action}&Version={version}");
    for (name, value) in params {
        body += &format!("&{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
    }
    body.into_bytes()
}

pub(super) fn signed(service: &str, region: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260801/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )
}

pub(super) fn text(response: &Response<Vec<u8>>) -> String {
    String::from_utf8(response.body().clone()).unwrap()
}

/// A call of IAM: status and body.
pub(super) fn iam(world: &World, action: &str, params: &[(&str, &str)]) -> (u16, String) {
    let request = Request::post("https://iam.amazonaws.com/")
        .header("authorization", signed("iam", "us-east-1"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form(action, "2010-05-08", params))
        .unwrap();
    let response = world.answer(request);
    (response.status().as_u16(), text(&response))
}

/// The error in an answer of IAM or STS: `NoSuchEntity: The role …`; nothing if it is none.
pub(super) fn error(body: &str) -> Option<String> {
    let within = |name: &str| {
        let (_, rest) = body.split_once(&format!("<{name}>"))?;
        Some(rest.split_once("</")?.0.replace("&quot;", "\"").replace("&amp;", "&"))
    };
    Some(format!("{}: {}", within("Code")?, within("Message")?))
}

/// A call of IAM that must go well.
pub(super) fn done(world: &World, action: &str, params: &[(&str, &str)]) -> String {
    let (status, body) = iam(world, action, params);
    assert_eq!(status, 200, "{action}: {body}");
    body
}

/// A call of Kubernetes as its administrator.
pub(super) fn kube(world: &World, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let kind = match method {
        "APPLY" => "application/apply-patch+yaml",
        "PATCH" => "application/merge-patch+json",
        _ => "application/json",
    };
    let request = Request::builder()
        .method(if method == "APPLY" { "PATCH" } else { method })
        .uri(format!(
            "https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-west-3.eks.amazonaws.com{path}"
        ))
        .header("authorization", "Bearer sandbox-administrator")
        .header("content-type", kind)
        .header("user-agent", "kubectl/v1.36.0 (linux/amd64)")
        .body(if body.is_null() { Vec::new() } else { body.to_string().into_bytes() })
        .unwrap();
    let response = world.answer(request);
    let body = serde_json::from_slice(response.body()).unwrap_or_default();
    (response.status().as_u16(), body)
}

/// A token of a service account for STS.
pub(super) fn token(world: &World, account: &str, audiences: &[&str]) -> String {
    let path = format!("/api/v1/namespaces/shop/serviceaccounts/{account}/token");
    let request = json!({"spec": {"audiences": audiences, "expirationSeconds": 3600}});
    let (status, body) = kube(world, "POST", &path, &request);
    assert_eq!(status, 201, "{body}");
    body["status"]["token"].as_str().unwrap().to_owned()
}

pub(super) fn account(name: &str, annotations: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": "shop", "annotations": annotations}})
}

/// A world in which `shop/api` may assume `my-s3-role`.
pub(super) fn wired() -> World {
    let world = world();
    done(
        &world,
        "CreateOpenIDConnectProvider",
        &[("Url", &format!("https://{ISSUER}")), ("ClientIDList.member.1", "sts.amazonaws.com")],
    );
    let trust = trust("system:serviceaccount:shop:api");
    done(&world, "CreateRole", &[("RoleName", "my-s3-role"), ("AssumeRolePolicyDocument", &trust)]);
    let path = "/api/v1/namespaces/shop/serviceaccounts";
    assert_eq!(kube(&world, "POST", path, &account("api", &json!({}))).0, 201);
    world.advance(Duration::from_secs(1));
    world
}
