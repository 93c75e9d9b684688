//! The one collector of what is there: two rounds of reads.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{BoxFuture, FutureExt as _, try_join_all, try_join3};

use super::run::Run;
use super::seen::{Found, Seen};
use super::{WireError, error};
use crate::aws::Access;
use crate::aws::policies::places;
use crate::call::Looked as _;
use crate::kube::{KubeError, Kubernetes};
use crate::plan::Basis;
use crate::{
    Caller, ClusterId, Desired, Issuer, ManagedPolicy, Namespace, Observed, Plan, PolicyArn,
    ProviderArn, Role, RoleName, SeenCluster, ServiceAccountRef, Sight, ThumbprintChoice, Unseen,
    UnwireOptions,
};

type Look<'a> = BoxFuture<'a, Result<Found, WireError>>;

impl Run<'_> {
    /// Looks at everything that is desired.
    pub(super) async fn observe(
        &self,
        desired: &Desired,
        unwires: Option<UnwireOptions>,
    ) -> Result<Seen, WireError> {
        let mut seen =
            Seen::begin(desired, unwires, self.given_ways(desired, unwires.is_some()).await?);
        let clusters = of_eks(desired);
        let roles = desired.roles().iter().map(|role| self.role(role.name()));
        let (clusters, identity, roles) = try_join3(
            try_join_all(clusters.map(|id| self.cluster(id))),
            self.call("the caller", self.wirer.role_aws().identity()),
            try_join_all(roles),
        )
        .await?;
        seen.fill(roles);
        let Seen { basis: Basis { observed, .. }, ways, .. } = &mut seen;
        observed.caller = Some(Sight::Seen(identity?.caller));
        observed.region = self.wirer.cluster.region();
        for (id, sight, access) in clusters {
            if !ways.contains_key(&id)
                && let Some(access) = access
            {
                ways.insert(id.clone(), self.wirer.eks_way(&id, &access)?);
            }
            observed.clusters.insert(id, sight);
        }
        let mut looks = self.providers(desired, observed, unwires);
        looks.extend(self.policies(desired, observed, unwires));
        looks.extend(self.role_policies(desired, observed, unwires.is_none()));
        looks.extend(self.kubernetes(desired, ways, unwires.is_none()));
        seen.fill(try_join_all(looks).await?);
        Ok(seen)
    }

    /// Looks again at all that was planned on, at once: what names it is known from the plan. It is an error
    /// if those names have changed.
    pub(super) async fn observe_again(&self, plan: &Plan) -> Result<Seen, WireError> {
        let Basis { desired, observed: before, unwires } = plan.basis();
        let mut seen =
            Seen::begin(desired, *unwires, self.given_ways(desired, unwires.is_some()).await?);
        let Seen { basis: Basis { observed, .. }, ways, .. } = &mut seen;
        ways.extend(
            of_eks(desired).filter_map(|id| Some((id.clone(), self.wirer.ways.known(id)?))),
        );
        let (near, far): (Vec<_>, Vec<_>) = of_eks(desired).partition(|id| ways.contains_key(id));
        for (id, sight, access) in try_join_all(far.into_iter().map(|id| self.cluster(id))).await? {
            if let Some(access) = access {
                ways.insert(id.clone(), self.wirer.eks_way(&id, &access)?);
            }
            observed.clusters.insert(id, sight);
        }
        let mut looks: Vec<Look<'_>> =
            desired.roles().iter().map(|role| self.role(role.name()).boxed()).collect();
        looks.extend(self.role_policies(desired, before, unwires.is_none()));
        looks.extend(self.policies(desired, before, *unwires));
        looks.extend(self.providers(desired, before, *unwires));
        looks.extend(self.kubernetes(desired, ways, unwires.is_none()));
        let (found, clusters, identity) = try_join3(
            try_join_all(looks),
            try_join_all(near.into_iter().map(|id| self.cluster(id))),
            self.call("the caller", self.wirer.role_aws().identity()),
        )
        .await?;
        observed.clusters.extend(clusters.into_iter().map(|(id, sight, _)| (id, sight)));
        observed.caller = Some(Sight::Seen(identity?.caller));
        observed.region = self.wirer.cluster.region();
        seen.fill(found);
        check_names(before, &seen.basis.observed)?;
        Ok(seen)
    }

    async fn given_ways(
        &self,
        desired: &Desired,
        unwires: bool,
    ) -> Result<BTreeMap<ClusterId, Kubernetes>, WireError> {
        let mut ways = BTreeMap::new();
        for cluster in desired.clusters() {
            let way = self.wirer.given_way(desired, cluster.id(), unwires);
            if let Some(way) = self.within("the kubeconfig", way).await?? {
                ways.insert(cluster.id().clone(), way);
            }
        }
        Ok(ways)
    }

    async fn cluster(
        &self,
        id: &ClusterId,
    ) -> Result<(ClusterId, Sight<SeenCluster>, Option<Access>), WireError> {
        let what = format!("cluster `{id}`");
        let mut access = None;
        let sight = self.look(&what, self.wirer.cluster.cluster(id)).await?.map(|described| {
            access = described.access;
            described.seen
        });
        Ok((id.clone(), sight, access))
    }

    async fn role(&self, name: &RoleName) -> Result<Found, WireError> {
        let what = format!("role `{name}`");
        let slot = self.wirer.slots.of(name);
        let mut count = 0;
        let look = async {
            count = slot.last().count;
            self.wirer.role_aws().role(name).await
        };
        let sight = self.look(&what, look).await?;
        Ok(Found::Role(name.clone(), count, sight))
    }

    /// The providers of the clusters, and what else is needed of them.
    fn providers<'b>(
        &'b self,
        desired: &'b Desired,
        observed: &Observed,
        unwires: Option<UnwireOptions>,
    ) -> Vec<Look<'b>> {
        let mut looks: Vec<Look<'b>> = Vec::new();
        let mut go: Vec<ProviderArn> = Vec::new();
        for (cluster, provider) in provider_arns(desired, observed) {
            if unwires.is_none_or(|options| options.delete_provider) {
                let provider = provider.clone();
                let look = async move {
                    let what = format!("provider `{provider}`");
                    let sight = self.look(&what, self.wirer.role_aws().provider(&provider)).await?;
                    Ok(Found::Provider(provider, sight))
                };
                looks.push(look.boxed());
            }
            let fetches = *cluster.thumbprint_choice() == ThumbprintChoice::Fetch;
            if fetches && unwires.is_none() {
                let issuer = provider.issuer().clone();
                let look = async move {
                    let sight = self.within(&issuer.url(), self.wirer.served(&issuer)).await?;
                    Ok(Found::Served(issuer, sight))
                };
                looks.push(look.boxed());
            }
            if unwires.is_some_and(|options| options.delete_provider) {
                go.push(provider);
            }
        }
        if !go.is_empty() {
            let look = async move {
                let trusting = self.wirer.role_aws().trusting(&go);
                let sight = self.look("the roles of the account", trusting).await?;
                Ok(Found::Trusting(go, sight))
            };
            looks.push(look.boxed());
        }
        looks
    }

    /// Where the managed policies are; of those that are taken off, without boundaries, which stay.
    fn policies<'b>(
        &'b self,
        desired: &Desired,
        observed: &Observed,
        unwires: Option<UnwireOptions>,
    ) -> Vec<Look<'b>> {
        let caller = observed.caller.as_ref().and_then(|caller| caller.seen());
        let (Some(caller), true) = (caller, unwires.is_none_or(|o| o.detach_policies)) else {
            return Vec::new();
        };
        let named = |role: &Role| match unwires {
            None => role.policies(),
            Some(_) => role.managed_policies().to_vec(),
        };
        let all: BTreeSet<ManagedPolicy> = desired.roles().iter().flat_map(named).collect();
        let look = |policy: ManagedPolicy| {
            let caller = caller.clone();
            async move {
                let sight = self.policy(&policy, &caller).await?;
                Ok(Found::Policy(policy, sight))
            }
            .boxed()
        };
        all.into_iter().map(look).collect()
    }

    /// A policy at the first of its places; if it isn't there, at all others at once; last among the account's own,
    /// whose paths nobody knows.
    async fn policy(
        &self,
        policy: &ManagedPolicy,
        caller: &Caller,
    ) -> Result<Sight<PolicyArn>, WireError> {
        let what = format!("policy `{policy}`");
        let aws = self.wirer.role_aws();
        let places = places(policy, caller);
        let Some((first, others)) = places.split_first() else { return Ok(Sight::Absent) };
        let first = self.look(&what, aws.policy(first)).await?;
        if first != Sight::Absent {
            return Ok(first);
        }
        let others = others.iter().map(|place| self.look(&what, aws.policy(place)));
        let others = try_join_all(others).await?;
        let known = others.iter().find(|sight| sight.seen().is_some());
        let known = known.or_else(|| others.iter().find(|sight| **sight != Sight::Absent));
        if known.is_some() || policy.arn().is_some() {
            return Ok(known.cloned().unwrap_or(Sight::Absent));
        }
        Ok(match self.look(&what, aws.own_policy(policy.name())).await? {
            // Who may not list them names it by its ARN, as the help says.
            Sight::Forbidden(_) => Sight::Absent,
            sight => sight,
        })
    }

    /// The policies of the roles that are there; the documents of those that are wanted, to be compared.
    fn role_policies<'b>(
        &'b self,
        desired: &'b Desired,
        observed: &Observed,
        documents: bool,
    ) -> Vec<Look<'b>> {
        let mut looks: Vec<Look<'b>> = Vec::new();
        let aws = self.wirer.role_aws();
        let is_there = |name| observed.roles.get(name).is_some_and(|role| role.seen().is_some());
        for role in desired.roles().iter().filter(|role| is_there(role.name())) {
            let name = role.name();
            let attached = async move {
                let what = format!("the policies of role `{name}`");
                Ok(Found::Attached(name.clone(), self.look(&what, aws.attached(name)).await?))
            };
            let inline = async move {
                let what = format!("the inline policies of role `{name}`");
                Ok(Found::Inline(name.clone(), self.look(&what, aws.inline(name)).await?))
            };
            looks.extend([attached.boxed(), inline.boxed()]);
            for policy in role.inline_policies().keys().filter(|_| documents) {
                let document = async move {
                    let what = format!("inline policy `{policy}` of role `{name}`");
                    let sight = self.look(&what, aws.inline_document(name, policy)).await?;
                    Ok(Found::Document(name.clone(), policy.clone(), sight))
                };
                looks.push(document.boxed());
            }
        }
        looks
    }

    /// Namespaces, service accounts and their pods.
    fn kubernetes<'b>(
        &'b self,
        desired: &'b Desired,
        ways: &BTreeMap<ClusterId, Kubernetes>,
        namespaces: bool,
    ) -> Vec<Look<'b>> {
        let mut looks: Vec<Look<'b>> = Vec::new();
        for (cluster, namespace) in desired.namespaces().into_keys() {
            let Some(way) = ways.get(cluster) else {
                looks.extend(without_endpoint(desired, cluster, namespace, namespaces));
                continue;
            };
            if namespaces {
                let way = way.clone();
                let look = async move {
                    let what = format!("namespace `{namespace}`");
                    let sight = self.kube_look(&what, cluster, way.namespace(namespace)).await?;
                    Ok(Found::Namespace(cluster.clone(), namespace.clone(), sight))
                };
                looks.push(look.boxed());
            }
            let here = desired.accounts().iter().filter(|bound| {
                bound.cluster == *cluster && bound.service_account().namespace() == namespace
            });
            let here: Vec<&ServiceAccountRef> =
                here.map(crate::BoundAccount::service_account).collect();
            for account in here.iter().copied() {
                let way = way.clone();
                let look = async move {
                    let what = format!("service account `{account}`");
                    let sight = self.kube_look(&what, cluster, way.account(account)).await?;
                    Ok(Found::Account(cluster.clone(), account.clone(), sight))
                };
                looks.push(look.boxed());
            }
            let only = match here.as_slice() {
                [one] => Some(one.name()),
                _ => None,
            };
            let way = way.clone();
            let look = async move {
                let what = format!("the pods of namespace `{namespace}`");
                let sight = self.kube_look(&what, cluster, way.pods(namespace, only)).await?;
                let here = here.into_iter().cloned().collect();
                Ok(Found::Pods(cluster.clone(), here, sight))
            };
            looks.push(look.boxed());
        }
        looks
    }

    fn kube_look<'c, T: Send + 'c>(
        &'c self,
        what: &'c str,
        cluster: &'c ClusterId,
        call: impl Future<Output = Result<T, KubeError>> + Send + 'c,
    ) -> impl Future<Output = Result<Sight<T>, WireError>> {
        let call = self.call(what, call);
        async {
            match call.await? {
                Ok(seen) => Ok(Sight::Seen(seen)),
                Err(error) if error.is_hopeless() => Err(error.into()),
                Err(error) => Ok(self.explained(error, cluster).await.sight()),
            }
        }
    }
}

