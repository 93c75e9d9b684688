//! The session tags that a token carries.

use super::claims::Claims;
use crate::json::{Kind, Value};
use crate::policy::evaluate::context::{Context, Entry};

const NESTED: &str = "https://aws.amazon.com/tags";
const FLAT_TRANSITIVE: &str = "https://aws.amazon.com/tags/transitive_tag_keys";
const FLAT: &str = "https://aws.amazon.com/tags/principal_tags/";

/// Session tags: nested in one claim, or a claim each, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tags {
    pairs: Vec<(String, String)>,
    transitive_keys: Vec<String>,
    /// The transitive keys are in a form that isn't documented.
    unknown_keys: bool,
}

/// The tags are written in another form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MalformedTags;

impl Tags {
    pub(super) fn of(claims: &Claims) -> Result<Self, MalformedTags> {
        let mut tags = Self::default();
        if let Some(nested) = claims.claim(NESTED) {
            if nested.kind() != Kind::Object {
                return Err(MalformedTags);
            }
            if let Some(principal_tags) = nested.member("principal_tags") {
                tags.add_nested(principal_tags)?;
            }
            if let Some(keys) = nested.member("transitive_tag_keys") {
                let keys: Option<Vec<String>> = match keys.kind() {
                    Kind::Array => keys.elements().map(|k| k.as_str().map(Into::into)).collect(),
                    _ => None,
                };
                tags.transitive_keys = keys.ok_or(MalformedTags)?;
            }
        }
        for member in claims.value().members().filter(|m| m.value.kind() != Kind::Null) {
            let name = member.name();
            let Some(key) = name.strip_prefix(FLAT) else { continue };
            let text = member.value.as_str().ok_or(MalformedTags)?;
            tags.add(key, &text);
        }
        tags.unknown_keys = claims.claim(FLAT_TRANSITIVE).is_some();
        Ok(tags)
    }

    fn add_nested(&mut self, tags: Value<'_>) -> Result<(), MalformedTags> {
        if tags.kind() != Kind::Object {
            return Err(MalformedTags);
        }
        for member in tags.members() {
            let mut values = member.value.elements();
            let (Some(value), None) = (values.next(), values.next()) else {
                return Err(MalformedTags);
            };
            self.add(&member.name(), &value.as_str().ok_or(MalformedTags)?);
        }
        Ok(())
    }

    fn add(&mut self, key: &str, value: &str) {
        self.pairs.push((key.to_owned(), value.to_owned()));
    }

    /// Whether the trust must allow `sts:TagSession` as well.
    pub(super) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Sets the condition keys of the tags, and returns their names.
    pub(super) fn set(&self, context: &mut Context) -> Vec<String> {
        let mut own = Vec::new();
        let mut keys: Vec<&str> = Vec::new();
        for (tag, value) in &self.pairs {
            let key = format!("aws:RequestTag/{tag}");
            let twice =
                self.pairs.iter().any(|(other, v)| other.eq_ignore_ascii_case(tag) && v != value);
            let entry = if twice { Entry::UnknownValue } else { super::carried::one(value) };
            if context.set(&key, entry) {
                keys.push(tag);
            }
            own.push(key);
        }
        for (name, values) in [
            ("aws:TagKeys", keys),
            ("sts:TransitiveTagKeys", self.transitive_keys.iter().map(String::as_str).collect()),
        ] {
            if !values.is_empty() {
                context.set(name, Entry::of(values));
                own.push(name.to_owned());
            }
        }
        if self.unknown_keys {
            context.set("sts:TransitiveTagKeys", Entry::UnknownPresence);
            own.push("sts:TransitiveTagKeys".to_owned());
        }
        own
    }
}
