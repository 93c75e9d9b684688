//! Manifests are read back by a YAML library and by a JSON library, and both say the same.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that stops says where"
)]

use iamwire_core::{LabelValue, Manifest, RoleArn, ServiceAccountRef, TokenExpiration};
use proptest::prelude::*;
use serde_json::{Value, json};

fn role() -> RoleArn {
    "arn:aws:iam::123456789012:role/my-s3-role".parse().unwrap()
}

/// Reads both forms, and asserts that they say the same.
fn read(manifest: &Manifest) -> Value {
    let yaml: Value = serde_saphyr::from_str(&manifest.to_yaml())
        .unwrap_or_else(|error| panic!("{error} in\n{}", manifest.to_yaml()));
    let json: Value = serde_json::from_str(&manifest.to_json()).unwrap();
    assert_eq!(yaml, json, "in\n{}", manifest.to_yaml());
    yaml
}

/// A manifest in which everything is set.
fn full(account: &str, audience: &str, label: (&str, &str)) -> Manifest {
    Manifest::new(&account.parse().unwrap(), &role())
        .audience(audience.parse().unwrap())
        .sts_regional_endpoints(false)
        .token_expiration("3600".parse().unwrap())
        .label(label.0.parse().unwrap(), label.1.parse().unwrap())
        .label("app.kubernetes.io/managed-by".parse().unwrap(), "iamwire".parse().unwrap())
}

#[test]
fn what_was_set_is_given_back() {
    let manifest = full("shop/my-s3-role", "https://a.example", ("tier", "web"));
    assert_eq!(manifest.account().as_str(), "shop/my-s3-role");
    assert_eq!(*manifest.role(), role());
    assert_eq!(manifest.named_audience().unwrap().as_str(), "https://a.example");
    assert_eq!(manifest.named_sts_regional_endpoints(), Some(false));
    assert_eq!(manifest.named_token_expiration().unwrap().seconds(), 3600);
    let labels = manifest.labels().iter().map(|(key, value)| (key.as_str(), value.as_str()));
    assert!(labels.eq([("app.kubernetes.io/managed-by", "iamwire"), ("tier", "web")]));
    let bare = Manifest::new(manifest.account(), manifest.role());
    assert_eq!(bare.named_audience(), None);
    assert_eq!(bare.named_sts_regional_endpoints(), None);
    assert_eq!(bare.named_token_expiration(), None);
    assert!(bare.labels().is_empty());
}

#[test]
fn everything_set() {
    let manifest = full("shop/my-s3-role", "sts.amazonaws.com", ("tier", ""));
    insta::assert_snapshot!(
        "everything_set",
        format!("{}\n{}", manifest.to_yaml(), manifest.to_json())
    );
    assert_eq!(
        read(&manifest),
        json!({
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {
                "name": "my-s3-role",
                "namespace": "shop",
                "annotations": {
                    "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/my-s3-role",
                    "eks.amazonaws.com/audience": "sts.amazonaws.com",
                    "eks.amazonaws.com/sts-regional-endpoints": "false",
                    "eks.amazonaws.com/token-expiration": "3600",
                },
                "labels": {"app.kubernetes.io/managed-by": "iamwire", "tier": ""},
            },
        })
    );
}

#[test]
fn nothing_else_unless_set() {
    let manifest = Manifest::new(&"shop/api".parse().unwrap(), &role());
    let metadata = &read(&manifest)["metadata"];
    assert_eq!(metadata.as_object().unwrap().len(), 3, "{metadata}");
    assert_eq!(metadata["annotations"], json!({"eks.amazonaws.com/role-arn": role()}));
}

/// What YAML 1.1 or 1.2 takes for something else than a text, each a legal name.
const WORDS: &[&str] = &[
    "123",
    "007",
    "0x1f",
    "0o17",
    "0b1",
    "1e3",
    "1.5",
    "1.0.0",
    "2024-01-01",
    "12-30",
    "true",
    "false",
    "null",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "nan",
    "inf",
    "e",
    "e1",
    "a.b",
    "z",
];

/// Labels may be in upper case as well.
const LABELS: &[&str] =
    &["", "True", "NULL", "No", "ON", "Y", "1_000", "1E3", "0X1F", "NaN", "0.1", "1.", "a_b"];

