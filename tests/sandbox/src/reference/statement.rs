use super::document::{Request, Version};
use super::json::Value;
use super::operator::Operator;
use super::verdict::Verdict;
use super::{action, condition, principal};

/// Whether a statement allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
}

/// Members of a statement; any other turns a yes into unknown, `Resource` and `NotResource` too.
const KNOWN: [&str; 7] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Condition"];

/// The effect of a statement, if it is readable, and its verdict.
pub(super) fn judge(
    statement: &Value,
    version: Version,
    request: &Request,
) -> (Option<Effect>, Verdict) {
    let Value::Object(members) = statement else { return (None, Verdict::Unknown) };
    // Reading: "Compared with case: … `Effect`": readable is the string `Allow` or `Deny`, no list.
    let effect = match statement.member("Effect") {
        Some(Value::String(text)) if text == "Allow" => Some(Effect::Allow),
        Some(Value::String(text)) if text == "Deny" => Some(Effect::Deny),
        _ => None,
    };

    // Unknown as a whole.
    // Reading: before anything else, so also where principal or action would be no.
    let principal = exclusive(statement, "Principal", "NotPrincipal");
    let action = exclusive(statement, "Action", "NotAction");
    let conditions = conditions(statement);
    let (Some(principal), Some(action), Some(conditions)) = (principal, action, conditions) else {
        return (effect, Verdict::Unknown);
    };

    let principal_under = |effect| match principal {
        Exclusive::Plain(value) => principal::judge(value, &request.caller, effect),
        // Reading: "NotPrincipal" is unknown whatever it holds.
        Exclusive::Not(_) => Verdict::Unknown,
    };
    let action = match action {
        Exclusive::Plain(value) => action::judge(value, &request.action),
        Exclusive::Not(value) => !action::judge(value, &request.action),
    };

    let Some(effect) = effect else {
        // "Without a readable `Effect` it counts as an unknown Allow and an unknown Deny, unless
        // its principal or action is no under both."
        // Reading: "its principal or action" only: conditions that are no do not count.
        let principal = [Effect::Allow, Effect::Deny].map(principal_under);
        let no = principal == [Verdict::No; 2] || action == Verdict::No;
        return (None, if no { Verdict::No } else { Verdict::Unknown });
    };

    let conditions = conditions.into_iter().map(|condition| match condition {
        Block::Key { operator, key, values } => {
            condition::judge(operator, key, values, version, effect, &request.context)
        }
        // "an empty operator block has no effect"; "an unknown operator" is unknown as a part.
        // Reading: both are said of an empty block of an unknown operator: unknown.
        Block::Empty { operator } => match Operator::parse(operator) {
            Some(_) => Verdict::Yes,
            None => Verdict::Unknown,
        },
    });
    let verdict = Verdict::all([principal_under(effect), action].into_iter().chain(conditions));
    let strange = members.iter().any(|(name, _)| !KNOWN.contains(&name.as_str()));
    // "an unknown member, Resource or NotResource turns a yes into unknown"
    let verdict = if strange { verdict.min(Verdict::Unknown) } else { verdict };
    (Some(effect), verdict)
}

/// One of an exclusive pair.
enum Exclusive<'a> {
    Plain(&'a Value),
    Not(&'a Value),
}

/// Nothing for none or both of the pair.
fn exclusive<'a>(statement: &'a Value, plain: &str, not: &str) -> Option<Exclusive<'a>> {
    match (statement.member(plain), statement.member(not)) {
        (Some(value), None) => Some(Exclusive::Plain(value)),
        (None, Some(value)) => Some(Exclusive::Not(value)),
        _ => None,
    }
}

/// A key of an operator block.
enum Block<'a> {
    Key {
        operator: &'a str,
        key: &'a str,
        values: &'a Value,
    },
    /// A block without keys.
    Empty {
        operator: &'a str,
    },
}

/// The conditions of a statement; nothing if `Condition` or an operator block is no object.
fn conditions(statement: &Value) -> Option<Vec<Block<'_>>> {
    let Some(condition) = statement.member("Condition") else { return Some(Vec::new()) };
    let Value::Object(operators) = condition else { return None };
    let mut blocks = Vec::new();
    for (operator, block) in operators {
        let Value::Object(keys) = block else { return None };
        if keys.is_empty() {
            blocks.push(Block::Empty { operator });
        }
        for (key, values) in keys {
            blocks.push(Block::Key { operator, key, values });
        }
    }
    Some(blocks)
}
