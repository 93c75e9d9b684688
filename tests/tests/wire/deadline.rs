//! No longer than the deadline; and what is told then, or when it stops for another reason.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::time::Duration;

use iamwire_core::{Account, Binding, Change, Cluster, Desired, Role, WireError};
use iamwire_sandbox::world::{Fault, Setup, When};
use iamwire_tests::cloud::Cloud;
use tokio::time::Instant;

use super::{desired, make_bare_role, make_foreign_provider, make_foreign_role, merged, wirer};

/// No longer than the deadline, which says what was done. It is two minutes if nothing else is said.
#[tokio::test(start_paused = true)]
async fn until_the_deadline() {
    for seconds in [None, Some(10)] {
        let mut setup = Setup::default();
        setup.delays.iam = Duration::from_hours(1);
        let cloud = Cloud::new(setup);
        make_bare_role(&cloud).await;
        tokio::time::sleep(Duration::from_hours(2)).await;
        let wirer = wirer(&cloud);
        let wirer = match seconds {
            None => wirer,
            Some(seconds) => wirer.deadline(Duration::from_secs(seconds)),
        };
        let began = Instant::now();
        let error = wirer.wire(&merged()).await.unwrap_err();
        let deadline = seconds.unwrap_or(120);
        assert!((deadline - 8..=deadline).contains(&began.elapsed().as_secs()), "{error}");
        let stopped = error.stopped().unwrap();
        assert_eq!(error.code(), "wire.deadline");
        assert_eq!(stopped.in_doubt().len(), 1, "{error}");
        assert_eq!(stopped.done().len(), 3);
        // A server that can't be reached would have been told before a late one.
        assert_eq!(error.help().contains("after half a minute"), seconds.is_some());
    }
}

/// Who waits for others until the deadline is told that it was the deadline, and what they answered last.
#[tokio::test(start_paused = true)]
async fn it_is_said_with_the_last_answer() {
    let refused = |status, code: &str| {
        let (code, message) = (code.to_owned(), "of the sandbox".to_owned());
        Fault::Error { status, code, message }
    };
    let hour = Duration::from_hours(1);
    let cases = [
        // IAM doesn't know the role yet.
        ("AttachRolePolicy", vec![(99, refused(404, "NoSuchEntity"))], "aws.missing"),
        ("AttachRolePolicy", vec![(99, refused(409, "ConcurrentModification"))], "aws.busy"),
        ("CreateRole", vec![(99, refused(409, "ConcurrentModification"))], "aws.busy"),
        ("apply serviceaccounts", vec![(99, refused(409, "Conflict"))], "kube.exists"),
        // Everything is planned anew, again and again.
        ("CreateRole", vec![(99, refused(409, "EntityAlreadyExists"))], "aws.exists"),
        // The last of the calls is not answered at all.
        (
            "AttachRolePolicy",
            vec![(1, refused(409, "ConcurrentModification")), (99, Fault::Delayed(hour))],
            "aws.busy",
        ),
    ];
    for (operation, faults, code) in cases {
        let cloud = Cloud::new(Setup::default());
        for (count, fault) in faults {
            cloud.world().fail(When::Operation(operation.to_owned()), count, fault);
        }
        let wirer = wirer(&cloud).deadline(Duration::from_secs(10));
        let error = wirer.wire(&desired()).await.unwrap_err();
        let why = error.stopped().unwrap().why();
        assert_eq!(why.code(), "wire.deadline", "{operation} {code}: {why}");
        let begin = "the deadline of 10 s ended the wait for: ";
        assert!(why.to_string().starts_with(begin), "{why}");
        assert!(why.help().ends_with("set a later deadline"), "{}", why.help());
        let WireError::Deadline(_, Some(last)) = why else { panic!("{operation} {code}: {why:?}") };
        assert_eq!(last.code(), code, "{operation}: {last}");
        assert_eq!(why.source().unwrap().to_string(), last.to_string());
    }
    let cloud = Cloud::new(Setup::default());
    make_foreign_role(&cloud).await;
    let when = When::Operation("UpdateAssumeRolePolicy".to_owned());
    cloud.world().fail(when, 99, refused(409, "ConcurrentModification"));
    let wirer = wirer(&cloud).deadline(Duration::from_millis(1_500));
    let error = wirer.wire(&merged()).await.unwrap_err();
    let stopped = error.stopped().unwrap();
    assert_eq!(stopped.in_doubt(), []);
    let told = "the deadline of 1.5 s ended the wait for: the trust policy of role `my-s3-role`";
    assert_eq!(stopped.why().to_string(), told);
    let last = stopped.why().source().unwrap().to_string();
    assert!(last.contains("(ConcurrentModification, "), "{last}");
}

/// The last wait is as long as there is time for the call after it, whatever the jitter.
#[tokio::test(start_paused = true)]
async fn what_comes_at_the_last_moment_is_seen() {
    for _ in 0..8 {
        let mut setup = Setup::default();
        setup.delays.iam = Duration::from_millis(58_400);
        let cloud = Cloud::new(setup);
        make_bare_role(&cloud).await;
        make_foreign_provider(&cloud).await;
        tokio::time::sleep(Duration::from_hours(1)).await;
        let began = Instant::now();
        let wirer = wirer(&cloud).deadline(Duration::from_mins(1));
        let done = wirer.wire(&merged()).await;
        assert!(done.is_ok(), "{done:?}");
        assert!(began.elapsed() > Duration::from_secs(58), "{:?}", began.elapsed());
    }
}

