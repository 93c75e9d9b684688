//! The part of a plan that is about Kubernetes: namespaces and service accounts.

use std::collections::BTreeMap;

use super::annotations::{
    check_conflicts, is_ours_alone, is_same_role, managers, notice_options, notice_other_role,
    notice_shared, owned,
};
use super::error::look;
use super::ground::Ground;
use super::{Change, Draft, Kept, PlanError, TrustEdit, pods};
use crate::annotation::{AUDIENCE, ROLE_ARN, STS_REGIONAL_ENDPOINTS, TOKEN_EXPIRATION};
use crate::error::quoted;
use crate::mark;
use crate::{
    BoundAccount, ClusterId, Finding, Manifest, Namespace, ProviderArn, Refusal, RoleArn,
    SeenAccount, SeenPod, Severity, Sight, Subject,
};

/// What the webhook reads beside the role. What is there counts, whoever has asked for it.
const OPTIONS: [&str; 3] = [AUDIENCE, STS_REGIONAL_ENDPOINTS, TOKEN_EXPIRATION];

pub(super) fn wire_namespace(
    draft: &mut Draft,
    ground: &Ground<'_>,
    (cluster, namespace): (&ClusterId, &Namespace),
    create: bool,
) -> Result<(), PlanError> {
    let sight = ground.observed.namespaces.get(cluster).and_then(|all| all.get(namespace));
    if matches!(sight, Some(Sight::Forbidden(_))) && has_seen_account(ground, cluster, namespace) {
        let (cluster, namespace) = (cluster.clone(), namespace.clone());
        draft.keep(Kept::Namespace { cluster, namespace });
        return Ok(());
    }
    let what = format!("{}namespace", ground.prefix(cluster));
    let seen = look(sight, &what, namespace.as_str())?;
    let name = quoted(namespace.as_str());
    let refuse = |code, message: String, help: &str| {
        Err(PlanError::Namespace(Refusal::new(code, message, help)))
    };
    match seen {
        Some(seen) if seen.terminating => {
            let message = format!("{}namespace {name} is being deleted", ground.prefix(cluster));
            refuse("plan.namespace-terminating", message, "wait until it is gone, or use another")
        }
        Some(_) => {
            let (cluster, namespace) = (cluster.clone(), namespace.clone());
            draft.keep(Kept::Namespace { cluster, namespace });
            Ok(())
        }
        None if create => {
            draft.push(Change::CreateNamespace {
                cluster: cluster.clone(),
                namespace: namespace.clone(),
                labels: mark::labels(),
            });
            Ok(())
        }
        None => {
            let message =
                format!("namespace {name} does not exist in cluster {}", quoted(cluster.as_str()));
            let help = "check its name, or ask for it to be made";
            refuse("plan.namespace-missing", message, help)
        }
    }
}

/// Whether a service account of a namespace was seen, so that the namespace is there: whoever may write one
/// need not be allowed to see the other.
fn has_seen_account(ground: &Ground<'_>, cluster: &ClusterId, namespace: &Namespace) -> bool {
    let mut accounts = ground.observed.accounts.get(cluster).into_iter().flatten();
    accounts.any(|(account, sight)| account.namespace() == namespace && sight.seen().is_some())
}

