//! [`AccountId`]: the number of an AWS account.

use std::str::FromStr;

use crate::error::quoted;
use crate::text::parsed_value;
use crate::{Invalid, ValueError};

/// The id of an AWS account: exactly 12 digits, leading zeros included, so it is a text and no number.
///
/// Source: AWS Account Management, "View AWS account identifiers".
#[derive(Clone)]
pub struct AccountId(String);

impl AccountId {
    /// The 12 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Errors: `account.digits`.
impl FromStr for AccountId {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const HELP: &str = "an account id is 12 digits, such as `123456789012`";
        const CODE: &str = "account.digits";
        let wrong = text.bytes().position(|b| !b.is_ascii_digit());
        let invalid = match (wrong, text.len()) {
            (None, 12) => return Ok(Self(text.to_owned())),
            (None, 0) => Invalid::empty(CODE, "account id", HELP),
            (None, count) => {
                let digits = if count == 1 { "digit" } else { "digits" };
                let message = format!("account id {} has {count} {digits}", quoted(text));
                let help = if count < 12 {
                    format!("{HELP}; leading zeros belong to it")
                } else {
                    HELP.to_owned()
                };
                Invalid::new(CODE, text, message, help)
            }
            (Some(_), 14) if is_grouped(text) => {
                let message = format!("account id {} is written in groups", quoted(text));
                Invalid::new(CODE, text, message, format!("write `{}`", text.replace('-', "")))
            }
            (Some(at), _) => Invalid::character(CODE, "account id", text, at, HELP),
        };
        Err(ValueError::Account(invalid))
    }
}

/// Whether it is as the console shows it: `1234-5678-9012`.
fn is_grouped(text: &str) -> bool {
    text.bytes().enumerate().all(|(i, b)| match i {
        4 | 9 => b == b'-',
        _ => b.is_ascii_digit(),
    })
}

parsed_value!(AccountId, "an AWS account id of 12 digits");
