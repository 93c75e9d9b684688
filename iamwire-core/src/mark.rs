//! What Iamwire writes on what it makes, and is told by.

use std::collections::BTreeMap;

use crate::{TagKey, TagValue};

/// The tag of providers, roles and policies: `iamwire:managed` = `true`.
pub(crate) const TAG: &str = "iamwire:managed";
const TAG_VALUE: &str = "true";

/// The label of service accounts and namespaces: `app.kubernetes.io/managed-by` = `iamwire`.
pub(crate) const LABEL: &str = "app.kubernetes.io/managed-by";
/// The label's value, and the field manager of what Iamwire applies.
pub(crate) const MANAGER: &str = "iamwire";

/// Whether tags carry the mark; keys of a role's tags ignore case.
pub(crate) fn is_on(tags: &BTreeMap<String, String>) -> bool {
    tags.iter().any(|(key, value)| key.eq_ignore_ascii_case(TAG) && value == TAG_VALUE)
}

/// Whether labels carry the mark.
pub(crate) fn is_on_labels(labels: &BTreeMap<String, String>) -> bool {
    labels.get(LABEL).is_some_and(|value| value == MANAGER)
}

/// These tags and the mark.
pub(crate) fn with_mark(tags: &BTreeMap<TagKey, TagValue>) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> =
        tags.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    all.insert(TAG.to_owned(), TAG_VALUE.to_owned());
    all
}

/// The mark as labels.
pub(crate) fn labels() -> BTreeMap<String, String> {
    BTreeMap::from([(LABEL.to_owned(), MANAGER.to_owned())])
}
