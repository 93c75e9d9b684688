//! A world that changes are applied to: it is an [`Observed`] of everything there is, and refuses what IAM
//! and Kubernetes refuse.

use std::collections::{BTreeMap, BTreeSet};

use iamwire_core::{
    Account, Binding, Caller, Change, Cluster, ClusterId, Desired, ExistingRole, Observed, Plan,
    ProviderArn, Role, SeenAccount, SeenCluster, SeenNamespace, SeenPod, SeenProvider, SeenRole,
    ServiceAccountRef, Sight, TrustEdit, TrustPolicy, UnwireOptions, plan, plan_unwire,
};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const PROD: &str =
    "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
pub(crate) const TEST: &str =
    "oidc.eks.eu-west-3.amazonaws.com/id/FEDCBA9876543210FEDCBA9876543210";

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct World(pub(crate) Observed);

impl World {
    /// Two clusters, `prod` and `test`, with namespace `shop`, and nothing of IAM.
    pub(crate) fn new() -> Self {
        let mut world = Observed::default();
        let caller = Caller::new("aws".parse().unwrap(), ACCOUNT.parse().unwrap());
        world.caller = Some(Sight::Seen(caller));
        world.region = Some("eu-west-3".to_owned());
        for (name, issuer) in [("prod", PROD), ("test", TEST)] {
            let id: ClusterId = name.parse().unwrap();
            let arn = format!("arn:aws:eks:eu-west-3:{ACCOUNT}:cluster/{name}").parse().unwrap();
            let mut cluster = SeenCluster::new(arn, issuer.parse().unwrap());
            cluster.version = Some("1.36".to_owned());
            world.clusters.insert(id.clone(), Sight::Seen(cluster));
            world.served.insert(
                issuer.parse().unwrap(),
                Sight::Seen(
                    iamwire_core::Thumbprints::new(["9".repeat(40).parse().unwrap()]).unwrap(),
                ),
            );
            let shop =
                BTreeMap::from([("shop".parse().unwrap(), Sight::Seen(SeenNamespace::default()))]);
            world.namespaces.insert(id, shop);
        }
        for (name, path) in [
            ("AmazonS3ReadOnlyAccess", ""),
            ("AmazonSQSFullAccess", ""),
            ("AWSLambdaRole", "service-role/"),
        ] {
            let arn = format!("arn:aws:iam::aws:policy/{path}{name}").parse().unwrap();
            world.policies.insert(name.parse().unwrap(), Sight::Seen(arn));
        }
        Self(world)
    }

    /// A service account of cluster `prod`.
    pub(crate) fn put(&mut self, name: &str, seen: SeenAccount) {
        let all = self.0.accounts.entry("prod".parse().unwrap()).or_default();
        all.insert(name.parse().unwrap(), Sight::Seen(seen));
    }

    /// The pods of one.
    pub(crate) fn run(&mut self, name: &str, pods: Sight<Vec<SeenPod>>) {
        let all = self.0.pods.entry("prod".parse().unwrap()).or_default();
        all.insert(name.parse().unwrap(), pods);
    }

    /// What a collector would see: what is desired and isn't there is absent.
    pub(crate) fn observe(&self, desired: &Desired) -> Observed {
        let mut seen = self.0.clone();
        for cluster in desired.clusters() {
            seen.clusters.entry(cluster.id().clone()).or_insert(Sight::Absent);
            if let Some(issuer) = self.issuer(cluster.id()) {
                let provider = provider(&issuer);
                let roles = self.0.roles.values().filter_map(Sight::seen);
                let trusting: BTreeSet<_> = roles
                    .filter(|role| role.trust.trusted_providers().contains(&provider))
                    .map(|role| role.arn.clone())
                    .collect();
                seen.trusting.insert(provider.clone(), Sight::Seen(trusting));
                seen.providers.entry(provider).or_insert(Sight::Absent);
            }
        }
        for role in desired.roles() {
            seen.roles.entry(role.name().clone()).or_insert(Sight::Absent);
            for policy in role.policies() {
                let found = policy.arn().map_or(Sight::Absent, |arn| Sight::Seen(arn.clone()));
                seen.policies.entry(policy.clone()).or_insert(found);
            }
        }
        for bound in desired.accounts() {
            let accounts = seen.accounts.entry(bound.cluster.clone()).or_default();
            accounts.entry(bound.service_account().clone()).or_insert(Sight::Absent);
            let pods = seen.pods.entry(bound.cluster.clone()).or_default();
            pods.entry(bound.service_account().clone()).or_insert(Sight::Seen(Vec::new()));
        }
        for ((cluster, namespace), _) in desired.namespaces() {
            let namespaces = seen.namespaces.entry(cluster.clone()).or_default();
            namespaces.entry(namespace.clone()).or_insert(Sight::Absent);
        }
        seen
    }

