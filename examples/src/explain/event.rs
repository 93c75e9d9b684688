//! A call as CloudTrail recorded it: what the policy says of it.

use iamwire_core::json::{Json, Value};
use iamwire_core::{Decision, Request, TrustPolicy};

use super::nearest::{self, Given};
use super::{Answer, Args, Outcome};
use crate::{Failure, Streams, notices};

pub(super) fn answer(
    event: &str,
    policy: &TrustPolicy,
    args: &Args,
    streams: &mut Streams<'_>,
) -> Result<Answer, Failure> {
    let request = Request::from_cloudtrail(event)?;
    if args.role_arn.is_some() || args.now.is_some() || !args.client_ids.is_empty() {
        let message = "an event names its own role, audience and time: `--role-arn`, `--client-id` and `--now` are left aside";
        notices::say(streams.errors, "notice", message);
    }
    let explanation = policy.explain(&request);
    let (verdict, headline) = match explanation.decision() {
        Decision::Allowed => (Outcome::Allowed, "by this policy".to_owned()),
        Decision::ExplicitDeny => (Outcome::Denied, "a Deny statement matches".to_owned()),
        Decision::ImplicitDeny => (Outcome::Denied, "no Allow statement matches".to_owned()),
        _ => (Outcome::Undetermined, String::new()),
    };
    let values: Vec<(String, String)> = request
        .context()
        .filter_map(|(key, values)| match values?.as_slice() {
            [one] => Some((key.to_owned(), (*one).to_owned())),
            _ => None,
        })
        .collect();
    let given = Given {
        who: "event",
        principal: request.principal(),
        action: request.action_name(),
        values,
    };
    let nearest = if verdict == Outcome::Denied {
        nearest::lines(policy, &given, |policy| {
            policy.explain(&request).reasons().iter().find(|r| r.statement == Some(0)).cloned()
        })
    } else {
        Vec::new()
    };
    let asked = describe(event, request.principal());
    Ok(Answer { verdict, headline, asked, reasons: explanation.reasons().to_vec(), nearest })
}

/// Who called, for which role, and what the event says came of it.
fn describe(event: &str, provider: &str) -> Vec<(&'static str, String)> {
    let mut asked = Vec::new();
    let Ok(json) = Json::parse(event) else { return asked };
    let root = json.root();
    let record = root.member("Records").and_then(|records| records.elements().next());
    let event = root.member("detail").or(record).unwrap_or(root);
    let at = |path: &[&str]| {
        let value = path.iter().try_fold(event, |value, name| value.member(name));
        value.and_then(Value::as_str)
    };
    for (name, path) in [
        ("subject", ["userIdentity", "userName"].as_slice()),
        ("role", &["requestParameters", "roleArn"]),
        ("time", &["eventTime"]),
        ("answer", &["errorCode"]),
        ("message", &["errorMessage"]),
    ] {
        asked.extend(at(path).map(|text| (name, text.into_owned())));
    }
    asked.insert(0, ("provider", provider.to_owned()));
    asked
}
