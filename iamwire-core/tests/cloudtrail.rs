//! What is known of a call that CloudTrail recorded.

#![allow(clippy::unwrap_used, reason = "a test that stops says where")]

use iamwire_core::{Decision, Request, TrustPolicy};

const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/oidc.example.com/id/A";

fn event() -> String {
    format!(
        r#"{{"eventName":"AssumeRoleWithWebIdentity","eventTime":"2026-01-01T00:00:00Z","awsRegion":"eu-west-3","sourceIPAddress":"10.0.0.1","userAgent":"x","userIdentity":{{"type":"WebIdentityUser","identityProvider":"{PROVIDER}","userName":"a:b","principalId":"{PROVIDER}:c:d:a:b"}},"requestParameters":{{"roleArn":"arn:aws:iam::123456789012:role/r","roleSessionName":"s"}}}}"#
    )
}

fn decide(event: &str, condition: &str) -> Decision {
    let condition = condition.replace("{i}", "oidc.example.com/id/A");
    let policy: TrustPolicy = format!(
        r#"{{"Statement":{{"Effect":"Allow","Principal":{{"Federated":"{PROVIDER}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{condition}}}}}"#
    )
    .parse()
    .unwrap();
    policy.prepare().decide(&Request::from_cloudtrail(event).unwrap())
}

#[test]
fn keys_are_known_or_may_be_there() {
    use Decision::{Allowed, ImplicitDeny, Undetermined};
    for (condition, want) in [
        (r#"{"StringEquals":{"{i}:sub":"a:b","{i}:aud":"c:d"}}"#, Allowed),
        (r#"{"StringEquals":{"sts:RoleSessionName":"s","aws:UserAgent":"x"}}"#, Allowed),
        (r#"{"StringEquals":{"aws:RequestedRegion":"eu-west-3"}}"#, Allowed),
        (r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#, Allowed),
        (r#"{"DateEquals":{"aws:CurrentTime":"2026-01-01"}}"#, Allowed),
        (r#"{"Null":{"sts:RoleAuthorizedByIdp":"true"}}"#, ImplicitDeny),
        (r#"{"Bool":{"sts:RoleAuthorizedByIdp":"true"}}"#, Undetermined),
        (r#"{"Null":{"{i}:email":"true"}}"#, Undetermined),
        (r#"{"Null":{"{i}:amr":"true"}}"#, Undetermined),
        (r#"{"Null":{"aws:TagKeys":"true"}}"#, Undetermined),
        (r#"{"Null":{"aws:RequestTag/a":"true"}}"#, Undetermined),
        (r#"{"Null":{"sts:TransitiveTagKeys":"true"}}"#, Undetermined),
        (r#"{"Null":{"sts:SourceIdentity":"true"}}"#, Undetermined),
    ] {
        assert_eq!(decide(&event(), condition), want, "{condition}");
    }
    let anonymous = event().replace(r#","userName":"a:b""#, "");
    for key in ["{i}:sub", "{i}:aud"] {
        let condition = format!(r#"{{"StringEquals":{{"{key}":"c:d"}}}}"#);
        assert_eq!(decide(&anonymous, &condition), Undetermined, "{key}");
    }
}

#[test]
fn the_session_is_known_where_the_event_tells_of_it() {
    use Decision::{Allowed, ImplicitDeny, Undetermined};
    let tagged = event().replace(
        r#""roleArn""#,
        r#""principalTags":{"a":"b","c":"d"},"transitiveTagKeys":["a"],"sourceIdentity":"me","roleArn""#,
    );
    for (condition, want) in [
        (r#"{"StringEquals":{"aws:RequestTag/A":"b"}}"#, Allowed),
        (r#"{"StringEquals":{"aws:RequestTag/a":"d"}}"#, ImplicitDeny),
        (r#"{"Null":{"aws:RequestTag/e":"true"}}"#, Allowed),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["a","c"]}}"#, Allowed),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}"#, ImplicitDeny),
        (r#"{"ForAnyValue:StringEquals":{"sts:TransitiveTagKeys":"a"}}"#, Allowed),
        (r#"{"StringEquals":{"sts:SourceIdentity":"me"}}"#, Allowed),
    ] {
        assert_eq!(decide(&tagged, condition), want, "{condition}");
    }
    // A service that called on somebody's behalf is no address.
    let inside = event().replace("10.0.0.1", "AWS Internal");
    for operator in ["IpAddress", "NotIpAddress"] {
        let condition = format!(r#"{{"{operator}":{{"aws:SourceIp":"10.0.0.0/8"}}}}"#);
        assert_eq!(decide(&inside, &condition), Undetermined, "{operator}");
    }
}

#[test]
fn an_event_stands_alone_or_in_what_carries_it() {
    let event = event();
    for around in
        [event.clone(), format!(r#"{{"detail":{event}}}"#), format!(r#"{{"Records":[{event}]}}"#)]
    {
        assert_eq!(decide(&around, r#"{"StringEquals":{"{i}:sub":"a:b"}}"#), Decision::Allowed);
    }
    for (text, code, message) in [
        (r#"{"Records":[]}"#.to_owned(), "cloudtrail.event", "the log has 0 records"),
        (
            format!(r#"{{"Records":[{event},{event}]}}"#),
            "cloudtrail.event",
            "the log has 2 records",
        ),
        (
            event.replace("identityProvider", "x"),
            "cloudtrail.member",
            "the event has no `userIdentity.identityProvider`",
        ),
        (
            event.replace("roleArn", "x"),
            "cloudtrail.member",
            "the event has no `requestParameters.roleArn`",
        ),
        ("{".to_owned(), "request.json", ""),
    ] {
        let error = Request::from_cloudtrail(&text).unwrap_err();
        assert_eq!(error.code(), code, "{text}");
        assert!(error.to_string().contains(message), "{error}");
    }
}
