//! A plan, carried out: round by round, and told exactly how far it came.

use futures_util::future::{join, join_all, try_join_all};

use super::error::{self, Stopped};
use super::lanes::{Lane, lanes};
use super::make::Halt;
use super::observe::Seen;
use super::run::Run;
use super::trust::Watch;
use super::{Applied, Event, WireError};
use crate::{Change, Finding, Plan, RoleArn, TrustPolicy};

/// How far a change has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    NotBegun,
    InDoubt,
    Done,
}

/// Why a plan was not carried out to its end.
enum Stop {
    Surprise(WireError),
    Failed(WireError),
}

/// Refuses a plan that is no longer what would be planned; the text of trust policies alone may differ.
pub(super) fn check_stale(plan: &Plan, fresh: &Plan) -> Result<(), WireError> {
    let same = |a: &Change, b: &Change| match (a, b) {
        (
            Change::UpdateTrust { role, edit, also, .. },
            Change::UpdateTrust { role: other, edit: other_edit, also: other_also, .. },
        ) => role == other && edit == other_edit && also == other_also,
        (a, b) => a == b,
    };
    // Somebody else may have done the edit already.
    let is_trust = |change: &&Change| matches!(change, Change::UpdateTrust { .. });
    let gone = plan.changes().iter().find(|change| {
        !fresh.changes().iter().any(|other| same(change, other)) && !is_trust(change)
    });
    if let Some(change) = gone {
        return Err(error::stale(&format!("{change} was planned, and is not what is needed now")));
    }
    let new = fresh.changes().iter().find(|c| !plan.changes().iter().any(|other| same(c, other)));
    match new {
        Some(change) => Err(error::stale(&format!("{change} is needed now, and was not planned"))),
        None => Ok(()),
    }
}

