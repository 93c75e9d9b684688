//! What a person reads who asks why: answers to tokens and to recorded calls.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that stops says where"
)]

mod support;

use iamwire::Exit;
use support::{ISSUER, PROVIDER, Ran, file, iamwire, trust};

const NOW: &str = "1700000100";

/// The payload of a token of `shop/api`, changed by these members.
fn claims(change: &[(&str, serde_json::Value)]) -> String {
    let mut claims = serde_json::json!({
        "iss": format!("https://{ISSUER}"), "sub": "system:serviceaccount:shop:api",
        "aud": ["sts.amazonaws.com"], "iat": 1_700_000_000, "exp": 1_700_003_600,
    });
    for (name, value) in change {
        claims[*name] = value.clone();
    }
    claims.to_string()
}

/// A call of this subject, as CloudTrail recorded it.
fn event(user: &str) -> String {
    serde_json::json!({
        "eventName": "AssumeRoleWithWebIdentity", "eventTime": "2026-01-01T00:00:00Z",
        "errorCode": "AccessDenied", "errorMessage": "An unknown error occurred",
        "userIdentity": {
            "type": "WebIdentityUser", "identityProvider": PROVIDER, "userName": user,
            "principalId": format!("{PROVIDER}:sts.amazonaws.com:{user}"),
        },
        "requestParameters": { "roleArn": support::ROLE, "roleSessionName": "s" },
    })
    .to_string()
}

fn ask(policy: &str, input: &str, more: &[&str]) -> Ran {
    let policy = file("policy.json", policy);
    iamwire(&[&["explain", "-", "--policy", &policy, "--now", NOW], more].concat(), input)
}

