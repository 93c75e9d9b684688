//! Kubernetes' refusals.

use serde_json::{Value, json};

use super::super::reply::Refusal;
use super::fields::Conflict;
use super::{Kind, Target};

pub(super) fn bad_request(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "BadRequest", message)
}

pub(super) fn not_found(plural: &str, name: &str) -> Refusal {
    let message = format!("{plural} \"{name}\" not found");
    Refusal::new(404, "NotFound", message).with(json!({"name": name, "kind": plural}))
}

pub(super) fn no_such_path() -> Refusal {
    let message = "the server could not find the requested resource";
    Refusal::new(404, "NotFound", message).with(json!({}))
}

pub(super) fn already_exists(plural: &str, name: &str) -> Refusal {
    let message = format!("{plural} \"{name}\" already exists");
    Refusal::new(409, "AlreadyExists", message).with(json!({"name": name, "kind": plural}))
}

/// Another wrote in between.
pub(super) fn outdated(target: &Target) -> Refusal {
    let (plural, name) = (target.kind.plural, &target.name);
    let message = format!(
        "Operation cannot be fulfilled on {plural} \"{name}\": the object has been modified; please apply your changes to the latest version and try again"
    );
    Refusal::new(409, "Conflict", message).with(json!({"name": name, "kind": plural}))
}

/// A precondition on the uid.
pub(super) fn another_uid(target: &Target, wanted: &str, found: &str) -> Refusal {
    let (plural, name) = (target.kind.plural, &target.name);
    let message = format!(
        "Operation cannot be fulfilled on {plural} \"{name}\": Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}"
    );
    Refusal::new(409, "Conflict", message).with(json!({"name": name, "kind": plural}))
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
        [one] => {
            format!("Apply failed with 1 conflict: conflict with {}: {}", one.manager, one.field)
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
    let causes: Vec<Value> = conflicts
        .iter()
        .map(|Conflict { manager, field }| {
            let message = format!("conflict with {manager}");
            json!({"reason": "FieldManagerConflict", "message": message, "field": field})
        })
        .collect();
    Refusal::new(409, "Conflict", message).with(json!({ "causes": causes }))
}

/// Names: a DNS label for namespaces, a DNS subdomain for all else.
pub(super) fn check_name(kind: &Kind, name: &str) -> Result<(), Refusal> {
    let is_label = |part: &str| {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !part.is_empty()
            && part.bytes().all(inner)
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let quoted = format!("Invalid value: \"{name}\": ");
    let wrong = if kind.namespaced {
        if name.len() > 253 {
            "must be no more than 253 characters"
        } else if name.split('.').all(is_label) {
            return Ok(());
        } else {
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
        }
    } else if name.len() > 63 {
        "must be no more than 63 characters"
    } else if is_label(name) {
        return Ok(());
    } else {
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
    };
    Err(invalid(kind.name, name, "metadata.name", &(quoted + wrong)))
}