impl Run<'_> {
    /// Makes all changes; where something came in between, looks and plans again.
    pub(super) async fn carry_out(&self, seen: Seen, plan: Plan) -> Result<Applied, WireError> {
        let (mut seen, mut plan) = (seen, plan);
        let mut progress = Progress::default();
        let mut notices: Vec<Finding> = Vec::new();
        let mut pause = self.pause();
        loop {
            self.tell(|| Event::Planned(Box::new(plan.clone())));
            let new = plan.notices().iter().filter(|notice| !notices.contains(notice));
            notices.extend(new.cloned().collect::<Vec<_>>());
            progress.begin(&plan);
            let why = match self.execute(&seen, &plan, &mut progress).await {
                None => {
                    let (wired, changes) = (plan.wired().to_vec(), progress.all_done());
                    return Ok(Applied { wired, changes, notices, calls: self.calls() });
                }
                Some(Stop::Failed(why)) => return Err(progress.stopped(why)),
                Some(Stop::Surprise(why)) => why,
            };
            self.tell(|| Event::Again(why.to_string()));
            self.is_crowded_from_now_on();
            if pause.wait("what was planned on").await.is_err() {
                return Err(progress.stopped(why));
            }
            match self.look_again(&seen).await {
                Ok(again) => (seen, plan) = again,
                Err(error) => return Err(progress.stopped(error)),
            }
        }
    }

    async fn look_again(&self, seen: &Seen) -> Result<(Seen, Plan), WireError> {
        let again = self.observe(&seen.basis.desired, seen.basis.unwires).await?;
        let plan = again.plan()?;
        Ok((again, plan))
    }

    /// Makes the changes of a plan, round by round, until something is not as it should be.
    async fn execute(&self, seen: &Seen, plan: &Plan, progress: &mut Progress) -> Option<Stop> {
        let changes = plan.changes();
        let mut rounds = plan.rounds();
        let mut first = 0;
        // What follows a trust policy in its lane is done beside the look at it.
        let mut rest: Vec<Lane> = Vec::new();
        while progress.stop.is_none() {
            let guarded = first == 0;
            let round = rounds.next().unwrap_or_default();
            let mut lanes = lanes(first, round);
            first += round.len();
            lanes.append(&mut rest);
            if lanes.is_empty() {
                break;
            }
            let work = join_all(lanes.into_iter().map(|lane| self.run_lane(seen, changes, lane)));
            let guard = async { if guarded { self.check_deleted(changes).await } else { Ok(()) } };
            let looks = self.confirm_all(&mut progress.watches);
            let ((outcomes, guard), looked) = join(join(work, guard), looks).await;
            progress.looked(looked);
            for (outcomes, left) in outcomes {
                for (at, outcome) in outcomes {
                    progress.made(at, outcome);
                }
                rest.extend(Some(left).filter(|left| !left.is_empty()));
            }
            if let Err((role, halt)) = guard {
                self.attach_again(changes, &role, progress).await;
                progress.stop(halt);
            }
        }
        // A second look comes with the last round, but when something is taken away.
        let looks = if plan.unwires() { 1 } else { 2 };
        while progress.stop.is_none() && progress.watches.iter().any(|w| w.watch.looks() < looks) {
            let looked = self.confirm_all(&mut progress.watches).await;
            progress.looked(looked);
        }
        progress.stop.take()
    }

    /// Makes the changes of one thing, one after the other, until one is not made or a trust policy is
    /// written; gives what is left then.
    async fn run_lane(&self, seen: &Seen, changes: &[Change], lane: Lane) -> (Vec<Outcome>, Lane) {
        let mut outcomes = Vec::new();
        let mut lane = lane.into_iter();
        for at in lane.by_ref() {
            let Some(change) = changes.get(at) else { continue };
            let outcome = self.make(seen, change).await;
            let (failed, wrote) = (outcome.is_err(), matches!(outcome, Ok(Some(_))));
            outcomes.push((at, outcome));
            if failed {
                return (outcomes, Lane::new());
            }
            if wrote {
                break;
            }
        }
        (outcomes, lane.collect())
    }

    async fn confirm_all(&self, watches: &mut [Watched]) -> Vec<Looked> {
        let looks = watches
            .iter_mut()
            .map(|watched| async { (watched.at, self.confirm(&mut watched.watch).await) });
        join_all(looks).await
    }

    /// A role that is about to be deleted must not have been given to somebody else meanwhile.
    async fn check_deleted(&self, changes: &[Change]) -> Result<(), (RoleArn, Halt)> {
        let check = |(role, was): (RoleArn, TrustPolicy)| async move {
            let what = format!("role `{}`", role.name());
            let look = self.call(&what, self.wirer.role_aws().role(role.name())).await;
            match look {
                Ok(Ok(there)) if there.trust != was => {
                    let what = format!("the trust policy of role `{}` has changed", role.name());
                    Err((role, Halt::Surprise(error::stale(&what))))
                }
                Ok(_) => Ok(()),
                Err(late) => Err((role, Halt::failed(late))),
            }
        };
        let deleted = changes.iter().filter_map(|change| match change {
            Change::DeleteRole { role, was } => Some((role.clone(), was.clone())),
            _ => None,
        });
        try_join_all(deleted.map(check)).await.map(|_| ())
    }

    /// Gives a role that stays the policies that were taken off it a moment ago, as far as that can be done.
    async fn attach_again(&self, changes: &[Change], role: &RoleArn, progress: &mut Progress) {
        for (at, change) in changes.iter().enumerate() {
            let Change::DetachPolicy { role: of, policy } = change else { continue };
            if of != role || !progress.is_done(at) {
                continue;
            }
            let again = Change::AttachPolicy { role: role.clone(), policy: policy.clone() };
            let call = self.call("a policy", self.wirer.role_aws().make(&again)).await;
            if matches!(call, Ok(Ok(()))) {
                progress.set(at, State::NotBegun);
            }
        }
    }
}

/// A change by its place, and what came of it.
type Outcome = (usize, Result<Option<Watch>, Halt>);

/// A trust policy by the place of its change, and what came of the look at it.
type Looked = (Option<usize>, Result<(), Halt>);

/// A trust policy that was written.
struct Watched {
    /// The place of its change; none if that was in an earlier plan.
    at: Option<usize>,
    change: Change,
    watch: Watch,
}