/// Nobody can look into a cluster of EKS that has no endpoint. Those that nothing says how to reach are not
/// looked at.
fn without_endpoint<'b>(
    desired: &Desired,
    cluster: &ClusterId,
    namespace: &Namespace,
    namespaces: bool,
) -> Vec<Look<'b>> {
    if cluster.self_managed().is_some() {
        return Vec::new();
    }
    let unseen = |verb, resource| {
        let what = format!("EKS tells of no endpoint of cluster `{cluster}`");
        let help = "wait until it does, `aws eks describe-cluster` shows it; or name a kubeconfig";
        Unseen::new(verb, resource, what, help)
    };
    let mut found = Vec::new();
    if namespaces {
        let sight = Sight::Unreachable(unseen("get namespaces", namespace.as_str()));
        found.push(Found::Namespace(cluster.clone(), namespace.clone(), sight));
    }
    let accounts = desired.accounts().iter().filter(|bound| bound.cluster == *cluster);
    let accounts = accounts.map(crate::BoundAccount::service_account);
    for account in accounts.filter(|account| account.namespace() == namespace) {
        let sight = Sight::Unreachable(unseen("get serviceaccounts", account.as_str()));
        found.push(Found::Account(cluster.clone(), account.clone(), sight));
    }
    found.into_iter().map(|found| std::future::ready(Ok(found)).boxed()).collect()
}

