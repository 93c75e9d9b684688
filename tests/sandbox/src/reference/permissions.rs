//! What IAM refuses of a permissions policy: the checks in IAM's order, the first that fails tells its text.
//!
//! Whether a service, an action or a condition key exists is not looked at, nor is a resource beyond its
//! partition.

use super::json::{NESTING, Value};
use super::{Unreadable, takes};

const SYNTAX: &str = "Syntax errors in policy.";
const VENDOR: &str = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";

const MEMBERS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// Checks a permissions policy. Size is not looked at.
///
/// # Errors
/// IAM refuses it: the text of its `MalformedPolicyDocument`.
pub fn accept_permissions(text: &str) -> Result<(), Unreadable> {
    let document = Value::parse(text, NESTING).map_err(|_| Unreadable::new(SYNTAX))?;
    let statements = document.member("Statement").map(Value::one_or_list).unwrap_or_default();
    let in_all =
        |check: fn(&Value) -> Result<(), Unreadable>| statements.iter().try_for_each(check);
    ensure(is_document(&document) && !statements.is_empty(), SYNTAX)?;
    in_all(|statement| ensure(is_statement(statement), SYNTAX))?;
    in_all(|statement| {
        let named = one_of(statement, "Principal", "NotPrincipal").is_some();
        ensure(!named, "Policy document should not specify a principal.")
    })?;
    in_all(|statement| {
        let effect = statement.member("Effect").and_then(Value::scalar);
        let exact = matches!(effect.as_deref(), Some("Allow" | "Deny"));
        ensure(exact, "The policy failed legacy parsing")
    })?;
    sids(statements)?;
    in_all(|statement| {
        let actions = texts(statement, "Action", "NotAction");
        ensure(!actions.is_empty(), "Policy statement must contain actions.")
    })?;
    in_all(|statement| {
        let resources = texts(statement, "Resource", "NotResource");
        ensure(!resources.is_empty(), "Policy statement must contain resources.")
    })?;
    in_all(|s| texts(s, "Resource", "NotResource").iter().try_for_each(|text| resource(text)))?;
    in_all(|s| texts(s, "Action", "NotAction").iter().try_for_each(|text| action(text)))
}

fn ensure(holds: bool, message: impl Into<String>) -> Result<(), Unreadable> {
    if holds { Ok(()) } else { Err(Unreadable::new(message)) }
}

/// Whichever of two members is there.
fn one_of<'v>(statement: &'v Value, plain: &str, not: &str) -> Option<&'v Value> {
    statement.member(plain).or(statement.member(not))
}

/// The texts of whichever of two members is there.
fn texts(statement: &Value, plain: &str, not: &str) -> Vec<String> {
    let values = one_of(statement, plain, not).map(Value::one_or_list).unwrap_or_default();
    values.iter().filter_map(Value::scalar).collect()
}

fn is_document(document: &Value) -> bool {
    let Value::Object(members) = document else { return false };
    members.iter().all(|(name, value)| match name.as_str() {
        "Version" => {
            matches!(value, Value::String(text) if text == "2012-10-17" || text == "2008-10-17")
        }
        "Id" => value.scalar().is_some(),
        name => name == "Statement",
    })
}

fn is_statement(statement: &Value) -> bool {
    let Value::Object(members) = statement else { return false };
    let both = |plain, not| statement.member(plain).is_some() && statement.member(not).is_some();
    let is_effect =
        |text: &String| text.eq_ignore_ascii_case("Allow") || text.eq_ignore_ascii_case("Deny");
    let is_string = |value: &Value| matches!(value, Value::String(_));
    members.iter().all(|(name, value)| match name.as_str() {
        "Sid" => value.scalar().is_some(),
        "Effect" => matches!(value, Value::String(text) if is_effect(text)),
        "Action" | "NotAction" | "Resource" | "NotResource" => {
            value.one_or_list().iter().all(is_string)
        }
        "Condition" => is_condition(value),
        name => MEMBERS.contains(&name),
    }) && statement.member("Effect").is_some()
        && !both("Action", "NotAction")
        && !both("Resource", "NotResource")
}

fn is_condition(condition: &Value) -> bool {
    let Value::Object(operators) = condition else { return false };
    operators.iter().all(|(operator, block)| {
        let Value::Object(keys) = block else { return false };
        // Reading: taken are an empty block of an unknown operator, and any form of `Null`.
        let known = takes(operator, "").is_some() || keys.is_empty() || operator.contains("Null");
        let mut values = keys.iter().flat_map(|(_, values)| values.one_or_list());
        known && values.all(|value| value.scalar().is_some())
    })
}

fn sids(statements: &[Value]) -> Result<(), Unreadable> {
    let mut known = Vec::new();
    for sid in statements.iter().filter_map(|statement| statement.member("Sid")?.scalar()) {
        ensure(
            sid.bytes().all(|b| b.is_ascii_alphanumeric()),
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
        )?;
        let unique = sid.is_empty() || !known.contains(&sid);
        ensure(unique, "Statement IDs (SID) in a single policy must be unique.")?;
        known.push(sid);
    }
    Ok(())
}

fn resource(text: &str) -> Result<(), Unreadable> {
    if text == "*" {
        return Ok(());
    }
    let message = || Unreadable::new(format!("Resource {text} must be in ARN format or \"*\"."));
    let (_, rest) = text.split_once(':').ok_or_else(message)?;
    // Reading: what stands before the first colon is not looked at.
    let mut parts: Vec<&str> = rest.splitn(5, ':').collect();
    let partition = parts.first().copied().unwrap_or_default();
    parts.resize(5, "*");
    let fits = partition.starts_with("aws") || partition.contains(['*', '?', '$']);
    let arn = format!("arn:{}", parts.join(":"));
    ensure(fits, format!("Partition \"{partition}\" is not valid for resource \"{arn}\"."))
}

fn action(text: &str) -> Result<(), Unreadable> {
    if text == "*" {
        return Ok(());
    }
    let (vendor, action) = text.split_once(':').unwrap_or_default();
    ensure(!vendor.is_empty(), VENDOR)?;
    ensure(!action.contains(':'), "Actions/Condition can contain only one colon.")?;
    let fits = vendor.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    ensure(fits || vendor == "*", format!("Vendor {vendor} is not valid"))
}
