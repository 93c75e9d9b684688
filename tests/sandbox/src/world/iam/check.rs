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
    let name = lower_first(name);
    invalid(format!(
        "1 validation error detected: Value {value} at '{name}' failed to satisfy constraint: {rule}"
    ))
}

/// `RoleName` as `roleName`.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// A required parameter.
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
        if value.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b)) {
            return Ok(value);
        }
        Err(invalid(format!(
            "The specified value for {} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
            lower_first(name)
        )))
    }

    /// A required ARN.
    pub(super) fn arn_in(&self, name: &str) -> Result<&'a str, Refusal> {
        let arn = self.text(name, 20, 2048)?;
        if arn.starts_with("arn:") && arn.split(':').count() >= 6 {
            return Ok(arn);
        }
        Err(invalid_input(format!("ARN {arn} is not valid.")))
    }

    pub(super) fn path(&self) -> Result<&'a str, Refusal> {
        let path = self.params.get("Path").unwrap_or("/");
        length(path, "Path", 1, 512)?;
        let visible = path.bytes().all(|b| (0x21..=0x7E).contains(&b));
        if path.starts_with('/') && path.ends_with('/') && !path.contains("//") && visible {
            return Ok(path);
        }
        Err(invalid(
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
        ))
    }

    /// The document of a policy: text in the characters that IAM takes, as long as the wire takes.
    pub(super) fn document(&self, name: &str) -> Result<&'a str, Refusal> {
        let text = self.text(name, 1, 131_072)?;
        if text.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FF}')) {
            return Ok(text);
        }
        let rule =
            r"Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u00FF]+";
        Err(constraint(Some(text), name, rule))
    }

    /// Adds the tags of the request to those that are there; keys of roles ignore case.
    pub(super) fn merged(&self, before: &Tags, ignore_case: bool) -> Result<Tags, Refusal> {
        let keys = self.params.list("Tags", "Key");
        let new: Tags = keys.into_iter().zip(self.params.list("Tags", "Value")).collect();
        let same = |a: &str, b: &str| if ignore_case { a.eq_ignore_ascii_case(b) } else { a == b };
        for (index, (key, value)) in new.iter().enumerate() {
            length(key, "tags.1.member.key", 1, 128)?;
            length(value, "tags.1.member.value", 0, 256)?;
            if key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
                let message = "aws: prefixed tag key names are not allowed for external use.";
                return Err(invalid_input(message));
            }
            if new.iter().skip(index + 1).any(|(other, _)| same(key, other)) {
                let note = " Please note that Tag keys are case insensitive.";
                let note = if ignore_case { note } else { "" };
                return Err(invalid_input(format!("Duplicate tag keys found.{note}")));
            }
        }
        let mut tags = before.clone();
        tags.retain(|(key, _)| !new.iter().any(|(other, _)| same(key, other)));
        tags.extend(new);
        super::within("TagsPerResource", self.state.quotas.tags, tags.len())?;
        Ok(tags)
    }

    /// The tags that are left without `TagKeys`.
    pub(super) fn without_keys(&self, before: &Tags, ignore_case: bool) -> Tags {
        let gone = self.params.list("TagKeys", "");
        let same = |a: &str, b: &str| a == b || ignore_case && a.eq_ignore_ascii_case(b);
        before.iter().filter(|(key, _)| !gone.iter().any(|g| same(g, key))).cloned().collect()
    }

    /// One page of a list, from `Marker`, at most `MaxItems`.
    pub(super) fn page(&self, name: &str, items: impl IntoIterator<Item = Value>) -> Answer {
        let items: Vec<Value> = items.into_iter().collect();
        let most = usize::try_from(self.number("MaxItems", 100, 1, 1000)?).unwrap_or(100);
        let start: usize = match self.params.get("Marker") {
            None => 0,
            Some(text) => text.parse().map_err(|_| invalid("Invalid Marker."))?,
        };
        let end = start.saturating_add(most);
        let marker = (items.len() > end).then(|| end.to_string());
        let items: Vec<Value> = items.into_iter().skip(start).take(most).collect();
        Ok(json!({"IsTruncated": marker.is_some(), "Marker": marker, name: items}))
    }

    /// A number in its bounds.
    pub(super) fn number(
        &self,
        name: &str,
        otherwise: i64,
        least: i64,
        most: i64,
    ) -> Result<i64, Refusal> {
        let Some(text) = self.params.get(name) else { return Ok(otherwise) };
        let malformed =
            |_| Refusal::new(400, "MalformedInput", format!("Invalid value for {name}: {text}"));
        let number: i64 = text.parse().map_err(malformed)?;
        let Some(rule) = outside(&number, &least, &most) else { return Ok(number) };
        Err(constraint(Some(text), name, &format!("Member must have value {rule}")))
    }
}

/// The tags of an answer; none: they are left out.
pub(super) fn shown_tags(tags: &Tags) -> Value {
    let tags = tags.iter().map(|(key, value)| json!({"Key": key, "Value": value}));
    let tags: Vec<Value> = tags.collect();
    if tags.is_empty() { Value::Null } else { tags.into() }
}

/// The answer to a question for tags alone.
pub(super) fn tag_list(tags: &Tags) -> Value {
    let tags = Some(shown_tags(tags)).filter(Value::is_array);
    json!({"IsTruncated": false, "Tags": tags.unwrap_or_else(|| json!([]))})
}

/// Refuses a text with fewer or more characters.
pub(super) fn length(value: &str, name: &str, least: usize, most: usize) -> Result<(), Refusal> {
    let Some(rule) = outside(&value.chars().count(), &least, &most) else { return Ok(()) };
    Err(constraint(Some(value), name, &format!("Member must have length {rule}")))
}

fn outside<T: Ord + std::fmt::Display>(value: &T, least: &T, most: &T) -> Option<String> {
    if value < least {
        Some(format!("greater than or equal to {least}"))
    } else if value > most {
        Some(format!("less than or equal to {most}"))
    } else {
        None
    }
}

/// Characters as quotas count them: without white space.
pub(in super::super) fn counted(text: &str) -> usize {
    text.chars().filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).count()
}