/// How far it has come.
#[derive(Default)]
struct Progress {
    /// Of earlier plans.
    done: Vec<Change>,
    changes: Vec<(Change, State)>,
    watches: Vec<Watched>,
    stop: Option<Stop>,
}

impl Progress {
    /// Goes on with another plan. What was written by the last one, and isn't touched by this, is looked at
    /// all the same.
    fn begin(&mut self, plan: &Plan) {
        let changes = plan.changes().iter().map(|change| (change.clone(), State::NotBegun));
        let last = std::mem::replace(&mut self.changes, changes.collect());
        let is_watched = |at: usize| self.watches.iter().any(|watched| watched.at == Some(at));
        let done = last.into_iter().enumerate();
        let done = done.filter(|(at, (_, state))| *state == State::Done && !is_watched(*at));
        self.done.extend(done.map(|(_, (change, _))| change));
        for watched in &mut self.watches {
            watched.at = None;
        }
        let touches = |watched: &Watched| {
            let role = watched.change.role();
            plan.changes().iter().any(|change| {
                let all = matches!(
                    change,
                    Change::CreateRole { .. }
                        | Change::UpdateTrust { .. }
                        | Change::DeleteRole { .. }
                );
                all && change.role() == role
            })
        };
        self.watches.retain(|watched| !touches(watched));
    }

    fn set(&mut self, at: usize, new: State) {
        if let Some((_, state)) = self.changes.get_mut(at) {
            *state = new;
        }
    }

    fn is_done(&self, at: usize) -> bool {
        self.changes.get(at).is_some_and(|(_, state)| *state == State::Done)
    }

    fn made(&mut self, at: usize, outcome: Result<Option<Watch>, Halt>) {
        match outcome {
            Ok(None) => self.set(at, State::Done),
            Ok(Some(watch)) => {
                // Until it is seen.
                self.set(at, State::InDoubt);
                if let Some((change, _)) = self.changes.get(at) {
                    self.watches.push(Watched { at: Some(at), change: change.clone(), watch });
                }
            }
            Err(halt) => {
                if matches!(halt, Halt::Failed { in_doubt: true, .. }) {
                    self.set(at, State::InDoubt);
                }
                self.stop(halt);
            }
        }
    }

    fn looked(&mut self, looked: Vec<Looked>) {
        for (at, answer) in looked {
            let (state, halt) = match answer {
                Ok(()) => (State::Done, None),
                Err(halt) => (State::InDoubt, Some(halt)),
            };
            if let Some(at) = at {
                self.set(at, state);
            }
            if let Some(halt) = halt {
                self.stop(halt);
            }
        }
    }

    /// The first failure counts; it counts more than a surprise.
    fn stop(&mut self, halt: Halt) {
        match (halt, &self.stop) {
            (Halt::Failed { why, .. }, None | Some(Stop::Surprise(_))) => {
                self.stop = Some(Stop::Failed(why));
            }
            (Halt::Surprise(why), None) => self.stop = Some(Stop::Surprise(why)),
            _ => {}
        }
    }

    fn of(&self, state: State) -> impl Iterator<Item = Change> {
        let all = self.changes.iter().filter(move |(_, s)| *s == state);
        all.map(|(change, _)| change.clone())
    }

    /// Those of earlier plans whose trust policies were seen, or were not.
    fn earlier(&self, seen: bool) -> impl Iterator<Item = Change> {
        let earlier = self.watches.iter().filter(|watched| watched.at.is_none());
        let all = earlier.filter(move |watched| (watched.watch.looks() > 0) == seen);
        all.map(|watched| watched.change.clone())
    }

    fn all_done(&self) -> Vec<Change> {
        self.done.iter().cloned().chain(self.earlier(true)).chain(self.of(State::Done)).collect()
    }

    fn stopped(&self, why: WireError) -> WireError {
        let in_doubt = self.earlier(false).chain(self.of(State::InDoubt)).collect();
        let not_begun = self.of(State::NotBegun).collect();
        WireError::Stopped(Box::new(Stopped::new(why, self.all_done(), in_doubt, not_begun)))
    }
}
