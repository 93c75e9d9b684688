//! What is done to every statement of a long document takes a time that grows with its length alone.

use std::time::{Duration, Instant};

use iamwire_core::{Grant, ProviderArn, Subject, TrustPolicy};

const STATEMENTS: usize = 4_000;

/// How many times as long as reading the document anything may take. Each takes less than 25; where a
/// statement's cost grew with the document, it took 75 and more.
const MOST: u32 = 50;

type Operation = (&'static str, fn(&TrustPolicy));

#[test]
fn no_operation_is_slower_than_the_document_is_long() {
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
        ("notices", |p| assert!(p.notices().len() < usize::MAX)),
        ("notices_of_grants", |p| assert!(p.notices_of_grants().len() <= STATEMENTS)),
        ("grants", |p| assert!(p.grants().len() <= STATEMENTS)),
        ("means_same", |p| assert!(p.means_same(p))),
        ("compact", |p| drop(p.compact())),
        ("pin_subject", |p| drop(p.pin_subject(&one(), &subject()))),
        ("replace_audience", |p| drop(p.replace_audience_with_subject(&one(), &subject()))),
        ("narrow", |p| drop(p.narrow(&one(), &subject()))),
        ("grant", |p| drop(p.grant(&Grant::web_identity(&one(), subject())))),
        ("revoke", |p| drop(p.revoke(&Grant::web_identity(&one(), subject())))),
        ("add_provider", |p| drop(p.add_provider(&one(), &provider("other.example.com")))),
        ("replace_provider", |p| drop(p.replace_provider(&one(), &provider("other.example.com")))),
    ];
    for (shape, text) in [("pinned", pinned), ("open", open), ("broken", broken), ("many", many)] {
        let read = (0..3).map(|_| time(|| drop(TrustPolicy::parse(&text)))).max().unwrap();
        let policy = TrustPolicy::parse(&text).unwrap();
        for (name, operation) in operations {
            // A stall of the machine doesn't come three times.
            let took = (0..3).map(|_| time(|| operation(&policy))).find(|took| *took < read * MOST);
            assert!(took.is_some(), "{name} of {shape}: over {MOST} times {read:?}");
        }
    }
}

#[test]
fn pruning_many_providers_takes_no_longer() {
    let text = document(|i| {
        let provider = provider(&format!("h{i}.example.com"));
        format!(
            r#"{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},"Action":"sts:AssumeRoleWithWebIdentity"}}"#
        )
    });
    let read = (0..3).map(|_| time(|| drop(TrustPolicy::parse(&text)))).max().unwrap();
    let policy = TrustPolicy::parse(&text).unwrap();
    let known = [provider("h7.example.com")];
    let took = (0..3)
        .map(|_| {
            time(|| {
                assert_eq!(policy.prune_providers(&known).unwrap().changes().len(), STATEMENTS - 1);
            })
        })
        .find(|took| *took < read * MOST);
    assert!(took.is_some(), "over {MOST} times {read:?}");
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
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
