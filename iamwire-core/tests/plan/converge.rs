//! Plans converge: a second one is empty, and one that was stopped anywhere is finished by the next.

use std::collections::BTreeSet;

use iamwire_core::{
    Change, Desired, ExistingRole, Grant, Plan, PlanError, RoleName, SeenAccount, SeenRole, Sight,
    Standing, TrustPolicy, UnwireOptions, plan, plan_unwire,
};
use proptest::prelude::*;

use crate::model::{PROD, World, foreign_role, on_legacy, one, provider};
use crate::worlds::{Case, cases};

#[test]
fn a_second_plan_is_empty() {
    let desired = one();
    let mut world = World::new();
    let plan = world.plan(&desired);
    assert_eq!(plan.changes().len(), 4);
    assert_eq!(plan.rounds().map(<[_]>::len).collect::<Vec<_>>(), [2, 2]);
    world.apply(&plan);
    let again = world.plan(&desired);
    assert!(again.is_empty(), "{again}");
}

/// Where a stop leaves the world: after each prefix, and, since a round's changes are made together, after
/// the rounds before and some of a round. Changes of one role or provider are made in order.
fn stops(world: &World, plan: &Plan, some: u64) -> Vec<World> {
    let mut stops = Vec::new();
    let mut prefix = world.clone();
    for change in plan.changes() {
        prefix.make(change);
        stops.push(prefix.clone());
    }
    let mut before = world.clone();
    for round in plan.rounds() {
        let mut stopped = before.clone();
        let mut skipped = BTreeSet::new();
        for (i, change) in round.iter().enumerate() {
            let role = change.role().map(AsRef::as_ref);
            let serial: Option<&str> = role.or(change.provider().map(AsRef::as_ref));
            if some >> (i % 64) & 1 == 0 || serial.is_some_and(|s| skipped.contains(s)) {
                skipped.extend(serial);
            } else {
                stopped.make(change);
            }
        }
        stops.push(stopped);
        for change in round {
            before.make(change);
        }
    }
    stops
}

/// Plans with `plan`, stops everywhere, and gives the end.
fn check(
    case: &Case,
    some: u64,
    plan: impl Fn(&World) -> Result<Plan, PlanError>,
) -> Result<Option<World>, TestCaseError> {
    let Ok(first) = plan(&case.world) else { return Ok(None) };
    prop_assert_eq!(first.to_string(), plan(&case.world).unwrap().to_string());
    prop_assert_eq!(first.to_json(), plan(&case.world).unwrap().to_json());
    let mut end = case.world.clone();
    end.apply(&first);
    let second = plan(&end).unwrap();
    prop_assert!(second.is_empty(), "{first}\n{second}");
    for mut stopped in stops(&case.world, &first, some) {
        let rest = plan(&stopped);
        prop_assert!(rest.is_ok(), "{first}\n{rest:?}");
        stopped.apply(&rest.unwrap());
        prop_assert_eq!(&stopped, &end, "{}", first);
    }
    Ok(Some(end))
}

/// A world in which it is refused shows nothing; too many of them fail the test.
fn refused() -> TestCaseError {
    TestCaseError::reject("it is refused")
}

fn roles<'a>(
    before: &'a World,
    after: &'a World,
    desired: &'a Desired,
) -> impl Iterator<Item = (&'a SeenRole, &'a SeenRole, &'a iamwire_core::Role)> {
    desired.roles().iter().filter_map(move |role| {
        let of = |world: &'a World| world.0.roles.get(role.name()).and_then(Sight::seen);
        Some((of(before)?, of(after)?, role))
    })
}

fn accounts<'a>(
    before: &'a World,
    after: &'a World,
    desired: &'a Desired,
) -> impl Iterator<Item = (&'a SeenAccount, &'a SeenAccount)> {
    desired.accounts().iter().filter_map(move |bound| {
        let of = |world: &'a World| {
            world.0.accounts.get(&bound.cluster)?.get(bound.service_account())?.seen()
        };
        Some((of(before)?, of(after)?))
    })
}

