//! Roles.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::super::{Refusal, State, kube::merge};
use super::check::{Tags, counted, length, shown_tags, tag_list};
use super::{Answer, DONE, Iam, Spreading, conflict, exists, missing, seconds, within};
use crate::reference::accept;

#[derive(Debug, Clone)]
pub(in super::super) struct Role {
    pub(super) name: String,
    pub(in super::super) arn: String,
    pub(in super::super) id: String,
    path: String,
    pub(in super::super) trust: Spreading,
    description: Option<String>,
    pub(in super::super) max_session_duration: i64,
    pub(in super::super) created: i64,
    boundary: Option<String>,
    pub(in super::super) tags: Tags,
    /// ARNs of managed policies.
    pub(super) attached: Vec<String>,
    pub(super) inline: BTreeMap<String, String>,
}

/// What RFC 3986 leaves unreserved stays.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

pub(super) fn encoded(document: &str) -> String {
    utf8_percent_encode(document, ENCODED).to_string()
}

impl Iam<'_> {
    /// The role that `RoleName` names, if it is seen yet.
    pub(super) fn role(&self) -> Result<&Role, Refusal> {
        let name = self.name("RoleName", 64)?;
        let found = self.here()?.roles.get(&name.to_lowercase());
        found.filter(|role| role.created <= self.seen()).ok_or_else(|| no_role(name))
    }

    /// The role, if it may be changed.
    pub(super) fn role_mut(&mut self) -> Result<&mut Role, Refusal> {
        let Role { name, path, .. } = self.role()?;
        let theirs = path.starts_with("/aws-service-role/") || path.starts_with("/aws-reserved/");
        let message = format!(
            "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
        );
        Refusal::new(400, "UnmodifiableEntity", message).unless(!theirs)?;
        let name = name.to_lowercase();
        self.here_mut()?.roles.get_mut(&name).ok_or_else(|| no_role(&name))
    }

    /// The checked trust policy in a parameter.
    fn trust(&self, name: &str) -> Result<String, Refusal> {
        let text = self.document(name)?;
        let exists = |arn: &str| principal_exists(self.state, arn, self.seen());
        let kept = accept(text, self.partition, &exists)
            .map_err(|error| Refusal::new(400, "MalformedPolicyDocument", error.to_string()))?;
        within("ACLSizePerRole", self.state.quotas.trust_policy_characters, counted(text))?;
        Ok(kept)
    }

    fn description(&self) -> Result<Option<String>, Refusal> {
        let Some(text) = self.params.get("Description") else { return Ok(None) };
        length(text, "Description", 0, 1000)?;
        Ok(Some(text.to_owned()))
    }

    fn max_session_duration(&self) -> Result<Option<i64>, Refusal> {
        self.number("MaxSessionDuration", 3600, 43_200)
    }
}

fn no_role(name: &str) -> Refusal {
    missing(format!("The role with name {name} cannot be found."))
}

/// Whether a principal of a trust policy exists; those of accounts outside this world do.
fn principal_exists(state: &State, arn: &str, seen: i64) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, "iam", _, account, resource] = parts.as_slice() else { return true };
    let Some(account) = state.accounts.get(*account) else { return true };
    match resource.split('/').next() {
        Some("role") => account.roles.values().any(|r| r.arn == arn && r.created <= seen),
        Some("user") => state.callers.values().any(|caller| caller.arn == arn),
        _ => true,
    }
}

/// What the answer of `CreateRole` lacks, and what those of `ListRoles` lack.
const NOT_CREATED: &[&str] = &["Description", "MaxSessionDuration", "RoleLastUsed"];
const NOT_LISTED: &[&str] = &["PermissionsBoundary", "RoleLastUsed", "Tags"];

fn shown(role: &Role, seen: i64, without: &[&str]) -> Value {
    let boundary =
        |arn| json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn});
    let mut shown = json!({
        "Path": role.path, "RoleName": role.name, "RoleId": role.id, "Arn": role.arn,
        "CreateDate": seconds(role.created),
        "AssumeRolePolicyDocument": encoded(role.trust.seen(seen)),
        "Description": role.description, "MaxSessionDuration": role.max_session_duration,
        "PermissionsBoundary": role.boundary.as_ref().map(boundary),
        "Tags": shown_tags(&role.tags), "RoleLastUsed": {},
    });
    for member in without {
        merge(&mut shown, &json!({ *member: null }));
    }
    shown
}

pub(super) fn get(iam: &mut Iam<'_>) -> Answer {
    Ok(json!({"Role": shown(iam.role()?, iam.seen(), &[])}))
}

