//! The examples that need neither network nor flags, run as people run them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops says where")]

mod support;

use support::ISSUER;
use support::cloud::example;

#[test]
fn examples_show_what_they_promise() {
    let shown = ["trust", "trust_minimal", "rewrite", "rewrite_minimal"].map(|name| {
        let ran = example(name).output().unwrap();
        let [out, err] = [ran.stdout, ran.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert!(ran.status.success() && !out.is_empty(), "{name}: {err}");
        let err: Vec<String> = err.lines().map(|line| format!("2> {line}\n")).collect();
        format!("$ {name}\n{out}\n{}", err.concat())
    });
    insta::assert_snapshot!(shown.concat().replace(ISSUER, "ISSUER"));
}
