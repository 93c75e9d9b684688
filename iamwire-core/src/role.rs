//! [`RoleName`] and [`RolePath`]: how IAM names a role.

use std::borrow::Cow;
use std::str::FromStr;

use crate::error::{character_name, quoted};
use crate::text::parsed_value;
use crate::{Finding, Invalid, Severity, ValueError};

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
