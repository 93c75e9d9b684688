//! [`ServiceAccountRef`]: a Kubernetes service account, `namespace/name`.

use std::str::FromStr;

use crate::error::quoted;
use crate::text::parsed_value;
use crate::{Finding, Invalid, Severity, Subject, ValueError};

/// The name of a namespace: a DNS label, 1 to 63 of `a-z 0-9 -`, with a letter or digit at both ends.
///
/// Source: Kubernetes, "Object Names and IDs", RFC 1123 label names.
#[derive(Clone)]
pub struct Namespace(String);

impl Namespace {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Errors: `namespace.empty`, `namespace.character`, `namespace.edge`, `namespace.too-long`.
impl FromStr for Namespace {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const WHAT: &str = "namespace";
        let invalid = match dns_fault(text, false) {
            _ if text.is_empty() => Invalid::empty(
                "namespace.empty",
                WHAT,
                "name it: a service account is `NAMESPACE/NAME`",
            ),
            Some(DnsFault::Character(at)) => {
                let help = "use lower-case letters, digits and `-`";
                Invalid::character("namespace.character", WHAT, text, at, help)
            }
            Some(DnsFault::Edge(at)) => edge("namespace.edge", WHAT, text, at),
            None if text.len() > 63 => Invalid::too_long("namespace.too-long", WHAT, text, 63),
            None => return Ok(Self(text.to_owned())),
        };
        Err(ValueError::Namespace(invalid))
    }
}

parsed_value!(Namespace, "the name of a namespace");

/// The name of a service account: a DNS subdomain, 1 to 253 of `a-z 0-9 - .`, each part between dots with
/// a letter or digit at both ends.
///
/// Source: Kubernetes, "Configure Service Accounts for Pods" and "Object Names and IDs", DNS subdomain names.
#[derive(Clone)]
pub struct ServiceAccountName(String);

impl ServiceAccountName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Errors: `service-account.empty`, `service-account.character`, `service-account.edge`,
/// `service-account.too-long`.
impl FromStr for ServiceAccountName {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const WHAT: &str = "service account name";
        let invalid = match dns_fault(text, true) {
            _ if text.is_empty() => Invalid::empty(
                "service-account.empty",
                WHAT,
                "name it: a service account is `NAMESPACE/NAME`",
            ),
            Some(DnsFault::Character(at)) => {
                let help = "use lower-case letters, digits, `-` and `.`";
                Invalid::character("service-account.character", WHAT, text, at, help)
            }
            Some(DnsFault::Edge(at)) => edge("service-account.edge", WHAT, text, at),
            None if text.len() > 253 => {
                Invalid::too_long("service-account.too-long", WHAT, text, 253)
            }
            None => return Ok(Self(text.to_owned())),
        };
        Err(ValueError::ServiceAccount(invalid))
    }
}

parsed_value!(ServiceAccountName, "the name of a service account");

/// A service account and its namespace, written `namespace/name`.
#[derive(Clone)]
pub struct ServiceAccountRef {
    text: String,
    namespace: Namespace,
    name: ServiceAccountName,
}

impl ServiceAccountRef {
    /// The service account `name` of `namespace`.
    #[must_use]
    pub fn new(namespace: Namespace, name: ServiceAccountName) -> Self {
        let text = [namespace.as_str(), "/", name.as_str()].concat();
        Self { text, namespace, name }
    }

    /// `namespace/name`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The namespace.
    #[must_use]
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// The name without the namespace.
    #[must_use]
    pub fn name(&self) -> &ServiceAccountName {
        &self.name
    }

    /// The `sub` of its tokens: `system:serviceaccount:namespace:name`.
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject::from(self)
    }

    /// Warns of the account `default`, which every pod of the namespace has that names none.
    #[must_use]
    pub fn notices(&self) -> Vec<Finding> {
        if self.name.as_str() != "default" {
            return Vec::new();
        }
        vec![Finding::new(
            "service-account.default",
            Severity::Warning,
            format!(
                "service account {} is the one of every pod that names none",
                quoted(&self.text)
            ),
            "make a service account for the workload, and name it in the pod",
        )]
    }
}

/// Errors: `service-account.no-slash`, `service-account.two-slashes`, and those of [`Namespace`] and
/// [`ServiceAccountName`].
impl FromStr for ServiceAccountRef {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let fail = |code, what: &str, help: String| {
            Invalid::new(code, text, format!("service account {} {what}", quoted(text)), help)
        };
        let Some((namespace, name)) = text.split_once('/') else {
            let subject = text.strip_prefix("system:serviceaccount:");
            let help = "write `NAMESPACE/NAME`".to_owned();
            let invalid = match subject.and_then(|rest| rest.split_once(':')) {
                _ if text.is_empty() => {
                    Invalid::empty("service-account.empty", "service account", help)
                }
                None => fail("service-account.no-slash", "has no namespace", help),
                Some((namespace, name)) => {
                    let help = format!("write {}", quoted(&format!("{namespace}/{name}")));
                    fail("service-account.no-slash", "is written as a subject", help)
                }
            };
            return Err(ValueError::ServiceAccount(invalid));
        };
        if let Some(at) = name.find('/') {
            let at = namespace.len() + 1 + at;
            let help = "write `NAMESPACE/NAME`".to_owned();
            let invalid = fail("service-account.two-slashes", "has a second `/`", help);
            return Err(ValueError::ServiceAccount(invalid.at(at..at + 1)));
        }
        let start = namespace.len() + 1;
        let namespace = namespace.parse::<Namespace>().map_err(|e| e.within(text, 0))?;
        let name = name.parse::<ServiceAccountName>().map_err(|e| e.within(text, start))?;
        Ok(Self { text: text.to_owned(), namespace, name })
    }
}

parsed_value!(ServiceAccountRef, "a service account, `namespace/name`");

/// The first byte at which a text breaks RFC 1123's rule for names.
pub(crate) enum DnsFault {
    /// A character that is never allowed.
    Character(usize),
    /// `-` or `.` at the beginning or end of a part.
    Edge(usize),
}

/// Judges a DNS label, or with `dots` a subdomain; length and emptiness are the caller's matter.
pub(crate) fn dns_fault(text: &str, dots: bool) -> Option<DnsFault> {
    let mut before = '.';
    for (at, c) in text.char_indices() {
        let starts = before == '.';
        match c {
            '-' if starts => return Some(DnsFault::Edge(at)),
            'a'..='z' | '0'..='9' | '-' => {}
            '.' if dots && starts => return Some(DnsFault::Edge(at)),
            '.' if dots && before == '-' => return Some(DnsFault::Edge(at - 1)),
            '.' if dots => {}
            _ => return Some(DnsFault::Character(at)),
        }
        before = c;
    }
    let ends_badly = !text.is_empty() && (before == '-' || before == '.');
    ends_badly.then(|| DnsFault::Edge(text.len() - 1))
}

/// `what` has a `-` or `.` at `at`, where a part begins or ends.
fn edge(code: &'static str, what: &str, text: &str, at: usize) -> Invalid {
    let place = match at {
        0 => "at its beginning".to_owned(),
        _ if at + 1 == text.len() => "at its end".to_owned(),
        _ => format!("next to a dot at byte {at}"),
    };
    let c = text.get(at..=at).unwrap_or_default();
    let message = format!("{what} {} has {} {place}", quoted(text), quoted(c));
    let help = if text.contains('.') {
        "begin and end each part between dots with a lower-case letter or digit"
    } else {
        "begin and end with a lower-case letter or digit"
    };
    Invalid::new(code, text, message, help).at(at..at + 1)
}
