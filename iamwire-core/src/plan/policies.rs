//! The part of a plan that is about the policies of roles: whether they are there, what else a role has.

use std::collections::{BTreeMap, BTreeSet};

use super::error::look;
use super::ground::Ground;
use super::{Change, Draft, Kept, PlanError};
use crate::error::quoted;
use crate::mark;
use crate::{
    Finding, InlinePolicyName, ManagedPolicy, PermissionsPolicy, PolicyArn, Refusal, Role,
    SeenRole, Severity, Sight,
};

/// The boundary and the policies named by ARN must be of the role's account, or AWS's own.
pub(super) fn check_account(ground: &Ground<'_>, role: &Role) -> Result<(), PlanError> {
    let named = role.managed_policies().iter().filter_map(ManagedPolicy::arn);
    for arn in named.chain(role.wanted_boundary()) {
        let caller = ground.caller;
        let other = if *arn.partition() == caller.partition {
            let account = arn.account().filter(|account| **account != caller.account);
            account.map(|account| ("account", account.as_str(), caller.account.as_str()))
        } else {
            Some(("partition", arn.partition().as_str(), caller.partition.as_str()))
        };
        if let Some((what, theirs, ours)) = other {
            let message = format!(
                "policy {} is of {what} {}, role {} is to be in {}",
                quoted(arn.as_str()),
                quoted(theirs),
                quoted(role.name().as_str()),
                quoted(ours)
            );
            let help = format!(
                "use credentials of that {what} for the role, or a policy of {what} {}",
                quoted(ours)
            );
            return Err(PlanError::Policy(Refusal::new("plan.policy-account", message, help)));
        }
    }
    Ok(())
}

/// The policies that are wanted, as they were found.
pub(super) fn policies(ground: &Ground<'_>, role: &Role) -> Result<BTreeSet<PolicyArn>, PlanError> {
    let mut found = BTreeSet::new();
    for policy in role.policies() {
        let sight = ground.observed.policies.get(&policy);
        let Some(arn) = look(sight, "policy", policy.as_str())? else {
            let message = format!("policy {} does not exist", quoted(policy.as_str()));
            let help = match policy.arn() {
                None => {
                    "check its name: neither AWS, also under `service-role/` and `job-function/`, nor the account of the role has it; one of the account under a path is found by who may call `iam:ListPolicies`, else name its ARN"
                }
                Some(_) => "check the ARN, with the path: `aws iam list-policies`",
            };
            return Err(PlanError::Policy(Refusal::new("plan.policy-missing", message, help)));
        };
        // The boundary must be there, and isn't attached.
        if role.managed_policies().contains(&policy) {
            found.insert(arn.clone());
        }
    }
    Ok(found)
}

/// What a role can do beside what is wanted of it: the policies that it has, by name where AWS keeps them.
pub(super) fn also(role: &Role, seen: &SeenRole, policies: &BTreeSet<PolicyArn>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    match &seen.attached {
        Sight::Seen(attached) => {
            let others = attached.iter().filter(|arn| !policies.contains(*arn));
            all.extend(others.map(|arn| arn.label().to_owned()));
        }
        Sight::Absent => {}
        Sight::Forbidden(_) | Sight::Unreachable(_) => {
            all.push("managed policies that could not be seen".to_owned());
        }
    }
    match &seen.inline {
        Sight::Seen(inline) => {
            let wanted = role.inline_policies();
            let others = inline.keys().filter(|name| !wanted.contains_key(*name));
            all.extend(others.map(|name| format!("inline {name}")));
        }
        Sight::Absent => {}
        Sight::Forbidden(_) | Sight::Unreachable(_) => {
            all.push("inline policies that could not be seen".to_owned());
        }
    }
    all
}

pub(super) fn attach(
    draft: &mut Draft,
    ground: &Ground<'_>,
    role: &Role,
    policies: &BTreeSet<PolicyArn>,
    seen: Option<&SeenRole>,
) -> Result<(), PlanError> {
    let arn = ground.role_arn(role);
    let none = BTreeSet::new();
    let attached = match seen {
        Some(seen) if !policies.is_empty() => attached(seen)?.unwrap_or(&none),
        _ => &none,
    };
    let missing: Vec<&PolicyArn> = policies.difference(attached).collect();
    let (count, quota) =
        (attached.len() + missing.len(), ground.desired.limits().policies_of_a_role);
    if !missing.is_empty() && count > quota {
        let message = format!(
            "role {} would have {count} managed policies, the quota is {quota}",
            quoted(role.name().as_str())
        );
        let help =
            "put several into one of your own, or inline; IAM raises the quota to 25 on request";
        return Err(PlanError::Policy(Refusal::new("plan.policies", message, help)));
    }
    for policy in policies.intersection(attached) {
        draft.keep(Kept::Policy { role: arn.clone(), policy: policy.clone() });
    }
    for policy in missing {
        draft.push(Change::AttachPolicy { role: arn.clone(), policy: policy.clone() });
    }
    let none = BTreeMap::new();
    let inline = match seen {
        Some(seen) if !role.inline_policies().is_empty() => inline(seen)?.unwrap_or(&none),
        _ => &none,
    };
    for (name, document) in role.inline_policies() {
        let was = inline.get(name).cloned().flatten();
        if was.as_ref() == Some(document) {
            draft.keep(Kept::InlinePolicy { role: arn.clone(), name: name.clone() });
        } else {
            if inline.contains_key(name) && seen.is_some_and(|seen| !mark::is_on(&seen.tags)) {
                draft.notice(overwritten(role, name));
            }
            let (role, name, document) = (arn.clone(), name.clone(), document.clone());
            draft.push(Change::PutInlinePolicy { role, name, document, was });
        }
    }
    Ok(())
}

/// Warns that an inline policy is written over on a role that others keep.
fn overwritten(role: &Role, name: &InlinePolicyName) -> Finding {
    let (role, name) = (quoted(role.name().as_str()), quoted(name.as_str()));
    Finding::new(
        "plan.inline-replaced",
        Severity::Warning,
        format!("inline policy {name} of role {role}, which Iamwire did not make, is replaced"),
        "name yours otherwise to keep it",
    )
}

/// The managed policies that a role has.
pub(super) fn attached(seen: &SeenRole) -> Result<Option<&BTreeSet<PolicyArn>>, PlanError> {
    look(Some(&seen.attached), "the managed policies of role", seen.arn.name().as_str())
}

/// The inline policies that a role has, with the documents that were looked at.
pub(super) fn inline(
    seen: &SeenRole,
) -> Result<Option<&BTreeMap<InlinePolicyName, Option<PermissionsPolicy>>>, PlanError> {
    look(Some(&seen.inline), "the inline policies of role", seen.arn.name().as_str())
}