pub(super) fn wire(
    draft: &mut Draft,
    ground: &Ground<'_>,
    bound: &BoundAccount,
    role: &RoleArn,
) -> Result<(), PlanError> {
    let seen = seen_account(ground, bound)?;
    let name = ground.named(bound);
    if seen.is_some_and(|seen| seen.terminating) {
        let message = format!("service account {name} is being deleted");
        let help = "wait until it is gone and wire it again; what it waits for is in its `metadata.finalizers`";
        return Err(PlanError::Account(Refusal::new("plan.account-terminating", message, help)));
    }
    let annotations = manifest(ground, bound, role).annotations();
    let wanted: BTreeMap<String, String> =
        annotations.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let (cluster, service_account) = (bound.cluster.clone(), bound.service_account().clone());
    let changes = match seen {
        None => {
            draft.push(Change::CreateAccount {
                cluster,
                service_account,
                annotations: wanted,
                labels: mark::labels(),
            });
            true
        }
        Some(seen) => {
            let (goes, stays): (Vec<&str>, Vec<&str>) = OPTIONS
                .into_iter()
                .filter(|key| seen.annotations.contains_key(*key) && !wanted.contains_key(*key))
                .partition(|key| is_ours_alone(seen, key));
            let differing: BTreeMap<String, String> =
                wanted.into_iter().filter(|(k, v)| seen.annotations.get(k) != Some(v)).collect();
            let force = check_conflicts(draft, ground, bound, seen, &differing)?;
            notice_options(draft, &name, seen, &stays);
            if differing.contains_key(ROLE_ARN) {
                notice_other_role(draft, &name, seen, role);
            }
            let changes = !differing.is_empty() || !goes.is_empty();
            if changes {
                let mut annotations = owned(&seen.annotations, &seen.annotation_managers);
                annotations.extend(differing);
                let was = annotations
                    .keys()
                    .filter_map(|key| Some((key.clone(), seen.annotations.get(key)?.clone())))
                    .collect();
                annotations.retain(|key, _| !goes.contains(&key.as_str()));
                let labels = owned(&seen.labels, &seen.label_managers);
                draft.push(Change::ApplyAccount {
                    cluster,
                    service_account,
                    annotations,
                    labels,
                    was,
                    force,
                });
            } else {
                draft.keep(Kept::Account { cluster, service_account });
            }
            changes
        }
    };
    pods::notice(draft, ground, (bound, seen.is_some()), role);
    if changes || draft.lets_in(ground, bound, role) {
        let namespace = bound.service_account().namespace();
        draft.notice(Finding::new(
            "plan.any-pod",
            Severity::Note,
            format!(
                "any pod of namespace {} may use service account {name}",
                quoted(namespace.as_str())
            ),
            "whoever may make pods in the namespace has what the role can do",
        ));
    }
    Ok(())
}

pub(super) fn unwire(
    draft: &mut Draft,
    ground: &Ground<'_>,
    bound: &BoundAccount,
    role: &RoleArn,
) -> Result<(), PlanError> {
    let name = ground.named(bound);
    let is_by_issuer = bound.cluster.self_managed().is_some();
    if is_by_issuer && account_sight(ground, bound).is_none() {
        draft.notice(Finding::new(
            "plan.account-unseen",
            Severity::Warning,
            format!(
                "service account {name} was not looked at, and stays as it is: nothing says how to reach its cluster"
            ),
            "if the cluster is still there, name a kubeconfig and unwire it again",
        ));
        return Ok(());
    }
    let Some(seen) = seen_account(ground, bound)? else { return Ok(()) };
    if let Some(notice) = left_alone(ground, bound, role, seen) {
        draft.notice(notice);
        return Ok(());
    }
    let (cluster, service_account) = (bound.cluster.clone(), bound.service_account().clone());
    let annotated = seen.annotations.get(ROLE_ARN);
    let mut removed = owned(&seen.annotations, &seen.annotation_managers);
    let mut kept = removed.clone();
    removed.retain(|key, _| key == ROLE_ARN || OPTIONS.contains(&key.as_str()));
    kept.retain(|key, _| !removed.contains_key(key));
    // What somebody else applies too stays, and is theirs alone from then on.
    let gives_up = !removed.is_empty();
    removed.retain(|key, _| is_ours_alone(seen, key));
    if annotated.is_some() && !removed.contains_key(ROLE_ARN) {
        draft.notice(Finding::new(
            "plan.annotation-stays",
            Severity::Warning,
            format!(
                "annotation `{}` of service account {name} stays: it belongs to {}",
                ROLE_ARN,
                managers(seen, ROLE_ARN)
            ),
            "remove it where it is set: pods keep being given a role that they can't assume",
        ));
    }
    let pods = match pods::sight(ground, bound) {
        Some(Sight::Seen(pods)) => Some(pods.as_slice()),
        Some(Sight::Absent) => Some(&[][..]),
        None | Some(Sight::Forbidden(_) | Sight::Unreachable(_)) => None,
    };
    let is_unused = pods.is_some_and(<[SeenPod]>::is_empty);
    let is_ours = mark::is_on_labels(&seen.labels);
    let goes = annotated.is_none() || removed.contains_key(ROLE_ARN);
    if is_ours && is_unused && goes {
        notice_shared(draft, &name, seen);
        draft.push(Change::DeleteAccount { cluster, service_account });
        return Ok(());
    }
    if is_ours {
        let why = match pods {
            None => "its pods could not be seen".to_owned(),
            Some([_]) => "1 pod uses it".to_owned(),
            Some([_, _, ..]) => format!("{} pods use it", pods.map_or(0, <[_]>::len)),
            Some([]) => "its annotation belongs to somebody else".to_owned(),
        };
        draft.notice(Finding::new(
            "plan.account-stays",
            Severity::Note,
            format!("service account {name} stays: {why}"),
            "unwire again when no pod uses it, or delete it yourself",
        ));
    }
    if gives_up {
        draft.push(Change::RemoveAnnotations {
            cluster,
            service_account,
            removed,
            annotations: kept,
            labels: owned(&seen.labels, &seen.label_managers),
        });
    }
    Ok(())
}

