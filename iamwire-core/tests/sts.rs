//! What STS answers to calls that are built, not read.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test that stops says where, and a table is long"
)]

use std::fmt::Write;

use iamwire_core::{
    Audience, Claims, Decision, Grant, ProviderArn, Request, RoleArn, Subject, TrustPolicy,
    Verdict, WebIdentityCall,
};

const CLAIMS: &str =
    r#"{"iss":"https://oidc.example.com","sub":"a","aud":"sts.amazonaws.com","iat":0,"exp":9}"#;

fn provider() -> ProviderArn {
    "arn:aws:iam::123456789012:oidc-provider/oidc.example.com".parse().unwrap()
}

fn role() -> RoleArn {
    "arn:aws:iam::123456789012:role/r".parse().unwrap()
}

fn call(claims: &Claims) -> WebIdentityCall {
    WebIdentityCall::new(claims.clone())
}

#[test]
fn a_call_has_what_it_was_given() {
    let claims = Claims::parse(CLAIMS).unwrap();
    let trust = TrustPolicy::from(&Grant::web_identity(&provider(), Subject::from("a")));
    let role = role();
    let heard = call(&claims).provider(provider().issuer(), [&Audience::STS]);
    let code = |call: &WebIdentityCall| call.answer(1).code();
    assert_eq!(code(&call(&claims).role(&role, trust.clone())), "InvalidIdentityToken");
    assert_eq!(code(&heard), "AccessDenied");
    assert_eq!(code(&heard.clone().role(&role, trust.clone())), "ok");
    let other: Audience = "other".parse().unwrap();
    let unheard = call(&claims).provider(provider().issuer(), [&other]).role(&role, trust);
    assert_eq!(code(&unheard), "InvalidIdentityToken");
    let here: TrustPolicy = format!(
        r#"{{"Statement":{{"Effect":"Allow","Principal":{{"Federated":"{}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"IpAddress":{{"aws:SourceIp":"10.0.0.0/8"}}}}}}}}"#,
        provider()
    )
    .parse()
    .unwrap();
    let heard = heard.role(&role, here);
    assert_eq!(code(&heard.clone().with("aws:SourceIp", ["10.0.0.1"])), "ok");
    assert_eq!(code(&heard.clone().with("aws:SourceIp", ["11.0.0.1"])), "AccessDenied");
    // What the token says can't be replaced.
    let trust = TrustPolicy::from(&Grant::web_identity(&provider(), Subject::from("b")));
    let heard = heard.role(&role, trust);
    assert_eq!(code(&heard.with("OIDC.example.com:sub", ["b"])), "AccessDenied");
}

#[test]
fn claims_are_equal_as_json() {
    let claims = |text: &str| Claims::parse(text).unwrap();
    assert_eq!(claims(CLAIMS), claims(&CLAIMS.replace(',', " ,\n")));
    assert_ne!(claims(CLAIMS), claims("{}"));
}

