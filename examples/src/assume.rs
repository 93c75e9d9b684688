//! `iamwire assume`: tokens, roles and providers in, STS's answers out.

use iamwire_core::{Reason, WebIdentityCall};

use crate::lines::{LineError, answer_each, read};
use crate::{Exit, Failure, Streams, clock};

/// Tell what STS answers to a token: a call a line in, the answer and its reasons out
///
/// A line in is {"provider": {"url", "client_ids": […]} | null,
/// "role": {"arn", "policy", "max_session_duration"?} | null, "claims": {…},
/// "request"?: {"RoleArn", "RoleSessionName", "DurationSeconds", "ProviderId"},
/// "context"?: {KEY: VALUE | [VALUES]}, "now"?: SECONDS}. Signature and keys of the token are taken as
/// good; without "now" it is the time of the clock, in seconds since 1970.
///
/// A line out is {"answer": "ok" | STS's error code | "undetermined", "message": STS's text or null,
/// "reasons": […]}, or {"error", "help"} for a line that can't be read.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {}

#[derive(serde::Serialize)]
struct Answer<'a> {
    answer: &'static str,
    message: Option<&'a str>,
    reasons: &'a [Reason],
}

pub(crate) fn run(_: &Args, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    answer_each(streams, answer)
}

fn answer(line: &str, out: &mut Vec<u8>) -> Result<(), LineError> {
    let line = read(line, &["provider", "role", "claims", "request", "context", "now"])?;
    let call = WebIdentityCall::from_value(line.root())?;
    let answer = call.answer(call.now().unwrap_or_else(clock::now));
    serde_json::to_writer(
        out,
        &Answer { answer: answer.code(), message: answer.message(), reasons: answer.reasons() },
    )?;
    Ok(())
}
