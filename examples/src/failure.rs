//! [`Failure`]: why a command ends early, and the one place that shows it.

use std::error::Error;
use std::io::{self, Write};

use miette::Diagnostic;

use crate::Exit;
use crate::notices::say;
use crate::shown::shown;

/// Why a command ended before its result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The reader of standard output went away: nothing is left to do or to say.
    ReaderGone,
    /// Something to tell the user.
    Problem(Problem),
}

/// What is wrong, why, what to do about it, and the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) exit: Exit,
    /// The library's code of it, or one of the program's own.
    pub(crate) code: String,
    pub(crate) message: String,
    /// What brought it about, nearest first.
    pub(crate) causes: Vec<String>,
    pub(crate) help: String,
}

impl Failure {
    /// Input or usage that can't be read; the help may be empty.
    pub(crate) fn unreadable(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Exit::Unreadable, "program.input", message, help)
    }

    /// What is not done; the help may be empty.
    pub(crate) fn refused(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Exit::Refused, "program.refused", message, help)
    }

    fn new(exit: Exit, code: &str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Problem(Problem { help: help.into(), ..Problem::new(exit, code, message) })
    }

    /// Standard output can't be written.
    #[expect(clippy::needless_pass_by_value, reason = "it is passed to `map_err`")]
    pub(crate) fn output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::ReaderGone;
        }
        Self::refused(format!("standard output can't be written: {error}"), "")
    }

    /// Tells the user, and how to exit.
    pub(crate) fn report(self, errors: &mut dyn Write) -> Exit {
        let problem = match self {
            Self::ReaderGone => return Exit::Fine,
            Self::Problem(problem) => problem,
        };
        problem.tell(errors);
        problem.exit
    }
}

impl Problem {
    /// Without causes and help.
    pub(crate) fn new(exit: Exit, code: &str, message: impl Into<String>) -> Self {
        let (code, message) = (code.to_owned(), message.into());
        Self { exit, code, message, causes: Vec::new(), help: String::new() }
    }

    /// The message, causes and help of an error of the library.
    pub(crate) fn of(error: &impl Diagnostic) -> Self {
        let mut causes = Vec::new();
        let mut next: Option<&dyn Error> = error.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        Self {
            exit: Exit::Unreadable,
            code: error.code().map(|code| code.to_string()).unwrap_or_default(),
            message: error.to_string(),
            causes,
            help: error.help().map(|help| help.to_string()).unwrap_or_default(),
        }
    }

    /// As it may be shown.
    pub(crate) fn shown(&self) -> Self {
        Self {
            exit: self.exit,
            code: self.code.clone(),
            message: shown(&self.message),
            causes: self.causes.iter().map(|cause| shown(cause)).collect(),
            help: shown(&self.help),
        }
    }

    /// Tells the user.
    pub(crate) fn tell(&self, errors: &mut dyn Write) {
        say(errors, "error", &self.message);
        self.causes.iter().for_each(|cause| say(errors, "because", cause));
        say(errors, "help", &self.help);
    }
}

/// An error of the library is input that can't be read.
impl<E: Diagnostic> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Problem(Problem::of(&error))
    }
}
