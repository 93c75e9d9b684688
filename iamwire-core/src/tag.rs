//! [`TagKey`] and [`TagValue`]: a tag of a role or provider.

use std::str::FromStr;

use crate::error::quoted;
use crate::text::parsed_value;
use crate::{Invalid, ValueError};

/// The key of a tag: 1 to 128 letters, digits, blanks and `_.:/=+-@`, not beginning with `aws:`.
///
/// Keys of a role ignore case, those of a provider don't; `==` minds the case.
///
/// Source: IAM User Guide, "Tags for AWS Identity and Access Management resources".
#[derive(Clone)]
pub struct TagKey(String);

impl TagKey {
    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Errors: `tag-key.empty`, `tag-key.character`, `tag-key.reserved`, `tag-key.too-long`.
impl FromStr for TagKey {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const WHAT: &str = "tag key";
        let invalid = if text.is_empty() {
            Invalid::empty("tag-key.empty", WHAT, "write a tag as `KEY=VALUE`")
        } else if let Some(at) = text.find(|c| !is_tag_character(c)) {
            Invalid::character("tag-key.character", WHAT, text, at, CHARACTERS)
        } else if text.get(..4).is_some_and(|front| front.eq_ignore_ascii_case("aws:")) {
            let message = format!("{WHAT} {} begins with `aws:`", quoted(text));
            Invalid::new("tag-key.reserved", text, message, "AWS keeps that prefix; use another")
                .at(0..4)
        } else if text.chars().count() > 128 {
            Invalid::too_long("tag-key.too-long", WHAT, text, 128)
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(ValueError::Tag(invalid))
    }
}

parsed_value!(TagKey, "the key of a tag");

/// The value of a tag: at most 256 letters, digits, blanks and `_.:/=+-@`, or none.
///
/// Source: IAM User Guide, "Tags for AWS Identity and Access Management resources".
#[derive(Clone)]
pub struct TagValue(String);

impl TagValue {
    /// The value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Errors: `tag-value.character`, `tag-value.too-long`.
impl FromStr for TagValue {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const WHAT: &str = "tag value";
        let invalid = if let Some(at) = text.find(|c| !is_tag_character(c)) {
            Invalid::character("tag-value.character", WHAT, text, at, CHARACTERS)
        } else if text.chars().count() > 256 {
            Invalid::too_long("tag-value.too-long", WHAT, text, 256)
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(ValueError::Tag(invalid))
    }
}

parsed_value!(TagValue, "the value of a tag");

const CHARACTERS: &str = "use letters, digits, blanks and `_.:/=+-@`";

/// IAM's `[\p{L}\p{Z}\p{N}_.:/=+\-@]`.
fn is_tag_character(c: char) -> bool {
    c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}