#[test]
fn a_reason_says_no_or_that_it_cannot_be_told() {
    let odd = Claims::parse(&CLAIMS.replace(r#""sub":"a""#, r#""sub":["a"]"#)).unwrap();
    let trust = TrustPolicy::from(&Grant::web_identity(&provider(), Subject::from("a")));
    let answer =
        call(&odd).provider(provider().issuer(), [&Audience::STS]).role(&role(), trust).answer(1);
    assert_eq!(answer.code(), "undetermined");
    assert_eq!(answer.reasons()[0].result, Verdict::Unknown);
    assert_eq!(answer.reasons()[0].part.to_string(), "sts");
    let answer = call(&Claims::parse(CLAIMS).unwrap()).answer(1);
    assert_eq!(answer.code(), "InvalidIdentityToken");
    assert_eq!(answer.reasons()[0].result, Verdict::No);
}

#[test]
fn the_request_of_a_token_has_the_time_and_may_have_transitive_keys() {
    for (now, time) in [
        (951_782_399, "2000-02-28T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (4_107_456_000, "2100-02-28T00:00:00Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (13_574_563_200, "2400-02-29T00:00:00Z"),
        (13_601_001_600, "2400-12-31T00:00:00Z"),
    ] {
        let request = Request::from_claims(&Claims::parse(CLAIMS).unwrap(), &role(), now).unwrap();
        let found = request.context().find(|(key, _)| *key == "aws:CurrentTime");
        assert_eq!(found, Some(("aws:CurrentTime", Some(vec![time]))));
    }
    let policy: TrustPolicy = format!(
        r#"{{"Statement":{{"Effect":"Allow","Principal":{{"Federated":"{}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"Null":{{"sts:TransitiveTagKeys":"true"}}}}}}}}"#,
        provider()
    )
    .parse()
    .unwrap();
    let trusted = policy.as_str();
    // There, with a value that isn't known.
    for (key, more) in [
        ("aws:SourceIp", ""),
        ("aws:UserAgent", ""),
        ("sts:RoleSessionName", ""),
        ("oidc.example.com:email", r#","email":[1]"#),
        ("oidc.example.com:amr", r#","amr":[[]]"#),
        ("sts:SourceIdentity", r#","https://aws.amazon.com/source_identity":1"#),
    ] {
        let policy: TrustPolicy = trusted.replace("sts:TransitiveTagKeys", key).parse().unwrap();
        let claims = Claims::parse(&CLAIMS.replace('}', &format!("{more}}}"))).unwrap();
        let request = Request::from_claims(&claims, &role(), 1).unwrap();
        assert_eq!(policy.prepare().decide(&request), Decision::ImplicitDeny, "{key}");
    }
    let error = Request::from_claims(&Claims::parse("{}").unwrap(), &role(), 1).unwrap_err();
    assert_eq!(error.code(), "claims.member");
    for (more, want) in [
        ("", Decision::Allowed),
        (r#","https://aws.amazon.com/tags/transitive_tag_keys":["a"]"#, Decision::Undetermined),
    ] {
        let claims = Claims::parse(&CLAIMS.replace('}', &format!("{more}}}"))).unwrap();
        let request = Request::from_claims(&claims, &role(), 1).unwrap();
        assert_eq!(policy.prepare().decide(&request), want, "{more}");
    }
}

#[test]
fn a_tag_with_two_values_is_there() {
    let tags = r#","https://aws.amazon.com/tags/principal_tags/a":"1","https://aws.amazon.com/tags/principal_tags/A":"2"}"#;
    let claims = Claims::parse(&CLAIMS.replace('}', tags)).unwrap();
    let request = Request::from_claims(&claims, &role(), 1).unwrap();
    for (condition, want) in [
        (r#"{"Null":{"aws:RequestTag/a":"true"}}"#, Decision::ImplicitDeny),
        (r#"{"StringEquals":{"aws:RequestTag/a":"1"}}"#, Decision::Undetermined),
    ] {
        let policy: TrustPolicy = format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"Federated":"{}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{condition}}}}}"#,
            provider()
        )
        .parse()
        .unwrap();
        assert_eq!(policy.prepare().decide(&request), want, "{condition}");
    }
    assert!(!format!("{claims:?}").contains("example.com\""));
    assert!(format!("{claims:?}").starts_with(r#"Claims {"iss", "sub""#));
}

#[test]
fn a_call_does_not_replace_the_tags_of_a_token() {
    let trust: TrustPolicy = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Federated":"{}"}},"Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession"],"Condition":{{"StringEquals":{{"aws:RequestTag/a":"1"}}}}}}}}"#,
        provider()
    )
    .parse()
    .unwrap();
    let code = |value: &str| {
        let tag = format!(r#","https://aws.amazon.com/tags/principal_tags/a":"{value}"}}"#);
        let claims = Claims::parse(&CLAIMS.replace('}', &tag)).unwrap();
        let heard = call(&claims).provider(provider().issuer(), [&Audience::STS]);
        let heard = heard.role(&role(), trust.clone()).with("aws:RequestTag/A", ["1"]);
        heard.answer(1).code()
    };
    assert_eq!((code("1"), code("2")), ("ok", "AccessDenied"));
}

/// Each call beside the answer, its text and its reasons.
#[test]
fn reasons_of_answers() {
    let pinned = TrustPolicy::from(&Grant::web_identity(&provider(), Subject::from("a")));
    let open: TrustPolicy = format!(
        r#"{{"Statement":{{"Effect":"Allow","Principal":{{"Federated":"{}"}},"Action":["sts:AssumeRoleWithWebIdentity","sts:SetSourceIdentity"],"Condition":{{"Null":{{"oidc.example.com:nothing":"true"}}}}}}}}"#,
        provider()
    )
    .parse()
    .unwrap();
    let tagged = r#","https://aws.amazon.com/tags/principal_tags/a":"1"}"#;
    let with = |more: &str| CLAIMS.replace('}', more);
    let mut table = String::new();
    for (what, claims, ids, trust, asked) in [
        ("allowed", CLAIMS.to_owned(), "sts.amazonaws.com", Some(&pinned), None),
        ("no role", CLAIMS.to_owned(), "sts.amazonaws.com", None, None),
        ("no role, one asked for", CLAIMS.to_owned(), "sts.amazonaws.com", None, Some("x")),
        ("another role", CLAIMS.to_owned(), "sts.amazonaws.com", Some(&pinned), Some("R")),
        ("another audience", CLAIMS.to_owned(), "other", Some(&pinned), None),
        (
            "two audiences",
            with("").replace(r#""sts.amazonaws.com""#, r#"["a","b"]"#) + "}",
            "a",
            Some(&pinned),
            None,
        ),
        (
            "two audiences and azp",
            with("").replace(r#""sts.amazonaws.com""#, r#"["a","b"]"#) + r#","azp":"c"}"#,
            "a",
            Some(&pinned),
            None,
        ),
        (
            "azp alone",
            with("").replace(r#""aud":"sts.amazonaws.com","#, "") + r#","azp":"c"}"#,
            "a",
            Some(&pinned),
            None,
        ),
        (
            "an audience that is no text",
            CLAIMS.replace(r#""sts.amazonaws.com""#, "[null]"),
            "a",
            Some(&pinned),
            None,
        ),
        ("a provider without audiences", CLAIMS.to_owned(), "", Some(&pinned), None),
        (
            "no audience",
            with("").replace(r#""aud":"sts.amazonaws.com","#, "") + "}",
            "a",
            Some(&pinned),
            None,
        ),
        ("a tag", with(tagged), "sts.amazonaws.com", Some(&pinned), None),
        ("a tag and an open trust", with(tagged), "sts.amazonaws.com", Some(&open), None),
        (
            "a source identity",
            with(r#","https://aws.amazon.com/source_identity":"me"}"#),
            "sts.amazonaws.com",
            Some(&open),
            None,
        ),
        (
            "a source identity that is not allowed",
            with(r#","https://aws.amazon.com/source_identity":"me"}"#),
            "sts.amazonaws.com",
            Some(&pinned),
            None,
        ),
        (
            "a source identity that is no text",
            with(r#","https://aws.amazon.com/source_identity":1}"#),
            "sts.amazonaws.com",
            Some(&open),
            None,
        ),
        (
            "a subject that is no text",
            CLAIMS.replace(r#""sub":"a""#, r#""sub":{}"#),
            "sts.amazonaws.com",
            Some(&open),
            None,
        ),
        (
            "a subject that is no text, denied",
            CLAIMS.replace(r#""sub":"a""#, r#""sub":{}"#),
            "sts.amazonaws.com",
            Some(&pinned),
            None,
        ),
    ] {
        let role = trust.map_or("null".to_owned(), |trust| {
            format!(r#"{{"arn":"{}","policy":{trust}}}"#, role())
        });
        let asked = asked.map_or(String::new(), |name| {
            format!(r#","request":{{"RoleArn":"arn:aws:iam::123456789012:role/{name}"}}"#)
        });
        let ids = if ids.is_empty() { String::new() } else { format!("\"{ids}\"") };
        let line = format!(
            r#"{{"provider":{{"url":"{}","client_ids":[{ids}]}},"role":{role},"claims":{claims}{asked}}}"#,
            provider().issuer().url()
        );
        let call = WebIdentityCall::from_json(&line).unwrap();
        let answer = call.answer(1);
        writeln!(table, "{what}: {}\n  {}", answer.code(), answer.message().unwrap_or_default())
            .unwrap();
        for reason in answer.reasons() {
            writeln!(table, "  {reason}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

/// Its statements would be asked about a provider of no account.
#[test]
fn the_trust_of_a_role_without_an_account_is_not_judged() {
    let trust = TrustPolicy::from(&Grant::web_identity(&provider(), Subject::from("a")));
    let line = format!(
        r#"{{"provider":{{"url":"{}","client_ids":["sts.amazonaws.com"]}},"role":{{"arn":"my-role","policy":{trust}}},"claims":{CLAIMS}}}"#,
        provider().issuer()
    );
    let answer = WebIdentityCall::from_json(&line).unwrap().answer(1);
    let reasons: Vec<&str> = answer.reasons().iter().map(|r| r.message.as_str()).collect();
    assert_eq!(
        (answer.code(), reasons),
        ("ValidationError", vec!["`my-role` is no ARN of a role"])
    );
}

#[test]
fn a_token_may_be_padded_and_has_three_parts() {
    // {"a":1}
    assert_eq!(Claims::from_jwt("h.eyJhIjoxfQ==.s").unwrap(), Claims::parse(r#"{"a":1}"#).unwrap());
    for bad in ["h.eyJhIjoxfQ", "h.eyJhIjoxfQ.s.t", "h.!.s", "h.MQ.s"] {
        assert_eq!(Claims::from_jwt(bad).unwrap_err().code(), "claims.jwt", "{bad}");
    }
    assert_eq!(Claims::parse("1").unwrap_err().code(), "claims.type");
    assert_eq!(Claims::parse("{").unwrap_err().code(), "claims.json");
}
