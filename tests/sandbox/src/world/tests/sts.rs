use std::time::Duration;

use http::Request;
use serde_json::Value;

use super::{account, done, error, form, kube, text, token, trust, wired};
use crate::world::{Delays, Setup, World};

const ROLE: &str = "arn:aws:iam::123456789012:role/my-s3-role";

/// Its name, the token, and parameters.
type Case<'a> = (&'a str, String, &'a [(&'a str, &'a str)]);

fn assume(world: &World, token: &str, more: &[(&str, &str)]) -> (u16, String) {
    let role = more.iter().find(|(name, _)| *name == "RoleArn").map_or(ROLE, |(_, arn)| arn);
    let mut params =
        vec![("RoleArn", role), ("RoleSessionName", "session"), ("WebIdentityToken", token)];
    params.extend(more.iter().filter(|(name, _)| *name != "RoleArn"));
    let request = Request::post("https://sts.eu-west-3.amazonaws.com/")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form("AssumeRoleWithWebIdentity", "2011-06-15", &params))
        .unwrap();
    let response = world.answer(request);
    (response.status().as_u16(), text(&response))
}

fn refused(world: &World, token: &str, more: &[(&str, &str)]) -> String {
    let (status, body) = assume(world, token, more);
    format!("{status} {}", error(&body).unwrap_or(body))
}

#[test]
fn a_good_token_gives_a_session_that_knows_its_name() {
    let world = wired();
    let (status, body) = assume(&world, &token(&world, "api", &["sts.amazonaws.com"]), &[]);
    assert_eq!(status, 200, "{body}");
    let within = |name: &str| {
        let (_, rest) = body.split_once(&format!("<{name}>")).unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    assert_eq!(within("SubjectFromWebIdentityToken"), "system:serviceaccount:shop:api");
    assert_eq!(within("Audience"), "sts.amazonaws.com");
    assert_eq!(within("Expiration"), "2026-08-01T13:00:01Z");
    let (key, session) = (within("AccessKeyId"), within("SessionToken"));
    assert!(key.starts_with("ASIA") && key.len() == 20, "{key}");

    let call = |service: &str, action: &str, token: &str| {
        let scope = format!("Credential={key}/20260801/eu-west-3/{service}/aws4_request");
        let request = Request::post(format!("https://{service}.amazonaws.com/"))
            .header("authorization", format!("AWS4-HMAC-SHA256 {scope}, Signature=0"))
            .header("x-amz-security-token", token)
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form(action, "2011-06-15", &[("RoleName", "my-s3-role")]))
            .unwrap();
        let response = world.answer(request);
        (response.status().as_u16(), text(&response))
    };
    let (status, body) = call("sts", "GetCallerIdentity", &session);
    assert_eq!(status, 200);
    let who: Value = serde_json::from_str(&body).unwrap();
    let who = &who["GetCallerIdentityResponse"]["GetCallerIdentityResult"];
    assert_eq!(who["Arn"], "arn:aws:sts::123456789012:assumed-role/my-s3-role/session");
    assert!(who["UserId"].as_str().unwrap().ends_with(":session"), "{who}");
    let (_, body) = call("iam", "GetRole", &session);
    assert!(error(&body).unwrap().starts_with("AccessDenied: User: arn:aws:sts::"), "{body}");
    assert_eq!(call("sts", "GetCallerIdentity", "other").0, 403);
    world.advance(Duration::from_hours(1));
    assert!(call("sts", "GetCallerIdentity", &session).1.contains("ExpiredToken"));
}

