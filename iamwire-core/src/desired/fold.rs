//! Folding bindings into resources; contradictions end here.

use std::collections::{BTreeMap, HashMap};

use super::error::both;
use super::listed::Listed;
use super::{
    Binding, BoundAccount, Cluster, Desired, DesiredError, Limits, MOST_AUDIENCES, MOST_TAGS, Role,
};
use crate::annotation::{AUDIENCE, STS_REGIONAL_ENDPOINTS, TOKEN_EXPIRATION};
use crate::error::quoted;
use crate::mark;
use crate::{ClusterId, ClusterName, Refusal, ServiceAccountRef, Severity};

/// Characters of all inline policies of a role, at most.
const MOST_INLINE: usize = 10_240;

pub(super) fn fold(
    bindings: impl IntoIterator<Item = Binding>,
    limits: Limits,
) -> Result<Desired, DesiredError> {
    let bindings: Vec<Binding> = bindings.into_iter().collect();
    let (mut clusters, mut named) = (Listed::new(), HashMap::new());
    let (mut roles, mut accounts) = (Listed::new(), Listed::new());
    for (index, binding) in bindings.iter().enumerate() {
        let next = Next { earlier: bindings.get(..index).unwrap_or_default(), binding };
        next.add_cluster(&mut clusters, &mut named)?;
        next.add_role(&mut roles)?;
        next.add_account(&mut accounts)?;
    }
    clusters.iter().try_for_each(check_cluster)?;
    roles.iter().try_for_each(|role| check_role(role, &limits))?;
    accounts.iter().try_for_each(|bound| check_account(bound, &clusters))?;
    Ok(Desired {
        clusters: clusters.into_all(),
        roles: roles.into_all(),
        accounts: accounts.into_all(),
        limits,
    })
}

/// A binding to be folded into those before it, which are looked through only to say whom it contradicts.
struct Next<'a> {
    earlier: &'a [Binding],
    binding: &'a Binding,
}

type Clusters<'a> = Listed<&'a ClusterId, Cluster>;

