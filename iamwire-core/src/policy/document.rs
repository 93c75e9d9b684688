//! [`TrustPolicy`]: the text of a trust policy, and what can be read in it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::error::PolicyError;
use super::statement::Statement;
use crate::json::{Elements, Json, Kind, Layout, Value};

/// A trust policy: any document that IAM accepts as one, and many that it doesn't.
///
/// The text is the document: [`Display`](fmt::Display) gives back the bytes that were read, and what is
/// not known is kept. A clone shares the text. `==` compares members, order and values, not white space.
/// (AWS IAM User Guide, 'IAM JSON policy elements reference'.)
///
/// ```
/// # use iamwire_core::TrustPolicy;
/// let text = r#"{ "Statement": { "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" } }"#;
/// let policy: TrustPolicy = text.parse()?;
/// assert_eq!(policy.to_string(), text);
/// # Ok::<(), iamwire_core::PolicyError>(())
/// ```
#[derive(Clone)]
pub struct TrustPolicy {
    json: Json,
}

impl TrustPolicy {
    /// Reads the text of a document.
    ///
    /// There is no limit on its size or the number of statements; the time is linear in its length.
    ///
    /// # Errors
    /// If it is no JSON (a duplicate key, a byte order mark and more than 128 levels included), no object
    /// with a `Statement`, has keys of one operator block that differ by case, or is a permissions policy.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let json = Json::parse(text).map_err(|error| PolicyError::json(text, &error))?;
        Self { json }.checked()
    }

    /// As [`Self::parse`], of a text that is given away.
    pub(super) fn of(text: String) -> Result<Self, PolicyError> {
        let json = Json::of(text).map_err(|(error, text)| PolicyError::json(&text, &error))?;
        Self { json }.checked()
    }

    /// What builder and edits have written. Such a text can be read, unless it is longer than 4 GiB; that
    /// one is replaced by a document that trusts nobody.
    pub(super) fn written(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|_| Self { json: Json::of_empty_list("Statement") })
    }

    /// Reads the bytes of a document.
    ///
    /// # Errors
    /// As [`TrustPolicy::parse`], and if they are no UTF-8.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PolicyError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(text),
            Err(error) => Err(PolicyError::utf8(bytes, error.valid_up_to())),
        }
    }

    /// Reads a document as `GetRole` returns it: percent-encoded by RFC 3986, so that `+` is itself.
    ///
    /// # Errors
    /// As [`TrustPolicy::from_bytes`], with places in the decoded text.
    pub fn from_percent_encoded(text: &str) -> Result<Self, PolicyError> {
        let bytes: Vec<u8> = percent_encoding::percent_decode_str(text).collect();
        Self::from_bytes(&bytes).map_err(|error| error.percent_encoded(text))
    }

    /// Reads a document that stands in a larger one: as an object, or as a string of its text, which is
    /// percent-encoded unless it begins with `{`.
    ///
    /// # Errors
    /// As [`TrustPolicy::parse`], with places in the document's own text.
    pub fn from_value(value: Value<'_>) -> Result<Self, PolicyError> {
        match value.as_str() {
            Some(text) if text.starts_with('{') => Self::parse(&text),
            Some(text) => Self::from_percent_encoded(&text),
            None => Self::parse(value.text()),
        }
    }

    /// The text, byte for byte as it was read.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.json.as_str()
    }

    /// The document as JSON, for what the typed views don't show.
    #[must_use]
    pub fn json(&self) -> &Json {
        &self.json
    }

    /// The same members in the same order, without white space.
    #[must_use]
    pub fn to_compact(&self) -> String {
        Layout::compact().print(self.json.as_str())
    }

    /// The same members in the same order, two blanks a level.
    #[must_use]
    pub fn to_pretty(&self) -> String {
        Layout::pretty().print(self.json.as_str())
    }

    /// The document as the Query protocol carries it.
    #[must_use]
    pub fn to_percent_encoded(&self) -> String {
        const UNRESERVED: percent_encoding::AsciiSet =
            percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
        percent_encoding::utf8_percent_encode(self.as_str(), &UNRESERVED).to_string()
    }

    /// The version of the policy language.
    #[must_use]
    pub fn version(&self) -> Version<'_> {
        match self.member("Version") {
            None => Version::V2008,
            Some(value) => match value.as_str().as_deref() {
                Some("2012-10-17") => Version::V2012,
                Some("2008-10-17") => Version::V2008,
                _ => Version::Other(value),
            },
        }
    }

    /// The `Id`.
    #[must_use]
    pub fn id(&self) -> Option<Value<'_>> {
        self.member("Id")
    }

    /// The statements, in order; a single one stands without a list as well.
    #[must_use]
    pub fn statements(&self) -> Statements<'_> {
        Statements { values: self.member("Statement").map(Value::one_or_many), index: 0 }
    }

    /// One statement, numbered from 0.
    #[must_use]
    pub fn statement(&self, index: usize) -> Option<Statement<'_>> {
        self.statements().nth(index)
    }

    /// What stands beside `Version`, `Id` and `Statement`, by its values.
    pub fn unknown_members(&self) -> impl Iterator<Item = crate::json::Member<'_>> {
        self.json
            .root()
            .members()
            .filter(|m| !["Version", "Id", "Statement"].iter().any(|name| m.is_named(name)))
    }

    /// The characters of the document without white space between its tokens: an upper bound of what IAM
    /// counts against the quota `ACLSizePerRole` of 2,048 (adjustable to 8,192).
    /// (AWS IAM User Guide, 'IAM and AWS STS quotas'.)
    #[must_use]
    pub fn size(&self) -> usize {
        self.to_compact().chars().count()
    }

    fn member(&self, name: &str) -> Option<Value<'_>> {
        self.json.root().member(name)
    }

    /// Refuses a JSON document that is no trust policy.
    fn checked(self) -> Result<Self, PolicyError> {
        let root = self.json.root();
        if root.kind() != Kind::Object {
            return Err(PolicyError::NotAnObject(PolicyError::unreadable_at(
                "policy.not-an-object",
                format!("a trust policy is an object, this is {}", root.kind()),
                if root.kind() == Kind::String {
                    "pass the text that the string holds"
                } else {
                    "pass one document: an object with `Version` and `Statement`"
                },
                root.place(),
            )));
        }
        if root.member("Statement").is_none() {
            return Err(PolicyError::NoStatement(PolicyError::unreadable_at(
                "policy.no-statement",
                "the document has no `Statement`",
                without_statement(root),
                root.place(),
            )));
        }
        self.statements().try_for_each(Statement::check_key_case)?;
        let mut permissions = self.statements().peekable();
        if permissions.peek().is_some() && permissions.all(Statement::is_of_permissions_policy) {
            return Err(PolicyError::PermissionsPolicy(PolicyError::unreadable_at(
                "policy.permissions",
                "this is a permissions policy: every statement has a resource and none a principal",
                "pass the role's trust policy (`AssumeRolePolicyDocument`); this one is attached to the role",
                root.place(),
            )));
        }
        Ok(self)
    }
}

