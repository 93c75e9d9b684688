//! What `wire` and `unwire` share: a plan, a question, the changes, and what came of it.

mod access;
mod advice;
mod context;
mod embedded;
mod flags;
mod journal;
mod outcome;
mod work;

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};

use iamwire_core::{Applied, Desired, Event, Plan, UnwireOptions, WireError, Wirer};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

pub(crate) use embedded::Embedded;
pub(crate) use flags::Flags;
pub(crate) use outcome::quoted;
pub(crate) use work::Foreground;

use flags::{Form, Wanted};
use journal::Journal;
use outcome::{Outcome, row};

use crate::failure::Problem;
use crate::notices::lines;
use crate::{Exit, Failure, Streams};

/// What a script must know.
pub(crate) const AFTER_HELP: &str = "\
JSON: an object with format_version, role_arn, digest, plan, done, in_doubt, not_begun, notices, manifest,
and with error where it is not all done. Without a terminal: --yes, --approve or --dry-run.
Exit codes: 0 done, or nothing to do; 1 refused or failed; 2 wrong usage, no credentials or region;
3 the deadline passed, or it can't be told what was done; 130 interrupted. Run again, it finishes;
--approve takes the digest of what is left.";

/// What is done.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Wire,
    Unwire(UnwireOptions),
}

/// When the changes of the plan are made.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Consent {
    /// They are not.
    DryRun,
    /// If it is this one.
    To(String),
    /// If the person says yes to it.
    Asked,
    /// Whatever they are.
    Given,
}