fn grant_of(world: &World, bound: &iamwire_core::BoundAccount) -> Grant {
    let cluster = world.0.clusters[&bound.cluster].seen().unwrap();
    let provider = provider(cluster.issuer.as_ref().unwrap().as_str());
    Grant::web_identity(&provider, bound.service_account())
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 300, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn wiring_converges_and_adds_only(case in cases(), some: u64) {
        let desired = &case.desired;
        let end = check(&case, some, |world| plan(desired, &world.observe(desired)))?;
        let Some(end) = end else { return Err(refused()) };
        for bound in desired.accounts() {
            let role = end.0.roles[&bound.role].seen().unwrap();
            let standing = role.trust.standing(&grant_of(&end, bound));
            // The Deny statement of some worlds leaves requests without TLS aside.
            prop_assert!(standing != Standing::Refused, "{}", role.trust);
            let account = end.0.accounts[&bound.cluster][bound.service_account()].seen().unwrap();
            prop_assert_eq!(
                account.annotations["eks.amazonaws.com/role-arn"].as_str(),
                role.arn.as_str()
            );
        }
        for (before, after, role) in roles(&case.world, &end, desired) {
            let is_ours = before.tags.contains_key("iamwire:managed");
            let replaced = !is_ours && *role == role.clone().existing(ExistingRole::Replace);
            if !replaced {
                let grants: Vec<_> = after.trust.grants().into_iter().map(|g| g.grant).collect();
                prop_assert!(before.trust.grants().iter().all(|g| grants.contains(&g.grant)));
                prop_assert_eq!(is_ours, after.tags.contains_key("iamwire:managed"));
            }
            prop_assert!(before.tags.keys().all(|key| after.tags.contains_key(key)));
            prop_assert!(before.attached.seen().unwrap().is_subset(after.attached.seen().unwrap()));
            let description = [before.description.as_deref(), Some("reads the shop's bucket")];
            prop_assert!(description.contains(&after.description.as_deref()));
            let seconds = [before.max_session_duration.seconds(), 7200];
            prop_assert!(seconds.contains(&after.max_session_duration.seconds()));
            let inline = after.inline.seen().unwrap();
            prop_assert!(before.inline.seen().unwrap().keys().all(|k| inline.contains_key(k)));
        }
        for (before, after) in accounts(&case.world, &end, desired) {
            // What is ours alone and nobody asks for goes.
            let is_ours = |key: &str| {
                let ours = BTreeSet::from(["iamwire".to_owned()]);
                before.annotation_managers.get(key) == Some(&ours)
            };
            let goes = |key: &str| is_ours(key) && !key.ends_with("/role-arn");
            let mut keys = before.annotations.keys();
            prop_assert!(keys.all(|key| goes(key) || after.annotations.contains_key(key)));
            let audience = after.annotations.get("eks.amazonaws.com/audience");
            prop_assert!(audience.is_none_or(|there| there == "sts.amazonaws.com"));
            prop_assert_eq!(&before.labels, &after.labels);
        }
        for (arn, provider) in &case.world.0.providers {
            let after = end.0.providers[arn].seen().unwrap();
            let before = provider.seen().unwrap();
            prop_assert!(before.audiences.iter().all(|a| after.audiences.contains(a)));
            prop_assert_eq!(&before.tags, &after.tags);
        }
    }

    #[test]
    fn unwiring_converges_and_takes_only_what_is_named(
        case in cases(),
        some: u64,
        wired: bool,
        options: (bool, bool),
    ) {
        let mut case = case;
        let desired = case.desired.clone();
        if wired && let Ok(plan) = plan(&desired, &case.world.observe(&desired)) {
            case.world.apply(&plan);
        }
        let options =
            UnwireOptions::new().delete_provider(options.0).detach_policies(options.1);
        let end =
            check(&case, some, |w| plan_unwire(&desired, &w.observe(&desired), options))?;
        let Some(end) = end else { return Err(refused()) };
        let named: Vec<Grant> =
            desired.accounts().iter().map(|bound| grant_of(&end, bound)).collect();
        for (before, after, _) in roles(&case.world, &end, &desired) {
            let kept: Vec<_> = after.trust.grants().into_iter().map(|g| g.grant).collect();
            for granted in before.trust.grants() {
                let bound = desired.accounts().iter().any(|b| {
                    b.role == *before.arn.name() && named.contains(&granted.grant)
                        && grant_of(&end, b) == granted.grant
                });
                prop_assert_eq!(kept.contains(&granted.grant), !bound);
            }
            prop_assert_eq!(&before.tags, &after.tags);
            prop_assert_eq!(&before.boundary, &after.boundary);
            if !options.detach_policies {
                prop_assert_eq!(&before.attached, &after.attached);
                prop_assert_eq!(&before.inline, &after.inline);
            }
        }
        for (name, role) in &case.world.0.roles {
            let is_ours = role.seen().unwrap().tags.contains_key("iamwire:managed");
            prop_assert!(is_ours || end.0.roles.contains_key(name));
        }
        for (before, after) in accounts(&case.world, &end, &desired) {
            prop_assert_eq!(after.annotations.get("note"), before.annotations.get("note"));
            prop_assert_eq!(&before.labels, &after.labels);
        }
        for (cluster, accounts) in &case.world.0.accounts {
            for (name, account) in accounts {
                let is_ours = account.seen().unwrap().labels.values().any(|v| v == "iamwire");
                prop_assert!(is_ours || end.0.accounts[cluster].contains_key(name));
            }
        }
        prop_assert_eq!(&case.world.0.namespaces, &end.0.namespaces);
        if !options.delete_provider {
            prop_assert_eq!(&case.world.0.providers, &end.0.providers);
        }
    }
}

