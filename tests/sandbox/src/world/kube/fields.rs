//! Fields of an object and who owns them: server-side apply.
//!
//! Maps are merged member by member; a list or a scalar is one field.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::Refusal;
use super::status;

pub(super) type Path = Vec<String>;

/// An object, without its `managedFields`.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Object {
    pub(super) value: Value,
    pub(super) managers: Vec<Manager>,
}

/// Who owns fields, and since when.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Manager {
    pub(super) name: String,
    /// `Apply` or `Update`.
    pub(super) operation: &'static str,
    pub(super) time: String,
    pub(super) fields: BTreeSet<Path>,
}

/// A field that another manager owns: the manager as Kubernetes prints it, and the field.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Conflict {
    pub(super) manager: String,
    pub(super) field: String,
}

/// Who owns what was there before anybody's fields were kept.
const BEFORE: &str = "before-first-apply";

/// Members of `metadata` that nobody owns.
const SYSTEM: &str = "name namespace uid resourceVersion creationTimestamp generation managedFields \
                      selfLink deletionTimestamp";

/// The fields at a path that a manager can own.
fn fields(value: &Value, path: &[String]) -> BTreeSet<Path> {
    let Value::Object(members) = value else {
        return Some(path.to_vec()).filter(|_| !value.is_null()).into_iter().collect();
    };
    let is_system = |name: &str| match path {
        [] => ["apiVersion", "kind", "status"].contains(&name),
        [top] => top == "metadata" && SYSTEM.split_ascii_whitespace().any(|other| other == name),
        _ => false,
    };
    let own = members.iter().filter(|(name, _)| !is_system(name));
    own.flat_map(|(name, value)| fields(value, &[path, std::slice::from_ref(name)].concat()))
        .collect()
}

fn at<'a>(object: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(object, |value, name| value.get(name))
}

/// Sets a field; null removes it.
fn set(object: &mut Value, path: &[String], new: Value) {
    merge(object, &path.iter().rev().fold(new, |inner, name| json!({ name: inner })));
}

/// Removes a field, and the maps that are empty without it.
fn remove(object: &mut Value, path: &[String]) {
    set(object, path, Value::Null);
    for end in (1..path.len()).rev() {
        let map = path.get(..end).unwrap_or_default();
        if at(object, map).and_then(Value::as_object).is_some_and(Map::is_empty) {
            set(object, map, Value::Null);
        }
    }
}

impl Object {
    pub(super) fn new(value: Value) -> Self {
        Self { value, managers: Vec::new() }
    }

    /// Applies what a manager wants; without `force` a field that another owns and that would
    /// change is a conflict. What has no manager at all was [`BEFORE`] the first apply.
    pub(super) fn apply(
        &mut self,
        wanted: &Value,
        by: Manager,
        force: bool,
    ) -> Result<(), Refusal> {
        let (fields, changed) = self.differing(wanted);
        let is_mine = |m: &Manager| (&m.name, m.operation) == (&by.name, by.operation);
        if self.managers.is_empty() {
            let (name, fields) = (BEFORE.to_owned(), self::fields(&self.value, &[]));
            self.managers.push(Manager { name, operation: "Update", fields, ..by.clone() });
        }
        let mut conflicts = Vec::new();
        for other in self.managers.iter_mut().filter(|m| !is_mine(m)) {
            if force {
                other.fields.retain(|path| !changed.contains(path));
                continue;
            }
            conflicts.extend(other.fields.intersection(&changed).map(|path| Conflict {
                manager: match other.operation {
                    "Update" => format!("\"{}\" using v1", other.name),
                    _ => format!("\"{}\"", other.name),
                },
                field: format!(".{}", path.join(".")),
            }));
        }
        conflicts.sort();
        status::conflicts(&conflicts).unless(conflicts.is_empty())?;
        let before = self.managers.iter().find(|m| is_mine(m)).map(|m| m.fields.clone());
        for path in before.iter().flatten().filter(|path| !fields.contains(*path)) {
            let elsewhere = self.managers.iter().any(|m| !is_mine(m) && m.fields.contains(path));
            if !elsewhere {
                remove(&mut self.value, path);
            }
        }
        for path in &changed {
            set(&mut self.value, path, at(wanted, path).cloned().unwrap_or_default());
        }
        if before.as_ref() != Some(&fields) || !changed.is_empty() {
            self.managers.retain(|m| !is_mine(m));
            self.managers.push(Manager { fields, ..by });
        }
        self.managers.retain(|m| !m.fields.is_empty());
        Ok(())
    }

    /// Makes the object this; what differs is then the manager's, unless the object was there without any.
    pub(super) fn update(&mut self, new: Value, by: Manager) {
        if self.managers.is_empty() && !self.meta("uid").is_empty() {
            self.value = new;
            return;
        }
        let (fields, mut changed) = self.differing(&new);
        let is_mine = |m: &Manager| (&m.name, m.operation) == (&by.name, by.operation);
        for other in &mut self.managers {
            let mine = is_mine(other);
            other.fields.retain(|path| fields.contains(path) && (mine || !changed.contains(path)));
        }
        self.value = new;
        if !changed.is_empty() {
            if let Some(index) = self.managers.iter().position(is_mine) {
                changed.extend(self.managers.remove(index).fields);
            }
            self.managers.push(Manager { fields: changed, ..by });
        }
        self.managers.retain(|m| !m.fields.is_empty());
    }

    /// The fields of another state of the object, and those of them that differ.
    fn differing(&self, new: &Value) -> (BTreeSet<Path>, BTreeSet<Path>) {
        let fields = fields(new, &[]);
        let differ = |path: &&Path| at(&self.value, path) != at(new, path);
        let changed = fields.iter().filter(differ).cloned().collect();
        (fields, changed)
    }

