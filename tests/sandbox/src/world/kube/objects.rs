//! Objects: get, list, create, apply, patch, update, delete.

use serde_json::{Value, json};

use super::super::ids::timestamp;
use super::super::incoming::Incoming;
use super::super::log::Operation;
use super::super::reply::{Body, Refusal};
use super::fields::{Object, merge, meta};
use super::status::{
    already_exists, another_uid, bad_request, check_name, conflicts, invalid, no_such_path,
    not_found, outdated,
};
use super::{Cluster, Moment, Target, protobuf};

impl Cluster {
    pub(super) fn request(
        &mut self,
        target: &Target,
        incoming: &Incoming,
        operation: &Operation,
        moment: &mut Moment<'_>,
    ) -> Result<Body, Refusal> {
        let verb = operation.name.split(' ').next().unwrap_or_default();
        match (verb, target.subresource.as_str()) {
            ("create", "token") => return self.create_token(target, incoming, moment),
            (_, "") => {}
            _ => return Err(Refusal::unknown(&operation.name)),
        }
        match verb {
            "get" => Ok(Body::Json(200, self.found(target)?.shown())),
            "list" => Ok(Body::Json(200, self.list(target, incoming))),
            "create" | "apply" | "patch" | "update" | "delete" if target.kind.writable => {
                let dry_run = match incoming.query.get("dryRun") {
                    None => false,
                    Some("All") => true,
                    Some(other) => {
                        let message =
                            format!("Unsupported value: \"{other}\": supported values: \"All\"");
                        return Err(invalid("PatchOptions", "", "dryRun", &message));
                    }
                };
                let kept = (self.objects.clone(), self.version);
                let answer = match verb {
                    "create" => self.create(target, incoming, moment),
                    "delete" => self.delete(target, incoming),
                    _ => self.change(verb, target, incoming, moment),
                };
                if dry_run {
                    (self.objects, self.version) = kept;
                }
                answer
            }
            _ => Err(Refusal::unknown(&operation.name)),
        }
    }

    pub(super) fn found(&self, target: &Target) -> Result<&Object, Refusal> {
        let found = self.objects.get(&target.key());
        found.ok_or_else(|| not_found(target.kind.plural, &target.name))
    }

    fn list(&self, target: &Target, incoming: &Incoming) -> Value {
        let labels = Selector::parse(incoming.query.get("labelSelector"));
        let selected = Selector::parse(incoming.query.get("fieldSelector"));
        let items: Vec<Value> = self
            .objects
            .iter()
            .filter(|((plural, namespace, _), _)| {
                *plural == target.kind.plural
                    && (target.namespace.is_empty() || *namespace == target.namespace)
            })
            .map(|(_, object)| object)
            .filter(|object| {
                let label =
                    |name: &str| object.value.get("metadata")?.get("labels")?.get(name)?.as_str();
                let field = |path: &str| {
                    path.split('.').try_fold(&object.value, |value, name| value.get(name))?.as_str()
                };
                labels.iter().all(|one| one.holds(label(&one.name)))
                    && selected.iter().all(|one| one.holds(Some(field(&one.name).unwrap_or(""))))
            })
            .map(|object| {
                // Items of a list have neither kind nor version.
                let mut item = object.shown();
                if let Some(members) = item.as_object_mut() {
                    members.remove("kind");
                    members.remove("apiVersion");
                }
                item
            })
            .collect();
        json!({
            "kind": format!("{}List", target.kind.name), "apiVersion": "v1",
            "metadata": {"resourceVersion": self.version.to_string()}, "items": items,
        })
    }

    fn create(
        &mut self,
        target: &Target,
        incoming: &Incoming,
        moment: &mut Moment<'_>,
    ) -> Result<Body, Refusal> {
        let body = body(target, incoming)?;
        let name = meta(&body, "name").to_owned();
        if name.is_empty() {
            let message = "Required value: name or generateName is required";
            return Err(invalid(target.kind.name, "", "metadata.name", message));
        }
        let target = Target {
            name,
            namespace: target.namespace.clone(),
            subresource: String::new(),
            kind: target.kind,
        };
        self.namespace_of(&target)?;
        check_name(target.kind, &target.name)?;
        if self.objects.contains_key(&target.key()) {
            return Err(already_exists(target.kind.plural, &target.name));
        }
        let mut object = Object::new(json!({}));
        object.update(body, &manager(incoming), &timestamp(moment.now));
        Ok(Body::Json(201, self.store(&target, None, object, moment).shown()))
    }