    pub(crate) fn plan(&self, desired: &Desired) -> Plan {
        match plan(desired, &self.observe(desired)) {
            Ok(plan) => plan,
            Err(error) => panic!("{}: {error}", error.code()),
        }
    }

    pub(crate) fn plan_unwire(&self, desired: &Desired, options: UnwireOptions) -> Plan {
        match plan_unwire(desired, &self.observe(desired), options) {
            Ok(plan) => plan,
            Err(error) => panic!("{}: {error}", error.code()),
        }
    }

    /// Makes all changes of a plan.
    pub(crate) fn apply(&mut self, plan: &Plan) {
        plan.changes().iter().for_each(|change| self.make(change));
    }

    fn issuer(&self, cluster: &ClusterId) -> Option<String> {
        if let Some(issuer) = cluster.self_managed() {
            return Some(issuer.to_string());
        }
        Some(self.0.clusters.get(cluster)?.seen()?.issuer.as_ref()?.to_string())
    }

    fn provider(&mut self, arn: &ProviderArn) -> &mut SeenProvider {
        match self.0.providers.get_mut(arn) {
            Some(Sight::Seen(provider)) => provider,
            _ => panic!("NoSuchEntity: {arn}"),
        }
    }

    fn role(&mut self, arn: &iamwire_core::RoleArn) -> &mut SeenRole {
        match self.0.roles.get_mut(arn.name()) {
            Some(Sight::Seen(role)) => role,
            _ => panic!("NoSuchEntity: {arn}"),
        }
    }

    fn account(&mut self, cluster: &ClusterId, account: &ServiceAccountRef) -> &mut SeenAccount {
        match self.0.accounts.get_mut(cluster).and_then(|all| all.get_mut(account)) {
            Some(Sight::Seen(account)) => account,
            _ => panic!("NotFound: {account}"),
        }
    }

