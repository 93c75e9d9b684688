//! How plans that unwire are shown.

use iamwire_core::{
    Audience, Binding, Change, ExistingRole, SeenPod, SeenProvider, Sight, UnwireOptions,
};

use crate::model::{
    ACCOUNT, PROD, World, account, annotated, cluster, foreign_role, on_legacy, one, pretty,
    provider, role, role_arn, wanted,
};

#[test]
fn what_is_ours() {
    let mut world = World::new();
    let plan = world.plan(&one());
    world.apply(&plan);
    let options = UnwireOptions::new();
    let plan = world.plan_unwire(&one(), options);
    insta::assert_snapshot!("ours", plan);
    insta::assert_snapshot!("ours_json", pretty(&plan));
    // A pod uses the account, and another role trusts the provider.
    world.run("shop/my-s3-role", Sight::Seen(vec![SeenPod::new("web-1", None, None)]));
    let mut other = foreign_role("other");
    let grant = iamwire_core::Grant::web_identity(&provider(PROD), "system:serviceaccount:a:b");
    other.trust = other.trust.grant(&grant).unwrap().into_policy();
    world.0.roles.insert("other".parse().unwrap(), Sight::Seen(other));
    let plan = world.plan_unwire(&one(), options.delete_provider(true));
    insta::assert_snapshot!("ours_in_use", plan);
}

#[test]
fn what_is_foreign() {
    let mut world = World::new();
    world.0.roles.insert("legacy".parse().unwrap(), Sight::Seen(foreign_role("legacy")));
    let helm = annotated("helm", &format!("arn:aws:iam::{ACCOUNT}:role/legacy"));
    world.put("shop/api", helm);
    world.0.providers.insert(provider(PROD), Sight::Seen(SeenProvider::default()));
    let desired = on_legacy(ExistingRole::Merge);
    let plan = world.plan(&desired);
    world.apply(&plan);
    insta::assert_snapshot!("foreign", world.plan_unwire(&desired, UnwireOptions::new()));
    let options = UnwireOptions::new().detach_policies(true).delete_provider(true);
    insta::assert_snapshot!("foreign_all", world.plan_unwire(&desired, options));
    world.put("shop/api", annotated("iamwire", "arn:aws:iam::123456789012:role/else"));
    let plan = world.plan_unwire(&desired, UnwireOptions::new());
    insta::assert_snapshot!("other_role", plan);
    // Somebody else applies the same annotation, so that it stays.
    let mut both = annotated("iamwire", "arn:aws:iam::123456789012:role/legacy");
    both.annotation_managers.values_mut().for_each(|all| all.extend(["argocd".to_owned()]));
    world.put("shop/api", both);
    let plan = world.plan_unwire(&desired, UnwireOptions::new());
    insta::assert_snapshot!("owned_by_two", plan);
}

/// Whoever leaves the audience out does not unwire what was wired for another.
#[test]
fn for_another_audience() {
    let mut world = World::new();
    let with = |audience: &str| {
        let audience: Audience = audience.parse().unwrap();
        let cluster = cluster("prod").audiences([audience.clone()]);
        let account = account("shop/my-s3-role").audience(audience);
        wanted([Binding::new(&cluster, account, role("my-s3-role"))])
    };
    world.apply(&world.plan(&with("zed.example.com")));
    let plan = world.plan_unwire(&with("sts.amazonaws.com"), UnwireOptions::new());
    let told = plan.notices().iter().find(|notice| notice.code == "plan.other-audience").unwrap();
    assert_eq!(
        told.message,
        "role `my-s3-role` still trusts system:serviceaccount:shop:my-s3-role for zed.example.com, by statement 0 of its trust policy"
    );
    let plan = world.plan_unwire(&with("zed.example.com"), UnwireOptions::new());
    assert!(!plan.notices().iter().any(|notice| notice.code == "plan.other-audience"), "{plan}");
}

/// An account of ours that somebody else has taken up goes all the same, and that is told.
#[test]
fn an_account_that_others_write_to() {
    for others in [&[][..], &["argocd-controller", "kubectl"]] {
        let mut world = World::new();
        world.apply(&world.plan(&one()));
        let accounts = world.0.accounts.get_mut(&"prod".parse().unwrap()).unwrap();
        let Some(Sight::Seen(seen)) = accounts.get_mut(&"shop/my-s3-role".parse().unwrap()) else {
            panic!("unseen")
        };
        seen.other_managers = others.iter().map(ToString::to_string).collect();
        let plan = world.plan_unwire(&one(), UnwireOptions::new());
        assert!(plan.changes().iter().any(|c| matches!(c, Change::DeleteAccount { .. })), "{plan}");
        let told: Vec<&str> = plan
            .notices()
            .iter()
            .filter(|notice| notice.code == "plan.account-shared")
            .map(|notice| notice.message.as_str())
            .collect();
        let expected = "service account `shop/my-s3-role` goes with what field managers `argocd-controller` and `kubectl` put there";
        assert_eq!(told, if others.is_empty() { vec![] } else { vec![expected] });
    }
}

/// What is being deleted goes by itself, whoever made it.
#[test]
fn an_account_that_is_going() {
    let mut world = World::new();
    world.apply(&world.plan(&one()));
    let mut seen = annotated("iamwire", &role_arn("my-s3-role"));
    seen.terminating = true;
    world.put("shop/my-s3-role", seen);
    let plan = world.plan_unwire(&one(), UnwireOptions::new());
    assert!(plan.changes().iter().all(|change| change.service_account().is_none()), "{plan}");
    assert!(plan.notices().iter().any(|n| n.code == "plan.account-going"), "{plan}");
}
