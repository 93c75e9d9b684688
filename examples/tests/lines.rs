//! The line loop: one line out for each line in, whatever the line is.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that stops says where"
)]

mod support;

use iamwire::Exit;
use support::{iamwire, question, trust};

fn decisions(out: &str) -> Vec<String> {
    let word = |line: &str| {
        let answer: serde_json::Value = serde_json::from_str(line).unwrap();
        let decision = answer.get("decision").or(answer.get("answer"));
        decision.map_or_else(
            || {
                let members: Vec<_> = answer.as_object().unwrap().keys().cloned().collect();
                assert_eq!(members, ["error", "help"], "{line}");
                assert!(!answer["error"].as_str().unwrap().is_empty());
                "error".to_owned()
            },
            |d| d.as_str().unwrap().to_owned(),
        )
    };
    out.lines().map(word).collect()
}

#[test]
fn each_line_has_its_answer_in_order() {
    let good = question(&trust(), "system:serviceaccount:shop:api");
    let bad = question(&trust(), "system:serviceaccount:shop:web");
    let input = format!("{good}\r\n\n{bad}\n   \r\n{{\n{good}");
    let ran = iamwire(&["evaluate"], input);
    let expected = ["allowed", "error", "implicitDeny", "error", "error", "allowed"];
    assert_eq!(decisions(&ran.out), expected);
    assert!(ran.out.ends_with('\n'));
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Unreadable, ""));
}

#[test]
fn answered_lines_exit_with_0_whatever_the_answers() {
    let lines = [
        question(&trust(), "system:serviceaccount:shop:api"),
        question(&trust(), "system:serviceaccount:shop:web"),
    ];
    assert_eq!(iamwire(&["evaluate"], lines.join("\n")).exit, Exit::Fine);
    let nobody = iamwire(&["assume"], r#"{"provider":null,"role":null,"claims":{}}"#);
    assert_eq!((nobody.exit, nobody.err.as_str()), (Exit::Fine, ""));
    assert_eq!(decisions(&nobody.out), ["InvalidIdentityToken"]);
    for command in ["evaluate", "assume", "normalize"] {
        let nothing = iamwire(&[command], "");
        assert_eq!((nothing.exit, nothing.out.as_str()), (Exit::Fine, ""), "{command}");
    }
}

#[test]
fn an_empty_or_malformed_line_is_one_error_in_every_command() {
    for command in ["evaluate", "assume", "normalize"] {
        for line in ["\n", "\r\n", " \n", "nonsense\n", "[]\n", "{} {}\n", "\u{feff}{}\n"] {
            let ran = iamwire(&[command], line);
            assert_eq!(decisions(&ran.out), ["error"], "{command} {line:?}");
            assert_eq!(ran.exit, Exit::Unreadable, "{command} {line:?}");
        }
        let ran = iamwire(&[command], b"\xff\xfe\n");
        assert_eq!(decisions(&ran.out), ["error"], "{command}");
    }
}

#[test]
fn normalize_keeps_members_order_and_numbers() {
    let document = r#"{ "Statement" : [ { "Effect":"Allow", "Condition": { "NumericEquals": { "a:b": [ 1.50, 1e3, "\u00e9" ] } } } ], "X": {} }"#;
    let ran = iamwire(&["normalize"], format!("{document}\n"));
    let compact =
        r#"{"Statement":[{"Effect":"Allow","Condition":{"NumericEquals":{"a:b":[1.50,1e3,"#;
    assert!(ran.out.starts_with(compact), "{}", ran.out);
    assert!(ran.out.ends_with("]}}}],\"X\":{}}\n"), "{}", ran.out);
}

#[test]
fn a_policy_is_an_object_its_text_or_percent_encoded() {
    let object = question(&trust(), "system:serviceaccount:shop:api");
    let policy = support::compact(&trust());
    let text = serde_json::to_string(&trust()).unwrap();
    let encoded = trust().bytes().map(|b| format!("%{b:02X}")).collect::<Vec<_>>().concat();
    let lines = [
        object.clone(),
        object.replacen(&policy, &text, 1),
        object.replacen(&policy, &format!("\"{encoded}\""), 1),
    ];
    let ran = iamwire(&["evaluate"], lines.join("\n"));
    assert_eq!(decisions(&ran.out), ["allowed"; 3], "{}", ran.out);
}

#[test]
fn plus_stays_in_a_percent_encoded_policy() {
    let trust = trust().replace("shop:api", "shop:a+b");
    let object = question(&trust, "system:serviceaccount:shop:a+b");
    let encoded: String = support::compact(&trust).replace('"', "%22").replace('{', "%7B");
    let line = object.replacen(&support::compact(&trust), &format!("\"{encoded}\""), 1);
    assert_eq!(decisions(&iamwire(&["evaluate"], line).out), ["allowed"]);
}

#[test]
fn the_policy_that_is_kept_is_never_taken_for_another() {
    let (api, web) = (trust(), trust().replace("shop:api", "shop:web"));
    let ask = |policy: &str| question(policy, "system:serviceaccount:shop:api");
    let broken = r#"{"policy":{"Version":"2012-10-17"},"request":{"action":"a","principal":{"Service":"s"},"context":{}}}"#;
    let lines = [ask(&api), ask(&api), ask(&web), broken.to_owned(), ask(&web), ask(&api)];
    let expected = ["allowed", "allowed", "implicitDeny", "error", "implicitDeny", "allowed"];
    assert_eq!(decisions(&iamwire(&["evaluate"], lines.join("\n")).out), expected);
}

#[test]
fn long_lines_are_read_whole() {
    let long = format!("{}/", "é".repeat(5_000_000));
    let line = question(&trust(), &long);
    let ran = iamwire(&["evaluate"], format!("{line}\n\n{line}"));
    assert_eq!(decisions(&ran.out), ["implicitDeny", "error", "implicitDeny"]);
    assert!(ran.out.len() < 10_000, "messages stay short");
    let deep = format!("{{\"policy\":{}", "[".repeat(100_000));
    assert_eq!(decisions(&iamwire(&["evaluate"], deep).out), ["error"]);
}
