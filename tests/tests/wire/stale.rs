//! A plan from earlier: what has come in between by the time it is applied.

use std::time::Duration;

use futures_util::future::join_all;
use iamwire_core::aws::aws_sdk_iam::types::Tag;
use iamwire_core::{
    Account, Binding, Change, Cluster, Desired, ExistingRole, ProviderArn, Role, UnwireOptions,
    WireError,
};
use iamwire_sandbox::world::{self, Setup};
use iamwire_tests::cloud::Cloud;

use super::{
    FOREIGN, ISSUER, ROLE, desired, desired_of, iam, make_foreign_provider, make_foreign_role,
    merged, role, trust, wirer, writes,
};

#[tokio::test(start_paused = true)]
async fn a_plan_is_stale_where_something_came_into_being() {
    let cloud = Cloud::new(Setup::default());
    let plan = wirer(&cloud).plan(&desired()).await.unwrap();
    make_foreign_provider(&cloud).await;
    let before = writes(&cloud);
    let error = wirer(&cloud).apply(&plan).await.unwrap_err();
    assert!(matches!(error, WireError::PlanIsStale(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        format!(
            "the plan is out of date: create provider `{ISSUER}` was planned, add audience `sts.amazonaws.com` to provider `{ISSUER}` is needed now"
        )
    );
    assert_eq!(writes(&cloud), before);
}

#[tokio::test(start_paused = true)]
async fn a_plan_is_stale_where_a_role_can_do_more() {
    let cloud = Cloud::new(Setup::default());
    make_foreign_role(&cloud).await;
    let plan = wirer(&cloud).plan(&merged()).await.unwrap();
    let attach = iam(&cloud).attach_role_policy().role_name(ROLE);
    attach.policy_arn("arn:aws:iam::aws:policy/AdministratorAccess").send().await.unwrap();
    let error = wirer(&cloud).apply(&plan).await.unwrap_err();
    assert_eq!(error.code(), "wire.stale", "{error:?}");
}

/// Also where nothing is left to do for the role.
#[tokio::test(start_paused = true)]
async fn a_plan_is_stale_where_a_role_that_stays_can_do_more() {
    let cloud = Cloud::new(Setup::default());
    make_foreign_role(&cloud).await;
    let _ = wirer(&cloud).wire(&merged()).await.unwrap();
    let cluster = Cluster::from_name("prod").unwrap();
    let account = Account::new(format!("shop/{ROLE}").parse().unwrap());
    let account = account.token_expiration("7200".parse().unwrap());
    let role = role().existing(ExistingRole::Merge);
    let desired = Desired::new([Binding::new(&cluster, account, role)]).unwrap();
    let plan = wirer(&cloud).plan(&desired).await.unwrap();
    assert!(plan.changes().iter().all(|change| change.role().is_none()), "{plan}");
    let attach = iam(&cloud).attach_role_policy().role_name(ROLE);
    attach.policy_arn("arn:aws:iam::aws:policy/AdministratorAccess").send().await.unwrap();
    let before = writes(&cloud);
    let error = wirer(&cloud).apply(&plan).await.unwrap_err();
    assert!(matches!(error, WireError::PlanIsStale(_)), "{error:?}");
    assert_eq!(writes(&cloud), before);
}

#[tokio::test(start_paused = true)]
async fn a_trust_policy_that_has_changed_is_edited_again() {
    let cloud = Cloud::new(Setup::default());
    make_foreign_role(&cloud).await;
    let plan = wirer(&cloud).plan(&merged()).await.unwrap();
    let other = FOREIGN.replace("Theirs", "TheirsAgain");
    let update = iam(&cloud).update_assume_role_policy().role_name(ROLE);
    update.policy_document(&other).send().await.unwrap();
    let _ = wirer(&cloud).apply(&plan).await.unwrap();
    let there = trust(&cloud).await;
    assert!(there.contains("TheirsAgain") && there.contains("shop:my-s3-role"), "{there}");
}

#[tokio::test(start_paused = true)]
async fn an_applied_plan_is_out_of_date() {
    let cloud = Cloud::new(Setup::default());
    let wirer = wirer(&cloud);
    let plan = wirer.plan(&desired()).await.unwrap();
    let _ = wirer.apply(&plan).await.unwrap();
    let before = writes(&cloud);
    assert_eq!(wirer.apply(&plan).await.unwrap_err().code(), "wire.stale");
    assert_eq!(writes(&cloud), before);
}

#[tokio::test(start_paused = true)]
async fn only_what_was_approved() {
    let cloud = Cloud::new(Setup::default());
    let wirer = wirer(&cloud);
    let digest = wirer.plan(&desired()).await.unwrap().digest();
    make_foreign_provider(&cloud).await;
    let before = writes(&cloud);
    let error = wirer.wire_approved(&desired(), &digest).await.unwrap_err();
    let WireError::NotApproved(_, plan) = error else { panic!("{error:?}") };
    assert_eq!(writes(&cloud), before);
    let done = wirer.wire_approved(&desired(), &plan.digest()).await.unwrap();
    assert_eq!(done.changes, plan.changes());
}

/// It is not told what a role can do that nobody has looked into.
#[tokio::test(start_paused = true)]
async fn a_plan_is_stale_where_a_role_was_made() {
    let cloud = Cloud::new(Setup::default());
    let plan = wirer(&cloud).plan(&desired()).await.unwrap();
    make_foreign_role(&cloud).await;
    let before = writes(&cloud);
    let error = wirer(&cloud).apply(&plan).await.unwrap_err();
    assert!(matches!(error, WireError::PlanIsStale(_)), "{error:?}");
    let text = "the plan is out of date: role `my-s3-role` was made since";
    assert_eq!(error.to_string(), text);
    assert_eq!(writes(&cloud), before);
}

#[tokio::test(start_paused = true)]
async fn a_plan_is_stale_where_a_cluster_was_made_again() {
    let cloud = Cloud::new(Setup::default());
    let plan = wirer(&cloud).plan(&desired()).await.unwrap();
    let issuer = Some(format!("https://{}", ISSUER.replace("0123", "4567")));
    let cluster = world::Cluster { issuer, ..world::Cluster::default() };
    let cloud = Cloud::new(Setup { clusters: vec![cluster], ..Setup::default() });
    let error = wirer(&cloud).apply(&plan).await.unwrap_err();
    assert!(matches!(error, WireError::PlanIsStale(_)), "{error:?}");
    let text = "the plan is out of date: cluster `prod` has another issuer by now";
    assert_eq!(error.to_string(), text);
    assert_eq!(writes(&cloud), 0);
}

#[tokio::test(start_paused = true)]
async fn a_plan_is_stale_where_a_cluster_is_not_active_any_more() {
    let cloud = Cloud::new(Setup::default());
    let plan = wirer(&cloud).plan(&desired()).await.unwrap();
    let cluster = world::Cluster { status: "DELETING".to_owned(), ..world::Cluster::default() };
    let cloud = Cloud::new(Setup { clusters: vec![cluster], ..Setup::default() });
    let error = wirer(&cloud).apply(&plan).await.unwrap_err();
    assert_eq!(error.code(), "wire.stale", "{error:?}");
    assert!(error.to_string().ends_with("cluster `prod` is `DELETING`, not ACTIVE"), "{error}");
    assert_eq!(error.help(), "it will not become so: use another cluster");
}

/// A provider goes only if nothing trusts it, also by the time it goes.
#[tokio::test(start_paused = true)]
async fn a_plan_is_stale_where_a_provider_came_into_use() {
    let cloud = Cloud::new(Setup::default());
    let _ = wirer(&cloud).wire(&desired()).await.unwrap();
    let options = UnwireOptions::new().delete_provider(true);
    let plan = wirer(&cloud).plan_unwire(&desired(), options).await.unwrap();
    let make = iam(&cloud).create_role().role_name("other");
    make.assume_role_policy_document(trust(&cloud).await).send().await.unwrap();
    let before = writes(&cloud);
    let error = wirer(&cloud).apply(&plan).await.unwrap_err();
    assert_eq!(error.code(), "wire.stale", "{error:?}");
    assert!(error.to_string().contains("delete provider"), "{error}");
    assert_eq!(writes(&cloud), before);
}

/// Between the look and the write: an approved plan is not exchanged for another one.
#[tokio::test(start_paused = true)]
async fn what_comes_in_between_is_not_what_was_approved() {
    let cloud = Cloud::new(Setup::default());
    let wirer = wirer(&cloud);
    let digest = wirer.plan(&merged()).await.unwrap().digest();
    let comes = async {
        tokio::time::sleep(Duration::from_millis(110)).await;
        make_foreign_role(&cloud).await;
    };
    let desired = merged();
    let (error, ()) = tokio::join!(Box::pin(wirer.wire_approved(&desired, &digest)), comes);
    let error = error.unwrap_err();
    let stopped = error.stopped().unwrap();
    assert!(matches!(stopped.why(), WireError::PlanIsStale(_)), "{error:?}");
    assert_eq!(stopped.why().to_string(), format!("the plan is out of date: {BETWEEN}"));
    assert!(matches!(stopped.done(), [Change::CreateProvider { .. }]), "{error:?}");
    assert!(!trust(&cloud).await.contains("shop:my-s3-role"));

    // Neither is one that is applied: the role that was to be trusted is gone.
    let sqs = "arn:aws:iam::aws:policy/AmazonSQSFullAccess";
    iam(&cloud).detach_role_policy().role_name(ROLE).policy_arn(sqs).send().await.unwrap();
    let plan = wirer.plan(&desired).await.unwrap();
    let goes = async {
        tokio::time::sleep(Duration::from_millis(110)).await;
        iam(&cloud).delete_role().role_name(ROLE).send().await.unwrap();
    };
    let (error, ()) = tokio::join!(Box::pin(wirer.apply(&plan)), goes);
    let error = error.unwrap_err();
    assert_eq!(error.code(), "wire.stale", "{error:?}");
    let made = cloud.calls().into_iter().filter(|c| c.wrote && c.operation == "CreateRole");
    assert_eq!(made.count(), 1, "the foreign one alone");
}

const BETWEEN: &str = "create role `my-s3-role` was planned, update the trust policy of role `my-s3-role` is needed now; the role has AmazonSQSFullAccess as well";

/// Who has approved nothing gets what is needed then, and is told.
#[tokio::test(start_paused = true)]
async fn what_comes_in_between_is_told() {
    let cloud = Cloud::new(Setup::default());
    let comes = async {
        tokio::time::sleep(Duration::from_millis(110)).await;
        make_foreign_role(&cloud).await;
    };
    let (wirer, desired) = (wirer(&cloud), merged());
    let (done, ()) = tokio::join!(Box::pin(wirer.wire(&desired)), comes);
    let done = done.unwrap();
    let told = done.notices.iter().find(|notice| notice.code == "wire.planned-again");
    let told = &told.unwrap().message;
    assert_eq!(*told, BETWEEN);
    assert!(done.changes.iter().any(|change| matches!(change, Change::UpdateTrust { .. })));
}

/// What another of us makes the same way is what was planned: nobody stops, and nobody is told.
#[tokio::test(start_paused = true)]
async fn what_another_makes_the_same_way_is_what_was_planned() {
    let of = |name: &str| desired_of(&Role::new(name.parse().unwrap()), &[name]);
    let names = ["a", "b", "c", "d"];

    let cloud = Cloud::new(Setup::default());
    let approved = names.map(async |name| {
        let (wirer, desired) = (wirer(&cloud), of(name));
        let plan = wirer.plan(&desired).await.unwrap();
        Box::pin(wirer.apply(&plan)).await.unwrap().changes
    });
    let made = join_all(approved).await.concat();
    let providers = made.iter().filter(|change| matches!(change, Change::CreateProvider { .. }));
    assert_eq!((made.len(), providers.count()), (9, 1));

    let cloud = Cloud::new(Setup::default());
    let wired = names.map(async |name| {
        let (wirer, desired) = (wirer(&cloud), of(name));
        Box::pin(wirer.wire(&desired)).await.unwrap()
    });
    for done in join_all(wired).await {
        let codes: Vec<&str> = done.notices.iter().map(|notice| notice.code).collect();
        assert!(!codes.contains(&"wire.planned-again"), "{codes:?}");
    }
}

/// A role of ours that somebody has given more by then is not the one that was planned.
#[tokio::test(start_paused = true)]
async fn a_role_of_ours_that_can_do_more_is_not_what_was_planned() {
    let cloud = Cloud::new(Setup::default());
    let desired = desired();
    let digest = wirer(&cloud).plan(&desired).await.unwrap().digest();
    let comes = async {
        tokio::time::sleep(Duration::from_millis(110)).await;
        let managed = Tag::builder().key("iamwire:managed").value("true").build().unwrap();
        let trust = iamwire_core::TrustPolicy::web_identity(&provider())
            .service_account(format!("shop/{ROLE}").parse().unwrap())
            .build();
        let make = iam(&cloud).create_role().role_name(ROLE).tags(managed);
        make.assume_role_policy_document(trust.as_str()).send().await.unwrap();
        let attach = iam(&cloud).attach_role_policy().role_name(ROLE);
        attach.policy_arn("arn:aws:iam::aws:policy/AdministratorAccess").send().await.unwrap();
    };
    let wirer = wirer(&cloud);
    let (error, ()) = tokio::join!(Box::pin(wirer.wire_approved(&desired, &digest)), comes);
    let error = error.unwrap_err();
    assert_eq!(error.code(), "wire.stale", "{error:?}");
    let why = error.stopped().unwrap().why().to_string();
    assert!(why.ends_with("role `my-s3-role` can do something else by now than it could"), "{why}");
}

fn provider() -> ProviderArn {
    format!("arn:aws:iam::123456789012:oidc-provider/{ISSUER}").parse().unwrap()
}
