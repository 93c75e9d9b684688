//! Whatever goes wrong with whatever call: run again, it is as if nothing had, and what others have made is
//! as it was.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use iamwire_core::aws::aws_types::sdk_config::RetryConfig;
use iamwire_core::{
    Account, Binding, Cluster, Desired, ExistingRole, SessionDuration, ThumbprintChoice,
    Thumbprints, TokenExpiration, UnwireOptions, WireError, Wirer,
};
use iamwire_sandbox::world::{Call, Fault, Setup, When};
use iamwire_tests::cloud::{ANSWER, Cloud};

use super::{
    ALL_OF_S3, desired, desired_of, make_foreign_account, make_foreign_provider, make_foreign_role,
    merged, role, wirer, wirer_with,
};

/// What is there before.
#[derive(Debug, Clone, Copy)]
enum Start {
    Nothing,
    /// Role, provider and service account of somebody else.
    Foreign,
    /// Nothing, and all that can be wanted is.
    AllFromNothing,
    /// As [`Self::Foreign`], and all that can be wanted is.
    AllOfForeign,
    /// As [`Self::Foreign`], and what the role was is replaced.
    Replaced,
}

/// What is done.
#[derive(Debug, Clone, Copy)]
enum Job {
    Wire,
    Unwire,
}

const OPTIONS: [Start; 5] =
    [Start::Nothing, Start::Foreign, Start::AllFromNothing, Start::AllOfForeign, Start::Replaced];

impl Start {
    async fn cloud(self, job: Job) -> Cloud {
        let cloud = Cloud::new(Setup::default());
        if self.is_foreign() {
            make_foreign_role(&cloud).await;
            make_foreign_provider(&cloud).await;
            make_foreign_account(&cloud).await;
        }
        if matches!(job, Job::Unwire) {
            let _ = wirer(&cloud).wire(&self.desired()).await.unwrap();
        }
        cloud.world().clear_calls();
        cloud
    }

    fn desired(self) -> Desired {
        match self {
            Self::Nothing => desired(),
            Self::Foreign => merged(),
            Self::AllFromNothing => all("new/api", ExistingRole::Refuse),
            Self::AllOfForeign => all("shop/my-s3-role", ExistingRole::Merge),
            Self::Replaced => desired_of(&role().existing(ExistingRole::Replace), &["my-s3-role"]),
        }
    }

    /// Of a role of somebody else the last statement is not taken.
    fn jobs(self) -> &'static [Job] {
        if matches!(self, Self::Replaced) { &[Job::Wire] } else { &[Job::Wire, Job::Unwire] }
    }

    fn is_foreign(self) -> bool {
        matches!(self, Self::Foreign | Self::AllOfForeign | Self::Replaced)
    }

    /// Whether it takes more than the main job.
    fn is_large(self) -> bool {
        self.wants_all() || matches!(self, Self::Replaced)
    }

    fn wants_all(self) -> bool {
        matches!(self, Self::AllFromNothing | Self::AllOfForeign)
    }
}

/// Each setting that there is, so that each change that there is has to be made.
fn all(account: &str, existing: ExistingRole) -> Desired {
    let pin = Thumbprints::new(["b".repeat(40).parse().unwrap()]).unwrap();
    let cluster = Cluster::from_name("prod").unwrap().thumbprints(ThumbprintChoice::Pinned(pin));
    let account = Account::new(account.parse().unwrap())
        .create_namespace(true)
        .token_expiration(TokenExpiration::from_seconds(7200).unwrap());
    let role = role()
        .inline_policy("extra".parse().unwrap(), ALL_OF_S3.parse().unwrap())
        .description("for shop".parse().unwrap())
        .max_session_duration(SessionDuration::from_seconds(7200).unwrap())
        .boundary("arn:aws:iam::aws:policy/PowerUserAccess".parse().unwrap())
        .tag("team".parse().unwrap(), "b".parse().unwrap())
        .existing(existing);
    Desired::new([Binding::new(&cluster, account, role)]).unwrap()
}

