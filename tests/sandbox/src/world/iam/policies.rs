//! Managed policies: AWS's and the account's.

use serde_json::json;

use super::super::{Refusal, ids::unique_of};
use super::check::{Tags, counted, shown_tags};
use super::{Answer, DONE, Iam, conflict, exists, missing, seconds, within};
use crate::reference::accept_permissions;

/// Some of the policies that AWS keeps, by path and name.
const MANAGED: &str = include_str!("managed.txt");

#[derive(Debug, Clone)]
pub(super) struct Policy {
    arn: String,
    id: String,
    created: i64,
    description: Option<String>,
    tags: Tags,
}

pub(super) fn path_of(arn: &str) -> &str {
    let path = arn.split_once(":policy").map_or("/", |(_, path)| path);
    path.rfind('/').and_then(|end| path.get(..=end)).unwrap_or("/")
}

pub(super) fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

pub(super) fn no_policy(arn: &str) -> Refusal {
    missing(format!("Policy {arn} was not found."))
}

impl<'a> Iam<'a> {
    fn managed(&self) -> impl Iterator<Item = Policy> {
        MANAGED.lines().map(|path| Policy {
            id: unique_of("ANPA", path),
            arn: format!("arn:{}:iam::aws:policy{path}", self.partition),
            created: 1_423_180_800_000,
            description: None,
            tags: Vec::new(),
        })
    }

    fn policy(&self, arn: &str) -> Result<Option<Policy>, Refusal> {
        let own = self.here()?.policies.get(arn).cloned();
        Ok(own.or_else(|| self.managed().find(|policy| policy.arn == arn)))
    }

    /// The ARN in a parameter, of a policy that is there.
    pub(super) fn attachable(&self, name: &str) -> Result<&'a str, Refusal> {
        let arn = self.arn_in(name)?;
        let message = || missing(format!("Policy {arn} does not exist or is not attachable."));
        self.policy(arn)?.map(|_| arn).ok_or_else(message)
    }

    fn uses(&self, arn: &str) -> Result<usize, Refusal> {
        let roles = self.here()?.roles.values();
        Ok(roles.filter(|role| role.attached.iter().any(|other| other == arn)).count())
    }

    fn shown(&self, policy: &Policy, whole: bool) -> Answer {
        let Policy { arn, id, created, description, tags } = policy;
        Ok(json!({
            "PolicyName": name_of(arn), "PolicyId": id, "Arn": arn, "Path": path_of(arn),
            "DefaultVersionId": "v1", "AttachmentCount": self.uses(arn)?,
            "PermissionsBoundaryUsageCount": 0, "IsAttachable": true,
            "Description": description.as_ref().filter(|_| whole),
            "CreateDate": seconds(*created), "UpdateDate": seconds(*created),
            "Tags": whole.then(|| shown_tags(tags)),
        }))
    }
}

pub(super) fn get(iam: &mut Iam<'_>) -> Answer {
    let arn = iam.arn_in("PolicyArn")?;
    let policy = iam.policy(arn)?.ok_or_else(|| no_policy(arn))?;
    Ok(json!({"Policy": iam.shown(&policy, true)?}))
}

pub(super) fn list(iam: &mut Iam<'_>) -> Answer {
    let scope = iam.params.get("Scope").unwrap_or("All");
    let prefix = iam.params.get("PathPrefix").unwrap_or("/");
    let only_attached = iam.params.get("OnlyAttached") == Some("true");
    let own = iam.here()?.policies.values().filter(|_| scope != "AWS").cloned();
    let managed = iam.managed().filter(|_| scope != "Local");
    let mut shown = Vec::new();
    for policy in own.chain(managed).filter(|policy| path_of(&policy.arn).starts_with(prefix)) {
        if !only_attached || iam.uses(&policy.arn)? > 0 {
            shown.push(iam.shown(&policy, false)?);
        }
    }
    iam.page("Policies", shown)
}

pub(super) fn create(iam: &mut Iam<'_>) -> Answer {
    let (name, path) = (iam.name("PolicyName", 128)?, iam.path()?);
    let tags = iam.merged(&Vec::new(), true)?;
    let document = permissions(iam)?;
    let quotas = &iam.state.quotas;
    within("PolicySize", quotas.managed_policy_characters, counted(document))?;
    let policies = &iam.here()?.policies;
    let is_new = !policies.keys().any(|arn| name_of(arn).eq_ignore_ascii_case(name));
    let message = "already exists. Duplicate names are not allowed.";
    exists(format!("A policy called {name} {message}")).unless(is_new)?;
    within("PoliciesPerAccount", quotas.policies, policies.len() + 1)?;
    let policy = Policy {
        arn: iam.arn(&format!("policy{path}{name}")),
        id: iam.state.ids.unique("ANPA"),
        created: iam.state.now,
        description: iam.params.get("Description").map(str::to_owned),
        tags,
    };
    let answer = json!({"Policy": iam.shown(&policy, true)?});
    iam.here_mut()?.policies.insert(policy.arn.clone(), policy);
    Ok(answer)
}

pub(super) fn delete(iam: &mut Iam<'_>) -> Answer {
    let arn = iam.arn_in("PolicyArn")?;
    conflict("Cannot delete a policy attached to entities.").unless(iam.uses(arn)? == 0)?;
    iam.here_mut()?.policies.remove(arn).ok_or_else(|| no_policy(arn))?;
    DONE
}

/// A permissions policy that IAM takes, in a parameter.
pub(super) fn permissions<'a>(iam: &Iam<'a>) -> Result<&'a str, Refusal> {
    let document = iam.document("PolicyDocument")?;
    let malformed = |why| Refusal::new(400, "MalformedPolicyDocument", format!("{why}"));
    accept_permissions(document).map_err(malformed)?;
    Ok(document)
}
