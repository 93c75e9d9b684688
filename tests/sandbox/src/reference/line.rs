//! One line of JSON in, one line out.

use std::time::{SystemTime, UNIX_EPOCH};

use super::Unreadable;
use super::context::{Context, Held};
use super::document::{Judged, Judgement, Policy, Request};
use super::json::{NESTING, Value};
use super::principal::Caller;
use super::statement::Effect;
use super::sts::{Answer, Call, Provider, Role, StsRequest};
use super::text::same_name;

/// Answers a line `{"policy", "request"}` with `{"decision", "statements"}`, or with `{"error"}` if it
/// can't be read.
#[must_use]
pub fn evaluate(line: &str) -> String {
    match question(line) {
        Ok((policy, request)) => judgement_line(&policy.decide(&request)),
        Err(error) => error_line(&error),
    }
}

/// Answers a line `{"provider", "role", "claims", "request", "context", "now"}` with
/// `{"answer", "message"}`, or with `{"error"}` if it can't be read.
#[must_use]
pub fn assume(line: &str) -> String {
    match call(line) {
        Ok(call) => answer_line(&call.answer()),
        Err(error) => error_line(&error),
    }
}

fn judgement_line(judgement: &Judgement) -> String {
    let statements: Vec<String> = judgement
        .statements
        .iter()
        .enumerate()
        .map(|(index, Judged { effect, result })| {
            let effect = match effect {
                Some(Effect::Allow) => r#""Allow""#,
                Some(Effect::Deny) => r#""Deny""#,
                None => "null",
            };
            format!(r#"{{"statement":{index},"effect":{effect},"result":"{}"}}"#, result.as_str())
        })
        .collect();
    let decision = judgement.decision.as_str();
    format!(r#"{{"decision":"{decision}","statements":[{}]}}"#, statements.join(","))
}

fn answer_line(answer: &Answer) -> String {
    let message = answer.message.as_deref().map_or_else(|| "null".to_owned(), quoted);
    format!(r#"{{"answer":"{}","message":{message}}}"#, answer.code)
}

fn error_line(error: &Unreadable) -> String {
    format!(r#"{{"error":{}}}"#, quoted(&error.to_string()))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Reads a line. Two levels more than a policy may have lead to the policy in it.
fn read(line: &str) -> Result<Value, Unreadable> {
    // Reading: "nesting over 128" is counted from the policy's own top.
    match Value::parse(line, NESTING + 2)? {
        object @ Value::Object(_) => Ok(object),
        _ => Err(Unreadable::new("the line is no object")),
    }
}

// Reading: a duplicate key anywhere in the line makes the line unreadable. Members of the line, of `request`, `provider` and `role` that are not described are
// passed over.
fn question(line: &str) -> Result<(Policy, Request), Unreadable> {
    let line = read(line)?;
    let policy = policy(required(&line, "policy")?)?;
    let request = required(&line, "request")?;
    let Value::Object(principal) = required(request, "principal")? else {
        return Err(Unreadable::new("`principal` is no object"));
    };
    // Reading: "exactly one": no other member beside it either.
    let caller = match principal.as_slice() {
        [(kind, Value::String(name))] => match kind.as_str() {
            "Federated" => Caller::Federated(name.clone()),
            "AWS" => Caller::Aws(name.clone()),
            "Service" => Caller::Service(name.clone()),
            _ => return Err(Unreadable::new(format!("unknown kind of principal `{kind}`"))),
        },
        _ => {
            return Err(Unreadable::new(
                "`principal` needs exactly one of Federated, AWS, Service",
            ));
        }
    };
    let mut context = Context::complete();
    for (key, values) in keys(required(request, "context")?)? {
        context.set(&key, Held::Values(values));
    }
    Ok((policy, Request { action: string(request, "action")?, caller, context }))
}

fn call(line: &str) -> Result<Call, Unreadable> {
    let line = read(line)?;
    // Reading: `"provider": … | null` and `"role": … | null` may be null, but not be left out.
    let provider = match required(&line, "provider")? {
        Value::Null => None,
        provider => Some(Provider {
            url: string(provider, "url")?,
            client_ids: strings(required(provider, "client_ids")?)?,
        }),
    };
    let role = match required(&line, "role")? {
        Value::Null => None,
        role => Some(Role {
            arn: string(role, "arn")?,
            policy: policy(required(role, "policy")?)?,
            max_session_duration: role.member("max_session_duration").map(integer).transpose()?,
        }),
    };
    let Value::Object(claims) = required(&line, "claims")?.clone() else {
        return Err(Unreadable::new("`claims` is no object"));
    };
    let request = match line.member("request") {
        None => StsRequest::default(),
        Some(request @ Value::Object(_)) => StsRequest {
            role_arn: optional_string(request, "RoleArn")?,
            role_session_name: optional_string(request, "RoleSessionName")?,
            duration_seconds: request.member("DurationSeconds").map(seconds).transpose()?,
            provider_id: optional_string(request, "ProviderId")?,
        },
        Some(_) => return Err(Unreadable::new("`request` is no object")),
    };
    let context = line.member("context").map(keys).transpose()?.unwrap_or_default();
    let now = match line.member("now") {
        // Reading: "epoch seconds": an integer of 64 bits; a fraction, a string and null are errors.
        Some(Value::Number(text)) => {
            text.parse().map_err(|_| Unreadable::new("`now` is no integer"))?
        }
        Some(_) => return Err(Unreadable::new("`now` is no integer")),
        None => clock(),
    };
    Ok(Call { provider, role, claims, request, context, now })
}

fn clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// "`policy` is an object, or a string: one that begins with `{` is the document, any other is
/// percent-decoded (`+` stays)."
fn policy(value: &Value) -> Result<Policy, Unreadable> {
    match value {
        Value::String(text) if text.starts_with('{') => Policy::parse(text),
        Value::String(text) => Policy::parse(&percent_decoded(text)?),
        other => Policy::from_value(other.clone()),
    }
}

fn percent_decoded(text: &str) -> Result<String, Unreadable> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let mut digit = || ahead.next().and_then(|b| char::from(b).to_digit(16));
        // Reading: a `%` without two hex digits behind it stays.
        match (byte, digit(), digit()) {
            (b'%', Some(high), Some(low)) => {
                bytes.extend(u8::try_from(high * 16 + low));
                rest = ahead;
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| Unreadable::new("the decoded policy is no UTF-8"))
}

/// A context: "numbers and booleans count as their JSON text; null … and two keys that differ only by
/// case are errors".
fn keys(value: &Value) -> Result<Vec<(String, Vec<String>)>, Unreadable> {
    let Value::Object(members) = value else {
        return Err(Unreadable::new("`context` is no object"));
    };
    let mut keys: Vec<(String, Vec<String>)> = Vec::new();
    for (key, value) in members {
        if keys.iter().any(|(name, _)| same_name(name, key)) {
            return Err(Unreadable::new(format!("`context` has `{key}` in several cases")));
        }
        let values: Option<Vec<String>> = value.one_or_list().iter().map(Value::scalar).collect();
        let values = values.ok_or_else(|| {
            Unreadable::new(format!("`context` has a value of `{key}` without text"))
        })?;
        keys.push((key.clone(), values));
    }
    Ok(keys)
}

fn required<'a>(object: &'a Value, name: &str) -> Result<&'a Value, Unreadable> {
    object.member(name).ok_or_else(|| Unreadable::new(format!("`{name}` is missing")))
}

fn string(object: &Value, name: &str) -> Result<String, Unreadable> {
    match required(object, name)? {
        Value::String(text) => Ok(text.clone()),
        _ => Err(Unreadable::new(format!("`{name}` is no string"))),
    }
}

fn optional_string(object: &Value, name: &str) -> Result<Option<String>, Unreadable> {
    object.member(name).map(|_| string(object, name)).transpose()
}

fn strings(list: &Value) -> Result<Vec<String>, Unreadable> {
    let Value::Array(items) = list else {
        return Err(Unreadable::new("`client_ids` is no list"));
    };
    items
        .iter()
        .map(|item| match item {
            Value::String(text) => Ok(text.clone()),
            _ => Err(Unreadable::new("one of `client_ids` is no string")),
        })
        .collect()
}

/// An integer; one that is too large for 64 bits counts as the largest.
fn integer(value: &Value) -> Result<i64, Unreadable> {
    match value {
        Value::Number(text) => bounded(text),
        _ => Err(Unreadable::new("a duration is no integer")),
    }
}

// "DurationSeconds (an integer or a string of digits) out of bounds (ValidationError)"
fn seconds(value: &Value) -> Result<i64, Unreadable> {
    // Reading: another type, a fraction and a string that is not all digits are out of bounds.
    match value {
        Value::String(text) if text.bytes().all(|b| b.is_ascii_digit()) => bounded(text),
        other => Ok(integer(other).unwrap_or(-1)),
    }
}

fn bounded(text: &str) -> Result<i64, Unreadable> {
    let number = super::number::Integer::parse(text)
        .ok_or_else(|| Unreadable::new("a duration is no integer"))?;
    Ok(number.to_i64().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
}
