//! Wishes and worlds made at random.

use std::collections::{BTreeMap, BTreeSet};

use iamwire_core::{
    Account, Binding, ClusterId, Desired, ExistingRole, Grant, PermissionsPolicy, Role,
    SeenAccount, SeenNamespace, SeenPod, SeenProvider, SeenRole, Sight, TrustPolicy,
};
use iamwire_core::{Audience, Cluster, ThumbprintChoice, Thumbprints};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::model::{ACCOUNT, PROD, TEST, World, foreign_role, provider};

const ACCOUNTS: [&str; 3] = ["shop/a", "shop/b", "ops/a"];
const CLUSTERS: [&str; 2] = ["prod", "test"];
const ROLES: [&str; 2] = ["one", "two"];
const INLINE: [&str; 2] = [
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#,
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#,
];
const BOUNDARIES: [&str; 2] =
    ["arn:aws:iam::aws:policy/PowerUserAccess", "arn:aws:iam::123456789012:policy/bound"];

/// What the parts of a case are chosen from: small numbers, so that they shrink.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) desired: Desired,
    pub(crate) world: World,
}

pub(crate) fn cases() -> impl Strategy<Value = Case> {
    let bindings = proptest::collection::vec(
        (select(&CLUSTERS[..]), select(&ACCOUNTS[..]), select(&ROLES[..])),
        1..5,
    );
    let roles = [role(ROLES[0]), role(ROLES[1])];
    let clusters = [cluster(CLUSTERS[0]), cluster(CLUSTERS[1])];
    let accounts = [account(ACCOUNTS[0]), account(ACCOUNTS[1]), account(ACCOUNTS[2])];
    (bindings, roles, clusters, accounts).prop_flat_map(|(bindings, roles, clusters, accounts)| {
        let bindings = bindings.into_iter().map(|(c, a, r)| {
            let cluster = &clusters[usize::from(c == CLUSTERS[1])];
            let account = &accounts[ACCOUNTS.iter().position(|n| *n == a).unwrap()];
            let role = &roles[usize::from(r == ROLES[1])];
            Binding::new(cluster, account.clone(), role.clone())
        });
        // Contradictions are the matter of another test: the second role of an account is left out.
        let mut kept: Vec<Binding> = Vec::new();
        for binding in bindings {
            kept.push(binding);
            if Desired::new(kept.clone()).is_err() {
                kept.pop();
            }
        }
        let desired = Desired::new(kept).unwrap();
        world(desired.clone()).prop_map(move |world| Case { desired: desired.clone(), world })
    })
}

fn cluster(name: &'static str) -> impl Strategy<Value = Cluster> {
    let thumbprints = select(vec![
        ThumbprintChoice::LetIam,
        ThumbprintChoice::Fetch,
        ThumbprintChoice::Pinned(Thumbprints::new(["a".repeat(40).parse().unwrap()]).unwrap()),
    ]);
    (thumbprints, any::<bool>()).prop_map(move |(thumbprints, two)| {
        let mut audiences = vec![Audience::STS];
        audiences.extend(two.then(|| "other".parse().unwrap()));
        Cluster::from_name(name).unwrap().thumbprints(thumbprints).audiences(audiences)
    })
}

fn role(name: &'static str) -> impl Strategy<Value = Role> {
    let existing = select(vec![ExistingRole::Merge, ExistingRole::Replace, ExistingRole::Refuse]);
    let policies = subsequence(vec!["AmazonS3ReadOnlyAccess", "AmazonSQSFullAccess"], 0..=2);
    let tags = subsequence(vec![("team", "wire"), ("Cost", "1")], 0..=2);
    let inline = proptest::option::of(select(&INLINE[..]));
    let settings = (any::<bool>(), any::<bool>(), proptest::option::of(select(&BOUNDARIES[..])));
    (existing, policies, tags, inline, settings).prop_map(
        move |(existing, policies, tags, inline, (description, duration, boundary))| {
            let mut role = Role::new(name.parse().unwrap()).existing(existing);
            for policy in policies {
                role = role.managed_policy(policy.parse().unwrap());
            }
            for (key, value) in tags {
                role = role.tag(key.parse().unwrap(), value.parse().unwrap());
            }
            if let Some(document) = inline {
                role = role.inline_policy("mine".parse().unwrap(), document.parse().unwrap());
            }
            if description {
                role = role.description("reads the shop's bucket".parse().unwrap());
            }
            if duration {
                role = role.max_session_duration("7200".parse().unwrap());
            }
            if let Some(boundary) = boundary {
                role = role.boundary(boundary.parse().unwrap());
            }
            role
        },
    )
}

