//! How many calls, how many of them one after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{FutureExt as _, LocalBoxFuture};
use iamwire_core::{Account, Binding, Cluster, Desired, Event, Role, UnwireOptions, Wirer};
use iamwire_sandbox::world::Setup;
use iamwire_tests::cloud::{Cloud, Figures};

use super::{
    desired, make_bare_role, make_foreign_account, make_foreign_provider, make_foreign_role,
    merged, wirer,
};

/// What was counted, which took at most half the time of the same calls one after the other.
fn measured<'a, T: 'a>(
    cloud: &'a Cloud,
    work: impl Future<Output = T> + 'a,
) -> LocalBoxFuture<'a, (T, Figures)> {
    let measured = async move {
        let (done, counted) = cloud.measured(work).await;
        let calls = counted.aws + counted.kubernetes;
        assert!(counted.depth * 2 <= calls as u128, "{counted:?}");
        (done, counted)
    };
    measured.boxed_local()
}

fn figures(aws: usize, kubernetes: usize, writes: usize, depth: u128) -> Figures {
    Figures { aws, kubernetes, writes, depth }
}

#[tokio::test(start_paused = true)]
async fn a_new_role_and_again() {
    let cloud = Cloud::new(Setup::default());
    let (done, counted) = measured(&cloud, wirer(&cloud).wire(&desired())).await;
    let done = done.unwrap();
    assert_eq!(done.changes.len(), 4);
    assert_eq!(counted, figures(8, 4, 4, 4));
    assert_eq!(done.calls, 12);
    assert_eq!(done.wired[0].role_arn.as_str(), "arn:aws:iam::123456789012:role/my-s3-role");

    let (again, counted) = measured(&cloud, wirer(&cloud).wire(&desired())).await;
    let again = again.unwrap();
    assert_eq!(again.changes, []);
    assert_eq!(again.wired, done.wired);
    assert_eq!(counted, figures(7, 3, 0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_plan_and_its_application() {
    let cloud = Cloud::new(Setup::default());
    let wirer = wirer(&cloud);
    let (plan, counted) = measured(&cloud, wirer.plan(&desired())).await;
    let plan = plan.unwrap();
    assert_eq!(counted, figures(5, 3, 0, 2));
    assert_eq!(wirer.plan(&desired()).await.unwrap().digest(), plan.digest());
    let (done, counted) = measured(&cloud, wirer.apply(&plan)).await;
    assert_eq!(done.unwrap().changes, plan.changes());
    // One round more than within `wire`: all is looked at again.
    assert_eq!(counted, figures(8, 4, 4, 3));
    assert!(wirer.plan(&desired()).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_adopted_role() {
    let cloud = Cloud::new(Setup::default());
    make_foreign_role(&cloud).await;
    make_foreign_account(&cloud).await;
    let (done, counted) = measured(&cloud, wirer(&cloud).wire(&merged())).await;
    assert_eq!(done.unwrap().changes.len(), 4);
    assert_eq!(counted, figures(12, 4, 4, 5));
    let (again, counted) = measured(&cloud, wirer(&cloud).wire(&merged())).await;
    assert_eq!(again.unwrap().changes, []);
    assert_eq!((counted.writes, counted.depth), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn unwiring() {
    let cloud = Cloud::new(Setup::default());
    let before = cloud.snapshot().await;
    let _ = wirer(&cloud).wire(&desired()).await.unwrap();
    let options = UnwireOptions::new().delete_provider(true);
    let (done, counted) = measured(&cloud, wirer(&cloud).unwire(&desired(), options)).await;
    assert_eq!(done.unwrap().changes.len(), 4);
    assert_eq!((counted.writes, counted.depth), (4, 4));
    assert_eq!(cloud.snapshot().await, before);
    let (again, counted) = measured(&cloud, wirer(&cloud).unwire(&desired(), options)).await;
    assert_eq!(again.unwrap().changes, []);
    assert_eq!((counted.writes, counted.depth), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn unwiring_an_adopted_role() {
    let cloud = Cloud::new(Setup::default());
    make_foreign_role(&cloud).await;
    make_foreign_account(&cloud).await;
    let before = cloud.snapshot().await;
    let _ = wirer(&cloud).wire(&merged()).await.unwrap();
    let options = UnwireOptions::new().delete_provider(true).detach_policies(true);
    let (done, counted) = measured(&cloud, wirer(&cloud).unwire(&merged(), options)).await;
    assert_eq!(done.unwrap().changes.len(), 4);
    assert_eq!((counted.writes, counted.depth), (4, 4));
    assert_eq!(cloud.snapshot().await, before);
}

/// What IAM shows only later is looked at again, or tried again: a call for each time that it is waited for.
#[tokio::test(start_paused = true)]
async fn each_wait_adds_one_call() {
    for is_there in [false, true] {
        let (at_once, waits) = wired_with(Duration::ZERO, is_there).await;
        assert_eq!(waits, 0);
        let (late, waits) = wired_with(Duration::from_secs(9), is_there).await;
        assert!(waits > 0);
        assert_eq!(late.aws, at_once.aws + waits, "there: {is_there}");
        assert_eq!(late.kubernetes, at_once.kubernetes);
    }
}

/// What a wiring takes where IAM's changes are seen so late, and how often it waits.
async fn wired_with(late: Duration, is_there: bool) -> (Figures, usize) {
    let mut setup = Setup::default();
    setup.delays.iam = late;
    let cloud = Cloud::new(setup);
    if is_there {
        make_bare_role(&cloud).await;
        tokio::time::sleep(2 * late).await;
    }
    let (wirer, waits) = counting_waits(&cloud);
    let (done, counted) = cloud.measured(wirer.wire(&merged())).await;
    assert_eq!(done.unwrap().changes.len(), 4);
    (counted, waits.load(Ordering::Relaxed))
}

fn counting_waits(cloud: &Cloud) -> (Wirer, Arc<AtomicUsize>) {
    let waits = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&waits);
    let wirer = wirer(cloud).on_event(move |event| {
        count.fetch_add(matches!(event, Event::Waiting(_)).into(), Ordering::Relaxed);
    });
    (wirer, waits)
}

/// A provider or role that is there and not shown yet is waited for before all is looked at again.
#[tokio::test(start_paused = true)]
async fn also_where_it_is_there_already() {
    let mut setup = Setup::default();
    setup.delays.iam = Duration::from_secs(9);
    let cloud = Cloud::new(setup);
    make_foreign_provider(&cloud).await;
    let (wirer, waits) = counting_waits(&cloud);
    let done = wirer.wire(&desired()).await.unwrap();
    assert_eq!(done.changes.len(), 4, "{:?}", done.changes);
    let calls = cloud.calls();
    let of = |operation: &str| calls.iter().filter(|call| call.operation == operation).count();
    assert!(waits.load(Ordering::Relaxed) > 5);
    assert_eq!(of("DescribeCluster"), 2);
    let provider = of("GetOpenIDConnectProvider") + of("CreateOpenIDConnectProvider");
    assert!(provider <= waits.load(Ordering::Relaxed) + 4, "{provider}");
}

/// Service accounts with a role each: rounds with more calls than may be under way take more turns.
#[tokio::test(start_paused = true)]
async fn fifty_bindings() {
    let cloud = Cloud::new(Setup::default());
    let cluster = Cluster::from_name("prod").unwrap();
    let binding = |n: usize| {
        let role = Role::new(format!("role-{n}").parse().unwrap());
        let role = role.managed_policy("AmazonS3ReadOnlyAccess".parse().unwrap());
        Binding::new(&cluster, Account::new(format!("shop/api-{n}").parse().unwrap()), role)
    };
    let desired = Desired::new((0..50).map(binding)).unwrap();
    let (done, counted) = measured(&cloud, wirer(&cloud).wire(&desired)).await;
    assert_eq!(done.unwrap().changes.len(), 151);
    // DescribeCluster, GetCallerIdentity, GetProvider, GetPolicy and CreateProvider once; for each role GetRole,
    // CreateRole and AttachRolePolicy. The namespace and its pods once; each account twice.
    assert_eq!((counted.aws, counted.kubernetes), (5 + 150, 2 + 100));
    // 52 calls, 54, 51 and 100, 16 at once: 4 + 4 + 4 + 7 turns.
    assert_eq!(counted.depth, 19);
}
