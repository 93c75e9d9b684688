//! [`Plan`]: what is wanted and what is there give the changes that make them agree; pure, ordered.

mod account;
mod annotations;
mod change;
mod draft;
mod error;
mod ground;
mod pods;
mod policies;
mod provider;
mod role;
#[cfg(feature = "wire")]
mod seen;
mod server;
mod trust;
mod unwire;
mod words;

use std::sync::Arc;

use serde::Serialize;

pub use change::Change;
#[cfg(feature = "wire")]
pub(crate) use change::Thing;
pub use error::PlanError;
pub use trust::TrustEdit;
pub(crate) use trust::TrustEdited;

use draft::Draft;
use ground::{Ground, Purpose};

use crate::{
    Caller, ClusterId, Desired, Finding, InlinePolicyName, Manifest, Namespace, Observed,
    PolicyArn, ProviderArn, RoleArn, ServiceAccountRef,
};

/// The changes that make AWS and Kubernetes agree with what is wanted, in the order in which they are made,
/// and what the user should know.
///
/// It is a value: the same wishes and the same sights give the same plan, and the same text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Plan {
    caller: Caller,
    clusters: Vec<PlannedCluster>,
    changes: Vec<Change>,
    unchanged: Vec<Kept>,
    notices: Vec<Finding>,
    wired: Vec<Wired>,
    basis: Arc<Basis>,
}

/// What a plan was made of, so that it can be made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Basis {
    pub(crate) desired: Desired,
    pub(crate) observed: Observed,
    /// Of a plan that unwires.
    pub(crate) unwires: Option<UnwireOptions>,
}

#[cfg(feature = "wire")]
impl Basis {
    /// Plans it.
    pub(crate) fn plan(&self) -> Result<Plan, PlanError> {
        match self.unwires {
            None => plan(&self.desired, &self.observed),
            Some(options) => plan_unwire(&self.desired, &self.observed, options),
        }
    }
}

impl Plan {
    /// The changes, in order.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes by rounds: those of one round may be made together, but for those to one role or provider.
    pub fn rounds(&self) -> impl Iterator<Item = &[Change]> {
        self.changes.chunk_by(|a, b| a.round() == b.round())
    }

    /// What was looked at and is as it should be.
    #[must_use]
    pub fn unchanged(&self) -> &[Kept] {
        &self.unchanged
    }

    /// What the user should know.
    #[must_use]
    pub fn notices(&self) -> &[Finding] {
        &self.notices
    }

    /// The service accounts with their roles, in the order of the bindings: what is true when all changes
    /// are made; of a plan that unwires, what was until then.
    #[must_use]
    pub fn wired(&self) -> &[Wired] {
        &self.wired
    }

    /// The clusters.
    #[must_use]
    pub fn clusters(&self) -> &[PlannedCluster] {
        &self.clusters
    }

    /// Whose credentials providers and roles are written with.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Whether it takes away.
    #[must_use]
    pub fn unwires(&self) -> bool {
        self.basis.unwires.is_some()
    }

    /// What is wanted: what it was planned for.
    #[must_use]
    pub fn desired(&self) -> &Desired {
        &self.basis.desired
    }

    /// What was there: what it was planned on.
    #[must_use]
    pub fn observed(&self) -> &Observed {
        &self.basis.observed
    }

    /// What an unwiring takes away beside grants and annotations; none of a plan that wires.
    #[must_use]
    pub fn unwire_options(&self) -> Option<UnwireOptions> {
        self.basis.unwires
    }

    /// What it was made of.
    #[cfg(feature = "wire")]
    pub(crate) fn basis(&self) -> &Basis {
        &self.basis
    }
}

/// A cluster of a plan, as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedCluster {
    /// What names it.
    pub id: ClusterId,
    /// Its region and account; none for a self-managed one.
    pub place: Option<(String, crate::AccountId)>,
    /// The minor version of Kubernetes, where it is known.
    pub version: Option<String>,
    /// Its provider, in the account of the roles.
    pub provider: ProviderArn,
}

/// A service account with its role.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wired {
    /// The cluster.
    pub cluster: ClusterId,
    /// The service account.
    pub service_account: ServiceAccountRef,
    /// The role.
    pub role_arn: RoleArn,
    /// The service account as Kubernetes has to keep it.
    pub manifest: Manifest,
}

/// Something that was looked at and is as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "unchanged")]
#[non_exhaustive]
pub enum Kept {
    /// A provider with its audiences and thumbprints.
    Provider {
        /// Which.
        provider: ProviderArn,
    },
    /// A role's trust policy.
    Role {
        /// Which.
        role: RoleArn,
        /// What the role can do beside what is wanted of it.
        also: Vec<String>,
    },
    /// A managed policy of a role.
    Policy {
        /// Of which role.
        role: RoleArn,
        /// Which.
        policy: PolicyArn,
    },
    /// An inline policy of a role.
    InlinePolicy {
        /// Of which role.
        role: RoleArn,
        /// Which.
        name: InlinePolicyName,
    },
    /// A namespace.
    Namespace {
        /// In which cluster.
        cluster: ClusterId,
        /// Which.
        namespace: Namespace,
    },
    /// A service account's annotations.
    Account {
        /// In which cluster.
        cluster: ClusterId,
        /// Which.
        service_account: ServiceAccountRef,
    },
}

