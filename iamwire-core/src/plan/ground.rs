//! What all parts of a plan stand on: the caller, and for each cluster its issuer and provider.

use std::collections::HashMap;

use super::PlanError;
use super::error::look;
use crate::error::{quoted, word};
use crate::{
    BoundAccount, Caller, Cluster, ClusterArn, ClusterId, Desired, Grant, Issuer, Observed,
    ProviderArn, Refusal, Role, RoleArn, RoleName, SeenCluster, SeenRole, WebIdentityGrant,
};

/// The caller and the clusters, as they were seen.
pub(super) struct Ground<'a> {
    pub(super) desired: &'a Desired,
    pub(super) observed: &'a Observed,
    pub(super) caller: &'a Caller,
    pub(super) clusters: Vec<Placed<'a>>,
    /// The service accounts of each role, in order.
    accounts: HashMap<&'a RoleName, Vec<&'a BoundAccount>>,
}

/// A cluster and its provider.
pub(super) struct Placed<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) seen: Option<&'a SeenCluster>,
    pub(super) provider: ProviderArn,
}

/// What the cluster is good for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Wire,
    Unwire,
}

impl<'a> Ground<'a> {
    pub(super) fn of(
        desired: &'a Desired,
        observed: &'a Observed,
        purpose: Purpose,
    ) -> Result<Self, PlanError> {
        let caller = look(observed.caller.as_ref(), "the caller", "GetCallerIdentity")?;
        let Some(caller) = caller else {
            let message = "the credentials name nobody";
            let help = "check which credentials are used: `aws sts get-caller-identity`";
            return Err(PlanError::NotSeen(Refusal::new("plan.no-caller", message, help)));
        };
        let mut clusters: Vec<Placed<'a>> = Vec::new();
        for cluster in desired.clusters() {
            let placed = place(cluster, observed, caller, purpose)?;
            let twin = clusters.iter().find(|c| c.provider == placed.provider);
            if let Some(twin) = twin {
                let message = format!(
                    "clusters {} and {} have one issuer, {}",
                    quoted(twin.cluster.id().as_str()),
                    quoted(cluster.id().as_str()),
                    quoted(&placed.provider.issuer().url())
                );
                let help = "they are one cluster: name it one way";
                let refusal = Refusal::new("plan.cluster-twice", message, help);
                return Err(PlanError::Cluster(refusal));
            }
            clusters.push(placed);
        }
        let mut accounts: HashMap<_, Vec<_>> = HashMap::new();
        for bound in desired.accounts() {
            accounts.entry(&bound.role).or_default().push(bound);
        }
        Ok(Self { desired, observed, caller, clusters, accounts })
    }

    /// A role, as it is there.
    pub(super) fn seen_role(&self, role: &Role) -> Result<Option<&'a SeenRole>, PlanError> {
        look(self.observed.roles.get(role.name()), "role", role.name().as_str())
    }

    /// The ARN of a role: as it is there, or as it would be made.
    pub(super) fn role_arn(&self, role: &Role) -> RoleArn {
        let seen = self.observed.roles.get(role.name()).and_then(|sight| sight.seen());
        seen.map_or_else(
            || {
                RoleArn::new(
                    self.caller.partition.clone(),
                    self.caller.account.clone(),
                    role.wanted_path().cloned().unwrap_or_default(),
                    role.name().clone(),
                )
            },
            |seen| seen.arn.clone(),
        )
    }

    /// A service account in words: with its cluster where there are several.
    pub(super) fn named(&self, bound: &BoundAccount) -> String {
        let account = quoted(bound.service_account().as_str());
        match self.label(&bound.cluster) {
            None => account,
            Some(cluster) => format!("{account} of cluster {}", quoted(cluster)),
        }
    }

    /// What is said of a cluster before something in it, where there are several.
    pub(super) fn prefix(&self, cluster: &ClusterId) -> String {
        let label = self.label(cluster);
        label.map(|label| format!("cluster {}: ", quoted(label))).unwrap_or_default()
    }

    /// What tells a cluster from the others; none if there are no others.
    fn label<'b>(&self, cluster: &'b ClusterId) -> Option<&'b str> {
        let all = self.clusters.iter().map(|placed| placed.cluster.id());
        (self.clusters.len() > 1).then(|| cluster.label_among(all))
    }

    pub(super) fn provider(&self, cluster: &ClusterId) -> Option<&ProviderArn> {
        self.clusters.iter().find(|c| c.cluster.id() == cluster).map(|c| &c.provider)
    }

    /// All service accounts, with the ARNs of their roles.
    pub(super) fn bound(&self) -> Vec<(&'a BoundAccount, RoleArn)> {
        let roles = self.desired.roles().iter();
        let roles: HashMap<_, _> = roles.map(|role| (role.name(), self.role_arn(role))).collect();
        let bound = self.desired.accounts().iter();
        bound.filter_map(|bound| Some((bound, roles.get(&bound.role)?.clone()))).collect()
    }

    /// What the trust of a role must grant, a service account each.
    pub(super) fn grants_of(&self, role: &Role) -> Vec<Grant> {
        let accounts = self.accounts.get(role.name()).into_iter().flatten();
        accounts.filter_map(|bound| self.grant_of(bound)).collect()
    }

    pub(super) fn grant_of(&self, bound: &BoundAccount) -> Option<Grant> {
        let provider = self.provider(&bound.cluster)?;
        let grant = WebIdentityGrant::new(provider, bound.service_account())
            .audience(bound.account.wanted_audience().clone());
        Some(grant.into())
    }
}

