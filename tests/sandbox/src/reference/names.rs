//! What Kubernetes' API server refuses of an object's name, labels, annotations and members, in its words (those of
//! 1.36).

use serde_json::{Map, Value};

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const KEY: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// Keys and values of all annotations together.
const MOST_OF_ANNOTATIONS: usize = 262_144;

/// What is wrong with the metadata of an object: fields, with why. A namespace is named by a DNS label, all
/// else by a DNS subdomain.
pub(crate) fn refused(is_namespace: bool, object: &Value) -> Vec<(&'static str, String)> {
    let meta = object.get("metadata").unwrap_or(&Value::Null);
    let name = meta.get("name").and_then(Value::as_str).unwrap_or_default();
    let mut faults = Vec::new();
    let of_name = if is_namespace { label(name) } else { subdomain(name) };
    add(&mut faults, "metadata.name", name, of_name);
    for (key, value) in members(meta, "labels") {
        add(&mut faults, "metadata.labels", key, qualified(key));
        let value = value.as_str().unwrap_or_default();
        add(&mut faults, "metadata.labels", value, label_value(value));
    }
    let mut size = 0;
    for (key, value) in members(meta, "annotations") {
        // Upper case is taken in the whole of it.
        add(&mut faults, "metadata.annotations", key, qualified(&key.to_ascii_lowercase()));
        size += key.len() + value.as_str().unwrap_or_default().len();
    }
    if size > MOST_OF_ANNOTATIONS {
        let why = format!("Too long: may not be more than {MOST_OF_ANNOTATIONS} bytes");
        faults.push(("metadata.annotations", why));
    }
    faults
}

/// What it says of a member that the kind has not, of the kinds that clients apply.
pub(crate) fn undeclared(plural: &str, object: &Value) -> Option<String> {
    let own: &[&str] = match plural {
        "serviceaccounts" => &["secrets", "imagePullSecrets", "automountServiceAccountToken"],
        "namespaces" => &["spec", "status"],
        _ => return None,
    };
    let every = ["apiVersion", "kind", "metadata"];
    let mut names = object.as_object()?.keys().map(String::as_str);
    let unknown = names.find(|name| !every.contains(name) && !own.contains(name))?;
    Some(format!(".{unknown}: field not declared in schema"))
}

fn members<'a>(meta: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    meta.get(name).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn add(
    faults: &mut Vec<(&'static str, String)>,
    field: &'static str,
    value: &str,
    why: Vec<String>,
) {
    let all = why.into_iter().map(|why| (field, format!("Invalid value: \"{value}\": {why}")));
    faults.extend(all);
}

fn label(name: &str) -> Vec<String> {
    if name.len() > 63 {
        return vec!["must be no more than 63 characters".to_owned()];
    }
    if is_label(name) { vec![] } else { vec![LABEL.to_owned()] }
}

fn subdomain(name: &str) -> Vec<String> {
    if name.len() > 253 {
        return vec!["must be no more than 253 characters".to_owned()];
    }
    if name.split('.').all(is_label) { vec![] } else { vec![SUBDOMAIN.to_owned()] }
}

/// `NAME` or `PREFIX/NAME`.
fn qualified(key: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let name = match key.split('/').collect::<Vec<_>>().as_slice() {
        [name] => *name,
        ["", name] => {
            faults.push("prefix part must be non-empty".to_owned());
            *name
        }
        [prefix, name] => {
            faults.extend(subdomain(prefix).into_iter().map(|why| format!("prefix part {why}")));
            *name
        }
        _ => {
            let more = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            return vec![format!("a valid label key {KEY} {more}")];
        }
    };
    if name.is_empty() {
        faults.push("name part must be non-empty".to_owned());
    }
    if name.len() > 63 {
        faults.push("name part must be no more than 63 bytes".to_owned());
    }
    if !is_word(name) {
        faults.push(format!("name part {KEY}"));
    }
    faults
}

fn label_value(value: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if value.len() > 63 {
        faults.push("must be no more than 63 bytes".to_owned());
    }
    if !value.is_empty() && !is_word(value) {
        faults.push(VALUE.to_owned());
    }
    faults
}

/// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
fn is_label(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    holds(text, fits, b"-")
}

/// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`
fn is_word(text: &str) -> bool {
    holds(text, |b| b.is_ascii_alphanumeric(), b"-_.")
}

/// Characters that fit, and within also others.
fn holds(text: &str, fits: impl Fn(u8) -> bool, within: &[u8]) -> bool {
    let (Some(first), Some(last)) = (text.bytes().next(), text.bytes().last()) else {
        return false;
    };
    fits(first) && fits(last) && text.bytes().all(|b| fits(b) || within.contains(&b))
}
