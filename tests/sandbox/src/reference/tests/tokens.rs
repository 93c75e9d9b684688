use super::part;
use crate::reference::assume;

const ROLE: &str = "arn:aws:iam::123456789012:role/r";
const PROVIDER: &str = r#"{"url":"https://h/1","client_ids":["sts.amazonaws.com"]}"#;
const CLAIMS: &str =
    r#""iss":"https://h/1","sub":"s","aud":["sts.amazonaws.com"],"iat":1000,"exp":2000"#;
const NOT_VALIDATED: &str = "The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.";

/// A role that trusts the provider under these conditions for these actions.
fn role(condition: &str, actions: &str) -> String {
    let provider = "arn:aws:iam::123456789012:oidc-provider/h/1";
    format!(
        r#"{{"arn":"{ROLE}","policy":{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},"Action":{actions},"Condition":{condition}}}}}}}"#
    )
}

/// The answer to these claims, and the members that follow.
fn answer(provider: &str, role: &str, claims: &str, more: &str) -> String {
    let line = format!(
        r#"{{"provider":{provider},"role":{role},"claims":{{{claims}}},"now":1500{more}}}"#
    );
    assume(&line)
}

fn assert_answer(answer: &str, code: &str, message: &str, what: &str) {
    assert_eq!(part(answer, "answer"), code, "{what}: {answer}");
    assert_eq!(part(answer, "message"), message, "{what}: {answer}");
}

