//! The part of a plan that is about roles: whose it is, its trust, its policies.

use std::collections::{BTreeMap, BTreeSet};

use super::error::refused;
use super::ground::Ground;
use super::policies::{also, attach, check_account, policies};
use super::words::{list, list_statements, who};
use super::{Change, Draft, Kept, PlanError, TrustEdit, TrustEdited};
use crate::desired::MOST_TAGS;
use crate::error::quoted;
use crate::mark;
use crate::{
    ExistingRole, Finding, Grant, PolicyArn, Refusal, Role, SIZE_QUOTA, SeenRole, Severity,
    TrustPolicy,
};

pub(super) fn wire(draft: &mut Draft, ground: &Ground<'_>, role: &Role) -> Result<(), PlanError> {
    let seen = ground.seen_role(role)?;
    check_account(ground, role)?;
    let policies = policies(ground, role)?;
    match seen {
        None => {
            create(draft, ground, role)?;
            attach(draft, ground, role, &policies, None)
        }
        Some(seen) => {
            check_identity(role, seen)?;
            check_owner(role, seen)?;
            settings(draft, role, seen);
            trust(draft, ground, role, seen, &policies)?;
            tags(draft, role, seen)?;
            attach(draft, ground, role, &policies, Some(seen))?;
            notice_stack(draft, role, seen);
            Ok(())
        }
    }
}

fn create(draft: &mut Draft, ground: &Ground<'_>, role: &Role) -> Result<(), PlanError> {
    let grants = ground.grants_of(role);
    let Some(trust) = trust_of(&grants) else { return Ok(()) };
    check_size(draft, ground, role, &trust)?;
    draft.push(Change::CreateRole {
        role: ground.role_arn(role),
        trust,
        description: role.wanted_description().cloned(),
        max_session_duration: role.wanted_duration(),
        boundary: role.wanted_boundary().cloned(),
        tags: mark::with_mark(role.wanted_tags()),
    });
    Ok(())
}

/// The policy that grants these and nothing else.
fn trust_of(grants: &[Grant]) -> Option<TrustPolicy> {
    let (first, more) = grants.split_first()?;
    let first = TrustPolicy::from(first);
    // Our own documents have a version in which everything can be written.
    let edited = TrustEdit::Grant(more.to_vec()).on(&first).ok()?;
    Some(edited.policy)
}

/// What can't be changed of a role must be as it is wanted.
pub(super) fn check_identity(role: &Role, seen: &SeenRole) -> Result<(), PlanError> {
    let refuse = |code, message: String, help: String| {
        Err(PlanError::Role(Refusal::new(code, message, help)))
    };
    let (wanted, there) = (quoted(role.name().as_str()), quoted(seen.arn.name().as_str()));
    if seen.arn.name() != role.name() {
        let message = format!("role {wanted} exists as {there}");
        let help = format!(
            "write {there}: names of roles are unique without regard to case, and assumed with it"
        );
        return refuse("plan.role-case", message, help);
    }
    let reserved = ["/aws-service-role/", "/aws-reserved/"];
    if reserved.iter().any(|path| seen.arn.path().as_str().starts_with(path)) {
        let message =
            format!("role {wanted} is AWS's own, under {}", quoted(seen.arn.path().as_str()));
        return refuse("plan.role-reserved", message, "use a role of your own".to_owned());
    }
    if let Some(path) = role.wanted_path()
        && path != seen.arn.path()
    {
        let there = quoted(seen.arn.path().as_str());
        let message =
            format!("role {wanted} exists under path {there}, not {}", quoted(path.as_str()));
        let help = format!("leave the path out or write {there}: it can't be changed");
        return refuse("plan.role-path", message, help);
    }
    Ok(())
}

/// Refuses a role that somebody else made, unless the caller has said what to do with it.
fn check_owner(role: &Role, seen: &SeenRole) -> Result<(), PlanError> {
    if mark::is_on(&seen.tags) || role.on_existing() != ExistingRole::Refuse {
        return Ok(());
    }
    let name = quoted(role.name().as_str());
    let stack = stack_of(&seen.tags);
    // All that it has, also what is wanted of it.
    let has = match also(&Role::new(role.name().clone()), seen, &BTreeSet::new()).as_slice() {
        [] => "no policies".to_owned(),
        all => list(all),
    };
    let (code, whose) = match &stack {
        None => ("plan.role-foreign", "exists and was not made by Iamwire".to_owned()),
        Some(stack) => ("plan.role-of-stack", format!("belongs to {stack}")),
    };
    let message = format!("role {name} {whose}; it has {has}");
    let help = match &stack {
        None => {
            "choose another name, or say what to do with the existing role: merge adds to its trust and policies, replace puts a new trust policy in the place of its own"
        }
        Some(_) => {
            "change it where it is made, or choose another name; merge and replace change it all the same, until that is deployed again"
        }
    };
    Err(PlanError::Role(Refusal::new(code, message, help)))
}

