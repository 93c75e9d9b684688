//! What the pod identity webhook reads on a service account: keys, and the values that have rules.
//!
//! The webhook takes anything: a wrong value is ignored or used as it is, silently, and at the creation
//! of a pod only. So the rules are checked here, before.
//!
//! Source: amazon-eks-pod-identity-webhook, "README"; Amazon EKS User Guide, "Assign IAM roles to
//! Kubernetes service accounts".

use std::fmt;
use std::str::FromStr;

use crate::error::quoted;
use crate::{Invalid, ValueError};

/// What the keys of all of them begin with.
#[cfg(feature = "kube")]
pub(crate) const PREFIX: &str = "eks.amazonaws.com/";

/// The label of a pod, whatever its value, for which the webhook isn't called.
pub(crate) const SKIP: &str = "eks.amazonaws.com/skip-pod-identity-webhook";

/// `eks.amazonaws.com/role-arn`: the role. A malformed ARN is injected all the same.
pub const ROLE_ARN: &str = "eks.amazonaws.com/role-arn";

/// `eks.amazonaws.com/audience`: whom the token is for; `sts.amazonaws.com` where it is left out.
pub const AUDIENCE: &str = "eks.amazonaws.com/audience";

/// `eks.amazonaws.com/sts-regional-endpoints`: `true` or `false`; EKS takes regional ones where it is left out.
pub const STS_REGIONAL_ENDPOINTS: &str = "eks.amazonaws.com/sts-regional-endpoints";

/// `eks.amazonaws.com/token-expiration`: the life of a token in seconds; 86400 where it is left out.
pub const TOKEN_EXPIRATION: &str = "eks.amazonaws.com/token-expiration";

/// The life of a token: 600 to 86400 seconds.
///
/// The webhook raises less to 600 and takes 86400 for what it can't read, both silently; Kubernetes
/// refuses less than ten minutes, and EKS caps at a day. It is parsed from digits; serde takes a number
/// or digits and gives a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct TokenExpiration(u32);

impl TokenExpiration {
    /// The shortest: ten minutes.
    pub const SHORTEST: Self = Self(600);
    /// The longest, and what the webhook takes where none is named: a day.
    pub const LONGEST: Self = Self(86_400);

    /// The life in seconds.
    ///
    /// # Errors
    /// `token-expiration.range` for less than 600 or more than 86400.
    pub fn from_seconds(seconds: u64) -> Result<Self, ValueError> {
        match u32::try_from(seconds).map(Self) {
            Ok(life) if (Self::SHORTEST..=Self::LONGEST).contains(&life) => Ok(life),
            _ => Err(out_of_range(&seconds.to_string())),
        }
    }

    /// The life in seconds.
    #[must_use]
    pub fn seconds(self) -> u32 {
        self.0
    }
}

/// The seconds, in digits.
impl fmt::Display for TokenExpiration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Errors: `token-expiration.number`, `token-expiration.range`.
impl FromStr for TokenExpiration {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(seconds) if digits => Self::from_seconds(seconds),
            _ if digits => Err(out_of_range(text)),
            _ => {
                let message = format!("token expiration {} is no number of seconds", quoted(text));
                let help = "write seconds in digits, for instance `3600` for an hour";
                Err(ValueError::Annotation(Invalid::new(
                    "token-expiration.number",
                    text,
                    message,
                    help,
                )))
            }
        }
    }
}

impl TryFrom<&str> for TokenExpiration {
    type Error = ValueError;

    fn try_from(text: &str) -> Result<Self, ValueError> {
        text.parse()
    }
}

impl<'de> serde::Deserialize<'de> for TokenExpiration {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Seconds)
    }
}

/// Reads seconds from a number or from digits.
struct Seconds;

impl serde::de::Visitor<'_> for Seconds {
    type Value = TokenExpiration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("600 to 86400 seconds")
    }

    fn visit_u64<E: serde::de::Error>(self, seconds: u64) -> Result<TokenExpiration, E> {
        TokenExpiration::from_seconds(seconds).map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, seconds: i64) -> Result<TokenExpiration, E> {
        match u64::try_from(seconds) {
            Ok(seconds) => self.visit_u64(seconds),
            Err(_) => Err(E::custom(out_of_range(&seconds.to_string()))),
        }
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<TokenExpiration, E> {
        text.parse().map_err(E::custom)
    }
}

fn out_of_range(seconds: &str) -> ValueError {
    let message =
        format!("token expiration {} is not within 600 to 86400 seconds", quoted(seconds));
    let help = "use ten minutes to a day: the webhook takes 600 for less, and EKS caps at 86400";
    ValueError::Annotation(Invalid::new("token-expiration.range", seconds, message, help))
}