fn plain(claims: &str, more: &str) -> String {
    answer(PROVIDER, &role(r#"{"StringEquals":{"h/1:sub":"s"}}"#, r#""*""#), claims, more)
}

#[test]
fn form() {
    assert_answer(&plain(CLAIMS, ""), "ok", "", "plain");
    let arn = "Request ARN is invalid";
    for (request, code, message) in [
        (format!(r#"{{"RoleArn":"{ROLE}"}}"#), "ok", ""),
        (r#"{"RoleArn":"arn:aws:iam::123456789012:user/r"}"#.to_owned(), "ValidationError", arn),
        (
            r#"{"RoleArn":"arn:aws:iam::123456789012:role/R"}"#.to_owned(),
            "AccessDenied",
            "Not authorized to perform sts:AssumeRoleWithWebIdentity",
        ),
        (format!(r#"{{"RoleArn":"{ROLE}{}"}}"#, "r".repeat(2048)), "ValidationError", arn),
        (r#"{"RoleSessionName":"x"}"#.to_owned(), "ValidationError", ""),
        (r#"{"RoleSessionName":"a b"}"#.to_owned(), "ValidationError", ""),
        (r#"{"RoleSessionName":"a_b@c"}"#.to_owned(), "ok", ""),
        (r#"{"DurationSeconds":899}"#.to_owned(), "ValidationError", ""),
        (r#"{"DurationSeconds":"0900"}"#.to_owned(), "ok", ""),
        (r#"{"DurationSeconds":43201}"#.to_owned(), "ValidationError", ""),
        (r#"{"DurationSeconds":-99999999999999999999}"#.to_owned(), "ValidationError", ""),
        (
            r#"{"DurationSeconds":3601}"#.to_owned(),
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ),
        (
            r#"{"ProviderId":""}"#.to_owned(),
            "AccessDenied",
            "Unrecognized OAuth provider. Do not include a provider parameter when submitting OpenIDConnect ID tokens",
        ),
    ] {
        let given = plain(CLAIMS, &format!(r#","request":{request}"#));
        assert_answer(&given, code, message, &request);
    }
    let longer =
        role("{}", r#""*""#).replace(r#","policy""#, r#","max_session_duration":7200,"policy""#);
    let given = answer(PROVIDER, &longer, CLAIMS, r#","request":{"DurationSeconds":7200}"#);
    assert_answer(&given, "ok", "", "longer");
    for duration in ["1.5", r#""x""#, "null", "[900]"] {
        let given = plain(CLAIMS, &format!(r#","request":{{"DurationSeconds":{duration}}}"#));
        assert_answer(&given, "ValidationError", "", duration);
    }
    for unreadable in [
        r#","request":null"#,
        r#","request":{"RoleArn":5}"#,
        r#","context":null"#,
        r#","context":{"a":null}"#,
    ] {
        assert!(plain(CLAIMS, unreadable).starts_with(r#"{"error":"#), "{unreadable}");
    }
}

#[test]
fn claims() {
    let with = |old: &str, new: &str| CLAIMS.replace(old, new);
    let later = |claim: &str| format!("{CLAIMS},{claim}");
    let several =
        "Token audience contains more than one audience while authorized party is not present";
    let times = "Invalid timestamp in token claims.";
    for (claims, code, message) in [
        (
            with(r#""iss":"https://h/1","#, ""),
            "InvalidIdentityToken",
            "Missing a required claim: iss",
        ),
        (with(r#""https://h/1""#, "null"), "InvalidIdentityToken", "Missing a required claim: iss"),
        (with(r#""sub":"s","#, ""), "InvalidIdentityToken", "Missing a required claim: sub"),
        (
            with(r#"["sts.amazonaws.com"]"#, "null"),
            "InvalidIdentityToken",
            "Missing a required claim: aud",
        ),
        (with(r#","exp":2000"#, ""), "InvalidIdentityToken", "Missing a required claim: exp"),
        (with(r#""iat":1000,"#, ""), "InvalidIdentityToken", "Missing a required claim: iat"),
        (
            with(r#"["sts.amazonaws.com"]"#, "[]"),
            "InvalidIdentityToken",
            "Claim is not allowed to be empty: aud",
        ),
        (with(r#""s","#, "null,"), "InternalFailure", "Unknown error validating third-party token"),
        (
            with(r#""s","#, r#""","#),
            "AccessDenied",
            "Not authorized to perform sts:AssumeRoleWithWebIdentity",
        ),
        (with("2000", "null"), "InvalidIdentityToken", times),
        (with("2000", "2000.5"), "InvalidIdentityToken", times),
        (with("2000", r#""x""#), "InvalidIdentityToken", times),
        (with("2000", r#""2000""#), "ok", ""),
        (with("1000", "true"), "InvalidIdentityToken", times),
        (later(r#""nbf":null"#), "InvalidIdentityToken", times),
        (with("2000", "1200"), "ok", ""),
        (
            with("2000", "1199"),
            "ExpiredTokenException",
            "Token expired: current date/time 1200 must be before the expiration date/time 1199",
        ),
        (later(r#""nbf":1800"#), "ok", ""),
        (
            later(r#""nbf":1801"#),
            "InvalidIdentityToken",
            "Token not yet valid: current date/time 1800 must be after or equal to the not-before date/time 1801",
        ),
        (with("1000", "1801"), "InvalidIdentityToken", "Token issued in the future: 1801"),
        (with("https://h/1", "h/1"), "ok", ""),
        (with("https://h/1", "https://h/1/"), "InvalidIdentityToken", NOT_VALIDATED),
        (with("https://h/1", "https://H/1"), "InvalidIdentityToken", NOT_VALIDATED),
        (with("[\"sts", "[\"sts.amazonaws.com\",\"sts"), "InvalidIdentityToken", several),
        (with("[\"sts", "[\"x\",\"sts") + r#","azp":"sts.amazonaws.com""#, "ok", ""),
        (later(r#""azp":"""#), "InvalidIdentityToken", NOT_VALIDATED),
        (later(r#""azp":null"#), "ok", ""),
        (with("sts.amazonaws.com", "x"), "InvalidIdentityToken", NOT_VALIDATED),
    ] {
        assert_answer(&plain(&claims, ""), code, message, &claims);
    }
    assert_answer(
        &answer("null", "null", CLAIMS, ""),
        "InvalidIdentityToken",
        NOT_VALIDATED,
        "none",
    );
    let denied = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    assert_answer(&answer(PROVIDER, "null", CLAIMS, ""), "AccessDenied", denied, "no role");
}

#[test]
fn roles_and_tags() {
    let with =
        |name: &str, value: &str| format!(r#"{CLAIMS},"https://aws.amazon.com/{name}":{value}"#);
    let tags = "principal_tags passed in claim is not in correct format.";
    let absent = "The target role ARN is not present in the roles claim of the identity token";
    let none = "The roles claim contains no valid role ARNs";
    for (claims, code, message) in [
        (with("roles", "null"), "ok", ""),
        (with("roles", &format!(r#"" {ROLE} ;x""#)), "ok", ""),
        (with("roles", &format!(r#"[5,"{ROLE} "]"#)), "ok", ""),
        (with("roles", r#""x;y""#), "InvalidIdentityToken", none),
        (with("roles", "[]"), "InvalidIdentityToken", none),
        (with("roles", &format!(r#""{ROLE}2""#)), "InvalidIdentityToken", absent),
        (
            with("roles", "5"),
            "InvalidIdentityToken",
            "The roles claim is not in a supported format",
        ),
        (with("tags", "null"), "ok", ""),
        (with("tags", "{}"), "ok", ""),
        (with("tags", r#"{"principal_tags":{"a":["b"]}}"#), "ok", ""),
        (with("tags", r#"{"principal_tags":{"a":"b"}}"#), "InvalidIdentityToken", tags),
        (with("tags", r#"{"principal_tags":{"a":["b","c"]}}"#), "InvalidIdentityToken", tags),
        (with("tags", "[]"), "InvalidIdentityToken", tags),
        (with("tags/principal_tags/a", r#""b""#), "ok", ""),
        (with("tags/principal_tags/a", r#"["b"]"#), "InvalidIdentityToken", tags),
        (with("source_identity", r#""me""#), "ok", ""),
        (with("source_identity", "5"), "undetermined", ""),
    ] {
        assert_answer(&plain(&claims, ""), code, message, &claims);
    }
    let denied = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    for (name, value, code) in [
        ("tags", r#"{"principal_tags":{}}"#, "ok"),
        ("tags", r#"{"principal_tags":{"a":["b"]}}"#, "AccessDenied"),
        ("tags/principal_tags/a", r#""b""#, "AccessDenied"),
        ("source_identity", r#""me""#, "AccessDenied"),
    ] {
        let only = role("{}", r#""sts:AssumeRoleWithWebIdentity""#);
        let message = if code == "ok" { "" } else { denied };
        let given = answer(PROVIDER, &only, &with(name, value), "");
        assert_answer(&given, code, message, name);
    }
}

#[test]
fn what_a_call_carries() {
    let claims = format!(
        r#"{CLAIMS},"email":"e","amr":["x","y"],"https://aws.amazon.com/tags":{{"principal_tags":{{"a":["b"]}},"transitive_tag_keys":["a"]}},"https://aws.amazon.com/source_identity":"me""#
    );
    let more = r#","context":{"aws:SourceIp":"1.2.3.4","H/1:sub":"other","aws:ResourceTag/x":"y","aws:userid":[]},"request":{"RoleSessionName":"name"}"#;
    for (condition, code) in [
        (r#"{"StringEquals":{"H/1:SUB":"s","h/1:aud":"sts.amazonaws.com","h/1:email":"e"}}"#, "ok"),
        (
            r#"{"ForAllValues:StringEquals":{"h/1:amr":["x","y"],"aws:TagKeys":"a","sts:TransitiveTagKeys":"a"}}"#,
            "ok",
        ),
        (r#"{"StringEquals":{"aws:RequestTag/A":"b","sts:SourceIdentity":"me"}}"#, "ok"),
        (
            r#"{"StringEquals":{"aws:PrincipalType":"User","aws:PrincipalAccount":"123456789012"}}"#,
            "ok",
        ),
        (
            r#"{"Bool":{"aws:PrincipalIsAWSService":"false","aws:SecureTransport":"true","sts:RoleAuthorizedByIdp":"false"}}"#,
            "ok",
        ),
        (r#"{"StringEquals":{"sts:RoleSessionName":"name","aws:ResourceTag/x":"y"}}"#, "ok"),
        (r#"{"DateEquals":{"aws:CurrentTime":"1970-01-01T00:25:00Z","aws:EpochTime":1500}}"#, "ok"),
        (r#"{"IpAddress":{"aws:SourceIp":"1.2.3.0/24"}}"#, "ok"),
        (
            r#"{"Null":{"aws:userid":"true","aws:PrincipalArn":"true","aws:RequestTag/z":"true"}}"#,
            "ok",
        ),
        (r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::1:role/x"}}"#, "ok"),
        (r#"{"StringEquals":{"aws:UserAgent":"x"}}"#, "undetermined"),
        (r#"{"StringEquals":{"aws:UserAgent":"${aws:PrincipalArn}"}}"#, "AccessDenied"),
        (r#"{"Null":{"aws:UserAgent":"false","aws:RequestedRegion":"false"}}"#, "ok"),
        (r#"{"NumericEquals":{"aws:RequestedRegion":"x"}}"#, "AccessDenied"),
        (r#"{"Null":{"aws:ResourceTag/z":"true"}}"#, "undetermined"),
        (r#"{"Null":{"aws:SourceVpc":"true"}}"#, "undetermined"),
        (r#"{"Null":{"h/1:other":"true","x:sub":"true"}}"#, "ok"),
        (r#"{"Null":{"gitlab.com:other":"true"}}"#, "ok"),
    ] {
        let given = answer(PROVIDER, &role(condition, r#""*""#), &claims, more);
        assert_eq!(part(&given, "answer"), code, "{condition}: {given}");
    }
    for (issuer, condition, code) in [
        ("gitlab.com", r#"{"Null":{"gitlab.com:other":"true"}}"#, "undetermined"),
        ("gitlab.com/x", r#"{"Null":{"gitlab.com/x:other":"true"}}"#, "undetermined"),
        ("gitlab.com", r#"{"Null":{"gitlab.com:email":"true"}}"#, "ok"),
        ("gitlab.com", r#"{"Null":{"gitlab.community:other":"true"}}"#, "ok"),
        ("gitlab.com", r#"{"Null":{"accounts.google.com:other":"true"}}"#, "ok"),
    ] {
        let provider = PROVIDER.replace("h/1", issuer);
        let claims = CLAIMS.replace("h/1", issuer);
        let role = role(condition, r#""*""#).replace("h/1", issuer);
        let given = answer(&provider, &role, &claims, "");
        assert_eq!(part(&given, "answer"), code, "{issuer} {condition}: {given}");
    }
    let userid = r#"{"StringEquals":{"aws:userid":"arn:aws:iam::123456789012:oidc-provider/h/1"}}"#;
    let given = answer(PROVIDER, &role(userid, r#""*""#), CLAIMS, "");
    assert_eq!(part(&given, "answer"), "ok");
}
