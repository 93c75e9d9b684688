use super::{PROVIDER, part};
use crate::reference::json::{NESTING, Value};
use crate::reference::{Policy, evaluate};

fn ask(policy: &str, principal: &str, action: &str) -> String {
    evaluate(&format!(
        r#"{{"policy":{policy},"request":{{"action":"{action}","principal":{principal},"context":{{}}}}}}"#
    ))
}

fn federated(policy: &str) -> String {
    ask(policy, &format!(r#"{{"Federated":"{PROVIDER}"}}"#), "sts:AssumeRoleWithWebIdentity")
}

/// A statement with these members, asked with a web identity: decision and result.
fn statement(members: &str) -> (String, String) {
    let answer = federated(&format!(r#"{{"Statement":[{{{members}}}]}}"#));
    (part(&answer, "decision").to_owned(), part(&answer, "result").to_owned())
}

#[test]
fn three_values() {
    let allow =
        r#""Principal":{"Federated":"PROVIDER"},"Action":"*""#.replace("PROVIDER", PROVIDER);
    let no = allow.replace("id/1", "id/2");
    let unknown = r#""NotPrincipal":{},"Action":"*""#;
    let of = |effect: &str, what: &str| format!(r#"{{"Effect":"{effect}",{what}}}"#);
    for (statements, decision) in [
        (String::new(), "implicitDeny"),
        (of("Allow", &allow), "allowed"),
        (of("Allow", &no), "implicitDeny"),
        (of("Allow", unknown), "undetermined"),
        (of("Deny", &allow), "explicitDeny"),
        (of("Deny", unknown), "implicitDeny"),
        (of("Allow", &allow) + "," + &of("Deny", unknown), "undetermined"),
        (of("Allow", &allow) + "," + &of("Deny", &allow), "explicitDeny"),
        (of("Allow", &allow) + "," + &of("Deny", &no), "allowed"),
        (of("Allow", unknown) + "," + &of("Allow", &allow), "allowed"),
        (of("Allow", &allow) + "," + &of("allow", &allow), "undetermined"),
        (of("Allow", &allow) + "," + &of("allow", &no), "allowed"),
        (of("Allow", &allow) + ",5", "undetermined"),
    ] {
        let answer = federated(&format!(r#"{{"Statement":[{statements}]}}"#));
        assert_eq!(part(&answer, "decision"), decision, "{statements}");
    }
}

#[test]
fn statements() {
    let allow = r#""Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:A*""#;
    let allow = allow.replace("PROVIDER", PROVIDER);
    for (members, result) in [
        (allow.clone(), "yes"),
        (allow.clone() + r#","Sid":5"#, "yes"),
        (allow.clone() + r#","condition":{}"#, "unknown"),
        (allow.clone() + r#","Resource":"*""#, "unknown"),
        (allow.clone() + r#","NotResource":"*""#, "unknown"),
        (allow.replace("sts:A", "sts:X") + r#","Resource":"*""#, "no"),
        (allow.clone() + r#","NotAction":"x""#, "unknown"),
        (allow.replace("sts:A", "sts:X") + r#","Condition":[]"#, "unknown"),
        (allow.replace("\"Action\":\"sts:A*\"", "\"Sid\":\"\""), "unknown"),
        (allow.replace("sts:A*", "STS:assumerole????????*"), "yes"),
        (allow.replace("\"sts:A*\"", "[]"), "no"),
        (allow.replace("\"sts:A*\"", "[5]"), "unknown"),
        (allow.replace("\"sts:A*\"", "[5,\"*\"]"), "yes"),
        (allow.replace("\"Action\":\"sts:A*\"", "\"NotAction\":[]"), "yes"),
        (allow.replace("\"Action\"", "\"NotAction\""), "no"),
        (allow.replace("\"Action\":\"sts:A*\"", "\"NotAction\":null"), "unknown"),
        (allow.replace("\"Allow\"", "\"allow\""), "unknown"),
        (allow.replace("\"Allow\"", "[\"Allow\"]"), "unknown"),
        (allow.replace("\"Allow\"", "1").replace("sts:A", "x"), "no"),
        (allow.replace("\"Allow\"", "1").replace("Federated", "AWS"), "unknown"),
        (allow.replace("\"Allow\"", "1") + r#","Condition":{"Bool":{"x":"true"}}"#, "unknown"),
    ] {
        assert_eq!(statement(&members).1, result, "{members}");
    }
}

#[test]
fn principals() {
    let session = r#"{"AWS":"arn:aws:sts::123456789012:assumed-role/N/S"}"#;
    let user = r#"{"AWS":"arn:aws:iam::123456789012:user/u"}"#;
    let web = &format!(r#"{{"Federated":"{PROVIDER}"}}"#);
    let service = r#"{"Service":"ec2.amazonaws.com"}"#;
    for (caller, principal, allow, deny) in [
        (web, web.as_str(), "yes", "yes"),
        (web, r#"{"Federated":"*"}"#, "no", "no"),
        (web, r#"{"Service":"x","CanonicalUser":"y"}"#, "no", "no"),
        (web, r#"{"AWS":"*"}"#, "no", "unknown"),
        (web, r#""*""#, "no", "unknown"),
        (web, r#""x""#, "unknown", "unknown"),
        (web, "[]", "unknown", "unknown"),
        (web, "{}", "no", "no"),
        (web, r#"{"Federated":[]}"#, "no", "no"),
        (web, r#"{"Federated":[5]}"#, "unknown", "unknown"),
        (web, r#"{"federated":"x"}"#, "unknown", "unknown"),
        (&user.to_owned(), user, "yes", "yes"),
        (&user.to_owned(), r#""*""#, "yes", "yes"),
        (&user.to_owned(), r#"{"AWS":"arn:aws:iam::123456789012:root"}"#, "yes", "yes"),
        (&user.to_owned(), r#"{"AWS":"arn:aws-cn:iam::123456789012:root"}"#, "no", "no"),
        (&user.to_owned(), r#"{"AWS":"123456789012"}"#, "yes", "yes"),
        (&user.to_owned(), r#"{"AWS":"arn:aws:iam::123456789012:user/*"}"#, "no", "no"),
        (&user.to_owned(), r#"{"AWS":"AROA123456789012"}"#, "unknown", "unknown"),
        (&user.to_owned(), r#"{"AWS":"AROA12345678901"}"#, "no", "no"),
        (&user.to_owned(), r#"{"CanonicalUser":"x"}"#, "unknown", "unknown"),
        (&user.to_owned(), r#"{"Federated":"x","Service":"y"}"#, "no", "no"),
        (&session.to_owned(), session, "yes", "yes"),
        (&session.to_owned(), r#"{"AWS":"arn:aws:iam::123456789012:role/N"}"#, "yes", "yes"),
        (&session.to_owned(), r#"{"AWS":"arn:aws:iam::123456789012:role/a/N"}"#, "yes", "yes"),
        (&session.to_owned(), r#"{"AWS":"arn:aws:iam::123456789012:role/N/a"}"#, "no", "no"),
        (&session.to_owned(), r#"{"AWS":"arn:aws:iam::123456789013:role/N"}"#, "no", "no"),
        (&session.to_owned(), r#"{"AWS":"arn:aws:iam::123456789012:role/n"}"#, "no", "no"),
        (&service.to_owned(), service, "yes", "yes"),
        (&service.to_owned(), r#"{"Service":"eks.amazonaws.com"}"#, "no", "no"),
        (&service.to_owned(), r#"{"AWS":"*"}"#, "no", "unknown"),
    ] {
        for (effect, expected) in [("Allow", allow), ("Deny", deny)] {
            let policy = format!(
                r#"{{"Statement":{{"Effect":"{effect}","Action":"a","Principal":{principal}}}}}"#
            );
            let answer = ask(&policy, caller, "A");
            assert_eq!(part(&answer, "result"), expected, "{caller} {effect} {principal}");
        }
    }
}

#[test]
fn unreadable_documents() {
    let deep = |levels: usize| {
        let (open, close) = ("[".repeat(levels - 1), "]".repeat(levels - 1));
        format!(r#"{{"Statement":[],"x":{open}{close}}}"#)
    };
    assert!(Policy::parse(&deep(NESTING)).is_ok());
    assert_eq!(part(&federated(&deep(NESTING)), "decision"), "implicitDeny");
    assert!(part(&federated(&deep(NESTING + 1)), "error").contains("nested"));
    for text in [
        "",
        "[]",
        "{}",
        "\u{feff}{\"Statement\":[]}",
        r#"{"Statement":[]} x"#,
        r#"{"Statement":[],}"#,
        r#"{"Statement":[],"Statement":[]}"#,
        r#"{"Statement":[],"\u0053tatement":[]}"#,
        r#"{"Statement":[],"a":"\ud800"}"#,
        r#"{"Statement":[],"a":"\udc00\ud800"}"#,
        r#"{"Statement":[],"a":01}"#,
        r#"{"Statement":[],"a":1.}"#,
        r#"{"Statement":[],"a":nul}"#,
        "{\"Statement\":[],\"a\":\"\t\"}",
        r#"{"statement":[]}"#,
        r#"{"Statement":{"Condition":{"Foo":{"a":1,"A":1}}}}"#,
        r#"{"Statement":[{"Resource":"*"},{"Resource":"*","Effect":"Allow"}]}"#,
        &deep(NESTING + 1),
    ] {
        assert!(Policy::parse(text).is_err(), "{text}");
    }
    for text in [
        r#"{"Statement":[]}"#,
        r#"{"Statement":null}"#,
        r#"{"Statement":[],"a":"\ud83d\ude00","b":-1.5E+3}"#,
        r#"{"Statement":{"Condition":{"Foo":{"a":1},"foo":{"A":1}}}}"#,
        r#"{"Statement":[{"Resource":"*"},{"NotResource":"*"}]}"#,
        r#"{"Statement":[{"Resource":"*","NotPrincipal":"*"}]}"#,
    ] {
        assert!(Policy::parse(text).is_ok(), "{text}");
    }
    let object = Value::parse(r#"{"b":1,"a":1.0}"#, 1);
    let number = object.as_ref().ok().and_then(|object| object.member("a"));
    assert_eq!(number, Some(&Value::Number("1.0".to_owned())));
}

#[test]
fn lines() {
    let request = |principal: &str, context: &str| {
        evaluate(&format!(
            r#"{{"policy":"%7B%22Statement%22:[]%7D","request":{{"action":"a","principal":{principal},"context":{context}}}}}"#
        ))
    };
    let web = r#"{"Federated":"x"}"#;
    let answer = r#"{"decision":"implicitDeny","statements":[]}"#;
    assert_eq!(request(web, "{}"), answer);
    assert_eq!(request(web, r#"{"a":[],"b":[1,true,"x"],"c":1.0}"#), answer);
    for (principal, context) in [
        (web, "null"),
        (web, r#"{"a":null}"#),
        (web, r#"{"a":[null]}"#),
        (web, r#"{"a":[["x"]]}"#),
        (web, r#"{"a":{}}"#),
        (web, r#"{"a":1,"A":1}"#),
        ("{}", "{}"),
        (r#""x""#, "{}"),
        (r#"{"Federated":"x","AWS":"y"}"#, "{}"),
        (r#"{"CanonicalUser":"x"}"#, "{}"),
        (r#"{"Federated":["x"]}"#, "{}"),
    ] {
        assert!(request(principal, context).starts_with(r#"{"error":"#), "{principal} {context}");
    }
    for policy in
        ["[]", "null", r#""""#, r#""x""#, r#""+{}""#, r#""%ff""#, r#"" {\"Statement\":[]}x""#]
    {
        assert!(federated(policy).starts_with(r#"{"error":"#), "{policy}");
    }
    assert_eq!(federated(r#""{\"Statement\":[]}""#), answer);
    assert_eq!(federated(r#""{\"Statement\":[],\"%22\":0}""#), answer);
    assert_eq!(federated(r#"" {\"Statement\":[],\"%zz+\":0}""#), answer);
    assert!(evaluate("").starts_with(r#"{"error":"#));
}
