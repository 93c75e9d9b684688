//! [`Observed`]: what is there, by identity; each part seen, absent, forbidden or unreachable.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::word;
use crate::{
    AccountId, Audience, ClusterArn, ClusterId, InlinePolicyName, Issuer, ManagedPolicy, Namespace,
    Partition, PermissionsPolicy, PolicyArn, ProviderArn, RoleArn, RoleName, ServiceAccountRef,
    SessionDuration, Thumbprints, TrustPolicy,
};

/// What is there: what one look at AWS and Kubernetes has found.
///
/// It is kept by identity, not by binding: what isn't in a map was not looked at, what was looked at and
/// isn't there is [`Sight::Absent`]. Serde gives and takes it whole, so that a report can be planned again
/// elsewhere; it holds no secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Observed {
    /// The form of this value in serde.
    format_version: FormatVersion,
    /// Whose credentials the roles and providers are seen and written with.
    pub caller: Option<Sight<Caller>>,
    /// The region in which clusters were looked for by their names.
    pub region: Option<String>,
    /// Clusters of EKS, as `DescribeCluster` tells of them.
    pub clusters: BTreeMap<ClusterId, Sight<SeenCluster>>,
    /// Where kubeconfigs lead; not where EKS tells the way, or whoever has given a client.
    pub ways: BTreeMap<ClusterId, SeenWay>,
    /// OIDC providers.
    pub providers: BTreeMap<ProviderArn, Sight<SeenProvider>>,
    /// The thumbprints that issuers serve now; looked at where they are to be fetched.
    pub served: BTreeMap<Issuer, Sight<Thumbprints>>,
    /// The roles of the account whose trust names a provider; looked at where the provider is to go.
    pub trusting: BTreeMap<ProviderArn, Sight<BTreeSet<RoleArn>>>,
    /// Roles by the name that was asked for.
    pub roles: BTreeMap<RoleName, Sight<SeenRole>>,
    /// Where managed policies were found, by what was asked for.
    pub policies: BTreeMap<ManagedPolicy, Sight<PolicyArn>>,
    /// Namespaces, by cluster.
    pub namespaces: BTreeMap<ClusterId, BTreeMap<Namespace, Sight<SeenNamespace>>>,
    /// Service accounts, by cluster.
    pub accounts: BTreeMap<ClusterId, BTreeMap<ServiceAccountRef, Sight<SeenAccount>>>,
    /// The pods that name a service account and have not ended, whether it is there or not, by cluster.
    pub pods: BTreeMap<ClusterId, BTreeMap<ServiceAccountRef, Sight<Vec<SeenPod>>>>,
}

/// The form of [`Observed`] in serde: 1. Another one is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
struct FormatVersion;

impl Default for FormatVersion {
    fn default() -> Self {
        Self
    }
}

impl From<FormatVersion> for u32 {
    fn from(_: FormatVersion) -> Self {
        1
    }
}

impl TryFrom<u32> for FormatVersion {
    type Error = String;

    fn try_from(version: u32) -> Result<Self, String> {
        match version {
            1 => Ok(Self),
            other => Err(format!("format_version {other} is not known; this reads 1")),
        }
    }
}

/// What a look at one thing has found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight<T> {
    /// It is there.
    Seen(T),
    /// It isn't there.
    Absent,
    /// The caller may not look.
    Forbidden(Unseen),
    /// Nobody answered, or not what was asked.
    Unreachable(Unseen),
}

impl<T> Sight<T> {
    /// What was seen.
    #[must_use]
    pub fn seen(&self) -> Option<&T> {
        match self {
            Self::Seen(seen) => Some(seen),
            _ => None,
        }
    }

    /// The same of a part of what was seen.
    #[cfg(feature = "wire")]
    pub(crate) fn map<U>(self, part: impl FnOnce(T) -> U) -> Sight<U> {
        match self {
            Self::Seen(seen) => Sight::Seen(part(seen)),
            Self::Absent => Sight::Absent,
            Self::Forbidden(why) => Sight::Forbidden(why),
            Self::Unreachable(why) => Sight::Unreachable(why),
        }
    }

    /// The same of a reference to it.
    #[cfg(feature = "wire")]
    pub(crate) fn as_ref(&self) -> Sight<&T> {
        match self {
            Self::Seen(seen) => Sight::Seen(seen),
            Self::Absent => Sight::Absent,
            Self::Forbidden(why) => Sight::Forbidden(why.clone()),
            Self::Unreachable(why) => Sight::Unreachable(why.clone()),
        }
    }

    /// Nobody has looked yet.
    #[cfg(any(feature = "aws", feature = "kube"))]
    pub(crate) fn not_looked_at(operation: &str, resource: &str) -> Self {
        Self::Unreachable(Unseen::new(operation, resource, "not looked at", "plan it again"))
    }
}

/// Why something could not be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Unseen {
    /// What was asked: an action of AWS such as `iam:GetRole`, or `get serviceaccounts`.
    pub operation: String,
    /// Of which resource.
    pub resource: String,
    /// What was answered.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Unseen {
    /// `operation` of `resource` was answered with `message`; `help` says what to do.
    pub fn new(
        operation: impl Into<String>,
        resource: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            operation: operation.into(),
            resource: resource.into(),
            message: message.into(),
            help: help.into(),
        }
    }
}

/// Whose credentials they are, as `GetCallerIdentity` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Caller {
    /// The partition: that of every provider and role.
    pub partition: Partition,
    /// The account: that of every provider and role.
    pub account: AccountId,
}

impl Caller {
    /// Somebody of `account`.
    #[must_use]
    pub fn new(partition: Partition, account: AccountId) -> Self {
        Self { partition, account }
    }
}

