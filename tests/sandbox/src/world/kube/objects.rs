//! Objects: get, list, create, apply, patch, update, delete.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::{Body, Incoming, Refusal, ids::timestamp};
use super::fields::{Manager, Object, merge, meta};
use super::status::{already_exists, bad_request, cannot, check, invalid, not_found};
use super::{Answer, Cluster, Target, protobuf};
use crate::reference::{names::undeclared, selector};

impl Cluster {
    pub(super) fn request(&mut self, target: &Target, incoming: &Incoming) -> Answer {
        let operation = &incoming.operation.name;
        let verb = operation.split(' ').next().unwrap_or_default();
        let dry_run = incoming.query.get("dryRun");
        let given = dry_run.unwrap_or("All");
        let message = format!("Unsupported value: \"{given}\": supported values: \"All\"");
        invalid("PatchOptions", "", "dryRun", &message).unless(given == "All")?;
        let before = (self.objects.clone(), self.version);
        let answer = match (verb, target.subresource.as_str()) {
            ("create", "token") => self.create_token(target, incoming),
            ("get", "") => Ok(Body::Json(200, self.found(target)?.shown())),
            ("list", "") => self.list(target, incoming),
            _ if !target.kind.writable => Err(Refusal::unknown(operation)),
            ("create", "") => self.create(target, incoming),
            ("delete", "") => self.delete(target, incoming),
            ("apply" | "patch" | "update", "") => self.change(verb, target, incoming),
            _ => Err(Refusal::unknown(operation)),
        };
        if dry_run.is_some() {
            (self.objects, self.version) = before;
        }
        answer
    }

    pub(super) fn found(&self, target: &Target) -> Result<&Object, Refusal> {
        let found = self.objects.get(&target.key());
        found.ok_or_else(|| not_found(target.kind.plural, &target.name))
    }

    fn list(&self, target: &Target, incoming: &Incoming) -> Answer {
        let query = |name| incoming.query.get(name);
        let bad = selector::unknown_field(target.kind.plural, query("fieldSelector"));
        let bad = bad.or_else(|| selector::unreadable(query("labelSelector"))).map(bad_request);
        bad.map_or(Ok(()), Err)?;
        let fits = |object: &Value| {
            let labels = object.pointer("/metadata/labels").unwrap_or(&Value::Null);
            let field = |path: &str| {
                let found = object.pointer(&format!("/{}", path.replace('.', "/")));
                found.and_then(Value::as_str).or(Some(""))
            };
            selector::selects(query("labelSelector"), |name| labels.get(name)?.as_str())
                && selector::selects(query("fieldSelector"), field)
        };
        let here = self.objects.iter().filter(|((plural, namespace, _), object)| {
            let everywhere = target.namespace.is_empty() || *namespace == target.namespace;
            *plural == target.kind.plural && everywhere && fits(&object.value)
        });
        let items = here.map(|(_, object)| {
            // Items of a list have neither kind nor version.
            let mut item = object.shown();
            merge(&mut item, &json!({"kind": null, "apiVersion": null}));
            item
        });
        let list = json!({
            "kind": format!("{}List", target.kind.name), "apiVersion": "v1",
            "metadata": {"resourceVersion": self.version.to_string()},
            "items": items.collect::<Vec<_>>(),
        });
        Ok(Body::Json(200, list))
    }

    fn create(&mut self, list: &Target, incoming: &Incoming) -> Answer {
        let body = body(list, incoming)?;
        let (kind, name) = (list.kind, meta(&body, "name").to_owned());
        let message = "Required value: name or generateName is required";
        invalid(kind.name, "", "metadata.name", message).unless(!name.is_empty())?;
        let (namespace, subresource) = (list.namespace.clone(), String::new());
        let target = Target { kind, namespace, name, subresource };
        self.has_place(&target)?;
        let mut object = Object::new(json!({}));
        object.update(body, self.manager(incoming, "Update"));
        check(&target, &object.value)?;
        let is_new = !self.objects.contains_key(&target.key());
        already_exists(kind.plural, &target.name).unless(is_new)?;
        Ok(Body::Json(201, self.store(&target, None, object).shown()))
    }

    /// Apply, patch and update.
    fn change(&mut self, verb: &str, target: &Target, incoming: &Incoming) -> Answer {
        let manager = self.manager(incoming, if verb == "apply" { "Apply" } else { "Update" });
        let body = if verb == "patch" { patch(incoming)? } else { body(target, incoming)? };
        let before = self.objects.get(&target.key()).cloned();
        let mut object = if let Some(before) = &before {
            let uid = meta(&body, "uid");
            let is_free = verb != "apply" || uid.is_empty() || uid == before.meta("uid");
            let message = format!("Invalid value: \"{uid}\": field is immutable");
            invalid(target.kind.name, &target.name, "metadata.uid", &message).unless(is_free)?;
            unchanged(target, before, body.get("metadata"))?;
            before.clone()
        } else {
            not_found(target.kind.plural, &target.name).unless(verb == "apply")?;
            self.has_place(target)?;
            Object::new(json!({"metadata": {"name": target.name}}))
        };
        match verb {
            "apply" => {
                let undeclared = undeclared(target.kind.plural, &body).unwrap_or_default();
                let place =
                    format!("{}/{}; /v1, Kind={}", target.namespace, target.name, target.kind.name);
                let message =
                    format!("failed to create typed patch object ({place}): {undeclared}");
                Refusal::new(500, "", message).unless(undeclared.is_empty())?;
                let given = incoming.query.get("fieldManager").unwrap_or_default();
                let required = "Required value: is required for apply patch";
                invalid("PatchOptions", "", "fieldManager", required).unless(!given.is_empty())?;
                let owned = body.pointer("/metadata/managedFields").and_then(Value::as_array);
                let is_free = owned.is_none_or(Vec::is_empty);
                bad_request("metadata.managedFields must be nil").unless(is_free)?;
                let force = incoming.query.get("force") == Some("true");
                object.apply(&body, manager, force)?;
            }
            "patch" => {
                let mut new = object.value.clone();
                merge(&mut new, &body);
                // So it is asked that nobody owns anything any more.
                if body.pointer("/metadata/managedFields") == Some(&json!([{}])) {
                    object.managers.clear();
                }
                object.update(kept(&object, new), manager);
            }
            _ => object.update(kept(&object, body), manager),
        }
        check(target, &object.value)?;
        let status = if before.is_some() { 200 } else { 201 };
        Ok(Body::Json(status, self.store(target, before.as_ref(), object).shown()))
    }