    /// The object as it is answered.
    pub(super) fn shown(&self) -> Value {
        let managed = self.managers.iter().map(|m| {
            let mut fields = json!({});
            for path in &m.fields {
                let path: Path = path.iter().map(|name| format!("f:{name}")).collect();
                set(&mut fields, &path, json!({}));
            }
            json!({
                "manager": m.name, "operation": m.operation, "apiVersion": "v1",
                "time": m.time, "fieldsType": "FieldsV1", "fieldsV1": fields,
            })
        });
        let managed = Some(managed.collect::<Vec<_>>()).filter(|list| !list.is_empty());
        let mut value = self.value.clone();
        merge(&mut value, &json!({"metadata": {"managedFields": managed}}));
        value
    }

    pub(super) fn meta(&self, name: &str) -> &str {
        meta(&self.value, name)
    }

    pub(super) fn set_meta(&mut self, name: &str, text: &str) {
        set(&mut self.value, &["metadata".to_owned(), name.to_owned()], json!(text));
    }
}

pub(super) fn meta<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get("metadata").and_then(|meta| meta.get(name)).and_then(Value::as_str).unwrap_or("")
}

/// RFC 7386.
pub(in super::super) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(into) = target else { return };
    for (name, value) in members {
        if value.is_null() {
            into.remove(name);
        } else {
            merge(into.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(name: &str, operation: &'static str) -> Manager {
        let (name, time) = (name.to_owned(), "t".to_owned());
        Manager { name, operation, time, fields: BTreeSet::new() }
    }

    fn account(annotations: &Value) -> Value {
        json!({"kind": "ServiceAccount", "metadata": {"name": "api", "annotations": annotations}})
    }

    fn annotations(object: &Object) -> Value {
        object.value.pointer("/metadata/annotations").cloned().unwrap_or(Value::Null)
    }

    #[test]
    fn each_manager_owns_single_annotations() {
        let mut object = Object::new(account(&json!(null)));
        object
            .apply(&account(&json!({"a": "1", "b": "1"})), by("iamwire", "Apply"), false)
            .unwrap();
        object.apply(&account(&json!({"c": "1"})), by("other", "Apply"), false).unwrap();
        assert_eq!(annotations(&object), json!({"a": "1", "b": "1", "c": "1"}));

        // What is left out is given up; what nobody else owns goes.
        object.apply(&account(&json!({"a": "2"})), by("iamwire", "Apply"), false).unwrap();
        assert_eq!(annotations(&object), json!({"a": "2", "c": "1"}));

        let taken = account(&json!({"a": "3"}));
        let refusal = object.apply(&taken, by("other", "Apply"), false).unwrap_err();
        let conflict = "conflict with \"iamwire\": .metadata.annotations.a";
        assert_eq!(refusal.message, format!("Apply failed with 1 conflict: {conflict}"));
        // The same value is shared; force takes.
        object.apply(&account(&json!({"a": "2", "c": "1"})), by("other", "Apply"), false).unwrap();
        object.apply(&account(&json!({"a": "3"})), by("other", "Apply"), true).unwrap();
        assert_eq!(annotations(&object), json!({"a": "3"}));
        assert_eq!(object.managers.len(), 1, "{:?}", object.managers);
    }

    #[test]
    fn what_nobody_owns_was_there_before_the_first_apply() {
        let mut object = Object::new(account(&json!({"a": "1", "b": "1"})));
        object.set_meta("uid", "u");
        let mut new = object.value.clone();
        merge(&mut new, &json!({"metadata": {"annotations": {"a": "2"}}}));
        object.update(new, by("kubectl-annotate", "Update"));
        assert_eq!(object.managers, []);
        let wanted = account(&json!({"a": "3", "b": "1"}));
        let refusal = object.clone().apply(&wanted, by("iamwire", "Apply"), false).unwrap_err();
        let conflict = "conflict with \"before-first-apply\" using v1: .metadata.annotations.a";
        assert_eq!(refusal.message, format!("Apply failed with 1 conflict: {conflict}"));
        object.apply(&wanted, by("iamwire", "Apply"), true).unwrap();
        assert_eq!(annotations(&object), json!({"a": "3", "b": "1"}));
        let owners: Vec<(&str, usize)> =
            object.managers.iter().map(|m| (m.name.as_str(), m.fields.len())).collect();
        assert_eq!(owners, [("before-first-apply", 1), ("iamwire", 2)]);
    }

    #[test]
    fn applying_twice_changes_nothing_and_an_update_takes_what_it_changes() {
        let mut object = Object::new(account(&json!(null)));
        let wanted = account(&json!({"a": "1", "b": "1"}));
        object.apply(&wanted, by("iamwire", "Apply"), false).unwrap();
        let before = object.clone();
        object.apply(&wanted, by("iamwire", "Apply"), false).unwrap();
        assert_eq!(object, before);

        let mut new = object.value.clone();
        merge(&mut new, &json!({"metadata": {"annotations": {"a": "2", "b": null}}}));
        object.update(new, by("kubectl-annotate", "Update"));
        assert_eq!(annotations(&object), json!({"a": "2"}));
        let refusal = object.apply(&wanted, by("iamwire", "Apply"), false).unwrap_err();
        assert!(refusal.message.contains("\"kubectl-annotate\" using v1: "), "{refusal:?}");
        let fields = object.shown()["metadata"]["managedFields"][0]["fieldsV1"].clone();
        assert_eq!(fields, json!({"f:metadata": {"f:annotations": {"f:a": {}}}}));
    }
}
