//! Kubernetes' refusals.

use serde_json::{Value, json};

use super::super::Refusal;
use super::fields::Conflict;
use super::{Kind, Target};

pub(super) fn bad_request(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "BadRequest", message)
}

fn named(status: u16, code: &str, plural: &str, name: &str, message: String) -> Refusal {
    Refusal::new(status, code, message).with(json!({"name": name, "kind": plural}))
}

pub(super) fn not_found(plural: &str, name: &str) -> Refusal {
    named(404, "NotFound", plural, name, format!("{plural} \"{name}\" not found"))
}

pub(super) fn no_such_path() -> Refusal {
    let message = "the server could not find the requested resource";
    Refusal::new(404, "NotFound", message).with(json!({}))
}

pub(super) fn already_exists(plural: &str, name: &str) -> Refusal {
    named(409, "AlreadyExists", plural, name, format!("{plural} \"{name}\" already exists"))
}

pub(super) fn cannot(target: &Target, why: &str) -> Refusal {
    let (plural, name) = (target.kind.plural, &target.name);
    let message = format!("Operation cannot be fulfilled on {plural} \"{name}\": {why}");
    named(409, "Conflict", plural, name, message)
}

/// 422: one field is not valid.
pub(super) fn invalid(kind: &str, name: &str, field: &str, message: &str) -> Refusal {
    let text = format!("{kind} \"{name}\" is invalid: {field}: {message}");
    let cause = json!({"reason": "FieldValueInvalid", "message": message, "field": field});
    let details = json!({"name": name, "kind": kind, "causes": [cause]});
    Refusal::new(422, "Invalid", text).with(details)
}

/// Fields that other managers own.
pub(super) fn conflicts(conflicts: &[Conflict]) -> Refusal {
    let message = match conflicts {
        [Conflict { manager, field }] => {
            format!("Apply failed with 1 conflict: conflict with {manager}: {field}")
        }
        many => {
            let mut lines = Vec::new();
            let mut last = None;
            for Conflict { manager, field } in many {
                if last != Some(manager) {
                    lines.push(format!("conflicts with {manager}:"));
                }
                last = Some(manager);
                lines.push(format!("- {field}"));
            }
            format!("Apply failed with {} conflicts: {}", many.len(), lines.join("\n"))
        }
    };
    let causes = conflicts.iter().map(|Conflict { manager, field }| {
        let message = format!("conflict with {manager}");
        json!({"reason": "FieldManagerConflict", "message": message, "field": field})
    });
    let causes: Vec<Value> = causes.collect();
    Refusal::new(409, "Conflict", message).with(json!({ "causes": causes }))
}

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/// Names: a DNS label for namespaces, a DNS subdomain for all else.
pub(super) fn check_name(kind: &Kind, name: &str) -> Result<(), Refusal> {
    let is_label = |part: &str| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let ends = part.starts_with('-') || part.ends_with('-');
        !part.is_empty() && part.bytes().all(fits) && !ends
    };
    let (most, rule, fits) = if kind.namespaced {
        (253, SUBDOMAIN, name.split('.').all(is_label))
    } else {
        (63, LABEL, is_label(name))
    };
    let long = name.len() > most;
    let rule = if long { &format!("must be no more than {most} characters") } else { rule };
    invalid(kind.name, name, "metadata.name", &format!("Invalid value: \"{name}\": {rule}"))
        .unless(fits && !long)
}
