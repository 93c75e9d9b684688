//! Changes of Kubernetes: one change, one call.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};

use super::look::{Object, State, path_of};
use super::{Call, KubeError, Kubernetes};
use crate::call::CallFailure;
use crate::error::quoted;
use crate::mark::MANAGER;
use crate::{Namespace, ServiceAccountRef};

/// Whether an apply has made the object, or changed one that was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applied {
    Made,
    Changed,
}

impl Kubernetes {
    /// `create namespaces`: an existing one gets no label of ours.
    pub(crate) async fn create_namespace(
        &self,
        namespace: &Namespace,
        labels: &BTreeMap<String, String>,
    ) -> Result<(), KubeError> {
        let body = json!({
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": {"name": namespace, "labels": labels},
        });
        let call = Call {
            verb: "create",
            kind: "namespaces",
            resource: namespace.as_str(),
            method: Method::POST,
            path: format!("/api/v1/namespaces?fieldManager={MANAGER}"),
            content: Some("application/json"),
            body: body.to_string().into_bytes(),
        };
        self.send::<Value>(&call).await.map(|_| ())
    }

    /// [`Self::apply_account`] of one that isn't there; [`KubeError::Exists`] if it is, and it stays as it is.
    pub(crate) async fn create_account(
        &self,
        account: &ServiceAccountRef,
        annotations: &BTreeMap<String, String>,
        labels: &BTreeMap<String, String>,
    ) -> Result<(), KubeError> {
        let mut body = body_of(account, annotations, labels);
        // Only what is there has a version, and never this one: etcd begins with it.
        if let Some(metadata) = body.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.insert("resourceVersion".to_owned(), json!("1"));
        }
        match self.send::<Object>(&apply(account, &body, false)).await {
            Ok((_, made)) => check_kept(account, annotations, &made),
            Err(KubeError::Busy(call)) if call.service_code() == Some("Conflict") => {
                Err(KubeError::Exists(call))
            }
            Err(error) => Err(error),
        }
    }

    /// `patch serviceaccounts`, server-side apply: field manager `iamwire` owns these annotations and
    /// labels, and no others, from then on.
    pub(crate) async fn apply_account(
        &self,
        account: &ServiceAccountRef,
        annotations: &BTreeMap<String, String>,
        labels: &BTreeMap<String, String>,
        force: bool,
    ) -> Result<Applied, KubeError> {
        let body = body_of(account, annotations, labels);
        let (status, made) = self.send::<Object>(&apply(account, &body, force)).await?;
        check_kept(account, annotations, &made)?;
        Ok(applied(status))
    }

    /// Applies it without what goes. One that was deleted since it was seen, and was made anew by this, goes
    /// again.
    pub(crate) async fn remove_annotations(
        &self,
        account: &ServiceAccountRef,
        annotations: &BTreeMap<String, String>,
        labels: &BTreeMap<String, String>,
    ) -> Result<(), KubeError> {
        let body = body_of(account, annotations, labels);
        let (status, made) = self.send::<Object>(&apply(account, &body, false)).await?;
        match applied(status) {
            Applied::Changed => Ok(()),
            Applied::Made => self.delete_account(account, &made.state()).await,
        }
    }

    /// `delete serviceaccounts`, if it is in the state in which it was seen; [`KubeError::Busy`] if it isn't.
    /// One that is gone is well deleted.
    pub(crate) async fn delete_account(
        &self,
        account: &ServiceAccountRef,
        state: &State,
    ) -> Result<(), KubeError> {
        let body = json!({
            "apiVersion": "v1", "kind": "DeleteOptions", "preconditions": state,
        });
        let call = Call {
            verb: "delete",
            kind: "serviceaccounts",
            resource: account.as_str(),
            method: Method::DELETE,
            path: path_of(account),
            content: Some("application/json"),
            body: body.to_string().into_bytes(),
        };
        match self.send::<Value>(&call).await {
            Ok(_) | Err(KubeError::Missing(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn body_of(
    account: &ServiceAccountRef,
    annotations: &BTreeMap<String, String>,
    labels: &BTreeMap<String, String>,
) -> Value {
    let mut metadata = json!({"name": account.name(), "namespace": account.namespace()});
    if let Some(metadata) = metadata.as_object_mut() {
        for (name, entries) in [("annotations", annotations), ("labels", labels)] {
            if !entries.is_empty() {
                metadata.insert(name.to_owned(), json!(entries));
            }
        }
    }
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
}

fn apply<'a>(account: &'a ServiceAccountRef, body: &Value, force: bool) -> Call<'a> {
    Call {
        verb: "patch",
        kind: "serviceaccounts",
        resource: account.as_str(),
        method: Method::PATCH,
        path: format!("{}?fieldManager={MANAGER}&force={force}", path_of(account)),
        content: Some("application/apply-patch+yaml"),
        body: body.to_string().into_bytes(),
    }
}

/// Whether the object that was answered has the annotations that were sent.
fn check_kept(
    account: &ServiceAccountRef,
    annotations: &BTreeMap<String, String>,
    made: &Object,
) -> Result<(), KubeError> {
    let mut sent = annotations.iter();
    let Some((key, _)) = sent.find(|(key, value)| made.annotation(key) != Some(value)) else {
        return Ok(());
    };
    let became = match made.annotation(key) {
        Some(value) => format!("came out as {}", quoted(value)),
        None => "was left out".to_owned(),
    };
    let message = format!("annotation {} {became}", quoted(key));
    let call = CallFailure::new("patch serviceaccounts", account.as_str(), message);
    Err(KubeError::Refused(call.help_with(
        "a webhook of the cluster changes it on the way: `kubectl get mutatingwebhookconfigurations`",
    )))
}

fn applied(status: u16) -> Applied {
    if status == 201 { Applied::Made } else { Applied::Changed }
}
