//! A call as CloudTrail recorded it: what the policy says of it.

use iamwire_core::json::{Json, Value};
use iamwire_core::{Decision, Explanation, Finding, ProviderArn, Request, RoleArn, TrustPolicy};

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
    let asked = describe(event, request.principal());
    let asks: Vec<Request> =
        actions(&request).into_iter().map(|action| request.clone().action(action)).collect();
    let explained: Vec<Explanation> = asks.iter().map(|ask| policy.explain(ask)).collect();
    let is_denied =
        |e: &Explanation| matches!(e.decision(), Decision::ExplicitDeny | Decision::ImplicitDeny);
    let denied = explained.iter().position(is_denied);
    let (verdict, headline) = match denied.and_then(|at| explained.get(at)) {
        Some(explanation) if explanation.decision() == Decision::ExplicitDeny => {
            (Outcome::Denied, "a Deny statement matches".to_owned())
        }
        Some(_) => (Outcome::Denied, "no Allow statement matches".to_owned()),
        None if explained.iter().all(|e| e.decision() == Decision::Allowed) => {
            (Outcome::Allowed, allowed(&asked))
        }
        None => (Outcome::Undetermined, String::new()),
    };
    let nearest = match denied.and_then(|at| asks.get(at)) {
        None => Vec::new(),
        Some(ask) => nearest::lines(policy, &given(ask), |policy| {
            policy.explain(ask).reasons().iter().find(|r| r.statement == Some(0)).cloned()
        }),
    };
    let reasons = explained.iter().flat_map(|e| e.reasons().to_vec()).collect();
    Ok(Answer { verdict, headline, asked, reasons, nearest })
}

/// What is worth knowing of the event's provider and role.
pub(super) fn notices(event: &str) -> Vec<Finding> {
    let Ok(request) = Request::from_cloudtrail(event) else { return Vec::new() };
    let asked = describe(event, request.principal());
    let named = |which: &str| asked.iter().find(|(name, _)| *name == which).map(|(_, arn)| arn);
    let provider = named("provider").and_then(|arn| arn.parse::<ProviderArn>().ok());
    let role = named("role").and_then(|arn| arn.parse::<RoleArn>().ok());
    let of_provider = provider.iter().flat_map(ProviderArn::notices);
    of_provider.chain(role.iter().flat_map(RoleArn::notices)).collect()
}

/// What the trust has to allow: a session with tags or a source identity needs more than the one action.
fn actions(request: &Request) -> Vec<&'static str> {
    let mut actions = vec!["sts:AssumeRoleWithWebIdentity"];
    let carries = |is: &dyn Fn(&str) -> bool| {
        let mut keys = request.context();
        keys.any(|(key, values)| {
            is(&key.to_ascii_lowercase()) && values.is_some_and(|values| !values.is_empty())
        })
    };
    if carries(&|key| key.starts_with("aws:requesttag/")) {
        actions.push("sts:TagSession");
    }
    if carries(&|key| key == "sts:sourceidentity") {
        actions.push("sts:SetSourceIdentity");
    }
    actions
}

fn given(request: &Request) -> Given<'_> {
    let values = request.context().filter_map(|(key, values)| match values?.as_slice() {
        [one] => Some((key.to_owned(), (*one).to_owned())),
        _ => None,
    });
    Given {
        who: "event",
        principal: request.principal(),
        action: request.action_name(),
        values: values.collect(),
    }
}

/// What is said of an event that the policy allows: if the answer was another, it has another cause.
fn allowed(asked: &[(&'static str, String)]) -> String {
    match asked.iter().find(|(name, _)| *name == "answer") {
        None => "by this policy".to_owned(),
        Some((_, code)) if code.starts_with("AccessDenied") => format!(
            "by this policy; `{code}` had another cause: the policy was another at that time, the role's name in another case, or a resource control policy"
        ),
        Some((_, code)) => format!("by this policy; `{code}` is not about the trust policy"),
    }
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
