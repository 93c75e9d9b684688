//! What differs least: of the Allow statements that don't match, the one with the fewest parts that fail.

use iamwire_core::json::{Json, Kind, Value};
use iamwire_core::{Condition, Effect, Principal, Reason, Statement, TrustPolicy, Verdict};

/// What the caller brings.
pub(super) struct Given<'a> {
    /// `token` or `event`.
    pub(super) who: &'static str,
    /// The ARN of its provider.
    pub(super) principal: &'a str,
    pub(super) action: &'a str,
    /// Condition keys and their one value.
    pub(super) values: Vec<(String, String)>,
}

/// The nearest statement, in lines; none if one matches, or there is none.
///
/// `ask` gives the reason of the first statement of a policy.
pub(super) fn lines(
    policy: &TrustPolicy,
    given: &Given<'_>,
    ask: impl Fn(&TrustPolicy) -> Option<Reason>,
) -> Vec<String> {
    let allows = policy.statements().filter(|s| s.effect() == Some(Effect::Allow));
    let nearest = allows
        .map(|statement| Compared::new(policy, statement, given, &ask))
        .min_by_key(|compared| (compared.failing.len(), compared.distance()))
        .filter(|compared| !compared.failing.is_empty());
    nearest.map(|compared| compared.lines(given)).unwrap_or_default()
}

/// A statement, part by part.
struct Compared {
    statement: usize,
    parts: usize,
    failing: Vec<Failing>,
}

/// A part that doesn't match, and the two texts that differ, if there are two.
struct Failing {
    name: String,
    reason: Reason,
    texts: Option<(String, String)>,
}

impl Compared {
    fn new(
        policy: &TrustPolicy,
        statement: Statement<'_>,
        given: &Given<'_>,
        ask: impl Fn(&TrustPolicy) -> Option<Reason>,
    ) -> Self {
        let mut compared = Self { statement: statement.index(), parts: 0, failing: Vec::new() };
        let mut part = |name: &str, text: Option<String>, texts: Option<(String, String)>| {
            let asked = text.and_then(|text| TrustPolicy::parse(&text).ok());
            let Some(reason) = asked.and_then(|policy| ask(&policy)) else { return };
            compared.parts += 1;
            if reason.result != Verdict::Yes {
                compared.failing.push(Failing { name: name.to_owned(), reason, texts });
            }
        };
        let own_principal =
            json_text(given.principal).map(|arn| format!(r#"{{"Federated":{arn}}}"#));
        let own_action = json_text(given.action);
        let alone = |principal: Option<&str>, action: Option<(&str, &str)>, condition: &str| {
            let principal = principal.or(own_principal.as_deref())?;
            let (name, action) = action.or(own_action.as_deref().map(|text| ("Action", text)))?;
            let version = policy.json().root().member("Version").map_or("", Value::text);
            let version =
                if version.is_empty() { String::new() } else { format!(r#""Version":{version},"#) };
            Some(format!(
                r#"{{{version}"Statement":{{"Effect":"Allow","Principal":{principal},"{name}":{action},"Condition":{{{condition}}}}}}}"#
            ))
        };
        let principal = statement.principal();
        let trusted = principal.into_iter().flat_map(Principal::entries).map(|entry| entry.value);
        part(
            "principal",
            principal.and_then(|p| alone(Some(p.value().text()), None, "")),
            closest(trusted, given.principal),
        );
        let action = statement.action().map(|v| ("Action", v.text()));
        let action = action.or_else(|| statement.not_action().map(|v| ("NotAction", v.text())));
        part("action", action.and_then(|action| alone(None, Some(action), "")), None);
        for condition in statement.conditions() {
            let (block, member) = (condition.block(), condition.member());
            let text =
                format!("{}:{{{}:{}}}", block.key.text(), member.key.text(), member.value.text());
            let name = format!("{} `{}`", condition.operator_name(), condition.key());
            part(&name, alone(None, None, &text), differing(condition, given));
        }
        compared
    }

    fn distance(&self) -> usize {
        self.failing
            .iter()
            .filter_map(|part| part.texts.as_ref())
            .map(|(own, other)| distance(own, other))
            .sum()
    }

    fn lines(&self, given: &Given<'_>) -> Vec<String> {
        let Self { statement, parts, failing } = self;
        let count = failing.len();
        let differ = if count == 1 { "differs" } else { "differ" };
        let mut lines =
            vec![format!("nearest: statement {statement}, {count} of its {parts} parts {differ}")];
        for Failing { name, reason, texts } in failing {
            match texts {
                None => lines.push(format!("  {}", reason.message)),
                Some((own, other)) => {
                    lines.push(format!("  {name}"));
                    lines.extend(compared(given.who, own, "policy", other));
                }
            }
        }
        lines
    }
}

/// The two texts below each other, with a mark where they part.
pub(super) fn compared(who: &str, own: &str, whose: &str, other: &str) -> Vec<String> {
    let same = own.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let mark =
        if own == other { String::new() } else { format!("    {:<8}{}^", "", " ".repeat(same)) };
    let lines = [format!("    {who:<8}{own}"), format!("    {whose:<8}{other}"), mark];
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// What the caller has for the condition's key, and what the statement wants that is nearest to it.
fn differing(condition: Condition<'_>, given: &Given<'_>) -> Option<(String, String)> {
    let (_, own) = given.values.iter().find(|(key, _)| condition.is_on(key))?;
    let positive = condition.operator().is_some_and(|operator| !operator.is_negated());
    if positive { closest(condition.values(), own) } else { None }
}

fn closest<'a>(values: impl Iterator<Item = Value<'a>>, own: &str) -> Option<(String, String)> {
    let texts = values.filter_map(Value::as_str);
    let nearest = texts.min_by_key(|text| distance(text, own))?;
    Some((own.to_owned(), nearest.into_owned()))
}

/// How many characters must be put in, taken out or changed (Levenshtein), at most of the first 300.
pub(super) fn distance(a: &str, b: &str) -> usize {
    const MOST: usize = 300;
    let b: Vec<char> = b.chars().take(MOST).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(MOST).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (to, above) in b.iter().zip(row.iter().skip(1)) {
            let changed = diagonal + usize::from(from != *to);
            left = changed.min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// A text as JSON.
fn json_text(text: &str) -> Option<String> {
    let text = serde_json::to_string(text).ok()?;
    Json::parse(&text).is_ok_and(|json| json.root().kind() == Kind::String).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        for (a, b, edits) in
            [("", "", 0), ("", "ab", 2), ("kitten", "sitting", 3), ("abc", "abc", 0)]
        {
            assert_eq!(distance(a, b), edits, "{a} {b}");
            assert_eq!(distance(b, a), edits, "{b} {a}");
        }
    }
}