/// An audience is any text at all.
const AUDIENCES: &[&str] = &[
    "~",
    "=",
    "<<",
    "-",
    "- a",
    "a: b",
    "a:",
    "a #b",
    "# a",
    "%a",
    "@a",
    "`a`",
    "&a",
    "*a",
    "!a",
    "!!int 1",
    "|",
    ">",
    "?",
    "[",
    "]",
    "{a}",
    ",",
    "'",
    "\"",
    "\\",
    " a",
    "a ",
    " ",
    "\t",
    "\n",
    "a\nb",
    "\r\n",
    "---",
    "...",
    ".inf",
    ".NaN",
    "+1",
    "-1",
    "1:20",
    "12:30:45",
    "1,000",
    "0.",
    "1_000",
    "2001-12-14t21:59:43.10-05:00",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
    "é",
    "日本",
    "🦀",
    "\u{e000}",
    "a\u{301}",
    "true ",
    "https://sts.amazonaws.com",
];

#[test]
fn nasty_texts_survive() {
    let check = |account: &ServiceAccountRef, audience: &str, key: &str, value: &str| {
        let manifest = full(account.as_str(), audience, (key, value));
        let metadata = &read(&manifest)["metadata"];
        assert_eq!(metadata["namespace"], json!(account.namespace()));
        assert_eq!(metadata["name"], json!(account.name()));
        assert_eq!(metadata["annotations"]["eks.amazonaws.com/audience"], json!(audience));
        assert_eq!(metadata["labels"][key], json!(value));
    };
    let plain: ServiceAccountRef = "shop/api".parse().unwrap();
    for word in WORDS {
        let namespace = if word.contains('.') { "shop" } else { word };
        let account = format!("{namespace}/{word}").parse().unwrap();
        check(&account, word, word, word);
    }
    for label in LABELS.iter().filter(|label| label.parse::<LabelValue>().is_ok()) {
        check(&plain, "a", if label.is_empty() { "a" } else { label }, label);
    }
    for audience in AUDIENCES {
        check(&plain, audience, "a", "b");
    }
}

/// Readers of YAML 1.1, kubectl's among them, take more words for booleans and numbers than the
/// library above, so quotes are asserted as well.
#[test]
fn quoted_where_a_reader_might_differ() {
    let quoted = |text: &str| {
        let yaml = full("shop/api", text, ("a", "b")).to_yaml();
        yaml.contains(&format!("audience: \"{text}\"\n"))
    };
    let plain = ["e", "e1", "a.b", "z"];
    for text in WORDS {
        assert_eq!(quoted(text), !plain.contains(text), "{text}");
    }
    for text in [
        "True", "NULL", "No", "ON", "Y", "1_000", "~", "=", "1:20", ".inf", "+1", "a: b", "a #b",
        "a:",
    ] {
        assert!(quoted(text), "{text}");
    }
}

proptest! {
    #[test]
    fn any_legal_value_survives(
        namespace in "[a-z0-9]([-a-z0-9]{0,8}[a-z0-9])?",
        name in "[a-z0-9]([-a-z0-9]{0,4}[a-z0-9])?(\\.[a-z0-9]{1,3}){0,2}",
        audience in ".{1,20}",
        key in "([a-z0-9]{1,4}\\.[a-z]{1,3}/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,5}[A-Za-z0-9])?",
        value in "([A-Za-z0-9]([-_.A-Za-z0-9]{0,5}[A-Za-z0-9])?)?",
    ) {
        let manifest = full(&format!("{namespace}/{name}"), &audience, (&key, &value));
        let metadata = &read(&manifest)["metadata"];
        prop_assert_eq!(&metadata["namespace"], &json!(namespace));
        prop_assert_eq!(&metadata["name"], &json!(name));
        prop_assert_eq!(&metadata["annotations"]["eks.amazonaws.com/audience"], &json!(audience));
        prop_assert_eq!(&metadata["labels"][&key], &json!(value));
    }
}

#[test]
fn expiration_by_serde_is_judged_alike() {
    for (text, good) in [
        ("600", true),
        ("86400", true),
        ("\"3600\"", true),
        ("599", false),
        ("-1", false),
        ("1.5", false),
    ] {
        assert_eq!(serde_json::from_str::<TokenExpiration>(text).is_ok(), good, "{text}");
    }
    assert_eq!(serde_json::to_string(&TokenExpiration::SHORTEST).unwrap(), "600");
}
