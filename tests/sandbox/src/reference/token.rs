//! The claims of a token: what STS makes of them.

use super::context::Held;
use super::json::Value;
use super::number::Integer;

pub(super) const ROLES: &str = "https://aws.amazon.com/roles";
pub(super) const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";
const TAGS: &str = "https://aws.amazon.com/tags";
const FLAT_TAG: &str = "https://aws.amazon.com/tags/principal_tags/";
const FLAT_TRANSITIVE: &str = "https://aws.amazon.com/tags/transitive_tag_keys";

/// A claim as it stands, null or not.
pub(super) fn raw<'a>(claims: &'a [(String, Value)], name: &str) -> Option<&'a Value> {
    claims.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// A claim; one that is null is absent.
pub(super) fn claim<'a>(claims: &'a [(String, Value)], name: &str) -> Option<&'a Value> {
    raw(claims, name).filter(|value| **value != Value::Null)
}

/// "integers or strings of digits"
pub(super) fn timestamp(value: &Value) -> Option<Integer> {
    match value {
        // Reading: an integer is `-?\d+` as written; `1e9` and `1.0` are none.
        Value::Number(text) => Integer::parse(text),
        // Reading: "strings of digits": no sign, no blank, not empty.
        Value::String(text) if text.bytes().all(|b| b.is_ascii_digit()) => Integer::parse(text),
        _ => None,
    }
}

/// What a key made of a claim holds.
pub(super) fn held(claim: Option<&Value>) -> Held {
    match claim {
        None => Held::Absent,
        // Reading: "a number or boolean becomes its text" is said of `sub`; so do those of `iss`,
        // `aud`, `azp`, `email` and `amr`. A list or object where one text is due is a value that
        // is not known, and so is a list of `amr` with an entry that has no text.
        Some(Value::Array(items)) => {
            let texts: Option<Vec<String>> = items.iter().map(Value::scalar).collect();
            texts.map_or(Held::ValueUnknown, Held::Values)
        }
        Some(value) => value.scalar().map_or(Held::ValueUnknown, |text| Held::Values(vec![text])),
    }
}

/// As [`held`], where a list has no place.
pub(super) fn held_once(claim: Option<&Value>) -> Held {
    match claim {
        Some(Value::Array(_)) => Held::ValueUnknown,
        other => held(other),
    }
}

/// The entries of `aud`.
pub(super) fn audiences(claims: &[(String, Value)]) -> &[Value] {
    claim(claims, "aud").map_or(&[], Value::one_or_list)
}

/// The claim whose text is the key `:aud`: "from `azp`, or without it `aud`".
pub(super) fn audience(claims: &[(String, Value)]) -> Option<&Value> {
    claim(claims, "azp").or_else(|| audiences(claims).first())
}

/// The claim `https://aws.amazon.com/roles`.
pub(super) enum Roles {
    Absent,
    /// Neither a list nor a string.
    Unsupported,
    /// The role ARNs in it.
    Listed(Vec<String>),
}

impl Roles {
    pub(super) fn of(claims: &[(String, Value)]) -> Self {
        let entries: Vec<&str> = match claim(claims, ROLES) {
            None => return Self::Absent,
            Some(Value::String(text)) => text.split(';').collect(),
            // Reading: "entries that are no role ARN are skipped": those that are no string too.
            Some(Value::Array(items)) => items
                .iter()
                .filter_map(|item| match item {
                    Value::String(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
            Some(_) => return Self::Unsupported,
        };
        // Reading: "blanks trimmed": ASCII white space.
        let trimmed =
            entries.into_iter().map(|entry| entry.trim_matches(|c: char| c.is_ascii_whitespace()));
        Self::Listed(trimmed.filter(|entry| is_role_arn(entry)).map(str::to_owned).collect())
    }
}

/// `^arn:aws[a-z0-9-]*:iam::\d{12}:role/[\w/.@+=,-]+$`
pub(super) fn is_role_arn(text: &str) -> bool {
    // Reading: STS's bound of 20 to 2,048 characters holds for `RoleArn` in the request only.
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts.as_slice() else { return false };
    let Some(more) = partition.strip_prefix("aws") else { return false };
    let Some(name) = resource.strip_prefix("role/") else { return false };
    more.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_/.@+=,-".contains(&b))
}

/// The session tags of a token.
pub(super) struct Tags {
    /// A tag given twice with different values has none that is known.
    pub(super) tags: Vec<(String, Option<String>)>,
    pub(super) transitive: Held,
}

impl Tags {
    /// Reads both forms and merges them; nothing if one has another form.
    pub(super) fn of(claims: &[(String, Value)]) -> Option<Self> {
        let mut tags = Vec::new();
        let mut transitive = Held::Absent;
        match claim(claims, TAGS) {
            None => {}
            Some(Value::Object(members)) => {
                for (name, value) in members {
                    match (name.as_str(), value) {
                        ("principal_tags", Value::Object(pairs)) => {
                            for (key, values) in pairs {
                                // "nested values are lists of one string"
                                let Value::Array(items) = values else { return None };
                                let [Value::String(value)] = items.as_slice() else { return None };
                                add(&mut tags, key, value);
                            }
                        }
                        ("transitive_tag_keys", Value::Array(items)) => {
                            let keys: Option<Vec<String>> = items.iter().map(string).collect();
                            transitive = Held::Values(keys?);
                        }
                        // Reading: "another form is refused": null too, where the object or the
                        // list is due; either member may be left out, a further one is passed over.
                        ("principal_tags" | "transitive_tag_keys", _) => return None,
                        _ => {}
                    }
                }
            }
            Some(_) => return None,
        }
        for (name, value) in claims {
            match (name.strip_prefix(FLAT_TAG), value) {
                // "flat ones strings"; "Other claims that are null are absent."
                (Some(key), Value::String(text)) => add(&mut tags, key, text),
                (None, _) | (Some(_), Value::Null) => {}
                (Some(_), _) => return None,
            }
        }
        // Reading: the flat form is described for `principal_tags` only; a flat list of transitive
        // keys makes the presence of `sts:TransitiveTagKeys` unknown.
        if claim(claims, FLAT_TRANSITIVE).is_some() {
            transitive = Held::PresenceUnknown;
        }
        Some(Self { tags, transitive })
    }
}

/// Reading: "both are merged": a key given twice, in whatever case, with two values has a value
/// that is not known.
fn add(tags: &mut Vec<(String, Option<String>)>, key: &str, value: &str) {
    let value = Some(value.to_owned());
    match tags.iter_mut().find(|(name, _)| super::text::same_name(name, key)) {
        Some((_, before)) if *before != value => *before = None,
        Some(_) => {}
        None => tags.push((key.to_owned(), value)),
    }
}

fn string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}
