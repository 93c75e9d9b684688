//! How plans that wire are shown.

use std::collections::{BTreeMap, BTreeSet};

use iamwire_core::{
    Audience, Binding, Cluster, Desired, ExistingRole, InlinePolicyName, Observed,
    PermissionsPolicy, SeenAccount, SeenCluster, SeenNamespace, SeenPod, SeenProvider, Sight,
    ThumbprintChoice, Thumbprints, Unseen, UnwireOptions, plan, plan_unwire,
};

use crate::model::{
    ACCOUNT, PROD, TEST, World, account, annotated, cluster, foreign_role, on_legacy, one, pretty,
    provider, role, role_arn, wanted,
};

#[test]
fn everything_new() {
    let plan = World::new().plan(&one());
    insta::assert_snapshot!("new", plan);
    insta::assert_snapshot!("new_json", pretty(&plan));
    insta::assert_snapshot!(plan.wired()[0].manifest.to_yaml(), @r"
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: my-s3-role
      namespace: shop
      annotations:
        eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/my-s3-role
    ");
}

#[test]
fn a_second_time() {
    let mut world = World::new();
    let first = world.plan(&one());
    world.apply(&first);
    insta::assert_snapshot!("again", world.plan(&one()));
}

/// A role with all settings, made anew; then with other ones.
#[test]
fn every_setting() {
    let cluster = cluster("prod")
        .audiences([Audience::STS, "other".parse().unwrap()])
        .thumbprints(ThumbprintChoice::Fetch);
    let with = |description: &str, seconds: &str, boundary: &str, value: &str, action: &str| {
        let document = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#
        );
        let role = role("reader")
            .path("/team/".parse().unwrap())
            .description(description.parse().unwrap())
            .max_session_duration(seconds.parse().unwrap())
            .boundary(format!("arn:aws:iam::{ACCOUNT}:policy/{boundary}").parse().unwrap())
            .tag("team".parse().unwrap(), value.parse().unwrap())
            .inline_policy("bucket".parse().unwrap(), document.parse().unwrap())
            .managed_policy(format!("arn:aws:iam::{ACCOUNT}:policy/own").parse().unwrap());
        let account = account("new/api")
            .create_namespace(true)
            .audience("other".parse().unwrap())
            .token_expiration(seconds.parse().unwrap())
            .sts_regional_endpoints(true);
        wanted([Binding::new(&cluster, account, role)])
    };
    let first = with("reads", "3600", "bound", "shop", "s3:GetObject");
    let mut world = World::new();
    let plan = world.plan(&first);
    insta::assert_snapshot!("settings_new", plan);
    world.apply(&plan);
    let other = with("reads more", "7200", "tight", "ops", "s3:*");
    let plan = world.plan(&other);
    insta::assert_snapshot!("settings_changed", plan);
    insta::assert_snapshot!("settings_changed_json", pretty(&plan));
}

/// A provider, an account and pods that were there before.
#[test]
fn what_is_there_is_adopted() {
    let mut world = World::new();
    let mut seen = SeenProvider::default();
    seen.audiences = vec!["sigstore".parse().unwrap()];
    seen.thumbprints = vec!["9e99a48a9960b14926bb7f3b02e22da2b0ab7280".to_owned()];
    world.0.providers.insert(provider(PROD), Sight::Seen(seen));
    let mut seen = SeenAccount::default();
    seen.annotations.insert("note".to_owned(), "theirs".to_owned());
    world.run(
        "shop/my-s3-role",
        Sight::Seen(vec![
            SeenPod::new("web-6f-1", Some("deployment/web".to_owned()), None),
            SeenPod::new("web-6f-2", Some("deployment/web".to_owned()), None),
            SeenPod::new("bare", None, None),
        ]),
    );
    world.put("shop/my-s3-role", seen);
    insta::assert_snapshot!("adopted", world.plan(&one()));
    let pinned = Thumbprints::new(["a".repeat(40).parse().unwrap()]).unwrap();
    let cluster = cluster("prod").thumbprints(ThumbprintChoice::Pinned(pinned));
    let desired = wanted([Binding::new(&cluster, account("shop/my-s3-role"), role("my-s3-role"))]);
    insta::assert_snapshot!("adopted_pinned", world.plan(&desired));
}