impl Job {
    async fn run(self, wirer: &Wirer, start: Start) -> Result<usize, WireError> {
        let desired = &start.desired();
        let done = match self {
            Self::Wire => wirer.wire(desired).await?,
            Self::Unwire => wirer.unwire(desired, Self::options(start)).await?,
        };
        Ok(done.changes.len())
    }

    /// The same, of a plan that somebody has approved.
    async fn run_approved(
        self,
        wirer: &Wirer,
        start: Start,
        digest: &str,
    ) -> Result<usize, WireError> {
        let desired = &start.desired();
        let done = match self {
            Self::Wire => wirer.wire_approved(desired, digest).await?,
            Self::Unwire => wirer.unwire_approved(desired, Self::options(start), digest).await?,
        };
        Ok(done.changes.len())
    }

    async fn digest(self, wirer: &Wirer, start: Start) -> String {
        let desired = &start.desired();
        let plan = match self {
            Self::Wire => wirer.plan(desired).await,
            Self::Unwire => wirer.plan_unwire(desired, Self::options(start)).await,
        };
        plan.unwrap().digest()
    }

    fn options(start: Start) -> UnwireOptions {
        UnwireOptions::new().detach_policies(true).delete_provider(start.wants_all())
    }
}

/// What there is in the end if nothing goes wrong, the calls that this takes, and the number of changes.
async fn undisturbed(start: Start, job: Job) -> (BTreeMap<String, String>, Vec<Call>, usize) {
    let cloud = start.cloud(job).await;
    let changes = job.run(&wirer(&cloud), start).await.unwrap();
    let calls = cloud.calls();
    (cloud.snapshot().await, calls, changes)
}

/// Runs it again; it must end as if nothing had gone wrong.
async fn finish(
    cloud: &Cloud,
    start: Start,
    job: Job,
    expected: &BTreeMap<String, String>,
    what: &str,
) {
    cloud.world().clear_faults();
    let again = job.run(&wirer(cloud), start).await;
    assert!(again.is_ok(), "{what}: {again:?}");
    let there = cloud.snapshot().await;
    for (name, text) in expected {
        assert_eq!(there.get(name), Some(text), "{what}: {name}");
    }
    assert_eq!(there.len(), expected.len(), "{what}: {there:?}");
}

async fn is_finished(cloud: &Cloud, start: Start, job: Job, what: &str) {
    let (again, counted) = cloud.measured(job.run(&wirer(cloud), start)).await;
    assert_eq!((again.unwrap(), counted.writes), (0, 0), "{what}");
}