/// A cluster of EKS, as `DescribeCluster` tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeenCluster {
    /// Its ARN.
    pub arn: ClusterArn,
    /// Its status, such as `ACTIVE`.
    pub status: String,
    /// The minor version of Kubernetes, such as `1.36`.
    pub version: Option<String>,
    /// The issuer of its tokens; a local cluster on an Outpost has none.
    pub issuer: Option<Issuer>,
    /// The URL of its API server; one that is being made, or has failed, has none.
    pub endpoint: Option<String>,
}

impl SeenCluster {
    /// An active cluster, of which no more is known.
    #[must_use]
    pub fn new(arn: ClusterArn, issuer: Issuer) -> Self {
        Self {
            arn,
            status: "ACTIVE".to_owned(),
            version: None,
            issuer: Some(issuer),
            endpoint: None,
        }
    }
}

/// Where a kubeconfig leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeenWay {
    /// The URL of the API server, without name and password.
    pub server: String,
    /// The file, where it was named.
    pub kubeconfig: Option<String>,
    /// The context.
    pub context: String,
    /// The cluster of EKS that the context, or its cluster in the file, is called by: the AWS CLI names both by the
    /// ARN.
    pub cluster: Option<ClusterArn>,
}

impl SeenWay {
    /// The way of `context` to the API server at `server`.
    pub fn new(server: impl Into<String>, context: impl Into<String>) -> Self {
        let (server, context) = (server.into(), context.into());
        Self { server, kubeconfig: None, context, cluster: None }
    }

    /// kubectl, as it goes the same way: `kubectl --context prod`. Names are quoted for a shell.
    #[must_use]
    pub fn kubectl(&self) -> String {
        let file = self.kubeconfig.as_ref().map(|file| format!(" --kubeconfig {}", word(file)));
        format!("kubectl{} --context {}", file.unwrap_or_default(), word(&self.context))
    }
}

/// An OIDC provider, as `GetOpenIDConnectProvider` tells of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeenProvider {
    /// Its client ids.
    pub audiences: Vec<Audience>,
    /// Its thumbprints, as IAM keeps them: IAM looks at their length only.
    pub thumbprints: Vec<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A role, as `GetRole` and the lists of its policies tell of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeenRole {
    /// Its ARN, with the name in the case that it has.
    pub arn: RoleArn,
    /// Its trust policy; serde gives and takes the text.
    #[serde(with = "trust_as_text")]
    pub trust: TrustPolicy,
    /// Its description.
    pub description: Option<String>,
    /// How long its sessions last at most.
    pub max_session_duration: SessionDuration,
    /// Its permissions boundary.
    pub boundary: Option<PolicyArn>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The managed policies that are attached to it.
    pub attached: Sight<BTreeSet<PolicyArn>>,
    /// The policies that are written into it; the document only where it was looked at.
    pub inline: Sight<BTreeMap<InlinePolicyName, Option<PermissionsPolicy>>>,
}

impl SeenRole {
    /// A role without description, boundary, tags and policies.
    #[must_use]
    pub fn new(arn: RoleArn, trust: TrustPolicy) -> Self {
        Self {
            arn,
            trust,
            description: None,
            max_session_duration: SessionDuration::default(),
            boundary: None,
            tags: BTreeMap::new(),
            attached: Sight::Seen(BTreeSet::new()),
            inline: Sight::Seen(BTreeMap::new()),
        }
    }
}

/// A namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeenNamespace {
    /// Whether it is being deleted, so that nothing can be made in it.
    pub terminating: bool,
}

/// A service account.
///
/// Of annotations and labels only those are needed that are read: of the prefix `eks.amazonaws.com/`, the
/// label of what Iamwire has made, and what field manager `iamwire` owns. A look leaves the others out,
/// since anybody keeps anything there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeenAccount {
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// The field managers that own each annotation.
    pub annotation_managers: BTreeMap<String, BTreeSet<String>>,
    /// The field managers that own each label.
    pub label_managers: BTreeMap<String, BTreeSet<String>>,
    /// The field managers beside `iamwire` that own any part of it.
    #[serde(default)]
    pub other_managers: BTreeSet<String>,
    /// Whether it is being deleted: it goes once those that wait for that (finalizers) are done.
    #[serde(default)]
    pub terminating: bool,
}

/// A pod of a service account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeenPod {
    /// Its name.
    pub name: String,
    /// What made it and can be restarted, such as `deployment/web`; none for a bare pod.
    pub owner: Option<String>,
    /// The role that the webhook gave to its containers when it was made, `AWS_ROLE_ARN`.
    pub role_arn: Option<String>,
    /// Whether it has the label for which the webhook isn't called,
    /// `eks.amazonaws.com/skip-pod-identity-webhook`.
    #[serde(default)]
    pub skips_webhook: bool,
    /// Whether it is being deleted.
    #[serde(default)]
    pub terminating: bool,
}

impl SeenPod {
    /// A pod that runs, what made it, and the role that it was given.
    pub fn new(name: impl Into<String>, owner: Option<String>, role_arn: Option<String>) -> Self {
        Self { name: name.into(), owner, role_arn, skips_webhook: false, terminating: false }
    }
}

/// The text of a trust policy: what an edit leaves alone must stay byte for byte.
mod trust_as_text {
    use serde::{Deserializer, Serializer};

    use crate::TrustPolicy;
    use crate::text::Parsed;

    pub(super) fn serialize<S: Serializer>(trust: &TrustPolicy, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(trust.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        input: D,
    ) -> Result<TrustPolicy, D::Error> {
        input.deserialize_str(Parsed::new("the text of a trust policy"))
    }
}