    /// Apply, patch and update.
    fn change(
        &mut self,
        verb: &str,
        target: &Target,
        incoming: &Incoming,
        moment: &mut Moment<'_>,
    ) -> Result<Body, Refusal> {
        let time = timestamp(moment.now);
        let body = match verb {
            "patch" => patch(incoming)?,
            _ => body(target, incoming)?,
        };
        let before = self.objects.get(&target.key()).cloned();
        if let Some(before) = &before {
            let (uid, version) = (meta(&body, "uid"), meta(&body, "resourceVersion"));
            if !uid.is_empty() && uid != before.meta("uid") {
                return Err(another_uid(target, uid, before.meta("uid")));
            }
            if !version.is_empty() && version != before.meta("resourceVersion") {
                return Err(outdated(target));
            }
        }
        let mut object = match &before {
            Some(before) => before.clone(),
            None if verb == "apply" => {
                self.namespace_of(target)?;
                check_name(target.kind, &target.name)?;
                Object::new(json!({
                    "apiVersion": "v1", "kind": target.kind.name,
                    "metadata": {"name": target.name},
                }))
            }
            None => return Err(not_found(target.kind.plural, &target.name)),
        };
        match verb {
            "apply" => {
                let Some(manager) = incoming.query.get("fieldManager").filter(|m| !m.is_empty())
                else {
                    let message = "Required value: is required for apply patch";
                    return Err(invalid("PatchOptions", "", "fieldManager", message));
                };
                let owned = body.pointer("/metadata/managedFields").and_then(Value::as_array);
                if owned.is_some_and(|list| !list.is_empty()) {
                    return Err(bad_request("metadata.managedFields must be nil"));
                }
                let force = incoming.query.get("force") == Some("true");
                object.apply(&body, manager, force, &time).map_err(|list| conflicts(&list))?;
            }
            "patch" => {
                let mut new = object.value.clone();
                merge(&mut new, &body);
                object.update(kept(&object, new), &manager(incoming), &time);
            }
            _ => object.update(kept(&object, body), &manager(incoming), &time),
        }
        let status = if before.is_some() { 200 } else { 201 };
        let stored = self.store(target, before.as_ref(), object, moment);
        Ok(Body::Json(status, stored.shown()))
    }

    fn delete(&mut self, target: &Target, incoming: &Incoming) -> Result<Body, Refusal> {
        let options: Value = serde_json::from_slice(&incoming.body).unwrap_or_default();
        let object = self.found(target)?.clone();
        let wanted = |name: &str| options.get("preconditions")?.get(name)?.as_str();
        if let Some(uid) = wanted("uid").filter(|uid| *uid != object.meta("uid")) {
            return Err(another_uid(target, uid, object.meta("uid")));
        }
        if wanted("resourceVersion").is_some_and(|v| v != object.meta("resourceVersion")) {
            return Err(outdated(target));
        }
        self.objects.remove(&target.key());
        if !target.kind.namespaced {
            // What is in a namespace goes with it, at once.
            self.objects.retain(|(_, namespace, _), _| *namespace != target.name);
        }
        self.version += 1;
        Ok(Body::Json(200, object.shown()))
    }

    fn namespace_of(&self, target: &Target) -> Result<(), Refusal> {
        if !target.kind.namespaced {
            return Ok(());
        }
        if target.namespace.is_empty() {
            return Err(no_such_path());
        }
        let key = ("namespaces", String::new(), target.namespace.clone());
        let found = self.objects.contains_key(&key);
        if found { Ok(()) } else { Err(not_found("namespaces", &target.namespace)) }
    }
}

/// What a client can't change stays as the server has it.
fn kept(before: &Object, mut new: Value) -> Value {
    if let Some(meta) = new.get_mut("metadata").and_then(Value::as_object_mut) {
        meta.remove("managedFields");
        for name in ["uid", "creationTimestamp", "resourceVersion", "namespace"] {
            if !before.meta(name).is_empty() {
                meta.insert(name.to_owned(), json!(before.meta(name)));
            }
        }
    }
    if let (Some(new), Some(status)) = (new.as_object_mut(), before.value.get("status")) {
        new.insert("status".to_owned(), status.clone());
    }
    new
}