/// What is said beside the role, and was asked for once, goes; what somebody else has set is told.
#[test]
fn what_nobody_asks_for_any_more() {
    let with = |account| wanted([Binding::new(&cluster("prod"), account, role("my-s3-role"))]);
    let audience: Audience = "vault".parse().unwrap();
    let cluster = cluster("prod").audiences([Audience::STS, audience.clone()]);
    let before = account("shop/my-s3-role").audience(audience).sts_regional_endpoints(false);
    let mut world = World::new();
    world.apply(&world.plan(&wanted([Binding::new(&cluster, before, role("my-s3-role"))])));
    let id = "prod".parse().unwrap();
    let name = "shop/my-s3-role".parse().unwrap();
    if let Sight::Seen(seen) = &mut world.0.accounts.get_mut(&id).unwrap().get_mut(&name).unwrap() {
        let key = "eks.amazonaws.com/token-expiration".to_owned();
        seen.annotations.insert(key.clone(), "600".to_owned());
        seen.annotation_managers.insert(key, BTreeSet::from(["helm".to_owned()]));
    }
    let unasked = with(account("shop/my-s3-role"));
    let plan = world.plan(&unasked);
    insta::assert_snapshot!("unasked", plan);
    assert!(!plan.wired()[0].manifest.to_yaml().contains("audience"));
    world.apply(&plan);
    assert!(world.plan(&unasked).is_empty());
    let seen = world.0.accounts[&id][&name].seen().unwrap();
    let keys: Vec<&str> = seen.annotations.keys().map(String::as_str).collect();
    assert_eq!(keys, ["eks.amazonaws.com/role-arn", "eks.amazonaws.com/token-expiration"]);

    // Forced, the audience of somebody else is written over, since it is not ours to remove.
    let mut seen = annotated("helm", &role_arn("my-s3-role"));
    seen.annotations.insert("eks.amazonaws.com/audience".to_owned(), "vault".to_owned());
    world.put("shop/my-s3-role", seen);
    let forced = with(account("shop/my-s3-role").force_conflicts(true));
    let plan = world.plan(&forced);
    insta::assert_snapshot!("unasked_forced", plan);
    world.apply(&plan);
    let again = world.plan(&unasked);
    assert!(again.is_empty(), "{again}");
    let there = &world.0.accounts[&id][&name].seen().unwrap().annotations;
    let manifest = again.wired()[0].manifest.annotations();
    let manifest: BTreeMap<String, String> =
        manifest.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    assert_eq!(*there, manifest);
    assert_eq!(there["eks.amazonaws.com/audience"], "sts.amazonaws.com");
}

#[test]
fn a_foreign_role() {
    let mut world = World::new();
    let mut legacy = foreign_role("legacy");
    legacy.tags.insert("aws:cloudformation:stack-name".to_owned(), "shop".to_owned());
    legacy.inline = Sight::Seen(BTreeMap::from([("more".parse().unwrap(), None)]));
    world.0.roles.insert("legacy".parse().unwrap(), Sight::Seen(legacy));
    let desired = on_legacy(ExistingRole::Merge);
    let merged = world.plan(&desired);
    insta::assert_snapshot!("merge", merged);
    insta::assert_snapshot!("merge_json", pretty(&merged));
    insta::assert_snapshot!("replace", world.plan(&on_legacy(ExistingRole::Replace)));
    world.apply(&merged);
    insta::assert_snapshot!("merge_again", world.plan(&desired));
}

/// An inline policy of the name that is wanted: what others have written there is not replaced in silence.
#[test]
fn a_foreign_role_with_an_inline_policy_of_the_name() {
    let document = |action: &str| -> PermissionsPolicy {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}"#
        );
        text.parse().unwrap()
    };
    let more = "more".parse::<InlinePolicyName>().unwrap();
    let wants = |action: &str| {
        let role = role("legacy").existing(ExistingRole::Merge);
        let role = role.inline_policy(more.clone(), document(action));
        wanted([Binding::new(&cluster("prod"), account("shop/api"), role)])
    };
    for (action, is_ours, told) in
        [("s3:*", false, true), ("sqs:*", false, false), ("s3:*", true, false)]
    {
        let mut world = World::new();
        let mut legacy = foreign_role("legacy");
        legacy.inline = Sight::Seen(BTreeMap::from([(more.clone(), Some(document("sqs:*")))]));
        if is_ours {
            legacy.tags.insert("iamwire:managed".to_owned(), "true".to_owned());
        }
        world.0.roles.insert("legacy".parse().unwrap(), Sight::Seen(legacy));
        let plan = world.plan(&wants(action));
        let notice = plan.notices().iter().find(|notice| notice.code == "plan.inline-replaced");
        assert_eq!(notice.is_some(), told, "{plan}");
        if let Some(notice) = notice {
            assert_eq!(
                notice.message,
                "inline policy `more` of role `legacy`, which Iamwire did not make, is replaced"
            );
            assert!(notice.help.starts_with("name yours otherwise"), "{}", notice.help);
            assert!(plan.to_string().contains("~ policy    more   inline"), "{plan}");
        }
    }
}

