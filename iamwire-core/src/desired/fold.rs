//! Folding bindings into resources; contradictions end here.

use std::collections::BTreeMap;

use super::error::both;
use super::{
    Account, Binding, BoundAccount, Cluster, Desired, DesiredError, Limits, MOST_AUDIENCES,
    MOST_TAGS, Role,
};
use crate::annotation::{AUDIENCE, STS_REGIONAL_ENDPOINTS, TOKEN_EXPIRATION};
use crate::error::quoted;
use crate::mark;
use crate::{Refusal, Severity, TagKey};

/// Characters of all inline policies of a role, at most.
const MOST_INLINE: usize = 10_240;

pub(super) fn fold(
    bindings: impl IntoIterator<Item = Binding>,
    limits: Limits,
) -> Result<Desired, DesiredError> {
    let bindings: Vec<Binding> = bindings.into_iter().collect();
    let mut desired = Desired { limits, ..Desired::default() };
    for (index, binding) in bindings.iter().enumerate() {
        let earlier = bindings.get(..index).unwrap_or_default();
        add_cluster(&mut desired.clusters, earlier, binding)?;
        add_role(&mut desired.roles, earlier, binding)?;
        add_account(&mut desired.accounts, earlier, binding)?;
    }
    desired.clusters.iter().try_for_each(check_cluster)?;
    desired.roles.iter().try_for_each(|role| check_role(role, &desired.limits))?;
    desired.accounts.iter().try_for_each(|bound| check_account(bound, &desired.clusters))?;
    Ok(desired)
}

fn add_cluster(
    clusters: &mut Vec<Cluster>,
    earlier: &[Binding],
    binding: &Binding,
) -> Result<(), DesiredError> {
    let id = binding.cluster.id();
    let named_otherwise = earlier.iter().find(|b| {
        let other = b.cluster.id();
        other.name().is_some()
            && other.name() == id.name()
            && other.arn().is_some() != id.arn().is_some()
    });
    if let Some(other) = named_otherwise {
        let message = format!(
            "{} name cluster {} once by its name and once by its ARN",
            both(other, binding),
            quoted(id.label())
        );
        let help = "use one of the two in both";
        return Err(DesiredError::Cluster(Refusal::new("desired.cluster-twice", message, help)));
    }
    let Some(known) = clusters.iter_mut().find(|c| c.id() == id) else {
        clusters.push(binding.cluster.clone());
        return Ok(());
    };
    if known.thumbprints != binding.cluster.thumbprints {
        let is_same = |b: &&Binding| b.cluster.id() == id;
        let other = earlier.iter().find(is_same).unwrap_or(binding);
        let message = format!(
            "{} want different thumbprints for the provider of cluster {}",
            both(other, binding),
            quoted(id.as_str())
        );
        let help = "make the `Cluster` once and use it in both";
        let code = "desired.cluster-thumbprints";
        return Err(DesiredError::Cluster(Refusal::new(code, message, help)));
    }
    for audience in &binding.cluster.audiences {
        if !known.audiences.contains(audience) {
            known.audiences.push(audience.clone());
        }
    }
    Ok(())
}

