//! [`Statement`]: one statement of a trust policy, as far as it can be read.

use std::borrow::Cow;
use std::fmt;

use super::condition::{Condition, Conditions, Operator};
use super::error::PolicyError;
use super::principal::{Principal, Trusted};
use crate::json::{Kind, Member, Value};

/// One statement: a view of its place in the document, as cheap to copy as a reference.
///
/// Nothing that is wrong with it hides the rest: each part is there if it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement<'a> {
    value: Value<'a>,
    index: usize,
}

/// The members that IAM knows in a statement of a trust policy.
const MEMBERS: [&str; 7] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Condition"];

impl<'a> Statement<'a> {
    pub(super) fn new(value: Value<'a>, index: usize) -> Self {
        Self { value, index }
    }

    /// The statement that a value of a document is, with its number: for whoever keeps a document and
    /// [`Value::index`] in place of a view.
    #[must_use]
    pub fn of(value: Value<'a>, index: usize) -> Self {
        Self::new(value, index)
    }

    /// Its number in the document, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.index
    }

    /// The JSON value; an object, unless the document is broken.
    #[must_use]
    pub fn value(self) -> Value<'a> {
        self.value
    }

    /// The `Sid`, if it is a string.
    #[must_use]
    pub fn sid(self) -> Option<Cow<'a, str>> {
        self.value.member("Sid").and_then(Value::as_str)
    }

    /// The `Effect`, if it is exactly `Allow` or `Deny`.
    #[must_use]
    pub fn effect(self) -> Option<Effect> {
        match self.value.member("Effect")?.as_str()?.as_ref() {
            "Allow" => Some(Effect::Allow),
            "Deny" => Some(Effect::Deny),
            _ => None,
        }
    }

    /// The `Principal`.
    #[must_use]
    pub fn principal(self) -> Option<Principal<'a>> {
        self.value.member("Principal").map(Principal::new)
    }

    /// Every value of the `Principal`, with its kind.
    pub(super) fn trusted(self) -> impl Iterator<Item = Trusted<'a>> {
        self.principal().into_iter().flat_map(Principal::entries)
    }

    /// The `NotPrincipal`, which IAM refuses in a trust policy.
    #[must_use]
    pub fn not_principal(self) -> Option<Principal<'a>> {
        self.value.member("NotPrincipal").map(Principal::new)
    }

    /// The `Action`: a string or a list of them.
    #[must_use]
    pub fn action(self) -> Option<Value<'a>> {
        self.value.member("Action")
    }

    /// The `NotAction`: a string or a list of them.
    #[must_use]
    pub fn not_action(self) -> Option<Value<'a>> {
        self.value.member("NotAction")
    }

    /// The `Condition` as it stands.
    #[must_use]
    pub fn condition(self) -> Option<Value<'a>> {
        self.value.member("Condition")
    }

    /// Each key of each operator block of the `Condition`; blocks that are no objects have none.
    #[must_use]
    pub fn conditions(self) -> Conditions<'a> {
        Conditions::of(self.condition())
    }

    /// The conditions on one key, compared without case.
    pub fn conditions_on(self, key: &str) -> impl Iterator<Item = Condition<'a>> {
        self.conditions().filter(move |c| c.is_on(key))
    }

    /// What IAM doesn't know in a statement, or takes in other policies only (`Resource`, `NotResource`).
    pub fn unknown_members(self) -> impl Iterator<Item = Member<'a>> {
        self.value.members().filter(|m| !MEMBERS.contains(&m.name().as_ref()))
    }

    /// The first member or operator that IAM doesn't know and that is no condition, so that nobody can tell
    /// what it does: of an operator with keys, each is one.
    pub(super) fn unknown(self) -> Option<Member<'a>> {
        let without_keys = || self.unknown_operators().find(|block| block.value.is_empty());
        self.unknown_members().next().or_else(without_keys)
    }

    /// The blocks of the `Condition` whose operator IAM doesn't know, whatever they hold.
    pub(super) fn unknown_operators(self) -> impl Iterator<Item = Member<'a>> {
        let blocks = self.condition().into_iter().flat_map(Value::members);
        blocks.filter(|block| Operator::parse(&block.name()).is_none())
    }

    /// Keys of one operator block that differ only by case are one key twice.
    pub(super) fn check_key_case(self) -> Result<(), PolicyError> {
        for operator in self.condition().into_iter().flat_map(Value::members) {
            if !may_repeat(operator.value) {
                continue;
            }
            let mut keys: Vec<(String, Member<'a>)> =
                operator.value.members().map(|m| (m.name().to_lowercase(), m)).collect();
            keys.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.key.index().cmp(&b.1.key.index())));
            let twice = keys.iter().zip(keys.iter().skip(1)).find(|(a, b)| a.0 == b.0);
            if let Some(((_, first), (_, second))) = twice {
                return Err(PolicyError::KeyCase(
                    PolicyError::unreadable_at(
                        "policy.key-case",
                        format!(
                            "keys `{}` and `{}` of one operator differ only by case",
                            first.name(),
                            second.name()
                        ),
                        "keep one of the two: condition keys are compared without case",
                        second.key.place(),
                    )
                    .with_earlier(first.key.place()),
                ));
            }
        }
        Ok(())
    }

    /// Whether it names a resource and no principal.
    pub(super) fn is_of_permissions_policy(self) -> bool {
        let has = |name| self.value.member(name).is_some();
        has("Resource") && !has("Principal") && !has("NotPrincipal")
    }

    /// Whether the value is an object, with exactly one of each exclusive pair and a readable `Condition`.
    pub(super) fn is_whole(self) -> Result<(), Broken> {
        if self.value.kind() != Kind::Object {
            return Err(Broken::NoObject);
        }
        let (mut principal, mut action) = ([false; 2], [false; 2]);
        let mut condition = None;
        for member in self.value.members() {
            match member.name().as_ref() {
                "Principal" => principal[0] = true,
                "NotPrincipal" => principal[1] = true,
                "Action" => action[0] = true,
                "NotAction" => action[1] = true,
                "Condition" => condition = Some(member.value),
                _ => {}
            }
        }
        for (there, one, other) in
            [(principal, "Principal", "NotPrincipal"), (action, "Action", "NotAction")]
        {
            match there {
                [true, true] => return Err(Broken::Both(one, other)),
                [false, false] => return Err(Broken::Neither(one, other)),
                _ => {}
            }
        }
        let Some(condition) = condition else { return Ok(()) };
        if condition.kind() != Kind::Object {
            return Err(Broken::Condition);
        }
        let readable = condition.members().all(|m| m.value.kind() == Kind::Object);
        if readable { Ok(()) } else { Err(Broken::OperatorBlock) }
    }
}

