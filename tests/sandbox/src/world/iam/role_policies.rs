//! The policies on a role: attached and inline.

use serde_json::json;

use super::super::Refusal;
use super::check::counted;
use super::policies::{self, name_of, path_of};
use super::roles::encoded;
use super::{Answer, DONE, Iam, missing, within};

pub(super) fn attach(iam: &mut Iam<'_>) -> Answer {
    let arn = iam.arn_in("PolicyArn")?;
    let attached = &iam.role()?.attached;
    if attached.iter().any(|other| other == arn) {
        return DONE;
    }
    iam.attachable("PolicyArn")?;
    within("PoliciesPerRole", iam.state.quotas.policies_per_role, attached.len() + 1)?;
    iam.role_mut()?.attached.push(arn.to_owned());
    DONE
}

pub(super) fn detach(iam: &mut Iam<'_>) -> Answer {
    let arn = iam.arn_in("PolicyArn")?;
    let attached = &mut iam.role_mut()?.attached;
    let index = attached.iter().position(|other| other == arn);
    attached.remove(index.ok_or_else(|| policies::no_policy(arn))?);
    DONE
}

pub(super) fn list_attached(iam: &mut Iam<'_>) -> Answer {
    let prefix = iam.params.get("PathPrefix").unwrap_or("/");
    let attached = iam.role()?.attached.iter().filter(|arn| path_of(arn).starts_with(prefix));
    let shown = attached.map(|arn| json!({"PolicyName": name_of(arn), "PolicyArn": arn}));
    iam.page("AttachedPolicies", shown)
}

pub(super) fn put_inline(iam: &mut Iam<'_>) -> Answer {
    let name = iam.name("PolicyName", 128)?;
    let document = policies::permissions(iam)?;
    let role = iam.role()?;
    let others = role.inline.iter().filter(|(other, _)| *other != name);
    let total = others.map(|(_, text)| counted(text)).sum::<usize>() + counted(document);
    let limit = iam.state.quotas.inline_policy_characters;
    let message = format!("Maximum policy size of {limit} bytes exceeded for role {}", role.name);
    Refusal::new(409, "LimitExceeded", message).unless(total <= limit)?;
    iam.role_mut()?.inline.insert(name.to_owned(), document.to_owned());
    DONE
}

pub(super) fn get_inline(iam: &mut Iam<'_>) -> Answer {
    let name = iam.name("PolicyName", 128)?;
    let role = iam.role()?;
    let document = encoded(role.inline.get(name).ok_or_else(|| no_policy(name))?);
    Ok(json!({"RoleName": role.name, "PolicyName": name, "PolicyDocument": document}))
}

pub(super) fn delete_inline(iam: &mut Iam<'_>) -> Answer {
    let name = iam.name("PolicyName", 128)?;
    iam.role_mut()?.inline.remove(name).ok_or_else(|| no_policy(name))?;
    DONE
}

pub(super) fn list_inline(iam: &mut Iam<'_>) -> Answer {
    iam.page("PolicyNames", iam.role()?.inline.keys().map(|name| json!(name)))
}

fn no_policy(name: &str) -> Refusal {
    missing(format!("The role policy with name {name} cannot be found."))
}
