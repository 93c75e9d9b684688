//! Every operation on a long document comes to an end: one whose cost grew with the square of the statements
//! would take minutes here.

use iamwire_core::{Grant, ProviderArn, Subject, TrustPolicy};

const STATEMENTS: usize = 4_000;

type Operation = fn(&TrustPolicy);

#[test]
fn every_operation_ends_on_a_long_document() {
    let with_aud = |sub: &str| {
        format!(
            r#"{{"Effect":"Allow","Principal":{{"Federated":"{}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringEquals":{{"oidc.example.com:aud":"sts.amazonaws.com"{sub}}}}}}}"#,
            provider("oidc.example.com"),
        )
    };
    let pinned = document(|i| {
        with_aud(&format!(r#","oidc.example.com:sub":"system:serviceaccount:a:b{i}""#))
    });
    let open = document(|_| with_aud(""));
    let broken =
        document(|_| r#"{"effect":"${var.effect}","Resource":"*","Principal":"*"}"#.to_owned());
    let many = document(|i| {
        let provider = provider(&format!("h{i}.example.com"));
        format!(
            r#"{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},"Action":"sts:AssumeRoleWithWebIdentity"}}"#
        )
    });
    let operations: [Operation; 12] = [
        |p| drop(p.notices()),
        |p| assert!(p.notices_of_grants().len() <= STATEMENTS),
        |p| assert!(p.grants().len() <= STATEMENTS),
        |p| assert!(p.means_same(p)),
        |p| drop(p.compact()),
        |p| drop(p.pin_subject(&one(), &subject())),
        |p| drop(p.replace_audience_with_subject(&one(), &subject())),
        |p| drop(p.narrow(&one(), &subject())),
        |p| drop(p.grant(&Grant::web_identity(&one(), subject()))),
        |p| drop(p.revoke(&Grant::web_identity(&one(), subject()))),
        |p| drop(p.add_provider(&one(), &provider("other.example.com"))),
        |p| drop(p.replace_provider(&one(), &provider("other.example.com"))),
    ];
    for text in [pinned, open, broken, many] {
        let policy = TrustPolicy::parse(&text).unwrap();
        for operation in operations {
            operation(&policy);
        }
    }
}

#[test]
fn many_providers_can_be_pruned() {
    let text = document(|i| {
        let provider = provider(&format!("h{i}.example.com"));
        format!(
            r#"{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},"Action":"sts:AssumeRoleWithWebIdentity"}}"#
        )
    });
    let policy = TrustPolicy::parse(&text).unwrap();
    let edit = policy.prune_providers(&[provider("h7.example.com")]).unwrap();
    assert_eq!(edit.changes().len(), STATEMENTS - 1);
}

fn document(statement: impl Fn(usize) -> String) -> String {
    let statements: Vec<String> = (0..STATEMENTS).map(statement).collect();
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

fn provider(issuer: &str) -> ProviderArn {
    let text = format!("arn:aws:iam::123456789012:oidc-provider/{issuer}");
    text.parse().unwrap_or_else(|error| unreachable!("{error}"))
}

fn one() -> ProviderArn {
    provider("oidc.example.com")
}

fn subject() -> Subject {
    "system:serviceaccount:a:b1".into()
}
