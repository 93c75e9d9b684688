//! [`Change`]: one call that would be made, with what it was planned on.

use std::collections::BTreeMap;

use serde::Serialize;

use super::TrustEdit;
use crate::{
    Audience, ClusterId, InlinePolicyName, Namespace, PermissionsPolicy, PolicyArn, ProviderArn,
    RoleArn, RoleDescription, ServiceAccountRef, SessionDuration, Thumbprints, TrustPolicy,
};

/// One call that would be made, with what it was planned on: `was`, the state that it changes.
///
/// What a create needs is that nothing is there. In serde it is a map whose `change` names the variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change")]
#[non_exhaustive]
pub enum Change {
    /// `CreateOpenIDConnectProvider`.
    CreateProvider {
        /// Which.
        provider: ProviderArn,
        /// Its client ids.
        audiences: Vec<Audience>,
        /// Its thumbprints; none: IAM fetches its own.
        thumbprints: Thumbprints,
        /// Its tags, the mark among them.
        tags: BTreeMap<String, String>,
    },
    /// `AddClientIDToOpenIDConnectProvider`.
    AddAudience {
        /// Which.
        provider: ProviderArn,
        /// The client id that is missing.
        audience: Audience,
    },
    /// `UpdateOpenIDConnectProviderThumbprint`, which replaces the list.
    SetThumbprints {
        /// Which.
        provider: ProviderArn,
        /// The whole list.
        thumbprints: Thumbprints,
        /// What IAM has.
        was: Vec<String>,
    },
    /// `CreateRole`.
    CreateRole {
        /// Which.
        role: RoleArn,
        /// Who may assume it.
        trust: TrustPolicy,
        /// Its description.
        description: Option<RoleDescription>,
        /// How long its sessions last at most; none: an hour.
        max_session_duration: Option<SessionDuration>,
        /// Its permissions boundary.
        boundary: Option<PolicyArn>,
        /// Its tags, the mark among them.
        tags: BTreeMap<String, String>,
    },
    /// `UpdateRole`: description and session duration, both sent, since IAM may reset what is left out.
    UpdateRole {
        /// Which.
        role: RoleArn,
        /// The description; none where there was none and none is wanted.
        description: Option<String>,
        /// The session duration.
        max_session_duration: SessionDuration,
        /// The description that it has.
        was_description: Option<String>,
        /// The session duration that it has.
        was_max_session_duration: SessionDuration,
    },
    /// `PutRolePermissionsBoundary`.
    PutBoundary {
        /// Which.
        role: RoleArn,
        /// The boundary.
        boundary: PolicyArn,
        /// The one that it has.
        was: Option<PolicyArn>,
    },
    /// `UpdateAssumeRolePolicy`.
    UpdateTrust {
        /// Which.
        role: RoleArn,
        /// What is done, to be done again on another document if that is there by then.
        edit: TrustEdit,
        /// The whole document as it will be.
        trust: TrustPolicy,
        /// The document that it has.
        was: TrustPolicy,
        /// What the role can do beside what is wanted of it: whom this lets in can do it too.
        also: Vec<String>,
    },
    /// `TagRole`; other tags stay.
    TagRole {
        /// Which.
        role: RoleArn,
        /// The tags that are missing or have another value.
        tags: BTreeMap<String, String>,
        /// The values that some of them have.
        was: BTreeMap<String, String>,
    },
    /// `AttachRolePolicy`.
    AttachPolicy {
        /// Which.
        role: RoleArn,
        /// The managed policy.
        policy: PolicyArn,
    },
    /// `PutRolePolicy`, which writes or overwrites an inline policy.
    PutInlinePolicy {
        /// Which.
        role: RoleArn,
        /// The name.
        name: InlinePolicyName,
        /// The document.
        document: PermissionsPolicy,
        /// The document that it has.
        was: Option<PermissionsPolicy>,
    },
    /// Makes a namespace, with the label that marks it.
    CreateNamespace {
        /// In which cluster.
        cluster: ClusterId,
        /// Which.
        namespace: Namespace,
        /// Its labels: the mark.
        labels: BTreeMap<String, String>,
    },
    /// Makes a service account, with its annotations in the same write and the label that marks it.
    CreateAccount {
        /// In which cluster.
        cluster: ClusterId,
        /// Which.
        service_account: ServiceAccountRef,
        /// Its annotations.
        annotations: BTreeMap<String, String>,
        /// Its labels: the mark.
        labels: BTreeMap<String, String>,
    },
    /// Applies a service account that exists, server-side: the annotations and labels that field manager
    /// `iamwire` owns from then on. What others own stays.
    ApplyAccount {
        /// In which cluster.
        cluster: ClusterId,
        /// Which.
        service_account: ServiceAccountRef,
        /// All annotations that `iamwire` owns from then on: those that are wanted, and those that it owned
        /// before, without what the webhook reads and nobody asks for any more.
        annotations: BTreeMap<String, String>,
        /// All labels that `iamwire` owns.
        labels: BTreeMap<String, String>,
        /// The values that it has of `annotations`, and of those that go since they aren't among them.
        was: BTreeMap<String, String>,
        /// Whether annotations are taken over that another field manager owns, or nobody.
        force: bool,
    },
    /// `DetachRolePolicy`.
    DetachPolicy {
        /// Which.
        role: RoleArn,
        /// The managed policy.
        policy: PolicyArn,
    },
    /// `DeleteRolePolicy`.
    DeleteInlinePolicy {
        /// Which.
        role: RoleArn,
        /// The inline policy.
        name: InlinePolicyName,
    },
    /// `DeleteRole`.
    DeleteRole {
        /// Which.
        role: RoleArn,
        /// The trust policy that it has.
        was: TrustPolicy,
    },
    /// `DeleteOpenIDConnectProvider`.
    DeleteProvider {
        /// Which.
        provider: ProviderArn,
    },
    /// Applies a service account server-side without the annotations of the wiring, so that field manager
    /// `iamwire` gives them up and Kubernetes removes those that nobody else owns.
    RemoveAnnotations {
        /// In which cluster.
        cluster: ClusterId,
        /// Which.
        service_account: ServiceAccountRef,
        /// The annotations that go, with their values.
        removed: BTreeMap<String, String>,
        /// What `iamwire` owns beside them and keeps.
        annotations: BTreeMap<String, String>,
        /// The labels that `iamwire` owns and keeps.
        labels: BTreeMap<String, String>,
    },
    /// Deletes a service account that Iamwire made and no pod uses.
    DeleteAccount {
        /// In which cluster.
        cluster: ClusterId,
        /// Which.
        service_account: ServiceAccountRef,
    },
}

