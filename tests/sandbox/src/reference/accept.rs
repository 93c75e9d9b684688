//! What IAM refuses of a trust policy, and what it makes of one that it takes.
//!
//! Texts that are not recorded anywhere say so.

use super::json::{NESTING, Value};
use super::{Unreadable, takes};

const ACTIONS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
];

/// Issuers of many customers, whose key must be compared with something.
const SHARED: [&str; 3] =
    ["token.actions.githubusercontent.com", "accounts.google.com", "gitlab.com"];

type Members = [(String, Value)];

/// Checks the text of a trust policy, and gives it back as IAM keeps it in a partition. Size is not
/// looked at.
///
/// # Errors
/// IAM refuses it: the text of its `MalformedPolicyDocument`.
pub fn accept(
    text: &str,
    partition: &str,
    principal_exists: &dyn Fn(&str) -> bool,
) -> Result<String, Unreadable> {
    let document = Value::parse(text, NESTING);
    let document = document.map_err(|_| malformed("This policy contains invalid Json"))?;
    Check { text, principal_exists }.document(&document)?;
    let mut kept = String::new();
    write(&mut kept, &document, "", partition);
    Ok(kept)
}

fn malformed(message: impl Into<String>) -> Unreadable {
    Unreadable::new(message)
}

fn ensure(holds: bool, message: impl Into<String>) -> Result<(), Unreadable> {
    if holds { Ok(()) } else { Err(malformed(message)) }
}

/// The values of one-or-a-list.
fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

struct Check<'a> {
    text: &'a str,
    principal_exists: &'a dyn Fn(&str) -> bool,
}

impl Check<'_> {
    /// `Syntax error at position (l,c)`: the first place of a member's name, in our reading.
    fn syntax(&self, member: &str) -> Unreadable {
        let at = self.text.find(&format!("\"{member}\"")).unwrap_or(0);
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        malformed(format!("Syntax error at position ({line},{column})"))
    }

    fn members<'v>(&self, name: &str, value: &'v Value) -> Result<&'v Members, Unreadable> {
        match value {
            Value::Object(members) => Ok(members),
            _ => Err(self.syntax(name)),
        }
    }

    /// One text or a list of them; numbers and booleans count as their text.
    fn texts(&self, member: &str, values: &Value) -> Result<Vec<String>, Unreadable> {
        let texts = items(values).iter().map(Value::scalar);
        texts.map(|text| text.ok_or_else(|| self.syntax(member))).collect()
    }

    fn document(&self, document: &Value) -> Result<(), Unreadable> {
        for (name, _) in self.members("Statement", document)? {
            let known = ["Version", "Id", "Statement"].contains(&name.as_str());
            ensure(known, format!("Unknown field {name}"))?;
        }
        let version = document.member("Version").and_then(Value::scalar);
        let known = matches!(version.as_deref(), Some("2012-10-17" | "2008-10-17"));
        let absent = document.member("Version").is_none();
        ensure(known || absent, "The policy must contain a valid version string")?;
        let statements = document.member("Statement");
        let statements = statements.ok_or_else(|| malformed("Missing required field Statement"))?;
        let mut sids = Vec::new();
        for statement in items(statements) {
            self.statement(statement)?;
            let Some(sid) = statement.member("Sid") else { continue };
            let sid = sid.scalar().ok_or_else(|| self.syntax("Sid"))?;
            ensure(
                sid.bytes().all(|b| b.is_ascii_alphanumeric()),
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
            )?;
            let unique = sid.is_empty() || !sids.contains(&sid);
            ensure(unique, "Statement IDs (SID) in a single policy must be unique.")?;
            sids.push(sid);
        }
        if items(statements).is_empty() { Err(self.syntax("Statement")) } else { Ok(()) }
    }

    fn statement(&self, statement: &Value) -> Result<(), Unreadable> {
        for (name, _) in self.members("Statement", statement)? {
            let prohibited = ["Resource", "NotResource", "NotPrincipal"].contains(&name.as_str());
            ensure(!prohibited, format!("Has prohibited field {name}"))?;
            let known = ORDER.iter().skip(3).any(|known| known == name);
            ensure(known, format!("Unknown field {name}"))?;
        }
        let needed = |name: &str| {
            let missing = || malformed(format!("Missing required field {name}"));
            statement.member(name).ok_or_else(missing)
        };
        let effect = needed("Effect")?.scalar().ok_or_else(|| self.syntax("Effect"))?;
        let known = effect == "Allow" || effect == "Deny";
        ensure(known, format!("Invalid effect: {effect}"))?;
        match needed("Principal")? {
            // The text for a principal that is a lone star is not recorded.
            Value::String(text) => return Err(invalid_principal("STAR", text)),
            Value::Object(types) if !types.is_empty() => {
                for (kind, values) in types {
                    for value in self.texts("Principal", values)? {
                        self.principal(kind, &value)?;
                    }
                }
            }
            _ => return Err(self.syntax("Principal")),
        }
        let actions = match (statement.member("NotAction"), statement.member("Action")) {
            (Some(_), Some(_)) => return Err(self.syntax("NotAction")),
            (Some(others), None) => others,
            _ => needed("Action")?,
        };
        let actions = self.texts("Action", actions)?;
        let known = actions.iter().all(|action| ACTIONS.contains(&action.as_str()));
        ensure(known, "AssumeRole policy may only specify STS AssumeRole actions.")?;
        if let Some(conditions) = statement.member("Condition") {
            for (operator, block) in self.members("Condition", conditions)? {
                self.condition(operator, self.members(operator, block)?)?;
            }
        }
        if effect == "Allow" { shared_issuers(statement) } else { Ok(()) }
    }

    fn principal(&self, kind: &str, value: &str) -> Result<(), Unreadable> {
        let is_arn = value.starts_with("arn:") && value.split(':').count() >= 6;
        let (kind, fits) = match kind {
            "AWS" if is_arn => (kind, (self.principal_exists)(value)),
            "AWS" => (kind, value == "*" || is_account(value)),
            "Federated" => {
                let text = "Federated principals must be valid domain names or SAML metadata ARNs";
                return ensure(is_federated(value), text);
            }
            "Service" => ("SERVICE", is_domain(value)),
            _ => (kind, kind == "CanonicalUser"),
        };
        if fits { Ok(()) } else { Err(invalid_principal(kind, value)) }
    }

    fn condition(&self, operator: &str, keys: &Members) -> Result<(), Unreadable> {
        let known = takes(operator, "").is_some();
        ensure(known, format!("Invalid Condition type : {operator}"))?;
        for (index, (key, values)) in keys.iter().enumerate() {
            let vendor = "Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
            let (before, after) = key.split_once(':').ok_or_else(|| malformed(vendor))?;
            // The key of a tag may hold colons.
            let one = !after.contains(':') || before == "aws" && after.contains("Tag/");
            ensure(one, "Condition can contain only one colon.")?;
            let mut others = keys.iter().skip(index + 1);
            if others.any(|(other, _)| other.eq_ignore_ascii_case(key)) {
                return Err(self.syntax(key));
            }
            for value in self.texts(key, values)? {
                // The text is not recorded.
                let message = format!("Invalid value for condition operator {operator}: {value}");
                ensure(takes(operator, &value) != Some(false), message)?;
            }
        }
        Ok(())
    }
}

