//! The vectors of STS's answer, answered by the core and by the reference evaluator alike.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test panics where it fails")]

use iamwire_core::WebIdentityCall;
use iamwire_sandbox::reference;
use iamwire_tests::{Vector, vectors};

const INPUT: [&str; 6] = ["provider", "role", "claims", "request", "context", "now"];

/// The answer and STS's text.
type Answer = (String, Option<String>);

fn wanted(vector: &Vector) -> Answer {
    if vector.member("error").is_some() {
        return ("error".to_owned(), None);
    }
    (vector.text("answer"), vector.member("message").and_then(|m| m.as_str().map(Into::into)))
}

fn core_answer(line: &str) -> Answer {
    match WebIdentityCall::from_json(line) {
        Err(_) => ("error".to_owned(), None),
        Ok(call) => {
            let answer = call.answer(call.now().unwrap());
            assert!(answer.code() == "ok" || !answer.reasons().is_empty(), "no reason: {line}");
            (answer.code().to_owned(), answer.message().map(Into::into))
        }
    }
}

fn reference_answer(line: &str) -> Answer {
    let answer: serde_json::Value = serde_json::from_str(&reference::assume(line)).unwrap();
    let text = |name: &str| answer[name].as_str().map(Into::into);
    (text("answer").unwrap_or_else(|| "error".to_owned()), text("message"))
}

fn check(answer: impl Fn(&str) -> Answer) {
    let mut wrong = Vec::new();
    for vector in vectors("assume") {
        let answer = answer(&vector.only(&INPUT));
        if answer != wanted(&vector) {
            wrong.push(format!("{}: {answer:?}, not {:?}", vector.title(), wanted(&vector)));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_core_answers_each_vector() {
    check(core_answer);
}

#[test]
fn the_reference_answers_each_vector() {
    check(reference_answer);
}