impl<'a> Next<'a> {
    /// `named` has the first binding of each name of a cluster, by whether it is the one in an ARN.
    fn add_cluster(
        &self,
        clusters: &mut Clusters<'a>,
        named: &mut HashMap<(&'a ClusterName, bool), &'a Binding>,
    ) -> Result<(), DesiredError> {
        let Self { earlier, binding } = *self;
        let id = binding.cluster.id();
        if let Some(name) = id.name() {
            let is_arn = id.arn().is_some();
            if let Some(other) = named.get(&(name, !is_arn)) {
                let message = format!(
                    "{} name cluster {} once by its name and once by its ARN",
                    both(other, binding),
                    quoted(id.label())
                );
                let help = "use one of the two in both";
                let code = "desired.cluster-twice";
                return Err(DesiredError::Cluster(Refusal::new(code, message, help)));
            }
            named.entry((name, is_arn)).or_insert(binding);
        }
        let Some(known) = clusters.known(id, || binding.cluster.clone()) else { return Ok(()) };
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

    fn add_role(&self, roles: &mut Listed<String, Role>) -> Result<(), DesiredError> {
        let role = &self.binding.role;
        let key = role.name.as_str().to_ascii_lowercase();
        let Some(known) = roles.known(key, || role.clone()) else { return Ok(()) };
        if known.name != role.name {
            let what = "name roles that differ by case only";
            let help = "IAM takes them for one: write the name alike in both";
            return Err(self.role_twice("desired.role-case", |r| r.name != role.name, what, help));
        }
        let name = quoted(role.name.as_str());
        self.settle(
            &mut known.path,
            |r| r.path.as_ref(),
            "desired.role-path",
            |one, other| format!("want role {name} under paths {}", two(one, other)),
        )?;
        self.settle(
            &mut known.description,
            |r| r.description.as_ref(),
            "desired.role-description",
            |one, other| format!("want role {name} to have descriptions {}", two(one, other)),
        )?;
        self.settle(
            &mut known.max_session_duration,
            |r| r.max_session_duration.as_ref(),
            "desired.role-duration",
            |one, other| {
                let values = two(one, other);
                format!("want sessions of role {name} to last at most {values} seconds")
            },
        )?;
        self.settle(
            &mut known.boundary,
            |r| r.boundary.as_ref(),
            "desired.role-boundary",
            |one, other| {
                format!("want role {name} to have permissions boundaries {}", two(one, other))
            },
        )?;
        self.settle(
            &mut known.existing,
            |r| r.existing.as_ref(),
            "desired.role-existing",
            |_, _| format!("say two things of what to do if role {name} exists"),
        )?;
        if let Some(key) = merge(&mut known.tags, &role.tags) {
            let values = two(known.tags.get(key), role.tags.get(key));
            let what = format!("give role {name} tag {} with {values}", quoted(key.as_str()));
            let holds = |r: &Role| differ(r.tags.get(key), role.tags.get(key));
            return Err(self.role_twice("desired.role-tag", holds, &what, ONCE));
        }
        if let Some(policy) = merge(&mut known.inline, &role.inline) {
            let what = format!("give role {name} two inline policies {}", quoted(policy.as_str()));
            let holds = |r: &Role| differ(r.inline.get(policy), role.inline.get(policy));
            let help = "give the second one a name of its own";
            return Err(self.role_twice("desired.role-inline", holds, &what, help));
        }
        for policy in &role.managed {
            if !known.managed.contains(policy) {
                known.managed.push(policy.clone());
            }
        }
        Ok(())
    }

    /// Takes what the binding names of its role, where no other has named something else.
    fn settle<T: Clone + PartialEq>(
        &self,
        known: &mut Option<T>,
        of: impl Fn(&Role) -> Option<&T>,
        code: &'static str,
        what: impl FnOnce(Option<&T>, Option<&T>) -> String,
    ) -> Result<(), DesiredError> {
        let wanted = of(&self.binding.role);
        if agree(known, wanted) {
            return Ok(());
        }
        let what = what(known.as_ref(), wanted);
        Err(self.role_twice(code, |r| differ(of(r), wanted), &what, ONCE))
    }

    /// What was agreed on may come from several bindings: the one is named that `holds` another value.
    fn role_twice(
        &self,
        code: &'static str,
        holds: impl Fn(&Role) -> bool,
        what: &str,
        help: &str,
    ) -> DesiredError {
        let Self { earlier, binding } = *self;
        let name = binding.role.name.as_str();
        let is_same = |r: &Role| r.name.as_str().eq_ignore_ascii_case(name);
        let other = earlier.iter().find(|b| is_same(&b.role) && holds(&b.role));
        let message = format!("{} {what}", both(other.unwrap_or(binding), binding));
        DesiredError::Role(Refusal::new(code, message, help))
    }

    fn add_account(
        &self,
        accounts: &mut Listed<(&'a ClusterId, &'a ServiceAccountRef), BoundAccount>,
    ) -> Result<(), DesiredError> {
        let Self { earlier, binding } = *self;
        let Binding { cluster, account, role } = binding;
        let new = || BoundAccount {
            cluster: cluster.id().clone(),
            account: account.clone(),
            role: role.name.clone(),
        };
        let key = (cluster.id(), &account.reference);
        let Some(known) = accounts.known(key, new) else { return Ok(()) };
        let refuse = |code, what: &str, help: &str| {
            // Bindings of one account to one role are told alike.
            let is_same = |b: &&Binding| (b.cluster.id(), &b.account.reference) == key;
            let other = earlier.iter().find(is_same).unwrap_or(binding);
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
            let values =
                two(known.regional_endpoints.as_ref(), account.regional_endpoints.as_ref());
            Some((STS_REGIONAL_ENDPOINTS, values))
        } else {
            None
        };
        if let Some((key, values)) = contradiction {
            let what = format!("want annotation `{key}` with {values}");
            return refuse("desired.account-annotation", &what, ONCE);
        }
        known.create_namespace |= account.create_namespace;
        known.force_conflicts |= account.force_conflicts;
        Ok(())
    }
}

/// The next step where two bindings name two values of one thing.
const ONCE: &str = "name it in one of the two, or alike in both";

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
    let mut lower = HashMap::new();
    let twice = role.tags.keys().find_map(|key| {
        let before = lower.insert(key.as_str().to_lowercase(), key)?;
        Some((before, key))
    });
    if let Some((one, other)) = twice {
        let (one, other) = (quoted(one.as_str()), quoted(other.as_str()));
        let message = format!("role {name} is given tags {one} and {other}");
        let help = "keys of a role's tags ignore case: keep one of the two";
        return Err(DesiredError::Value(Refusal::new("desired.tag-case", message, help)));
    }
    // One of them is the mark.
    let count = role.tags.len();
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

fn check_account(bound: &BoundAccount, clusters: &Clusters<'_>) -> Result<(), DesiredError> {
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
    let cluster = clusters.get(&&bound.cluster);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Account;

    /// Of many bindings each resource is there once, where it was first named, with all that was said of it.
    #[test]
    fn many_bindings_fold_into_few_resources() {
        let binding = |n: usize| {
            let cluster = Cluster::from_name(&format!("c{}", n % 3)).unwrap();
            let account = Account::new(format!("shop/a{}", n % 60).parse().unwrap());
            let role = Role::new(format!("r{}", n % 5).parse().unwrap())
                .managed_policy(format!("P{}", n % 20).parse().unwrap());
            Binding::new(&cluster, account.force_conflicts(n >= 60), role)
        };
        let desired = Desired::new((0..300).map(binding)).unwrap();
        let clusters: Vec<_> = desired.clusters().iter().map(|c| c.id().as_str()).collect();
        assert_eq!(clusters, ["c0", "c1", "c2"]);
        let roles: Vec<_> = desired.roles().iter().map(|role| role.name.as_str()).collect();
        assert_eq!(roles, ["r0", "r1", "r2", "r3", "r4"]);
        for (n, role) in desired.roles().iter().enumerate() {
            let policies: Vec<_> = role.managed.iter().map(ToString::to_string).collect();
            assert_eq!(policies, [0, 5, 10, 15].map(|more| format!("P{}", n + more)));
        }
        assert_eq!(desired.accounts().len(), 60);
        for (n, bound) in desired.accounts().iter().enumerate() {
            assert_eq!(bound.service_account().as_str(), format!("shop/a{n}"));
            assert_eq!(bound.cluster.as_str(), format!("c{}", n % 3));
            assert_eq!(bound.role.as_str(), format!("r{}", n % 5));
            assert!(bound.account.forces_conflicts());
        }
        assert_eq!(Desired::new(desired.bindings()).unwrap(), desired);
    }
}