    fn delete(&mut self, target: &Target, incoming: &Incoming) -> Answer {
        let options: Value = serde_json::from_slice(&incoming.body).unwrap_or_default();
        let object = self.found(target)?.clone();
        unchanged(target, &object, options.get("preconditions"))?;
        self.objects.remove(&target.key());
        if !target.kind.namespaced {
            // What is in a namespace goes with it, at once.
            self.objects.retain(|(_, namespace, _), _| *namespace != target.name);
        }
        self.version += 1;
        Ok(Body::Json(200, object.shown()))
    }

    /// Who writes: by the name given, or the program's.
    fn manager(&self, incoming: &Incoming, operation: &'static str) -> Manager {
        let given = incoming.query.get("fieldManager").filter(|name| !name.is_empty());
        let program = incoming.header("user-agent").and_then(|agent| agent.split('/').next());
        let name = given.or(program).unwrap_or("unknown").to_owned();
        Manager { name, operation, time: timestamp(self.now), fields: BTreeSet::new() }
    }

    /// Refuses a namespace that is not there.
    pub(super) fn has_place(&self, target: &Target) -> Result<(), Refusal> {
        let namespace = ("namespaces", String::new(), target.namespace.clone());
        let has_place = !target.kind.namespaced || self.objects.contains_key(&namespace);
        not_found("namespaces", &target.namespace).unless(has_place)
    }
}

/// Refuses what was meant for another state of the object, or another object of the name.
fn unchanged(target: &Target, object: &Object, wanted: Option<&Value>) -> Result<(), Refusal> {
    let wanted = |name: &str| wanted?.get(name)?.as_str();
    let found = object.meta("uid");
    let uid = wanted("uid").unwrap_or(found);
    let why = format!("UID in precondition: {uid}, UID in object meta: {found}");
    cannot(target, &format!("Precondition failed: {why}")).unless(uid == found)?;
    let same = wanted("resourceVersion").is_none_or(|v| v == object.meta("resourceVersion"));
    let cure = "please apply your changes to the latest version and try again";
    cannot(target, &format!("the object has been modified; {cure}")).unless(same)
}

/// What a client can't change stays as the server has it.
fn kept(before: &Object, mut new: Value) -> Value {
    let text = |name| Some(before.meta(name)).filter(|text| !text.is_empty());
    let meta = json!({
        "uid": text("uid"), "creationTimestamp": text("creationTimestamp"),
        "resourceVersion": text("resourceVersion"), "namespace": text("namespace"),
        "managedFields": null,
    });
    merge(&mut new, &json!({"metadata": meta, "status": null}));
    merge(&mut new, &json!({"status": before.value.get("status")}));
    new
}

/// What the server adds to an object.
pub(super) fn complete(target: &Target, object: &mut Object) {
    let mut more = json!({"apiVersion": "v1", "kind": target.kind.name});
    if target.kind.plural == "namespaces" {
        let labels = json!({"labels": {"kubernetes.io/metadata.name": target.name}});
        let spec = json!({"finalizers": ["kubernetes"]});
        merge(&mut more, &json!({"metadata": labels, "spec": spec, "status": {"phase": "Active"}}));
    }
    merge(&mut object.value, &more);
    if target.kind.namespaced {
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
    let (wanted, place) = (target.kind.name, &target.name);
    let kind = body.get("kind").and_then(Value::as_str).unwrap_or(wanted);
    let message = format!(
        "{kind} in version \"v1\" cannot be handled as a {wanted}: the object's kind does not match the path"
    );
    bad_request(message).unless(kind == wanted)?;
    let (namespace, name) = (meta(&body, "namespace"), meta(&body, "name"));
    let message =
        "the namespace of the provided object does not match the namespace sent on the request";
    bad_request(message).unless(namespace.is_empty() || namespace == target.namespace)?;
    let message =
        format!("the name of the object ({name}) does not match the name on the URL ({place})");
    bad_request(message).unless(place.is_empty() || name.is_empty() || name == place)?;
    Ok(body)
}

fn patch(incoming: &Incoming) -> Result<Value, Refusal> {
    let kind = incoming.header("content-type").unwrap_or_default();
    unsupported(kind).unless(kind.contains("merge-patch"))?;
    let patch = serde_json::from_slice(&incoming.body);
    let patch = patch.map_err(|error| bad_request(error.to_string()))?;
    Refusal::unknown("a strategic merge patch with a directive").unless(!has_directive(&patch))?;
    Ok(patch)
}

/// Whether a patch says `$patch`, `$setElementOrder/…` or the like, somewhere.
fn has_directive(patch: &Value) -> bool {
    let mut members = patch.as_object().into_iter().flatten();
    members.any(|(name, value)| name.starts_with('$') || has_directive(value))
}

fn unsupported(kind: &str) -> Refusal {
    let message = format!("the sandbox does not read bodies of type {kind}");
    Refusal::new(415, "UnsupportedMediaType", message)
}
