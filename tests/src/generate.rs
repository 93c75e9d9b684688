//! Policies, requests and tokens made at random: mostly sensible, often odd, sometimes broken.

use std::fmt::Write as _;

/// A source of lines for `evaluate` and `assume`. The same seed gives the same lines.
#[derive(Debug, Clone)]
pub struct Generator {
    state: u64,
}

const ISSUER: &str = "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const OTHER: &str = "oidc.eks.eu-west-3.amazonaws.com/id/FEDCBA9876543210FEDCBA9876543210";
const ACCOUNT: &str = "123456789012";

/// Values of every kind that some operator reads.
const TEXTS: &[&str] = &[
    "",
    "a",
    "A",
    "abc",
    "a*",
    "*",
    "?",
    "a?c",
    "*:*",
    "system:serviceaccount:shop:web",
    "system:serviceaccount:shop:*",
    "System:ServiceAccount:shop:web",
    "system:serviceaccount:*:web",
    "sts.amazonaws.com",
    "true",
    "True",
    "false",
    "yes",
    "1",
    "01",
    "+1",
    "1.0",
    "1e0",
    "-0",
    "0",
    "10",
    "9.99",
    "1.",
    ".5",
    "1e400",
    "-3",
    "123456789012345678901234567890",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.0009Z",
    "2026-01-01T01:00:00+01:00",
    "1767225600",
    "2026-02-30",
    "10.0.0.1",
    "10.0.0.0/8",
    "010.0.0.1",
    "10.9.9.9/+8",
    "0.0.0.0/0",
    "::1",
    "::/0",
    "::ffff:10.0.0.1",
    "::ffff:a00:1",
    "2001:db8::/32",
    "2001:db8::1",
    "2001:db8::1/32",
    ":::",
    "::1:",
    "arn:aws:iam::123456789012:role/app",
    "arn:aws:iam::123456789012:role/*",
    "arn:aws:iam::*:role/app",
    "arn:*:iam::123456789012:*",
    "arn:aws:s3:::b:x:y",
    "arn:aws:s3:::*",
    "arn:aws:iam",
    "AQ==",
    "AQI=",
    "AR==",
    "${aws:username}",
    "${k}",
    "x${k}y",
    "${k, 'd'}",
    "${none, 'abc'}",
    "${*}",
    "a${?}c",
    "${$}",
    "${",
    "${}",
    "${aws:TagKeys}",
    "${a b}",
    "ΟΔΟΣ",
    "οδος",
    "a😀c",
    "a??c",
    "arn:aws:iam::${aws:PrincipalAccount}:role/app",
    "${arn}",
    "${list}",
    "ß",
    "İ",
    "K",
];

const KEYS: &[&str] = &[
    "k",
    "K",
    "none",
    "arn",
    "list",
    "aws:username",
    "aws:SourceIp",
    "aws:TagKeys",
    "aws:tagkeys",
    "aws:PrincipalArn",
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:PrincipalAccount",
    "aws:RequestTag/team",
    "aws:ResourceTag/x",
    "sts:ExternalId",
    "sts:RoleSessionName",
    "sts:TransitiveTagKeys",
    "sts:SourceIdentity",
    "aws:SecureTransport",
    "aws:SourceVpc",
    "sts:RoleAuthorizedByIdp",
    "gitlab.com:ref",
    "x:amr",
    "aws:amr",
    "aws:userid",
    "aws:UserAgent",
];

const PRINCIPALS: &[&str] = &[
    "*",
    "123456789012",
    "999999999999",
    "arn:aws:iam::123456789012:root",
    "arn:aws-cn:iam::123456789012:root",
    "arn:aws:iam::123456789012:role/app",
    "arn:aws:iam::123456789012:role/path/app",
    "arn:aws:iam::123456789012:user/app",
    "arn:aws:sts::123456789012:assumed-role/app/session",
    "AROAEXAMPLEEXAMPLE1",
    "AIDA12",
    "ec2.amazonaws.com",
    "pods.eks.amazonaws.com",
    "accounts.google.com",
];