/// What says nothing of a grant goes as well.
#[test]
fn a_foreign_role_with_more_than_grants() {
    let deny = r#"{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}"#;
    let gone = r#"{"Effect":"Allow","Principal":{"AWS":"AROA1234567890EXAMPLE"},"Action":"sts:AssumeRole"}"#;
    let allow = r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#;
    for (statements, told) in [
        ([allow, deny].join(","), "in the place of ec2.amazonaws.com and 1 other statement"),
        ([gone, deny].join(","), "in the place of 2 other statements"),
    ] {
        let mut world = World::new();
        let mut legacy = foreign_role("legacy");
        legacy.trust =
            format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#).parse().unwrap();
        world.0.roles.insert("legacy".parse().unwrap(), Sight::Seen(legacy));
        let plan = world.plan(&on_legacy(ExistingRole::Replace)).to_string();
        assert!(plan.contains(told), "{plan}");
    }
}

/// Two clusters and three accounts, two of which share a role.
#[test]
fn several_bindings() {
    let (prod, test) = (cluster("prod"), cluster("test"));
    let shared = || role("shared").managed_policy("AmazonS3ReadOnlyAccess".parse().unwrap());
    let desired = wanted([
        Binding::new(&prod, account("shop/api"), shared()),
        Binding::new(&prod, account("shop/web"), shared()),
        Binding::new(&test, account("shop/api"), shared()),
        Binding::new(&test, account("shop/jobs"), role("jobs")),
    ]);
    let mut world = World::new();
    let plan = world.plan(&desired);
    insta::assert_snapshot!("several", plan);
    world.apply(&plan);
    let fewer = wanted([Binding::new(&prod, account("shop/web"), shared())]);
    let options = UnwireOptions::new().delete_provider(true).detach_policies(true);
    insta::assert_snapshot!("unwire_one_of_several", world.plan_unwire(&fewer, options));
    let plan = world.plan_unwire(&desired, options);
    insta::assert_snapshot!("unwire_several", plan);
    world.apply(&plan);
    assert!(world.0.roles.is_empty() && world.0.providers.is_empty());
    assert!(world.plan_unwire(&desired, options).is_empty());
}

/// Of clusters of one name, and of service accounts of one name in them, each is told from the other.
#[test]
fn clusters_of_one_name() {
    let [paris, dublin] = ["eu-west-3", "eu-west-1"].map(|region| {
        Cluster::from_arn(&format!("arn:aws:eks:{region}:{ACCOUNT}:cluster/prod")).unwrap()
    });
    let mut world = World::new();
    for (cluster, issuer) in [(&paris, PROD), (&dublin, TEST)] {
        let arn = cluster.id().arn().unwrap().clone();
        let seen = SeenCluster::new(arn, issuer.parse().unwrap());
        world.0.clusters.insert(cluster.id().clone(), Sight::Seen(seen));
        let shop =
            BTreeMap::from([("shop".parse().unwrap(), Sight::Seen(SeenNamespace::default()))]);
        world.0.namespaces.insert(cluster.id().clone(), shop);
        let pods = Sight::Seen(vec![SeenPod::new("web-1", None, None)]);
        let all = world.0.pods.entry(cluster.id().clone()).or_default();
        all.insert("shop/api".parse().unwrap(), pods);
    }
    let bind = |cluster: &Cluster| Binding::new(cluster, account("shop/api"), role("api"));
    let plan = world.plan(&wanted([bind(&paris), bind(&dublin)]));
    insta::assert_snapshot!("of_one_name", plan);
    let changes: Vec<String> = plan.changes().iter().map(ToString::to_string).collect();
    let one = "create service account `shop/api` of cluster ";
    for cluster in [&paris, &dublin] {
        assert!(changes.contains(&format!("{one}`{}`", cluster.id())), "{changes:?}");
    }
}

