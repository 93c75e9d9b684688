//! [`Desired`]: what is wanted: bindings of service accounts to roles, folded into resources.

mod account;
mod cluster;
mod error;
mod fold;
mod listed;
mod role;

use std::collections::{BTreeMap, HashMap};
use std::fmt;

pub use account::Account;
pub use cluster::{Cluster, ThumbprintChoice};
pub use error::DesiredError;
pub use role::{ExistingRole, Role};

use crate::{ClusterId, Manifest, Namespace, RoleArn, RoleName, ServiceAccountRef};

/// One service account of a cluster gets one role.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Binding {
    cluster: Cluster,
    account: Account,
    role: Role,
}

impl Binding {
    /// `account` of `cluster` gets `role`. Several may share a role.
    pub fn new(cluster: &Cluster, account: Account, role: Role) -> Self {
        Self { cluster: cluster.clone(), account, role }
    }

    /// The cluster.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The service account.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The role.
    pub fn role(&self) -> &Role {
        &self.role
    }
}

/// `shop/api of cluster prod with role api`
impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cluster, account, role } = self;
        write!(f, "`{}` of cluster `{}` with role `{}`", account.reference, cluster.id(), role.name)
    }
}

/// Client ids of a provider, at most, which nobody raises. (IAM User Guide, "IAM and AWS STS quotas".)
pub(crate) const MOST_AUDIENCES: usize = 100;
/// Tags of a role, at most, the mark among them. (The same page.)
pub(crate) const MOST_TAGS: usize = 50;

/// What AWS takes at most, where AWS raises it on request.
///
/// Source: IAM User Guide, "IAM and AWS STS quotas".
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Managed policies of a role: 20, adjustable to 25.
    pub policies_of_a_role: usize,
    /// Characters of a trust policy; none: nobody said, so that one over 2,048 is only noted. Adjustable
    /// to 8,192.
    pub trust_size: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { policies_of_a_role: 20, trust_size: None }
    }
}

/// What is wanted, by resource: clusters, roles and service accounts, each once, in the order of the
/// bindings.
///
/// ```
/// use iamwire_core::{Account, Binding, Cluster, Desired, Role};
///
/// let cluster = Cluster::from_name("prod")?;
/// let role = Role::new("my-s3-role".parse()?).managed_policy("AmazonS3ReadOnlyAccess".parse()?);
/// let account = Account::new("shop/my-s3-role".parse()?);
/// let desired = Desired::new([Binding::new(&cluster, account, role)])?;
/// assert_eq!(desired.roles().len(), 1);
/// assert_eq!(Desired::new(desired.bindings())?, desired);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desired {
    clusters: Vec<Cluster>,
    roles: Vec<Role>,
    accounts: Vec<BoundAccount>,
    limits: Limits,
}

/// A service account of a cluster, and the name of its role.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BoundAccount {
    /// The cluster.
    pub cluster: ClusterId,
    /// The service account.
    pub account: Account,
    /// The role.
    pub role: RoleName,
}

impl Desired {
    /// Folds bindings into resources, under [`Limits::default`].
    ///
    /// # Errors
    /// If two of them contradict each other, or one wants what AWS never takes.
    pub fn new(bindings: impl IntoIterator<Item = Binding>) -> Result<Self, DesiredError> {
        Self::with_limits(bindings, Limits::default())
    }

    /// As [`Self::new`], where AWS takes more, or where the quota of the trust policy's size is known.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_limits(
        bindings: impl IntoIterator<Item = Binding>,
        limits: Limits,
    ) -> Result<Self, DesiredError> {
        fold::fold(bindings, limits)
    }

    /// The clusters.
    pub fn clusters(&self) -> &[Cluster] {
        &self.clusters
    }

    /// The roles.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The service accounts.
    #[must_use]
    pub fn accounts(&self) -> &[BoundAccount] {
        &self.accounts
    }

    /// Bindings that fold into it, one a service account.
    #[must_use]
    pub fn bindings(&self) -> Vec<Binding> {
        let clusters: HashMap<_, _> = self.clusters.iter().map(|one| (one.id(), one)).collect();
        let roles: HashMap<_, _> = self.roles.iter().map(|one| (one.name(), one)).collect();
        let binding = |bound: &BoundAccount| {
            let (cluster, role) = (*clusters.get(&bound.cluster)?, *roles.get(&bound.role)?);
            Some(Binding::new(cluster, bound.account.clone(), role.clone()))
        };
        self.accounts.iter().filter_map(binding).collect()
    }

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The namespaces by cluster, each once, and whether one that is missing may be made.
    #[must_use]
    pub fn namespaces(&self) -> BTreeMap<(&ClusterId, &Namespace), bool> {
        let mut namespaces = BTreeMap::new();
        for BoundAccount { cluster, account, .. } in &self.accounts {
            let namespace = account.reference.namespace();
            *namespaces.entry((cluster, namespace)).or_insert(false) |= account.create_namespace;
        }
        namespaces
    }
}

impl BoundAccount {
    /// `account` of `cluster` has the role of this name.
    #[must_use]
    pub fn new(cluster: ClusterId, account: Account, role: RoleName) -> Self {
        Self { cluster, account, role }
    }

    /// Which service account.
    #[must_use]
    pub fn service_account(&self) -> &ServiceAccountRef {
        &self.account.reference
    }

    /// The service account as it has to be, with the annotations that name its role.
    pub fn manifest(&self, role: &RoleArn) -> Manifest {
        let Account { reference, audience, token_expiration, regional_endpoints, .. } =
            &self.account;
        let mut manifest = Manifest::new(reference, role);
        if let Some(audience) = audience {
            manifest = manifest.audience(audience.clone());
        }
        if let Some(regional) = regional_endpoints {
            manifest = manifest.sts_regional_endpoints(*regional);
        }
        if let Some(life) = token_expiration {
            manifest = manifest.token_expiration(*life);
        }
        manifest
    }
}
