//! [`Seen`]: what was seen, put where it belongs.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant;

use super::slots::Last;
use crate::kube::{Kubernetes, Pods, State};
use crate::plan::Basis;
use crate::{
    ClusterId, Desired, InlinePolicyName, Issuer, ManagedPolicy, Namespace, Observed,
    PermissionsPolicy, Plan, PlanError, PolicyArn, ProviderArn, RoleArn, RoleName, SeenAccount,
    SeenNamespace, SeenProvider, SeenRole, ServiceAccountRef, Sight, Thumbprints, UnwireOptions,
};

/// What was seen, and what it takes to change it.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) basis: Basis,
    /// The ways to the API servers.
    pub(super) ways: BTreeMap<ClusterId, Kubernetes>,
    /// How often this process had written each role's trust policy before it was read.
    written: BTreeMap<RoleName, u64>,
    /// The states in which service accounts were seen.
    pub(super) states: BTreeMap<(ClusterId, ServiceAccountRef), State>,
    /// When the looks began.
    pub(super) began: Instant,
}

impl Seen {
    /// Nothing yet, but where the ways lead that were given.
    pub(super) fn begin(
        desired: &Desired,
        unwires: Option<UnwireOptions>,
        ways: BTreeMap<ClusterId, Kubernetes>,
    ) -> Self {
        let way = |(id, there): (&ClusterId, &Kubernetes)| Some((id.clone(), there.way()?.clone()));
        let mut observed = Observed::default();
        observed.ways = ways.iter().filter_map(way).collect();
        Self {
            basis: Basis { desired: desired.clone(), observed, unwires },
            ways,
            written: BTreeMap::new(),
            states: BTreeMap::new(),
            began: Instant::now(),
        }
    }

    pub(super) fn plan(&self) -> Result<Plan, PlanError> {
        self.basis.plan()
    }

    /// Puts what was found where it belongs: roles come before their policies, accounts before their pods.
    pub(super) fn fill(&mut self, found: Vec<Found>) {
        let observed = &mut self.basis.observed;
        for found in found {
            match found {
                Found::Provider(provider, sight) => {
                    observed.providers.insert(provider, sight);
                }
                Found::Served(issuer, sight) => {
                    observed.served.insert(issuer, sight);
                }
                Found::Trusting(providers, sight) => {
                    for provider in providers {
                        let roles = sight.as_ref().map(|all| all.get(&provider).cloned());
                        observed.trusting.insert(provider, roles.map(Option::unwrap_or_default));
                    }
                }
                Found::Role(name, count, sight) => {
                    self.written.insert(name.clone(), count);
                    observed.roles.insert(name, sight);
                }
                Found::Policy(policy, sight) => {
                    observed.policies.insert(policy, sight);
                }
                Found::Namespace(cluster, namespace, sight) => {
                    observed.namespaces.entry(cluster).or_default().insert(namespace, sight);
                }
                Found::Account(cluster, account, sight) => {
                    let sight = sight.map(|(seen, state)| {
                        self.states.insert((cluster.clone(), account.clone()), state);
                        seen
                    });
                    observed.accounts.entry(cluster).or_default().insert(account, sight);
                }
                Found::Attached(name, sight) => {
                    if let Some(Sight::Seen(role)) = observed.roles.get_mut(&name) {
                        role.attached = sight;
                    }
                }
                Found::Inline(name, sight) => {
                    if let Some(Sight::Seen(role)) = observed.roles.get_mut(&name) {
                        role.inline = sight;
                    }
                }
                Found::Document(name, policy, sight) => {
                    if let Some(Sight::Seen(role)) = observed.roles.get_mut(&name) {
                        fill_document(role, policy, sight);
                    }
                }
                Found::Pods(cluster, accounts, sight) => {
                    let here = observed.pods.entry(cluster).or_default();
                    for account in accounts {
                        let pods = sight.as_ref().map(|all| all.get(account.name().as_str()));
                        here.insert(account, pods.map(|pods| pods.cloned().unwrap_or_default()));
                    }
                }
            }
        }
    }

    /// Whether this process has not written a role's trust policy since it was read.
    pub(super) fn is_current(&self, role: &RoleName, last: &Last) -> bool {
        self.written.get(role) == Some(&last.count)
    }
}

/// One thing that was looked at.
pub(super) enum Found {
    Provider(ProviderArn, Sight<SeenProvider>),
    Served(Issuer, Sight<Thumbprints>),
    Trusting(Vec<ProviderArn>, Sight<BTreeMap<ProviderArn, BTreeSet<RoleArn>>>),
    /// With how often this process had written its trust policy by then.
    Role(RoleName, u64, Sight<SeenRole>),
    Attached(RoleName, Sight<BTreeSet<PolicyArn>>),
    Inline(RoleName, Sight<BTreeMap<InlinePolicyName, Option<PermissionsPolicy>>>),
    Document(RoleName, InlinePolicyName, Sight<Option<PermissionsPolicy>>),
    Policy(ManagedPolicy, Sight<PolicyArn>),
    Namespace(ClusterId, Namespace, Sight<SeenNamespace>),
    Account(ClusterId, ServiceAccountRef, Sight<(SeenAccount, State)>),
    /// Of these service accounts, which are of one namespace.
    Pods(ClusterId, Vec<ServiceAccountRef>, Sight<Pods>),
}

fn fill_document(
    role: &mut SeenRole,
    policy: InlinePolicyName,
    sight: Sight<Option<PermissionsPolicy>>,
) {
    match (&mut role.inline, sight) {
        (Sight::Seen(inline), Sight::Seen(Some(document))) => {
            inline.insert(policy, Some(document));
        }
        // It may not be read, so it can't be told whether it is as it should be.
        (inline, Sight::Forbidden(why)) => *inline = Sight::Forbidden(why),
        (inline, Sight::Unreachable(why)) => *inline = Sight::Unreachable(why),
        _ => {}
    }
}