/// Plans the wiring: only what is named is touched.
///
/// It looks at the caller; each cluster of EKS and its provider; what the issuer serves, where that is to be
/// fetched; each role and, if it is there, its policies; each of [`Role::policies`]; each namespace and
/// service account. Other parts of `observed` may be left out.
///
/// ```
/// use iamwire_core::{
///     Account, Binding, Caller, Cluster, Desired, Observed, ProviderArn, Role, Sight, plan,
/// };
///
/// let cluster = Cluster::self_managed("https://oidc.example.com/one".parse()?);
/// let binding =
///     Binding::new(&cluster, Account::new("shop/api".parse()?), Role::new("api".parse()?));
/// let desired = Desired::new([binding])?;
///
/// let mut observed = Observed::default();
/// let caller = Caller::new("aws".parse()?, "123456789012".parse()?);
/// let provider =
///     ProviderArn::new(caller.partition.clone(), caller.account.clone(), &"oidc.example.com/one".parse()?);
/// observed.caller = Some(Sight::Seen(caller));
/// observed.providers.insert(provider, Sight::Absent);
/// observed.roles.insert("api".parse()?, Sight::Absent);
/// let id = cluster.id();
/// let namespaces = observed.namespaces.entry(id.clone()).or_default();
/// namespaces.insert("shop".parse()?, Sight::Seen(Default::default()));
/// let accounts = observed.accounts.entry(id.clone()).or_default();
/// accounts.insert("shop/api".parse()?, Sight::Absent);
///
/// let plan = plan(&desired, &observed)?;
/// assert_eq!(plan.changes().len(), 3); // provider, role, service account
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If it can't be had as things are, or something that it depends on could not be seen.
///
/// [`Role::policies`]: crate::Role::policies
pub fn plan(desired: &Desired, observed: &Observed) -> Result<Plan, PlanError> {
    let ground = Ground::of(desired, observed, Purpose::Wire)?;
    let mut draft = Draft::new(&ground);
    for placed in &ground.clusters {
        provider::wire(&mut draft, &ground, placed)?;
    }
    for role in desired.roles() {
        role::wire(&mut draft, &ground, role)?;
    }
    for (namespace, create) in desired.namespaces() {
        account::wire_namespace(&mut draft, &ground, namespace, create)?;
    }
    for (bound, role) in ground.bound() {
        account::wire(&mut draft, &ground, bound, &role)?;
    }
    Ok(draft.finish(&ground, None))
}

/// What an unwiring takes away beside grants and annotations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnwireOptions {
    /// Deletes the cluster's provider if no role trusts it. To know that, all roles of the account are
    /// listed: a call for each 1,000 of them. It goes beside the roles that go: one that can't be deleted
    /// after all is left with a provider that is gone, until it is unwired again.
    pub delete_provider: bool,
    /// Takes the policies that are named off a role that stays.
    pub detach_policies: bool,
}

impl UnwireOptions {
    /// Neither.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Deletes the cluster's provider if no role trusts it.
    #[must_use]
    pub fn delete_provider(mut self, delete: bool) -> Self {
        self.delete_provider = delete;
        self
    }

    /// Takes the policies that are named off a role that stays.
    #[must_use]
    pub fn detach_policies(mut self, detach: bool) -> Self {
        self.detach_policies = detach;
        self
    }
}

/// Plans to take the wiring away: exactly the grants named; roles that Iamwire made with the last of them;
/// annotations that it owns; service accounts that it made and no pod uses. A namespace never.
///
/// It looks at the caller, each cluster of EKS, each role and service account; where policies are to be
/// detached, at [`Role::managed_policies`]; where the provider is to go, at it and at the roles that trust it.
///
/// Of a cluster that is named by its issuer nothing says which one was reached. A service account that the
/// role still trusts through another provider is left alone, as is one that was not looked at, since the
/// cluster may be gone; a notice says so.
///
/// # Errors
/// If it can't be done as things are, or something that it depends on could not be seen.
///
/// [`Role::managed_policies`]: crate::Role::managed_policies
pub fn plan_unwire(
    desired: &Desired,
    observed: &Observed,
    options: UnwireOptions,
) -> Result<Plan, PlanError> {
    let ground = Ground::of(desired, observed, Purpose::Unwire)?;
    let mut draft = Draft::new(&ground);
    for (bound, role) in ground.bound() {
        account::unwire(&mut draft, &ground, bound, &role)?;
    }
    for role in desired.roles() {
        unwire::role(&mut draft, &ground, role, options)?;
    }
    if options.delete_provider {
        for placed in &ground.clusters {
            unwire::provider(&mut draft, &ground, placed)?;
        }
    }
    Ok(draft.finish(&ground, Some(options)))
}
