//! What a policy says of a grant, and of what no grant can tell.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that stops says where"
)]

use std::collections::HashSet;

use iamwire_core::json::Json;
use miette::Diagnostic;

use iamwire_core::{
    Audience, AwsPrincipal, Decision, Grant, ProviderArn, Request, ServiceAccountRef,
    ServicePrincipal, Standing, Subject, SubjectPattern, TrustPolicy, WebIdentityGrant,
};

const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/oidc.example.com/id/A";

fn provider() -> ProviderArn {
    PROVIDER.parse().unwrap()
}

fn subject(name: &str) -> Subject {
    format!("system:serviceaccount:shop:{name}").as_str().into()
}

/// A statement that allows web identities of the provider; `{i}` is its issuer.
fn under(condition: &str) -> TrustPolicy {
    let condition = condition.replace("{i}", "oidc.example.com/id/A");
    format!(
        r#"{{"Statement":{{"Effect":"Allow","Principal":{{"Federated":"{PROVIDER}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{condition}}}}}"#
    )
    .parse()
    .unwrap()
}

#[test]
fn a_condition_on_a_key_that_tokens_have() {
    use Standing::{Allowed, Depends, Refused};
    for (condition, name, want) in [
        (
            r#"{"StringEqualsIgnoreCase":{"{i}:sub":"SYSTEM:serviceaccount:SHOP:api"}}"#,
            "api",
            Allowed,
        ),
        (
            r#"{"StringEqualsIgnoreCase":{"{i}:sub":"SYSTEM:serviceaccount:SHOP:web"}}"#,
            "api",
            Refused,
        ),
        (
            r#"{"StringEqualsIgnoreCase":{"{i}:sub":"system:serviceaccount:shop:ap\u0131"}}"#,
            "api",
            Depends,
        ),
        (
            r#"{"StringEqualsIgnoreCase":{"{i}:sub":"system:serviceaccount:shop:api"}}"#,
            "ap\u{131}",
            Depends,
        ),
        (r#"{"StringEquals":{"{i}:sub":[]}}"#, "api", Refused),
        (r#"{"StringNotEquals":{"{i}:sub":[]}}"#, "api", Depends),
        (r#"{"StringNotEqualsIfExists":{"{i}:sub":[]}}"#, "api", Refused),
        (r#"{"ForAllValues:StringNotEquals":{"{i}:sub":[]}}"#, "api", Refused),
        (r#"{"Null":{"{i}:sub":[]}}"#, "api", Depends),
    ] {
        let grant = Grant::web_identity(&provider(), subject(name));
        assert_eq!(under(condition).standing(&grant), want, "{condition} {name}");
    }
    let pattern = SubjectPattern::dangerous_parse("system:serviceaccount:shop:*").unwrap();
    let policy = under(r#"{"StringEqualsIgnoreCase":{"{i}:sub":"system:serviceaccount:shop:*"}}"#);
    let grant = WebIdentityGrant::dangerous_pattern(&provider(), pattern).into();
    assert_eq!(policy.standing(&grant), Depends);
}

#[test]
fn a_condition_on_a_key_that_no_token_has() {
    use Standing::{Allowed, Depends, Refused};
    let grant = Grant::web_identity(&provider(), subject("api"));
    for (condition, want) in [
        (r#"{"StringEquals":{"other.example.com:sub":"x"}}"#, Refused),
        (r#"{"StringNotEquals":{"other.example.com:sub":"x"}}"#, Allowed),
        (r#"{"StringNotEquals":{"other.example.com:sub":[]}}"#, Depends),
        (r#"{"StringEqualsIfExists":{"other.example.com:sub":"x"}}"#, Allowed),
        (r#"{"ForAllValues:StringEquals":{"other.example.com:sub":"x"}}"#, Allowed),
        (r#"{"ForAnyValue:StringNotEquals":{"other.example.com:sub":"x"}}"#, Refused),
        (r#"{"Null":{"other.example.com:sub":"true"}}"#, Allowed),
        (r#"{"StringEquals":{"aws:RequestTag/a":"x"}}"#, Depends),
        (r#"{"StringEquals":{"sts:RoleSessionName":"x"}}"#, Depends),
        (r#"{"StringEquals":{"{i}:email":"x"}}"#, Depends),
        (r#"{"StringEquals":{"gitlab.com:sub":"x"}}"#, Depends),
        (r#"{"StringEquals":{"accounts.google.com/sub":"x"}}"#, Depends),
        (r#"{"Null":{"other.example.com:sub":"false"}}"#, Refused),
        (r#"{"Null":{"other.example.com:sub":[]}}"#, Depends),
        (r#"{"StringFoo":{}}"#, Depends),
        (r#"{"StringLike":{}}"#, Allowed),
    ] {
        assert_eq!(under(condition).standing(&grant), want, "{condition}");
    }
}

#[test]
fn actions_by_name_and_pattern() {
    use Standing::{Allowed, Refused};
    let grant = Grant::web_identity(&provider(), subject("api"));
    for (action, want) in [
        (r#""Action":"STS:assumerolewithwebidentity""#, Allowed),
        (r#""Action":"sts:AssumeRoleWithWebIdentit?""#, Allowed),
        (r#""Action":"sts:AssumeRole?""#, Refused),
        (r#""Action":["sts:TagSession","sts:*"]"#, Allowed),
        (r#""NotAction":"sts:AssumeRole""#, Allowed),
        (r#""NotAction":"sts:AssumeRole*""#, Refused),
    ] {
        let policy: TrustPolicy = format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"Federated":"{PROVIDER}"}},{action}}}}}"#
        )
        .parse()
        .unwrap();
        assert_eq!(policy.standing(&grant), want, "{action}");
    }
    for (pattern, want) in [("ap?", Allowed), ("a?", Refused), ("*i", Allowed), ("*x", Refused)] {
        let condition =
            format!(r#"{{"StringLike":{{"{{i}}:sub":"system:serviceaccount:shop:{pattern}"}}}}"#);
        assert_eq!(under(&condition).standing(&grant), want, "{pattern}");
    }
}

#[test]
fn callers_by_account_and_name() {
    use Standing::{Allowed, Depends, Refused};
    let (account, role) = ("123456789012", "arn:aws:iam::123456789012:role/r");
    let session = "arn:aws:sts::123456789012:assumed-role/r/session";
    for (trusted, caller, want) in [
        ("*", role, Allowed),
        (role, role, Allowed),
        (account, role, Allowed),
        ("arn:aws:iam::123456789012:root", role, Allowed),
        ("123456789013", role, Refused),
        ("nobody", role, Refused),
        ("arn:aws:iam::123456789012:role/q", role, Refused),
        ("arn:aws:iam::123456789013:role/r", role, Refused),
        ("AROA123456789EXAMPLE", role, Depends),
        ("AROAEXAMPLE", role, Refused),
        ("arn:aws-cn:iam::123456789012:root", role, Refused),
        ("arn:aws-cn:iam::123456789012:root", account, Allowed),
        (session, role, Depends),
        (role, session, Depends),
        (role, account, Depends),
    ] {
        let policy: TrustPolicy = format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{trusted}"}},"Action":"sts:AssumeRole"}}}}"#
        )
        .parse()
        .unwrap();
        let grant = Grant::aws(caller.parse::<AwsPrincipal>().unwrap());
        assert_eq!(policy.standing(&grant), want, "{trusted} {caller}");
    }
}

#[test]
fn service_accounts_of_a_cluster() {
    let accounts: Vec<ServiceAccountRef> =
        ["shop/api", "shop/web"].map(|name| name.parse().unwrap()).into();
    let policy = under(r#"{"StringEquals":{"{i}:sub":"system:serviceaccount:shop:web"}}"#);
    let found = policy.who_may(&provider(), &accounts);
    let [(api, refused), (web, allowed)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((*api, *refused), (&accounts[0], Standing::Refused));
    assert_eq!((*web, *allowed), (&accounts[1], Standing::Allowed));
}

#[test]
fn what_no_grant_can_tell_is_noticed() {
    for (statement, want) in [
        (
            r#"{"Effect":"Allow","NotPrincipal":{"AWS":"*"},"Action":"sts:AssumeRole"}"#,
            "statement 0 may allow more: it has `NotPrincipal`",
        ),
        (
            r#"{"Effect":"Allow","Principal":"x","Action":"sts:AssumeRole"}"#,
            "statement 0 may allow more: its `Principal` is no map",
        ),
        (
            r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"}"#,
            "statement 0 trusts Service `pods.eks.amazonaws.com` in vain: the action is not for it",
        ),
    ] {
        let policy: TrustPolicy = format!(r#"{{"Statement":[{statement}]}}"#).parse().unwrap();
        let notices = policy.notices_of_grants();
        let messages: Vec<_> = notices.iter().map(|n| n.message.as_str()).collect();
        assert_eq!(messages, [want]);
        assert!(policy.grants().is_empty());
    }
}

#[test]
fn what_a_request_leaves_open() {
    use Decision::{Allowed, ImplicitDeny, Undetermined};
    let request = || Request::web_identity(&provider());
    let key = "aws:RequestTag/team";
    for (condition, unknown_value, unknown) in [
        (r#"{"Null":{"aws:RequestTag/team":"false"}}"#, Allowed, Undetermined),
        (r#"{"Null":{"aws:RequestTag/team":"true"}}"#, ImplicitDeny, Undetermined),
        (r#"{"StringEquals":{"aws:RequestTag/team":"x"}}"#, Undetermined, Undetermined),
        (r#"{"BinaryEquals":{"aws:RequestTag/team":"no base64"}}"#, ImplicitDeny, Undetermined),
    ] {
        let policy = under(condition);
        let decide = |request: Request| policy.prepare().decide(&request);
        assert_eq!(decide(request().with_unknown_value(key)), unknown_value, "{condition}");
        assert_eq!(decide(request().with_unknown(key)), unknown, "{condition}");
        assert_eq!(
            decide(request().with(key, ["y"]).with_unknown(key)),
            unknown,
            "the last one counts: {condition}"
        );
    }
}

#[test]
fn equal_grants_hash_alike_whatever_the_order_of_audiences() {
    let audience = |text: &str| text.parse::<Audience>().unwrap();
    let grant = |audiences: [&str; 2]| {
        WebIdentityGrant::new(&provider(), subject("api"))
            .dangerous_audiences(audiences.map(audience))
    };
    let grants = HashSet::from([grant(["a", "b"]), grant(["b", "a"])]);
    assert_eq!(grants.len(), 1);
    assert!(Grant::from(grant(["a", "b"])).breadth().ends_with(", for any of several audiences"));
    let one = WebIdentityGrant::new(&provider(), subject("api")).audience(audience("a"));
    assert_eq!(one.audiences(), [audience("a")]);
}

#[test]
fn a_request_that_is_none() {
    for (text, code) in [
        ("[]", "request.type"),
        (r#"{"action":"a","principal":{"Service":"b.c"},"context":[]}"#, "request.context"),
        (r#"{"action":1,"principal":{"Service":"b.c"},"context":{}}"#, "request.type"),
        (r#"{"action":"a","principal":{"AWS":"b"},"context":{}}"#, "request.principal"),
    ] {
        let error = Request::from_json(text).unwrap_err();
        assert_eq!(error.code(), code, "{text}");
        assert_eq!(Diagnostic::code(&error).unwrap().to_string(), code);
        assert_eq!(Diagnostic::help(&error).unwrap().to_string(), error.help());
    }
}

#[test]
fn parts_of_a_document() {
    let text = r#"{"Id":"i","Statement":[{"Sid":"s","Effect":"Deny"}, {}]}"#;
    let policy: TrustPolicy = text.parse().unwrap();
    assert_eq!(policy.id().unwrap().as_str().unwrap(), "i");
    let first = policy.statement(0).unwrap();
    assert_eq!(first.sid().unwrap(), "s");
    assert_eq!(first.effect().unwrap().to_string(), "Deny");
    assert_eq!(policy.statement(1).unwrap().index(), 1);
    assert!(policy.statement(2).is_none());
    assert_eq!(format!("{policy:?}"), format!("TrustPolicy({text:?})"));
    let again: TrustPolicy = text.replace(", {}", ",{}").parse().unwrap();
    let other: TrustPolicy = text.replace("Deny", "Allow").parse().unwrap();
    assert_eq!(HashSet::from([policy.clone(), again, other]).len(), 2);
    let stars = under(r#"{"StringEquals":{"{i}:sub":"${*}${?}${$}"}}"#);
    assert!(stars.notices().iter().all(|n| n.code != "policy.interpolation"));
    let canonical: TrustPolicy = format!(
        r#"{{"Statement":{{"Effect":"Allow","Principal":{{"CanonicalUser":"{PROVIDER}"}},"Action":"*"}}}}"#
    )
    .parse()
    .unwrap();
    assert!(canonical.grants().is_empty());
    let json = Json::parse(r#""{\"Id\":\"%41\",\"Statement\":[]}""#).unwrap();
    assert_eq!(
        TrustPolicy::from_value(json.root()).unwrap().id().unwrap().as_str().unwrap(),
        "%41"
    );
    let error = TrustPolicy::parse(r#"{"Statement":[],"Statement":[]}"#).unwrap_err();
    assert_eq!(Diagnostic::code(&error).unwrap().to_string(), error.code());
    let labels: Vec<_> = Diagnostic::labels(&error).unwrap().collect();
    assert_eq!(
        labels.iter().map(|l| l.label().unwrap()).collect::<Vec<_>>(),
        ["here", "first here"]
    );
    assert_eq!(labels[0].offset(), error.place().span.start);
}

#[test]
fn names_of_principals() {
    for bad in ["pods", ".amazonaws.com", "a..com", "a b.com", "a.com/"] {
        let error = bad.parse::<ServicePrincipal>().unwrap_err();
        assert_eq!(error.code(), "service.form", "{bad}");
    }
    assert_eq!("*".parse::<AwsPrincipal>().unwrap_err().code(), "principal.anyone");
    for bad in ["arn:aws:iam::12345678901x:role/r", "arn:aws:iam::1234567890123:role/r"] {
        assert!(Request::aws(bad).is_err(), "{bad}");
    }
}