impl Consent {
    fn of(flags: &Flags, sandboxed: bool, streams: &Streams<'_>) -> Result<Self, Failure> {
        let run = &flags.run;
        match &run.approve {
            _ if run.dry_run => Ok(Self::DryRun),
            Some(digest) if !is_digest(digest) => Err(Failure::unreadable(
                format!("`{digest}` is no digest"),
                "give the 64 hexadecimal digits that `--dry-run` shows",
            )),
            Some(digest) => Ok(Self::To(digest.clone())),
            None if run.yes || sandboxed => Ok(Self::Given),
            None if streams.ends.asks => Ok(Self::Asked),
            None => Err(Failure::unreadable(
                "standard input is no terminal, so nobody can be asked",
                "look with `--dry-run`; then `--approve DIGEST` does exactly that, and `--yes` whatever is needed",
            )),
        }
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Runs it; `sandboxed`: all of it in the embedded sandbox.
pub(crate) fn run(
    flags: &Flags,
    purpose: Purpose,
    sandboxed: bool,
    streams: &mut Streams<'_>,
) -> Result<Exit, Failure> {
    let ended = wire_or_unwire(flags, purpose, sandboxed, streams);
    if let (Err(Failure::Problem(problem)), Form::Json) = (&ended, flags.form()) {
        write_nothing_but(problem.clone(), streams)?;
    }
    ended
}

/// Arguments that are none: in JSON as well, if that was asked for.
pub(crate) fn usage(
    args: &[OsString],
    message: &str,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let wires = args.get(1).is_some_and(|command| command == "wire" || command == "unwire");
    let pairs = args.iter().zip(args.iter().skip(1));
    let json = args.iter().any(|arg| arg == "--output=json")
        || pairs.into_iter().any(|(flag, form)| flag == "--output" && form == "json");
    if !(wires && json) {
        return Ok(());
    }
    write_nothing_but(Problem::new(Exit::Unreadable, "program.usage", message), streams)
}

/// Whoever reads JSON is told there as well why there is no more of it.
fn write_nothing_but(problem: Problem, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let nothing = Outcome { failure: Some(problem), ..Outcome::default() };
    nothing.write_json(streams.output).map_err(Failure::output)
}

fn wire_or_unwire(
    flags: &Flags,
    purpose: Purpose,
    sandboxed: bool,
    streams: &mut Streams<'_>,
) -> Result<Exit, Failure> {
    let wanted = flags.wanted(sandboxed, streams)?;
    let consent = Consent::of(flags, sandboxed, streams)?;
    let mut foreground = Foreground::new()?;
    let embedded = if sandboxed { Some(embedded(streams)?) } else { None };
    let unwires = matches!(purpose, Purpose::Unwire(_));
    let connected = foreground.run(async {
        match &embedded {
            Some(embedded) => Ok((embedded.wirer()?, None)),
            None => flags.cluster.wirer(&wanted.cluster, unwires).await,
        }
    });
    let Some((wirer, context)) = connected.transpose()? else { return Err(interrupted_early()) };
    if let Some(context) = &context {
        row(streams.errors, "context", &context.told());
    }
    let mut session = Session::new(wirer, flags, wanted, sandboxed, foreground);
    if sandboxed && unwires && !session.prepare(streams)? {
        return Err(interrupted_early());
    }
    let mut journal = Journal::new(streams.ends.draws && flags.form() == Form::Text);
    let outcome = session.outcome(purpose, &consent, &mut journal, streams)?;
    journal.end();
    session.tell(&consent, &journal, &outcome, streams);
    // What is left may wait for a reader.
    let _waiting = session.foreground.ends_by_interrupt(|| ());
    let again = sandboxed && outcome.failure.is_none() && consent != Consent::DryRun;
    let again = if again { session.again(purpose, streams)? } else { Exit::Fine };
    let exit = if outcome.failure.is_some() { outcome.exit() } else { again };
    let written = session.write(purpose, &consent, &outcome, streams);
    session.foreground.leave();
    match written {
        // How it ended doesn't depend on who reads of it.
        Err(Failure::ReaderGone) => Ok(exit),
        written => written.map(|()| exit),
    }
}

fn embedded(streams: &mut Streams<'_>) -> Result<Embedded, Failure> {
    let embedded = Embedded::start()?;
    let what = "a loopback AWS and Kubernetes; `iamwire wire --cluster NAME` wires your own";
    row(streams.errors, "sandbox", what);
    Ok(embedded)
}

/// The way to AWS and the cluster, and what is wanted of them.
struct Session<'a> {
    wirer: Wirer,
    events: UnboundedReceiver<Event>,
    flags: &'a Flags,
    desired: Desired,
    /// All of it in the embedded sandbox.
    sandboxed: bool,
    foreground: Foreground,
}

impl<'a> Session<'a> {
    fn new(
        wirer: Wirer,
        flags: &'a Flags,
        wanted: Wanted,
        sandboxed: bool,
        foreground: Foreground,
    ) -> Self {
        let (told, events) = unbounded_channel();
        let mut wirer = wirer.on_event(move |event| {
            // Nobody listens any more once it is over.
            let _ = told.send(event.clone());
        });
        if let Some(deadline) = flags.deadline() {
            wirer = wirer.deadline(deadline);
        }
        Self { wirer, events, flags, desired: wanted.desired, sandboxed, foreground }
    }

    /// In the sandbox there is something to unwire only once it is wired; false after Ctrl-C.
    fn prepare(&mut self, streams: &mut Streams<'_>) -> Result<bool, Failure> {
        let Some(wired) = self.foreground.run(self.wirer.wire(&self.desired)) else {
            return Ok(false);
        };
        let wired = wired.map_err(|error| Failure::Problem(Problem::of(&error)))?;
        while self.events.try_recv().is_ok() {}
        let what = format!("{}, to have something to unwire", counted(wired.changes.len()));
        row(streams.errors, "wired", &what);
        Ok(true)
    }

