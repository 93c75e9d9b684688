//! How far the changes of a plan have come.

use super::WireError;
use super::error::Stopped;
use super::make::Halt;
use super::trust::Watch;
use crate::{Change, Observed, Plan};

/// How far it has come.
#[derive(Default)]
pub(super) struct Progress {
    /// Of earlier plans.
    done: Vec<Change>,
    changes: Vec<(Change, State)>,
    pub(super) watches: Vec<Watched>,
    failures: Vec<(Change, WireError)>,
    /// Whether something was written and taken back.
    was_taken_back: bool,
    pub(super) stop: Option<Stop>,
}

impl Progress {
    /// Goes on with another plan. What was written by the last one, and isn't touched by this, is looked at
    /// all the same.
    pub(super) fn begin(&mut self, plan: &Plan) {
        // What may have been made by the last one, and isn't seen yet, is in doubt still.
        let begin = |change: &Change| match self.state_of(change) {
            Some(State::InDoubt) => (change.clone(), State::InDoubt),
            _ => (change.clone(), State::NotBegun),
        };
        let changes = plan.changes().iter().map(begin);
        let changes: Vec<(Change, State)> = changes.collect();
        let last = std::mem::replace(&mut self.changes, changes);
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

    /// It was made, and is taken back.
    pub(super) fn taken_back(&mut self, at: usize) {
        self.was_taken_back = true;
        self.set(at, State::NotBegun);
    }

    fn set(&mut self, at: usize, new: State) {
        if let Some((change, state)) = self.changes.get_mut(at) {
            *state = new;
            if new == State::Done {
                self.failures.retain(|(failed, _)| failed != change);
            }
        }
    }

    pub(super) fn is_done(&self, at: usize) -> bool {
        self.changes.get(at).is_some_and(|(_, state)| *state == State::Done)
    }

    pub(super) fn made(&mut self, Outcome { at, made, in_doubt }: Outcome) {
        match made {
            Ok(None) => self.set(at, State::Done),
            Ok(Some(watch)) => {
                // Until it is seen.
                self.set(at, State::InDoubt);
                if let Some((change, _)) = self.changes.get(at) {
                    self.watches.push(Watched { at: Some(at), change: change.clone(), watch });
                }
            }
            Err(halt) => {
                if in_doubt {
                    self.set(at, State::InDoubt);
                }
                self.failed(at, &halt);
                self.stop(halt);
            }
        }
    }

    /// Each change fails once: what follows from it is not told.
    fn failed(&mut self, at: usize, halt: &Halt) {
        let Some((change, _)) = self.changes.get(at) else { return };
        let is_known = self.failures.iter().any(|(known, _)| known == change);
        if let (Halt::Failed(why), false) = (halt, is_known) {
            self.failures.push((change.clone(), why.clone()));
        }
    }

    /// What is in doubt, and is there at another look, was made: gives those changes.
    pub(super) fn seen(&mut self, observed: &Observed) -> Vec<Change> {
        let watched: Vec<usize> = self.watches.iter().filter_map(|watched| watched.at).collect();
        let is_made = |(at, (change, state)): &(usize, &(Change, State))| {
            *state == State::InDoubt && !watched.contains(at) && change.is_seen(observed)
        };
        let made = self.changes.iter().enumerate().filter(is_made);
        let made: Vec<(usize, Change)> = made.map(|(at, (one, _))| (at, one.clone())).collect();
        for (at, _) in &made {
            self.set(*at, State::Done);
        }
        made.into_iter().map(|(_, change)| change).collect()
    }

    pub(super) fn looked(&mut self, looked: Vec<Looked>) {
        for (at, answer) in looked {
            let (state, halt) = match answer {
                Ok(()) => (State::Done, None),
                Err(halt) => (State::InDoubt, Some(halt)),
            };
            if let Some(at) = at {
                self.set(at, state);
            }
            if let Some(halt) = halt {
                if let Some(at) = at {
                    self.failed(at, &halt);
                }
                self.stop(halt);
            }
        }
    }

    /// The first failure counts; it counts more than a surprise.
    pub(super) fn stop(&mut self, halt: Halt) {
        match (halt, &self.stop) {
            (Halt::Failed(why), None | Some(Stop::Surprise(_))) => {
                self.stop = Some(Stop::Failed(why));
            }
            (Halt::Surprise(why), None) => self.stop = Some(Stop::Surprise(why)),
            _ => {}
        }
    }

    fn state_of(&self, change: &Change) -> Option<State> {
        let known = self.changes.iter().find(|(known, _)| known == change);
        known.map(|(_, state)| *state)
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

    pub(super) fn all_done(&self) -> Vec<Change> {
        self.done.iter().cloned().chain(self.earlier(true)).chain(self.of(State::Done)).collect()
    }

    /// The plan holds no longer; before any write that is all there is to say.
    pub(super) fn stale(self, why: WireError) -> WireError {
        let untouched = !self.was_taken_back
            && self.all_done().is_empty()
            && self.earlier(false).chain(self.of(State::InDoubt)).next().is_none();
        if untouched { why } else { self.stopped(why) }
    }

    pub(super) fn stopped(self, why: WireError) -> WireError {
        let in_doubt = self.earlier(false).chain(self.of(State::InDoubt)).collect();
        let not_begun = self.of(State::NotBegun).collect();
        let (done, failures) = (self.all_done(), self.failures);
        WireError::Stopped(Box::new(Stopped::new(why, done, in_doubt, not_begun, failures)))
    }
}

/// What came of a change.
pub(super) struct Outcome {
    /// Its place.
    pub(super) at: usize,
    pub(super) made: Result<Option<Watch>, Halt>,
    /// Whether something of it may have been done.
    pub(super) in_doubt: bool,
}

/// A trust policy by the place of its change, and what came of the look at it.
pub(super) type Looked = (Option<usize>, Result<(), Halt>);

/// A trust policy that was written.
pub(super) struct Watched {
    /// The place of its change; none if that was in an earlier plan.
    pub(super) at: Option<usize>,
    change: Change,
    pub(super) watch: Watch,
}

/// How far a change has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    NotBegun,
    InDoubt,
    Done,
}

/// Why a plan was not carried out to its end.
pub(super) enum Stop {
    Surprise(WireError),
    Failed(WireError),
}