/// A role of somebody else with this trust policy, or [`foreign_role`]'s, before it is wired and after it is unwired.
fn wired_and_unwired(trust: Option<TrustPolicy>) -> [SeenRole; 2] {
    let mut world = World::new();
    let mut foreign = foreign_role("legacy");
    foreign.trust = trust.unwrap_or(foreign.trust);
    let name = "legacy".parse::<RoleName>().unwrap();
    world.0.roles.insert(name.clone(), Sight::Seen(foreign.clone()));
    let desired = on_legacy(ExistingRole::Merge);
    world.apply(&world.plan(&desired));
    assert_ne!(world.0.roles[&name].seen(), Some(&foreign));
    let plan = world.plan_unwire(&desired, UnwireOptions::new().detach_policies(true));
    world.apply(&plan);
    [foreign, world.0.roles[&name].seen().unwrap().clone()]
}

/// A statement of somebody else's for the same provider and audience, which is joined.
fn joined(subject: &str, statement: impl Fn(String) -> String) -> TrustPolicy {
    let condition = format!(
        r#"{{ "StringEquals": {{ "{PROD}:aud": "sts.amazonaws.com", "{PROD}:sub": {subject} }} }}"#
    );
    let provider = provider(PROD);
    let text = statement(format!(
        r#"{{ "Effect": "Allow", "Principal": {{ "Federated": "{provider}" }}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {condition} }}"#
    ));
    format!(r#"{{ "Version": "2012-10-17", "Statement": {text} }}"#).parse().unwrap()
}

#[test]
fn unwiring_gives_a_foreign_role_back_byte_for_byte() {
    let theirs = r#"[ "system:serviceaccount:shop:theirs" ]"#;
    for trust in [None, Some(joined(theirs, |one| format!("[ {one} ]")))] {
        let [before, after] = wired_and_unwired(trust);
        assert_eq!(after, before);
        assert_eq!(after.trust.as_str(), before.trust.as_str());
    }
}

/// Where one subject, or one statement, had to become a list, it stays one.
#[test]
fn what_was_one_and_became_a_list_means_the_same() {
    let one = r#""system:serviceaccount:shop:theirs""#;
    let other_audience = joined(one, |one| one.replace("sts.amazonaws.com", "other.example.com"));
    for (trust, list) in [
        (
            joined(one, |one| format!("[ {one} ]")),
            r#":sub": ["system:serviceaccount:shop:theirs"]"#,
        ),
        (other_audience, r#""Statement": ["#),
    ] {
        let [before, mut after] = wired_and_unwired(Some(trust));
        assert!(after.trust.means_same(&before.trust), "{}", after.trust);
        assert!(after.trust.as_str().contains(list), "{}", after.trust);
        after.trust = before.trust.clone();
        assert_eq!(after, before);
    }
}

#[test]
fn what_is_observed_survives_serde() {
    let mut world = World::new();
    world
        .0
        .roles
        .insert("legacy".parse().unwrap(), Sight::Seen(crate::model::foreign_role("legacy")));
    let desired = one();
    let observed = world.observe(&desired);
    let json = serde_json::to_string(&observed).unwrap();
    let again: iamwire_core::Observed = serde_json::from_str(&json).unwrap();
    assert_eq!(again, observed);
    let text = |o: &iamwire_core::Observed| {
        o.roles[&"legacy".parse::<iamwire_core::RoleName>().unwrap()]
            .seen()
            .unwrap()
            .trust
            .to_string()
    };
    assert_eq!(text(&again), text(&observed));
    let other = json.replacen("\"format_version\":1", "\"format_version\":2", 1);
    let error = serde_json::from_str::<iamwire_core::Observed>(&other).unwrap_err();
    assert!(error.to_string().contains("format_version 2 is not known"), "{error}");
}

#[test]
fn the_digest_is_of_what_is_planned() {
    let desired = one();
    let world = World::new();
    let first = world.plan(&desired);
    // Another version of Kubernetes is nothing that was planned on.
    let mut other = world.clone();
    let id = "prod".parse().unwrap();
    if let Some(Sight::Seen(cluster)) = other.0.clusters.get_mut(&id) {
        cluster.version = Some("1.37".to_owned());
    }
    assert_eq!(other.plan(&desired).digest(), first.digest());
    assert_eq!(first.digest().len(), 64);
    let start = first.to_json().replacen("{\"format_version\":1,", "{", 1);
    let end = start.find(",\"notices\":").unwrap();
    let text = format!("{}}}", &start[..end]);
    let digest = hmac_sha256::Hash::hash(text.as_bytes());
    let digest = digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    assert_eq!(first.digest(), digest);
    // Anything else is.
    let changes = first.changes().len();
    other.make(&first.changes()[0]);
    let rest = other.plan(&desired);
    assert_eq!(rest.changes().len(), changes - 1);
    assert_ne!(rest.digest(), first.digest());
    assert!(matches!(rest.changes()[0], Change::CreateRole { .. }));
}