    /// Plans, asks, does it.
    fn outcome(
        &mut self,
        purpose: Purpose,
        consent: &Consent,
        journal: &mut Journal,
        streams: &mut Streams<'_>,
    ) -> Result<Outcome, Failure> {
        let Self { wirer, desired, .. } = self;
        let (wirer, desired) = (wirer.clone(), desired.clone());
        let text = self.flags.form() == Form::Text;
        journal.shows_plan = text && *consent != Consent::DryRun;
        match consent {
            Consent::DryRun => {
                let planned = self.watch(plan(&wirer, &desired, purpose), journal, streams);
                Ok(planned.map_or_else(|failed| *failed, Outcome::planned))
            }
            Consent::Given => Ok(self.apply(apply(&wirer, &desired, purpose), journal, streams)),
            Consent::To(digest) => {
                let applied = async {
                    match purpose {
                        Purpose::Wire => wirer.wire_approved(&desired, digest).await,
                        Purpose::Unwire(options) => {
                            wirer.unwire_approved(&desired, options, digest).await
                        }
                    }
                };
                Ok(self.apply(applied, journal, streams))
            }
            Consent::Asked => {
                journal.shows_plan = true;
                let plan = match self.watch(plan(&wirer, &desired, purpose), journal, streams) {
                    Ok(plan) => plan,
                    Err(failed) => return Ok(*failed),
                };
                journal.planned(plan.clone(), streams.errors);
                if plan.is_empty() {
                    return Ok(Outcome::planned(plan));
                }
                if !self.asked(&plan, streams)? {
                    let declined =
                        Problem::new(Exit::Refused, "program.declined", "nothing was done");
                    return Ok(Outcome { failure: Some(declined), ..Outcome::planned(plan) });
                }
                Ok(self.apply(wirer.apply(&plan), journal, streams))
            }
        }
    }

    fn apply(
        &mut self,
        applied: impl Future<Output = Result<Applied, WireError>>,
        journal: &mut Journal,
        streams: &mut Streams<'_>,
    ) -> Outcome {
        match self.watch(applied, journal, streams) {
            Ok(applied) => Outcome {
                plan: journal.plan.clone(),
                wired: applied.wired,
                done: applied.changes,
                notices: applied.notices,
                calls: Some(applied.calls),
                ..Outcome::default()
            },
            Err(failed) => *failed,
        }
    }

    /// Waits for it; an error, or Ctrl-C, is an outcome as well.
    fn watch<T>(
        &mut self,
        work: impl Future<Output = Result<T, WireError>>,
        journal: &mut Journal,
        streams: &mut Streams<'_>,
    ) -> Result<T, Box<Outcome>> {
        let hear = |event| journal.hear(event, streams.errors);
        match self.foreground.watch(work, &mut self.events, hear) {
            Some(Ok(value)) => Ok(value),
            Some(Err(error)) => {
                let problem = advice::problem(&error);
                Err(Box::new(Outcome::failed(journal.plan.clone(), &error, problem)))
            }
            None => Err(Box::new(interrupted(journal))),
        }
    }

    fn asked(&self, plan: &Plan, streams: &mut Streams<'_>) -> Result<bool, Failure> {
        let _ = write!(streams.errors, "make {}? [y/N] ", counted(plan.changes().len()));
        let _ = streams.errors.flush();
        let as_json = self.flags.form() == Form::Json;
        let nothing =
            Outcome { failure: Some(interruption(BEFORE)), ..Outcome::planned(plan.clone()) };
        // Nothing is done yet. What follows is not to begin in the line of the question.
        let last = move || {
            let _ = writeln!(std::io::stderr());
            interruption(BEFORE).tell(&mut std::io::stderr());
            if as_json {
                let _ = nothing.write_json(&mut std::io::stdout());
            }
        };
        let _waiting = self.foreground.ends_by_interrupt(last);
        let mut answer = String::new();
        let read = BufReader::new(&mut streams.input).read_line(&mut answer);
        read.map_err(|error| {
            Failure::unreadable(format!("standard input can't be read: {error}"), "")
        })?;
        Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
    }

