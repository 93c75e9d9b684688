//! The line loop: one line of JSON out for each line in, in the same order.
//!
//! What is answered is written before more input is waited for, so a program at the other end of both
//! pipes can ask one question at a time; and no buffer outlives its line but by its size.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use iamwire_core::json::{Json, Kind, Syntax, SyntaxError, Value};
use iamwire_core::{PolicyError, RequestError};

use crate::failure::Problem;
use crate::shown::shown;
use crate::{Exit, Failure, Streams};

/// How much is read, and written, at a time.
const CHUNK: usize = 64 * 1024;

/// A line that can't be read: what is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct LineError {
    #[serde(rename = "error")]
    message: String,
    help: String,
}

impl LineError {
    pub(crate) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }

    /// As it may be shown.
    fn shown(&self) -> Self {
        Self { message: shown(&self.message), help: shown(&self.help) }
    }

    /// The policy of a line can't be read; its places are those of its own text.
    pub(crate) fn of_policy(error: PolicyError) -> Self {
        let Self { message, help } = error.into();
        Self { message: format!("the policy: {message}"), help }
    }
}

impl From<PolicyError> for LineError {
    fn from(error: PolicyError) -> Self {
        let Problem { message, help, .. } = Problem::of(&error);
        Self { message, help }
    }
}

impl From<RequestError> for LineError {
    fn from(error: RequestError) -> Self {
        let Problem { message, help, .. } = Problem::of(&error);
        Self { message, help }
    }
}

impl From<serde_json::Error> for LineError {
    fn from(error: serde_json::Error) -> Self {
        Self::new(format!("the answer can't be written: {error}"), "report this as a bug")
    }
}

/// Answers each line of standard input by `answer`, which writes to its second argument, without a line
/// break.
///
/// The exit is [`Exit::Unreadable`] if some line couldn't be read; the others are answered all the same.
pub(crate) fn answer_each(
    streams: &mut Streams<'_>,
    mut answer: impl FnMut(&str, &mut Vec<u8>) -> Result<(), LineError>,
) -> Result<Exit, Failure> {
    let Streams { input, output, .. } = streams;
    let mut lines = Lines { input: BufReader::with_capacity(CHUNK, input), line: Vec::new() };
    let mut answers = Vec::with_capacity(2 * CHUNK);
    let mut exit = Exit::Fine;
    let write = |answers: &mut Vec<u8>, output: &mut dyn io::Write| {
        let written = output.write_all(answers).and_then(|()| output.flush());
        answers.clear();
        written.map_err(Failure::output)
    };
    while let Some(line) = lines.next(|| write(&mut answers, *output))? {
        let before = answers.len();
        let answered = text(line).and_then(|line| answer(line, &mut answers));
        if let Err(error) = answered {
            exit = Exit::Unreadable;
            answers.truncate(before);
            // Two strings are written to memory: that can't fail.
            let _ = serde_json::to_writer(&mut answers, &error.shown());
        }
        answers.push(b'\n');
        if answers.len() >= CHUNK {
            write(&mut answers, *output)?;
        }
    }
    write(&mut answers, *output)?;
    Ok(exit)
}

/// The text of a line.
fn text(line: &[u8]) -> Result<&str, LineError> {
    let line = std::str::from_utf8(line).map_err(|error| {
        LineError::new(
            format!("the line is no UTF-8 at byte {}", error.valid_up_to()),
            "write JSON as UTF-8",
        )
    })?;
    if line.trim_ascii().is_empty() {
        return Err(LineError::new("the line is empty", "write one JSON document a line"));
    }
    Ok(line)
}

/// The lines of an input, one at a time.
struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
}

impl<R: Read> Lines<R> {
    /// The next line without its end, `\n` or `\r\n`; `before_waiting` is called before each read.
    fn next(
        &mut self,
        mut before_waiting: impl FnMut() -> Result<(), Failure>,
    ) -> Result<Option<&[u8]>, Failure> {
        self.line.clear();
        loop {
            if self.input.buffer().is_empty() {
                before_waiting()?;
            }
            let waiting = match self.input.fill_buf() {
                Ok(bytes) => bytes.len(),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(unreadable(&error)),
            };
            // Bounded by what has been read, this one never waits.
            let mut waiting = Read::take(&mut self.input, waiting as u64);
            let taken = waiting.read_until(b'\n', &mut self.line).map_err(|e| unreadable(&e))?;
            if let Some(line) = self.line.strip_suffix(b"\n") {
                let length = line.strip_suffix(b"\r").unwrap_or(line).len();
                self.line.truncate(length);
                return Ok(Some(&self.line));
            }
            if taken == 0 {
                return Ok((!self.line.is_empty()).then_some(&self.line));
            }
        }
    }
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::unreadable(format!("standard input can't be read: {error}"), "")
}

/// Reads a line that wraps a policy, and so is a little deeper than one.
pub(crate) fn read(line: &str, members: &[&str]) -> Result<Json, LineError> {
    let json = Json::parse_nested(line, iamwire_core::json::MAX_DEPTH + 2)
        .map_err(|error| syntax(&error, members))?;
    let root = json.root();
    if root.kind() != Kind::Object {
        let message = format!("the line is {}", root.kind());
        return Err(LineError::new(message, format!("write an object with {}", listed(members))));
    }
    if let Some(unknown) = root.members().find(|m| !members.iter().any(|name| m.is_named(name))) {
        let message = format!("the line has an unknown member `{}`", unknown.name());
        return Err(LineError::new(message, format!("its members are {}", listed(members))));
    }
    Ok(json)
}

/// A member that must be there.
pub(crate) fn required<'a>(line: &'a Json, name: &str) -> Result<Value<'a>, LineError> {
    line.root().member(name).ok_or_else(|| {
        LineError::new(format!("the line has no `{name}`"), format!("add the member `{name}`"))
    })
}

/// A line that is no JSON: of its place the column says enough.
fn syntax(error: &SyntaxError, members: &[&str]) -> LineError {
    let message = format!("{} at column {}", error.what(), error.place().column);
    let help = match (error.what().help(), error.what()) {
        (Some(help), _) => help.to_owned(),
        (None, Syntax::Trailing) => "write one JSON object a line".to_owned(),
        (None, Syntax::TooDeep(_) | Syntax::TooLong) => {
            "pass the parts themselves, not what they stand in".to_owned()
        }
        _ => format!("write a JSON object with {}", listed(members)),
    };
    LineError::new(message, help)
}

fn listed(members: &[&str]) -> String {
    format!("`{}`", members.join("`, `"))
}
