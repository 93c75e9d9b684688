//! Kubernetes' refusals.

use serde_json::{Value, json};

use super::super::Refusal;
use super::Target;
use super::fields::Conflict;
use crate::reference::names;

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
pub(super) fn invalid(kind: &str, name: &str, field: &'static str, message: &str) -> Refusal {
    all_invalid(kind, name, &[(field, message.to_owned())])
}

fn all_invalid(kind: &str, name: &str, faults: &[(&'static str, String)]) -> Refusal {
    let texts: Vec<String> = faults.iter().map(|(field, why)| format!("{field}: {why}")).collect();
    let text = texts.join(", ");
    let text = if texts.len() == 1 { text } else { format!("[{text}]") };
    let cause = |(field, why): &(&str, String)| json!({"reason": "FieldValueInvalid", "message": why, "field": field});
    let causes: Vec<Value> = faults.iter().map(cause).collect();
    let details = json!({"name": name, "kind": kind, "causes": causes});
    Refusal::new(422, "Invalid", format!("{kind} \"{name}\" is invalid: {text}")).with(details)
}

/// Refuses a bad name, bad labels and annotations.
pub(super) fn check(target: &Target, object: &Value) -> Result<(), Refusal> {
    let faults = names::refused(!target.kind.namespaced, object);
    all_invalid(target.kind.name, &target.name, &faults).unless(faults.is_empty())
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