    /// Makes one call, as IAM and Kubernetes would.
    pub(crate) fn make(&mut self, change: &Change) {
        match change.clone() {
            Change::CreateProvider { provider, audiences, thumbprints, tags } => {
                let mut seen = SeenProvider::default();
                seen.audiences = audiences;
                seen.audiences.sort();
                seen.thumbprints = thumbprints.iter().map(ToString::to_string).collect();
                if thumbprints.is_empty() {
                    seen.thumbprints = vec!["0".repeat(40)];
                }
                seen.tags = tags;
                let was = self.0.providers.insert(provider, Sight::Seen(seen));
                assert!(!matches!(was, Some(Sight::Seen(_))), "EntityAlreadyExists");
            }
            Change::AddAudience { provider, audience } => {
                let audiences = &mut self.provider(&provider).audiences;
                audiences.push(audience);
                audiences.sort();
            }
            Change::SetThumbprints { provider, thumbprints, was } => {
                let seen = self.provider(&provider);
                assert_eq!(seen.thumbprints, was);
                assert!(
                    !thumbprints.is_empty(),
                    "Thumbprint list must contain at least one entry."
                );
                seen.thumbprints = thumbprints.iter().map(ToString::to_string).collect();
            }
            Change::DeleteProvider { provider } => {
                self.0.providers.remove(&provider).expect("NoSuchEntity");
            }
            Change::CreateRole {
                role,
                trust,
                description,
                max_session_duration,
                boundary,
                tags,
            } => {
                let name = role.name().clone();
                let mut seen = SeenRole::new(role, trust);
                seen.description = description.map(|d| d.to_string());
                seen.max_session_duration = max_session_duration.unwrap_or_default();
                seen.boundary = boundary;
                seen.tags = tags;
                let was = self.0.roles.insert(name, Sight::Seen(seen));
                assert!(!matches!(was, Some(Sight::Seen(_))), "EntityAlreadyExists");
            }
            Change::UpdateRole {
                role,
                description,
                max_session_duration,
                was_description,
                was_max_session_duration,
            } => {
                let seen = self.role(&role);
                assert_eq!(seen.description, was_description);
                assert_eq!(seen.max_session_duration, was_max_session_duration);
                seen.description = description;
                seen.max_session_duration = max_session_duration;
            }
            Change::PutBoundary { role, boundary, was } => {
                let seen = self.role(&role);
                assert_eq!(seen.boundary, was);
                seen.boundary = Some(boundary);
            }
            Change::UpdateTrust { role, edit, trust, was, .. } => {
                let seen = self.role(&role);
                assert_eq!(seen.trust.as_str(), was.as_str());
                assert_eq!(redone(&edit, &was).as_str(), trust.as_str());
                seen.trust = trust;
            }
            Change::TagRole { role, tags, was } => {
                let seen = self.role(&role);
                for (key, value) in tags {
                    let twin = seen.tags.keys().find(|k| k.eq_ignore_ascii_case(&key)).cloned();
                    assert!(twin.is_none_or(|twin| twin == key), "Duplicate tag keys found.");
                    assert_eq!(seen.tags.insert(key.clone(), value), was.get(&key).cloned());
                }
            }
            Change::AttachPolicy { role, policy } => {
                assert!(attached(self.role(&role)).insert(policy), "it is attached already");
            }
            Change::DetachPolicy { role, policy } => {
                assert!(attached(self.role(&role)).remove(&policy), "NoSuchEntity");
            }
            Change::PutInlinePolicy { role, name, document, was } => {
                let Sight::Seen(inline) = &mut self.role(&role).inline else { panic!("unseen") };
                assert_eq!(inline.insert(name, Some(document)).flatten(), was);
            }
            Change::DeleteInlinePolicy { role, name } => {
                let Sight::Seen(inline) = &mut self.role(&role).inline else { panic!("unseen") };
                inline.remove(&name).expect("NoSuchEntity");
            }
            Change::DeleteRole { role, was } => {
                let seen = self.role(&role);
                assert_eq!(seen.trust.as_str(), was.as_str());
                assert!(attached(seen).is_empty(), "DeleteConflict");
                assert!(seen.inline.seen().unwrap().is_empty(), "DeleteConflict");
                self.0.roles.remove(role.name());
            }
            Change::CreateNamespace { cluster, namespace, .. } => {
                let all = self.0.namespaces.entry(cluster).or_default();
                let was = all.insert(namespace, Sight::Seen(SeenNamespace::default()));
                assert!(!matches!(was, Some(Sight::Seen(_))), "AlreadyExists");
            }
            Change::CreateAccount { cluster, service_account: account, annotations, labels } => {
                let namespace = self.0.namespaces.get(&cluster).unwrap().get(account.namespace());
                assert!(matches!(namespace, Some(Sight::Seen(_))), "the namespace is missing");
                let mut seen = SeenAccount::default();
                own(&mut seen.annotations, &mut seen.annotation_managers, annotations, false);
                own(&mut seen.labels, &mut seen.label_managers, labels, false);
                let all = self.0.accounts.entry(cluster).or_default();
                let was = all.insert(account, Sight::Seen(seen));
                assert!(!matches!(was, Some(Sight::Seen(_))), "AlreadyExists");
            }
            Change::ApplyAccount {
                cluster,
                service_account: account,
                annotations,
                labels,
                was,
                force,
            } => {
                let seen = self.account(&cluster, &account);
                for key in annotations.keys().chain(was.keys()) {
                    assert_eq!(seen.annotations.get(key), was.get(key), "{key}");
                }
                let goes = was.keys().filter(|key| !annotations.contains_key(*key));
                let goes: Vec<_> = goes.cloned().collect();
                own(&mut seen.annotations, &mut seen.annotation_managers, annotations, force);
                for key in goes {
                    assert!(!seen.annotations.contains_key(&key), "{key} stays");
                }
                own(&mut seen.labels, &mut seen.label_managers, labels, force);
            }
            Change::RemoveAnnotations {
                cluster,
                service_account: account,
                removed,
                annotations,
                labels,
            } => {
                let seen = self.account(&cluster, &account);
                for (key, value) in &removed {
                    assert_eq!(seen.annotations.get(key), Some(value));
                }
                own(&mut seen.annotations, &mut seen.annotation_managers, annotations, false);
                own(&mut seen.labels, &mut seen.label_managers, labels, false);
                for key in removed.keys() {
                    assert!(!seen.annotations.contains_key(key), "{key} stays");
                }
            }
            Change::DeleteAccount { cluster, service_account: account } => {
                let pods = self.0.pods.get(&cluster).and_then(|all| all.get(&account));
                assert!(pods.is_none_or(|pods| pods.seen().unwrap().is_empty()));
                self.0.accounts.get_mut(&cluster).unwrap().remove(&account);
            }
            other => panic!("the model knows no {other:?}"),
        }
    }
}