/// Warns of a change to a role that a stack made.
fn notice_stack(draft: &mut Draft, role: &Role, seen: &SeenRole) {
    let changes = draft.changes_of(&seen.arn).next().is_some();
    if let Some(stack) = stack_of(&seen.tags).filter(|_| changes) {
        let name = quoted(role.name().as_str());
        draft.notice(Finding::new(
            "plan.role-of-stack",
            Severity::Warning,
            format!("role {name} belongs to {stack}, which may undo what is changed here"),
            "change it there as well",
        ));
    }
}

/// What manages a role, by the tags that it leaves.
fn stack_of(tags: &BTreeMap<String, String>) -> Option<String> {
    if let Some(cluster) = tags.get("alpha.eksctl.io/cluster-name") {
        let stack = tags.get("aws:cloudformation:stack-name");
        let stack = stack.map(|s| format!(", stack {}", quoted(s))).unwrap_or_default();
        return Some(format!("eksctl (cluster {}{stack})", quoted(cluster)));
    }
    let stack = tags.get("aws:cloudformation:stack-name")?;
    Some(format!("CloudFormation stack {}", quoted(stack)))
}

/// Description, session duration and boundary, where they are named and differ.
fn settings(draft: &mut Draft, role: &Role, seen: &SeenRole) {
    let description = role.wanted_description().map(ToString::to_string);
    let duration = role.wanted_duration();
    let differs =
        description.as_ref().is_some_and(|d| d != seen.description.as_deref().unwrap_or(""))
            || duration.is_some_and(|d| d != seen.max_session_duration);
    if differs {
        draft.push(Change::UpdateRole {
            role: seen.arn.clone(),
            description: description.or_else(|| seen.description.clone()),
            max_session_duration: duration.unwrap_or(seen.max_session_duration),
            was_description: seen.description.clone(),
            was_max_session_duration: seen.max_session_duration,
        });
    }
    if let Some(boundary) = role.wanted_boundary()
        && seen.boundary.as_ref() != Some(boundary)
    {
        draft.push(Change::PutBoundary {
            role: seen.arn.clone(),
            boundary: boundary.clone(),
            was: seen.boundary.clone(),
        });
    }
}

fn trust(
    draft: &mut Draft,
    ground: &Ground<'_>,
    role: &Role,
    seen: &SeenRole,
    policies: &BTreeSet<PolicyArn>,
) -> Result<(), PlanError> {
    let grants = ground.grants_of(role);
    let replaces = !mark::is_on(&seen.tags) && role.on_existing() == ExistingRole::Replace;
    let edit = match trust_of(&grants) {
        Some(trust) if replaces => TrustEdit::Replace(trust),
        _ => TrustEdit::Grant(grants),
    };
    if matches!(edit, TrustEdit::Replace(_)) {
        draft.notice(Finding::new(
            "plan.takes-over",
            Severity::Warning,
            format!(
                "role {} counts as made by Iamwire from now on: to unwire it deletes it, with all its policies",
                quoted(role.name().as_str())
            ),
            "merge instead of replacing, if it is to outlive this wiring",
        ));
    }
    let edited = edit.on(&seen.trust).map_err(|error| refused(role, error))?;
    let TrustEdited { policy, notices, bypassed, .. } = edited;
    // That a grant is there already is worth telling only where a wider one is meant.
    let granted: Vec<_> = seen.trust.grants().into_iter().map(|granted| granted.grant).collect();
    let exactly = edit.grants().iter().all(|grant| granted.contains(grant));
    for notice in notices.into_iter().filter(|n| !(exactly && n.code == "edit.already-granted")) {
        draft.notice_of_role(role, notice);
    }
    for (grant, statements) in bypassed {
        draft.notice(Finding::new(
            "plan.denied",
            Severity::Warning,
            format!(
                "role {} trusts {}, but {} of its trust policy refuses it",
                quoted(role.name().as_str()),
                who(&grant),
                list_statements(&statements)
            ),
            "change the Deny statement by hand: Iamwire never does",
        ));
    }
    let also = also(role, seen, policies);
    if policy.as_str() == seen.trust.as_str() {
        draft.keep(Kept::Role { role: seen.arn.clone(), also });
        return Ok(());
    }
    check_accepted(role, &policy)?;
    check_size(draft, ground, role, &policy)?;
    let others: Vec<&Grant> = granted.iter().filter(|g| !edit.grants().contains(g)).collect();
    if mark::is_on(&seen.tags)
        && let Some(first) = others.first()
    {
        notice_shared(draft, role, edit.grants(), first, others.len() - 1);
    }
    draft.push(Change::UpdateTrust {
        role: seen.arn.clone(),
        edit,
        trust: policy,
        was: seen.trust.clone(),
        also,
    });
    Ok(())
}