/// What fails below is every call that writes.
#[tokio::test(start_paused = true)]
async fn no_call_is_left_out() {
    let mut writes = BTreeSet::new();
    for start in OPTIONS {
        for &job in start.jobs() {
            let (_, calls, _) = undisturbed(start, job).await;
            let calls = calls.into_iter().filter(|call| call.wrote);
            writes.extend(calls.map(|call| call.operation));
        }
    }
    let writes: Vec<String> = writes.into_iter().collect();
    insta::assert_snapshot!(writes.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn each_call_fails_once() {
    let faults = [Fault::Before, Fault::After, Fault::Throttled, Fault::ServerError];
    let mut stopped = 0;
    for start in OPTIONS {
        for &job in start.jobs() {
            let (expected, calls, changes) = undisturbed(start, job).await;
            for fault in &faults {
                for (call, Call { wrote: writes, .. }) in calls.iter().enumerate() {
                    // Of a read, what was lost and what was refused are one.
                    if !writes && matches!(fault, Fault::After | Fault::ServerError) {
                        continue;
                    }
                    // With the SDK's retries only a lost answer is of interest: what was done is there.
                    let lost = *fault == Fault::After;
                    for retries in [true, false].into_iter().filter(|retries| lost || !retries) {
                        let cloud = start.cloud(job).await;
                        let digest = job.digest(&wirer(&cloud), start).await;
                        cloud.world().clear_calls();
                        cloud.world().fail(When::Call(call), 1, fault.clone());
                        let sdk = cloud.sdk();
                        let disabled = RetryConfig::disabled();
                        let sdk = if retries {
                            sdk
                        } else {
                            sdk.into_builder().retry_config(disabled).build()
                        };
                        let wirer = wirer_with(&cloud, &sdk);
                        let answer = job.run_approved(&wirer, start, &digest).await;
                        let what = format!("{start:?} {job:?}, {fault:?} at {call}");
                        // What was done and lost is found to be done, and counts: it is what was approved.
                        assert!(!retries || answer == Ok(changes), "{what}: {answer:?}");
                        if let Err(WireError::Stopped(_)) = answer {
                            stopped += 1;
                        }
                        finish(&cloud, start, job, &expected, &what).await;
                        if retries {
                            is_finished(&cloud, start, job, &what).await;
                        }
                    }
                }
            }
        }
    }
    // Not vacuous: without the SDK's retries many a run stops in the middle.
    assert!(stopped > 20, "{stopped}");
}

/// The answer is lost, and the SDK's second attempt is refused: perhaps it was done.
#[tokio::test(start_paused = true)]
async fn each_write_is_lost_and_then_denied() {
    for start in OPTIONS {
        for &job in start.jobs() {
            let (expected, calls, _) = undisturbed(start, job).await;
            let operations: BTreeSet<String> =
                calls.into_iter().filter(|call| call.wrote).map(|call| call.operation).collect();
            for operation in operations {
                for lost in [Fault::After, Fault::ServerError] {
                    let cloud = start.cloud(job).await;
                    let when = When::Operation(operation.clone());
                    cloud.world().fail(when.clone(), 1, lost);
                    cloud.world().fail(when, 99, Fault::Denied);
                    let error = job.run(&wirer(&cloud), start).await.unwrap_err();
                    let what = format!("{start:?} {job:?}, {operation}: {error}");
                    let stopped = error.stopped().unwrap();
                    assert!(error.code().ends_with(".denied"), "{what}");
                    assert_eq!(stopped.in_doubt().len(), 1, "{what}");
                    finish(&cloud, start, job, &expected, &what).await;
                }
            }
        }
    }
}

/// The answer is lost, and nobody may look after that.
#[tokio::test(start_paused = true)]
async fn what_is_there_already_may_be_ours() {
    for (operation, look, change) in [
        ("CreateRole", "GetRole", "create role `my-s3-role`"),
        ("CreateOpenIDConnectProvider", "GetOpenIDConnectProvider", "create provider `oidc.eks"),
        ("apply serviceaccounts", "get serviceaccounts", "create service account `shop/my-s3"),
    ] {
        let cloud = Start::Nothing.cloud(Job::Wire).await;
        cloud.world().fail(When::Operation(operation.to_owned()), 1, Fault::After);
        let denied = async {
            // After the looks, before the writes.
            tokio::time::sleep(Duration::from_millis(200)).await;
            cloud.world().fail(When::Operation(look.to_owned()), 99, Fault::Denied);
        };
        let (wirer, desired) = (wirer(&cloud), desired());
        let (answer, ()) = tokio::join!(Box::pin(wirer.wire(&desired)), denied);
        let error = answer.unwrap_err();
        let stopped = error.stopped().unwrap();
        let texts: Vec<String> = stopped.in_doubt().iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), 1, "{operation}: {error}");
        assert!(texts[0].starts_with(change), "{texts:?}");
        assert!(!stopped.not_begun().contains(&stopped.in_doubt()[0]));
    }
}

/// Somebody else's of the same name is not ours.
#[tokio::test(start_paused = true)]
async fn what_is_there_already_may_be_others() {
    let cloud = Start::Nothing.cloud(Job::Wire).await;
    cloud.world().fail(When::Operation("CreateRole".to_owned()), 1, Fault::Before);
    let other = async {
        tokio::time::sleep(Duration::from_millis(210)).await;
        make_foreign_role(&cloud).await;
    };
    let (wirer, desired) = (wirer(&cloud), merged());
    let (answer, ()) = tokio::join!(Box::pin(wirer.wire(&desired)), other);
    let changes = answer.unwrap().changes;
    let texts: Vec<String> = changes.iter().map(ToString::to_string).collect();
    assert!(!texts.iter().any(|text| text.starts_with("create role")), "{texts:?}");
    assert!(texts.iter().any(|text| text.contains("trust")), "{texts:?}");
}

