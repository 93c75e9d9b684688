//! Why a policy answers what it answers: one table of statements, one snapshot.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that stops says where")]

use std::fmt::Write as _;

use iamwire_core::{ProviderArn, Request, TrustPolicy};

const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/oidc.example.com/id/A";

#[test]
fn reasons_of_statements() {
    let provider: ProviderArn = PROVIDER.parse().unwrap();
    let request = Request::web_identity(&provider)
        .with("aws:RequestTag/a", ["x"])
        .with("aws:RequestTag/b", ["x", "y"])
        .with("aws:TagKeys", ["a", "b"])
        .with_unknown_value("aws:SourceIp")
        .with_unknown("sts:SourceIdentity");
    let front = format!(r#""Effect":"Allow","Principal":{{"Federated":"{PROVIDER}"}}"#);
    let action = r#""Action":"sts:AssumeRoleWithWebIdentity""#;
    let under = |condition: &str| format!(r#"{front},{action},"Condition":{{{condition}}}"#);
    let mut table = String::new();
    for statement in [
        format!("{front},{action}"),
        front.replace("Allow", "Deny") + "," + action,
        format!("{front},{action}").replace("Allow", "allow"),
        format!(r#"{front},"NotAction":["sts:*"]"#),
        format!(r#"{front},"Action":[]"#),
        format!(r#"{front},"Action":"sts:TagSession""#),
        format!(r#"{front},"Action":[1]"#),
        format!(r#"{front},{action},"Resource":"*""#),
        format!(r#""Effect":"Allow","Principal":{{}},{action}"#),
        format!(r#""Effect":"Allow","Principal":{{"AWS":"*","Federated":"x"}},{action}"#),
        format!(r#""Effect":"Allow","Principal":{{"Federated":{{"Ref":"P"}}}},{action}"#),
        format!(r#""Effect":"Allow","Principal":{{"Federated":[3,"x"]}},{action}"#),
        under(r#""StringIs":{"aws:RequestTag/a":"x"}"#),
        under(r#""StringEquals":{"aws:RequestTag/a":"y"}"#),
        under(r#""StringNotEquals":{"aws:RequestTag/a":"x"}"#),
        under(r#""StringEquals":{"aws:RequestTag/a":[]}"#),
        under(r#""StringNotEquals":{"aws:RequestTag/a":[]}"#),
        under(r#""StringEquals":{"aws:RequestTag/a":[[]]}"#),
        under(r#""StringEquals":{"aws:RequestTag/b":"x"}"#),
        under(r#""StringEquals":{"aws:TagKeys":"a"}"#),
        under(r#""StringEquals":{"aws:RequestTag/c":"x"}"#),
        under(r#""ForAnyValue:StringEquals":{"aws:RequestTag/c":"x"}"#),
        under(r#""StringNotEquals":{"aws:RequestTag/c":[]}"#),
        under(r#""Null":{"aws:RequestTag/a":"true"}"#),
        under(r#""Null":{"aws:RequestTag/c":"false"}"#),
        under(r#""IpAddress":{"aws:SourceIp":"10.0.0.0/8"}"#),
        under(r#""IpAddress":{"aws:RequestTag/a":"10.0.0.0/8"}"#),
        under(r#""NumericEquals":{"aws:RequestTag/a":"1"}"#),
        under(r#""ArnLike":{"aws:RequestTag/a":"arn:aws:iam::123456789012:role/r"}"#),
        under(r#""ArnLike":{"sts:SourceIdentity":"x"}"#),
        under(r#""ArnLike":{"aws:SourceIp":[[]]}"#),
        under(r#""ArnLike":{"aws:SourceIp":"${sts:SourceIdentity}"}"#),
    ] {
        let policy: TrustPolicy =
            format!(r#"{{"Version":"2012-10-17","Statement":{{{statement}}}}}"#).parse().unwrap();
        let shown = statement.replace(PROVIDER, "…");
        let explained = policy.explain(&request);
        let part = explained.reasons()[0].part;
        writeln!(table, "{shown}\n{explained}\nabout the {part}\n").unwrap();
    }
    let empty: TrustPolicy = r#"{"Statement":[]}"#.parse().unwrap();
    writeln!(table, "no statement\n{}\n", empty.explain(&request)).unwrap();
    let caller = "arn:aws:iam::123456789012:role/r";
    for action in ["sts:AssumeRole", "sts:TagSession"] {
        let policy: TrustPolicy = format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{caller}"}},"Action":"{action}"}}}}"#
        )
        .parse()
        .unwrap();
        let explained = policy.explain(&Request::aws(caller).unwrap());
        let whole = explained.reasons()[1].result;
        writeln!(table, "{action} for a role: {whole}\n{explained}\n").unwrap();
    }
    let arn = request.with("aws:RequestTag/a", ["arn:aws:iam::123456789012:role/r"]);
    let policy: TrustPolicy =
        format!(r#"{{"Statement":{{{}}}}}"#, under(r#""ArnLike":{"aws:RequestTag/a":"x"}"#))
            .parse()
            .unwrap();
    let explained = policy.explain(&arn);
    writeln!(table, "no ARN\n{explained}\n").unwrap();
    let reason = serde_json::to_string(&explained.reasons()[0]).unwrap();
    table.push_str(&reason);
    insta::assert_snapshot!(table);
}
