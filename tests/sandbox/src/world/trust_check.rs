//! What IAM refuses of a trust policy, and what it makes of one that it takes.
//!
//! Texts that are not recorded anywhere say so.

use super::iam::check::counted;
use super::iam::within;
use super::reply::Refusal;
use crate::reference::json::{NESTING, Value};
use crate::reference::takes;

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

/// Checks the text of a trust policy, and gives it back as IAM keeps it.
pub(super) fn check(
    text: &str,
    limit: usize,
    partition: &str,
    principal_exists: &dyn Fn(&str) -> bool,
) -> Result<String, Refusal> {
    let document =
        Value::parse(text, NESTING).map_err(|_| malformed("This policy contains invalid Json"))?;
    let check = Check { text, principal_exists };
    check.document(&document)?;
    within("ACLSizePerRole", limit, counted(text))?;
    Ok(kept(&document, partition))
}

fn malformed(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "MalformedPolicyDocument", message)
}

struct Check<'a> {
    text: &'a str,
    principal_exists: &'a dyn Fn(&str) -> bool,
}

impl Check<'_> {
    /// `Syntax error at position (l,c)`: the first place of a member's name, in our reading.
    fn syntax(&self, member: &str) -> Refusal {
        let at = self.text.find(&format!("\"{member}\"")).unwrap_or(0);
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        malformed(format!("Syntax error at position ({line},{column})"))
    }

    fn document(&self, document: &Value) -> Result<(), Refusal> {
        let Value::Object(members) = document else { return Err(self.syntax("Statement")) };
        let known = ["Version", "Id", "Statement"];
        if let Some((name, _)) = members.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            return Err(malformed(format!("Unknown field {name}")));
        }
        match document.member("Version") {
            None => {}
            Some(Value::String(version)) if version == "2012-10-17" || version == "2008-10-17" => {}
            Some(_) => return Err(malformed("The policy must contain a valid version string")),
        }
        let statements = match document.member("Statement") {
            None => return Err(malformed("Missing required field Statement")),
            Some(Value::Array(items)) if items.is_empty() => return Err(self.syntax("Statement")),
            Some(Value::Array(items)) => items.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        let mut sids = Vec::new();
        for statement in statements {
            let Value::Object(members) = statement else { return Err(self.syntax("Statement")) };
            self.statement(statement, members)?;
            match statement.member("Sid") {
                None => {}
                Some(Value::String(sid)) if sid.is_empty() => {}
                Some(Value::String(sid)) if !sid.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                    return Err(malformed(
                        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
                    ));
                }
                Some(Value::String(sid)) if sids.contains(&sid) => {
                    let message = "Statement IDs (SID) in a single policy must be unique.";
                    return Err(malformed(message));
                }
                Some(Value::String(sid)) => sids.push(sid),
                Some(_) => return Err(self.syntax("Sid")),
            }
        }
        Ok(())
    }

    fn statement(&self, statement: &Value, members: &Members) -> Result<(), Refusal> {
        for (name, _) in members {
            match name.as_str() {
                "Sid" | "Effect" | "Principal" | "Action" | "NotAction" | "Condition" => {}
                "Resource" | "NotResource" | "NotPrincipal" => {
                    return Err(malformed(format!("Has prohibited field {name}")));
                }
                _ => return Err(malformed(format!("Unknown field {name}"))),
            }
        }
        match statement.member("Effect") {
            None => return Err(malformed("Missing required field Effect")),
            Some(Value::String(effect)) if effect == "Allow" || effect == "Deny" => {}
            Some(other) => {
                let effect = other.scalar().ok_or_else(|| self.syntax("Effect"))?;
                return Err(malformed(format!("Invalid effect: {effect}")));
            }
        }
        match statement.member("Principal") {
            None => return Err(malformed("Missing required field Principal")),
            // The text for a principal that is a lone star is not recorded.
            Some(Value::String(text)) => return Err(invalid_principal("STAR", text)),
            Some(Value::Object(types)) if !types.is_empty() => {
                for (kind, values) in types {
                    for value in self.texts("Principal", values)? {
                        self.principal(kind, &value)?;
                    }
                }
            }
            Some(_) => return Err(self.syntax("Principal")),
        }
        match (statement.member("Action"), statement.member("NotAction")) {
            (None, None) => return Err(malformed("Missing required field Action")),
            (Some(_), Some(_)) => return Err(self.syntax("NotAction")),
            (Some(actions), None) | (None, Some(actions)) => {
                let actions = self.texts("Action", actions)?;
                if actions.iter().any(|action| !ACTIONS.contains(&action.as_str())) {
                    let message = "AssumeRole policy may only specify STS AssumeRole actions.";
                    return Err(malformed(message));
                }
            }
        }
        match statement.member("Condition") {
            None => {}
            Some(Value::Object(operators)) => self.conditions(operators)?,
            Some(_) => return Err(self.syntax("Condition")),
        }
        shared_issuers(statement)
    }

    fn principal(&self, kind: &str, value: &str) -> Result<(), Refusal> {
        let fits = match kind {
            "AWS" => {
                let is_arn = value.starts_with("arn:") && value.split(':').count() >= 6;
                value == "*" || is_account(value) || is_arn && (self.principal_exists)(value)
            }
            "Federated" if is_federated(value) => true,
            "Federated" => {
                let message =
                    "Federated principals must be valid domain names or SAML metadata ARNs";
                return Err(malformed(message));
            }
            "Service" => is_domain(value),
            "CanonicalUser" => true,
            _ => false,
        };
        let shown = if kind == "Service" { "SERVICE" } else { kind };
        if fits { Ok(()) } else { Err(invalid_principal(shown, value)) }
    }

    fn conditions(&self, operators: &Members) -> Result<(), Refusal> {
        for (operator, block) in operators {
            let unknown = || malformed(format!("Invalid Condition type : {operator}"));
            takes(operator, "").ok_or_else(unknown)?;
            let Value::Object(keys) = block else { return Err(self.syntax(operator)) };
            for (index, (key, values)) in keys.iter().enumerate() {
                let tag = ["aws:RequestTag/", "aws:ResourceTag/", "aws:PrincipalTag/"];
                let is_tag = tag.iter().any(|start| key.starts_with(start));
                match key.matches(':').count() {
                    1 => {}
                    0 => {
                        return Err(malformed(
                            "Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                        ));
                    }
                    _ if is_tag => {}
                    _ => return Err(malformed("Condition can contain only one colon.")),
                }
                let again = keys.iter().skip(index + 1);
                if again.into_iter().any(|(other, _)| other.eq_ignore_ascii_case(key)) {
                    return Err(self.syntax(key));
                }
                for value in self.texts(key, values)? {
                    if takes(operator, &value) == Some(false) {
                        // The text is not recorded.
                        return Err(malformed(format!(
                            "Invalid value for condition operator {operator}: {value}"
                        )));
                    }
                }
            }
        }
        Ok(())
    }

    /// One text or a list of them; numbers and booleans count as their text.
    fn texts(&self, member: &str, values: &Value) -> Result<Vec<String>, Refusal> {
        let items = match values {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let texts = items.iter().map(|item| item.scalar().ok_or_else(|| self.syntax(member)));
        texts.collect()
    }
}

fn invalid_principal(kind: &str, value: &str) -> Refusal {
    malformed(format!("Invalid principal in policy: \"{kind}\":\"{value}\""))
}

fn is_account(value: &str) -> bool {
    value.len() == 12 && value.bytes().all(|b| b.is_ascii_digit())
}

fn is_domain(value: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
    value.contains('.') && value.bytes().all(fits)
}

/// Of a federated ARN only the form is looked at.
fn is_federated(value: &str) -> bool {
    let parts: Vec<&str> = value.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, "iam", "", account, resource] => {
            let named = |kind| resource.strip_prefix(kind).is_some_and(|name| !name.is_empty());
            partition.starts_with("aws")
                && is_account(account)
                && (named("oidc-provider/") || named("saml-provider/"))
        }
        _ => is_domain(value),
    }
}

