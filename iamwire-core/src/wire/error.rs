//! The error of wiring: what is wrong, what was done by then.

use std::time::Duration;

use crate::aws::AwsError;
use crate::kube::KubeError;
use crate::{Change, Plan, PlanError, Refusal, RoleArn};

/// A wiring or unwiring that failed.
///
/// All but [`Self::Stopped`] came before any write. [`miette::Diagnostic`] adds a stable code and the help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// It can't be done as things are.
    #[error(transparent)]
    Plan(PlanError),
    /// AWS could not be called, or did not do it.
    #[error(transparent)]
    Aws(AwsError),
    /// Kubernetes could not be called, or did not do it.
    #[error(transparent)]
    Kube(KubeError),
    /// The deadline has passed; with what was answered last, if the same was asked again and again.
    #[error("{0}")]
    Deadline(Refusal, #[source] Option<Box<WireError>>),
    /// Things are not as they were when it was planned.
    #[error("{0}")]
    PlanIsStale(Refusal),
    /// The plan is not the one that was approved: the plan as it is now.
    #[error("{0}")]
    NotApproved(Refusal, Box<Plan>),
    /// It stopped in the middle.
    #[error(transparent)]
    Stopped(Box<Stopped>),
}

/// A wiring that stopped in the middle: run again, it finishes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("stopped with {} of {} changes made{}", done.len(), self.planned(), self.doubts())]
pub struct Stopped {
    #[source]
    why: WireError,
    done: Vec<Change>,
    in_doubt: Vec<Change>,
    not_begun: Vec<Change>,
    failures: Vec<(Change, WireError)>,
}

impl Stopped {
    pub(super) fn new(
        why: WireError,
        done: Vec<Change>,
        in_doubt: Vec<Change>,
        not_begun: Vec<Change>,
        failures: Vec<(Change, WireError)>,
    ) -> Self {
        Self { why, done, in_doubt, not_begun, failures }
    }

    /// Why: the first failure.
    #[must_use]
    pub fn why(&self) -> &WireError {
        &self.why
    }

    /// The changes that were made.
    #[must_use]
    pub fn done(&self) -> &[Change] {
        &self.done
    }

    /// Those that may or may not be made: the answer was lost, or nobody has seen them since.
    #[must_use]
    pub fn in_doubt(&self) -> &[Change] {
        &self.in_doubt
    }

    /// Those that were not made: refused, or not tried any more.
    #[must_use]
    pub fn not_begun(&self) -> &[Change] {
        &self.not_begun
    }

    /// The changes that failed, each with why: its own call did, or the looks after it. Several may, as they are made
    /// together. Each is in doubt or was not made.
    #[must_use]
    pub fn failures(&self) -> &[(Change, WireError)] {
        &self.failures
    }

    fn planned(&self) -> usize {
        self.done.len() + self.in_doubt.len() + self.not_begun.len()
    }

    fn doubts(&self) -> String {
        match self.in_doubt.as_slice() {
            [] => String::new(),
            [one] => format!(", in doubt: {one}"),
            many => {
                let all: Vec<String> = many.iter().map(ToString::to_string).collect();
                format!(", in doubt: {}", all.join("; "))
            }
        }
    }
}

impl WireError {
    /// The stable code, for instance `wire.stale`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Plan(error) => error.code(),
            Self::Aws(error) => error.code(),
            Self::Kube(error) => error.code(),
            Self::Deadline(refusal, _)
            | Self::PlanIsStale(refusal)
            | Self::NotApproved(refusal, _) => refusal.code(),
            Self::Stopped(stopped) => stopped.why.code(),
        }
    }

    /// The next step.
    #[must_use]
    pub fn help(&self) -> &str {
        match self {
            Self::Plan(error) => error.help(),
            Self::Aws(error) => error.help(),
            Self::Kube(error) => error.help(),
            Self::Deadline(refusal, _)
            | Self::PlanIsStale(refusal)
            | Self::NotApproved(refusal, _) => refusal.help(),
            Self::Stopped(stopped) => stopped.why.help(),
        }
    }

    /// What was done by then, where anything was begun.
    #[must_use]
    pub fn stopped(&self) -> Option<&Stopped> {
        match self {
            Self::Stopped(stopped) => Some(stopped),
            _ => None,
        }
    }

    /// The same; of a deadline, with what was answered last before it.
    pub(super) fn after(self, last: Option<WireError>) -> Self {
        match self {
            Self::Deadline(refusal, None) => Self::Deadline(refusal, last.map(Box::new)),
            error => error,
        }
    }
}

crate::error::diagnostic!(WireError);

impl From<PlanError> for WireError {
    fn from(error: PlanError) -> Self {
        Self::Plan(error)
    }
}

impl From<AwsError> for WireError {
    fn from(error: AwsError) -> Self {
        Self::Aws(error)
    }
}

impl From<KubeError> for WireError {
    fn from(error: KubeError) -> Self {
        Self::Kube(error)
    }
}

/// By then a server that can't be reached is told: tried three times, ten seconds each.
const REACHING: Duration = Duration::from_secs(35);

/// The deadline, so long after the begin, came while `what` was waited for.
pub(super) fn deadline(what: &str, time: Duration) -> WireError {
    let seconds = time.as_secs_f64();
    let message = format!("the deadline of {seconds} s ended the wait for: {what}");
    let reaching = "a server that can't be reached is named after half a minute; ";
    let reaching = if time < REACHING { reaching } else { "" };
    let help = format!(
        "run it again: what was done is seen, and the rest is done; {reaching}or set a later deadline"
    );
    WireError::Deadline(Refusal::new("wire.deadline", message, help), None)
}

/// The trust policy of a role that is about to be deleted has changed.
pub(super) fn stale_trust(role: &RoleArn) -> WireError {
    stale(&format!("the trust policy of role `{}` has changed", role.name()))
}

pub(super) fn stale(what: &str) -> WireError {
    let message = format!("the plan is out of date: {what}");
    WireError::PlanIsStale(Refusal::new("wire.stale", message, "plan it again"))
}

/// What could be done when it was planned, and can't any more; or that can't be told.
pub(super) fn replanned(error: PlanError) -> WireError {
    if matches!(error, PlanError::NotSeen(_)) {
        return error.into();
    }
    let message = format!("the plan is out of date: {error}");
    WireError::PlanIsStale(Refusal::new("wire.stale", message, error.help()))
}

pub(super) fn not_approved(plan: Plan) -> WireError {
    let message =
        format!("this is not the plan that was approved; its digest is `{}`", plan.digest());
    let help = "look at the plan as it is now, and approve that";
    let refusal = Refusal::new("wire.not-approved", message, help);
    WireError::NotApproved(refusal, Box::new(plan))
}
