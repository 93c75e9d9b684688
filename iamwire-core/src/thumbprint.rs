//! [`Thumbprint`]: the SHA-1 of a certificate, and the few that a provider may have.

use std::str::FromStr;

use crate::error::quoted;
use crate::text::{hex, parsed_value};
use crate::{Invalid, ValueError};

/// The SHA-1 of one certificate's DER: 40 lower-case hexadecimal digits.
///
/// It is parsed from what people paste: upper case, `:` or blanks between bytes, blanks around, and the
/// `SHA1 Fingerprint=` that openssl prints before it. Display and serde give the 40 digits, which is how
/// IAM keeps it.
///
/// Source: IAM User Guide, "Obtain the thumbprint for an OpenID Connect identity provider".
#[derive(Clone)]
pub struct Thumbprint(String);

impl Thumbprint {
    /// The thumbprint with these bytes: SHA-1 of a certificate's DER.
    #[must_use]
    pub fn from_sha1(digest: &[u8; 20]) -> Self {
        Self(hex(digest))
    }

    /// The 40 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Errors: `thumbprint.empty`, `thumbprint.hex`, `thumbprint.length`.
impl FromStr for Thumbprint {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const WHAT: &str = "thumbprint";
        const HELP: &str = "a thumbprint is 40 hexadecimal digits: the SHA-1 of a certificate";
        let fail = |invalid| Err(ValueError::Thumbprint(invalid));
        let start = after_label(text);
        let digits = text.get(start..).unwrap_or_default();
        let wrong = |c: char| !(c.is_ascii_hexdigit() || c == ':' || c.is_ascii_whitespace());
        if let Some(at) = digits.find(wrong) {
            let help = match text.split_once('=') {
                Some(_) => format!("{HELP}, as `openssl x509 -fingerprint -sha1` prints it"),
                None => HELP.to_owned(),
            };
            return fail(Invalid::character("thumbprint.hex", WHAT, text, start + at, help));
        }
        let hex: String = digits.chars().filter(char::is_ascii_hexdigit).collect();
        match hex.len() {
            40 => Ok(Self(hex.to_ascii_lowercase())),
            0 => fail(Invalid::empty("thumbprint.empty", WHAT, HELP)),
            count => {
                let help = match count {
                    64 => "this is as long as a SHA-256; IAM takes the SHA-1, 40 digits",
                    32 => "this is as long as an MD5; IAM takes the SHA-1, 40 digits",
                    _ => HELP,
                };
                let message = format!("thumbprint {} has {count} hexadecimal digits", quoted(text));
                fail(Invalid::new("thumbprint.length", text, message, help))
            }
        }
    }
}

parsed_value!(Thumbprint, "a thumbprint of 40 hexadecimal digits");

/// Where the digits begin after `SHA1 Fingerprint=`, in any case.
fn after_label(text: &str) -> usize {
    match text.split_once('=') {
        Some((label, _)) if label.trim().eq_ignore_ascii_case("sha1 fingerprint") => {
            label.len() + 1
        }
        _ => 0,
    }
}

/// The thumbprints of a provider, in order: at most five.
///
/// None is the default, and fine: IAM then fetches the one of the issuer itself. A list that was set
/// can't be emptied again.
///
/// Source: IAM API Reference, `UpdateOpenIDConnectProviderThumbprint`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Vec<Thumbprint>", into = "Vec<Thumbprint>")]
pub struct Thumbprints(Vec<Thumbprint>);

impl Thumbprints {
    /// The most that IAM takes.
    pub const MOST: usize = 5;

    /// The thumbprints in this order.
    ///
    /// # Errors
    /// `thumbprint.too-many` for more than five.
    pub fn new(thumbprints: impl IntoIterator<Item = Thumbprint>) -> Result<Self, ValueError> {
        let thumbprints: Vec<_> = thumbprints.into_iter().collect();
        match thumbprints.get(Self::MOST) {
            None => Ok(Self(thumbprints)),
            Some(first) => {
                let count = thumbprints.len();
                let message =
                    format!("{} is one thumbprint too many of {count}", quoted(first.as_str()));
                let help = format!(
                    "IAM takes at most {} for a provider; leave out {}",
                    Self::MOST,
                    count - Self::MOST
                );
                Err(ValueError::Thumbprint(Invalid::new(
                    "thumbprint.too-many",
                    first.as_str(),
                    message,
                    help,
                )))
            }
        }
    }

    /// The thumbprints in their order.
    #[must_use]
    pub fn as_slice(&self) -> &[Thumbprint] {
        &self.0
    }

    /// The thumbprints in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Thumbprint> {
        self.0.iter()
    }

    /// Whether there is none, so that IAM fetches its own.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are: at most five.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl TryFrom<Vec<Thumbprint>> for Thumbprints {
    type Error = ValueError;

    fn try_from(thumbprints: Vec<Thumbprint>) -> Result<Self, ValueError> {
        Self::new(thumbprints)
    }
}

impl From<Thumbprints> for Vec<Thumbprint> {
    fn from(thumbprints: Thumbprints) -> Self {
        thumbprints.0
    }
}

impl<'a> IntoIterator for &'a Thumbprints {
    type Item = &'a Thumbprint;
    type IntoIter = std::slice::Iter<'a, Thumbprint>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
