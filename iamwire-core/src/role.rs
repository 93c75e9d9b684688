//! [`RoleName`] and [`RolePath`]: how IAM names a role; [`RoleDescription`] and [`SessionDuration`].

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::error::{character_name, quoted};
use crate::text::{hex, parsed_value};
use crate::{ClusterId, Finding, Invalid, ServiceAccountRef, Severity, ValueError};

/// The name of a role: 1 to 64 of `A-Z a-z 0-9 + = , . @ _ -`.
///
/// Names are unique in an account without regard to case, but a role is assumed by its exact name, so
/// `==` minds the case.
///
/// Source: IAM API Reference, `CreateRole`, `RoleName`.
#[derive(Clone)]
pub struct RoleName(String);

impl RoleName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name for a role of one service account: `CLUSTER-NAMESPACE-NAME`. One of over 64 characters is
    /// cut to 55, and `-` and the first 8 hexadecimal digits of its SHA-256 follow, so that it is the same
    /// each time and two long ones differ.
    ///
    /// Short ones may not: `shop-a/b` and `shop/a-b` of a cluster have one name, as do the same service accounts of
    /// two clusters of one name, in two regions. Whoever has both names the role of one himself; a plan shows whom
    /// a role trusts.
    ///
    /// What a role name can't have, as the `/` of a self-managed cluster's issuer, becomes a `-`.
    #[must_use]
    pub fn for_binding(cluster: &ClusterId, account: &ServiceAccountRef) -> Self {
        let whole = format!("{}-{}-{}", cluster.label(), account.namespace(), account.name());
        let mut name: String =
            whole.chars().map(|c| if is_name_character(c) { c } else { '-' }).collect();
        if name.len() > 64 {
            // Names are ASCII, so a byte is a character.
            name.truncate(55);
            let digest = hmac_sha256::Hash::hash(whole.as_bytes());
            name.push('-');
            name.extend(hex(&digest).chars().take(8));
        }
        Self(name)
    }
}

/// Errors: `role-name.empty`, `role-name.too-long`, `role-name.character`.
impl FromStr for RoleName {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const WHAT: &str = "role name";
        const HELP: &str = "use letters, digits and `+=,.@_-`";
        let fail = |invalid| Err(ValueError::RoleName(invalid));
        if text.is_empty() {
            return fail(Invalid::empty("role-name.empty", WHAT, "name the role"));
        }
        if let Some(at) = text.find(|c: char| !is_name_character(c)) {
            let help = if text.starts_with("arn:") {
                "pass the name alone, what follows the last `/` of the ARN".to_owned()
            } else if text.get(at..).is_some_and(|rest| rest.starts_with('/')) {
                format!("{HELP}; a path is no part of the name")
            } else {
                HELP.to_owned()
            };
            return fail(Invalid::character("role-name.character", WHAT, text, at, help));
        }
        if text.len() > 64 {
            return fail(Invalid::too_long("role-name.too-long", WHAT, text, 64));
        }
        Ok(Self(text.to_owned()))
    }
}

parsed_value!(RoleName, "the name of a role");

/// What IAM takes in a name: its documentation's `[\w+=,.@-]`, where `\w` is ASCII.
pub(crate) fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+=,.@_-".contains(c)
}

