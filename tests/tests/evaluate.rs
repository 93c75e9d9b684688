//! The vectors of evaluation, answered by the core and by the reference evaluator alike.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test panics where it fails")]

use iamwire_core::json::{Kind, Value};
use iamwire_core::{Decision, Request, TrustPolicy};
use iamwire_sandbox::reference;
use iamwire_tests::{Vector, vectors};

/// The core's answer: a decision, or `error`.
fn core_answer(policy: Value<'_>, request: Value<'_>) -> &'static str {
    let policy = match policy.kind() {
        Kind::String => {
            let text = policy.as_str().unwrap();
            if text.starts_with('{') {
                TrustPolicy::parse(&text)
            } else {
                TrustPolicy::from_percent_encoded(&text)
            }
        }
        _ => TrustPolicy::parse(policy.text()),
    };
    let (Ok(policy), Ok(request)) = (policy, Request::from_value(request)) else { return "error" };
    let decision = policy.prepare().decide(&request);
    let explanation = policy.explain(&request);
    assert_eq!(explanation.decision(), decision, "explain and decide differ on {policy}");
    assert!(decision != Decision::Allowed || !explanation.reasons().is_empty());
    decision.as_str()
}

/// The reference's answer: a decision, or `error`.
fn reference_answer(line: &str) -> String {
    let answer = reference::evaluate(line);
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    answer["decision"].as_str().unwrap_or("error").to_owned()
}

fn decided() -> impl Iterator<Item = Vector> {
    vectors("evaluate").into_iter().filter(|v| v.member("decision").is_some())
}

#[test]
fn the_core_answers_each_vector() {
    let mut wrong = Vec::new();
    for vector in decided() {
        let answer =
            core_answer(vector.member("policy").unwrap(), vector.member("request").unwrap());
        if answer != vector.text("decision") {
            wrong.push(format!("{}: {answer}, not {}", vector.title(), vector.text("decision")));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_reference_answers_each_vector() {
    let mut wrong = Vec::new();
    for vector in decided() {
        let answer = reference_answer(&vector.only(&["policy", "request"]));
        if answer != vector.text("decision") {
            wrong.push(format!("{}: {answer}, not {}", vector.title(), vector.text("decision")));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
