//! Roles that go when they are unwired: not if somebody else was given them in between.

use std::time::Duration;

use iamwire_core::{Desired, ExistingRole, Role, UnwireOptions};
use iamwire_sandbox::world::{Fault, Setup, When};
use iamwire_tests::cloud::Cloud;
use tokio::time::sleep;

use super::{ALL_OF_S3, ROLE, desired, desired_of, role, trust, wirer};

/// Unwires it while it is wired for somebody else: it is read before, and looked at again after he has written.
async fn unwired_while_given_away(cloud: &Cloud, role: &Role) {
    let desired = desired_of(role, &[ROLE]);
    let unwire = async {
        sleep(Duration::from_millis(30)).await;
        wirer(cloud).unwire(&desired, UnwireOptions::new()).await
    };
    let others = desired_of(&role.clone().existing(ExistingRole::Merge), &["other"]);
    let other = async { wirer(cloud).wire(&others).await };
    let (unwired, wired) = tokio::join!(Box::pin(unwire), Box::pin(other));
    assert!(unwired.is_ok() && wired.is_ok(), "{unwired:?} {wired:?}");
    assert!(!cloud.calls().iter().any(|call| call.operation == "DeleteRole"));
    let there = trust(cloud).await;
    assert!(there.contains("shop:other") && !there.contains("shop:my-s3-role"), "{there}");
}

#[tokio::test(start_paused = true)]
async fn a_role_with_its_policy_which_was_about_to_go() {
    let cloud = Cloud::new(Setup::default());
    let _ = wirer(&cloud).wire(&desired()).await.unwrap();
    unwired_while_given_away(&cloud, &role()).await;
    let role = cloud.snapshot().await.remove("role my-s3-role").unwrap();
    assert!(role.contains("AmazonS3ReadOnlyAccess"), "{role}");
    assert!(cloud.calls().iter().any(|call| call.operation == "DetachRolePolicy"));
}

/// The deletion is the first that is done.
#[tokio::test(start_paused = true)]
async fn a_role_without_policies() {
    let cloud = Cloud::new(Setup::default());
    let role = Role::new(ROLE.parse().unwrap());
    let _ = wirer(&cloud).wire(&desired_of(&role, &[ROLE])).await.unwrap();
    let path = format!("/api/v1/namespaces/shop/serviceaccounts/{ROLE}");
    let delete = http::Request::delete(path).body(Vec::new()).unwrap();
    let _: serde_json::Value = cloud.kube(&cloud.sdk()).request(delete).await.unwrap();
    unwired_while_given_away(&cloud, &role).await;
}

/// Inline policies can't be given back: they go after the check.
#[tokio::test(start_paused = true)]
async fn a_role_with_inline_policies() {
    let cloud = Cloud::new(Setup::default());
    let role = role().inline_policy("extra".parse().unwrap(), ALL_OF_S3.parse().unwrap());
    let _ = wirer(&cloud).wire(&desired_of(&role, &[ROLE])).await.unwrap();
    unwired_while_given_away(&cloud, &role).await;
    let role = cloud.snapshot().await.remove("role my-s3-role").unwrap();
    assert!(role.contains("AmazonS3ReadOnlyAccess") && role.contains("extra"), "{role}");
}

#[tokio::test(start_paused = true)]
async fn two_roles() {
    let cloud = Cloud::new(Setup::default());
    let policy = || "AmazonS3ReadOnlyAccess".parse().unwrap();
    let [one, two] = ["one", "two"].map(|n| Role::new(n.parse().unwrap()).managed_policy(policy()));
    let both = |name: &str| {
        let merge = |role: &Role| role.clone().existing(ExistingRole::Merge);
        let cluster = iamwire_core::Cluster::from_name("prod").unwrap();
        let binding = |role: &Role, suffix: &str| {
            let account = format!("shop/{name}-{suffix}").parse().unwrap();
            iamwire_core::Binding::new(&cluster, iamwire_core::Account::new(account), merge(role))
        };
        Desired::new([binding(&one, "1"), binding(&two, "2")]).unwrap()
    };
    let _ = wirer(&cloud).wire(&both("mine")).await.unwrap();
    let (mine, others) = (both("mine"), both("others"));
    let other = async { wirer(&cloud).wire(&others).await.unwrap() };
    let unwired = async {
        sleep(Duration::from_millis(30)).await;
        let _ = wirer(&cloud).unwire(&mine, UnwireOptions::new()).await.unwrap();
    };
    let _ = tokio::join!(other, unwired);
    let mut there = cloud.snapshot().await;
    for name in ["role one", "role two"] {
        let role = there.remove(name).unwrap();
        assert!(role.contains("shop:others") && role.contains("AmazonS3ReadOnly"), "{role}");
    }
}

/// What can't be told is no yes.
#[tokio::test(start_paused = true)]
async fn a_role_that_can_not_be_looked_at() {
    let cloud = Cloud::new(Setup::default());
    let _ = wirer(&cloud).wire(&desired()).await.unwrap();
    let denied = async {
        sleep(Duration::from_millis(150)).await;
        cloud.world().fail(When::Operation("GetRole".to_owned()), 9, Fault::Denied);
    };
    let unwire = async { wirer(&cloud).unwire(&desired(), UnwireOptions::new()).await };
    let (unwired, ()) = tokio::join!(unwire, denied);
    assert_eq!(unwired.unwrap_err().code(), "aws.denied");
    cloud.world().clear_faults();
    let role = cloud.snapshot().await.remove("role my-s3-role").unwrap();
    assert!(role.contains("AmazonS3ReadOnlyAccess"), "{role}");
}

/// The other one holds the lock, and writes after the check.
#[tokio::test(start_paused = true)]
async fn a_role_that_a_clone_writes_to() {
    let cloud = Cloud::new(Setup::default());
    let wirer = wirer(&cloud);
    let _ = wirer.wire(&desired()).await.unwrap();
    let other = async {
        sleep(Duration::from_millis(10)).await;
        wirer.clone().wire(&desired_of(&role(), &["other"])).await.unwrap()
    };
    let unwire = async { wirer.unwire(&desired(), UnwireOptions::new()).await.unwrap() };
    let _ = tokio::join!(unwire, other);
    let there = trust(&cloud).await;
    assert!(there.contains("shop:other") && !there.contains("shop:my-s3-role"), "{there}");
}

/// What it still has, such as an instance profile, is not waited for.
#[tokio::test(start_paused = true)]
async fn a_role_that_still_has_something() {
    let cloud = Cloud::new(Setup::default());
    let _ = wirer(&cloud).wire(&desired()).await.unwrap();
    let message = "Cannot delete entity, must remove roles from instance profile first.";
    let still = Fault::Error {
        status: 409,
        code: "DeleteConflict".to_owned(),
        message: message.to_owned(),
    };
    cloud.world().fail(When::Operation("DeleteRole".to_owned()), 99, still);
    let error = wirer(&cloud).unwire(&desired(), UnwireOptions::new()).await.unwrap_err();
    assert_eq!(error.code(), "aws.refused");
    assert!(error.help().starts_with("take off it what AWS's own text names"), "{}", error.help());
    let calls = cloud.calls();
    assert_eq!(calls.iter().filter(|call| call.operation == "DeleteRole").count(), 4);
    let stopped = error.stopped().unwrap();
    assert_eq!((stopped.in_doubt(), stopped.not_begun().len()), (&[][..], 1));
}
