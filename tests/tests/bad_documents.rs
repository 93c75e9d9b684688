//! Bad documents: what each is answered with, in one table.

use std::fmt::Write as _;

use iamwire_core::TrustPolicy;

const ALLOW: &str =
    r#"{"Effect":"Allow","Principal":{"Federated":"p"},"Action":"sts:AssumeRoleWithWebIdentity"}"#;

fn with(old: &str, new: &str) -> String {
    let statement = ALLOW.replace(old, new);
    assert_ne!(statement, ALLOW, "{old}");
    format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#)
}

fn with_condition(condition: &str) -> String {
    with("WebIdentity\"", &format!("WebIdentity\",\"Condition\":{condition}"))
}

/// What a document is, and its bytes.
fn cases() -> Vec<(&'static str, Vec<u8>)> {
    let whole = format!(r#"{{"Version":"2012-10-17","Statement":[{ALLOW}]}}"#);
    let texts = vec![
        ("empty", String::new()),
        ("not JSON", "{\"Version\": \"2012-10-17\",\n  \"Statement\": [{'Effect': 'Allow'}]}".to_owned()),
        ("cut off", whole[..40].to_owned()),
        ("an array", format!("[{ALLOW}]")),
        ("a string", format!("{whole:?}")),
        ("trailing data", format!("{whole}\n{whole}")),
        ("byte order mark", format!("\u{feff}{whole}")),
        ("NaN", with_condition("{\"NumericEquals\":{\"k\":NaN}}")),
        ("a trailing comma", whole.replace("]}", ",]}")),
        ("a comment", format!("// trust\n{whole}")),
        ("lone surrogate", with_condition(r#"{"StringEquals":{"k":"\ud83d"}}"#)),
        ("duplicate member", whole.replace("\"Statement\"", "\"Statement\":[],\n\"Statement\"")),
        ("duplicate operator", with_condition(r#"{"StringEquals":{"a":"x"},"StringEquals":{"b":"y"}}"#)),
        ("keys that differ by case", with_condition(r#"{"StringEquals":{"aws:username":"x","AWS:UserName":"y"}}"#)),
        ("nested 10,000 deep", format!("{{\"Statement\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000))),
        ("no statement", r#"{"Version":"2012-10-17"}"#.to_owned()),
        ("statement in lower case", whole.replace("Statement", "statement")),
        (
            "a permissions policy",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}"#.to_owned(),
        ),
        (
            "a CloudFormation template",
            format!(r#"{{"Resources":{{"Role":{{"Type":"AWS::IAM::Role","Properties":{{"AssumeRolePolicyDocument":{whole}}}}}}}}}"#),
        ),
        (
            "a CloudFormation resource",
            format!(r#"{{"Type":"AWS::IAM::Role","Properties":{{"Policies":[{{"PolicyDocument":{{}}}}],"AssumeRolePolicyDocument":{whole}}}}}"#),
        ),
        (
            "a template of a policy and two roles",
            format!(r#"{{"Resources":{{"P":{{"Properties":{{"PolicyDocument":{{"Statement":[]}}}}}},"A":{{"Properties":{{"AssumeRolePolicyDocument":{whole}}}}},"B":{{"Properties":{{"AssumeRolePolicyDocument":{whole}}}}}}}}}"#),
        ),
        ("four documents", format!("{{\"all\":[{whole},{whole},{whole},{whole}]}}")),
        ("a role as IAM sends it", r#"{"Role":{"AssumeRolePolicyDocument":"%7B%22Statement%22%3A%5B%5D%7D"}}"#.to_owned()),
        ("a role as GetRole returns it", format!(r#"{{"Role":{{"RoleName":"r","AssumeRolePolicyDocument":{whole}}}}}"#)),
        ("a Terraform plan", format!(r#"{{"address":"r","values":{{"assume_role_policy":{whole:?}}}}}"#)),
        ("HCL", "resource \"aws_iam_role\" \"r\" {\n  assume_role_policy = jsonencode({})\n}\n".to_owned()),
        ("HCL after a comment", "# The role.\n\n  // Of the shop.\nresource \"aws_iam_role\" \"r\" {\n".to_owned()),
        ("YAML", "Version: 2012-10-17\nStatement: []\n".to_owned()),
        ("percent-encoded", whole.replace('{', "%7B").replace('"', "%22")),
        ("an intrinsic as principal", with("\"p\"", r#"{"Fn::Sub":"arn:${AWS::Partition}:iam::x"}"#)),
        ("an interpolation as principal", with("\"p\"", "\"arn:aws:iam::${AWS::AccountId}:root\"")),
        ("a Terraform interpolation", with_condition(r#"{"StringEquals":{"${var.issuer}:sub":"${var.sub}"}}"#)),
        ("a policy variable", with_condition(r#"{"StringEquals":{"k":"${aws:username}"}}"#)),
        ("unknown members", with("\"Effect\"", "\"condition\":{},\"Note\":\"x\",\"Effect\"")),
        ("unknown operators", with_condition(r#"{"stringEquals":{},"NullIfExists":{},"Matches":{"k":"x"}}"#)),
        ("an effect in upper case", with("Allow", "ALLOW")),
        ("both of a pair", with("\"Action\"", "\"NotAction\":[],\"Action\"")),
        ("neither of a pair", with("\"Principal\":{\"Federated\":\"p\"},", "")),
        ("a principal of an unknown kind", with("Federated", "federated")),
        ("NotPrincipal and a resource", with("\"Principal\"", "\"Resource\":\"*\",\"NotPrincipal\"")),
        ("another version", whole.replace("2012-10-17", "2012-10-18")),
        ("a condition that is a list", with_condition("[]")),
        ("a statement that is a string", r#"{"Statement":"x"}"#.to_owned()),
    ];
    let mut cases: Vec<_> =
        texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    cases.push(("invalid UTF-8", [whole.as_bytes(), b"\n\xff"].concat()));
    cases
}

#[test]
fn bad_documents_say_what_and_where() {
    let mut table = String::new();
    for (name, bytes) in cases() {
        writeln!(table, "{name}").unwrap();
        match TrustPolicy::from_bytes(&bytes) {
            Err(error) => {
                writeln!(table, "  {}: {error}", error.code()).unwrap();
                writeln!(table, "  help: {}", error.help()).unwrap();
                for place in [Some(error.place()), error.earlier()].into_iter().flatten() {
                    writeln!(table, "  at: {}:{} `{}`", place.line, place.column, place.pointer)
                        .unwrap();
                }
            }
            Ok(policy) => {
                assert_eq!(policy.as_str().as_bytes(), bytes, "{name}");
                for finding in policy.notices() {
                    writeln!(table, "  {} {finding}", finding.code).unwrap();
                    writeln!(table, "  help: {}", finding.help).unwrap();
                }
            }
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn size_has_no_limit() {
    let many = vec![ALLOW; 100_000].join(",");
    let long = with_condition(&format!(
        r#"{{"StringLike":{{"k":["{}","{}"]}}}}"#,
        "x".repeat(1 << 20),
        "*a".repeat(1 << 19)
    ));
    let large = format!(r#"{{"Statement":[{ALLOW}],"Id":"{}"}}"#, "x".repeat(10 << 20));
    for text in [format!(r#"{{"Statement":[{many}]}}"#), long, large] {
        let policy = TrustPolicy::parse(&text).unwrap();
        assert_eq!(policy.as_str(), text);
        assert!(policy.notices().is_empty());
        assert_eq!(TrustPolicy::parse(&policy.to_pretty()).unwrap(), policy);
    }
}