fn place<'a>(
    cluster: &'a Cluster,
    observed: &'a Observed,
    caller: &Caller,
    purpose: Purpose,
) -> Result<Placed<'a>, PlanError> {
    let id = cluster.id();
    if let Some(issuer) = id.self_managed() {
        let provider = provider_of(caller, issuer)?;
        return Ok(Placed { cluster, seen: None, provider });
    }
    let name = quoted(id.as_str());
    let refuse = |code, message: String, help: &str| {
        Err(PlanError::Cluster(Refusal::new(code, message, help)))
    };
    let check_partition = |arn: &ClusterArn| {
        if *arn.partition() == caller.partition {
            return Ok(());
        }
        let message = format!(
            "cluster {name} is in partition {}, the credentials of the role are in {}",
            quoted(arn.partition().as_str()),
            quoted(caller.partition.as_str())
        );
        let help =
            "use credentials of the cluster's partition: no role is assumed across partitions";
        Err(PlanError::Cluster(Refusal::new("plan.partition", message, help)))
    };
    id.arn().map_or(Ok(()), check_partition)?;
    let Some(seen) = look(observed.clusters.get(id), "cluster", id.as_str())? else {
        let region = id.arn().map(ClusterArn::region).or(observed.region.as_deref());
        let in_region = region.map(|region| format!(" --region {}", word(region)));
        let check = format!(
            "check its name, the region and the account: `aws eks list-clusters{}`",
            in_region.unwrap_or_default()
        );
        let help = match purpose {
            Purpose::Wire => check,
            Purpose::Unwire => format!(
                "{check}; if it was deleted, name its issuer instead, which the provider in IAM and the role's trust policy still have: Kubernetes is then reached as a kubeconfig says"
            ),
        };
        // EKS looks in the account of the credentials alone.
        if let Some(arn) = id.arn().filter(|arn| *arn.account() != caller.account) {
            let message = format!(
                "cluster {name} was not found: it is of account {}, the credentials of the role are of {}",
                quoted(arn.account().as_str()),
                quoted(caller.account.as_str())
            );
            let help = format!(
                "use credentials of the cluster's account, and others for the role if that is in another; or {help}"
            );
            return refuse("plan.cluster-account", message, &help);
        }
        let place = region.filter(|_| id.arn().is_none());
        let place = place.map(|region| format!(" in region {}", quoted(region)));
        let message = format!("cluster {name} does not exist{}", place.unwrap_or_default());
        return refuse("plan.cluster-missing", message, &help);
    };
    if let Some(arn) = id.arn()
        && *arn != seen.arn
    {
        let message =
            format!("cluster {name} was asked for, {} answered", quoted(seen.arn.as_str()));
        let help = "use credentials of the cluster's account, and its region";
        return refuse("plan.cluster-account", message, help);
    }
    check_partition(&seen.arn)?;
    if let Some(way) = observed.ways.get(id)
        && let Some(other) = way.cluster.as_ref().filter(|other| **other != seen.arn)
    {
        let message = format!(
            "the kubeconfig leads to cluster {}, cluster {name} is {}",
            quoted(other.as_str()),
            quoted(seen.arn.as_str())
        );
        let help = "name a context of the cluster, or no kubeconfig: then EKS tells the way; or use credentials of the other cluster's account";
        return refuse("plan.other-cluster", message, help);
    }
    if purpose == Purpose::Wire && seen.status != "ACTIVE" {
        let message = format!("cluster {name} is {}, not ACTIVE", quoted(&seen.status));
        let help = match seen.status.as_str() {
            "DELETING" | "FAILED" => "it will not become so: use another cluster".to_owned(),
            _ => format!(
                "wait until it is: `aws eks wait cluster-active --region {} --name {}`",
                seen.arn.region(),
                seen.arn.name()
            ),
        };
        return refuse("plan.cluster-not-active", message, &help);
    }
    let Some(issuer) = &seen.issuer else {
        let message = format!("cluster {name} has no OIDC issuer");
        let help = "a local cluster on an Outpost has none; its service accounts can't assume roles this way";
        return refuse("plan.cluster-without-issuer", message, help);
    };
    Ok(Placed { cluster, seen: Some(seen), provider: provider_of(caller, issuer)? })
}

/// The provider of an issuer in the caller's account; refused if no policy could name its claims.
fn provider_of(caller: &Caller, issuer: &Issuer) -> Result<ProviderArn, PlanError> {
    let bad = issuer.notices().into_iter().find(|n| n.severity == crate::Severity::Error);
    if let Some(bad) = bad {
        let refusal = Refusal::new("plan.issuer-refused", bad.message, bad.help);
        return Err(PlanError::Cluster(refusal));
    }
    Ok(ProviderArn::new(caller.partition.clone(), caller.account.clone(), issuer))
}