impl FromStr for TrustPolicy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        Self::parse(text)
    }
}

impl fmt::Display for TrustPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for TrustPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TrustPolicy").field(&self.as_str()).finish()
    }
}

impl PartialEq for TrustPolicy {
    fn eq(&self, other: &Self) -> bool {
        self.json.root() == other.json.root()
    }
}

impl Eq for TrustPolicy {}

impl Hash for TrustPolicy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.json.root().hash(state);
    }
}

/// The version of the policy language that a document names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Version<'a> {
    /// `2012-10-17`: policy variables are expanded.
    V2012,
    /// `2008-10-17`, or none: `${…}` is literal text.
    V2008,
    /// Anything else; IAM refuses it.
    Other(Value<'a>),
}

/// The statements of a document, in order.
#[derive(Debug, Clone)]
pub struct Statements<'a> {
    values: Option<Elements<'a>>,
    index: usize,
}

impl<'a> Iterator for Statements<'a> {
    type Item = Statement<'a>;

    fn next(&mut self) -> Option<Statement<'a>> {
        let value = self.values.as_mut()?.next()?;
        self.index += 1;
        Some(Statement::new(value, self.index - 1))
    }
}

/// What to pass in place of a document that has no `Statement`.
fn without_statement(root: Value<'_>) -> String {
    let mut found = Vec::new();
    find_policies(root, 0, &mut found);
    // What a role may do stands beside whom it trusts.
    let of_trust = |found: &Found<'_>| found.name.is_some_and(|name| name.contains("ssume"));
    if found.iter().any(of_trust) {
        found.retain(of_trust);
    }
    match found.as_slice() {
        [] => {}
        [one] => return format!("pass what stands at {one}"),
        [one, other] => return format!("pass what stands at {one}, or at {other}"),
        [one, other, more @ ..] => {
            let more = more.len();
            return format!("pass what stands at {one}, at {other}, or one of {more} more");
        }
    }
    match root.members().find(|m| m.name().eq_ignore_ascii_case("statement")) {
        Some(m) => format!("write `{}` as `Statement`", m.name()),
        None => "a trust policy has a member `Statement`, spelt so".to_owned(),
    }
}

/// A policy in a role, a resource or a template, and the name of the member that holds it.
struct Found<'a> {
    name: Option<&'static str>,
    value: Value<'a>,
}

/// Its place, and what else is to be done with it.
impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.value.pointer())?;
        match self.value.as_str() {
            Some(text) if text.starts_with('%') => f.write_str(", percent-decoded"),
            Some(_) => f.write_str(", the text that the string holds"),
            None => Ok(()),
        }
    }
}

/// Each member below that holds a policy, as object or as text.
fn find_policies<'a>(value: Value<'a>, depth: usize, found: &mut Vec<Found<'a>>) {
    const NAMES: [&str; 6] = [
        "AssumeRolePolicyDocument",
        "assume_role_policy",
        "assumeRolePolicyDocument",
        "AssumeRolePolicy",
        "PolicyDocument",
        "policy",
    ];
    if depth > 8 {
        return;
    }
    for name in NAMES {
        if let Some(value) = value.member(name) {
            return found.push(Found { name: Some(name), value });
        }
    }
    let below = value.members().map(|m| m.value).chain(value.elements());
    for below in below.filter(|v| matches!(v.kind(), Kind::Object | Kind::Array)) {
        if below.member("Statement").is_some() {
            found.push(Found { name: None, value: below });
        } else {
            find_policies(below, depth + 1, found);
        }
    }
}
