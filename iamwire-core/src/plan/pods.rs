//! The part of a plan that is about pods: those that run without the role.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Draft;
use super::ground::Ground;
use crate::annotation::SKIP;
use crate::error::printable;
use crate::{BoundAccount, Finding, Namespace, RoleArn, SeenPod, SeenWay, Severity, Sight};

/// The pods of a service account; none if they were not looked at.
pub(super) fn sight<'a>(
    ground: &Ground<'a>,
    bound: &BoundAccount,
) -> Option<&'a Sight<Vec<SeenPod>>> {
    ground.observed.pods.get(&bound.cluster)?.get(bound.service_account())
}

/// The webhook acts when a pod is made: a pod that runs without the role never gets it. One that is going
/// needs none. Of a service account that is to be made there are pods only if it was deleted under them.
pub(super) fn notice(
    draft: &mut Draft,
    ground: &Ground<'_>,
    (bound, is_there): (&BoundAccount, bool),
    role: &RoleArn,
) {
    let pods = match sight(ground, bound) {
        Some(Sight::Seen(pods)) => pods,
        None | Some(Sight::Absent) => return,
        Some(Sight::Forbidden(_) | Sight::Unreachable(_)) if !is_there => return,
        Some(Sight::Forbidden(why) | Sight::Unreachable(why)) => {
            draft.notice(Finding::new(
                "plan.pods-unseen",
                Severity::Note,
                format!(
                    "pods of service account {} could not be seen: {}",
                    ground.named(bound),
                    printable(&why.message)
                ),
                "those that are older than the annotation need a restart",
            ));
            return;
        }
    };
    let lacks = |pod: &&SeenPod| !pod.terminating && pod.role_arn.as_deref() != Some(role.as_str());
    let (skipped, stale): (Vec<&SeenPod>, Vec<&SeenPod>) =
        pods.iter().filter(lacks).partition(|pod| pod.skips_webhook);
    if !stale.is_empty() {
        let message = format!(
            "service account {}: {} without the role",
            ground.named(bound),
            counted(&stale, "runs", "run")
        );
        let way = ground.observed.ways.get(&bound.cluster);
        let kubectl = way.map_or_else(|| "kubectl".to_owned(), SeenWay::kubectl);
        let cure = restart(&stale, &kubectl, bound.service_account().namespace());
        draft.notice(Finding::new("plan.restart", Severity::Warning, message, cure));
    }
    if !skipped.is_empty() {
        let message = format!(
            "service account {}: {} without the role, restarted or not: label `{SKIP}` keeps the webhook off",
            ground.named(bound),
            counted(&skipped, "runs", "run")
        );
        let cure = unlabel(&skipped);
        draft.notice(Finding::new("plan.pods-skipped", Severity::Warning, message, cure));
    }
}

/// `1 pod runs`, `2 pods run`.
fn counted(pods: &[&SeenPod], one: &str, many: &str) -> String {
    match pods {
        [_] => format!("1 pod {one}"),
        pods => format!("{} pods {many}", pods.len()),
    }
}

fn restart(pods: &[&SeenPod], kubectl: &str, namespace: &Namespace) -> String {
    let (owners, bare) = sorted(pods);
    let mut cures = Vec::new();
    if !owners.is_empty() {
        cures.push(format!("{kubectl} -n {namespace} rollout restart {owners}"));
    }
    if !bare.is_empty() {
        cures.push(format!("make these pods again: {bare}"));
    }
    cures.join("; ")
}

fn unlabel(pods: &[&SeenPod]) -> String {
    let (owners, bare) = sorted(pods);
    let mut cures = Vec::new();
    if !owners.is_empty() {
        cures.push(format!("take the label off the pod template of {owners}"));
    }
    if !bare.is_empty() {
        cures.push(format!("make these pods again without it: {bare}"));
    }
    cures.join("; ")
}

/// What made the pods, and the names of those that nothing made that can be restarted; each once.
fn sorted(pods: &[&SeenPod]) -> (String, String) {
    let owners: BTreeSet<&str> = pods.iter().copied().filter_map(restartable).collect();
    let bare = pods.iter().filter(|pod| restartable(pod).is_none());
    let bare: BTreeSet<Cow<'_, str>> = bare.map(|pod| printable(&pod.name)).collect();
    let join = |parts: Vec<&str>| parts.join(" ");
    (join(owners.into_iter().collect()), join(bare.iter().map(AsRef::as_ref).collect()))
}

/// What made a pod, if it is one word of a command: whoever makes a pod may write any owner.
fn restartable(pod: &SeenPod) -> Option<&str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-./".contains(c);
    pod.owner.as_deref().filter(|owner| owner.chars().all(is_plain))
}