impl Generator {
    /// A generator of its own sequence.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state >> 11
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap_or(0)
    }

    /// True once in `n`.
    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let i = self.below(from.len());
        from.get(i).copied().unwrap_or_default()
    }

    /// A line for `evaluate`.
    pub fn evaluate_line(&mut self) -> String {
        let policy = self.policy();
        let action = self.pick(&[
            "sts:AssumeRoleWithWebIdentity",
            "sts:AssumeRole",
            "STS:assumerole",
            "sts:TagSession",
        ]);
        let principal = match self.below(4) {
            0 | 1 => format!("{{\"Federated\":\"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}\"}}"),
            2 => {
                let arn = self.pick(&[
                    "arn:aws:sts::123456789012:assumed-role/app/session",
                    "arn:aws:iam::123456789012:role/app",
                    "arn:aws:iam::123456789012:user/app",
                    "arn:aws-cn:iam::123456789012:root",
                ]);
                format!("{{\"AWS\":\"{arn}\"}}")
            }
            _ => "{\"Service\":\"pods.eks.amazonaws.com\"}".to_owned(),
        };
        let context = self.context();
        format!(
            "{{\"policy\":{policy},\"request\":{{\"action\":\"{action}\",\"principal\":{principal},\"context\":{context}}}}}"
        )
    }

    /// A line for `assume`, its time included.
    pub fn assume_line(&mut self) -> String {
        let provider = match self.below(8) {
            0 => "null".to_owned(),
            1 => format!("{{\"url\":\"{OTHER}\",\"client_ids\":[\"sts.amazonaws.com\"]}}"),
            2 => format!("{{\"url\":\"https://{ISSUER}\",\"client_ids\":[]}}"),
            3 => format!("{{\"url\":\"{ISSUER}\",\"client_ids\":[\"a\",\"sts.amazonaws.com\"]}}"),
            _ => format!("{{\"url\":\"https://{ISSUER}\",\"client_ids\":[\"sts.amazonaws.com\"]}}"),
        };
        let arn = if self.once_in(10) {
            "arn:aws:iam::1:role/app"
        } else {
            "arn:aws:iam::123456789012:role/app"
        };
        let policy = if self.once_in(3) { self.policy() } else { self.sensible_policy() };
        let most = if self.once_in(4) { ",\"max_session_duration\":7200" } else { "" };
        let role = if self.once_in(12) {
            "null".to_owned()
        } else {
            format!("{{\"arn\":\"{arn}\",\"policy\":{policy}{most}}}")
        };
        let claims = self.claims();
        let mut line = format!("{{\"provider\":{provider},\"role\":{role},\"claims\":{claims}");
        if self.once_in(3) {
            let request = self.sts_request();
            push(&mut line, &format!(",\"request\":{request}"));
        }
        if self.once_in(2) {
            let context = self.context();
            push(&mut line, &format!(",\"context\":{context}"));
        }
        push(&mut line, ",\"now\":1767225600}");
        line
    }

    fn sts_request(&mut self) -> String {
        let mut members = Vec::new();
        if self.once_in(3) {
            let arn = self.pick(&[
                "arn:aws:iam::123456789012:role/app",
                "arn:aws:iam::123456789012:role/App",
                "arn:aws:iam::123456789012:user/app",
            ]);
            members.push(format!("\"RoleArn\":\"{arn}\""));
        }
        if self.once_in(2) {
            members.push(format!(
                "\"RoleSessionName\":\"{}\"",
                self.pick(&["session", "s", "a b", "a@b"])
            ));
        }
        if self.once_in(2) {
            let seconds = self.pick(&[
                "900", "899", "\"3600\"", "3601", "7200", "43201", "\"x\"", "900.0", "null",
            ]);
            members.push(format!("\"DurationSeconds\":{seconds}"));
        }
        if self.once_in(8) {
            members.push("\"ProviderId\":\"x\"".to_owned());
        }
        format!("{{{}}}", members.join(","))
    }

    fn claims(&mut self) -> String {
        let mut members = Vec::new();
        let iss = format!("\"https://{}\"", if self.once_in(12) { OTHER } else { ISSUER });
        let odd: &[&str] = &["null", "5", "true", "\"\"", "[]", "{}", "[\"a\"]"];
        for (name, usual, others) in [
            ("iss", iss.as_str(), &["null", "5", "\"gitlab.com\""][..]),
            ("sub", "\"system:serviceaccount:shop:web\"", odd),
            (
                "aud",
                "[\"sts.amazonaws.com\"]",
                &[
                    "null",
                    "[]",
                    "\"sts.amazonaws.com\"",
                    "[\"a\",\"a\"]",
                    "[\"a\",\"sts.amazonaws.com\"]",
                    "\"\"",
                    "5",
                    "[null]",
                    "{}",
                ],
            ),
            (
                "iat",
                "1767225000",
                &[
                    "1767225900",
                    "1767225901",
                    "\"1767225000\"",
                    "1.5",
                    "null",
                    "\"x\"",
                    "-1",
                    "\"-1\"",
                ],
            ),
            (
                "exp",
                "1767311400",
                &["1767225300", "1767225299", "\"1767311400\"", "1e9", "null", "[]"],
            ),
        ] {
            if self.once_in(30) {
                continue;
            }
            let value = if self.once_in(8) { self.pick(others) } else { usual };
            members.push(format!("\"{name}\":{value}"));
        }
        for (name, values) in [
            ("nbf", &["1767225000", "1767225900", "1767225901", "null", "\"1\""][..]),
            ("azp", &["\"sts.amazonaws.com\"", "\"\"", "null", "\"b\"", "5", "[\"a\"]"]),
            ("email", &["\"a\"", "null", "5", "{}"]),
            ("amr", &["\"a\"", "[\"a\",\"abc\"]", "[]", "null", "[{}]"]),
            (
                "https://aws.amazon.com/roles",
                &[
                    "null",
                    "[]",
                    "5",
                    "\"arn:aws:iam::123456789012:role/app\"",
                    "[\"x\",\" arn:aws:iam::123456789012:role/app \"]",
                    "\"x; arn:aws:iam::123456789012:role/app\"",
                    "[\"arn:aws:iam::123456789012:role/b\"]",
                    "{}",
                ],
            ),
            (
                "https://aws.amazon.com/tags",
                &[
                    "null",
                    "{}",
                    "{\"principal_tags\":{\"team\":[\"a\"]}}",
                    "{\"principal_tags\":{\"team\":[\"a\"]},\"transitive_tag_keys\":[\"team\"]}",
                    "{\"principal_tags\":{\"team\":\"a\"}}",
                    "[]",
                    "{\"transitive_tag_keys\":\"team\"}",
                    "{\"principal_tags\":null}",
                ],
            ),
            (
                "https://aws.amazon.com/tags/principal_tags/team",
                &["\"a\"", "\"b\"", "null", "[\"a\"]"],
            ),
            ("https://aws.amazon.com/tags/principal_tags/Team", &["\"a\"", "\"b\""]),
            ("https://aws.amazon.com/tags/transitive_tag_keys", &["[\"team\"]", "null"]),
            ("https://aws.amazon.com/source_identity", &["\"a\"", "null", "5"]),
        ] {
            if self.once_in(12) {
                members.push(format!("\"{name}\":{}", self.pick(values)));
            }
        }
        format!("{{{}}}", members.join(","))
    }

    /// A policy that a web identity usually passes.
    fn sensible_policy(&mut self) -> String {
        let action = self.pick(&[
            "\"sts:*\"",
            "\"sts:AssumeRoleWithWebIdentity\"",
            "[\"sts:AssumeRoleWithWebIdentity\",\"sts:TagSession\"]",
        ]);
        let condition = if self.once_in(2) {
            format!(
                "{{\"StringEquals\":{{\"{ISSUER}:aud\":\"sts.amazonaws.com\",\"{ISSUER}:sub\":\"system:serviceaccount:shop:web\"}}}}"
            )
        } else {
            self.condition()
        };
        format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"Federated\":\"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}\"}},\"Action\":{action},\"Condition\":{condition}}}]}}"
        )
    }

    /// Any policy.
    fn policy(&mut self) -> String {
        let version = match self.below(8) {
            0 => "",
            1 => "\"Version\":\"2008-10-17\",",
            2 => "\"Version\":\"2015-01-01\",",
            _ => "\"Version\":\"2012-10-17\",",
        };
        let count = 1 + self.below(3);
        let statements: Vec<String> = (0..count).map(|_| self.statement()).collect();
        match statements.as_slice() {
            [one] if self.once_in(3) => format!("{{{version}\"Statement\":{one}}}"),
            _ if self.once_in(60) => format!("{{{version}\"Statement\":[]}}"),
            many => format!("{{{version}\"Statement\":[{}]}}", many.join(",")),
        }
    }

    fn statement(&mut self) -> String {
        if self.once_in(60) {
            return self.pick(&["null", "5", "\"x\"", "[]", "{}"]).to_owned();
        }
        let mut members = Vec::new();
        if !self.once_in(30) {
            let effect = self.pick(&[
                "\"Allow\"",
                "\"Allow\"",
                "\"Allow\"",
                "\"Allow\"",
                "\"Deny\"",
                "\"Deny\"",
                "\"allow\"",
                "5",
            ]);
            members.push(format!("\"Effect\":{effect}"));
        }
        if !self.once_in(40) {
            let name = if self.once_in(30) { "NotPrincipal" } else { "Principal" };
            let principal = self.principal();
            members.push(format!("\"{name}\":{principal}"));
        }
        if !self.once_in(40) {
            let name = if self.once_in(12) { "NotAction" } else { "Action" };
            let action = self.pick(&[
                "\"sts:AssumeRoleWithWebIdentity\"",
                "\"sts:AssumeRole\"",
                "\"sts:*\"",
                "\"*\"",
                "\"sts:assumerole*\"",
                "[\"sts:AssumeRole\",\"sts:TagSession\"]",
                "[]",
                "[5]",
                "[\"s3:*\",null]",
                "\"sts:AssumeRole?ithWebIdentity\"",
                "{}",
            ]);
            members.push(format!("\"{name}\":{action}"));
        }
        if !self.once_in(4) {
            let condition = if self.once_in(40) {
                self.pick(&["null", "[]", "{}", "{\"StringEquals\":[]}"]).to_owned()
            } else {
                self.condition()
            };
            members.push(format!("\"Condition\":{condition}"));
        }
        if self.once_in(25) {
            let extra = self.pick(&[
                "\"Resource\":\"*\"",
                "\"condition\":{}",
                "\"Sid\":\"x\"",
                "\"Sid\":5",
                "\"NotResource\":[]",
            ]);
            members.push(extra.to_owned());
        }
        format!("{{{}}}", members.join(","))
    }

    fn principal(&mut self) -> String {
        let provider = format!("\"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}\"");
        match self.below(10) {
            0..=3 => format!("{{\"Federated\":{provider}}}"),
            4 => self.pick(&["\"*\"", "{}", "null", "[]", "5", "\"x\"", "{\"AWS\":[]}"]).to_owned(),
            _ => {
                let mut kinds = vec!["AWS", "Federated", "Service", "CanonicalUser", "aws"];
                let mut members = Vec::new();
                for _ in 0..=self.below(2) {
                    let kind = kinds.remove(self.below(kinds.len()));
                    let values: Vec<String> = (0..self.below(3))
                        .map(|_| match self.below(10) {
                            0 => "{\"Ref\":\"x\"}".to_owned(),
                            1 => provider.clone(),
                            _ => format!("\"{}\"", self.pick(PRINCIPALS)),
                        })
                        .collect();
                    let value = match values.as_slice() {
                        [one] if self.once_in(2) => one.clone(),
                        many => format!("[{}]", many.join(",")),
                    };
                    members.push(format!("\"{kind}\":{value}"));
                }
                format!("{{{}}}", members.join(","))
            }
        }
    }

    fn condition(&mut self) -> String {
        let mut operators: Vec<String> = Vec::new();
        let mut blocks = Vec::new();
        for _ in 0..=self.below(2) {
            let operator = self.operator();
            if operators.contains(&operator) {
                continue;
            }
            let mut keys: Vec<String> = Vec::new();
            let mut members = Vec::new();
            for _ in 0..=self.below(2) {
                let key = match self.below(6) {
                    0 => format!("{ISSUER}:sub"),
                    1 => format!("{ISSUER}:aud"),
                    _ => self.pick(KEYS).to_owned(),
                };
                if keys.iter().any(|k| k.eq_ignore_ascii_case(&key)) {
                    continue;
                }
                let values = self.policy_values();
                members.push(format!("\"{key}\":{values}"));
                keys.push(key);
            }
            blocks.push(format!("\"{operator}\":{{{}}}", members.join(",")));
            operators.push(operator);
        }
        format!("{{{}}}", blocks.join(","))
    }

    fn operator(&mut self) -> String {
        let base = self.pick(&[
            "StringEquals",
            "StringEquals",
            "StringNotEquals",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "StringLike",
            "StringLike",
            "StringNotLike",
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
            "Bool",
            "BinaryEquals",
            "IpAddress",
            "NotIpAddress",
            "ArnEquals",
            "ArnNotEquals",
            "ArnLike",
            "ArnNotLike",
            "Null",
            "stringEquals",
            "Foo",
        ]);
        let prefix = self.pick(&["", "", "", "", "ForAllValues:", "ForAnyValue:"]);
        let suffix = self.pick(&["", "", "", "", "IfExists"]);
        format!("{prefix}{base}{suffix}")
    }

    fn policy_values(&mut self) -> String {
        let count = self.below(4);
        if count == 1 {
            return self.policy_value();
        }
        let values: Vec<String> = (0..count).map(|_| self.policy_value()).collect();
        format!("[{}]", values.join(","))
    }

    fn policy_value(&mut self) -> String {
        match self.below(20) {
            0 => self.pick(&["null", "{}", "[]", "{\"Ref\":\"x\"}"]).to_owned(),
            1 => self.pick(&["1", "1.0", "1e0", "true", "false", "0"]).to_owned(),
            _ => format!("\"{}\"", self.pick(TEXTS)),
        }
    }

    fn context(&mut self) -> String {
        let mut members = Vec::new();
        let mut keys: Vec<&str> = Vec::new();
        if self.once_in(2) {
            members.push(format!("\"{ISSUER}:sub\":\"system:serviceaccount:shop:web\""));
        }
        for _ in 0..self.below(10) {
            let key = self.pick(KEYS);
            if keys.iter().any(|k| k.eq_ignore_ascii_case(key)) && !self.once_in(50) {
                continue;
            }
            keys.push(key);
            let count = if self.once_in(4) { self.below(4) } else { 1 };
            let values: Vec<String> = (0..count).map(|_| self.request_value()).collect();
            let value = match values.as_slice() {
                [one] if !self.once_in(4) => one.clone(),
                many => format!("[{}]", many.join(",")),
            };
            members.push(format!("\"{key}\":{value}"));
        }
        format!("{{{}}}", members.join(","))
    }

    fn request_value(&mut self) -> String {
        match self.below(20) {
            0 => self.pick(&["1", "1.0", "true", "false"]).to_owned(),
            _ => format!("\"{}\"", self.pick(TEXTS)),
        }
    }
}

fn push(line: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = write!(line, "{text}");
}