/// Shared issuers need a positive string operator on their key with no value exactly `*`.
fn shared_issuers(statement: &Value) -> Result<(), Refusal> {
    let items = |value: Option<&Value>| match value {
        Some(Value::Array(items)) => items.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    let federated = items(statement.member("Principal").and_then(|map| map.member("Federated")));
    let allows = statement.member("Effect").and_then(Value::scalar).as_deref() == Some("Allow");
    for provider in federated.iter().filter_map(Value::scalar).filter(|_| allows) {
        let issuer = provider.split_once(":oidc-provider/").map_or(provider.as_str(), |(_, i)| i);
        let host = issuer.split('/').next().unwrap_or_default();
        if !SHARED.contains(&host) {
            continue;
        }
        let positive = ["StringEquals", "StringLike", "StringEqualsIgnoreCase"];
        let compared = positive.iter().any(|operator| {
            let block = statement.member("Condition").and_then(|blocks| blocks.member(operator));
            let Some(Value::Object(keys)) = block else { return false };
            keys.iter().any(|(key, values)| {
                let of_it = key.get(..host.len()).is_some_and(|k| k.eq_ignore_ascii_case(host));
                let is_audience = key.to_ascii_lowercase().ends_with(":aud");
                let star = Value::String("*".to_owned());
                of_it && !is_audience && !items(Some(values)).contains(&star)
            })
        });
        if !compared {
            // The text is not recorded.
            return Err(malformed(format!(
                "The trust policy must evaluate a condition key of {host} other than the audience"
            )));
        }
    }
    Ok(())
}

/// A policy as IAM gives it back: no white space, members in its order, accounts as root ARNs.
fn kept(document: &Value, partition: &str) -> String {
    let mut text = String::new();
    write(&mut text, document, "", partition);
    text
}

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

fn write(text: &mut String, value: &Value, within: &str, partition: &str) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(flag) => text.push_str(&flag.to_string()),
        Value::Number(number) => text.push_str(number),
        Value::String(value) if within == "AWS" && is_account(value) => {
            text.extend(["\"arn:", partition, ":iam::", value, ":root\""]);
        }
        Value::String(value) => text.push_str(&serde_json::Value::from(value.as_str()).to_string()),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(text, item, within, partition);
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<&(String, Value)> = members.iter().collect();
            if within.is_empty() || within == "Statement" {
                let place = |name: &str| ORDER.iter().position(|known| *known == name);
                members.sort_by_key(|(name, _)| place(name));
            }
            text.push('{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&serde_json::Value::from(name.as_str()).to_string());
                text.push(':');
                write(text, value, name, partition);
            }
            text.push('}');
        }
    }
}
