//! The reasons of a decision, in words, with the two values that differ.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::context::State;
use super::pattern::fold;
use super::trial::Why;
use super::{Cause, Decision, Outcome, PreparedPolicy, Tally, Verdict, known_conditions};
use crate::error::printable;
use crate::json::Value;
use crate::policy::request::{Caller, Request};
use crate::policy::{Condition, Effect, Principal, Statement};

/// A decision and why: one [`Reason`] a statement, and some about the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    decision: Decision,
    reasons: Vec<Reason>,
}

/// Why a statement matches a request, or doesn't.
///
/// Serde writes `{"statement", "effect", "result", "part", "message"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason {
    /// The number of the statement, from 0; none for what is said of the whole.
    pub statement: Option<usize>,
    /// Its effect, if that can be read.
    pub effect: Option<Effect>,
    /// Whether it matches.
    pub result: Verdict,
    /// The part that says so: the first that is no, else the first that is unknown.
    pub part: Part,
    /// In words.
    pub message: String,
}

/// Which part of a statement or call a [`Reason`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Part {
    /// Who asks.
    Principal,
    /// For what.
    Action,
    /// Under which conditions.
    Condition,
    /// The statement or document as a whole.
    Document,
    /// What STS checks before it reads the policy.
    Sts,
}

impl Part {
    /// `principal`, `action`, `condition`, `document` or `sts`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Principal => "principal",
            Self::Action => "action",
            Self::Condition => "condition",
            Self::Document => "document",
            Self::Sts => "sts",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Explanation {
    /// What the policy answers.
    #[must_use]
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// Why, statement by statement.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    pub(super) fn of(prepared: &PreparedPolicy, request: &Request) -> Self {
        let mut tally = Tally::default();
        let mut reasons = Vec::with_capacity(prepared.statements.len());
        for (statement, prepared) in prepared.policy.statements().zip(&*prepared.statements) {
            let outcome = prepared.evaluate(request);
            tally.count(prepared.effect, outcome.verdict);
            reasons.push(Reason::of(statement, outcome, request));
        }
        let decision = tally.decision();
        reasons.extend(about_the_whole(decision, reasons.is_empty(), request).map(|message| {
            Reason {
                statement: None,
                effect: None,
                result: if decision == Decision::Allowed { Verdict::Yes } else { Verdict::No },
                part: Part::Document,
                message: message.to_owned(),
            }
        }));
        Self { decision, reasons }
    }
}

/// What the statements don't say.
fn about_the_whole(decision: Decision, is_empty: bool, request: &Request) -> Option<&'static str> {
    match (decision, &request.caller) {
        (Decision::ImplicitDeny, _) if is_empty => Some("the policy has no statement"),
        (Decision::Allowed | Decision::ImplicitDeny, Caller::Aws(_)) => Some(
            "this judges the trust policy alone: the caller's own policies, boundaries, SCPs and RCPs are outside",
        ),
        (Decision::Allowed, _) => Some("this judges the trust policy alone: RCPs are outside"),
        _ => None,
    }
}

/// The decision, and each reason on a line of its own.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.decision.as_str())?;
        self.reasons.iter().try_for_each(|reason| write!(f, "\n{reason}"))
    }
}

/// One line: control characters, which a token may bring, are escaped.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(statement) = self.statement {
            write!(f, "statement {statement}")?;
            if let Some(effect) = self.effect {
                write!(f, " ({effect})")?;
            }
            write!(f, ": {}: ", self.result)?;
        }
        f.write_str(&printable(&self.message))
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut reason = serializer.serialize_struct("Reason", 5)?;
        reason.serialize_field("statement", &self.statement)?;
        reason.serialize_field("effect", &self.effect.map(|e| e.to_string()))?;
        reason.serialize_field("result", self.result.as_str())?;
        reason.serialize_field("part", self.part.as_str())?;
        reason.serialize_field("message", &self.message)?;
        reason.end()
    }
}

impl Reason {
    fn of(statement: Statement<'_>, outcome: Outcome, request: &Request) -> Self {
        let Outcome { verdict, cause } = outcome;
        let (part, message) = match cause {
            Cause::Holds => (Part::Condition, holds(statement)),
            Cause::Broken => {
                let broken = statement.is_whole().err();
                (Part::Document, broken.map(|b| b.to_string()).unwrap_or_default())
            }
            Cause::Effect => {
                (Part::Document, "the `Effect` is neither `Allow` nor `Deny`".to_owned())
            }
            Cause::Principal => (Part::Principal, principal_differs(statement, verdict, request)),
            Cause::Action => (Part::Action, action_differs(statement, verdict, request)),
            Cause::Condition(i, why) => {
                let condition = known_conditions(statement).nth(i);
                let message = condition.map(|(c, _)| condition_differs(c, why, verdict, request));
                (Part::Condition, message.unwrap_or_default())
            }
            Cause::UnknownOperator => {
                let unknown = statement.unknown_operators().next();
                let name = unknown.map_or_else(Default::default, |block| block.name());
                (Part::Condition, format!("IAM knows no condition operator `{}`", short(&name)))
            }
            Cause::UnknownMember => {
                let name = statement.unknown_members().next().map(|m| m.name()).unwrap_or_default();
                (
                    Part::Document,
                    format!(
                        "everything matches, but IAM takes no member `{}` in a trust policy",
                        short(&name)
                    ),
                )
            }
        };
        Self {
            statement: Some(statement.index()),
            effect: statement.effect(),
            result: verdict,
            part,
            message,
        }
    }
}