#[test]
fn tokens() {
    let two = trust().replace("\"Statement\": [", "\"Statement\": [\n{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"123456789012\"},\"Action\":\"sts:AssumeRole\"},");
    let cases = [
        ask(&trust(), &claims(&[]), &[]),
        ask(&trust(), &claims(&[("sub", "system:serviceaccount:shop:apl".into())]), &[]),
        ask(&two, &claims(&[("aud", "x".into()), ("sub", "a".into())]), &[]),
        ask(&trust(), &claims(&[("iss", format!("https://{ISSUER}/").into())]), &[]),
        ask(&trust(), &claims(&[("exp", 1_600_000_000.into())]), &[]),
        ask(&trust(), &claims(&[]), &["--client-id", "other"]),
        ask(&trust(), &claims(&[]), &["--client-id", "sts.amazonaws.com"]),
        ask(&trust(), &claims(&[]), &["--role-arn", "arn:aws:iam::999999999999:role/r"]),
        ask(r#"{"Statement":[]}"#, &claims(&[]), &[]),
        ask(
            &trust().replace(&format!("\"{ISSUER}:aud\": \"sts.amazonaws.com\","), ""),
            &claims(&[("aud", "https://kubernetes.default.svc".into())]),
            &[],
        ),
        ask(&trust().replace("StringEquals", "StringIs"), &claims(&[]), &[]),
        ask(&trust(), &claims(&[("iss", serde_json::Value::Null)]), &[]),
        ask(
            &trust(),
            &claims(&[("sub", "\u{1b}[31mx\n\u{202e}\u{2028}statement 0 (Allow): yes".into())]),
            &[],
        ),
    ];
    let cases: Vec<String> = cases.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(cases.join("\n"));
}

#[test]
fn what_is_suspicious_is_told() {
    let host = |host: &str| ISSUER.replace("oidc.eks.eu-west-3.amazonaws.com", host);
    let issuers = [
        format!("{ISSUER}/"),
        host("oidc-eks.eu-west-3.api.aws"),
        host("OIDC.eks.eu-west-3.amazonaws.com"),
    ];
    let policy = |issuer: &str| trust().replace(ISSUER, issuer);
    let issuer = |issuer: &str| claims(&[("iss", format!("https://{issuer}").into())]);
    let mut cases: Vec<Ran> = Vec::new();
    for suspicious in &issuers {
        cases.push(ask(&policy(suspicious), &issuer(suspicious), &[]));
        cases.push(ask(&policy(suspicious), &issuer(ISSUER), &[]));
        cases.push(ask(&trust(), &issuer(suspicious), &[]));
    }
    let chinese = ["--client-id", "sts.amazonaws.com.cn"];
    cases.push(ask(&trust(), &claims(&[]), &chinese));
    let service = "arn:aws:iam::123456789012:role/aws-service-role/eks.amazonaws.com/r";
    cases.push(ask(&trust(), &claims(&[]), &["--role-arn", service]));
    cases.push(ask(&trust(), &event("a").replace(support::ROLE, service), &[]));
    cases.push(ask(&trust(), &event("a").replace(ISSUER, &issuers[1]), &[]));
    let told: Vec<String> = cases.iter().map(|ran| ran.err.replace(ISSUER, "ISSUER")).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_payload_of_a_token_is_read_and_its_signature_never_shown() {
    // {"iss":"https://h.example","sub":"a","aud":"b","exp":1,"iat":1}
    let payload =
        "eyJpc3MiOiJodHRwczovL2guZXhhbXBsZSIsInN1YiI6ImEiLCJhdWQiOiJiIiwiZXhwIjoxLCJpYXQiOjF9";
    let ran = ask(&trust(), &format!("eyJhbGciOiJub25lIn0.{payload}.U0VDUkVU\n"), &[]);
    assert_eq!(ran.exit, Exit::Refused);
    assert!(ran.out.contains("h.example") && !ran.to_string().contains("U0VDUkVU"), "{ran}");
}

#[test]
fn events() {
    let denied = ask(&trust(), &event("system:serviceaccount:shop:web"), &[]);
    let allowed = ask(&trust(), &event("system:serviceaccount:shop:api"), &[]);
    assert_eq!((denied.exit, allowed.exit), (Exit::Refused, Exit::Fine));
    let api = event("system:serviceaccount:shop:api");
    let session = |more: &str| api.replace(r#""roleArn""#, &format!(r#"{more},"roleArn""#));
    let tagged = ask(&trust(), &session(r#""principalTags":{"a":"b"}"#), &[]);
    let named = ask(&trust(), &session(r#""sourceIdentity":"me""#), &[]);
    assert_eq!((tagged.exit, named.exit), (Exit::Refused, Exit::Refused));
    let expired = ask(&trust(), &api.replace("AccessDenied", "ExpiredTokenException"), &[]);
    insta::assert_snapshot!(format!("{denied}\n{allowed}\n{tagged}\n{named}\n{expired}"));
}

/// Each statement and each value is told or looked at; what takes longest is done for the first of them.
#[test]
fn a_long_document_is_compared_at_its_beginning() {
    let far: Vec<serde_json::Value> = (0..1_500)
        .map(|number| {
            let subjects = [number, number].map(|n| format!("{}{n}", "a".repeat(300)));
            serde_json::json!({
                "Effect": "Allow", "Principal": { "Federated": PROVIDER },
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": { "StringEquals": { format!("{ISSUER}:sub"): subjects } },
            })
        })
        .collect();
    let near = |at: usize, subject: &str| {
        let mut all = far.clone();
        all[at]["Condition"]["StringEquals"][format!("{ISSUER}:sub")][1] = subject.into();
        let document = serde_json::json!({ "Version": "2012-10-17", "Statement": all });
        let ran = ask(&document.to_string(), &claims(&[]), &[]);
        assert_eq!(ran.out.lines().filter(|line| line.starts_with("statement ")).count(), 1_500);
        ran.out.lines().find(|line| line.starts_with("nearest")).unwrap().to_owned()
    };
    let which = |at| format!("nearest of the first 1000: statement {at}, 1 of its 3 parts differs");
    assert_eq!(near(999, "system:serviceaccount:shop:apl"), which(999));
    assert_eq!(near(1_000, "system:serviceaccount:shop:apl"), which(0));
}
