//! The program `iamwire` as a library: one module a subcommand.
//!
//! [`run`] takes arguments and streams and gives the exit code, so that a test needs no process.

mod assume;
mod clock;
mod evaluate;
mod explain;
mod failure;
mod input;
mod lines;
mod manifest;
mod normalize;
mod notices;
mod rewrite;
mod trust;

use std::ffi::OsString;
use std::fmt;
use std::io::{Read, Write};
use std::process::{ExitCode, Termination};

use clap::Parser;

use failure::Failure;

/// Trust policies of EKS service accounts: built, decided, explained and edited.
#[derive(Debug, Parser)]
#[command(name = "iamwire", version, arg_required_else_help = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 fine; 1 denied or refused; 2 wrong usage or unreadable input; 3 it can't be told.";

#[derive(Debug, clap::Subcommand)]
enum Command {
    Trust(trust::Args),
    Manifest(manifest::Args),
    Rewrite(rewrite::Args),
    Explain(explain::Args),
    Evaluate(evaluate::Args),
    Assume(assume::Args),
    Normalize(normalize::Args),
}

/// Where the program reads and writes.
pub struct Streams<'a> {
    /// Standard input.
    pub input: &'a mut dyn Read,
    /// Standard output: the result.
    pub output: &'a mut dyn Write,
    /// Standard error: errors, notices and what happened.
    pub errors: &'a mut dyn Write,
}

impl fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams").finish_non_exhaustive()
    }
}

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: all is well, or a reader of the output went away.
    Fine,
    /// 1: denied, refused or failed.
    Refused,
    /// 2: wrong usage, or input that can't be read.
    Unreadable,
    /// 3: it can't be told.
    Undetermined,
}

impl Exit {
    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Refused => 1,
            Self::Unreadable => 2,
            Self::Undetermined => 3,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

/// Runs the program with these arguments, the first of which is its own name.
pub fn run<A>(args: impl IntoIterator<Item = A>, mut streams: Streams<'_>) -> Exit
where
    A: Into<OsString> + Clone,
{
    let result = match Cli::try_parse_from(args) {
        Ok(cli) => dispatch(cli.command, &mut streams),
        Err(error) => usage(&error, &mut streams),
    };
    let flushed = |exit| streams.output.flush().map(|()| exit).map_err(Failure::output);
    match result.and_then(flushed) {
        Ok(exit) => exit,
        Err(failure) => failure.report(streams.errors),
    }
}

fn dispatch(command: Command, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    match command {
        Command::Trust(args) => trust::run(&args, streams),
        Command::Manifest(args) => manifest::run(&args, streams),
        Command::Evaluate(args) => evaluate::run(&args, streams),
        Command::Assume(args) => assume::run(&args, streams),
        Command::Explain(args) => explain::run(&args, streams),
        Command::Rewrite(args) => rewrite::run(&args, streams),
        Command::Normalize(args) => normalize::run(&args, streams),
    }
}

/// What clap has to say: the help and the version are results, the rest are errors.
fn usage(error: &clap::Error, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let text = error.render().to_string();
    if error.use_stderr() {
        // Nobody is left to be told when standard error is gone.
        let _ = streams.errors.write_all(text.as_bytes());
        return Ok(Exit::Unreadable);
    }
    streams.output.write_all(text.as_bytes()).map_err(Failure::output)?;
    Ok(Exit::Fine)
}
