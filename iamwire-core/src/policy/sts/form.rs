//! The forms of STS's parameters and of the times in a token.
//! (AWS STS API Reference, `AssumeRoleWithWebIdentity`.)

use crate::json::{Kind, Value};

/// `^arn:aws[a-z0-9-]*:iam::\d{12}:role/[\w/.@+=,-]+$`, of 20 to 2,048 characters.
pub(super) fn is_role_arn(text: &str) -> bool {
    let of_arn = |text: &str| -> Option<bool> {
        let (partition, rest) = text.strip_prefix("arn:aws")?.split_once(":iam::")?;
        let (account, name) = rest.split_once(":role/")?;
        let partition_fits =
            partition.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let account_fits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        let name_fits = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_/.@+=,-".contains(&b));
        Some(partition_fits && account_fits && name_fits)
    };
    (20..=2_048).contains(&text.len()) && of_arn(text) == Some(true)
}

/// 2 to 64 of `[\w+=,.@-]`.
pub(super) fn is_session_name(text: &str) -> bool {
    (2..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b))
}

/// An integer as text: digits, with a sign where JSON has one.
pub(super) fn whole_number(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Beyond 38 digits it is larger than anything that it is compared with.
    Some(text.parse().unwrap_or(if digits.len() == text.len() { i128::MAX } else { i128::MIN }))
}

/// The time of a claim: an integer, or a string of digits.
pub(super) fn timestamp(claim: Value<'_>) -> Option<i128> {
    match claim.kind() {
        Kind::Number => whole_number(claim.text()),
        Kind::String => {
            claim.as_str().filter(|s| !s.starts_with('-')).as_deref().and_then(whole_number)
        }
        _ => None,
    }
}

/// The second and fifth part of an ARN.
pub(super) fn partition_and_account(arn: &str) -> (&str, &str) {
    let mut parts = arn.split(':');
    (parts.nth(1).unwrap_or_default(), parts.nth(2).unwrap_or_default())
}
