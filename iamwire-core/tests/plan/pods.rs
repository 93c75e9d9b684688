//! What a plan says of the pods of a service account.

use iamwire_core::{SeenPod, SeenWay, Sight, Unseen, UnwireOptions};

use crate::model::{World, annotated, one, role_arn};

/// A restart is no cure where the webhook isn't called, and none is needed where a pod is going.
#[test]
fn pods_that_the_webhook_leaves_alone() {
    let mut world = World::new();
    world.apply(&world.plan(&one()));
    let pod = |name: &str, owner: Option<&str>, skips: bool| {
        let mut pod = SeenPod::new(name, owner.map(str::to_owned), None);
        pod.skips_webhook = skips;
        pod
    };
    let mut going = pod("web-0", Some("deployment/web"), false);
    going.terminating = true;
    let mut by_hand = pod("hand", None, true);
    by_hand.role_arn = Some(role_arn("my-s3-role"));
    let mut seen = annotated("iamwire", &role_arn("my-s3-role"));
    world.run(
        "shop/my-s3-role",
        Sight::Seen(vec![
            going,
            by_hand,
            pod("web-1", Some("deployment/web"), false),
            pod("job-1", Some("deployment/job"), true),
            pod("bare", None, true),
        ]),
    );
    world.put("shop/my-s3-role", seen.clone());
    insta::assert_snapshot!("skipped", world.plan(&one()));

    // One that is going still uses the account.
    let label = "app.kubernetes.io/managed-by".to_owned();
    seen.labels.insert(label, "iamwire".to_owned());
    let mut going = pod("web-0", Some("deployment/web"), false);
    going.terminating = true;
    world.run("shop/my-s3-role", Sight::Seen(vec![going]));
    world.put("shop/my-s3-role", seen);
    let plan = world.plan_unwire(&one(), UnwireOptions::new());
    assert!(plan.notices().iter().any(|n| n.code == "plan.account-stays"), "{plan}");
}

/// What restarts pods goes the way that was gone here: the current context may lead elsewhere.
#[test]
fn pods_are_restarted_where_they_are() {
    let mut world = World::new();
    let web = SeenPod::new("web-1", Some("deployment/web".to_owned()), None);
    world.run("shop/my-s3-role", Sight::Seen(vec![web]));
    let cure = |world: &World| {
        let plan = world.plan(&one());
        let notice = plan.notices().iter().find(|notice| notice.code == "plan.restart");
        notice.unwrap().help.clone()
    };
    assert_eq!(cure(&world), "kubectl -n shop rollout restart deployment/web");
    let mut way = SeenWay::new("https://a.example", "it's prod");
    way.kubeconfig = Some("/home/alice/kube config".to_owned());
    world.0.ways.insert("prod".parse().unwrap(), way);
    assert_eq!(
        cure(&world),
        r"kubectl --kubeconfig '/home/alice/kube config' --context 'it'\''s prod' -n shop rollout restart deployment/web"
    );
}

/// A service account was deleted under the pods that ran with it.
#[test]
fn pods_without_their_account() {
    let mut world = World::new();
    world.run("shop/my-s3-role", Sight::Seen(vec![SeenPod::new("web-1", None, None)]));
    let plan = world.plan(&one());
    assert!(plan.notices().iter().any(|n| n.code == "plan.restart"), "{plan}");
}

/// What may not be seen and isn't needed is told.
#[test]
fn pods_that_may_not_be_seen() {
    let mut world = World::new();
    let plan = world.plan(&one());
    world.apply(&plan);
    world.run(
        "shop/my-s3-role",
        Sight::Forbidden(Unseen::new("list pods", "shop", "403 Forbidden", "allow it")),
    );
    insta::assert_snapshot!("unseen", world.plan(&one()));
    let plan = world.plan_unwire(&one(), UnwireOptions::new());
    insta::assert_snapshot!("unwire_pods_unseen", plan);
}
