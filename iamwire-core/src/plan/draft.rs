//! [`Draft`]: a plan in the making.

use std::sync::Arc;

use super::account;
use super::ground::{Ground, Placed};
use super::{Basis, Change, Kept, Plan, PlannedCluster, UnwireOptions, Wired};
use crate::error::quoted;
use crate::{BoundAccount, Finding, ProviderArn, Role, RoleArn, Standing, TrustPolicy};

/// A plan in the making.
pub(super) struct Draft {
    pub(super) changes: Vec<Change>,
    unchanged: Vec<Kept>,
    notices: Vec<Finding>,
}

impl Draft {
    /// Begins with what the values have to say of themselves.
    pub(super) fn new(ground: &Ground<'_>) -> Self {
        let mut draft = Self { changes: Vec::new(), unchanged: Vec::new(), notices: Vec::new() };
        for Placed { cluster, provider, .. } in &ground.clusters {
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
        self.changes.push(change);
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

    /// Whether a service account changes, or is trusted only by a change.
    pub(super) fn touches(
        &self,
        ground: &Ground<'_>,
        bound: &BoundAccount,
        role: &RoleArn,
    ) -> bool {
        let grant = ground.grant_of(bound);
        let is_new = |was: &TrustPolicy| {
            grant.as_ref().is_some_and(|grant| was.standing(grant) != Standing::Allowed)
        };
        self.changes.iter().any(|change| match change {
            Change::CreateRole { role: changed, .. } => changed == role,
            Change::UpdateTrust { role: changed, was, .. } => changed == role && is_new(was),
            _ => change.service_account() == Some((&bound.cluster, bound.service_account())),
        })
    }

    /// Whether a role that trusts a provider does so when all is done.
    pub(super) fn still_trusts(&self, role: &RoleArn, provider: &ProviderArn) -> bool {
        !self.changes.iter().any(|change| match change {
            Change::DeleteRole { role: gone, .. } => gone == role,
            Change::UpdateTrust { role: changed, trust, .. } => {
                changed == role && !trust.trusted_providers().contains(provider)
            }
            _ => false,
        })
    }

    /// The plan: changes by rounds, each notice once.
    pub(super) fn finish(mut self, ground: &Ground<'_>, unwires: Option<UnwireOptions>) -> Plan {
        // The sort is stable: within a round the order is that of the resources.
        self.changes.sort_by_key(Change::round);
        let mut notices: Vec<Finding> = Vec::new();
        for notice in self.notices {
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        }
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
            notices,
            wired: wired.collect(),
        }
    }
}
