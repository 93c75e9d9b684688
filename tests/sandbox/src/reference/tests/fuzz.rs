//! Whatever the input, an answer of one line and no panic.

use crate::reference::{assume, evaluate};

/// A small generator of numbers (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(most).unwrap_or(1)).unwrap_or(0)
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }
}

const OPERATORS: [&str; 14] = [
    "StringEquals",
    "StringNotLike",
    "StringLike",
    "StringEqualsIgnoreCase",
    "NumericLessThan",
    "NumericNotEquals",
    "DateEquals",
    "DateGreaterThan",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnNotLike",
    "Null",
];

const PIECES: [&str; 40] = [
    "a",
    "*",
    "?",
    "${",
    "}",
    "'",
    ", ",
    "k",
    "aws:TagKeys",
    "arn:",
    ":",
    "::",
    "0",
    "9",
    "1.",
    "e",
    "+",
    "-",
    "/",
    "2020-02-29",
    "T00:00:00",
    "Z",
    ".5",
    "ffff",
    "true",
    "Σ",
    "İ",
    "😀",
    "=",
    "QQ==",
    "%",
    " ",
    "\\n",
    "\\\\",
    "10.0.0.0",
    "/8",
    "99999999999999999999",
    "null",
    "é",
    "\\ud83d\\ude00",
];

fn text(numbers: &mut Numbers) -> String {
    let pieces = numbers.below(5);
    let text: String = (0..pieces).map(|_| numbers.of(&PIECES)).collect();
    format!("\"{text}\"")
}

fn value(numbers: &mut Numbers, depth: usize) -> String {
    match numbers.below(if depth > 3 { 6 } else { 9 }) {
        0..3 => text(numbers),
        3 => numbers.of(&["null", "true", "false", "{}", "[]"]).to_owned(),
        4 | 5 => numbers.of(&["0", "-1", "1.5e3", "1e-99999999999999999999", "7200"]).to_owned(),
        6 | 7 => {
            let items: Vec<String> =
                (0..numbers.below(4)).map(|_| value(numbers, depth + 1)).collect();
            format!("[{}]", items.join(","))
        }
        _ => format!("{{{}:{}}}", text(numbers), value(numbers, depth + 1)),
    }
}

fn statement(numbers: &mut Numbers) -> String {
    let keys = ["k", "aws:TagKeys", "h/1:sub", "aws:SourceIp"];
    let operator = numbers.of(&["", "ForAllValues:", "ForAnyValue:"]).to_owned()
        + numbers.of(&OPERATORS)
        + numbers.of(&["", "", "IfExists"]);
    let (key, values) = (numbers.of(&keys), value(numbers, 0));
    let principal = numbers.of(&[r#"{"Federated":"p"}"#, r#""*""#, r#"{"AWS":["p","1"]}"#, "5"]);
    let effect = numbers.of(&["Allow", "Deny", "x"]);
    format!(
        r#"{{"Effect":"{effect}","Principal":{principal},"Action":"*","Condition":{{"{operator}":{{"{key}":{values}}}}}}}"#
    )
}

/// Breaks a line at one place.
fn damaged(numbers: &mut Numbers, line: &str) -> String {
    let mut characters: Vec<char> = line.chars().collect();
    if numbers.below(3) == 0 && !characters.is_empty() {
        let place = numbers.below(characters.len());
        match numbers.below(3) {
            0 => drop(characters.remove(place)),
            1 => characters.insert(place, '"'),
            _ => characters.truncate(place),
        }
    }
    characters.into_iter().collect()
}

#[test]
fn any_input_is_answered() {
    let rounds = std::env::var("REFERENCE_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(1000);
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for _ in 0..rounds {
        let version = numbers.of(&["2012-10-17", "2008-10-17", "x"]);
        let statements = format!("[{},{}]", statement(&mut numbers), statement(&mut numbers));
        let policy = format!(r#"{{"Version":"{version}","Statement":{statements}}}"#);
        let (held, sub) = (value(&mut numbers, 2), value(&mut numbers, 2));
        let context = format!(r#"{{"k":{held},"aws:SourceIp":{sub}}}"#);
        let line = format!(
            r#"{{"policy":{policy},"request":{{"action":"a","principal":{{"Federated":"p"}},"context":{context}}}}}"#
        );
        let answer = evaluate(&damaged(&mut numbers, &line));
        assert!(answer.starts_with('{') && !answer.contains('\n'), "{line}");

        let claim = numbers.of(&[
            "sub",
            "aud",
            "azp",
            "exp",
            "nbf",
            "amr",
            "https://aws.amazon.com/roles",
            "https://aws.amazon.com/tags",
        ]);
        let mut claims = vec![
            ("iss", "\"h/1\"".to_owned()),
            ("sub", "\"a\"".to_owned()),
            ("aud", "\"a\"".to_owned()),
            ("iat", "1".to_owned()),
            ("exp", "1".to_owned()),
        ];
        claims.retain(|(name, _)| *name != claim);
        claims.push((claim, value(&mut numbers, 0)));
        let claims: Vec<String> =
            claims.iter().map(|(name, value)| format!(r#""{name}":{value}"#)).collect();
        let policy = policy.replace(
            r#""Federated":"p""#,
            r#""Federated":"arn:aws:iam::123456789012:oidc-provider/h/1""#,
        );
        let line = format!(
            r#"{{"provider":{{"url":"h/1","client_ids":["a"]}},"role":{{"arn":"arn:aws:iam::123456789012:role/r","policy":{policy}}},"claims":{{{}}},"context":{{"k":{held}}},"now":1}}"#,
            claims.join(",")
        );
        let answer = assume(&damaged(&mut numbers, &line));
        assert!(answer.starts_with('{') && !answer.contains('\n'), "{line}");
    }
}
