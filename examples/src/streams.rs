//! [`Streams`]: where the program reads and writes.

use std::fmt;
use std::io::{Read, Write};

/// Where the program reads and writes.
pub struct Streams<'a> {
    /// Standard input.
    pub input: &'a mut dyn Read,
    /// Standard output: the result.
    pub output: &'a mut dyn Write,
    /// Standard error: errors, notices and what happened.
    pub errors: &'a mut dyn Write,
    /// What is at their other ends.
    pub ends: Ends,
}

impl fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams").field("ends", &self.ends).finish_non_exhaustive()
    }
}

/// What is at the other ends of the streams; by default pipes and files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ends {
    /// At standard input is a person, who can be asked.
    pub asks: bool,
    /// Standard error is this process's, and a terminal: a progress bar can be drawn on it.
    pub draws: bool,
    /// Standard input is the null device, so that its end means nothing.
    pub detached: bool,
}

impl Ends {
    /// Those of this process.
    pub(crate) fn of_process() -> Self {
        use std::io::IsTerminal as _;
        Self {
            asks: std::io::stdin().is_terminal(),
            draws: std::io::stderr().is_terminal(),
            detached: is_detached(),
        }
    }
}

#[cfg(unix)]
fn is_detached() -> bool {
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::MetadataExt as _;
    let of_input = || {
        let input = std::io::stdin().as_fd().try_clone_to_owned()?;
        std::fs::File::from(input).metadata()
    };
    match (of_input(), std::fs::metadata("/dev/null")) {
        (Ok(input), Ok(null)) => input.rdev() == null.rdev() && input.ino() == null.ino(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_detached() -> bool {
    false
}
