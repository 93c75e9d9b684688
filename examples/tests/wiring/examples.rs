//! The examples of the wiring, run as people run them; README shows what the first of them prints.

use std::process::Command;

use iamwire_sandbox::Sandbox;

use crate::support::cloud::{example, redacted};

/// Standard error, then standard output, of an example that ends well.
fn run(command: &mut Command) -> String {
    let ran = command.env("AWS_EC2_METADATA_DISABLED", "true").output().unwrap();
    let [out, err] = [ran.stdout, ran.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(ran.status.success(), "{command:?}: {err}");
    err + &out
}

#[test]
fn on_the_sandbox() {
    let wire = run(&mut example("wire"));
    let readme = include_str!("../../../README.md");
    let (_, block) = readme.split_once("```text\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    assert!(block.lines().count() > 10);
    let mut lines = wire.lines();
    for line in block.lines() {
        assert!(lines.any(|other| other == line), "README's `{line}` is not in:\n{wire}");
    }
    let unwire = run(&mut example("unwire"));
    assert!(unwire.contains("again     0 changes\n"), "{unwire}");
    let thumbprint = run(&mut example("thumbprint"));
    let print = thumbprint.split_whitespace().find(|word| word.len() == 40);
    assert!(print.is_some_and(|word| word.bytes().all(|b| b.is_ascii_hexdigit())), "{thumbprint}");
}

#[test]
fn the_minimal_one() {
    let sandbox = Sandbox::start().unwrap();
    let mut command = example("wire_minimal");
    command.args(["prod", "shop/api", "AmazonS3ReadOnlyAccess"]);
    command.envs(sandbox.env().iter().map(|(name, value)| (name, value)));
    insta::assert_snapshot!(redacted(&run(&mut command)));
    assert_eq!(sandbox.requests().iter().filter(|call| call.wrote).count(), 4);
}
