//! `iamwire assume`: tokens, roles and providers in, STS's answers out.

use iamwire_core::{Reason, WebIdentityCall};

use crate::lines::{LineError, answer_each, read};
use crate::{Exit, Failure, Streams, clock};

/// Tell what STS answers to a token: a call a line in, the answer and its reasons out
#[derive(Debug, clap::Args)]
#[command(after_help = FORMAT)]
pub(crate) struct Args {}

const FORMAT: &str = r#"A line in, on one line:
  {"provider": {"url": URL, "client_ids": [ID]} | null,
   "role": {"arn": ARN, "policy": OBJECT | STRING, "max_session_duration"?: SECONDS} | null,
   "claims": OBJECT,
   "request"?: {"RoleArn"?, "RoleSessionName"?, "DurationSeconds"?, "ProviderId"?},
   "context"?: {KEY: VALUE | [VALUE]},
   "now"?: SECONDS}
Signature and keys of the token are taken as good. Without "now" it is the time of the clock.

A line out:
  {"answer": "ok" | STS'S CODE | "undetermined", "message": STS'S TEXT | null, "reasons": [REASON]}
  {"error": TEXT, "help": TEXT} for a line that can't be read"#;

#[derive(serde::Serialize)]
struct Answer<'a> {
    #[serde(rename = "answer")]
    code: &'static str,
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
        &Answer { code: answer.code(), message: answer.message(), reasons: answer.reasons() },
    )?;
    Ok(())
}
