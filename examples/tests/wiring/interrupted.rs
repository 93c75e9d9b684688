//! Work that is cut off: by Ctrl-C, by the deadline, by a refusal in the middle, by a person who says no.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::RecvTimeoutError::Timeout;
use std::sync::mpsc::channel;
use std::thread::{sleep, spawn};
use std::time::Duration;

use crate::support::cloud::{beside, command, redacted};
use iamwire::Exit;
use iamwire_sandbox::Sandbox;
use iamwire_sandbox::world::{Fault, When};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

const WIRE: [&str; 7] = [
    "wire",
    "--cluster",
    "prod",
    "--service-account",
    "shop/api",
    "--policy",
    "AmazonS3ReadOnlyAccess",
];

fn wire<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&WIRE[..], more].concat()
}

const UNWIRE: [&str; 5] = ["unwire", "--cluster", "prod", "--service-account", "shop/api"];

const LATE: [&str; 2] = ["AttachRolePolicy", "apply serviceaccounts"];

/// The last two changes are made, but the answers come too late.
fn late(sandbox: &Sandbox) {
    for operation in LATE {
        let when = When::Operation(operation.to_owned());
        sandbox.world().fail(when, 1, Fault::Delayed(Duration::from_hours(1)));
    }
}

/// Waits for the call, not for ever.
fn until_called(sandbox: &Sandbox, operation: &str) {
    let has_come = || sandbox.requests().iter().any(|call| call.operation == operation);
    let mut looks = 6_000;
    while !has_come() {
        looks -= 1;
        assert_ne!(looks, 0, "no {operation} in a minute");
        sleep(Duration::from_millis(10));
    }
}

fn signal(name: &str, id: u32) {
    assert!(Command::new("kill").args([name, &id.to_string()]).status().unwrap().success());
}

/// Does what waits for the program, which is killed where it doesn't end in a minute: then the test fails
/// instead of hanging.
fn in_a_minute<T>(child: Child, wait: impl FnOnce(&Child) -> T) -> (T, Output) {
    let id = child.id();
    let (done, ended) = channel::<()>();
    let watchdog = spawn(move || {
        let late = ended.recv_timeout(Duration::from_mins(1)).is_err_and(|why| why == Timeout);
        if late {
            signal("-KILL", id);
        }
    });
    let waited = wait(&child);
    let output = child.wait_with_output().unwrap();
    drop(done);
    watchdog.join().unwrap();
    (waited, output)
}

#[test]
fn ctrl_c_says_what_was_done_and_again_finishes() {
    let sandbox = Sandbox::start().unwrap();
    late(&sandbox);
    let mut command = command(&sandbox, &wire(&["--yes", "--output", "json"]));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let ((), ended) = in_a_minute(child, |child| {
        for operation in LATE {
            until_called(&sandbox, operation);
        }
        signal("-INT", child.id());
    });
    assert_eq!(ended.status.code(), Some(130));
    let value: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    let count = |member: &str| value[member].as_array().unwrap().len();
    assert_eq!([count("done"), count("in_doubt"), count("not_begun")], [2, 2, 0]);
    assert_eq!(value["error"]["code"], "program.interrupted");
    insta::assert_snapshot!(redacted(&String::from_utf8(ended.stderr).unwrap()));

    let again = beside(&sandbox, &wire(&["--yes"]));
    assert_eq!(again.exit, Exit::Fine);
    assert!(again.err.contains("plan      0 changes"), "{again}");
}

