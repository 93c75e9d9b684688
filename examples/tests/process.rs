//! The program as a process: pipes that stay open, pipes that close, and exit codes.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that stops says where"
)]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use support::{question, trust};

fn spawn(args: &[&str], output: impl Into<Stdio>) -> Child {
    Command::new(env!("CARGO_BIN_EXE_iamwire"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(output)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Without flushing before each wait, this test would never end.
#[test]
fn a_question_is_answered_while_the_pipe_stays_open() {
    let mut child = spawn(&["evaluate"], Stdio::piped());
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for (subject, decision) in [("api", "allowed"), ("web", "implicitDeny"), ("api", "allowed")] {
        let line = question(&trust(), &format!("system:serviceaccount:shop:{subject}"));
        // The beginning of the next line must not hold the answer back.
        write!(input, "{line}\n {{").unwrap();
        let mut answer = String::new();
        output.read_line(&mut answer).unwrap();
        assert!(answer.contains(&format!("\"decision\":\"{decision}\"")), "{answer}");
        writeln!(input).unwrap();
        answer.clear();
        output.read_line(&mut answer).unwrap();
        assert!(answer.starts_with("{\"error\":"), "{answer}");
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let trust_file = support::file("trust.json", trust());
    let lines = question(&trust(), "system:serviceaccount:shop:api") + "\n";
    let lines = lines.repeat(1_000);
    let open = trust().replace(":sub", ":aud2");
    let payload = r#"{"iss":"https://oidc.example.com","sub":"a","aud":"b"}"#;
    for (args, input) in [
        (vec!["evaluate"], lines.as_str()),
        (vec!["assume"], &lines),
        (vec!["normalize"], &lines),
        (vec!["trust", "--provider", support::PROVIDER, "shop/default"], ""),
        (vec!["manifest", "shop/default", "--role-arn", support::ROLE], ""),
        (vec!["explain", "-", "--policy", &trust_file, "--now", "0"], payload),
        (vec!["rewrite", "--subject", "shop/default"], &open),
        (vec!["--help"], ""),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut child = spawn(&args, writer);
        // The program may end before it has read all.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let ended = child.wait_with_output().unwrap();
        let errors = String::from_utf8(ended.stderr).unwrap();
        assert_eq!((ended.status.code(), errors.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn exit_codes_reach_the_shell() {
    for (args, code) in [
        (vec!["--version"], 0),
        (vec!["trust", "--provider", support::PROVIDER, "shop/api"], 0),
        (vec!["trust", "--provider", support::PROVIDER, "Shop/api"], 2),
        (vec!["trust", "--provider", support::PROVIDER], 2),
        (vec!["no-such-command"], 2),
        (vec![], 2),
    ] {
        let child = spawn(&args, Stdio::piped());
        assert_eq!(child.wait_with_output().unwrap().status.code(), Some(code), "{args:?}");
    }
}

/// The memory of a process does not depend on how many lines it reads.
#[test]
#[cfg(target_os = "linux")]
fn memory_stays_flat() {
    let mut child = spawn(&["evaluate"], Stdio::piped());
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut input = child.stdin.take().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let line = question(&trust(), "system:serviceaccount:shop:api") + "\n";
    let mut answer = String::new();
    let mut peaks = Vec::new();
    for _ in 0..2 {
        for _ in 0..2_000 {
            input.write_all(line.as_bytes()).unwrap();
            answer.clear();
            output.read_line(&mut answer).unwrap();
        }
        let status = std::fs::read_to_string(&status).unwrap();
        let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap();
        peaks.push(peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap());
    }
    drop(input);
    child.wait().unwrap();
    assert!(peaks[1] <= peaks[0] + 256, "{peaks:?} kB");
}
