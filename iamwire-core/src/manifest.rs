//! [`Manifest`]: a Kubernetes `ServiceAccount` that carries its role, as YAML and as JSON text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::annotation::{self, TokenExpiration};
use crate::{Audience, LabelKey, LabelValue, RoleArn, ServiceAccountRef};

/// A Kubernetes `ServiceAccount` annotated with its role, for the pod identity webhook.
///
/// It holds `apiVersion`, `kind`, name, namespace, annotations and, when given, labels, in this order and
/// nothing else; annotations and labels are sorted, so the same manifest is the same text.
///
/// Source: Amazon EKS User Guide, "Assign IAM roles to Kubernetes service accounts".
///
/// ```
/// use iamwire_core::{Manifest, RoleArn, ServiceAccountRef};
///
/// let account: ServiceAccountRef = "shop/my-s3-role".parse()?;
/// let role: RoleArn = "arn:aws:iam::123456789012:role/my-s3-role".parse()?;
/// assert_eq!(
///     Manifest::new(&account, &role).to_yaml(),
///     "\
/// apiVersion: v1
/// kind: ServiceAccount
/// metadata:
///   name: my-s3-role
///   namespace: shop
///   annotations:
///     eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/my-s3-role
/// "
/// );
/// # Ok::<(), iamwire_core::ValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use]
pub struct Manifest {
    account: ServiceAccountRef,
    role: RoleArn,
    audience: Option<Audience>,
    sts_regional_endpoints: Option<bool>,
    token_expiration: Option<TokenExpiration>,
    labels: BTreeMap<LabelKey, LabelValue>,
}

impl Manifest {
    /// The service account with the one annotation that names its role.
    pub fn new(account: &ServiceAccountRef, role: &RoleArn) -> Self {
        Self {
            account: account.clone(),
            role: role.clone(),
            audience: None,
            sts_regional_endpoints: None,
            token_expiration: None,
            labels: BTreeMap::new(),
        }
    }

    /// Whom its tokens are for; `sts.amazonaws.com` where this is left out.
    pub fn audience(mut self, audience: Audience) -> Self {
        self.audience = Some(audience);
        self
    }

    /// Whether its pods call STS in their own region; EKS's webhook says so where this is left out.
    pub fn sts_regional_endpoints(mut self, regional: bool) -> Self {
        self.sts_regional_endpoints = Some(regional);
        self
    }

    /// How long its tokens live; a day where this is left out.
    pub fn token_expiration(mut self, life: TokenExpiration) -> Self {
        self.token_expiration = Some(life);
        self
    }

    /// Adds a label; the last value of a key counts.
    pub fn label(mut self, key: LabelKey, value: LabelValue) -> Self {
        self.labels.insert(key, value);
        self
    }

    /// The service account.
    #[must_use]
    pub fn account(&self) -> &ServiceAccountRef {
        &self.account
    }

    /// The role.
    #[must_use]
    pub fn role(&self) -> &RoleArn {
        &self.role
    }

    /// Whom its tokens are for, if that was named.
    #[must_use]
    pub fn named_audience(&self) -> Option<&Audience> {
        self.audience.as_ref()
    }

    /// Whether its pods call STS in their own region, if that was named.
    #[must_use]
    pub fn named_sts_regional_endpoints(&self) -> Option<bool> {
        self.sts_regional_endpoints
    }

    /// How long its tokens live, if that was named.
    #[must_use]
    pub fn named_token_expiration(&self) -> Option<TokenExpiration> {
        self.token_expiration
    }

    /// The labels, by key.
    #[must_use]
    pub fn labels(&self) -> &BTreeMap<LabelKey, LabelValue> {
        &self.labels
    }

    /// The annotations, sorted by key.
    #[must_use]
    pub fn annotations(&self) -> BTreeMap<&'static str, String> {
        let given = [
            (annotation::ROLE_ARN, Some(self.role.to_string())),
            (annotation::AUDIENCE, self.audience.as_ref().map(Audience::to_string)),
            (
                annotation::STS_REGIONAL_ENDPOINTS,
                self.sts_regional_endpoints.map(|is| is.to_string()),
            ),
            (annotation::TOKEN_EXPIRATION, self.token_expiration.map(|life| life.to_string())),
        ];
        given.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    /// The manifest as YAML that every reader of YAML 1.1 and 1.2 understands alike, with a line break at
    /// its end.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        let mut out = String::new();
        write_yaml(&mut out, &self.members(), 0);
        out
    }

    /// The manifest as JSON, indented by two, with a line break at its end.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        write_json(&mut out, &self.members(), 0);
        out.push('\n');
        out
    }

    /// What both forms say, in their order.
    fn members(&self) -> Vec<(String, Node)> {
        let text = |key: &str, value: &str| (key.to_owned(), Node::Text(value.to_owned()));
        let mut metadata = vec![
            text("name", self.account.name().as_str()),
            text("namespace", self.account.namespace().as_str()),
        ];
        let annotations = self.annotations().iter().map(|(key, value)| text(key, value)).collect();
        metadata.push(("annotations".to_owned(), Node::Map(annotations)));
        if !self.labels.is_empty() {
            let labels =
                self.labels.iter().map(|(key, value)| text(key.as_str(), value.as_str())).collect();
            metadata.push(("labels".to_owned(), Node::Map(labels)));
        }
        vec![
            text("apiVersion", "v1"),
            text("kind", "ServiceAccount"),
            ("metadata".to_owned(), Node::Map(metadata)),
        ]
    }
}

/// A manifest has texts and maps only.
enum Node {
    Text(String),
    Map(Vec<(String, Node)>),
}

fn write_yaml(out: &mut String, members: &[(String, Node)], depth: usize) {
    for (key, value) in members {
        indent(out, depth);
        yaml_scalar(out, key);
        match value {
            Node::Text(text) => {
                out.push_str(": ");
                yaml_scalar(out, text);
                out.push('\n');
            }
            Node::Map(members) => {
                out.push_str(":\n");
                write_yaml(out, members, depth + 1);
            }
        }
    }
}

fn write_json(out: &mut String, members: &[(String, Node)], depth: usize) {
    for (count, (key, value)) in members.iter().enumerate() {
        out.push_str(if count == 0 { "{\n" } else { ",\n" });
        indent(out, depth + 1);
        json_text(out, key);
        out.push_str(": ");
        match value {
            Node::Text(text) => json_text(out, text),
            Node::Map(members) => write_json(out, members, depth + 1),
        }
    }
    out.push('\n');
    indent(out, depth);
    out.push('}');
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn json_text(out: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{}", serde_json::Value::from(text));
}

/// As it stands where every reader takes it for this text, else in double quotes.
fn yaml_scalar(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            // Writing to a String cannot fail.
            c if u32::from(c) > 0xffff => _ = write!(out, "\\U{:08x}", u32::from(c)),
            c => _ = write!(out, "\\u{:04x}", u32::from(c)),
        }
    }
    out.push('"');
}

/// Begins with a letter (so it is no number, date or mark), has no character with a meaning of its own,
/// and is no word that YAML 1.1 or 1.2 reads as a boolean, null or number.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 11] =
        ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"];
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(':')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:+=,@".contains(c))
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}
