//! The part of unwiring that is about roles and providers.

use std::collections::BTreeSet;

use super::error::{look, refused};
use super::ground::{Ground, Placed};
use super::policies::{attached, inline};
use super::role::{check_accepted, check_identity};
use super::words::{list, list_statements, who};
use super::{Change, Draft, Kept, PlanError, TrustEdit, UnwireOptions};
use crate::error::quoted;
use crate::mark;
use crate::{
    EditError, Finding, Grant, Granted, PolicyArn, Refusal, Role, SeenRole, Severity, TrustPolicy,
};

pub(super) fn role(
    draft: &mut Draft,
    ground: &Ground<'_>,
    role: &Role,
    options: UnwireOptions,
) -> Result<(), PlanError> {
    let Some(seen) = ground.seen_role(role)? else { return Ok(()) };
    check_identity(role, seen)?;
    let edit = TrustEdit::Revoke(ground.grants_of(role));
    let is_ours = mark::is_on(&seen.tags);
    let edited = match edit.on(&seen.trust) {
        Ok(edited) => edited,
        Err(EditError::LastStatement(_)) if is_ours => return delete(draft, seen),
        Err(error @ EditError::LastStatement(_)) => {
            let message = format!(
                "role {} was not made by Iamwire, and nobody else may assume it",
                quoted(role.name().as_str())
            );
            let help = "delete the role where it is made, or let somebody else assume it first: a trust policy has at least one statement";
            let refusal = Refusal::new("plan.last-statement", message, help);
            return Err(PlanError::Trust(refusal, Some(Box::new(error))));
        }
        Err(error) => return Err(refused(role, error)),
    };
    let policy = &edited.policy;
    let left = policy.grants();
    if is_ours && left.is_empty() && policy.notices_of_grants().is_empty() {
        return delete(draft, seen);
    }
    for notice in edited.notices {
        draft.notice_of_role(role, notice);
    }
    for grant in ground.grants_of(role) {
        if !edited.bypassed.iter().any(|(bypassed, _)| *bypassed == grant) {
            notice_other_audiences(draft, role, &grant, &left);
        }
    }
    for (grant, statements) in edited.bypassed {
        draft.notice(Finding::new(
            "plan.still-allowed",
            Severity::Warning,
            format!(
                "{} may still assume role {}, by {} of its trust policy, which is wider",
                who(&grant),
                quoted(role.name().as_str()),
                list_statements(&statements)
            ),
            "narrow that statement by hand",
        ));
    }
    if policy.as_str() == seen.trust.as_str() {
        draft.keep(Kept::Role { role: seen.arn.clone(), also: Vec::new() });
    } else {
        check_accepted(role, &edited.policy)?;
        revoke(draft, role, seen, edit, edited.policy);
    }
    // Who must not assume it any more is kept out first.
    if options.detach_policies { detach(draft, ground, role, seen) } else { Ok(()) }
}

/// Warns where the subject is still trusted, for an audience that was not named.
fn notice_other_audiences(draft: &mut Draft, role: &Role, grant: &Grant, left: &[Granted<'_>]) {
    let Some(web) = grant.as_web_identity() else { return };
    for granted in left {
        let other = granted
            .grant
            .as_web_identity()
            .filter(|other| other.provider() == web.provider() && other.subject() == web.subject());
        if other.is_some() {
            draft.notice(Finding::new(
                "plan.other-audience",
                Severity::Warning,
                format!(
                    "role {} still trusts {}, by statement {} of its trust policy",
                    quoted(role.name().as_str()),
                    who(&granted.grant),
                    granted.statement
                ),
                "if that is to go too, unwire it with this audience",
            ));
        }
    }
}

/// Exactly the grants named go.
fn revoke(draft: &mut Draft, role: &Role, seen: &SeenRole, edit: TrustEdit, trust: TrustPolicy) {
    draft.notice(Finding::new(
        "plan.revokes",
        Severity::Note,
        format!(
            "role {} loses exactly the grants named: a trust policy does not say who wrote them",
            quoted(role.name().as_str())
        ),
        "wire it again if somebody else needs one of them",
    ));
    draft.push(Change::UpdateTrust {
        role: seen.arn.clone(),
        edit,
        trust,
        was: seen.trust.clone(),
        also: Vec::new(),
    });
}

/// A role of ours goes with its policies, which IAM wants gone first.
fn delete(draft: &mut Draft, seen: &SeenRole) -> Result<(), PlanError> {
    let role = &seen.arn;
    for policy in attached(seen)?.into_iter().flatten() {
        draft.push(Change::DetachPolicy { role: role.clone(), policy: policy.clone() });
    }
    for name in inline(seen)?.into_iter().flat_map(|inline| inline.keys()) {
        draft.push(Change::DeleteInlinePolicy { role: role.clone(), name: name.clone() });
    }
    draft.push(Change::DeleteRole { role: role.clone(), was: seen.trust.clone() });
    Ok(())
}

/// Takes the policies off a role that are named for it.
fn detach(
    draft: &mut Draft,
    ground: &Ground<'_>,
    role: &Role,
    seen: &SeenRole,
) -> Result<(), PlanError> {
    let mut named: BTreeSet<PolicyArn> = BTreeSet::new();
    for policy in role.managed_policies() {
        let found = look(ground.observed.policies.get(policy), "policy", policy.as_str())?;
        named.extend(found.cloned());
    }
    if !named.is_empty() {
        let there = attached(seen)?.into_iter().flatten();
        for policy in there.filter(|policy| named.contains(*policy)) {
            let (role, policy) = (seen.arn.clone(), policy.clone());
            draft.push(Change::DetachPolicy { role, policy });
        }
    }
    if !role.inline_policies().is_empty() {
        let there = inline(seen)?.into_iter().flat_map(|inline| inline.keys());
        for name in there.filter(|name| role.inline_policies().contains_key(*name)) {
            let (role, name) = (seen.arn.clone(), name.clone());
            draft.push(Change::DeleteInlinePolicy { role, name });
        }
    }
    Ok(())
}

/// Deletes a provider that no role trusts any more.
pub(super) fn provider(
    draft: &mut Draft,
    ground: &Ground<'_>,
    placed: &Placed<'_>,
) -> Result<(), PlanError> {
    let provider = &placed.provider;
    let issuer = provider.issuer().as_str();
    let sight = ground.observed.providers.get(provider);
    let Some(seen) = look(sight, "provider", provider.as_str())? else { return Ok(()) };
    let what = "the roles that trust provider";
    let trusting = look(ground.observed.trusting.get(provider), what, issuer)?;
    let stays: Vec<String> = trusting
        .into_iter()
        .flatten()
        .filter(|role| draft.still_trusts(role, provider))
        .map(|role| quoted(role.name().as_str()))
        .collect();
    if !stays.is_empty() {
        let verb = if stays.len() == 1 { "trusts" } else { "trust" };
        draft.notice(Finding::new(
            "plan.provider-trusted",
            Severity::Warning,
            format!("provider {} stays: {} {verb} it", quoted(issuer), list(&stays)),
            "unwire those first",
        ));
        draft.keep(Kept::Provider { provider: provider.clone() });
        return Ok(());
    }
    if !mark::is_on(&seen.tags) {
        draft.notice(Finding::new(
            "plan.provider-foreign",
            Severity::Warning,
            format!(
                "provider {} was not made by Iamwire, and goes since that was asked for",
                quoted(issuer)
            ),
            "leave it if another tool keeps it: that will make it again, or fail",
        ));
    }
    draft.push(Change::DeleteProvider { provider: provider.clone() });
    Ok(())
}
