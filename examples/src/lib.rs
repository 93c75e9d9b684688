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
mod sandbox;
mod shown;
mod streams;
mod thumbprint;
mod trust;
mod unwire;
mod wire;
mod wiring;

use std::ffi::OsString;
use std::process::{ExitCode, Termination};

use clap::Parser;

pub use streams::{Ends, Streams};

use failure::Failure;
use notices::lines;
use shown::shown;

/// AWS roles for EKS service accounts: wired, and their trust policies built, decided, explained and edited.
#[derive(Debug, Parser)]
#[command(name = "iamwire", version, arg_required_else_help = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 fine; 1 denied, refused or failed; 2 wrong usage, unreadable input, no credentials or region;
3 it can't be told, or the deadline passed; 130 interrupted.";

#[derive(Debug, clap::Subcommand)]
enum Command {
    Wire(wire::Args),
    Unwire(unwire::Args),
    Thumbprint(thumbprint::Args),
    Sandbox(sandbox::Args),
    Trust(trust::Args),
    Manifest(manifest::Args),
    Rewrite(rewrite::Args),
    Explain(explain::Args),
    Evaluate(evaluate::Args),
    Assume(assume::Args),
    Normalize(normalize::Args),
}

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: all is well, or a reader of the output went away.
    Fine,
    /// 1: denied, refused or failed.
    Refused,
    /// 2: wrong usage, input that can't be read, no credentials or no region.
    Unreadable,
    /// 3: it can't be told, or the deadline passed.
    Undetermined,
    /// 130: Ctrl-C.
    Interrupted,
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
            Self::Interrupted => 130,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

/// Runs the program with these arguments, the first of which is its own name, on this process's streams.
pub fn main<A>(args: impl IntoIterator<Item = A>) -> Exit
where
    A: Into<OsString> + Clone,
{
    // Not locked: a progress bar writes to standard error as well, and who is interrupted at a question to both.
    let streams = Streams {
        input: &mut std::io::stdin(),
        output: &mut std::io::stdout(),
        errors: &mut std::io::stderr(),
        ends: Ends::of_process(),
    };
    run(args, streams)
}

/// Runs the program with these arguments, the first of which is its own name.
pub fn run<A>(args: impl IntoIterator<Item = A>, mut streams: Streams<'_>) -> Exit
where
    A: Into<OsString> + Clone,
{
    let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
    let result = match Cli::try_parse_from(&args) {
        Ok(cli) => dispatch(cli.command, &mut streams),
        Err(error) if error.use_stderr() => usage(&error, &args, &mut streams),
        Err(help) => {
            let written = streams.output.write_all(help.render().to_string().as_bytes());
            written.map(|()| Exit::Fine).map_err(Failure::output)
        }
    };
    let flushed = |exit| streams.output.flush().map(|()| exit).map_err(Failure::output);
    match result.and_then(flushed) {
        Ok(exit) => exit,
        Err(failure) => failure.report(streams.errors),
    }
}

fn dispatch(command: Command, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    match command {
        Command::Wire(args) => wire::run(&args, streams),
        Command::Unwire(args) => unwire::run(&args, streams),
        Command::Thumbprint(args) => thumbprint::run(&args, streams),
        Command::Sandbox(args) => sandbox::run(&args, streams),
        Command::Trust(args) => trust::run(&args, streams),
        Command::Manifest(args) => manifest::run(&args, streams),
        Command::Evaluate(args) => evaluate::run(&args, streams),
        Command::Assume(args) => assume::run(&args, streams),
        Command::Explain(args) => explain::run(&args, streams),
        Command::Rewrite(args) => rewrite::run(&args, streams),
        Command::Normalize(args) => normalize::run(&args, streams),
    }
}

/// What clap has to say in its many lines, of the arguments as they may be shown.
fn usage(
    error: &clap::Error,
    args: &[OsString],
    streams: &mut Streams<'_>,
) -> Result<Exit, Failure> {
    let as_shown = args.iter().map(|arg| shown(&arg.to_string_lossy()));
    let of_shown = Cli::try_parse_from(as_shown).err().filter(clap::Error::use_stderr);
    let text = of_shown.as_ref().unwrap_or(error).render().to_string();
    lines(streams.errors, &text);
    let first = text.lines().next().unwrap_or_default();
    wiring::usage(args, first.strip_prefix("error: ").unwrap_or(first), streams)?;
    Ok(Exit::Unreadable)
}
