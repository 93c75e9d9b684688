//! Whether a statement applies to what a grant lets in: to all of it, to none of it, or it depends.

use super::document::TrustPolicy;
use super::grant::Grant;
use super::scope::Scope;
use super::statement::{Effect, Statement};
use super::written::Variables;

/// To which of a set of requests something applies. Ordered, so that OR is `max` and AND is `min`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// To none, surely.
    None,
    /// To some of them, or it can't be told.
    Some,
    /// To all, surely.
    All,
}

impl Reach {
    pub(super) fn of(all: bool) -> Self {
        if all { Self::All } else { Self::None }
    }

    pub(super) fn inverted(self) -> Self {
        match self {
            Self::None => Self::All,
            Self::Some => Self::Some,
            Self::All => Self::None,
        }
    }

    /// What holds of both of two parts of a set.
    pub(super) fn joined(self, other: Self) -> Self {
        if self == other { self } else { Self::Some }
    }
}

/// A statement that allows or refuses what a grant lets in, all of it or a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Bearing {
    /// The number of the statement in the policy, from 0.
    pub statement: usize,
    /// Whether it is about all of it; else a part, or that depends on the request.
    pub wholly: bool,
}

/// `statement 2`, or `statement 2 in part`.
impl std::fmt::Display for Bearing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "statement {}{}", self.statement, if self.wholly { "" } else { " in part" })
    }
}

/// What a policy says of all that a grant lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// It is allowed.
    Allowed,
    /// It is not.
    Refused,
    /// A part of it is allowed, or that depends on more than provider, audience and subject.
    Depends,
}

impl TrustPolicy {
    /// What the policy says of all that a grant lets in; a statement that can't be read makes it depend.
    #[must_use]
    pub fn standing(&self, grant: &Grant) -> Standing {
        let scope = Scope::new(grant, self.variables());
        let over = |effect| {
            self.statements()
                .filter(|s| s.effect().is_none_or(|own| own == effect))
                .map(|s| scope.reach(s, effect))
                .max()
                .unwrap_or(Reach::None)
        };
        match (over(Effect::Allow), over(Effect::Deny)) {
            (Reach::All, Reach::None) => Standing::Allowed,
            (Reach::None, _) | (_, Reach::All) => Standing::Refused,
            _ => Standing::Depends,
        }
    }

    /// The statements with this effect, or without a readable one, that apply to what a grant lets in.
    pub(super) fn bearing(&self, scope: &Scope<'_>, effect: Effect) -> Vec<Bearing> {
        bearing(self.statements(), scope, effect)
    }

    pub(super) fn variables(&self) -> Variables {
        Variables::of(self.version())
    }
}

/// As [`TrustPolicy::bearing`], of some of its statements.
pub(super) fn bearing<'a>(
    statements: impl Iterator<Item = Statement<'a>>,
    scope: &Scope<'_>,
    effect: Effect,
) -> Vec<Bearing> {
    statements
        .filter(|s| s.effect().is_none_or(|own| own == effect))
        .map(|s| (s.index(), scope.reach(s, effect)))
        .filter(|(_, reach)| *reach != Reach::None)
        .map(|(statement, reach)| Bearing { statement, wholly: reach == Reach::All })
        .collect()
}