fn add_role(
    roles: &mut Vec<Role>,
    earlier: &[Binding],
    binding: &Binding,
) -> Result<(), DesiredError> {
    let role = &binding.role;
    let same_name = |r: &Role| r.name.as_str().eq_ignore_ascii_case(role.name.as_str());
    let Some(known) = roles.iter_mut().find(|r| same_name(r)) else {
        roles.push(role.clone());
        return Ok(());
    };
    // What was agreed on may come from several bindings: the one is named that has another value.
    let refuse = |code, holds: &dyn Fn(&Role) -> bool, what: String, help: &str| {
        let other = earlier.iter().find(|b| same_name(&b.role) && holds(&b.role));
        let message = format!("{} {what}", both(other.unwrap_or(binding), binding));
        Err(DesiredError::Role(Refusal::new(code, message, help)))
    };
    if known.name != role.name {
        let what = "name roles that differ by case only".to_owned();
        let help = "IAM takes them for one: write the name alike in both";
        return refuse("desired.role-case", &|r| r.name != role.name, what, help);
    }
    let name = quoted(role.name.as_str());
    let one = "name it in one of the two, or alike in both";
    if !agree(&mut known.path, role.path.as_ref()) {
        let what = format!(
            "want role {name} under paths {}",
            two(known.path.as_ref(), role.path.as_ref())
        );
        let holds = |r: &Role| differ(r.path.as_ref(), role.path.as_ref());
        return refuse("desired.role-path", &holds, what, one);
    }
    if !agree(&mut known.description, role.description.as_ref()) {
        let what = format!(
            "want role {name} to have descriptions {}",
            two(known.description.as_ref(), role.description.as_ref())
        );
        let holds = |r: &Role| differ(r.description.as_ref(), role.description.as_ref());
        return refuse("desired.role-description", &holds, what, one);
    }
    if !agree(&mut known.max_session_duration, role.max_session_duration.as_ref()) {
        let what = format!(
            "want sessions of role {name} to last at most {} seconds",
            two(known.max_session_duration.as_ref(), role.max_session_duration.as_ref())
        );
        let holds =
            |r: &Role| differ(r.max_session_duration.as_ref(), role.max_session_duration.as_ref());
        return refuse("desired.role-duration", &holds, what, one);
    }
    if !agree(&mut known.boundary, role.boundary.as_ref()) {
        let what = format!(
            "want role {name} to have permissions boundaries {}",
            two(known.boundary.as_ref(), role.boundary.as_ref())
        );
        let holds = |r: &Role| differ(r.boundary.as_ref(), role.boundary.as_ref());
        return refuse("desired.role-boundary", &holds, what, one);
    }
    if !agree(&mut known.existing, role.existing.as_ref()) {
        let what = format!("say two things of what to do if role {name} exists");
        let holds = |r: &Role| differ(r.existing.as_ref(), role.existing.as_ref());
        return refuse("desired.role-existing", &holds, what, one);
    }
    if let Some(key) = merge(&mut known.tags, &role.tags) {
        let what = format!(
            "give role {name} tag {} with {}",
            quoted(key.as_str()),
            two(known.tags.get(key), role.tags.get(key))
        );
        let holds = |r: &Role| differ(r.tags.get(key), role.tags.get(key));
        return refuse("desired.role-tag", &holds, what, one);
    }
    if let Some(policy) = merge(&mut known.inline, &role.inline) {
        let what = format!("give role {name} two inline policies {}", quoted(policy.as_str()));
        let holds = |r: &Role| differ(r.inline.get(policy), role.inline.get(policy));
        let help = "give the second one a name of its own";
        return refuse("desired.role-inline", &holds, what, help);
    }
    for policy in &role.managed {
        if !known.managed.contains(policy) {
            known.managed.push(policy.clone());
        }
    }
    Ok(())
}

fn add_account(
    accounts: &mut Vec<BoundAccount>,
    earlier: &[Binding],
    binding: &Binding,
) -> Result<(), DesiredError> {
    let Binding { cluster, account, role } = binding;
    let is_same =
        |c: &crate::ClusterId, a: &Account| c == cluster.id() && a.reference == account.reference;
    let Some(known) = accounts.iter_mut().find(|b| is_same(&b.cluster, &b.account)) else {
        accounts.push(BoundAccount {
            cluster: cluster.id().clone(),
            account: account.clone(),
            role: role.name.clone(),
        });
        return Ok(());
    };
    // Bindings of one account to one role are told alike.
    let other = earlier.iter().find(|b| is_same(b.cluster.id(), &b.account)).unwrap_or(binding);
    let refuse = |code, what: &str, help: &str| {
        let message = format!("{} {what}", both(other, binding));
        Err(DesiredError::Account(Refusal::new(code, message, help)))
    };
    if known.role != role.name {
        let help = "a service account has one role: put both roles' policies on one";
        return refuse("desired.account-roles", "give one service account two roles", help);
    }
    let known = &mut known.account;
    let contradiction = if !agree(&mut known.audience, account.audience.as_ref()) {
        Some((AUDIENCE, two(known.audience.as_ref(), account.audience.as_ref())))
    } else if !agree(&mut known.token_expiration, account.token_expiration.as_ref()) {
        let values = two(known.token_expiration.as_ref(), account.token_expiration.as_ref());
        Some((TOKEN_EXPIRATION, values))
    } else if !agree(&mut known.regional_endpoints, account.regional_endpoints.as_ref()) {
        let values = two(known.regional_endpoints.as_ref(), account.regional_endpoints.as_ref());
        Some((STS_REGIONAL_ENDPOINTS, values))
    } else {
        None
    };
    if let Some((key, values)) = contradiction {
        let help = "name it in one of the two, or alike in both";
        let what = format!("want annotation `{key}` with {values}");
        return refuse("desired.account-annotation", &what, help);
    }
    known.create_namespace |= account.create_namespace;
    known.force_conflicts |= account.force_conflicts;
    Ok(())
}

/// Takes the other's value where there is none; false if there are two.
fn agree<T: Clone + PartialEq>(known: &mut Option<T>, other: Option<&T>) -> bool {
    let agrees = !differ(known.as_ref(), other);
    if known.is_none() {
        *known = other.cloned();
    }
    agrees
}

/// Whether both have a value, and not the same.
fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