fn attached(role: &mut SeenRole) -> &mut BTreeSet<iamwire_core::PolicyArn> {
    match &mut role.attached {
        Sight::Seen(attached) => attached,
        _ => panic!("unseen"),
    }
}

/// Server-side apply by field manager `iamwire`. What nobody owns is in conflict too: so it is where an object
/// has no field managers at all.
fn own(
    entries: &mut BTreeMap<String, String>,
    managers: &mut BTreeMap<String, BTreeSet<String>>,
    applied: BTreeMap<String, String>,
    force: bool,
) {
    for (key, owners) in managers.iter_mut() {
        if !applied.contains_key(key) && owners.remove("iamwire") && owners.is_empty() {
            entries.remove(key);
        }
    }
    managers.retain(|_, owners| !owners.is_empty());
    for (key, value) in applied {
        let owners = managers.entry(key.clone()).or_default();
        if entries.get(&key).is_some_and(|there| *there != value) {
            let is_ours = owners.remove("iamwire") && owners.is_empty();
            assert!(is_ours || force, "Conflict: {key} of {owners:?}");
            owners.clear();
        }
        owners.insert("iamwire".to_owned());
        entries.insert(key, value);
    }
}

pub(crate) fn provider(issuer: &str) -> ProviderArn {
    format!("arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}").parse().unwrap()
}

pub(crate) fn cluster(name: &str) -> Cluster {
    Cluster::from_name(name).unwrap()
}

pub(crate) fn account(name: &str) -> Account {
    Account::new(name.parse().unwrap())
}

pub(crate) fn role(name: &str) -> Role {
    Role::new(name.parse().unwrap())
}

/// `shop/api` of `prod` with a role of its own name and a policy.
pub(crate) fn one() -> Desired {
    let role = role("my-s3-role").managed_policy("AmazonS3ReadOnlyAccess".parse().unwrap());
    wanted([Binding::new(&cluster("prod"), account("shop/my-s3-role"), role)])
}

pub(crate) fn wanted(bindings: impl IntoIterator<Item = Binding>) -> Desired {
    Desired::new(bindings).unwrap()
}

/// A role that somebody else made: EC2 may assume it, and it may do all.
pub(crate) fn foreign_role(name: &str) -> SeenRole {
    let trust: TrustPolicy = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    { \"Sid\": \"Ec2\", \"Effect\": \"Allow\", \"Principal\": { \"Service\": \"ec2.amazonaws.com\" }, \"Action\": \"sts:AssumeRole\" }\n  ]\n}\n"
        .parse()
        .unwrap();
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/{name}").parse().unwrap();
    let mut role = SeenRole::new(arn, trust);
    role.tags.insert("team".to_owned(), "shop".to_owned());
    role.attached = Sight::Seen(BTreeSet::from(["arn:aws:iam::aws:policy/AdministratorAccess"
        .parse()
        .unwrap()]));
    role
}

/// A service account with a role's ARN, by a field manager.
pub(crate) fn annotated(manager: &str, value: &str) -> SeenAccount {
    let mut seen = SeenAccount::default();
    let key = "eks.amazonaws.com/role-arn".to_owned();
    seen.annotations.insert(key.clone(), value.to_owned());
    seen.annotation_managers.insert(key, BTreeSet::from([manager.to_owned()]));
    seen
}

pub(crate) fn role_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

/// The JSON with its members in their order, a level a line.
pub(crate) fn pretty(plan: &Plan) -> String {
    serde_json::to_string_pretty(plan).unwrap()
}

/// A foreign role with what is wanted of it.
pub(crate) fn on_legacy(existing: ExistingRole) -> Desired {
    let role =
        role("legacy").existing(existing).managed_policy("AmazonS3ReadOnlyAccess".parse().unwrap());
    wanted([Binding::new(&cluster("prod"), account("shop/api"), role)])
}

/// What an edit makes of a policy.
fn redone(edit: &TrustEdit, was: &TrustPolicy) -> TrustPolicy {
    let mut policy = was.clone();
    match edit {
        TrustEdit::Grant(grants) => {
            for grant in grants {
                policy = policy.grant(grant).unwrap().into_policy();
            }
        }
        TrustEdit::Revoke(grants) => {
            for grant in grants {
                policy = policy.revoke(grant).unwrap().into_policy();
            }
        }
        TrustEdit::Replace(other) => policy = other.clone(),
        other => panic!("{other:?}"),
    }
    policy
}
