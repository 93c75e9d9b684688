//! `StringLike` and `ArnLike` against a regular expression made of the pattern.
//!
//! The first line is the pattern, the rest the text. `?` is one UTF-16 unit, so that both are translated
//! unit by unit to characters of one of Unicode's private planes.
#![no_main]

use iamwire_core::{Decision, Request, TrustPolicy};
use libfuzzer_sys::fuzz_target;
use regex::Regex;

fuzz_target!(|input: &str| {
    let Some((pattern, text)) = input.split_once('\n') else { return };
    if pattern.len() > 60 || text.len() > 200 {
        return;
    }
    assert_eq!(decide("StringLike", pattern, text), Decision::from_bool(fits(pattern, text)));
    let (parts, of_text) = (parts(pattern), parts(text));
    // Other rules hold where either is no ARN, and for the star alone.
    if parts.len() == 6 && of_text.len() == 6 && parts[0] == "arn" && of_text[0] == "arn" {
        let fit = parts.iter().zip(&of_text).all(|(pattern, text)| fits(pattern, text));
        assert_eq!(decide("ArnLike", pattern, text), Decision::from_bool(fit));
    }
});

fn decide(operator: &str, pattern: &str, text: &str) -> Decision {
    // Without a version there are no variables.
    let policy = format!(
        r#"{{"Statement":{{"Effect":"Allow","Principal":{{"Service":"s"}},"Action":"sts:AssumeRole","Condition":{{"{operator}":{{"k":{}}}}}}}}}"#,
        serde_json::Value::from(pattern)
    );
    let policy: TrustPolicy = policy.parse().unwrap();
    policy.prepare().decide(&Request::service("s").with("k", [text]))
}

fn fits(pattern: &str, text: &str) -> bool {
    let mut regex = String::from("(?s)^");
    for unit in pattern.encode_utf16() {
        match unit {
            0x2A => regex.push_str(".*"),
            0x3F => regex.push('.'),
            unit => regex.push(private(unit)),
        }
    }
    regex.push('$');
    let text: String = text.encode_utf16().map(private).collect();
    Regex::new(&regex).unwrap().is_match(&text)
}

fn private(unit: u16) -> char {
    char::from_u32(0xF_0000 + u32::from(unit)).unwrap()
}

fn parts(arn: &str) -> Vec<&str> {
    arn.splitn(6, ':').collect()
}

trait FromBool {
    fn from_bool(yes: bool) -> Self;
}

impl FromBool for Decision {
    fn from_bool(yes: bool) -> Self {
        if yes { Self::Allowed } else { Self::ImplicitDeny }
    }
}
