//! Core and reference evaluator answer every line alike, the unreadable ones too.
#![no_main]

use iamwire_core::json::{Json, MAX_DEPTH};
use iamwire_core::{Request, RequestError, TrustPolicy};
use iamwire_sandbox::reference;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|line: &str| {
    let ours = match question(line) {
        Ok(Some((policy, request))) => decision(&policy, &request),
        Ok(None) => "error".to_owned(),
        // The core is stricter here, on purpose: the reference takes any text for the ARN of a caller, and
        // passes over members of a request that it doesn't know.
        Err(error) if ["request.principal", "request.unknown-member"].contains(&error.code()) => {
            return;
        }
        Err(_) => "error".to_owned(),
    };
    assert_eq!(ours, by_reference(line));
});

/// The decision, and the result of each statement.
fn decision(policy: &TrustPolicy, request: &Request) -> String {
    let prepared = policy.prepare();
    let explanation = prepared.explain(request);
    assert_eq!(prepared.decide(request), explanation.decision());
    let results: Vec<&str> = explanation
        .reasons()
        .iter()
        .filter(|reason| reason.statement.is_some())
        .map(|reason| reason.result.as_str())
        .collect();
    format!("{} {}", explanation.decision(), results.join(" "))
}

/// The policy and the request; nothing if the line or its policy can't be read.
fn question(line: &str) -> Result<Option<(TrustPolicy, Request)>, RequestError> {
    // The line and its member stand around the policy.
    let Ok(json) = Json::parse_nested(line, MAX_DEPTH + 2) else { return Ok(None) };
    let [policy, request] = ["policy", "request"].map(|name| json.root().member(name));
    let (Some(policy), Some(request)) = (policy, request) else { return Ok(None) };
    let request = Request::from_value(request)?;
    Ok(TrustPolicy::from_value(policy).ok().map(|policy| (policy, request)))
}

fn by_reference(line: &str) -> String {
    let answer: Value = serde_json::from_str(&reference::evaluate(line)).unwrap();
    let Some(decision) = answer["decision"].as_str() else { return "error".to_owned() };
    let statements = answer["statements"].as_array().unwrap();
    let results: Vec<&str> = statements.iter().map(|s| s["result"].as_str().unwrap()).collect();
    format!("{decision} {}", results.join(" "))
}