#[test]
fn a_self_managed_cluster_and_a_long_trust() {
    let issuer = "https://oidc.example.com/clusters/one".parse().unwrap();
    let cluster = Cluster::self_managed(issuer);
    let bindings = |count: usize| {
        (0..count).map(|i| {
            let account = account(&format!("shop/account-{i:02}")).create_namespace(true);
            Binding::new(&cluster, account, role("many"))
        })
    };
    let long = World::new().plan(&wanted(bindings(250))).to_string();
    assert!(long.contains("service accounts: no quota is raised over 8192"), "{long}");
    let plan = World::new().plan(&wanted(bindings(60)));
    let text = plan.to_string();
    let notice: Vec<&str> = text.lines().skip_while(|line| !line.contains("characters")).collect();
    insta::assert_snapshot!(notice[..2].join("\n"), @r"
    warning   the trust policy of role `many` will have 2721 characters; IAM takes 2048 unless the quota was raised
              use a second role for some of the service accounts, or raise the quota `ACLSizePerRole` to at most 8192
    ");
    insta::assert_snapshot!(text.lines().next().unwrap(), @"cluster   oidc.example.com/clusters/one  role in 123456789012");
}

/// An annotation that Helm owns, taken over; a Deny that stays; an account that every pod has.
#[test]
fn warnings() {
    let mut world = World::new();
    let other = format!("arn:aws:iam::{ACCOUNT}:role/other");
    world.put("shop/default", annotated("helm", &other));
    let mut legacy = foreign_role("legacy");
    legacy.trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},"Action":"sts:AssumeRoleWithWebIdentity"}},{{"Effect":"Deny","Principal":"*","Action":"sts:*","Condition":{{"StringLike":{{"{PROD}:sub":"system:serviceaccount:shop:*"}}}}}}]}}"#,
        provider = provider(PROD)
    )
    .parse()
    .unwrap();
    world.0.roles.insert("legacy".parse().unwrap(), Sight::Seen(legacy));
    let account = account("shop/default").force_conflicts(true);
    let role = role("legacy").existing(ExistingRole::Merge);
    let desired = wanted([Binding::new(&cluster("prod"), account, role)]);
    let plan = world.plan(&desired);
    insta::assert_snapshot!("warnings", plan);
    world.apply(&plan);
    let plan = world.plan_unwire(&desired, UnwireOptions::new());
    insta::assert_snapshot!("unwire_warnings", plan);
}

/// A cluster that was made again has another issuer; the role still trusts the service account of the old one.
#[test]
fn a_role_that_another_cluster_uses() {
    let mut world = World::new();
    world.apply(&world.plan(&one()));
    let id = "prod".parse().unwrap();
    let Some(Sight::Seen(seen)) = world.0.clusters.get_mut(&id) else { panic!("unseen") };
    seen.issuer = Some(TEST.parse().unwrap());
    let plan = world.plan(&one());
    let notice = plan.notices().iter().find(|notice| notice.code == "plan.role-shared").unwrap();
    insta::assert_snapshot!(notice.message, @"role `my-s3-role` is trusted by system:serviceaccount:shop:my-s3-role for sts.amazonaws.com of `https://oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF` already: what it may, all of them may");
    insta::assert_snapshot!(notice.help, @"name another role, if that is not meant; unwire a cluster that is gone by its issuer");
}

