//! [`Bounds`]: what may be made where something comes in between the plan and its changes.

use std::collections::BTreeMap;

use super::WireError;
use super::error::stale;
use crate::{Change, Finding, Kept, Plan, RoleArn, Severity};

/// What is done where something comes in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bounds {
    /// Whatever is needed then.
    AsNeeded,
    /// What was planned: somebody has looked at that.
    AsPlanned,
}

/// Refuses a plan that is no longer what would be planned; the text of trust policies alone may differ.
pub(super) fn check_stale(plan: &Plan, fresh: &Plan) -> Result<(), WireError> {
    differs(plan, fresh, |_| false).map_or(Ok(()), |how| Err(stale(&how)))
}

/// How what is left of a plan, of which some is done by now, differs from what is needed now. What is seen to be
/// there is done, whoever made it.
pub(super) fn rest_differs(plan: &Plan, done: &[Change], fresh: &Plan) -> Option<String> {
    differs(plan, fresh, |change| done.contains(change) || change.is_seen(fresh.observed()))
}

fn differs(plan: &Plan, fresh: &Plan, is_done: impl Fn(&Change) -> bool) -> Option<String> {
    let among = |change: &Change, plan: &Plan| plan.changes().iter().any(|one| same(one, change));
    // Somebody else may have done an edit already.
    let is_open =
        |change: &&Change| !matches!(change, Change::UpdateTrust { .. }) && !is_done(change);
    let mut gone = plan.changes().iter().filter(|c| is_open(c) && !among(c, fresh));
    let new = fresh.changes().iter().find(|change| !among(change, plan));
    let how = match new {
        Some(new) => {
            let now = match gone.find(|gone| gone.thing() == new.thing()) {
                Some(gone) => format!("{gone} was planned, {new} is needed now"),
                None => format!("{new} is needed now, and was not planned"),
            };
            Some(now + &powers(new))
        }
        None => {
            gone.next().map(|gone| format!("{gone} was planned, and is not what is needed now"))
        }
    };
    how.or_else(|| role_differs(plan, fresh))
}

/// The same change; the document that a trust policy was may be another one.
fn same(a: &Change, b: &Change) -> bool {
    match (a, b) {
        (
            Change::UpdateTrust { role, edit, .. },
            Change::UpdateTrust { role: other, edit: other_edit, .. },
        ) => role == other && edit == other_edit,
        (a, b) => a == b,
    }
}

/// What a role that is to be trusted can do beside what is wanted of it.
fn powers(change: &Change) -> String {
    match change {
        Change::UpdateTrust { also, .. } if !also.is_empty() => {
            format!("; the role has {} as well", also.join(", "))
        }
        _ => String::new(),
    }
}

/// A role that can do something else beside what is wanted of it than was planned on, also one that stays.
fn role_differs(plan: &Plan, fresh: &Plan) -> Option<String> {
    let now = beside(fresh);
    let (role, _) = beside(plan)
        .into_iter()
        .find(|(role, also)| now.get(role).is_some_and(|now| now != also))?;
    Some(format!("role `{}` can do something else by now than it could", role.name()))
}

/// What roles can do beside what is wanted of them; one that is made can do no more.
fn beside(plan: &Plan) -> BTreeMap<&RoleArn, &[String]> {
    let changed = plan.changes().iter().filter_map(|change| match change {
        Change::CreateRole { role, .. } => Some((role, &[][..])),
        Change::UpdateTrust { role, also, .. } => Some((role, also.as_slice())),
        _ => None,
    });
    let kept = plan.unchanged().iter().filter_map(|kept| match kept {
        Kept::Role { role, also } => Some((role, also.as_slice())),
        _ => None,
    });
    changed.chain(kept).collect()
}

/// What was planned at first was not all that was made, or more than that.
pub(super) fn planned_again(how: String) -> Finding {
    let help = "somebody else was at work on the same: look at what was made";
    Finding::new("wire.planned-again", Severity::Warning, how, help)
}
