//! What comes of the values of a request under one operator.

use super::Verdict;
use crate::policy::{Effect, SetPrefix};

/// What came of one value of the request, and why.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trial {
    pub(super) outcomes: Outcomes,
    pub(super) why: Why,
}

/// All that may have come of it: one outcome, or several where something is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcomes(u8);

impl Outcomes {
    pub(super) const NONE: Self = Self(0);
    pub(super) const YES: Self = Self(1);
    pub(super) const NO: Self = Self(2);
    /// A value of the policy that is no ARN was reached: it decides the whole condition.
    pub(super) const ENDED: Self = Self(4);

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn may_end(self) -> bool {
        self.0 & Self::ENDED.0 != 0
    }

    pub(super) fn verdict(self) -> Verdict {
        match Self(self.0 & !Self::ENDED.0) {
            Self::YES => Verdict::Yes,
            Self::NO => Verdict::No,
            _ => Verdict::Unknown,
        }
    }
}

impl From<bool> for Outcomes {
    fn from(yes: bool) -> Self {
        if yes { Self::YES } else { Self::NO }
    }
}

impl Trial {
    pub(super) const ENDED: Self = Self { outcomes: Outcomes::ENDED, why: Why::UnreadableArn };

    pub(super) fn matched(negated: bool) -> Self {
        let why = if negated { Why::Equal } else { Why::Holds };
        Self { outcomes: Outcomes::from(!negated), why }
    }

    pub(super) fn unmatched(negated: bool) -> Self {
        let why = if negated { Why::Holds } else { Why::Differs };
        Self { outcomes: Outcomes::from(negated), why }
    }

    /// With what may have come of the values before.
    pub(super) fn after(self, before: Option<Outcomes>) -> Self {
        match before {
            Some(before) => Self { outcomes: self.outcomes.or(before), why: Why::UnreadablePolicy },
            None => self,
        }
    }
}

/// What the values of a request come to: every one, or with `ForAnyValue` one, must satisfy the operator.
pub(super) fn combine(
    trials: impl Iterator<Item = Trial>,
    set: Option<SetPrefix>,
    effect: Effect,
) -> (Verdict, Why) {
    let deciding = if set == Some(SetPrefix::ForAnyValue) { Verdict::Yes } else { Verdict::No };
    let ended = Verdict::from(effect == Effect::Deny);
    let mut may_end = false;
    let mut result: Option<(Verdict, Why)> = None;
    for trial in trials {
        if trial.outcomes == Outcomes::ENDED {
            return (ended, Why::UnreadableArn);
        }
        may_end |= trial.outcomes.may_end();
        let verdict = trial.outcomes.verdict();
        // The deciding verdict beats unknown, which beats the other.
        result = match result {
            Some((so_far, _))
                if so_far == deciding || verdict != deciding && so_far == Verdict::Unknown =>
            {
                result
            }
            Some(_) if verdict != deciding && verdict != Verdict::Unknown => result,
            _ => Some((verdict, trial.why)),
        };
    }
    let (verdict, why) = result.unwrap_or((Verdict::Unknown, Why::UnknownValue));
    if may_end && verdict != ended {
        (Verdict::Unknown, Why::UnreadablePolicy)
    } else {
        (verdict, why)
    }
}

/// Why a condition is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Holds,
    UnknownPresence,
    UnknownValue,
    /// Several values for an operator that takes one.
    SeveralValues,
    /// `Null`: the key is there though it must not, or the other way round.
    Presence {
        absent: bool,
    },
    Absent,
    EmptyList,
    /// A set under an operator without prefix.
    Multivalued,
    /// No value of the policy matches.
    Differs,
    /// A value of the policy matches, under a negated operator.
    Equal,
    /// The value of the request is no address, no ARN, no number …
    UnreadableRequest,
    /// A value of the policy that is no ARN ends the trial.
    UnreadableArn,
    /// A value of the policy can't be read.
    UnreadablePolicy,
}