pub(super) fn list(iam: &mut Iam<'_>) -> Answer {
    let prefix = iam.params.get("PathPrefix").unwrap_or("/");
    let seen = iam.seen();
    let roles = iam.here()?.roles.values();
    let roles = roles.filter(|role| role.created <= seen && role.path.starts_with(prefix));
    iam.page("Roles", roles.map(|role| shown(role, seen, NOT_LISTED)))
}

pub(super) fn create(iam: &mut Iam<'_>) -> Answer {
    let (name, path) = (iam.name("RoleName", 64)?, iam.path()?);
    let description = iam.description()?;
    let max_session_duration = iam.max_session_duration()?.unwrap_or(3600);
    let tags = iam.merged(&Vec::new(), true)?;
    iam.document("AssumeRolePolicyDocument")?;
    let roles = &iam.here()?.roles;
    let is_new = !roles.contains_key(&name.to_lowercase());
    exists(format!("Role with name {name} already exists.")).unless(is_new)?;
    within("RolesPerAccount", iam.state.quotas.roles, roles.len() + 1)?;
    let trust = Spreading(vec![(iam.state.now, iam.trust("AssumeRolePolicyDocument")?)]);
    let boundary = iam.params.get("PermissionsBoundary");
    let boundary = boundary.map(|_| iam.attachable("PermissionsBoundary")).transpose()?;
    let role = Role {
        arn: iam.arn(&format!("role{path}{name}")),
        id: iam.state.ids.unique("AROA"),
        created: iam.state.now,
        attached: Vec::new(),
        inline: BTreeMap::new(),
        name: name.to_owned(),
        path: path.to_owned(),
        trust,
        description,
        max_session_duration,
        boundary: boundary.map(str::to_owned),
        tags,
    };
    let answer = json!({"Role": shown(&role, iam.state.now, NOT_CREATED)});
    iam.here_mut()?.roles.insert(name.to_lowercase(), role);
    Ok(answer)
}

pub(super) fn update_trust(iam: &mut Iam<'_>) -> Answer {
    iam.role_mut()?;
    let change = (iam.state.now, iam.trust("PolicyDocument")?);
    iam.role_mut()?.trust.0.push(change);
    DONE
}

pub(super) fn update(iam: &mut Iam<'_>) -> Answer {
    let (text, seconds) = (iam.description()?, iam.max_session_duration()?);
    let role = iam.role_mut()?;
    role.description = text.or(role.description.take());
    role.max_session_duration = seconds.unwrap_or(role.max_session_duration);
    Ok(json!({}))
}

pub(super) fn update_description(iam: &mut Iam<'_>) -> Answer {
    iam.role_mut()?.description = Some(iam.text("Description", 0, 1000)?.to_owned());
    get(iam)
}

pub(super) fn put_boundary(iam: &mut Iam<'_>) -> Answer {
    iam.role_mut()?.boundary = Some(iam.attachable("PermissionsBoundary")?.to_owned());
    DONE
}

pub(super) fn delete_boundary(iam: &mut Iam<'_>) -> Answer {
    iam.role_mut()?.boundary = None;
    DONE
}

pub(super) fn tag(iam: &mut Iam<'_>) -> Answer {
    iam.role_mut()?.tags = iam.merged(&iam.role()?.tags, true)?;
    DONE
}

pub(super) fn untag(iam: &mut Iam<'_>) -> Answer {
    iam.role_mut()?.tags = iam.without_keys(&iam.role()?.tags, true);
    DONE
}

pub(super) fn list_tags(iam: &mut Iam<'_>) -> Answer {
    Ok(tag_list(&iam.role()?.tags))
}

pub(super) fn delete(iam: &mut Iam<'_>) -> Answer {
    let Role { attached, inline, name, arn, id, .. } = iam.role_mut()?;
    let (attached, inline) = (attached.is_empty(), inline.is_empty());
    conflict("Cannot delete entity, must detach all policies first.").unless(attached)?;
    conflict("Cannot delete entity, must delete policies first.").unless(inline)?;
    // Where it was trusted, its unique id is left, and stays dead though the name is made again.
    let (name, arn, id) = (name.to_lowercase(), format!("\"{arn}\""), format!("\"{id}\""));
    iam.here_mut()?.roles.remove(&name);
    for account in iam.state.accounts.values_mut() {
        for (_, text) in account.roles.values_mut().filter_map(|role| role.trust.0.last_mut()) {
            *text = text.replace(&arn, &id);
        }
    }
    DONE
}
