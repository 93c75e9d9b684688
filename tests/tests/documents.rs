//! The documents of `tests/documents`: nothing is lost, and what IAM would refuse is noticed.
//!
//! `IAMWIRE_DOCUMENTS` names a file of JSON lines with further documents in `text`, which must hold the same laws.

#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::fmt::Write as _;

use iamwire_core::TrustPolicy;
use iamwire_core::json::{Json, Value};
use iamwire_sandbox::reference;
use iamwire_tests::{documents, is_encoded};

fn read(name: &str, text: &str) -> TrustPolicy {
    let encoded = is_encoded(name);
    let policy =
        if encoded { TrustPolicy::from_percent_encoded(text) } else { TrustPolicy::parse(text) };
    let policy = policy.unwrap();
    if !encoded {
        assert_eq!(policy.as_str(), text, "{name}");
    }
    policy
}

/// What holds of every document.
fn laws(name: &str, policy: &TrustPolicy) {
    let again = |text: &str| TrustPolicy::parse(text).unwrap();
    assert_eq!(again(policy.as_str()).as_str(), policy.as_str(), "{name}");
    for form in [policy.to_compact(), policy.to_pretty()] {
        assert_eq!(&again(&form), policy, "{name}");
        assert!(again(&form).means_same(policy), "{name}");
    }
    assert_eq!(
        &TrustPolicy::from_percent_encoded(&policy.to_percent_encoded()).unwrap(),
        policy,
        "{name}"
    );
    let serde = serde_json::to_string(policy).unwrap();
    assert!(serde_json::from_str::<TrustPolicy>(&serde).unwrap().means_same(policy), "{name}");
    assert!(reference::Policy::parse(policy.as_str()).is_ok(), "{name}");
    assert_eq!(policy.size(), policy.to_compact().chars().count(), "{name}");
}

#[test]
fn documents_lose_nothing_and_are_noticed() {
    let documents = documents();
    assert!(documents.len() >= 60);
    let mut table = String::new();
    for (name, text) in documents {
        let policy = read(&name, &text);
        laws(&name, &policy);
        for finding in policy.notices() {
            writeln!(table, "{name}: {} {finding}", finding.code).unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn further_documents_lose_nothing() {
    let Ok(file) = std::env::var("IAMWIRE_DOCUMENTS") else { return };
    let lines = std::fs::read_to_string(file).unwrap();
    for (i, line) in lines.lines().enumerate() {
        let line = Json::parse(line).unwrap();
        let text = line.root().member("text").and_then(Value::as_str).unwrap();
        let name = format!("document {i}");
        laws(&name, &read(&name, &text));
    }
}
