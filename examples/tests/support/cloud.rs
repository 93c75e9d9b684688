//! The program as a process of its own, beside a sandbox.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use iamwire::Exit;
use iamwire_sandbox::Sandbox;

use super::{Ran, scratch};

/// With the sandbox's variables and none of whoever runs the tests.
pub(crate) fn command(sandbox: &Sandbox, args: &[&str]) -> Command {
    let mut command = bare(args);
    command.envs(sandbox.env().iter().map(|(name, value)| (name, value)));
    command
}

/// With no variables but those that keep it from looking for credentials elsewhere.
pub(crate) fn bare(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamwire"));
    command
        .args(args)
        .env_clear()
        .env("HOME", scratch())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdin(Stdio::null());
    command
}

/// An example as it was built. `cargo test` builds them beside the tests; one test alone doesn't.
pub(crate) fn example(name: &str) -> Command {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_iamwire"));
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = program.parent().unwrap().join("examples").join(name);
    assert!(path.exists(), "{} is missing: `cargo build -p iamwire --examples`", path.display());
    Command::new(path)
}

/// Runs it to its end.
pub(crate) fn ran(mut command: Command) -> Ran {
    let output = command.output().unwrap();
    let args = command.get_args().map(|arg| arg.to_str().unwrap().to_owned()).collect();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let exit = match output.status.code() {
        Some(0) => Exit::Fine,
        Some(1) => Exit::Refused,
        Some(2) => Exit::Unreadable,
        Some(3) => Exit::Undetermined,
        Some(130) => Exit::Interrupted,
        other => panic!("{other:?}: {}", text(output.stderr)),
    };
    Ran { args, exit, out: text(output.stdout), err: text(output.stderr) }
}

/// [`command`], run.
pub(crate) fn beside(sandbox: &Sandbox, args: &[&str]) -> Ran {
    ran(command(sandbox, args))
}

/// What differs from run to run, in words: digests, ports, ids of requests.
pub(crate) fn redacted(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
    let mut shown = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (run, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        shown += before;
        shown += match run.len() {
            64 if !run.contains('-') => "DIGEST",
            36 if run.matches('-').count() == 4 => "REQUEST",
            _ if shown.ends_with("127.0.0.1:") => "PORT",
            _ => run,
        };
        rest = after;
    }
    shown + rest
}
