//! [`Audience`]: whom a token is for.

use std::borrow::Cow;
use std::str::FromStr;

use crate::error::quoted;
use crate::text::parsed_value;
use crate::{Finding, Invalid, Severity, ValueError};

/// The audience of a token, and a client id of an OIDC provider: 1 to 255 characters.
///
/// IAM compares it exactly. The bounds are those of IAM API Reference, `CreateOpenIDConnectProvider`,
/// `ClientIDList`.
#[derive(Clone)]
pub struct Audience(Cow<'static, str>);

impl Audience {
    /// `sts.amazonaws.com`, what EKS's tokens are for in every partition.
    pub const STS: Self = Self(Cow::Borrowed("sts.amazonaws.com"));

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Warns of an audience that looks like [`Self::STS`] and is not, of blanks around it, and of
    /// characters that IAM refuses in a policy.
    #[must_use]
    pub fn notices(&self) -> Vec<Finding> {
        let text = self.as_str();
        let mut notices = Vec::new();
        let mut warn = |code, severity, message: &str, help: &str| {
            let message = format!("audience {} {message}", quoted(text));
            notices.push(Finding::new(code, severity, message, help));
        };
        if text == "sts.amazonaws.com.cn" {
            let message = "is not what EKS's tokens are for, not even in China";
            let help =
                "use `sts.amazonaws.com`, unless the service account's annotation names this one";
            warn("audience.china", Severity::Warning, message, help);
        } else if is_nearly_sts(text) {
            let message = "looks like `sts.amazonaws.com`, but is another one";
            let help = "use `sts.amazonaws.com`: it is the same in every region and partition";
            warn("audience.nearly-sts", Severity::Warning, message, help);
        }
        if text.trim() != text {
            let message = "begins or ends with a blank";
            warn(
                "audience.blank",
                Severity::Warning,
                message,
                "remove it: audiences are compared exactly",
            );
        }
        if !text.chars().all(is_policy_character) {
            let message = "has a character that IAM refuses in a policy";
            let help = "a policy takes no control characters and nothing beyond U+00FF";
            warn("audience.character", Severity::Error, message, help);
        }
        notices
    }
}

/// Errors: `audience.empty`, `audience.too-long`.
impl FromStr for Audience {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        if text == Self::STS.as_str() {
            return Ok(Self::STS);
        }
        let fail = |invalid| Err(ValueError::Audience(invalid));
        if text.is_empty() {
            let help = "name one, for EKS `sts.amazonaws.com`";
            return fail(Invalid::empty("audience.empty", "audience", help));
        }
        if text.len() > 255 && text.chars().nth(255).is_some() {
            return fail(Invalid::too_long("audience.too-long", "audience", text, 255));
        }
        Ok(Self(Cow::Owned(text.to_owned())))
    }
}

parsed_value!(Audience, "an audience");

/// `STS.amazonaws.com`, `sts.eu-west-3.amazonaws.com`, `https://sts.amazonaws.com/`.
fn is_nearly_sts(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let host = lower.strip_prefix("https://").unwrap_or(&lower);
    text != Audience::STS.as_str() && host.starts_with("sts.") && host.contains("amazonaws.")
}

/// Whether IAM takes it in a policy: tab, line feed, carriage return, U+0020 to U+00FF.
pub(crate) fn is_policy_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}')
}