fn invalid_principal(kind: &str, value: &str) -> Unreadable {
    malformed(format!("Invalid principal in policy: \"{kind}\":\"{value}\""))
}

fn is_account(value: &str) -> bool {
    value.len() == 12 && value.bytes().all(|b| b.is_ascii_digit())
}

fn is_domain(value: &str) -> bool {
    value.contains('.') && value.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b))
}

/// Of a federated ARN only the form is looked at.
fn is_federated(value: &str) -> bool {
    let parts: Vec<&str> = value.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts.as_slice() else {
        return is_domain(value);
    };
    let (kind, name) = resource.split_once('/').unwrap_or_default();
    let known = kind == "oidc-provider" || kind == "saml-provider";
    partition.starts_with("aws") && is_account(account) && known && !name.is_empty()
}

/// Shared issuers need a positive string operator on their key with no value exactly `*`.
fn shared_issuers(statement: &Value) -> Result<(), Unreadable> {
    let federated = statement.member("Principal").and_then(|map| map.member("Federated"));
    for provider in federated.map(items).unwrap_or_default().iter().filter_map(Value::scalar) {
        let issuer = provider.split_once(":oidc-provider/").map_or(provider.as_str(), |(_, i)| i);
        let host = issuer.split('/').next().unwrap_or_default();
        let positive = ["StringEquals", "StringLike", "StringEqualsIgnoreCase"];
        let compared = positive.iter().any(|operator| {
            let block = statement.member("Condition").and_then(|blocks| blocks.member(operator));
            let Some(Value::Object(keys)) = block else { return false };
            keys.iter().any(|(key, values)| {
                let key = key.to_ascii_lowercase();
                let star = items(values).iter().any(|value| value.scalar().as_deref() == Some("*"));
                key.starts_with(host) && !key.ends_with(":aud") && !star
            })
        });
        // The text is not recorded.
        let text = "The trust policy must evaluate a condition key, other than the audience, of";
        ensure(compared || !SHARED.contains(&host), format!("{text} {host}"))?;
    }
    Ok(())
}

/// The members of a document and of a statement, in the order in which IAM gives them back.
const ORDER: [&str; 9] = [
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Principal",
    "Action",
    "NotAction",
    "Condition",
];

/// Writes a policy as IAM gives it back: no white space, accounts as root ARNs.
fn write(text: &mut String, value: &Value, within: &str, partition: &str) {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    match value {
        Value::String(value) if within == "AWS" && is_account(value) => {
            text.push_str(&quoted(&format!("arn:{partition}:iam::{value}:root")));
        }
        Value::String(value) => text.push_str(&quoted(value)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                text.push(if index == 0 { '[' } else { ',' });
                write(text, item, within, partition);
            }
            text.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Value::Object(members) => {
            let mut members: Vec<&(String, Value)> = members.iter().collect();
            if within.is_empty() || within == "Statement" {
                members.sort_by_key(|(name, _)| ORDER.iter().position(|known| known == name));
            }
            for (index, (name, value)) in members.iter().enumerate() {
                text.push(if index == 0 { '{' } else { ',' });
                text.extend([quoted(name).as_str(), ":"]);
                write(text, value, name, partition);
            }
            text.push_str(if members.is_empty() { "{}" } else { "}" });
        }
        scalar => text.push_str(&scalar.scalar().unwrap_or_else(|| "null".to_owned())),
    }
}
