//! [`Failure`]: why a command ends early, and the one place that shows it.

use std::io::{self, Write};

use miette::Diagnostic;

use crate::Exit;
use crate::notices::say;

/// Why a command ended before its result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The reader of standard output went away: nothing is left to do or to say.
    ReaderGone,
    /// Something to tell the user.
    Problem(Problem),
}

/// What is wrong, what to do about it, and the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Failure {
    /// Input or usage that can't be read; the help may be empty.
    pub(crate) fn unreadable(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Problem(Problem {
            exit: Exit::Unreadable,
            message: message.into(),
            help: help.into(),
        })
    }

    /// Standard output can't be written.
    #[expect(clippy::needless_pass_by_value, reason = "it is passed to `map_err`")]
    pub(crate) fn output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::ReaderGone;
        }
        Self::Problem(Problem {
            exit: Exit::Refused,
            message: format!("standard output can't be written: {error}"),
            help: String::new(),
        })
    }

    /// Tells the user, and how to exit.
    pub(crate) fn report(self, errors: &mut dyn Write) -> Exit {
        let problem = match self {
            Self::ReaderGone => return Exit::Fine,
            Self::Problem(problem) => problem,
        };
        say(errors, "error", &problem.message);
        say(errors, "help", &problem.help);
        problem.exit
    }
}

impl Problem {
    /// The message and help of an error of the library.
    pub(crate) fn of(error: &impl Diagnostic) -> Self {
        Self {
            exit: Exit::Unreadable,
            message: error.to_string(),
            help: error.help().map(|help| help.to_string()).unwrap_or_default(),
        }
    }
}

/// An error of the library is input that can't be read.
impl<E: Diagnostic> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Problem(Problem::of(&error))
    }
}
