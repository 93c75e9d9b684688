use super::json::Value;
use super::statement::Effect;
use super::verdict::Verdict;

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A web identity: the ARN of its provider.
    Federated(String),
    /// An AWS principal: its ARN.
    Aws(String),
    /// A service: its name.
    Service(String),
}

/// Judges a `Principal`.
pub(super) fn judge(principal: &Value, caller: &Caller, effect: Effect) -> Verdict {
    match principal {
        // "`"Principal": "*"` is read as `{"AWS": "*"}`"
        Value::String(text) if text == "*" => one("AWS", text, caller, effect),
        // "Any value of any type in the map may match"; "an empty map or list matches nothing"
        Value::Object(types) => Verdict::any(types.iter().map(|(kind, values)| {
            if !["AWS", "Federated", "Service", "CanonicalUser"].contains(&kind.as_str()) {
                // Reading: "an unknown principal type counts as one unknown value": an empty list
                // under it too.
                return Verdict::Unknown;
            }
            Verdict::any(values.one_or_list().iter().map(|value| match value {
                Value::String(text) => one(kind, text, caller, effect),
                // "a value of another JSON type counts as one unknown value in the OR"
                // Reading: whatever the type of principal that it stands under.
                _ => Verdict::Unknown,
            }))
        })),
        // "any other Principal that is no map is unknown"
        // Reading: `"Principal": []` too; "an empty list matches nothing" is one under a type.
        _ => Verdict::Unknown,
    }
}

/// The table: one value of a known type against the caller.
fn one(kind: &str, value: &str, caller: &Caller, effect: Effect) -> Verdict {
    match caller {
        Caller::Federated(provider) => match (kind, effect) {
            ("Federated", _) => Verdict::from(value == provider),
            ("AWS", Effect::Deny) => Verdict::Unknown,
            _ => Verdict::No,
        },
        Caller::Aws(arn) => match kind {
            "AWS" if value == "*" || value == arn => Verdict::Yes,
            "AWS" if is_account_of(value, arn) || is_role_of_session(value, arn) => Verdict::Yes,
            "AWS" if is_unique_id(value) => Verdict::Unknown,
            "CanonicalUser" => Verdict::Unknown,
            _ => Verdict::No,
        },
        Caller::Service(name) => match (kind, effect) {
            ("Service", _) => Verdict::from(value == name),
            ("AWS", Effect::Deny) => Verdict::Unknown,
            // Reading: the table says nothing of Federated and CanonicalUser values in a Deny
            // against a service: no, as they are for a web identity.
            _ => Verdict::No,
        },
    }
}

/// "its account's root ARN or bare account id"
fn is_account_of(value: &str, caller: &str) -> bool {
    let [partition, account, _] = parts(caller);
    // Reading: an account id is 12 digits; a caller without one has no account.
    let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    is_account && (value == account || value == format!("arn:{partition}:iam::{account}:root"))
}

/// "for a session (`arn:…:assumed-role/NAME/SESSION`) also a role ARN of that partition and account
/// with that last path segment"
fn is_role_of_session(value: &str, caller: &str) -> bool {
    let [partition, account, resource] = parts(caller);
    let segments: Vec<&str> = resource.split('/').collect();
    // Reading: `arn:…:assumed-role/NAME/SESSION`: exactly three segments, none empty, whatever the
    // service in the ARN.
    let ["assumed-role", name, session] = segments.as_slice() else { return false };
    if name.is_empty() || session.is_empty() {
        return false;
    }
    let role = value.strip_prefix(&format!("arn:{partition}:iam::{account}:role/"));
    role.and_then(|role| role.rsplit('/').next()) == Some(*name)
}

/// Partition, account and resource of an ARN; empty for anything else.
fn parts(arn: &str) -> [&str; 3] {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, _, _, account, resource] => [partition, account, resource],
        _ => [""; 3],
    }
}

/// "a unique id (`A` + 3 letters + at least 12 of `[A-Z0-9]`)"
fn is_unique_id(value: &str) -> bool {
    // Reading: a letter is one of ASCII, of either case.
    let (letters, rest) = value.split_at_checked(4).unwrap_or(("", ""));
    letters.starts_with('A')
        && letters.bytes().all(|b| b.is_ascii_alphabetic())
        && rest.len() >= 12
        && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}