/// Two values in the words of a message.
fn two<T: ToString>(one: Option<&T>, other: Option<&T>) -> String {
    let values: Vec<String> = [one, other].into_iter().flatten().map(ToString::to_string).collect();
    values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(" and ")
}

/// Takes the other's members; gives the key that has two values.
fn merge<'a, K: Ord + Clone, V: Clone + PartialEq>(
    known: &mut BTreeMap<K, V>,
    other: &'a BTreeMap<K, V>,
) -> Option<&'a K> {
    other.iter().find_map(|(key, value)| {
        let known = known.entry(key.clone()).or_insert_with(|| value.clone());
        (known != value).then_some(key)
    })
}

fn check_cluster(cluster: &Cluster) -> Result<(), DesiredError> {
    let count = cluster.audiences.len();
    if count > MOST_AUDIENCES {
        let message =
            format!("cluster {} is given {count} audiences", quoted(cluster.id().as_str()));
        let help = format!("a provider takes at most {MOST_AUDIENCES}");
        return Err(DesiredError::Quota(Refusal::new("desired.audiences", message, help)));
    }
    Ok(())
}

fn check_role(role: &Role, limits: &Limits) -> Result<(), DesiredError> {
    let name = quoted(role.name.as_str());
    let count = role.managed.len();
    if count > limits.policies_of_a_role {
        let message = format!("role {name} is given {count} managed policies");
        let help = format!(
            "IAM takes {} for a role unless the quota is raised: put several into one of your own, or inline",
            limits.policies_of_a_role
        );
        return Err(DesiredError::Quota(Refusal::new("desired.policies", message, help)));
    }
    let size: usize = role.inline.values().map(crate::PermissionsPolicy::size).sum();
    if size > MOST_INLINE {
        let message = format!("the inline policies of role {name} have {size} characters");
        let help = format!("IAM takes {MOST_INLINE} for all of a role: use managed policies");
        return Err(DesiredError::Quota(Refusal::new("desired.inline-size", message, help)));
    }
    if let Some(key) = role.tags.keys().find(|key| key.as_str().eq_ignore_ascii_case(mark::TAG)) {
        let message = format!("role {name} is given tag {}", quoted(key.as_str()));
        let help = "that is Iamwire's own mark of what it made: leave it out";
        return Err(DesiredError::Value(Refusal::new("desired.mark", message, help)));
    }
    let keys: Vec<&TagKey> = role.tags.keys().collect();
    let twice = keys.iter().enumerate().find_map(|(at, key)| {
        let lower = key.as_str().to_lowercase();
        let before = keys.get(..at)?.iter().find(|k| k.as_str().to_lowercase() == lower)?;
        Some((*before, *key))
    });
    if let Some((one, other)) = twice {
        let (one, other) = (quoted(one.as_str()), quoted(other.as_str()));
        let message = format!("role {name} is given tags {one} and {other}");
        let help = "keys of a role's tags ignore case: keep one of the two";
        return Err(DesiredError::Value(Refusal::new("desired.tag-case", message, help)));
    }
    // One of them is the mark.
    let count = keys.len();
    if count >= MOST_TAGS {
        let message = format!("role {name} is given {count} tags");
        let help = format!("IAM takes {MOST_TAGS}, and one of them is Iamwire's mark");
        return Err(DesiredError::Quota(Refusal::new("desired.tags", message, help)));
    }
    if let Some(path) = &role.path {
        let error = path
            .notices()
            .into_iter()
            .find(|n| n.severity == Severity::Error || n.code == "role-path.reserved");
        if let Some(finding) = error {
            let refusal = Refusal::new("desired.role-path-refused", finding.message, finding.help);
            return Err(DesiredError::Value(refusal));
        }
    }
    Ok(())
}

fn check_account(bound: &BoundAccount, clusters: &[Cluster]) -> Result<(), DesiredError> {
    let audience = bound.account.wanted_audience();
    let account = quoted(bound.service_account().as_str());
    if let Some(error) = audience.notices().into_iter().find(|n| n.severity == Severity::Error) {
        let message = format!("service account {account}: {}", error.message);
        return Err(DesiredError::Value(Refusal::new(
            "desired.audience-refused",
            message,
            error.help,
        )));
    }
    let cluster = clusters.iter().find(|c| *c.id() == bound.cluster);
    if cluster.is_some_and(|cluster| !cluster.audiences.contains(audience)) {
        let message = format!(
            "tokens of {account} are for {}, which is none of the audiences of cluster {}",
            quoted(audience.as_str()),
            quoted(bound.cluster.as_str())
        );
        let help = "name the audience for the cluster and for the service account";
        return Err(DesiredError::Account(Refusal::new("desired.audience", message, help)));
    }
    Ok(())
}