#[test]
fn ctrl_c_in_an_unwiring() {
    let sandbox = Sandbox::start().unwrap();
    beside(&sandbox, &wire(&["--yes"]));
    let when = When::Operation("DeleteRole".to_owned());
    sandbox.world().fail(when, 1, Fault::Delayed(Duration::from_hours(1)));
    let args = [&UNWIRE[..], &["--yes", "--output", "json"]].concat();
    let child = command(&sandbox, &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let ((), ended) = in_a_minute(child.unwrap(), |child| {
        until_called(&sandbox, "DeleteRole");
        signal("-INT", child.id());
    });
    assert_eq!(ended.status.code(), Some(130));
    let value: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(value["in_doubt"][0]["change"], "DeleteRole", "{value}");
    let again = beside(&sandbox, &[&UNWIRE[..], &["--yes"]].concat());
    assert_eq!(again.exit, Exit::Fine, "{again}");
    let gone = beside(&sandbox, &[&UNWIRE[..], &["--dry-run"]].concat());
    assert!(gone.out.contains("plan      0 changes"), "{gone}");
}

#[test]
fn ctrl_c_before_any_change() {
    let sandbox = Sandbox::start().unwrap();
    let when = When::Operation("DescribeCluster".to_owned());
    sandbox.world().fail(when, 1, Fault::Delayed(Duration::from_hours(1)));
    let child = command(&sandbox, &wire(&["--yes"])).stderr(Stdio::piped()).spawn().unwrap();
    let ((), ended) = in_a_minute(child, |child| {
        until_called(&sandbox, "DescribeCluster");
        signal("-INT", child.id());
    });
    assert_eq!(ended.status.code(), Some(130));
    assert_eq!(
        String::from_utf8(ended.stderr).unwrap(),
        "context   prod   of KUBECONFIG\nerror: interrupted before anything was changed\n"
    );
}

#[test]
fn the_deadline_leaves_something_in_doubt() {
    let sandbox = Sandbox::start().unwrap();
    late(&sandbox);
    let ran = beside(&sandbox, &wire(&["--yes", "--deadline", "9"]));
    assert_eq!(ran.exit, Exit::Undetermined, "{ran}");
    insta::assert_snapshot!(ran);
}

#[test]
fn a_refusal_in_the_middle() {
    let sandbox = Sandbox::start().unwrap();
    let when = When::Operation("AttachRolePolicy".to_owned());
    sandbox.world().fail(when, 9, Fault::Denied);
    let ran = beside(&sandbox, &wire(&["--yes"]));
    assert_eq!(ran.exit, Exit::Refused, "{ran}");
    insta::assert_snapshot!(ran);
}

/// Why it stopped says nothing of a change whose answer was lost.
#[test]
fn a_refusal_beside_an_answer_that_was_lost() {
    let sandbox = Sandbox::start().unwrap();
    for (operation, fault) in
        [("CreateOpenIDConnectProvider", Fault::Denied), ("CreateRole", Fault::After)]
    {
        sandbox.world().fail(When::Operation(operation.to_owned()), 9, fault);
    }
    let ran = beside(&sandbox, &wire(&["--yes", "--output", "json"]));
    assert_eq!(ran.exit, Exit::Undetermined, "{ran}");
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(value["in_doubt"][0]["change"], "CreateRole");
    assert_eq!(value["error"]["code"], "aws.denied");
}

/// A person at a terminal, who types this as soon as there is a question; nothing: Ctrl-C.
fn at_a_terminal(sandbox: &Sandbox, args: &[&str], types: &[u8]) -> (Option<i32>, String, String) {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let other = File::options().read(true).write(true).open(OsStr::from_bytes(name.to_bytes()));
    let other = other.unwrap();
    let mut command = command(sandbox, args);
    command.stdin(other.try_clone().unwrap()).stdout(Stdio::piped()).stderr(other);
    let child = command.spawn().unwrap();
    drop(command);
    let (seen, ended) = in_a_minute(child, |child| {
        let mut terminal = File::from(terminal);
        let mut seen = Vec::new();
        let mut answered = false;
        let mut some = [0; 4096];
        // The end of a terminal is an error.
        while let Ok(count @ 1..) = terminal.read(&mut some) {
            seen.extend(&some[..count]);
            if !answered && String::from_utf8_lossy(&seen).contains("[y/N] ") {
                answered = true;
                match types {
                    [] => signal("-INT", child.id()),
                    _ => terminal.write_all(types).unwrap(),
                }
            }
        }
        seen
    });
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ended.status.code(), text(ended.stdout), text(seen))
}

#[test]
fn a_person_is_asked() {
    let sandbox = Sandbox::start().unwrap();
    for (types, code) in [(&b"n\n"[..], 1), (b"\n", 1), (b"\x04", 1), (b"", 130)] {
        let (status, out, seen) = at_a_terminal(&sandbox, &wire(&[]), types);
        assert_eq!((status, out.as_str()), (Some(code), ""), "{seen}");
        assert!(seen.contains("make 4 changes? [y/N] ") && !seen.contains("apply"), "{seen}");
        assert_eq!(seen.contains("error: nothing was done"), code == 1, "{seen}");
        let interrupted = "error: interrupted before anything was changed";
        assert_eq!(seen.contains(interrupted), code == 130, "{seen}");
    }
    let (status, out, seen) = at_a_terminal(&sandbox, &wire(&["--output", "json"]), b"");
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((status, &value["error"]["code"]), (Some(130), &"program.interrupted".into()));
    assert_eq!(value["not_begun"].as_array().unwrap().len(), 4, "{out} {seen}");
    assert!(!sandbox.requests().iter().any(|call| call.wrote));

    let (status, out, seen) = at_a_terminal(&sandbox, &wire(&[]), b"yes\n");
    assert_eq!(status, Some(0), "{seen}");
    assert!(out.starts_with("wired     shop/api of prod with "), "{out}");
    assert!(seen.contains("━━ 4/4  "), "{seen}");
    assert_eq!(seen.matches("plan      4 changes").count(), 1, "{seen}");

    // There is nothing to ask about.
    let (status, _, seen) = at_a_terminal(&sandbox, &wire(&[]), b"n\n");
    assert_eq!(status, Some(0), "{seen}");
    assert!(!seen.contains("[y/N]"), "{seen}");

    // To unwire is asked for as well.
    let (status, out, seen) = at_a_terminal(&sandbox, &UNWIRE, b"n\n");
    assert_eq!((status, out.as_str()), (Some(1), ""), "{seen}");
    assert!(seen.contains("make 3 changes? [y/N] "), "{seen}");
    let (status, out, seen) = at_a_terminal(&sandbox, &UNWIRE, b"y\n");
    assert_eq!(status, Some(0), "{seen}");
    assert!(out.starts_with("unwired   shop/api of prod from "), "{out}");
}