/// Notes that a role of ours is somebody else's already: names of roles that are made of other names may meet.
fn notice_shared(draft: &mut Draft, role: &Role, new: &[Grant], first: &Grant, more: usize) {
    let provider = |grant: &Grant| Some(grant.as_web_identity()?.provider().clone());
    let other =
        provider(first).filter(|other| new.iter().all(|g| provider(g).as_ref() != Some(other)));
    let of = other.as_ref().map(|other| format!(" of {}", quoted(&other.issuer().url())));
    let gone = if other.is_some() { "; unwire a cluster that is gone by its issuer" } else { "" };
    let more = match more {
        0 => String::new(),
        1 => " and one other".to_owned(),
        more => format!(" and {more} others"),
    };
    draft.notice(Finding::new(
        "plan.role-shared",
        Severity::Note,
        format!(
            "role {} is trusted by {}{}{more} already: what it may, all of them may",
            quoted(role.name().as_str()),
            who(first),
            of.unwrap_or_default()
        ),
        format!("name another role, if that is not meant{gone}"),
    ));
}

/// Refuses a trust policy that IAM would refuse: what is wrong with it was there before.
pub(super) fn check_accepted(role: &Role, trust: &TrustPolicy) -> Result<(), PlanError> {
    let wrong = trust.notices().into_iter().find(|notice| notice.severity == Severity::Error);
    let Some(Finding { message, place, .. }) = wrong else { return Ok(()) };
    let at = place.map(|place| format!(" (at {})", place.pointer)).unwrap_or_default();
    let message = format!(
        "IAM would refuse the new trust policy of role {} for what it already has: {message}{at}",
        quoted(role.name().as_str())
    );
    let help = "mend it by hand first: IAM takes a trust policy only as a whole";
    Err(PlanError::Trust(Refusal::new("plan.trust-refused", message, help), None))
}

/// The size of a trust policy to which the quota `ACLSizePerRole` can be raised.
const MOST: usize = 8192;

/// Refuses a trust policy over the quota that was given; notes one over the usual one if none was.
fn check_size(
    draft: &mut Draft,
    ground: &Ground<'_>,
    role: &Role,
    trust: &TrustPolicy,
) -> Result<(), PlanError> {
    let name = quoted(role.name().as_str());
    let size = trust.size();
    let split = if trust.trusted_providers().len() > 1 {
        "use a role for each cluster"
    } else {
        "use a second role for some of the service accounts"
    };
    let help = if size > MOST {
        format!("{split}: no quota is raised over {MOST}")
    } else {
        format!("{split}, or raise the quota `ACLSizePerRole` to at most {MOST}")
    };
    match ground.desired.limits().trust_size {
        Some(quota) if size > quota => {
            let message = format!(
                "the trust policy of role {name} would have {size} characters, the quota is {quota}"
            );
            Err(PlanError::Trust(Refusal::new("plan.trust-size", message, help), None))
        }
        None if size > SIZE_QUOTA => {
            let message = format!(
                "the trust policy of role {name} will have {size} characters; IAM takes {SIZE_QUOTA} unless the quota was raised"
            );
            draft.notice(Finding::new("plan.trust-size", Severity::Warning, message, help));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The tags that are named, and the mark on a role that is taken over; after the trust, since a role with
/// the mark is merged.
fn tags(draft: &mut Draft, role: &Role, seen: &SeenRole) -> Result<(), PlanError> {
    let takes_over = role.on_existing() == ExistingRole::Replace;
    let wanted = if takes_over {
        mark::with_mark(role.wanted_tags())
    } else {
        role.wanted_tags().iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    };
    // Keys ignore case: the key that is there is written again.
    let there = |key: &str| seen.tags.iter().find(|(k, _)| k.eq_ignore_ascii_case(key));
    let mut tags = BTreeMap::new();
    let mut was = BTreeMap::new();
    for (key, value) in wanted {
        match there(&key) {
            Some((_, same)) if *same == value => {}
            Some((key, other)) => {
                was.insert(key.clone(), other.clone());
                tags.insert(key.clone(), value);
            }
            None => {
                tags.insert(key, value);
            }
        }
    }
    // AWS's own tags don't count.
    let own = seen.tags.keys().filter(|key| !key.starts_with("aws:"));
    let count = own.count() + tags.len() - was.len();
    if tags.len() > was.len() && count > MOST_TAGS {
        let message = format!("role {} would have {count} tags", quoted(role.name().as_str()));
        let help = format!("IAM takes {MOST_TAGS}: name fewer, or remove those that nobody uses");
        return Err(PlanError::Role(Refusal::new("plan.tags", message, help)));
    }
    if !tags.is_empty() {
        draft.push(Change::TagRole { role: seen.arn.clone(), tags, was });
    }
    Ok(())
}
