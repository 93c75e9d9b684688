//! `iamwire evaluate`: policies and requests in, decisions and reasons out.

use iamwire_core::json::Value;
use iamwire_core::{PreparedPolicy, Reason, Request, TrustPolicy};

use crate::lines::{LineError, answer_each, read, required};
use crate::{Exit, Failure, Streams};

/// Decide requests by trust policies: a policy and a request a line in, a decision and its reasons out
#[derive(Debug, clap::Args)]
#[command(after_help = FORMAT)]
pub(crate) struct Args {}

const FORMAT: &str = r#"A line in, on one line:
  {"policy": OBJECT | STRING,
   "request": {"action": "sts:AssumeRoleWithWebIdentity",
               "principal": {"Federated": ARN} | {"AWS": ARN} | {"Service": NAME},
               "context": {KEY: VALUE | [VALUE]}}}
A policy that is a string holds the document, percent-encoded unless it begins with `{`.

A line out:
  {"decision": "allowed" | "explicitDeny" | "implicitDeny" | "undetermined", "reasons": [REASON]}
  {"error": TEXT, "help": TEXT} for a line that can't be read"#;

pub(crate) fn run(_: &Args, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let mut evaluator = Evaluator::default();
    answer_each(streams, |line, out| evaluator.answer(line, out))
}

#[derive(serde::Serialize)]
struct Answer<'a> {
    decision: &'static str,
    reasons: &'a [Reason],
}

/// Decides line by line, and keeps the last policy, since lines with the same one often stand together.
#[derive(Default)]
struct Evaluator {
    last: Option<(String, PreparedPolicy)>,
}

impl Evaluator {
    fn answer(&mut self, line: &str, out: &mut Vec<u8>) -> Result<(), LineError> {
        let line = read(line, &["policy", "request"])?;
        let policy = required(&line, "policy")?;
        let request = Request::from_value(required(&line, "request")?)?;
        let explanation = self.prepared(policy)?.explain(&request);
        let decision = explanation.decision().as_str();
        serde_json::to_writer(out, &Answer { decision, reasons: explanation.reasons() })?;
        Ok(())
    }

    fn prepared(&mut self, policy: Value<'_>) -> Result<&PreparedPolicy, LineError> {
        let last = match self.last.take().filter(|(text, _)| text == policy.text()) {
            Some(last) => last,
            None => (policy.text().to_owned(), read_policy(policy)?.prepare()),
        };
        Ok(&self.last.insert(last).1)
    }
}

fn read_policy(policy: Value<'_>) -> Result<TrustPolicy, LineError> {
    TrustPolicy::from_value(policy).map_err(LineError::of_policy)
}
