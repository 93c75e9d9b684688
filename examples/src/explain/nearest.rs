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

/// How many Allow statements are compared part by part; IAM takes far shorter documents.
const MOST: usize = 1_000;

/// The nearest of the first 1,000 Allow statements, in lines; none if one matches, or there is none.
///
/// `ask` gives the reason of the first statement of a policy.
pub(super) fn lines(
    policy: &TrustPolicy,
    given: &Given<'_>,
    ask: impl Fn(&TrustPolicy) -> Option<Reason>,
) -> Vec<String> {
    let mut allows = policy.statements().filter(|s| s.effect() == Some(Effect::Allow));
    let nearest = allows
        .by_ref()
        .take(MOST)
        .map(|statement| Compared::new(policy, statement, given, &ask))
        .min_by_key(|compared| (compared.failing.len(), compared.distance()))
        .filter(|compared| !compared.failing.is_empty());
    let of = if allows.next().is_some() { format!(" of the first {MOST}") } else { String::new() };
    nearest.map(|compared| compared.lines(&of, given)).unwrap_or_default()
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

    /// `of` says which were compared, where that aren't all.
    fn lines(&self, of: &str, given: &Given<'_>) -> Vec<String> {
        let Self { statement, parts, failing } = self;
        let count = failing.len();
        let differ = if count == 1 { "differs" } else { "differ" };
        let mut lines = vec![format!(
            "nearest{of}: statement {statement}, {count} of its {parts} parts {differ}"
        )];
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

/// How many characters must be put in, taken out or changed (Levenshtein), exactly up to 32. Beyond that it is
/// the length of what differs, without the beginning and the end that are the same, which takes no search.
pub(super) fn distance(a: &str, b: &str) -> usize {
    const MOST: usize = 32;
    let (a, b) = differing_parts(a, b);
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let far = a.len().max(b.len());
    if a.len().abs_diff(b.len()) > MOST { far } else { edits(&a, &b, MOST).unwrap_or(far) }
}

/// The two texts without what is the same at their beginning and their end.
fn differing_parts<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    let begin: usize = same.map(|(c, _)| c.len_utf8()).sum();
    let (a, b) = (a.get(begin..).unwrap_or_default(), b.get(begin..).unwrap_or_default());
    let same = a.chars().rev().zip(b.chars().rev()).take_while(|(a, b)| a == b);
    let end: usize = same.map(|(c, _)| c.len_utf8()).sum();
    let without = |text: &'a str| text.get(..text.len() - end).unwrap_or_default();
    (without(a), without(b))
}

/// The edits between two texts, if there are at most so many; only what is so near the diagonal is looked at.
fn edits(a: &[char], b: &[char], most: usize) -> Option<usize> {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        // The columns of this row, and what stands before the first of them.
        let (first, last) = (i.saturating_sub(most), (i + most + 1).min(b.len()));
        let mut diagonal = *row.get(first)?;
        let mut left = if first == 0 { i + 1 } else { usize::MAX - 1 };
        if let Some(before) = row.get_mut(first) {
            *before = left;
        }
        let mut lowest = left;
        let columns = b.iter().zip(row.iter_mut().skip(1)).take(last).skip(first);
        for (to, cell) in columns {
            let above = *cell;
            let changed = diagonal.saturating_add(usize::from(from != to));
            left = changed.min(left.saturating_add(1)).min(above.saturating_add(1));
            (diagonal, *cell) = (above, left);
            lowest = lowest.min(left);
        }
        if lowest > most {
            return None;
        }
    }
    row.last().copied().filter(|edits| *edits <= most)
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

    #[test]
    fn a_near_distance_is_exact_and_a_far_one_is_what_differs() {
        let texts: Vec<String> = (0..60_usize)
            .map(|seed| {
                (0..seed).map(|at| ['a', 'b', 'é'][(seed * at * at + at / 3) % 3]).collect()
            })
            .collect();
        for (a, b) in texts.iter().flat_map(|a| texts.iter().map(move |b| (a, b))) {
            let (exact, found) = (every_way(a, b), distance(a, b));
            assert!(found == exact || (exact > 32 && found > exact), "{a} {b}: {found}, {exact}");
        }
        let long = "x".repeat(1_000_000);
        assert_eq!(distance(&format!("a{long}b{long}"), &format!("a{long}{long}")), 1);
        assert_eq!(distance(&format!("same{long}"), &format!("same{}", "y".repeat(40))), 1_000_000);
    }

    /// The distance by its definition, cell by cell.
    fn every_way(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for (i, j) in (0..=a.len()).flat_map(|i| (0..=b.len()).map(move |j| (i, j))) {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                changed.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1)
            };
        }
        table[a.len()][b.len()]
    }
}
