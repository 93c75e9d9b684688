use super::glob::{matches, units, wild};
use super::json::Value;
use super::text::lower;
use super::verdict::Verdict;

/// Whether one of the actions of an `Action` is this one: `*` and `?` without regard to case.
pub(super) fn judge(actions: &Value, action: &str) -> Verdict {
    let action = units(&lower(action));
    Verdict::any(actions.one_or_list().iter().map(|value| match value {
        Value::String(pattern) => Verdict::from(matches(&wild(&lower(pattern)), &action)),
        // "a value of another JSON type counts as one unknown value in the OR"
        // Reading: "condition values strings, numbers or booleans": of actions and principals a
        // number or a boolean is of another type.
        _ => Verdict::Unknown,
    }))
}