/// What the server adds to an object.
pub(super) fn complete(target: &Target, object: &mut Object) {
    let kind = target.kind;
    if let Some(members) = object.value.as_object_mut() {
        members.insert("apiVersion".to_owned(), json!("v1"));
        members.insert("kind".to_owned(), json!(kind.name));
        if kind.plural == "namespaces" {
            let more = json!({
                "metadata": {"labels": {"kubernetes.io/metadata.name": target.name}},
                "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
            });
            merge(&mut object.value, &more);
        }
    }
    if kind.namespaced {
        object.set_meta("namespace", &target.namespace);
    }
}

/// The object in a request, as JSON.
pub(super) fn read(incoming: &Incoming) -> Result<Value, Refusal> {
    let kind = incoming.header("content-type").unwrap_or("application/json");
    if kind.contains("vnd.kubernetes.protobuf") {
        return protobuf::read(&incoming.body).ok_or_else(|| unsupported(kind));
    }
    serde_json::from_slice(&incoming.body)
        .map_err(|error| bad_request(format!("the sandbox reads an object as JSON only: {error}")))
}

/// The object in a request, which must be what its path says.
fn body(target: &Target, incoming: &Incoming) -> Result<Value, Refusal> {
    let body = read(incoming)?;
    if body.get("kind").and_then(Value::as_str).is_some_and(|kind| kind != target.kind.name) {
        return Err(bad_request(format!(
            "{} in version \"v1\" cannot be handled as a {}: the object's kind does not match the path",
            body.get("kind").and_then(Value::as_str).unwrap_or_default(),
            target.kind.name
        )));
    }
    let namespace = meta(&body, "namespace");
    if !namespace.is_empty() && namespace != target.namespace {
        return Err(bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        ));
    }
    let name = meta(&body, "name");
    if !target.name.is_empty() && !name.is_empty() && name != target.name {
        return Err(bad_request(format!(
            "the name of the object ({name}) does not match the name on the URL ({})",
            target.name
        )));
    }
    Ok(body)
}

fn patch(incoming: &Incoming) -> Result<Value, Refusal> {
    let kind = incoming.header("content-type").unwrap_or_default();
    if !kind.contains("merge-patch") {
        return Err(unsupported(kind));
    }
    serde_json::from_slice(&incoming.body).map_err(|error| bad_request(error.to_string()))
}

fn unsupported(kind: &str) -> Refusal {
    let message = format!("the sandbox does not read bodies of type {kind}");
    Refusal::new(415, "UnsupportedMediaType", message)
}

/// The name of who writes: as given, or the program's.
fn manager(incoming: &Incoming) -> String {
    let given = incoming.query.get("fieldManager").filter(|name| !name.is_empty());
    let program = incoming.header("user-agent").and_then(|agent| agent.split('/').next());
    given.or(program).unwrap_or("unknown").to_owned()
}

/// One requirement of a selector: `a=b`, `a!=b`, `a` or `!a`.
struct Selector {
    name: String,
    wanted: Option<String>,
    negated: bool,
}

impl Selector {
    fn parse(text: Option<&str>) -> Vec<Self> {
        let parts = text.unwrap_or_default().split(',').filter(|part| !part.is_empty());
        parts
            .map(|part| {
                let own = |text: &str| text.trim_matches(['=', ' ']).to_owned();
                if let Some((name, value)) = part.split_once("!=") {
                    Self { name: own(name), wanted: Some(own(value)), negated: true }
                } else if let Some((name, value)) = part.split_once('=') {
                    Self { name: own(name), wanted: Some(own(value)), negated: false }
                } else {
                    let name = own(part.trim_start_matches('!'));
                    Self { name, wanted: None, negated: part.starts_with('!') }
                }
            })
            .collect()
    }

    fn holds(&self, value: Option<&str>) -> bool {
        let matched = match &self.wanted {
            Some(wanted) => value == Some(wanted),
            None => value.is_some(),
        };
        matched != self.negated
    }
}