/// The path of a role: `/`, or `/…/` of printable ASCII without blanks, at most 512 characters.
///
/// Source: IAM API Reference, `CreateRole`, `Path`.
#[derive(Clone)]
pub struct RolePath(Cow<'static, str>);

impl RolePath {
    /// `/`, the path of a role for which none was named.
    pub const ROOT: Self = Self(Cow::Borrowed("/"));

    /// The path with its slashes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Warns of characters that STS refuses in a role's ARN although IAM takes them in a path, and notes a
    /// path whose roles AWS manages.
    #[must_use]
    pub fn notices(&self) -> Vec<Finding> {
        let path = self.as_str();
        let mut notices = Vec::new();
        if let Some(c) = path.chars().find(|&c| c != '/' && !is_name_character(c)) {
            let c = character_name(c);
            notices.push(Finding::new(
                "role-path.character",
                Severity::Error,
                format!(
                    "role path {} contains {c}, which STS refuses in the ARN of a role",
                    quoted(path)
                ),
                "use letters, digits and `+=,.@_-` between the slashes",
            ));
        }
        let managed = ["/aws-service-role/", "/aws-reserved/"];
        if managed.iter().any(|reserved| path.starts_with(reserved)) {
            notices.push(Finding::new(
                "role-path.reserved",
                Severity::Warning,
                format!("roles under {} are AWS's own: their trust can't be changed", quoted(path)),
                "use a role of your own",
            ));
        }
        notices
    }
}

impl Default for RolePath {
    fn default() -> Self {
        Self::ROOT
    }
}

/// Errors: `role-path.empty`, `role-path.slash`, `role-path.character`, `role-path.too-long`.
impl FromStr for RolePath {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const WHAT: &str = "role path";
        let fail = |invalid| Err(ValueError::RolePath(invalid));
        if text.is_empty() {
            return fail(Invalid::empty("role-path.empty", WHAT, "for no path write `/`"));
        }
        if let Some(at) = text.find(|c: char| !c.is_ascii_graphic()) {
            let help = "use printable ASCII without blanks, such as `/team/`";
            return fail(Invalid::character("role-path.character", WHAT, text, at, help));
        }
        let slash = |message: &str, help: String| {
            Invalid::new(
                "role-path.slash",
                text,
                format!("role path {} {message}", quoted(text)),
                help,
            )
        };
        let bare = text.trim_matches('/');
        let help = || {
            if bare.is_empty() {
                "write `/`".to_owned()
            } else {
                format!("write {}", quoted(&format!("/{bare}/")))
            }
        };
        if !text.starts_with('/') {
            return fail(slash("does not begin with `/`", help()).at(0..1));
        }
        if !text.ends_with('/') {
            return fail(slash("does not end with `/`", help()).at(text.len() - 1..text.len()));
        }
        if text == "//" {
            return fail(slash("has nothing between its slashes", "leave one `/` out".to_owned()));
        }
        if text.len() > 512 {
            return fail(Invalid::too_long("role-path.too-long", WHAT, text, 512));
        }
        Ok(Self(Cow::Owned(text.to_owned())))
    }
}

parsed_value!(RolePath, "the path of a role");

/// The description of a role: at most 1,000 characters of tab, line breaks, U+0020 to U+007E and U+00A1 to
/// U+00FF.
///
/// Source: IAM API Reference, `CreateRole`, `Description`.
#[derive(Clone)]
pub struct RoleDescription(String);

impl RoleDescription {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Errors: `role-description.character`, `role-description.too-long`.
impl FromStr for RoleDescription {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const WHAT: &str = "role description";
        let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}');
        let invalid = if let Some(at) = text.find(|c| !legal(c)) {
            let help = "IAM takes printable characters up to U+00FF";
            Invalid::character("role-description.character", WHAT, text, at, help)
        } else if text.chars().count() > 1000 {
            Invalid::too_long("role-description.too-long", WHAT, text, 1000)
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(ValueError::RoleSetting(invalid))
    }
}

parsed_value!(RoleDescription, "the description of a role");

/// How long a session of a role may last at most: 3,600 to 43,200 seconds.
///
/// It is parsed from digits; serde takes and gives a number.
///
/// Source: IAM API Reference, `CreateRole`, `MaxSessionDuration`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "u64")]
pub struct SessionDuration(u32);

impl SessionDuration {
    /// An hour, what a role has for which none was named.
    pub const SHORTEST: Self = Self(3_600);
    /// Twelve hours.
    pub const LONGEST: Self = Self(43_200);

    /// The duration in seconds.
    ///
    /// # Errors
    /// `session-duration.range` for less than 3,600 or more than 43,200.
    pub fn from_seconds(seconds: u64) -> Result<Self, ValueError> {
        match u32::try_from(seconds).map(Self) {
            Ok(duration) if (Self::SHORTEST..=Self::LONGEST).contains(&duration) => Ok(duration),
            _ => Err(session_out_of_range(&seconds.to_string())),
        }
    }

    /// The duration in seconds.
    #[must_use]
    pub fn seconds(self) -> u32 {
        self.0
    }
}

impl Default for SessionDuration {
    fn default() -> Self {
        Self::SHORTEST
    }
}

/// The seconds, in digits.
impl fmt::Display for SessionDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl TryFrom<u64> for SessionDuration {
    type Error = ValueError;

    fn try_from(seconds: u64) -> Result<Self, ValueError> {
        Self::from_seconds(seconds)
    }
}

/// Errors: `session-duration.number`, `session-duration.range`.
impl FromStr for SessionDuration {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(seconds) if digits => Self::from_seconds(seconds),
            _ if digits => Err(session_out_of_range(text)),
            _ => {
                let message = format!("session duration {} is no number of seconds", quoted(text));
                let help = "write seconds in digits, for instance `3600` for an hour";
                let code = "session-duration.number";
                Err(ValueError::RoleSetting(Invalid::new(code, text, message, help)))
            }
        }
    }
}

fn session_out_of_range(seconds: &str) -> ValueError {
    let message =
        format!("session duration {} is not within 3600 to 43200 seconds", quoted(seconds));
    let help = "use one hour to twelve";
    ValueError::RoleSetting(Invalid::new("session-duration.range", seconds, message, help))
}