impl Change {
    /// In which round of writes it is made, from 0: those of one round don't need each other, and need
    /// those of the rounds before.
    ///
    /// Calls to one role or provider are made one after the other all the same, in the order of the plan:
    /// IAM answers two at once with `ConcurrentModification`.
    #[must_use]
    pub fn round(&self) -> usize {
        match self {
            Self::CreateProvider { .. }
            | Self::AddAudience { .. }
            | Self::SetThumbprints { .. }
            | Self::CreateRole { .. }
            | Self::UpdateRole { .. }
            | Self::PutBoundary { .. }
            | Self::UpdateTrust { .. }
            | Self::CreateNamespace { .. }
            | Self::DetachPolicy { .. }
            | Self::DeleteInlinePolicy { .. }
            | Self::RemoveAnnotations { .. }
            | Self::DeleteAccount { .. } => 0,
            Self::TagRole { .. }
            | Self::AttachPolicy { .. }
            | Self::PutInlinePolicy { .. }
            | Self::CreateAccount { .. }
            | Self::ApplyAccount { .. }
            | Self::DeleteRole { .. }
            | Self::DeleteProvider { .. } => 1,
        }
    }

    /// The role that it changes; none if it changes something else.
    #[must_use]
    pub fn role(&self) -> Option<&RoleArn> {
        match self.thing() {
            Thing::Role(role) => Some(role),
            _ => None,
        }
    }

    /// The provider that it changes; none if it changes something else.
    #[must_use]
    pub fn provider(&self) -> Option<&ProviderArn> {
        match self.thing() {
            Thing::Provider(provider) => Some(provider),
            _ => None,
        }
    }

    /// The service account that it changes, and its cluster; none if it changes something else.
    #[must_use]
    pub fn service_account(&self) -> Option<(&ClusterId, &ServiceAccountRef)> {
        match self.thing() {
            Thing::Account(cluster, account) => Some((cluster, account)),
            _ => None,
        }
    }

    /// What it changes.
    pub(crate) fn thing(&self) -> Thing<'_> {
        match self {
            Self::CreateProvider { provider, .. }
            | Self::AddAudience { provider, .. }
            | Self::SetThumbprints { provider, .. }
            | Self::DeleteProvider { provider } => Thing::Provider(provider),
            Self::CreateRole { role, .. }
            | Self::UpdateRole { role, .. }
            | Self::PutBoundary { role, .. }
            | Self::UpdateTrust { role, .. }
            | Self::TagRole { role, .. }
            | Self::AttachPolicy { role, .. }
            | Self::PutInlinePolicy { role, .. }
            | Self::DetachPolicy { role, .. }
            | Self::DeleteInlinePolicy { role, .. }
            | Self::DeleteRole { role, .. } => Thing::Role(role),
            Self::CreateNamespace { cluster, namespace, .. } => {
                Thing::Namespace(cluster, namespace)
            }
            Self::CreateAccount { cluster, service_account: account, .. }
            | Self::ApplyAccount { cluster, service_account: account, .. }
            | Self::RemoveAnnotations { cluster, service_account: account, .. }
            | Self::DeleteAccount { cluster, service_account: account } => {
                Thing::Account(cluster, account)
            }
        }
    }
}

/// What a change changes.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Thing<'a> {
    Role(&'a RoleArn),
    Provider(&'a ProviderArn),
    Namespace(&'a ClusterId, &'a Namespace),
    Account(&'a ClusterId, &'a ServiceAccountRef),
}
