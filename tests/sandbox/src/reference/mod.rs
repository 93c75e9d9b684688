//! The reference evaluator: how IAM and STS read a trust policy, written down line by line.
//!
//! It is slow and obvious, shares no code with the library that it judges, and prefers `unknown` to
//! a guess. Each place where the rules left a choice says so in a comment that begins with `Reading:`.
//!
//! [`evaluate`] and [`assume`] answer one line of JSON with one line of JSON; [`Policy::decide`] and
//! [`Call::answer`] are the same as values. [`accept`] says what IAM refuses of a trust policy,
//! [`accept_permissions`] of any other; `names` what Kubernetes refuses of an object, `selector` how it reads
//! selectors.

mod accept;
mod action;
mod address;
mod arn;
mod condition;
mod context;
pub(crate) mod date;
mod document;
mod glob;
pub mod json;
mod line;
pub(crate) mod names;
mod number;
mod operator;
mod permissions;
mod principal;
pub(crate) mod selector;
mod statement;
mod sts;
mod text;
mod token;
mod variable;
mod verdict;

#[cfg(test)]
mod tests;

pub use accept::accept;
pub use context::{Context, Held};
pub use document::{Decision, Judged, Judgement, Policy, Request};
pub use line::{assume, evaluate};
pub(crate) use operator::takes;
pub use permissions::accept_permissions;
pub use principal::Caller;
pub use statement::Effect;
pub use sts::{Answer, Call, Provider, Role, StsRequest};
pub use verdict::Verdict;

/// Input that can't be read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(String);

impl Unreadable {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}