/// Why a service account is not unwired, if it isn't.
fn left_alone(
    ground: &Ground<'_>,
    bound: &BoundAccount,
    role: &RoleArn,
    seen: &SeenAccount,
) -> Option<Finding> {
    let name = ground.named(bound);
    if seen.terminating {
        return Some(Finding::new(
            "plan.account-going",
            Severity::Note,
            format!("service account {name} is being deleted, and left to that"),
            "what it waits for is in its `metadata.finalizers`",
        ));
    }
    let annotated = seen.annotations.get(ROLE_ARN);
    if let Some(other) = annotated.filter(|value| !is_same_role(value, role)) {
        return Some(Finding::new(
            "plan.other-role",
            Severity::Warning,
            format!(
                "service account {name} names another role, {}, and is left alone",
                quoted(other)
            ),
            "unwire it from that role",
        ));
    }
    let is_by_issuer = bound.cluster.self_managed().is_some();
    let other = is_by_issuer.then(|| trusted_elsewhere(ground, bound)).flatten()?;
    Some(Finding::new(
        "plan.account-trusted",
        Severity::Warning,
        format!(
            "service account {name} is left alone: role {} still trusts it of provider {}",
            quoted(role.name().as_str()),
            quoted(other.issuer().as_str())
        ),
        "if the cluster that the kubeconfig leads to is that one, its pods need the account: to unwire it there, name that cluster; else take the annotation off by hand",
    ))
}

fn seen_account<'a>(
    ground: &Ground<'a>,
    bound: &BoundAccount,
) -> Result<Option<&'a SeenAccount>, PlanError> {
    let what = format!("{}service account", ground.prefix(&bound.cluster));
    look(account_sight(ground, bound), &what, bound.service_account().as_str())
}

fn account_sight<'a>(ground: &Ground<'a>, bound: &BoundAccount) -> Option<&'a Sight<SeenAccount>> {
    ground.observed.accounts.get(&bound.cluster)?.get(bound.service_account())
}

/// Through which other provider a role trusts a service account of this name when the grants named are gone.
///
/// Of a cluster that its issuer names it isn't known whether the kubeconfig leads there: one that was made
/// anew has the names of the old one.
fn trusted_elsewhere(ground: &Ground<'_>, bound: &BoundAccount) -> Option<ProviderArn> {
    let role = ground.desired.roles().iter().find(|role| *role.name() == bound.role)?;
    let seen = ground.observed.roles.get(role.name())?.seen()?;
    // An error says that nobody else is trusted, or stops the plan.
    let left = TrustEdit::Revoke(ground.grants_of(role)).on(&seen.trust).ok()?.policy;
    let own = ground.provider(&bound.cluster)?;
    let subject = Subject::from(bound.service_account());
    left.grants().into_iter().find_map(|granted| {
        let web = granted.grant.as_web_identity()?;
        let is_other = web.provider() != own && web.subject().matches(&subject);
        is_other.then(|| web.provider().clone())
    })
}

/// The service account as it has to be where it is: with the wanted audience in so many words where there
/// is an annotation of it that isn't ours to remove, or that says so already.
pub(super) fn manifest(ground: &Ground<'_>, bound: &BoundAccount, role: &RoleArn) -> Manifest {
    let manifest = bound.manifest(role);
    let seen = account_sight(ground, bound).and_then(Sight::seen);
    let wanted = bound.account.wanted_audience();
    let stays = seen.is_some_and(|seen| {
        let there = seen.annotations.get(AUDIENCE);
        there.is_some_and(|there| there == wanted.as_str() || !is_ours_alone(seen, AUDIENCE))
    });
    if stays { manifest.audience(wanted.clone()) } else { manifest }
}
