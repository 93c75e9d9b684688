//! The examples of the wiring, run as people run them; README shows what the first of them prints.

use std::path::PathBuf;
use std::process::Command;

use iamwire_sandbox::Sandbox;

use crate::support::cloud::redacted;

/// `cargo test` builds them beside the tests; one test alone doesn't.
fn built(name: &str) -> PathBuf {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_iamwire"));
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = program.parent().unwrap().join("examples").join(name);
    assert!(path.exists(), "{} is missing: `cargo build -p iamwire --examples`", path.display());
    path
}

/// Standard error, then standard output, of an example that ends well.
fn run(command: &mut Command) -> String {
    let ran = command.env("AWS_EC2_METADATA_DISABLED", "true").output().unwrap();
    let [out, err] = [ran.stdout, ran.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(ran.status.success(), "{command:?}: {err}");
    err + &out
}

#[test]
fn on_the_sandbox() {
    let wire = run(&mut Command::new(built("wire")));
    let readme = include_str!("../../../README.md");
    let (_, block) = readme.split_once("```text\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    assert!(block.lines().count() > 10);
    let mut lines = wire.lines();
    for line in block.lines() {
        assert!(lines.any(|other| other == line), "README's `{line}` is not in:\n{wire}");
    }
    let unwire = run(&mut Command::new(built("unwire")));
    assert!(unwire.contains("again     0 changes\n"), "{unwire}");
    let thumbprint = run(&mut Command::new(built("thumbprint")));
    let print = thumbprint.split_whitespace().find(|word| word.len() == 40);
    assert!(print.is_some_and(|word| word.bytes().all(|b| b.is_ascii_hexdigit())), "{thumbprint}");
}

#[test]
fn the_minimal_one() {
    let sandbox = Sandbox::start().unwrap();
    let mut command = Command::new(built("wire_minimal"));
    command.args(["prod", "shop/api", "AmazonS3ReadOnlyAccess"]);
    command.envs(sandbox.env().iter().map(|(name, value)| (name, value)));
    insta::assert_snapshot!(redacted(&run(&mut command)));
    assert_eq!(sandbox.requests().iter().filter(|call| call.wrote).count(), 4);
}
