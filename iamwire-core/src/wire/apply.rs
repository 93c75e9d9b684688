//! A plan, carried out: round by round, and told exactly how far it came.

use futures_util::future::{join, join_all};

use super::error::{self, Stopped};
use super::lanes::{Lane, lanes};
use super::make::Halt;
use super::observe::Seen;
use super::run::Run;
use super::trust::Watch;
use super::{Applied, Event, WireError};
use crate::{Change, Finding, Plan};

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
        let mut changes: Vec<Change> = Vec::new();
        let mut notices: Vec<Finding> = Vec::new();
        let mut pause = self.pause();
        loop {
            self.tell(|| Event::Planned(Box::new(plan.clone())));
            let new = plan.notices().iter().filter(|notice| !notices.contains(notice));
            notices.extend(new.cloned().collect::<Vec<_>>());
            let (states, stop) = self.execute(&seen, &plan).await;
            let of = |state| {
                let all = plan.changes().iter().zip(&states);
                all.filter(move |(_, s)| **s == state).map(|(change, _)| change.clone())
            };
            changes.extend(of(State::Done));
            let (why, again) = match stop {
                None => {
                    let wired = plan.wired().to_vec();
                    return Ok(Applied { wired, changes, notices, calls: self.calls() });
                }
                Some(Stop::Failed(why)) => (why, false),
                Some(Stop::Surprise(why)) => (why, true),
            };
            let stopped = |why, changes| {
                let (in_doubt, not_begun) = (of(State::InDoubt), of(State::NotBegun));
                let stopped = Stopped::new(why, changes, in_doubt.collect(), not_begun.collect());
                WireError::Stopped(Box::new(stopped))
            };
            if !again {
                return Err(stopped(why, changes));
            }
            self.tell(|| Event::Again(why.to_string()));
            if let Err(late) = pause.wait(&why.to_string()).await {
                return Err(stopped(late, changes));
            }
            match self.look_again(&seen).await {
                Ok((new_seen, new_plan)) => (seen, plan) = (new_seen, new_plan),
                Err(error) => return Err(stopped(error, changes)),
            }
        }
    }

    async fn look_again(&self, seen: &Seen) -> Result<(Seen, Plan), WireError> {
        let again = self.observe(&seen.basis.desired, seen.basis.unwires).await?;
        let plan = again.plan()?;
        Ok((again, plan))
    }

    /// Makes the changes of a plan, round by round, until something is not as it should be.
    async fn execute(&self, seen: &Seen, plan: &Plan) -> (Vec<State>, Option<Stop>) {
        let changes = plan.changes();
        let mut progress = Progress::new(changes.len());
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
                outcomes.into_iter().for_each(|(at, outcome)| progress.made(at, outcome));
                rest.extend(Some(left).filter(|left| !left.is_empty()));
            }
            if let Err(halt) = guard {
                progress.stop(halt);
            }
        }
        // A second look comes with the last round, but when something is taken away.
        let looks = if plan.unwires() { 1 } else { 2 };
        while progress.stop.is_none() && progress.watches.iter().any(|w| w.watch.looks() < looks) {
            let looked = self.confirm_all(&mut progress.watches).await;
            progress.looked(looked);
        }
        (progress.states, progress.stop)
    }

    /// Makes the changes of one thing, one after the other, until one is not made or a trust policy is
    /// written; gives what is left then.
    async fn run_lane(&self, seen: &Seen, changes: &[Change], lane: Lane) -> (Vec<Outcome>, Lane) {
        let mut outcomes = Vec::new();
        let mut lane = lane.into_iter();
        while let Some(at) = lane.next() {
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

    async fn confirm_all(&self, watches: &mut [Watched]) -> Vec<(usize, Result<(), Halt>)> {
        let looks = watches
            .iter_mut()
            .map(|watched| async { (watched.change, self.confirm(&mut watched.watch).await) });
        join_all(looks).await
    }

    /// A role that is about to be deleted must not have been given to somebody else meanwhile.
    async fn check_deleted(&self, changes: &[Change]) -> Result<(), Halt> {
        for change in changes {
            let Change::DeleteRole { role, was } = change else { continue };
            let what = format!("role `{}`", role.name());
            let look = self.call(&what, self.wirer.role_aws().role(role.name())).await;
            if let Ok(there) = look.map_err(Halt::failed)?
                && there.trust != *was
            {
                let what = format!("the trust policy of role `{}` has changed", role.name());
                return Err(Halt::Surprise(error::stale(&what)));
            }
        }
        Ok(())
    }
}

/// A change by its place, and what came of it.
type Outcome = (usize, Result<Option<Watch>, Halt>);

/// A trust policy that was written, by the place of its change.
struct Watched {
    change: usize,
    watch: Watch,
}

/// How far a plan has come.
struct Progress {
    states: Vec<State>,
    watches: Vec<Watched>,
    stop: Option<Stop>,
}

impl Progress {
    fn new(changes: usize) -> Self {
        Self { states: vec![State::NotBegun; changes], watches: Vec::new(), stop: None }
    }

    fn set(&mut self, at: usize, new: State) {
        if let Some(state) = self.states.get_mut(at) {
            *state = new;
        }
    }

    fn made(&mut self, at: usize, outcome: Result<Option<Watch>, Halt>) {
        match outcome {
            Ok(None) => self.set(at, State::Done),
            Ok(Some(watch)) => {
                // Until it is seen.
                self.set(at, State::InDoubt);
                self.watches.push(Watched { change: at, watch });
            }
            Err(halt) => {
                if matches!(halt, Halt::Failed { in_doubt: true, .. }) {
                    self.set(at, State::InDoubt);
                }
                self.stop(halt);
            }
        }
    }

    fn looked(&mut self, looked: Vec<(usize, Result<(), Halt>)>) {
        for (at, answer) in looked {
            match answer {
                Ok(()) => self.set(at, State::Done),
                Err(halt) => {
                    self.set(at, State::InDoubt);
                    self.stop(halt);
                }
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
}
