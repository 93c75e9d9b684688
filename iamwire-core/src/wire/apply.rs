//! A plan, carried out: round by round, and told exactly how far it came.

use std::mem;

use futures_util::future::{join_all, join3};

use super::bounds::{Bounds, planned_again, rest_differs};
use super::error;
use super::lanes::{Lane, lanes};
use super::make::Halt;
use super::progress::{Looked, Outcome, Progress, Stop, Watched};
use super::run::Run;
use super::seen::Seen;
use super::{Applied, Event, WireError};
use crate::aws::AwsError;
use crate::kube::KubeError;
use crate::sent::Sent;
use crate::{Change, Finding, Plan, RoleArn, TrustPolicy};

impl Run<'_> {
    /// Makes all changes; where something came in between, looks and plans again, within these bounds.
    pub(super) async fn carry_out(
        &self,
        seen: Seen,
        plan: Plan,
        bounds: Bounds,
    ) -> Result<Applied, WireError> {
        let (mut seen, mut plan) = (seen, plan);
        let mut first = None;
        let mut progress = Progress::default();
        let mut notices: Vec<Finding> = Vec::new();
        let mut pause = self.pause();
        let mut conflicting = None;
        let mut other_than_planned = None;
        loop {
            self.tell(|| Event::Planned(Box::new(plan.clone())));
            let new = plan.notices().iter().filter(|notice| !notices.contains(notice));
            notices.extend(new.cloned().collect::<Vec<_>>());
            progress.begin(&plan);
            let why = match self.execute(&seen, &plan, &mut progress).await {
                None => {
                    notices.extend(other_than_planned.map(planned_again));
                    let (wired, changes) = (plan.wired().to_vec(), progress.all_done());
                    return Ok(Applied { wired, changes, notices, calls: self.calls() });
                }
                Some(Stop::Failed(why)) => return Err(progress.stopped(why)),
                Some(Stop::Surprise(why)) => why,
            };
            // Kubernetes has one state: it says the same of the same apply, however often it is asked.
            if matches!(why, WireError::Kube(KubeError::Owned(_))) {
                let digest = plan.digest();
                if conflicting.as_ref() == Some(&digest) {
                    return Err(progress.stopped(why));
                }
                conflicting = Some(digest);
            }
            self.tell(|| Event::Again(why.to_string()));
            self.is_crowded_from_now_on();
            let again = match pause.wait("what was planned on", Some(why)).await {
                Ok(()) => {
                    let again = self.look_again(&seen, &mut progress, bounds).await;
                    again.map_err(|error| error.after(pause.take_last()))
                }
                Err(late) => Err(late),
            };
            let fresh = match again {
                Ok((again, fresh)) => {
                    seen = again;
                    fresh
                }
                Err(error @ WireError::PlanIsStale(_)) => return Err(progress.stale(error)),
                Err(error) => return Err(progress.stopped(error)),
            };
            let first: &Plan = first.get_or_insert(mem::replace(&mut plan, fresh));
            let how = rest_differs(first, &progress.all_done(), &plan);
            if let (Some(how), Bounds::AsPlanned) = (&how, bounds) {
                return Err(progress.stale(error::stale(how)));
            }
            other_than_planned = other_than_planned.or(how);
        }
    }

    async fn look_again(
        &self,
        seen: &Seen,
        progress: &mut Progress,
        bounds: Bounds,
    ) -> Result<(Seen, Plan), WireError> {
        let again = self.observe(&seen.basis.desired, seen.basis.unwires).await?;
        for change in progress.seen(&again.basis.observed) {
            self.has_made(&change);
            self.tell(|| Event::Done(change));
        }
        let plan = again.plan().map_err(|error| match bounds {
            Bounds::AsNeeded => error.into(),
            Bounds::AsPlanned => error::replanned(error),
        })?;
        Ok((again, plan))
    }

    /// Makes the changes of a plan, round by round, until something is not as it should be.
    async fn execute(&self, seen: &Seen, plan: &Plan, progress: &mut Progress) -> Option<Stop> {
        let changes = plan.changes();
        let mut rounds = plan.rounds().peekable();
        let mut first = 0;
        // What follows a trust policy in its lane is done beside the look at it.
        let mut rest: Vec<Lane> = Vec::new();
        let mut deleted = deleted(changes);
        if rounds.peek().is_some_and(|round| takes_for_good(round, &deleted)) {
            for (_, halt) in self.check_deleted(mem::take(&mut deleted)).await {
                progress.stop(halt);
            }
        }
        while progress.stop.is_none() {
            let round = rounds.next().unwrap_or_default();
            let mut lanes = lanes(first, round);
            first += round.len();
            lanes.append(&mut rest);
            if lanes.is_empty() {
                break;
            }
            let work = join_all(lanes.into_iter().map(|lane| self.run_lane(seen, changes, lane)));
            let check = self.check_deleted(mem::take(&mut deleted));
            let looks = self.confirm_all(progress.watches.iter_mut());
            let (outcomes, used, looked) = join3(work, check, looks).await;
            progress.looked(looked);
            for (outcomes, left) in outcomes {
                for outcome in outcomes {
                    progress.made(outcome);
                }
                rest.extend(Some(left).filter(|left| !left.is_empty()));
            }
            for (role, halt) in used {
                self.attach_again(changes, &role, progress).await;
                progress.stop(halt);
            }
        }
        // A second look comes with the last round, but when something is taken away.
        let looks = if plan.unwires() { 1 } else { 2 };
        while progress.stop.is_none() && progress.watches.iter().any(|w| w.watch.looks() < looks) {
            let looked = self.confirm_all(progress.watches.iter_mut()).await;
            progress.looked(looked);
        }
        // What was written is looked at also where something else has failed.
        let unseen = progress.watches.iter_mut().filter(|watched| watched.watch.looks() == 0);
        let looked = self.confirm_all(unseen).await;
        progress.looked(looked);
        progress.stop.take()
    }

    /// Makes the changes of one thing, one after the other, until one is not made or a trust policy is
    /// written; gives what is left then.
    async fn run_lane(&self, seen: &Seen, changes: &[Change], lane: Lane) -> (Vec<Outcome>, Lane) {
        let mut outcomes = Vec::new();
        let mut lane = lane.into_iter();
        for at in lane.by_ref() {
            let Some(change) = changes.get(at) else { continue };
            let sent = Sent::default();
            let made = self.make(seen, change, &sent).await;
            let (failed, wrote) = (made.is_err(), matches!(made, Ok(Some(_))));
            outcomes.push(Outcome { at, made, in_doubt: sent.is_any() });
            if failed {
                return (outcomes, Lane::new());
            }
            if wrote {
                break;
            }
        }
        (outcomes, lane.collect())
    }

    async fn confirm_all(&self, watches: impl Iterator<Item = &mut Watched>) -> Vec<Looked> {
        let looks =
            watches.map(|watched| async { (watched.at, self.confirm(&mut watched.watch).await) });
        join_all(looks).await
    }

    /// Roles that are about to be deleted must not have been given to somebody else meanwhile: those that
    /// were, or of which it can't be told.
    async fn check_deleted(&self, deleted: Deleted) -> Vec<(RoleArn, Halt)> {
        let check = async |(role, was): (RoleArn, TrustPolicy)| {
            let what = format!("role `{}`", role.name());
            let halt = match self.call(&what, self.wirer.role_aws().role(role.name())).await {
                Ok(Ok(there)) if there.trust == was => return None,
                Ok(Err(AwsError::Missing(_))) => return None,
                Ok(Ok(_)) => Halt::Surprise(error::stale_trust(&role)),
                Ok(Err(error)) => Halt::failed(error),
                Err(late) => Halt::failed(late),
            };
            Some((role, halt))
        };
        join_all(deleted.into_iter().map(check)).await.into_iter().flatten().collect()
    }

    /// Gives a role that stays the policies that were taken off it a moment ago, as far as that can be done.
    async fn attach_again(&self, changes: &[Change], role: &RoleArn, progress: &mut Progress) {
        for (at, change) in changes.iter().enumerate() {
            let Change::DetachPolicy { role: of, policy } = change else { continue };
            if of != role || !progress.is_done(at) {
                continue;
            }
            let again = self.wirer.role_aws().attach_policy(role, policy);
            if matches!(self.call("a policy", again).await, Ok(Ok(()))) {
                progress.taken_back(at);
            }
        }
    }
}

/// Roles that are deleted, with the trust policies that they had.
type Deleted = Vec<(RoleArn, TrustPolicy)>;

fn deleted(changes: &[Change]) -> Deleted {
    let deleted = changes.iter().filter_map(|change| match change {
        Change::DeleteRole { role, was } => Some((role.clone(), was.clone())),
        _ => None,
    });
    deleted.collect()
}

/// Whether a round takes something of a role that is deleted which could not be given back to it.
fn takes_for_good(round: &[Change], deleted: &Deleted) -> bool {
    round.iter().any(|change| match change {
        Change::DeleteRole { .. } => true,
        Change::DeleteInlinePolicy { role, .. } => deleted.iter().any(|(gone, _)| gone == role),
        _ => false,
    })
}
