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
use super::incoming::Incoming;
use super::jwt::Keys;
use super::log::Operation;
use super::reply::{Body, Refusal};
use super::{State, faults, setup};

use fields::Object;
pub(super) use identity::authenticate;

/// A cluster, its objects and keys.
pub(super) struct Cluster {
    pub(super) setup: setup::Cluster,
    pub(super) created: i64,
    pub(super) keys: Keys,
    /// By plural, namespace and name.
    objects: BTreeMap<(&'static str, String, String), Object>,
    /// The last `resourceVersion`.
    version: u64,
}

/// A kind of object.
#[derive(Debug, PartialEq)]
struct Kind {
    plural: &'static str,
    name: &'static str,
    short: &'static str,
    namespaced: bool,
    /// Whether clients may write it; the others are put by the test.
    writable: bool,
}

const fn kind(
    plural: &'static str,
    name: &'static str,
    short: &'static str,
    namespaced: bool,
    writable: bool,
) -> Kind {
    Kind { plural, name, short, namespaced, writable }
}

const KINDS: &[Kind] = &[
    kind("namespaces", "Namespace", "ns", false, true),
    kind("serviceaccounts", "ServiceAccount", "sa", true, true),
    kind("pods", "Pod", "po", true, true),
    kind("configmaps", "ConfigMap", "cm", true, true),
    kind("secrets", "Secret", "", true, false),
    kind("events", "Event", "ev", true, false),
    kind("limitranges", "LimitRange", "limits", true, false),
    kind("resourcequotas", "ResourceQuota", "quota", true, false),
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
        let (namespace, rest) = match rest {
            ["namespaces", namespace, rest @ ..]
                if rest.first().is_some_and(|plural| KINDS.iter().any(|k| k.plural == *plural)) =>
            {
                (*namespace, rest)
            }
            rest => ("", rest),
        };
        let (plural, name, subresource) = match rest {
            [plural] => (*plural, "", ""),
            [plural, name] => (*plural, *name, ""),
            [plural, name, subresource] => (*plural, *name, *subresource),
            _ => return None,
        };
        let kind = KINDS.iter().find(|kind| kind.plural == plural)?;
        Some(Self {
            kind,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            subresource: subresource.to_owned(),
        })
    }

    fn key(&self) -> (&'static str, String, String) {
        (self.kind.plural, self.namespace.clone(), self.name.clone())
    }
}

pub(super) fn operation(incoming: &Incoming) -> Operation {
    let dry_run = incoming.query.get("dryRun").is_some();
    let Some(target) = Target::of(incoming) else {
        let name = format!("{} {}", incoming.method, incoming.path);
        return Operation { name, resource: String::new(), writes: false };
    };
    let is_apply = incoming.header("content-type").is_some_and(|kind| kind.contains("apply-patch"));
    let watch = incoming.query.get("watch").is_some_and(|text| text != "false" && text != "0");
    let verb = match (incoming.method.as_str(), target.name.is_empty()) {
        ("GET", _) if watch => "watch",
        ("GET", true) => "list",
        ("GET", false) => "get",
        ("POST", _) => "create",
        ("PATCH", _) if is_apply => "apply",
        ("PATCH", _) => "patch",
        ("PUT", _) => "update",
        ("DELETE", false) => "delete",
        ("DELETE", true) => "deletecollection",
        (other, _) => other,
    };
    let mut name = format!("{verb} {}", target.kind.plural);
    if !target.subresource.is_empty() {
        name = format!("{name}/{}", target.subresource);
    }
    let resource = match (target.namespace.as_str(), target.name.as_str()) {
        ("", name) => name.to_owned(),
        (namespace, "") if verb == "create" => {
            let body = objects::read(incoming).unwrap_or_default();
            format!("{namespace}/{}", fields::meta(&body, "name"))
        }
        (namespace, name) => format!("{namespace}/{name}"),
    };
    let reads = ["get", "list", "watch"].contains(&verb) || target.subresource == "token";
    Operation { name, resource, writes: !reads && !dry_run }
}

pub(super) fn answer(
    state: &mut State,
    cluster: usize,
    incoming: &Incoming,
    operation: &Operation,
    user: Option<String>,
) -> Result<Body, Refusal> {
    let State { now, ids, clusters, .. } = state;
    let cluster = clusters.get_mut(cluster).ok_or_else(status::no_such_path)?;
    if let Some(open) = discovery::open(cluster, incoming) {
        return Ok(open);
    }
    let anonymous = "system:anonymous";
    let user = match user {
        Some(user) => user,
        None if incoming.header("authorization").is_some() => {
            return Err(Refusal::new(401, "Unauthorized", "Unauthorized"));
        }
        None => anonymous.to_owned(),
    };
    if let Some(review) = identity::review(incoming, &user) {
        return Ok(Body::Json(201, review));
    }
    if user == anonymous || user.starts_with("system:serviceaccount:") {
        return Err(faults::forbidden(&operation.name, &operation.resource, &user));
    }
    if let Some(known) = discovery::known(cluster, incoming) {
        return Ok(known);
    }
    let Some(target) = Target::of(incoming) else {
        return Err(match incoming.method.as_str() {
            "GET" => status::no_such_path(),
            _ => Refusal::unknown(&operation.name),
        });
    };
    cluster.request(&target, incoming, operation, &mut Moment { now: *now, ids })
}

/// The time and a source of ids.
struct Moment<'a> {
    now: i64,
    ids: &'a mut Ids,
}

impl Cluster {
    pub(super) fn new(setup: setup::Cluster, index: usize, now: i64, ids: &mut Ids) -> Self {
        let mut names = vec!["default".to_owned(), "kube-system".to_owned()];
        names.extend(setup.namespaces.iter().cloned());
        let keys = Keys::of(index);
        let mut cluster = Self { setup, created: now, keys, objects: BTreeMap::new(), version: 0 };
        for name in names {
            let namespace = json!({"kind": "Namespace", "metadata": {"name": name}});
            cluster.put(namespace, now, ids);
            let account = json!({
                "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": name},
            });
            cluster.put(account, now, ids);
        }
        cluster
    }

    /// Puts an object of a known kind, whatever was there; says whether it was put.
    pub(super) fn put(&mut self, object: Value, now: i64, ids: &mut Ids) -> bool {
        let name = object.get("kind").and_then(Value::as_str).unwrap_or_default();
        let Some(kind) = KINDS.iter().find(|kind| kind.name == name) else { return false };
        let text = |member| fields::meta(&object, member).to_owned();
        let namespace = if kind.namespaced { text("namespace") } else { String::new() };
        let target = Target { kind, namespace, name: text("name"), subresource: String::new() };
        let object = Object::new(object);
        self.store(&target, None, object, &mut Moment { now, ids });
        true
    }

    /// Stores an object, and gives it what the server gives; as it was: nothing changes.
    fn store(
        &mut self,
        target: &Target,
        before: Option<&Object>,
        mut object: Object,
        moment: &mut Moment<'_>,
    ) -> Object {
        if before == Some(&object) {
            return object;
        }
        if object.meta("uid").is_empty() {
            let uid = moment.ids.uuid();
            object.set_meta("uid", &uid);
        }
        if object.meta("creationTimestamp").is_empty() {
            object.set_meta("creationTimestamp", &timestamp(moment.now));
        }
        self.version += 1;
        object.set_meta("resourceVersion", &self.version.to_string());
        objects::complete(target, &mut object);
        self.objects.insert(target.key(), object.clone());
        object
    }
}
