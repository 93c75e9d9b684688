//! What is there: namespaces, service accounts with the owners of their fields, pods.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Call, KubeError, Kubernetes};
use crate::mark::{self, MANAGER};
use crate::{
    Namespace, SeenAccount, SeenNamespace, SeenPod, ServiceAccountName, ServiceAccountRef,
    annotation,
};

/// Pods of a list, at most.
const PAGE: usize = 500;

/// What an object is in one state alone: the preconditions of its deletion.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    uid: String,
    resource_version: String,
}

/// What every object has, as far as it matters.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Object {
    metadata: Metadata,
    spec: Spec,
    status: Phase,
}

impl Object {
    pub(super) fn annotation(&self, key: &str) -> Option<&String> {
        self.metadata.annotations.get(key)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    name: String,
    uid: String,
    resource_version: String,
    annotations: BTreeMap<String, String>,
    labels: BTreeMap<String, String>,
    deletion_timestamp: Option<String>,
    managed_fields: Vec<Managed>,
    owner_references: Vec<Owner>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Managed {
    manager: String,
    operation: String,
    fields_v1: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Owner {
    kind: String,
    name: String,
    controller: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec {
    service_account_name: String,
    containers: Vec<Container>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Container {
    env: Vec<Variable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Variable {
    name: String,
    value: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Phase {
    phase: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct List {
    metadata: ListMetadata,
    items: Vec<Object>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListMetadata {
    #[serde(rename = "continue")]
    next: String,
}

/// The pods of a namespace that have not ended, by service account.
pub(crate) type Pods = BTreeMap<String, Vec<SeenPod>>;

impl Kubernetes {
    /// `get namespaces`.
    pub(crate) async fn namespace(&self, name: &Namespace) -> Result<SeenNamespace, KubeError> {
        let path = format!("/api/v1/namespaces/{name}");
        let object = self.get("namespaces", name.as_str(), path).await?;
        let going = object.metadata.deletion_timestamp.is_some();
        Ok(SeenNamespace { terminating: going || object.status.phase == "Terminating" })
    }

    /// `get serviceaccounts`, with its state.
    pub(crate) async fn account(
        &self,
        account: &ServiceAccountRef,
    ) -> Result<(SeenAccount, State), KubeError> {
        let object = self.get("serviceaccounts", account.as_str(), path_of(account)).await?;
        let state = object.state();
        let terminating = object.metadata.deletion_timestamp.is_some();
        let Metadata { mut annotations, mut labels, managed_fields, .. } = object.metadata;
        let mut annotation_managers = managers(&managed_fields, "f:annotations");
        let mut label_managers = managers(&managed_fields, "f:labels");
        let other_managers = managed_fields.into_iter().map(|managed| managed.manager);
        let other_managers = other_managers.filter(|manager| manager != MANAGER).collect();
        let is_read = |key: &str| key.starts_with(annotation::PREFIX);
        keep(is_read, &mut annotations, &mut annotation_managers);
        keep(|key| key == mark::LABEL, &mut labels, &mut label_managers);
        let seen = SeenAccount {
            annotations,
            labels,
            annotation_managers,
            label_managers,
            other_managers,
            terminating,
        };
        Ok((seen, state))
    }

    /// `list pods` of a namespace: those that have not ended; of one service account if it is named.
    pub(crate) async fn pods(
        &self,
        namespace: &Namespace,
        account: Option<&ServiceAccountName>,
    ) -> Result<Pods, KubeError> {
        let mut fields = "status.phase!=Succeeded,status.phase!=Failed".to_owned();
        if let Some(account) = account {
            fields = format!("spec.serviceAccountName={account},{fields}");
        }
        let fields = escaped(&fields);
        let mut pods = Pods::new();
        let mut next = String::new();
        loop {
            let more = if next.is_empty() { String::new() } else { format!("&continue={next}") };
            let path = format!(
                "/api/v1/namespaces/{namespace}/pods?fieldSelector={fields}&limit={PAGE}{more}"
            );
            let call = Call {
                verb: "list",
                kind: "pods",
                resource: namespace.as_str(),
                method: Method::GET,
                path,
                content: None,
                body: Vec::new(),
            };
            let (_, list) = self.send::<List>(&call).await?;
            for pod in list.items {
                let account = pod.spec.service_account_name.clone();
                pods.entry(account).or_default().push(seen_pod(pod));
            }
            if list.metadata.next.is_empty() {
                return Ok(pods);
            }
            next = escaped(&list.metadata.next);
        }
    }

    async fn get(
        &self,
        kind: &'static str,
        resource: &str,
        path: String,
    ) -> Result<Object, KubeError> {
        let (method, content, body) = (Method::GET, None, Vec::new());
        let call = Call { verb: "get", kind, resource, method, path, content, body };
        Ok(self.send(&call).await?.1)
    }
}

impl Object {
    pub(super) fn state(&self) -> State {
        let Metadata { uid, resource_version, .. } = &self.metadata;
        State { uid: uid.clone(), resource_version: resource_version.clone() }
    }
}

/// Where a service account is.
pub(super) fn path_of(account: &ServiceAccountRef) -> String {
    format!("/api/v1/namespaces/{}/serviceaccounts/{}", account.namespace(), account.name())
}

fn escaped(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The field managers of each key under `metadata.annotations` or `metadata.labels`.
fn managers(managed: &[Managed], of: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Managed { manager: name, operation, fields_v1 } in managed {
        // What has our name but was not applied neither goes with what we apply nor changes with it.
        let is_other = name == MANAGER && operation != "Apply";
        let owner = if is_other { format!("{name} ({operation})") } else { name.clone() };
        let fields = fields_v1.get("f:metadata").and_then(|fields| fields.get(of));
        for field in fields.and_then(Value::as_object).into_iter().flat_map(|map| map.keys()) {
            // `.` is the map itself.
            if let Some(key) = field.strip_prefix("f:") {
                owners.entry(key.to_owned()).or_default().insert(owner.clone());
            }
        }
    }
    owners
}

/// Leaves out what nobody reads and isn't ours: others keep what they like there, also secrets.
fn keep(
    is_read: impl Fn(&str) -> bool,
    entries: &mut BTreeMap<String, String>,
    managers: &mut BTreeMap<String, BTreeSet<String>>,
) {
    managers.retain(|key, all| is_read(key) || all.contains(MANAGER));
    entries.retain(|key, _| is_read(key) || managers.contains_key(key));
}

fn seen_pod(pod: Object) -> SeenPod {
    let mut variables = pod.spec.containers.into_iter().flat_map(|container| container.env);
    let role = variables.find(|v| v.name == "AWS_ROLE_ARN").map(|variable| variable.value);
    let hash = pod.metadata.labels.get("pod-template-hash");
    let owner = pod.metadata.owner_references.iter().find(|owner| owner.controller);
    let owner = owner.and_then(|owner| match owner.kind.as_str() {
        // A replica set is named by its deployment and the hash of the template.
        "ReplicaSet" => {
            let name = owner.name.strip_suffix(hash?.as_str())?.strip_suffix('-')?;
            Some(format!("deployment/{name}"))
        }
        "StatefulSet" => Some(format!("statefulset/{}", owner.name)),
        "DaemonSet" => Some(format!("daemonset/{}", owner.name)),
        _ => None,
    });
    let skips_webhook = pod.metadata.labels.contains_key(annotation::SKIP);
    let terminating = pod.metadata.deletion_timestamp.is_some();
    let mut seen = SeenPod::new(pod.metadata.name, owner, role);
    (seen.skips_webhook, seen.terminating) = (skips_webhook, terminating);
    seen
}