/// A deadline that no clock can tell is none.
#[tokio::test(start_paused = true)]
async fn without_a_deadline() {
    let cloud = Cloud::new(Setup::default());
    let done = wirer(&cloud).deadline(Duration::MAX).wire(&desired()).await.unwrap();
    assert_eq!(done.changes.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers() {
    let cloud = Cloud::new(Setup::default());
    let late = Fault::Delayed(Duration::from_hours(1));
    cloud.world().fail(When::Operation("CreateRole".to_owned()), 9, late);
    let error = wirer(&cloud).wire(&desired()).await.unwrap_err();
    assert!(error.stopped().is_some_and(|stopped| stopped.in_doubt().len() == 1), "{error:?}");
}

/// The second look at a trust policy waits as long as the looks before the write took, and comes before the
/// deadline all the same.
#[tokio::test(start_paused = true)]
async fn also_where_a_look_took_its_time() {
    let late = [("DescribeCluster", 6), ("DescribeCluster", 9), ("ListAttachedRolePolicies", 8)];
    for (operation, seconds) in late {
        let cloud = Cloud::new(Setup::default());
        make_foreign_role(&cloud).await;
        let late = Fault::Delayed(Duration::from_secs(seconds));
        cloud.world().fail(When::Operation(operation.to_owned()), 1, late);
        let began = Instant::now();
        let wirer = wirer(&cloud).deadline(Duration::from_secs(10));
        let done = wirer.wire(&merged()).await.unwrap();
        assert_eq!(done.changes.len(), 4, "{operation}");
        assert!(began.elapsed() <= Duration::from_secs(10), "{:?}", began.elapsed());
        let calls = cloud.calls();
        let write = calls.iter().position(|call| call.operation == "UpdateAssumeRolePolicy");
        let looks = calls.iter().skip(write.unwrap()).filter(|call| call.operation == "GetRole");
        assert_eq!(looks.count(), 2, "{operation}");
    }
}

/// A call that waited for its turn until the deadline was not sent.
#[tokio::test(start_paused = true)]
async fn what_was_not_sent_is_not_in_doubt() {
    let cloud = Cloud::new(Setup::default());
    let late = Fault::Delayed(Duration::from_hours(1));
    cloud.world().fail(When::Operation("CreateRole".to_owned()), 99, late);
    let cluster = Cluster::from_name("prod").unwrap();
    let binding = |number: usize| {
        let account = Account::new(format!("shop/api-{number}").parse().unwrap());
        Binding::new(&cluster, account, Role::new(format!("api-{number}").parse().unwrap()))
    };
    let desired = Desired::new((0..40).map(binding)).unwrap();
    let wirer = wirer(&cloud).deadline(Duration::from_secs(10));
    let error = wirer.wire(&desired).await.unwrap_err();
    let stopped = error.stopped().unwrap();
    assert_eq!(stopped.in_doubt().len(), 16, "{error}");
    // The SDK has sent some of them again.
    let calls = cloud.calls().into_iter().filter(|call| call.operation == "CreateRole");
    let sent: BTreeSet<String> = calls.map(|call| call.resource).collect();
    assert_eq!(sent.len(), 16);
    assert_eq!(stopped.done().len() + stopped.not_begun().len(), 65);
}

/// A trust policy that was written is looked at also where the provider could not be made.
#[tokio::test(start_paused = true)]
async fn what_was_written_is_looked_at() {
    let cloud = Cloud::new(Setup::default());
    make_foreign_role(&cloud).await;
    let create = When::Operation("CreateOpenIDConnectProvider".to_owned());
    cloud.world().fail(create, 9, Fault::Denied);
    let error = wirer(&cloud).wire(&merged()).await.unwrap_err();
    assert_eq!(error.code(), "aws.denied");
    let stopped = error.stopped().unwrap();
    assert_eq!(stopped.in_doubt(), []);
    assert!(matches!(stopped.done(), [Change::UpdateTrust { .. }]), "{error}");
    let calls = cloud.calls();
    let write = calls.iter().position(|call| call.operation == "UpdateAssumeRolePolicy").unwrap();
    let look = calls.iter().skip(write).position(|call| call.operation == "GetRole").unwrap();

    // The look may fail as well, and that is told beside what came first.
    let cloud = Cloud::new(Setup::default());
    make_foreign_role(&cloud).await;
    let create = When::Operation("CreateOpenIDConnectProvider".to_owned());
    cloud.world().fail(create, 9, Fault::Denied);
    cloud.world().fail(When::Call(write + look), 1, Fault::Denied);
    let error = wirer(&cloud).wire(&merged()).await.unwrap_err();
    let stopped = error.stopped().unwrap();
    assert!(matches!(stopped.in_doubt(), [Change::UpdateTrust { .. }]), "{error}");
    let failures = stopped.failures().iter().map(|(change, why)| format!("{change}: {why}"));
    let told: Vec<String> = failures.collect();
    assert!(told.iter().any(|one| one.contains("iam:GetRole")), "{told:?}");
    assert_eq!(told.len(), 2);

    // However often it fails, it is told once.
    let cloud = Cloud::new(Setup::default());
    make_foreign_role(&cloud).await;
    let denied = async {
        tokio::time::sleep(Duration::from_millis(210)).await;
        cloud.world().fail(When::Operation("GetRole".to_owned()), 9, Fault::Denied);
    };
    let (wirer, desired) = (wirer(&cloud), merged());
    let (error, ()) = tokio::join!(Box::pin(wirer.wire(&desired)), denied);
    let error = error.unwrap_err();
    let failures = error.stopped().unwrap().failures();
    assert!(matches!(failures, [(Change::UpdateTrust { .. }, _)]), "{failures:?}");
}
