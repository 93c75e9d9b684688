//! Kubernetes: the API server of a cluster, as far as service accounts need it.

mod discovery;
mod fields;
mod identity;
mod objects;
mod protobuf;
mod status;
mod token;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::ids::{Ids, timestamp};
use super::jwt::Keys;
use super::{Body, Incoming, Operation, Refusal, State, faults, setup};

use fields::Object;
pub(super) use fields::merge;
pub(super) use identity::user;

/// A cluster, its objects and keys.
pub(super) struct Cluster {
    pub(super) setup: setup::Cluster,
    pub(super) created: i64,
    pub(super) keys: Keys,
    /// By plural, namespace and name.
    objects: BTreeMap<(&'static str, String, String), Object>,
    /// The last `resourceVersion`.
    version: u64,
    ids: Ids,
    pub(super) now: i64,
}

type Answer = Result<Body, Refusal>;

#[derive(Debug, PartialEq)]
struct Kind {
    plural: &'static str,
    name: &'static str,
    /// Empty if there is none.
    short: &'static str,
    namespaced: bool,
    /// Whether clients may write it; the others are put by the test.
    writable: bool,
}

const fn kind(names: [&'static str; 3], namespaced: bool, writable: bool) -> Kind {
    let [plural, name, short] = names;
    Kind { plural, name, short, namespaced, writable }
}

const KINDS: &[Kind] = &[
    kind(["namespaces", "Namespace", "ns"], false, true),
    kind(["serviceaccounts", "ServiceAccount", "sa"], true, true),
    kind(["pods", "Pod", "po"], true, true),
    kind(["secrets", "Secret", ""], true, false),
    kind(["events", "Event", "ev"], true, false),
    kind(["limitranges", "LimitRange", "limits"], true, false),
    kind(["resourcequotas", "ResourceQuota", "quota"], true, false),
];

/// What a path of the core group names.
struct Target {
    kind: &'static Kind,
    /// Empty: all, or none.
    namespace: String,
    /// Empty: the whole list.
    name: String,
    subresource: String,
}

impl Target {
    fn of(incoming: &Incoming) -> Option<Self> {
        let segments = incoming.segments();
        let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        let ["api", "v1", rest @ ..] = parts.as_slice() else { return None };
        let kind = |name: &str| KINDS.iter().find(|kind| kind.plural == name);
        let (namespace, rest) = match rest {
            ["namespaces", name, rest @ ..] if rest.first().is_some_and(|p| kind(p).is_some()) => {
                (*name, rest)
            }
            rest => ("", rest),
        };
        let [plural, rest @ ..] = rest else { return None };
        let part = |index: usize| rest.get(index).copied().unwrap_or_default().to_owned();
        let kind = kind(plural).filter(|_| rest.len() <= 2)?;
        Some(Self { kind, namespace: namespace.to_owned(), name: part(0), subresource: part(1) })
    }

    fn key(&self) -> (&'static str, String, String) {
        (self.kind.plural, self.namespace.clone(), self.name.clone())
    }
}

pub(super) fn operation(incoming: &Incoming) -> Operation {
    let dry_run = incoming.query.get("dryRun").is_some();
    let Some(target) = Target::of(incoming) else {
        return incoming.method_and_path();
    };
    let is_apply = incoming.header("content-type").is_some_and(|kind| kind.contains("apply-patch"));
    let watch = incoming.query.get("watch").is_some_and(|text| text != "false" && text != "0");
    let verb = match (incoming.method.as_str(), target.name.as_str()) {
        ("GET", _) if watch => "watch",
        ("GET", "") => "list",
        ("GET", _) => "get",
        ("POST", _) => "create",
        ("PATCH", _) if is_apply => "apply",
        ("PATCH", _) => "patch",
        ("PUT", _) => "update",
        ("DELETE", "") => "deletecollection",
        ("DELETE", _) => "delete",
        (other, _) => other,
    };
    let slash = if target.subresource.is_empty() { "" } else { "/" };
    let name = format!("{verb} {}{slash}{}", target.kind.plural, target.subresource);
    let mut resource = target.name.clone();
    if verb == "create" && resource.is_empty() {
        let body = objects::read(incoming).unwrap_or_default();
        fields::meta(&body, "name").clone_into(&mut resource);
    }
    if !target.namespace.is_empty() {
        resource = format!("{}/{resource}", target.namespace);
    }
    let reads = ["get", "list", "watch"].contains(&verb) || target.subresource == "token";
    Operation { name, resource, writes: !reads && !dry_run }
}

pub(super) fn answer(
    state: &mut State,
    cluster: usize,
    incoming: &Incoming,
    user: Option<String>,
) -> Answer {
    let now = state.now;
    let cluster = state.clusters.get_mut(cluster).ok_or_else(status::no_such_path)?;
    cluster.now = now;
    if let Some(open) = discovery::open(cluster, incoming) {
        return Ok(open);
    }
    let is_stranger = user.is_none() && incoming.header("authorization").is_some();
    faults::unknown_caller(incoming.service).unless(!is_stranger)?;
    let user = user.unwrap_or_else(|| "system:anonymous".to_owned());
    if let Some(review) = identity::review(incoming, &user) {
        return Ok(Body::Json(201, review));
    }
    faults::denied(incoming, &user).unless(!user.starts_with("system:"))?;
    if let Some(known) = discovery::known(cluster, incoming) {
        return Ok(known);
    }
    match Target::of(incoming) {
        Some(target) => cluster.request(&target, incoming),
        None if incoming.method == "GET" => Err(status::no_such_path()),
        None => Err(Refusal::unknown(&incoming.operation.name)),
    }
}

impl Cluster {
    pub(super) fn new(setup: setup::Cluster, index: usize, now: i64) -> Self {
        let names = [vec!["default".to_owned()], setup.namespaces.clone()].concat();
        let (keys, ids, objects) = (Keys(vec![index]), Ids::of(&setup.name), BTreeMap::new());
        let mut cluster = Self { setup, created: now, keys, objects, version: 0, ids, now };
        for name in names {
            cluster.put(json!({"kind": "Namespace", "metadata": {"name": name}}));
            let meta = json!({"name": "default", "namespace": name});
            cluster.put(json!({"kind": "ServiceAccount", "metadata": meta}));
        }
        cluster
    }

    /// Puts an object of a known kind, whatever was there; says whether it was put.
    pub(super) fn put(&mut self, object: Value) -> bool {
        let name = object.get("kind").and_then(Value::as_str).unwrap_or_default();
        let Some(kind) = KINDS.iter().find(|kind| kind.name == name) else { return false };
        let text = |member| fields::meta(&object, member).to_owned();
        let namespace = if kind.namespaced { text("namespace") } else { String::new() };
        let target = Target { kind, namespace, name: text("name"), subresource: String::new() };
        self.store(&target, None, Object::new(object));
        true
    }

    /// Host and path of the issuer; empty if there is none.
    pub(super) fn issuer(&self) -> (&str, &str) {
        let url = self.setup.issuer.as_deref().unwrap_or_default();
        let bare = url.strip_prefix("https://").unwrap_or_default();
        bare.split_at(bare.find('/').unwrap_or(bare.len()))
    }

    /// Stores an object, and gives it what the server gives; as it was: nothing changes.
    fn store(&mut self, target: &Target, before: Option<&Object>, mut object: Object) -> Object {
        for map in ["annotations", "labels"] {
            // Kubernetes keeps no empty one.
            if object.value.pointer(&format!("/metadata/{map}")) == Some(&json!({})) {
                merge(&mut object.value, &json!({"metadata": {map: null}}));
            }
        }
        if before == Some(&object) {
            return object;
        }
        if object.meta("uid").is_empty() {
            object.set_meta("uid", &self.ids.uuid());
        }
        if object.meta("creationTimestamp").is_empty() {
            object.set_meta("creationTimestamp", &timestamp(self.now));
        }
        self.version += 1;
        object.set_meta("resourceVersion", &self.version.to_string());
        objects::complete(target, &mut object);
        self.objects.insert(target.key(), object.clone());
        object
    }
}
