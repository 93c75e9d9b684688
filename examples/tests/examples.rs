//! The examples that need neither network nor flags, run as people run them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops says where")]

use std::path::PathBuf;
use std::process::Command;

const ISSUER: &str = "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";

/// `cargo test` builds them beside the tests; one test alone doesn't.
fn built(name: &str) -> PathBuf {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_iamwire"));
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = program.parent().unwrap().join("examples").join(name);
    assert!(path.exists(), "{} is missing: `cargo build -p iamwire --examples`", path.display());
    path
}

#[test]
fn examples_show_what_they_promise() {
    let shown = ["trust", "trust_minimal", "rewrite", "rewrite_minimal"].map(|name| {
        let ran = Command::new(built(name)).output().unwrap();
        let [out, err] = [ran.stdout, ran.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert!(ran.status.success() && !out.is_empty(), "{name}: {err}");
        let err: Vec<String> = err.lines().map(|line| format!("2> {line}\n")).collect();
        format!("$ {name}\n{out}\n{}", err.concat())
    });
    insta::assert_snapshot!(shown.concat().replace(ISSUER, "ISSUER"));
}
