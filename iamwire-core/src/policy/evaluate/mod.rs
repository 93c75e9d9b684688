//! Whether a trust policy lets a caller assume the role: yes, no, or not to be told.
//!
//! A policy is prepared once; each decision then reads it against one request, without allocation. Every
//! part of a statement (principal, action, each condition) is yes, no or unknown. What is unknown stays so:
//! 'allowed' is never answered by guess.

mod condition;
pub(super) mod context;
mod explain;
pub(super) mod few;
mod literal;
mod parties;
mod pattern;
mod trial;
mod value;

use std::fmt;

use condition::PreparedCondition;
pub use explain::{Explanation, Part, Reason};
use few::Few;
pub(super) use parties::is_unique_id;
use parties::{PreparedAction, PreparedPrincipal};
pub(crate) use pattern::fold;
use trial::Why;

use super::request::Request;
use super::{Condition, Effect, Operator, Statement, TrustPolicy, Version};

/// What a trust policy answers to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Decision {
    /// An Allow matches, and no Deny can.
    Allowed,
    /// A Deny matches.
    ExplicitDeny,
    /// No Allow can match.
    ImplicitDeny,
    /// It hangs on something that is unknown; the reasons say on what.
    Undetermined,
}

impl Decision {
    /// As the program writes it: `allowed`, `explicitDeny`, `implicitDeny` or `undetermined`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
            Self::Undetermined => "undetermined",
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a statement, or a part of one, matches a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It matches.
    Yes,
    /// It doesn't.
    No,
    /// It can't be told.
    Unknown,
}

impl Verdict {
    /// `yes`, `no` or `unknown`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

impl From<bool> for Verdict {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TrustPolicy {
    /// Reads every statement once, so that many requests can be decided.
    #[must_use]
    pub fn prepare(&self) -> PreparedPolicy {
        let version = self.version();
        let statements = self.statements().map(|s| PreparedStatement::new(s, version)).collect();
        PreparedPolicy { policy: self.clone(), statements }
    }

    /// The decision with a reason for each statement; [`TrustPolicy::prepare`] first if there are many.
    #[must_use]
    pub fn explain(&self, request: &Request) -> Explanation {
        self.prepare().explain(request)
    }
}

/// A trust policy, ready to decide. It shares the text of the policy, which explanations quote.
#[derive(Debug, Clone)]
pub struct PreparedPolicy {
    policy: TrustPolicy,
    statements: Few<PreparedStatement>,
}

impl PreparedPolicy {
    /// Decides one request, without allocation.
    #[must_use]
    pub fn decide(&self, request: &Request) -> Decision {
        let mut tally = Tally::default();
        for statement in self.statements.iter() {
            tally.count(statement.effect, statement.evaluate(request).verdict);
        }
        tally.decision()
    }

    /// Decides one request, and says for each statement why it matches or doesn't.
    #[must_use]
    pub fn explain(&self, request: &Request) -> Explanation {
        Explanation::of(self, request)
    }
}

/// What the statements come to.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts, counted")]
struct Tally {
    allow: bool,
    maybe_allow: bool,
    deny: bool,
    maybe_deny: bool,
}

impl Tally {
    /// A statement without a readable effect may be either.
    fn count(&mut self, effect: Option<Effect>, verdict: Verdict) {
        match (effect, verdict) {
            (_, Verdict::No) => {}
            (Some(Effect::Allow), Verdict::Yes) => self.allow = true,
            (Some(Effect::Allow), Verdict::Unknown) => self.maybe_allow = true,
            (Some(Effect::Deny), Verdict::Yes) => self.deny = true,
            (Some(Effect::Deny), Verdict::Unknown) => self.maybe_deny = true,
            (None, _) => (self.maybe_allow, self.maybe_deny) = (true, true),
        }
    }

    fn decision(&self) -> Decision {
        if self.deny {
            Decision::ExplicitDeny
        } else if self.allow && !self.maybe_deny {
            Decision::Allowed
        } else if !self.allow && !self.maybe_allow {
            Decision::ImplicitDeny
        } else {
            Decision::Undetermined
        }
    }
}

#[derive(Debug, Clone)]
struct PreparedStatement {
    effect: Option<Effect>,
    is_broken: bool,
    principal: PreparedPrincipal,
    action: PreparedAction,
    /// Those whose operator IAM knows.
    conditions: Few<PreparedCondition>,
    /// What IAM doesn't know in it.
    unknown: Option<Cause>,
}

/// Whether a statement matches, and the part that says so.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    verdict: Verdict,
    cause: Cause,
}

#[derive(Debug, Clone, Copy)]
enum Cause {
    Holds,
    Broken,
    Effect,
    Principal,
    Action,
    /// By its number among those whose operator IAM knows.
    Condition(usize, Why),
    UnknownOperator,
    UnknownMember,
}

impl PreparedStatement {
    fn new(statement: Statement<'_>, version: Version<'_>) -> Self {
        Self {
            effect: statement.effect(),
            is_broken: statement.is_whole().is_err(),
            principal: PreparedPrincipal::new(statement),
            action: PreparedAction::new(statement),
            conditions: known_conditions(statement)
                .map(|(condition, operator)| PreparedCondition::new(condition, operator, version))
                .collect(),
            unknown: if statement.unknown_operators().next().is_some() {
                Some(Cause::UnknownOperator)
            } else {
                statement.unknown_members().next().map(|_| Cause::UnknownMember)
            },
        }
    }

    /// The first part that is no; else the first that is unknown; else it matches.
    fn evaluate(&self, request: &Request) -> Outcome {
        if self.is_broken {
            return Outcome { verdict: Verdict::Unknown, cause: Cause::Broken };
        }
        let Some(effect) = self.effect else { return self.evaluate_without_effect(request) };
        let mut unknown = None;
        let mut part = |verdict, cause| {
            if verdict == Verdict::Unknown && unknown.is_none() {
                unknown = Some(cause);
            }
            verdict == Verdict::No
        };
        if part(self.principal.test(&request.caller, effect), Cause::Principal) {
            return Outcome { verdict: Verdict::No, cause: Cause::Principal };
        }
        if part(self.action.test(&request.action), Cause::Action) {
            return Outcome { verdict: Verdict::No, cause: Cause::Action };
        }
        for (i, condition) in self.conditions.iter().enumerate() {
            let (verdict, why) = condition.test(&request.context, effect);
            let cause = Cause::Condition(i, why);
            if part(verdict, cause) {
                return Outcome { verdict, cause };
            }
        }
        match unknown.or(self.unknown) {
            Some(cause) => Outcome { verdict: Verdict::Unknown, cause },
            None => Outcome { verdict: Verdict::Yes, cause: Cause::Holds },
        }
    }

    /// It may be an Allow or a Deny, unless its principal or action is no under both.
    fn evaluate_without_effect(&self, request: &Request) -> Outcome {
        let both = [Effect::Allow, Effect::Deny];
        let (verdict, cause) =
            if both.iter().all(|e| self.principal.test(&request.caller, *e) == Verdict::No) {
                (Verdict::No, Cause::Principal)
            } else if self.action.test(&request.action) == Verdict::No {
                (Verdict::No, Cause::Action)
            } else {
                (Verdict::Unknown, Cause::Effect)
            };
        Outcome { verdict, cause }
    }
}

/// The conditions whose operator IAM knows.
fn known_conditions(statement: Statement<'_>) -> impl Iterator<Item = (Condition<'_>, Operator)> {
    statement.conditions().filter_map(|condition| Some((condition, condition.operator()?)))
}