    /// What people are told before the result.
    fn tell(
        &self,
        consent: &Consent,
        journal: &Journal,
        outcome: &Outcome,
        streams: &mut Streams<'_>,
    ) {
        let errors = &mut *streams.errors;
        if let Some(problem) = &outcome.failure {
            // The one that was not approved.
            let unseen = outcome.plan.as_ref().filter(|_| journal.plan.is_none());
            if let (Some(plan), Form::Text) = (unseen, self.flags.form()) {
                lines(errors, &plan.to_string());
            }
            outcome.tell_how_far(errors);
            return problem.tell(errors);
        }
        if self.flags.form() == Form::Text && *consent != Consent::DryRun {
            outcome.tell_applied(streams.ends.draws, errors);
        }
    }

    /// In the sandbox: a second time there is nothing to do.
    fn again(&mut self, purpose: Purpose, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
        let applied = self.foreground.run(apply(&self.wirer, &self.desired, purpose));
        let Some(applied) = applied else {
            interruption("interrupted while it was run again; all is done").tell(streams.errors);
            return Ok(Exit::Interrupted);
        };
        let applied = applied.map_err(|error| Failure::Problem(Problem::of(&error)))?;
        row(streams.errors, "again", &counted(applied.changes.len()));
        Ok(if applied.changes.is_empty() { Exit::Fine } else { Exit::Refused })
    }

    /// The result.
    fn write(
        &self,
        purpose: Purpose,
        consent: &Consent,
        outcome: &Outcome,
        streams: &mut Streams<'_>,
    ) -> Result<(), Failure> {
        let out = &mut *streams.output;
        let unwires = matches!(purpose, Purpose::Unwire(_));
        let written = match (self.flags.form(), &outcome.plan) {
            (Form::Json, _) => outcome.write_json(out),
            _ if outcome.failure.is_some() => Ok(()),
            (Form::Text, Some(plan)) if *consent == Consent::DryRun => {
                let approve = "`--approve` with it makes exactly these changes";
                writeln!(out, "{plan}\n{:<9} {}   {approve}", "digest", plan.digest())
            }
            (Form::Text, _) => {
                let profile = self.flags.cluster.profile.as_deref();
                outcome.write_text(unwires, self.sandboxed, profile, out)
            }
        };
        written.map_err(Failure::output)
    }
}

async fn plan(wirer: &Wirer, desired: &Desired, purpose: Purpose) -> Result<Plan, WireError> {
    match purpose {
        Purpose::Wire => wirer.plan(desired).await,
        Purpose::Unwire(options) => wirer.plan_unwire(desired, options).await,
    }
}

async fn apply(wirer: &Wirer, desired: &Desired, purpose: Purpose) -> Result<Applied, WireError> {
    match purpose {
        Purpose::Wire => wirer.wire(desired).await,
        Purpose::Unwire(options) => wirer.unwire(desired, options).await,
    }
}

/// `1 change`, `2 changes`.
fn counted(changes: usize) -> String {
    if changes == 1 { "1 change".to_owned() } else { format!("{changes} changes") }
}

/// What is said where Ctrl-C came first.
const BEFORE: &str = "interrupted before anything was changed";

/// Ctrl-C came before there was a plan.
fn interrupted_early() -> Failure {
    Failure::Problem(interruption(BEFORE))
}

fn interruption(message: &str) -> Problem {
    Problem::new(Exit::Interrupted, "program.interrupted", message)
}

/// Ctrl-C came.
fn interrupted(journal: &Journal) -> Outcome {
    let (done, in_doubt, not_begun) = journal.cut_off();
    let mut outcome = journal.plan.clone().map_or_else(Outcome::default, Outcome::planned);
    let problem = if done.is_empty() && in_doubt.is_empty() {
        interruption(BEFORE)
    } else {
        let help = "run it again: what was done is seen, and the rest is done".to_owned();
        Problem { help, ..interruption("interrupted") }
    };
    (outcome.done, outcome.in_doubt, outcome.not_begun) = (done, in_doubt, not_begun);
    outcome.failure = Some(problem);
    outcome
}
