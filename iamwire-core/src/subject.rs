//! [`Subject`] and [`SubjectPattern`]: the `sub` of a token, one or many.

use std::convert::Infallible;
use std::str::FromStr;

use crate::audience::is_policy_character;
use crate::error::quoted;
use crate::text::{Parsed, text_value};
use crate::{Finding, Invalid, ServiceAccountRef, Severity, ValueError};

const PREFIX: &str = "system:serviceaccount:";

/// The `sub` of a token: any text, compared exactly.
///
/// Tokens of Kubernetes have `system:serviceaccount:namespace:name`; those of other issuers have other
/// forms. Its length is not bounded: STS takes longer subjects than its documentation says.
#[derive(Clone)]
pub struct Subject(String);

impl Subject {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The service account that it names; none if it is no `system:serviceaccount:namespace:name`.
    ///
    /// Source: Kubernetes, "Managing Service Accounts".
    #[must_use]
    pub fn service_account(&self) -> Option<ServiceAccountRef> {
        let (namespace, name) = self.0.strip_prefix(PREFIX)?.split_once(':')?;
        Some(ServiceAccountRef::new(namespace.parse().ok()?, name.parse().ok()?))
    }

    /// Warns of an empty subject, of one that looks like a service account and is none, of wildcards,
    /// which are literal in a subject, and of characters that IAM refuses in a policy.
    #[must_use]
    pub fn notices(&self) -> Vec<Finding> {
        let mut notices = Vec::new();
        let mut warn = |code, message: &str, help: &str| {
            let message = format!("subject {} {message}", quoted(&self.0));
            notices.push(Finding::new(code, Severity::Warning, message, help));
        };
        if self.0.is_empty() {
            warn("subject.empty", "is empty", "name whom the token stands for");
        }
        if self.0.contains(['*', '?']) {
            let help = "name one subject; many are a pattern, which has to be asked for";
            warn("subject.wildcard", "has a wildcard, which is literal here", help);
        } else if self.0.starts_with("system:serviceaccount") && self.service_account().is_none() {
            let message = "looks like a service account, but no token can have it";
            warn(
                "subject.service-account",
                message,
                "write `system:serviceaccount:NAMESPACE:NAME`",
            );
        }
        // A `:` is in no name; the error of its parse is not worth writing.
        if !self.0.contains(':')
            && let Ok(account) = self.0.parse::<ServiceAccountRef>()
        {
            let help = format!("write `{}`", account.subject());
            warn("subject.prefix", "is the name of a service account, not its subject", &help);
        }
        notices.extend(policy_notices("subject", &self.0));
        notices
    }
}

impl From<&str> for Subject {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Subject {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// `system:serviceaccount:namespace:name`.
impl From<&ServiceAccountRef> for Subject {
    fn from(account: &ServiceAccountRef) -> Self {
        Self(format!("{PREFIX}{}:{}", account.namespace(), account.name()))
    }
}

/// `system:serviceaccount:namespace:name`.
impl From<ServiceAccountRef> for Subject {
    fn from(account: ServiceAccountRef) -> Self {
        Self::from(&account)
    }
}

/// Never fails.
impl FromStr for Subject {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

text_value!(Subject);

impl<'de> serde::Deserialize<'de> for Subject {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Parsed::new("a subject"))
    }
}

/// Many subjects: a text in which `*` stands for any run of characters, empty ones and `:` included, and
/// `?` for one.
///
/// It makes a trust wider than one subject, so there is one way to make it, and its name says so; no
/// `FromStr`, no serde in.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Condition operators", `StringLike`.
#[derive(Clone)]
pub struct SubjectPattern(String);

impl SubjectPattern {
    /// Takes a text with at least one `*` or `?`.
    ///
    /// # Errors
    /// `subject-pattern.empty`; `subject-pattern.exact` for a text without a wildcard: that is a
    /// [`Subject`].
    pub fn dangerous_parse(text: &str) -> Result<Self, ValueError> {
        let invalid = if text.is_empty() {
            let help = "write a subject with `*` or `?`, such as `system:serviceaccount:shop:*`";
            Invalid::empty("subject-pattern.empty", "pattern of subjects", help)
        } else if !text.contains(['*', '?']) {
            let message = format!("pattern of subjects {} has no wildcard", quoted(text));
            Invalid::new(
                "subject-pattern.exact",
                text,
                message,
                "give it as a subject, or use `*` or `?`",
            )
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(ValueError::Subject(invalid))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Warns of a pattern that matches every subject, of one that matches every service account, and of
    /// what IAM reads in another way or refuses.
    #[must_use]
    pub fn notices(&self) -> Vec<Finding> {
        let mut notices = Vec::new();
        if self.matches_every_account() {
            notices.push(Finding::new(
                "subject-pattern.any",
                Severity::Warning,
                format!("pattern {} matches every service account of the issuer", quoted(&self.0)),
                "name the namespace at least, as in `system:serviceaccount:shop:*`",
            ));
        }
        notices.extend(policy_notices("pattern", &self.0));
        notices
    }

    /// `*`, `system:*`, `system:serviceaccount:*` and the like, or with `:*` for the name.
    fn matches_every_account(&self) -> bool {
        match self.0.strip_prefix(PREFIX) {
            Some(rest) => {
                let namespace = rest.strip_suffix(":*").unwrap_or(rest);
                !namespace.is_empty() && namespace.bytes().all(|b| b == b'*')
            }
            None => self.0.ends_with('*') && PREFIX.starts_with(self.0.trim_end_matches('*')),
        }
    }
}

text_value!(SubjectPattern);

/// What IAM does not take as it stands when it is written into a policy.
fn policy_notices(what: &str, text: &str) -> Vec<Finding> {
    let mut notices = Vec::new();
    let mut warn = |severity, message: &str, help: &str| {
        let code =
            if severity == Severity::Error { "subject.character" } else { "subject.variable" };
        notices.push(Finding::new(
            code,
            severity,
            format!("{what} {} {message}", quoted(text)),
            help,
        ));
    };
    if text.contains("${") {
        let message = "has `${`, which a policy of version 2012-10-17 reads as a variable";
        warn(Severity::Warning, message, "write `${$}` for a `$`");
    }
    if !text.chars().all(is_policy_character) {
        let help = "a policy takes no control characters and nothing beyond U+00FF";
        warn(Severity::Error, "has a character that IAM refuses in a policy", help);
    }
    notices
}