/// The clusters that EKS tells of.
fn of_eks(desired: &Desired) -> impl Iterator<Item = &ClusterId> {
    desired.clusters().iter().map(crate::Cluster::id).filter(|id| id.self_managed().is_none())
}

/// Refuses what was planned for another account or issuer, and for a role that did not exist: what was looked
/// at goes by those names.
fn check_names(before: &Observed, now: &Observed) -> Result<(), WireError> {
    let account = |observed: &Observed| Some(observed.caller.as_ref()?.seen()?.account.clone());
    if let (Some(before), Some(now)) = (account(before), account(now))
        && before != now
    {
        let what = format!("it was made in account `{before}`, these credentials are of `{now}`");
        return Err(error::stale(&what));
    }
    for (id, sight) in &now.clusters {
        let was = before.clusters.get(id).and_then(Sight::seen);
        if sight.seen().is_some_and(|seen| was.is_none_or(|was| was.issuer != seen.issuer)) {
            return Err(error::stale(&format!("cluster `{id}` has another issuer by now")));
        }
    }
    for (name, sight) in &now.roles {
        let was = before.roles.get(name).and_then(Sight::seen);
        if sight.seen().is_some() && was.is_none() {
            return Err(error::stale(&format!("role `{name}` was made since")));
        }
    }
    Ok(())
}

/// The provider of each cluster whose issuer is known, in the account of the roles.
fn provider_arns<'b>(
    desired: &'b Desired,
    observed: &Observed,
) -> Vec<(&'b crate::Cluster, ProviderArn)> {
    let Some(caller) = observed.caller.as_ref().and_then(|caller| caller.seen()) else {
        return Vec::new();
    };
    let issuer = |cluster: &crate::Cluster| match cluster.id().self_managed() {
        Some(issuer) => Some(issuer.clone()),
        None => observed.clusters.get(cluster.id())?.seen()?.issuer.clone(),
    };
    let arn = |issuer: &Issuer| {
        ProviderArn::new(caller.partition.clone(), caller.account.clone(), issuer)
    };
    let clusters = desired.clusters().iter();
    clusters.filter_map(|cluster| Some((cluster, arn(&issuer(cluster)?)))).collect()
}