#[test]
fn a_bad_token_gives_none() {
    let world = wired();
    let path = "/api/v1/namespaces/shop/serviceaccounts";
    assert_eq!(kube(&world, "POST", path, &account("other", &Value::Null)).0, 201);
    let good = token(&world, "api", &["sts.amazonaws.com"]);
    let (signed, _) = good.rsplit_once('.').unwrap();
    let forged = format!("{signed}.{}", "A".repeat(342));
    let other = token(&world, "other", &["sts.amazonaws.com"]);
    let (_, other_signature) = other.rsplit_once('.').unwrap();
    let foreign = format!("{signed}.{other_signature}");
    let elsewhere = "arn:aws:iam::999999999999:role/my-s3-role";
    let other_case = ROLE.replace("my-s3", "My-S3");
    let cases: [Case<'_>; 14] = [
        ("no JWT", "abcd.e".to_owned(), &[]),
        ("short", "abc".to_owned(), &[]),
        ("forged", forged, &[]),
        ("signature of another", foreign, &[]),
        ("other account", other, &[]),
        ("audience", token(&world, "api", &["sts.amazonaws.com.cn"]), &[]),
        ("two audiences", token(&world, "api", &["sts.amazonaws.com", "x"]), &[]),
        ("no such role", good.clone(), &[("RoleArn", "arn:aws:iam::123456789012:role/none")]),
        ("other case", good.clone(), &[("RoleArn", &other_case)]),
        ("no provider there", good.clone(), &[("RoleArn", elsewhere)]),
        ("no role ARN", good.clone(), &[("RoleArn", "arn:aws:iam::123456789012:user/alice")]),
        ("too long", good.clone(), &[("DurationSeconds", "7200")]),
        ("far too long", good.clone(), &[("DurationSeconds", "99999")]),
        ("provider", good.clone(), &[("ProviderId", "x")]),
    ];
    let mut table = String::new();
    for (name, token, more) in &cases {
        table += &format!("{name}\n    {}\n", refused(&world, token, more));
    }
    world.advance(Duration::from_secs(3600 + 301));
    table += &format!("expired\n    {}\n", refused(&world, &good, &[]));
    insta::assert_snapshot!(table);
}

#[test]
fn keys_rotate() {
    let world = wired();
    let old = token(&world, "api", &["sts.amazonaws.com"]);
    assert!(world.rotate_key("prod"));
    let new = token(&world, "api", &["sts.amazonaws.com"]);
    assert_eq!(assume(&world, &old, &[]).0, 200);
    assert_eq!(assume(&world, &new, &[]).0, 200);
    assert!(world.retire_keys("prod"));
    assert_eq!(assume(&world, &new, &[]).0, 200);
    assert!(refused(&world, &old, &[]).contains("Couldn't retrieve verification key"));
}

#[test]
fn a_fresh_trust_is_not_seen_at_once() {
    let delays = Delays { iam: Duration::ZERO, sts: Duration::from_secs(9) };
    let world = World::new(Setup { delays, ..Setup::default() });
    let issuer = format!("https://{}", super::ISSUER);
    let url = [("Url", issuer.as_str()), ("ClientIDList.member.1", "sts.amazonaws.com")];
    done(&world, "CreateOpenIDConnectProvider", &url);
    let path = "/api/v1/namespaces/shop/serviceaccounts";
    assert_eq!(kube(&world, "POST", path, &account("api", &Value::Null)).0, 201);
    let token = token(&world, "api", &["sts.amazonaws.com"]);
    assert!(refused(&world, &token, &[]).contains("could not be validated"));
    world.advance(Duration::from_secs(9));
    let none = trust("system:serviceaccount:shop:none");
    done(&world, "CreateRole", &[("RoleName", "my-s3-role"), ("AssumeRolePolicyDocument", &none)]);
    let denied = "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity";
    assert_eq!(refused(&world, &token, &[]), denied);
    world.advance(Duration::from_secs(9));
    let api = trust("system:serviceaccount:shop:api");
    let change = [("RoleName", "my-s3-role"), ("PolicyDocument", &api)];
    done(&world, "UpdateAssumeRolePolicy", &change);
    assert_eq!(refused(&world, &token, &[]), denied);
    world.advance(Duration::from_secs(9));
    assert_eq!(assume(&world, &token, &[]).0, 200);
}
