//! What STS answers to calls that are built, not read.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that stops says where")]

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
fn a_token_may_be_padded_and_has_three_parts() {
    // {"a":1}
    assert_eq!(Claims::from_jwt("h.eyJhIjoxfQ==.s").unwrap(), Claims::parse(r#"{"a":1}"#).unwrap());
    for bad in ["h.eyJhIjoxfQ", "h.eyJhIjoxfQ.s.t", "h.!.s", "h.MQ.s"] {
        assert_eq!(Claims::from_jwt(bad).unwrap_err().code(), "claims.jwt", "{bad}");
    }
    assert_eq!(Claims::parse("1").unwrap_err().code(), "claims.type");
    assert_eq!(Claims::parse("{").unwrap_err().code(), "claims.json");
}