fn account(name: &'static str) -> impl Strategy<Value = Account> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(move |(force, expiration, regional)| {
        let mut account =
            Account::new(name.parse().unwrap()).create_namespace(true).force_conflicts(force);
        if expiration {
            account = account.token_expiration("3600".parse().unwrap());
        }
        if regional {
            account = account.sts_regional_endpoints(true);
        }
        account
    })
}

/// What may be there of what is desired.
fn world(desired: Desired) -> impl Strategy<Value = World> {
    let providers = [0..4_u8, 0..4];
    let roles = [seen_role(ROLES[0]), seen_role(ROLES[1])];
    let accounts = proptest::collection::vec((0..14_u8, any::<bool>()), 6);
    (providers, roles, accounts, any::<bool>()).prop_map(
        move |(providers, roles, accounts, has_ops)| {
            let mut world = World::new();
            for (issuer, kind) in [PROD, TEST].into_iter().zip(providers) {
                if let Some(seen) = seen_provider(kind) {
                    world.0.providers.insert(provider(issuer), Sight::Seen(seen));
                }
            }
            for role in roles.iter().flatten() {
                let mut role = role.clone();
                trust_some(&mut role, &desired);
                world.0.roles.insert(role.arn.name().clone(), Sight::Seen(role));
            }
            for (i, (kind, has_pods)) in accounts.iter().enumerate() {
                let (cluster, account) = (CLUSTERS[i % 2], ACCOUNTS[i / 2]);
                let cluster: ClusterId = cluster.parse().unwrap();
                if account.starts_with("ops/") && !has_ops {
                    continue;
                }
                let namespaces: &mut BTreeMap<_, _> =
                    world.0.namespaces.entry(cluster.clone()).or_default();
                let namespace = account.split('/').next().unwrap().parse().unwrap();
                namespaces.insert(namespace, Sight::Seen(SeenNamespace::default()));
                if let Some(seen) = seen_account(*kind) {
                    let all = world.0.accounts.entry(cluster.clone()).or_default();
                    all.insert(account.parse().unwrap(), Sight::Seen(seen));
                }
                if *has_pods {
                    let pod = SeenPod::new("web-1", Some("deployment/web".to_owned()), None);
                    let all = world.0.pods.entry(cluster).or_default();
                    all.insert(account.parse().unwrap(), Sight::Seen(vec![pod]));
                }
            }
            world
        },
    )
}

fn seen_provider(kind: u8) -> Option<SeenProvider> {
    let mut seen = SeenProvider::default();
    seen.thumbprints = vec!["f".repeat(40)];
    match kind {
        0 => return None,
        1 => {}
        2 => seen.audiences = vec!["sigstore".parse().unwrap()],
        _ => {
            seen.audiences = vec![Audience::STS];
            mark(&mut seen.tags);
        }
    }
    Some(seen)
}

/// None, or somebody's, or ours; the last number says which of the desired grants it has already.
fn seen_role(name: &'static str) -> impl Strategy<Value = Option<SeenRole>> {
    let kinds = (0..3_u8, any::<bool>(), any::<bool>(), any::<bool>(), 0..5_u8);
    kinds.prop_map(move |(kind, attached, inline, tags, trusts)| {
        let mut role = foreign_role(name);
        match kind {
            0 => return None,
            1 => {}
            _ => mark(&mut role.tags),
        }
        if attached {
            let all =
                BTreeSet::from(["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess".parse().unwrap()]);
            role.attached = Sight::Seen(all);
        }
        if inline {
            let document: PermissionsPolicy = INLINE[1].parse().unwrap();
            let all = BTreeMap::from([
                ("mine".parse().unwrap(), Some(document)),
                ("theirs".parse().unwrap(), None),
            ]);
            role.inline = Sight::Seen(all);
        }
        if tags {
            // A role's keys ignore case.
            role.tags.insert("COST".to_owned(), "2".to_owned());
            role.boundary = Some(BOUNDARIES[0].parse().unwrap());
            role.description = Some("before".to_owned());
            role.max_session_duration = "43200".parse().unwrap();
        }
        role.description = role.description.take().or_else(|| Some(trusts.to_string()));
        Some(role)
    })
}

