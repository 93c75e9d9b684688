//! The core against the reference evaluator, which shares no code with it, on lines made at random.
//!
//! `IAMWIRE_DIFFERENTIAL` sets the number of lines of each kind, 20,000 if unset; `IAMWIRE_SEED` another sequence.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test panics where it fails")]

use std::collections::BTreeMap;

use iamwire_core::json::Json;
use iamwire_core::{Request, TrustPolicy, WebIdentityCall};
use iamwire_sandbox::reference;
use iamwire_tests::generate::Generator;
use serde_json::Value;

fn rounds() -> u64 {
    std::env::var("IAMWIRE_DIFFERENTIAL").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000)
}

fn seed() -> u64 {
    std::env::var("IAMWIRE_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// The decision, and the result of each statement.
fn core_decision(line: &str) -> String {
    let Ok(json) = Json::parse_nested(line, 130) else { return "error".to_owned() };
    let [policy, request] = ["policy", "request"].map(|name| json.root().member(name).unwrap());
    let (Ok(policy), Ok(request)) = (TrustPolicy::from_value(policy), Request::from_value(request))
    else {
        return "error".to_owned();
    };
    let prepared = policy.prepare();
    let explanation = prepared.explain(&request);
    assert_eq!(prepared.decide(&request), explanation.decision(), "{line}");
    let reasons = explanation.reasons().iter().filter(|r| r.statement.is_some());
    let results: Vec<&str> = reasons.map(|r| r.result.as_str()).collect();
    format!("{} {}", explanation.decision(), results.join(" "))
}

fn reference_decision(line: &str) -> String {
    let answer: Value = serde_json::from_str(&reference::evaluate(line)).unwrap();
    let Some(decision) = answer["decision"].as_str() else { return "error".to_owned() };
    let statements = answer["statements"].as_array().unwrap();
    let results: Vec<&str> = statements.iter().map(|s| s["result"].as_str().unwrap()).collect();
    format!("{decision} {}", results.join(" "))
}

fn core_answer(line: &str) -> String {
    match WebIdentityCall::from_json(line) {
        Err(_) => "error".to_owned(),
        Ok(call) => {
            let answer = call.answer(call.now().unwrap());
            format!("{} {:?}", answer.code(), answer.message())
        }
    }
}

fn reference_answer(line: &str) -> String {
    let answer: Value = serde_json::from_str(&reference::assume(line)).unwrap();
    match answer["answer"].as_str() {
        Some(code) => format!("{code} {:?}", answer["message"].as_str()),
        None => "error".to_owned(),
    }
}

/// Compares both on each line, and requires that every kind of answer came up.
fn compare(
    mut line: impl FnMut() -> String,
    core: impl Fn(&str) -> String,
    reference: impl Fn(&str) -> String,
    kinds: &[&str],
) {
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for round in 0..rounds() {
        let line = line();
        let (ours, theirs) = (core(&line), reference(&line));
        assert_eq!(ours, theirs, "core and reference differ in round {round} on\n{line}");
        *seen.entry(ours.split(' ').next().unwrap_or_default().to_owned()).or_default() += 1;
    }
    let missing: Vec<_> =
        kinds.iter().filter(|kind| seen.get(**kind).is_none_or(|n| *n < rounds() / 500)).collect();
    assert!(missing.is_empty(), "too rare: {missing:?} among {seen:?}");
}

#[test]
fn decisions_agree() {
    let mut generator = Generator::new(seed());
    let kinds = ["allowed", "explicitDeny", "implicitDeny", "undetermined", "error"];
    compare(|| generator.evaluate_line(), core_decision, reference_decision, &kinds);
}

#[test]
fn answers_of_sts_agree() {
    let mut generator = Generator::new(seed());
    let kinds = [
        "ok",
        "AccessDenied",
        "InvalidIdentityToken",
        "ValidationError",
        "ExpiredTokenException",
        "undetermined",
    ];
    compare(|| generator.assume_line(), core_answer, reference_answer, &kinds);
}
