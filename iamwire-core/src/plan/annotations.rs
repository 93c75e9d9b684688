//! The annotations of a service account: whose they are, and what is said of those that are somebody else's.

use std::collections::{BTreeMap, BTreeSet};

use super::ground::Ground;
use super::words::list;
use super::{Draft, PlanError};
use crate::annotation::{AUDIENCE, ROLE_ARN};
use crate::error::quoted;
use crate::mark::MANAGER;
use crate::{BoundAccount, Finding, Refusal, RoleArn, SeenAccount, Severity};

/// Whether field manager `iamwire` owns an annotation and nobody else does, so that it goes with what
/// `iamwire` applies without it.
pub(super) fn is_ours_alone(seen: &SeenAccount, key: &str) -> bool {
    let managers = seen.annotation_managers.get(key);
    managers.is_some_and(|all| all.len() == 1 && all.contains(MANAGER))
}

/// The entries that field manager `iamwire` owns.
pub(super) fn owned(
    entries: &BTreeMap<String, String>,
    managers: &BTreeMap<String, BTreeSet<String>>,
) -> BTreeMap<String, String> {
    let is_ours = |key: &str| managers.get(key).is_some_and(|all| all.contains(MANAGER));
    entries.iter().filter(|(k, _)| is_ours(k)).map(|(k, v)| (k.clone(), v.clone())).collect()
}

/// Refuses annotations with another value that aren't ours alone; true if they are taken over.
pub(super) fn check_conflicts(
    draft: &mut Draft,
    ground: &Ground<'_>,
    bound: &BoundAccount,
    seen: &SeenAccount,
    differing: &BTreeMap<String, String>,
) -> Result<bool, PlanError> {
    let mut forced = false;
    for (key, wanted) in differing {
        let there = seen.annotations.get(key).filter(|_| !is_ours_alone(seen, key));
        let Some(there) = there else { continue };
        let what = format!(
            "annotation {} of service account {} is {} and belongs to {}",
            quoted(key),
            ground.named(bound),
            quoted(there),
            managers(seen, key)
        );
        if !bound.account.forces_conflicts() {
            let ask = if key == AUDIENCE { "ask for that audience, " } else { "" };
            let help = format!(
                "{ask}change it where it is set to {}, or force the conflict to take it over",
                quoted(wanted)
            );
            let refusal = Refusal::new("plan.annotation-conflict", what, help);
            return Err(PlanError::Account(refusal));
        }
        forced = true;
        draft.notice(Finding::new(
            "plan.annotation-forced",
            Severity::Warning,
            format!("{what}, which is taken over"),
            "remove it where it is set, or it comes back",
        ));
    }
    Ok(forced)
}

/// Notes that a role which the service account named until now isn't told.
pub(super) fn notice_other_role(draft: &mut Draft, name: &str, seen: &SeenAccount, role: &RoleArn) {
    let there = seen.annotations.get(ROLE_ARN);
    let other = there.filter(|arn| !arn.is_empty() && !is_same_role(arn, role));
    let Some(other) = other else { return };
    draft.notice(Finding::new(
        "plan.role-left",
        Severity::Note,
        format!(
            "service account {name} names role {} until now, whose trust policy stays as it is",
            quoted(other)
        ),
        "unwire it from that role first, if it is not to be trusted there any more",
    ));
}

/// Warns that somebody else has written to a service account that goes since Iamwire made it.
pub(super) fn notice_shared(draft: &mut Draft, name: &str, seen: &SeenAccount) {
    if seen.other_managers.is_empty() {
        return;
    }
    draft.notice(Finding::new(
        "plan.account-shared",
        Severity::Warning,
        format!(
            "service account {name} goes with what {} put there",
            field_managers(&seen.other_managers)
        ),
        "take the label `app.kubernetes.io/managed-by` off it to keep it",
    ));
}

/// Notes annotations that nobody asks for and somebody else has set: the webhook heeds them.
pub(super) fn notice_options(draft: &mut Draft, name: &str, seen: &SeenAccount, stays: &[&str]) {
    for key in stays {
        draft.notice(Finding::new(
            "plan.annotation-unasked",
            Severity::Note,
            format!(
                "annotation {} of service account {name} stays {}, which was not asked for: it belongs to {}",
                quoted(key),
                quoted(seen.annotations.get(*key).map_or("", String::as_str)),
                managers(seen, key)
            ),
            "ask for it, or remove it where it is set",
        ));
    }
}

/// The other field managers that own an annotation, in words.
pub(super) fn managers(seen: &SeenAccount, key: &str) -> String {
    field_managers(seen.annotation_managers.get(key).into_iter().flatten())
}

/// Field managers but our own, in words.
fn field_managers<'a>(all: impl IntoIterator<Item = &'a String>) -> String {
    let all = all.into_iter().filter(|manager| *manager != MANAGER);
    let all: Vec<String> = all.map(|manager| quoted(manager)).collect();
    match all.as_slice() {
        [] => "no field manager".to_owned(),
        [one] => format!("field manager {one}"),
        many => format!("field managers {}", list(many)),
    }
}

/// Whether an annotation names the role, under whatever path it is or was.
pub(super) fn is_same_role(annotation: &str, role: &RoleArn) -> bool {
    annotation.parse::<RoleArn>().is_ok_and(|other| {
        other.account() == role.account()
            && other.partition() == role.partition()
            && other.name() == role.name()
    })
}