/// A policy with these grants as well.
fn granting(policy: &TrustPolicy, grants: &[Grant]) -> TrustPolicy {
    let add = |policy: TrustPolicy, grant| policy.grant(grant).unwrap().into_policy();
    grants.iter().fold(policy.clone(), add)
}

/// Gives a role some of the grants that are desired of it, by the number that its description holds.
fn trust_some(role: &mut SeenRole, desired: &Desired) {
    let grants: Vec<Grant> = desired
        .accounts()
        .iter()
        .filter(|bound| bound.role == *role.arn.name())
        .map(|bound| {
            let issuer = if bound.cluster.as_str() == "prod" { PROD } else { TEST };
            Grant::web_identity(&provider(issuer), bound.service_account())
        })
        .collect();
    match role.description.as_deref() {
        Some("0") => {
            role.trust = granting(&role.trust, &grants);
        }
        Some("1") => {
            // Nobody else.
            if let Some(first) = grants.first() {
                role.trust = TrustPolicy::from(first);
            }
        }
        Some("2") => {
            let any = iamwire_core::WebIdentityGrant::dangerous_any_subject(&provider(PROD));
            role.trust = role.trust.grant(&any.into()).unwrap().into_policy();
        }
        Some("3") => {
            // One statement beside those that allow: without them nobody may.
            role.trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#
                .parse()
                .unwrap();
            role.trust = granting(&role.trust, &grants);
        }
        _ => {}
    }
    if role.description.as_deref() != Some("before") {
        role.description = None;
    }
}

fn seen_account(kind: u8) -> Option<SeenAccount> {
    let mut seen = SeenAccount::default();
    let mut put = |managers: &[&str], key: &str, value: String| {
        let key = format!("eks.amazonaws.com/{key}");
        seen.annotations.insert(key.clone(), value);
        if !managers.is_empty() {
            let managers = managers.iter().map(ToString::to_string).collect();
            seen.annotation_managers.insert(key, managers);
        }
    };
    let mut annotate = |manager: &str, value: String| put(&[manager], "role-arn", value);
    let one = format!("arn:aws:iam::{ACCOUNT}:role/one");
    match kind {
        0 => return None,
        1 => {}
        2 => annotate("helm", one),
        3 => annotate("helm", format!("arn:aws:iam::{ACCOUNT}:role/other")),
        4 => annotate("iamwire", one),
        5 => annotate("iamwire", format!("arn:aws:iam::{ACCOUNT}:role/other")),
        // What the webhook reads and nobody asks for, and what nobody owns.
        6 => put(&[], "role-arn", format!("arn:aws:iam::{ACCOUNT}:role/other")),
        7 => put(&["iamwire"], "audience", "vault".to_owned()),
        8 => put(&["helm"], "audience", "vault".to_owned()),
        9 => put(&["helm", "iamwire"], "audience", "sts.amazonaws.com".to_owned()),
        10 => put(&["iamwire"], "token-expiration", "600".to_owned()),
        11 => put(&["helm", "iamwire"], "token-expiration", "an hour".to_owned()),
        12 => put(&["helm", "iamwire"], "role-arn", one),
        _ => {
            annotate("iamwire", one);
            let key = "app.kubernetes.io/managed-by".to_owned();
            seen.labels.insert(key.clone(), "iamwire".to_owned());
            seen.label_managers.insert(key, BTreeSet::from(["iamwire".to_owned()]));
        }
    }
    seen.annotations.insert("note".to_owned(), "theirs".to_owned());
    seen.annotation_managers.insert("note".to_owned(), BTreeSet::from(["kubectl".to_owned()]));
    Some(seen)
}

fn mark(tags: &mut BTreeMap<String, String>) {
    tags.insert("iamwire:managed".to_owned(), "true".to_owned());
}