fn holds(statement: Statement<'_>) -> String {
    match statement.conditions().count() {
        0 => "the principal and the action match; there is no condition".to_owned(),
        1 => "the principal, the action and the condition match".to_owned(),
        n => format!("the principal, the action and the {n} conditions match"),
    }
}

fn principal_differs(statement: Statement<'_>, verdict: Verdict, request: &Request) -> String {
    let trusted = statement.trusted().map(|trusted| trusted.value);
    let trusted = listed(trusted.map(|v| v.as_str().unwrap_or(Cow::Borrowed(v.text()))));
    let caller = short(request.principal());
    match verdict {
        Verdict::Unknown if !statement.principal().is_some_and(Principal::is_readable) => {
            "a trust policy takes neither `NotPrincipal` nor a `Principal` that is no map"
                .to_owned()
        }
        Verdict::Unknown => {
            format!("it can't be told whether {trusted} names the caller `{caller}`")
        }
        _ if trusted.is_empty() => {
            format!("the statement names no principal, the caller is `{caller}`")
        }
        _ => format!("the caller is `{caller}`, the statement names {trusted}"),
    }
}

fn action_differs(statement: Statement<'_>, verdict: Verdict, request: &Request) -> String {
    let asked = short(request.action_name());
    let values = statement.action().or(statement.not_action());
    let values = values.into_iter().flat_map(Value::one_or_many);
    let names = listed(values.map(|v| v.as_str().unwrap_or(Cow::Borrowed(v.text()))));
    match verdict {
        Verdict::Unknown => format!("an action is no string: {names}"),
        _ if statement.action().is_none() => {
            format!("the action is `{asked}`, the statement is for all but {names}")
        }
        _ if names.is_empty() => format!("the action is `{asked}`, the statement names none"),
        _ => format!("the action is `{asked}`, the statement names {names}"),
    }
}

fn condition_differs(
    condition: Condition<'_>,
    why: Why,
    verdict: Verdict,
    request: &Request,
) -> String {
    let key = condition.key();
    let values = condition.values();
    let wanted = listed(values.map(|v| v.as_scalar().unwrap_or(Cow::Borrowed(v.text()))));
    let given = match request.context.state(&fold(&key)) {
        State::Present(values) => listed(values.iter().map(|v| Cow::Borrowed(v.text()))),
        State::Absent => "none".to_owned(),
        State::UnknownValue | State::UnknownPresence => "a value that isn't known".to_owned(),
    };
    let differs = match why {
        Why::Holds => verdict.to_string(),
        Why::UnknownPresence => "whether the request carries the key isn't known".to_owned(),
        Why::UnknownValue => {
            format!("the value of the request isn't known, the statement wants {wanted}")
        }
        Why::SeveralValues => {
            format!("the request has several values, {given}, for an operator that takes one")
        }
        Why::Presence { absent: true } => {
            "the request doesn't carry the key, the statement wants it".to_owned()
        }
        Why::Presence { absent: false } => {
            "the request carries the key, the statement wants it absent".to_owned()
        }
        Why::Absent => {
            format!("the request doesn't carry the key, the statement wants {wanted}")
        }
        Why::EmptyList => "the statement lists no value".to_owned(),
        Why::Multivalued => {
            "the key holds a set, which takes `ForAnyValue:` or `ForAllValues:`".to_owned()
        }
        Why::Differs => format!("the request has {given}, the statement wants {wanted}"),
        Why::Equal => {
            format!("the request has {given}, the statement wants anything but {wanted}")
        }
        Why::UnreadableRequest => {
            format!("{given} of the request can't be read by this operator")
        }
        Why::UnreadableArn => format!("the statement lists a value that is no ARN: {wanted}"),
        Why::UnreadablePolicy => {
            format!("the statement has a value that can't be read: {wanted}")
        }
    };
    format!("{} `{}`: {differs}", short(&condition.operator_name()), short(&key))
}

/// The first few texts, each in backticks.
fn listed<'a>(texts: impl Iterator<Item = Cow<'a, str>>) -> String {
    const MOST: usize = 3;
    let mut texts = texts.peekable();
    let mut out = String::new();
    for text in texts.by_ref().take(MOST) {
        let comma = if out.is_empty() { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = write!(out, "{comma}`{}`", short(&text));
    }
    let more = texts.count();
    if more > 0 {
        let _ = write!(out, " and {more} more");
    }
    out
}

/// A text that may be long, for a message.
fn short(text: &str) -> String {
    const MOST: usize = 160;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
