//! The vectors of values: parse, serde and Display agree with each.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics where it fails")]

use std::fmt::Display;
use std::str::FromStr;

use iamwire_core::{
    AccountId, Audience, Issuer, Namespace, Partition, PermissionsPolicy, ProviderArn, RoleArn,
    RoleName, RolePath, ServiceAccountRef, Thumbprint, ValueError,
};
use iamwire_sandbox::reference::accept_permissions;
use iamwire_tests::vectors;
use serde::de::DeserializeOwned;

/// The canonical text by parse, which serde must read and refuse alike.
fn canonical<T>(input: &str) -> Result<String, String>
where
    T: FromStr<Err = ValueError> + Display + DeserializeOwned + serde::Serialize,
{
    let parsed = input.parse::<T>();
    let json = serde_json::to_string(input).unwrap();
    let read = serde_json::from_str::<T>(&json);
    match (parsed, read) {
        (Ok(parsed), Ok(read)) => {
            let text = parsed.to_string();
            assert_eq!(read.to_string(), text);
            assert_eq!(
                serde_json::to_string(&parsed).unwrap(),
                serde_json::to_string(&text).unwrap()
            );
            assert_eq!(text.parse::<T>().map(|again| again.to_string()), Ok(text.clone()));
            Ok(text)
        }
        (Err(error), Err(_)) => {
            assert!(!error.help().is_empty() && !error.code().is_empty(), "{input}");
            Err(error.code().to_owned())
        }
        _ => panic!("parse and serde differ on {input:?}"),
    }
}

#[test]
fn each_vector_is_taken_or_refused() {
    let mut wrong = Vec::new();
    for vector in vectors("values") {
        let input = vector.text("input");
        let kind = vector.place.split('.').next().unwrap_or_default().to_owned();
        let answer = match kind.as_str() {
            "account" => canonical::<AccountId>(&input),
            "audience" => canonical::<Audience>(&input),
            "inline-policy" => canonical::<PermissionsPolicy>(&input),
            "issuer" => canonical::<Issuer>(&input),
            "namespace" => canonical::<Namespace>(&input),
            "partition" => canonical::<Partition>(&input),
            "provider-arn" => canonical::<ProviderArn>(&input),
            "role-arn" => canonical::<RoleArn>(&input),
            "role-name" => canonical::<RoleName>(&input),
            "role-path" => canonical::<RolePath>(&input),
            "service-account" => canonical::<ServiceAccountRef>(&input),
            "thumbprint" => canonical::<Thumbprint>(&input),
            other => panic!("no type for {other}"),
        };
        let valid = vector.member("valid").is_some_and(|v| v.text() == "true");
        let wanted = valid.then(|| vector.text("text"));
        if answer.clone().ok() != wanted {
            wrong.push(format!("{}: {answer:?}, not {wanted:?}", vector.title()));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What IAM refuses by the sandbox's word is refused before it is sent.
#[test]
fn the_reference_takes_the_inline_policies_that_are_taken() {
    let mut wrong = Vec::new();
    for vector in vectors("values").iter().filter(|v| v.place.starts_with("inline-policy.")) {
        let answer = accept_permissions(&vector.text("input"));
        if answer.is_ok() != vector.member("valid").is_some_and(|v| v.text() == "true") {
            wrong.push(format!("{}: {answer:?}", vector.title()));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
