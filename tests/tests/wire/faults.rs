//! Whatever goes wrong with whatever call: run again, it is as if nothing had, and what others have made is
//! as it was.

use std::collections::BTreeMap;
use std::time::Duration;

use iamwire_core::aws::aws_types::sdk_config::RetryConfig;
use iamwire_core::{Desired, UnwireOptions, WireError, Wirer};
use iamwire_sandbox::world::{Fault, Setup, When};
use iamwire_tests::cloud::{ANSWER, Cloud};

use super::{
    desired, make_foreign_account, make_foreign_provider, make_foreign_role, merged, wirer,
    wirer_with,
};

/// What is there before.
#[derive(Debug, Clone, Copy)]
enum Start {
    Nothing,
    /// Role, provider and service account of somebody else.
    Foreign,
}

/// What is done.
#[derive(Debug, Clone, Copy)]
enum Job {
    Wire,
    Unwire,
}

const OPTIONS: [Start; 2] = [Start::Nothing, Start::Foreign];

impl Start {
    async fn cloud(self, job: Job) -> Cloud {
        let cloud = Cloud::new(Setup::default());
        if matches!(self, Self::Foreign) {
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
        }
    }
}

impl Job {
    async fn run(self, wirer: &Wirer, desired: &Desired) -> Result<usize, WireError> {
        let done = match self {
            Self::Wire => wirer.wire(desired).await?,
            Self::Unwire => {
                let options = UnwireOptions::new().detach_policies(true);
                wirer.unwire(desired, options).await?
            }
        };
        Ok(done.changes.len())
    }
}

/// What there is in the end if nothing goes wrong, and for each call that this takes whether it writes.
async fn undisturbed(start: Start, job: Job) -> (BTreeMap<String, String>, Vec<bool>) {
    let cloud = start.cloud(job).await;
    job.run(&wirer(&cloud), &start.desired()).await.unwrap();
    let calls = cloud.calls().iter().map(|call| call.wrote).collect();
    (cloud.snapshot().await, calls)
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
    let again = job.run(&wirer(cloud), &start.desired()).await;
    assert!(again.is_ok(), "{what}: {again:?}");
    let there = cloud.snapshot().await;
    for (name, text) in expected {
        assert_eq!(there.get(name), Some(text), "{what}: {name}");
    }
    assert_eq!(there.len(), expected.len(), "{what}: {there:?}");
}

async fn is_finished(cloud: &Cloud, start: Start, job: Job, what: &str) {
    let (again, counted) = cloud.measured(job.run(&wirer(cloud), &start.desired())).await;
    assert_eq!((again.unwrap(), counted.writes), (0, 0), "{what}");
}

#[tokio::test(start_paused = true)]
async fn each_call_fails_once() {
    let faults = [Fault::Before, Fault::After, Fault::Throttled, Fault::ServerError];
    let mut stopped = 0;
    for start in OPTIONS {
        for job in [Job::Wire, Job::Unwire] {
            let (expected, calls) = undisturbed(start, job).await;
            for fault in &faults {
                for (call, writes) in calls.iter().enumerate() {
                    // Of a read, what was lost and what was refused are one.
                    if !writes && matches!(fault, Fault::After | Fault::ServerError) {
                        continue;
                    }
                    // With the SDK's retries only a lost answer is of interest: what was done is there.
                    let lost = *fault == Fault::After;
                    for retries in [true, false].into_iter().filter(|retries| lost || !retries) {
                        let cloud = start.cloud(job).await;
                        cloud.world().fail(When::Call(call), 1, fault.clone());
                        let sdk = cloud.sdk();
                        let disabled = RetryConfig::disabled();
                        let sdk = if retries {
                            sdk
                        } else {
                            sdk.into_builder().retry_config(disabled).build()
                        };
                        let answer = job.run(&wirer_with(&cloud, &sdk), &start.desired()).await;
                        let what = format!("{start:?} {job:?}, {fault:?} at {call}");
                        assert!(!retries || answer.is_ok(), "{what}: {answer:?}");
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

#[tokio::test(start_paused = true)]
async fn the_process_goes_away_at_any_time() {
    for start in OPTIONS {
        for job in [Job::Wire, Job::Unwire] {
            let (expected, _) = undisturbed(start, job).await;
            // Before a request has come, and before its answer is there.
            for quarter in 0..24 {
                let cloud = start.cloud(job).await;
                let after = ANSWER * quarter / 4 + Duration::from_millis(1);
                let (wirer, desired) = (wirer(&cloud), start.desired());
                let run = tokio::time::timeout(after, job.run(&wirer, &desired)).await;
                assert!(run.is_err() || quarter > 15, "{start:?} {job:?} {quarter}");
                let what = format!("{start:?} {job:?}, gone after {after:?}");
                finish(&cloud, start, job, &expected, &what).await;
            }
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
            "create service account `shop/my-s3-role`",
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