/// Texts of others neither end a line of a plan nor hide one.
#[test]
fn what_others_have_written_stays_on_its_line() {
    let forged = "x\n  = role my-s3-role\u{1b}[2K\u{202e}";
    let mut world = World::new();
    let mut role = foreign_role("my-s3-role");
    role.tags.insert("team".to_owned(), forged.to_owned());
    role.tags.insert("iamwire:managed".to_owned(), "true".to_owned());
    role.description = Some(forged.to_owned());
    world.0.roles.insert("my-s3-role".parse().unwrap(), Sight::Seen(role));
    let mut seen = annotated("iamwire", forged);
    world.run(
        "shop/my-s3-role",
        Sight::Seen(vec![
            SeenPod::new(forged, None, None),
            SeenPod::new("web-1", Some(format!("statefulset/web; {forged}")), None),
        ]),
    );
    world.put("shop/my-s3-role", seen.clone());
    let mut kept = SeenProvider::default();
    kept.thumbprints = vec![forged.to_owned()];
    world.0.providers.insert(provider(PROD), Sight::Seen(kept));
    if let Some(Sight::Seen(cluster)) = world.0.clusters.get_mut(&"prod".parse().unwrap()) {
        cluster.version = Some(forged.to_owned());
    }
    let tagged = role_with_tag("team", "a");
    let desired = wanted([Binding::new(&cluster("prod"), account("shop/my-s3-role"), tagged)]);
    let plan = world.plan(&desired);
    insta::assert_snapshot!("forged", plan);
    assert!(!plan.notices().iter().any(|n| n.message.contains('\n') || n.help.contains('\n')));
    // The JSON has them as they are.
    assert!(plan.to_json().contains(r"x\n  = role my-s3-role\u001b[2K"));

    seen.annotations.insert("eks.amazonaws.com/role-arn".to_owned(), role_arn("my-s3-role"));
    seen.annotations.insert("eks.amazonaws.com/audience".to_owned(), forged.to_owned());
    let managers = BTreeSet::from(["iamwire".to_owned()]);
    seen.annotation_managers.insert("eks.amazonaws.com/audience".to_owned(), managers);
    world
        .run("shop/my-s3-role", Sight::Forbidden(Unseen::new("list pods", "shop", forged, forged)));
    world.put("shop/my-s3-role", seen);
    let plan = world.plan_unwire(&desired, UnwireOptions::new());
    insta::assert_snapshot!("forged_unwire", plan);
    let pods = world.plan(&desired);
    assert!(pods.notices().iter().any(|n| n.code == "plan.pods-unseen"), "{pods}");
    assert!(!pods.notices().iter().any(|n| n.message.contains('\n')), "{pods}");

    let why = Unseen::new(forged, forged, forged, forged);
    world.0.roles.insert("my-s3-role".parse().unwrap(), Sight::Forbidden(why));
    let error = iamwire_core::plan(&desired, &world.observe(&desired)).unwrap_err();
    assert!(!error.to_string().contains(['\n', '\u{1b}', '\u{202e}']), "{error}");
    assert!(!error.help().contains(['\n', '\u{1b}', '\u{202e}']), "{}", error.help());
}

fn role_with_tag(key: &str, value: &str) -> iamwire_core::Role {
    role("my-s3-role").tag(key.parse().unwrap(), value.parse().unwrap())
}

/// Who may write a service account need not be allowed to see its namespace: it is there if the account is.
#[test]
fn a_namespace_that_may_not_be_seen() {
    let mut world = World::new();
    world.apply(&world.plan(&one()));
    let mut observed = world.observe(&one());
    let all = observed.namespaces.get_mut(&"prod".parse().unwrap()).unwrap();
    let why = Unseen::new("get namespaces", "shop", "403 Forbidden", "allow it");
    all.insert("shop".parse().unwrap(), Sight::Forbidden(why));
    let again = plan(&one(), &observed).unwrap();
    assert!(again.is_empty() && again.to_string().contains("= namespace shop"), "{again}");

    // An account that is to be made says nothing of it, nor does one of another namespace.
    let beside = |name: &str| {
        let mut world = World::new();
        world.put(name, SeenAccount::default());
        let mut seen = world.observe(&one());
        seen.namespaces = observed.namespaces.clone();
        plan(&one(), &seen)
    };
    assert_eq!(beside("ops/api").unwrap_err().code(), "plan.forbidden");
    assert_eq!(beside("shop/api").unwrap().changes().len(), 4);
}

/// What `Observed` says of nothing: the plan of no wishes is empty, whatever is there.
#[test]
fn no_wishes() {
    let observed: Observed = World::new().0;
    let nothing = Desired::default();
    assert!(plan(&nothing, &observed).unwrap().is_empty());
    assert!(plan_unwire(&nothing, &observed, UnwireOptions::new()).unwrap().is_empty());
}
