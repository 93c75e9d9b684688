//! [`Draft`]: a plan in the making.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::ground::{Ground, Placed};
use super::{Basis, Change, Kept, Plan, PlannedCluster, UnwireOptions, Wired, account, server};
use crate::error::quoted;
use crate::{BoundAccount, Finding, ProviderArn, Role, RoleArn, Standing, TrustPolicy};

/// A plan in the making.
pub(super) struct Draft {
    changes: Vec<Change>,
    /// Where the changes of each role are among them.
    of_roles: HashMap<RoleArn, Vec<usize>>,
    unchanged: Vec<Kept>,
    notices: Vec<Finding>,
}

impl Draft {
    /// Begins with what the values have to say of themselves.
    pub(super) fn new(ground: &Ground<'_>) -> Self {
        let mut draft = Self {
            changes: Vec::new(),
            of_roles: HashMap::new(),
            unchanged: Vec::new(),
            notices: Vec::new(),
        };
        for placed @ Placed { cluster, provider, .. } in &ground.clusters {
            draft.notices.extend(server::notice(ground, placed));
            draft.notices.extend(provider.notices());
            let audiences = cluster.wanted_audiences();
            draft.notices.extend(audiences.iter().flat_map(crate::Audience::notices));
        }
        for bound in ground.desired.accounts() {
            draft.notices.extend(bound.service_account().notices());
        }
        draft
    }

    pub(super) fn push(&mut self, change: Change) {
        if let Some(role) = change.role() {
            self.of_roles.entry(role.clone()).or_default().push(self.changes.len());
        }
        self.changes.push(change);
    }

    /// The changes of a role that there are by now.
    pub(super) fn changes_of(&self, role: &RoleArn) -> impl Iterator<Item = &Change> {
        let at = self.of_roles.get(role).into_iter().flatten();
        at.filter_map(|at| self.changes.get(*at))
    }

    pub(super) fn keep(&mut self, kept: Kept) {
        self.unchanged.push(kept);
    }

    pub(super) fn notice(&mut self, notice: Finding) {
        self.notices.push(notice);
    }

    /// A notice about a statement of a role's trust policy, whose place says nothing without the role.
    pub(super) fn notice_of_role(&mut self, role: &Role, notice: Finding) {
        let message = format!("role {}: {}", quoted(role.name().as_str()), notice.message);
        self.notices.push(Finding { message, place: None, ..notice });
    }

    /// Whether a service account is trusted only by a change.
    pub(super) fn lets_in(
        &self,
        ground: &Ground<'_>,
        bound: &BoundAccount,
        role: &RoleArn,
    ) -> bool {
        let grant = ground.grant_of(bound);
        let is_new = |was: &TrustPolicy| {
            grant.as_ref().is_some_and(|grant| was.standing(grant) != Standing::Allowed)
        };
        self.changes_of(role).any(|change| match change {
            Change::CreateRole { .. } => true,
            Change::UpdateTrust { was, .. } => is_new(was),
            _ => false,
        })
    }

    /// Whether a role that trusts a provider does so when all is done.
    pub(super) fn still_trusts(&self, role: &RoleArn, provider: &ProviderArn) -> bool {
        !self.changes_of(role).any(|change| match change {
            Change::DeleteRole { .. } => true,
            Change::UpdateTrust { trust, .. } => !trust.trusted_providers().contains(provider),
            _ => false,
        })
    }

    /// The plan: changes by rounds, each notice once.
    pub(super) fn finish(mut self, ground: &Ground<'_>, unwires: Option<UnwireOptions>) -> Plan {
        // The sort is stable: within a round the order is that of the resources.
        self.changes.sort_by_key(Change::round);
        let mut told = HashSet::new();
        self.notices.retain(|notice| told.insert(notice.clone()));
        let clusters = ground.clusters.iter().map(|placed| PlannedCluster {
            id: placed.cluster.id().clone(),
            place: placed.seen.map(|s| (s.arn.region().to_owned(), s.arn.account().clone())),
            version: placed.seen.and_then(|seen| seen.version.clone()),
            provider: placed.provider.clone(),
        });
        let wired = ground.bound().into_iter().map(|(bound, role_arn)| Wired {
            cluster: bound.cluster.clone(),
            service_account: bound.service_account().clone(),
            manifest: account::manifest(ground, bound, &role_arn),
            role_arn,
        });
        let (desired, observed) = (ground.desired.clone(), ground.observed.clone());
        Plan {
            basis: Arc::new(Basis { desired, observed, unwires }),
            caller: ground.caller.clone(),
            clusters: clusters.collect(),
            changes: self.changes,
            unchanged: self.unchanged,
            notices: self.notices,
            wired: wired.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Account, Binding, Caller, Cluster, Desired, Observed, Sight, plan};

    /// Each service account once, in the order of the bindings, and each notice once.
    #[test]
    fn many_bindings_are_planned_in_their_order() {
        let cluster = Cluster::self_managed("https://oidc.example.com/one".parse().unwrap());
        let bindings = (0..120).map(|n| {
            let account = Account::new(format!("shop/a{n}").parse().unwrap());
            let role = Role::new(format!("r{}", n % 40).parse().unwrap());
            Binding::new(&cluster, account.create_namespace(true), role)
        });
        let desired = Desired::new(bindings).unwrap();

        let caller = Caller::new("aws".parse().unwrap(), "123456789012".parse().unwrap());
        let issuer = "oidc.example.com/one".parse().unwrap();
        let provider = ProviderArn::new(caller.partition.clone(), caller.account.clone(), &issuer);
        let mut observed = Observed::default();
        observed.caller = Some(Sight::Seen(caller));
        observed.providers.insert(provider, Sight::Absent);
        for role in desired.roles() {
            observed.roles.insert(role.name().clone(), Sight::Absent);
        }
        let id = cluster.id();
        let namespaces = observed.namespaces.entry(id.clone()).or_default();
        namespaces.insert("shop".parse().unwrap(), Sight::Absent);
        let accounts = observed.accounts.entry(id.clone()).or_default();
        for bound in desired.accounts() {
            accounts.insert(bound.service_account().clone(), Sight::Absent);
        }

        let plan = plan(&desired, &observed).unwrap();
        let roles = plan.changes().iter().filter_map(Change::role).map(|role| role.name().as_str());
        assert!(roles.eq((0..40).map(|n| format!("r{n}"))));
        let changed = plan.changes().iter().filter_map(Change::service_account);
        let changed = changed.map(|(_, account)| account.as_str());
        assert!(changed.eq((0..120).map(|n| format!("shop/a{n}"))));
        let wired = plan.wired().iter();
        let wired = wired.map(|w| (w.service_account.to_string(), w.role_arn.name().to_string()));
        assert!(wired.eq((0..120).map(|n| (format!("shop/a{n}"), format!("r{}", n % 40)))));
        for change in plan.changes() {
            if let Change::CreateRole { trust, .. } = change {
                let grants = trust.grants().into_iter().map(|granted| granted.grant.to_string());
                assert_eq!(grants.collect::<HashSet<_>>().len(), 3);
            }
        }
        let told = plan.notices().iter().filter(|notice| notice.code == "plan.any-pod");
        assert_eq!(told.count(), 120);
        assert_eq!(plan.notices().iter().collect::<HashSet<_>>().len(), plan.notices().len());
    }
}
