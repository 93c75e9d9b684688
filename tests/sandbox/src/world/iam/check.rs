//! What IAM asks of parameters, and how it says so.

use serde_json::{Value, json};

use super::super::{Refusal, incoming::Params};
use super::{Answer, Iam};

pub(super) type Tags = Vec<(String, String)>;

pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ValidationError", message)
}

fn invalid_input(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "InvalidInput", message)
}

/// `Value 'x' at 'roleName' failed to satisfy constraint: …`, the name as the API writes it.
pub(in super::super) fn constraint(value: Option<&str>, name: &str, rule: &str) -> Refusal {
    let value = value.map_or("null".to_owned(), |value| format!("'{value}'"));
    let place = format!("Value {value} at '{}'", lower_first(name));
    invalid(format!("1 validation error detected: {place} failed to satisfy constraint: {rule}"))
}

fn invalid_value(name: &str, rule: &str) -> Refusal {
    invalid(format!("The specified value for {name} is invalid. It must {rule}"))
}

/// `RoleName` as `roleName`.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

pub(in super::super) fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, Refusal> {
    params.get(name).ok_or_else(|| constraint(None, name, "Member must not be null"))
}

impl<'a> Iam<'a> {
    /// A required parameter of so many characters.
    pub(super) fn text(&self, name: &str, least: usize, most: usize) -> Result<&'a str, Refusal> {
        let value = required(self.params, name)?;
        length(value, name, least, most)?;
        Ok(value)
    }

    /// A required name of a role or policy.
    pub(super) fn name(&self, name: &str, most: usize) -> Result<&'a str, Refusal> {
        let value = self.text(name, 1, most)?;
        let fits = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b));
        let rule = "only alphanumeric characters and/or the following: +=,.@_-";
        invalid_value(&lower_first(name), &format!("contain {rule}")).unless(fits)?;
        Ok(value)
    }

    pub(super) fn arn_in(&self, name: &str) -> Result<&'a str, Refusal> {
        let arn = self.text(name, 20, 2048)?;
        let fits = arn.starts_with("arn:") && arn.split(':').count() >= 6;
        invalid_input(format!("ARN {arn} is not valid.")).unless(fits)?;
        Ok(arn)
    }

    pub(super) fn path(&self) -> Result<&'a str, Refusal> {
        let path = self.params.get("Path").unwrap_or("/");
        length(path, "Path", 1, 512)?;
        let visible = path.bytes().all(|b| (0x21..=0x7E).contains(&b));
        let fits = path.starts_with('/') && path.ends_with('/') && path != "//" && visible;
        let rule = "contain only alphanumeric characters and/or / characters.";
        invalid_value("path", &format!("begin and end with / and {rule}")).unless(fits)?;
        Ok(path)
    }

    /// The document of a policy: text in the characters that IAM takes, as long as the wire takes.
    pub(super) fn document(&self, name: &str) -> Result<&'a str, Refusal> {
        let text = self.text(name, 1, 131_072)?;
        let fits = text.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FF}'));
        let pattern = r"[\u0009\u000A\u000D\u0020-\u00FF]+";
        let rule = format!("Member must satisfy regular expression pattern: {pattern}");
        constraint(Some(text), name, &rule).unless(fits)?;
        Ok(text)
    }

    /// Adds the tags of the request to those that are there; keys of roles ignore case.
    pub(super) fn merged(&self, before: &Tags, ignore_case: bool) -> Result<Tags, Refusal> {
        let keys = self.params.list("Tags", "Key");
        let new: Tags = keys.into_iter().zip(self.params.list("Tags", "Value")).collect();
        let note =
            if ignore_case { " Please note that Tag keys are case insensitive." } else { "" };
        for (index, (key, value)) in new.iter().enumerate() {
            length(key, "tags.1.member.key", 1, 128)?;
            length(value, "tags.1.member.value", 0, 256)?;
            let reserved = key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
            invalid_input("aws: prefixed tag key names are not allowed for external use.")
                .unless(!reserved)?;
            let twice = new.iter().skip(index + 1).any(|(other, _)| same(key, other, ignore_case));
            invalid_input(format!("Duplicate tag keys found.{note}")).unless(!twice)?;
        }
        let mut tags = without(before, new.iter().map(|(key, _)| key), ignore_case);
        tags.extend(new);
        super::within("TagsPerResource", self.state.quotas.tags, tags.len())?;
        Ok(tags)
    }

    /// The tags that are left without `TagKeys`.
    pub(super) fn without_keys(&self, before: &Tags, ignore_case: bool) -> Tags {
        without(before, self.params.list("TagKeys", "").iter(), ignore_case)
    }

    /// One page of a list, from `Marker`, at most `MaxItems`.
    pub(super) fn page(&self, name: &str, items: impl IntoIterator<Item = Value>) -> Answer {
        let items: Vec<Value> = items.into_iter().collect();
        let most = usize::try_from(self.number("MaxItems", 1, 1000)?.unwrap_or(100)).unwrap_or(100);
        let start = self.params.get("Marker").unwrap_or("0").parse::<usize>();
        let start = start.map_err(|_| invalid("Invalid Marker."))?;
        let end = start.saturating_add(most);
        let marker = (items.len() > end).then(|| end.to_string());
        let items: Vec<Value> = items.into_iter().skip(start).take(most).collect();
        Ok(json!({"IsTruncated": marker.is_some(), "Marker": marker, name: items}))
    }

    pub(super) fn number(&self, name: &str, least: i64, most: i64) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.params.get(name) else { return Ok(None) };
        let message = format!("Invalid value for {name}: {text}");
        let number: i64 = text.parse().map_err(|_| Refusal::new(400, "MalformedInput", message))?;
        within_bounds("value", text, name, [least, number, most])?;
        Ok(Some(number))
    }
}

fn same(key: &str, other: &str, ignore_case: bool) -> bool {
    key == other || ignore_case && key.eq_ignore_ascii_case(other)
}

fn without<'t>(tags: &Tags, keys: impl Iterator<Item = &'t String>, ignore_case: bool) -> Tags {
    let mut tags = tags.clone();
    keys.for_each(|gone| tags.retain(|(key, _)| !same(key, gone, ignore_case)));
    tags
}

/// The tags of an answer; none: they are left out.
pub(super) fn shown_tags(tags: &Tags) -> Value {
    if tags.is_empty() { Value::Null } else { all_tags(tags) }
}

fn all_tags(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}

/// The answer to a question for tags alone.
pub(super) fn tag_list(tags: &Tags) -> Value {
    json!({"IsTruncated": false, "Tags": all_tags(tags)})
}

/// Refuses a text with fewer or more characters.
pub(super) fn length(value: &str, name: &str, least: usize, most: usize) -> Result<(), Refusal> {
    let bounds = [least, value.chars().count(), most];
    within_bounds("length", value, name, bounds.map(|n| i64::try_from(n).unwrap_or(i64::MAX)))
}

/// Refuses a number outside its bounds, which stand around it.
fn within_bounds(what: &str, text: &str, name: &str, numbers: [i64; 3]) -> Result<(), Refusal> {
    let [least, number, most] = numbers;
    let (side, limit) = if number < least { ("greater", least) } else { ("less", most) };
    let rule = format!("Member must have {what} {side} than or equal to {limit}");
    constraint(Some(text), name, &rule).unless((least..=most).contains(&number))
}

/// Characters as quotas count them: without white space.
pub(in super::super) fn counted(text: &str) -> usize {
    text.chars().filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).count()
}
