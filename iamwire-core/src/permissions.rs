//! [`PermissionsPolicy`]: the document of an inline policy, what a role may do.

use std::fmt;
use std::str::FromStr;

use crate::audience::is_policy_character;
use crate::json::{Json, Kind, Layout};
use crate::text::Parsed;
use crate::{Invalid, ValueError};

/// The document of an inline policy: a JSON object with a `Statement` and no principal.
///
/// The text is the document, as with [`TrustPolicy`](crate::TrustPolicy); `==` compares members, order and
/// values. Serde takes and gives the text. What it allows is not judged here.
///
/// Source: IAM User Guide, "IAM JSON policy elements reference".
#[derive(Clone)]
pub struct PermissionsPolicy(Json);

impl PermissionsPolicy {
    /// The text, byte for byte as it was read.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The document as JSON.
    #[must_use]
    pub fn json(&self) -> &Json {
        &self.0
    }

    /// The characters without white space between tokens, which count against the 10,240 that all inline
    /// policies of a role share. (IAM User Guide, "IAM and AWS STS quotas".)
    #[must_use]
    pub fn size(&self) -> usize {
        Layout::compact().print(self.0.as_str()).chars().count()
    }
}

/// Errors: `permissions.json`, `permissions.form`, `permissions.trust`, `permissions.character`.
impl FromStr for PermissionsPolicy {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let fail = |code, message: &str, help: &str| {
            Err(ValueError::Policy(Invalid::new(code, text, message, help)))
        };
        let json = match Json::parse(text) {
            Ok(json) => json,
            Err(error) => {
                let message = format!("the inline policy can't be read: {error}");
                let help = "pass the document of a policy, as JSON";
                let invalid = Invalid::new("permissions.json", text, message, help);
                return Err(ValueError::Policy(invalid.at(error.place().span.clone())));
            }
        };
        let root = json.root();
        let Some(statement) = root.member("Statement") else {
            let help = "pass an object with `Version` and `Statement`";
            return fail("permissions.form", "the inline policy has no `Statement`", help);
        };
        let mut statements = statement.one_or_many();
        if statements.clone().next().is_none() {
            let help = "leave the policy out, or say what it allows";
            return fail("permissions.form", "the inline policy has no statement", help);
        }
        if statements.clone().any(|s| s.kind() != Kind::Object) {
            let help = "a `Statement` is an object, or a list of objects";
            return fail("permissions.form", "the inline policy has a broken `Statement`", help);
        }
        if statements.any(|s| s.member("Principal").or(s.member("NotPrincipal")).is_some()) {
            let message = "the inline policy names a principal, as a trust policy does";
            let help = "pass what the role may do; who may assume it is written by the wiring";
            return fail("permissions.trust", message, help);
        }
        if let Some(at) = text.find(|c| !is_policy_character(c)) {
            let what = "inline policy";
            let help = "a policy takes no control characters and nothing beyond U+00FF";
            let invalid = Invalid::character("permissions.character", what, text, at, help);
            return Err(ValueError::Policy(invalid));
        }
        Ok(Self(json))
    }
}

impl fmt::Display for PermissionsPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for PermissionsPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PermissionsPolicy").field(&self.as_str()).finish()
    }
}

impl PartialEq for PermissionsPolicy {
    fn eq(&self, other: &Self) -> bool {
        self.0.root() == other.0.root()
    }
}

impl Eq for PermissionsPolicy {}

impl serde::Serialize for PermissionsPolicy {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for PermissionsPolicy {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Parsed::new("the text of an inline policy"))
    }
}