/// Whether two keys of a block can differ only by case; told at once for the few, plain keys of most blocks.
fn may_repeat(block: Value<'_>) -> bool {
    let mut keys = block.members().map(|m| m.key.text());
    let mut earlier = [""; 8];
    for i in 0.. {
        let Some(key) = keys.next() else { break };
        let seen = earlier.iter().take(i).any(|other| other.eq_ignore_ascii_case(key));
        match earlier.get_mut(i) {
            Some(slot) if !seen && key.is_ascii() && !key.contains('\\') => *slot = key,
            _ => return true,
        }
    }
    false
}

/// Why a statement can't be read as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    NoObject,
    Both(&'static str, &'static str),
    Neither(&'static str, &'static str),
    Condition,
    OperatorBlock,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoObject => f.write_str("the statement is no object"),
            Self::Both(one, other) => write!(f, "the statement has both `{one}` and `{other}`"),
            Self::Neither(one, other) => {
                write!(f, "the statement has neither `{one}` nor `{other}`")
            }
            Self::Condition => f.write_str("the `Condition` is no object"),
            Self::OperatorBlock => f.write_str("an operator of the `Condition` holds no object"),
        }
    }
}

/// What a statement does with a request that it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Allows it, unless a Deny matches as well.
    Allow,
    /// Denies it, whatever else matches.
    Deny,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        })
    }
}