#[tokio::test(start_paused = true)]
async fn the_process_goes_away_at_any_time() {
    for start in OPTIONS {
        for &job in start.jobs() {
            let (expected, ..) = undisturbed(start, job).await;
            let mut ended = Vec::new();
            // Before a request has come, and before its answer is there.
            for quarter in 0..if start.is_large() { 48 } else { 24 } {
                let cloud = start.cloud(job).await;
                let after = ANSWER * quarter / 4 + Duration::from_millis(1);
                let run = tokio::time::timeout(after, job.run(&wirer(&cloud), start)).await;
                ended.push(run.is_ok());
                let what = format!("{start:?} {job:?}, gone after {after:?}");
                finish(&cloud, start, job, &expected, &what).await;
            }
            // From the first call on, and to the end.
            assert_eq!(
                (ended.first(), ended.last()),
                (Some(&false), Some(&true)),
                "{start:?} {job:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_done_is_told() {
    let start = Start::Nothing;
    let cloud = start.cloud(Job::Wire).await;
    let denied = When::Operation("AttachRolePolicy".to_owned());
    cloud.world().fail(denied, 1, Fault::Denied);
    let error = wirer(&cloud).wire(&desired()).await.unwrap_err();
    let stopped = error.stopped().unwrap();
    let texts = |changes: &[iamwire_core::Change]| {
        changes.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        texts(stopped.done()),
        [
            "create provider `oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`",
            "create role `my-s3-role`",
            "create service account `shop/my-s3-role` of cluster `prod`",
        ]
    );
    assert_eq!(texts(stopped.in_doubt()), [""; 0]);
    assert_eq!(
        texts(stopped.not_begun()),
        ["attach policy `AmazonS3ReadOnlyAccess` to role `my-s3-role`"]
    );
    assert_eq!(error.code(), "aws.denied");
    assert!(stopped.why().to_string().starts_with("iam:AttachRolePolicy of `"), "{error}");
}

/// What is made together may fail together: nothing of it is kept back.
#[tokio::test(start_paused = true)]
async fn each_failure_is_told() {
    let cloud = Start::Nothing.cloud(Job::Wire).await;
    for operation in ["CreateRole", "CreateOpenIDConnectProvider"] {
        cloud.world().fail(When::Operation(operation.to_owned()), 1, Fault::Denied);
    }
    let error = wirer(&cloud).wire(&desired()).await.unwrap_err();
    let stopped = error.stopped().unwrap();
    let failures =
        stopped.failures().iter().map(|(change, why)| format!("{change}: {}", why.code()));
    assert_eq!(
        failures.collect::<Vec<_>>(),
        [
            "create provider `oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`: aws.denied",
            "create role `my-s3-role`: aws.denied",
        ]
    );
    assert_eq!(*stopped.why(), stopped.failures()[0].1);
    assert_eq!((stopped.done(), stopped.in_doubt()), (&[][..], &[][..]));
    assert_eq!(stopped.not_begun().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_in_doubt() {
    let cloud = Start::Nothing.cloud(Job::Wire).await;
    cloud.world().fail(When::Operation("CreateRole".to_owned()), 9, Fault::After);
    let sdk = cloud.sdk().into_builder().retry_config(RetryConfig::disabled()).build();
    let error = wirer_with(&cloud, &sdk).wire(&desired()).await.unwrap_err();
    let stopped = error.stopped().unwrap();
    assert_eq!(stopped.in_doubt().len(), 1, "{error:?}");
    assert_eq!(stopped.done().len(), 1);
    assert_eq!(stopped.not_begun().len(), 2);
    assert_eq!(
        error.to_string(),
        "stopped with 1 of 4 changes made, in doubt: create role `my-s3-role`"
    );
}
