//! Edits of a document: what changes, what stays, and what a person is told.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that stops says where"
)]

mod support;

use iamwire::Exit;
use support::{ISSUER, PROVIDER, iamwire};

/// As the console makes it, laid out by somebody, with a line break at its end.
fn console() -> String {
    format!(
        r#"{{
    "Version": "2012-10-17",
    "Statement": [
        {{
            "Effect": "Allow",
            "Principal": {{ "Federated": "{PROVIDER}" }},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {{
                "StringEquals": {{
                    "{ISSUER}:aud": "sts.amazonaws.com"
                }}
            }}
        }}
    ]
}}
"#
    )
}

#[test]
fn pinned_and_replaced() {
    let pinned = iamwire(&["rewrite", "--subject", "shop/api"], console());
    let replaced = iamwire(&["rewrite", "--subject", "shop/api", "--replace-audience"], console());
    let again = iamwire(&["rewrite", "--subject", "shop/api"], &pinned.out);
    assert_eq!([pinned.exit, replaced.exit, again.exit], [Exit::Fine; 3]);
    assert_eq!(again.out, pinned.out);
    insta::assert_snapshot!(format!("{pinned}\n{replaced}\n{again}"));
}

#[test]
fn bytes_outside_the_edit_stay() {
    let odd = console().replace("    ", "\t").replace('\n', "\r\n").replace("2012", "\\u0032012");
    for document in [console(), console().trim_end().to_owned(), format!("\n {}", console()), odd] {
        let ran = iamwire(&["rewrite", "--subject", "shop/api"], &document);
        let before =
            document.find("\"sts.amazonaws.com\"").unwrap() + "\"sts.amazonaws.com\"".len();
        let (head, tail) = document.split_at(before);
        assert!(ran.out.starts_with(head), "{ran}");
        assert!(ran.out.ends_with(tail), "{ran}");
        let added = &ran.out[head.len()..ran.out.len() - tail.len()];
        assert!(added.contains("system:serviceaccount:shop:api"), "{added}");
    }
}

#[test]
fn a_file_is_read_as_standard_input_is() {
    let file = support::file("trust.json", console());
    let from_file = iamwire(&["rewrite", &file, "--subject", "shop/api"], "");
    let from_input = iamwire(&["rewrite", "-", "--subject", "shop/api"], console());
    assert_eq!(from_file.out, from_input.out);
    assert_eq!(from_file.exit, Exit::Fine);
}

#[test]
fn a_deny_that_blocks_is_told() {
    let deny = format!(
        r#"{{"Effect":"Deny","Principal":{{"Federated":"{PROVIDER}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringLike":{{"{ISSUER}:sub":"system:serviceaccount:shop:*"}}}}}},"#
    );
    let document = console().replace("\"Statement\": [", &format!("\"Statement\": [{deny}"));
    let ran = iamwire(&["rewrite", "--subject", "shop/api"], document);
    assert_eq!(ran.exit, Exit::Fine);
    insta::assert_snapshot!(ran.err.replace(ISSUER, "ISSUER"));
}

/// Why it is refused stands in the document, or in a name.
#[test]
fn a_refusal_comes_with_what_is_suspicious() {
    let intrinsic = console().replace(&format!("\"{PROVIDER}\""), r#"{ "Ref": "Provider" }"#);
    let slash = console().replace(ISSUER, &format!("{ISSUER}/")).replace("StringEquals", "Equals");
    let other = console().replace(":aud\": \"sts.amazonaws.com", ":sub\": \"a");
    let dual = PROVIDER.replace("oidc.eks.eu-west-3.amazonaws.com", "oidc-eks.eu-west-3.api.aws");
    let ran = [
        iamwire(&["rewrite", "--subject", "shop/default"], intrinsic),
        iamwire(&["rewrite", "--subject", "shop/api", "--replace-audience"], slash),
        iamwire(&["rewrite", "--subject", "shop/default"], other),
        iamwire(&["rewrite", "--subject", "shop/api", "--provider", &dual], console()),
    ];
    assert!(ran.iter().all(|ran| ran.exit == Exit::Refused && ran.out.is_empty()));
    insta::assert_snapshot!(ran.map(|ran| ran.to_string()).join("\n"));
}

#[test]
fn what_iam_would_refuse_is_told() {
    let document = console().replacen("\"Statement\"", "\"statement\": 1, \"Statement\"", 1);
    let ran = iamwire(&["rewrite", "--subject", "shop/api"], document);
    assert_eq!(ran.exit, Exit::Fine);
    assert!(ran.err.contains("warning: IAM knows no member `statement` here\nhelp: "), "{ran}");
}
