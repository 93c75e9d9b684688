//! One key under one operator, prepared: the list of rules of `Condition`, top to bottom.

use super::Verdict;
use super::context::{Context, RequestValue, State, is_multivalued};
use super::few::Few;
use super::literal::Address;
use super::pattern::{Arn, Expanded, fold};
use super::trial::{Outcomes, Trial, Why, combine};
use super::value::{Match, PolicyValue, Wanted, is_true};
use crate::policy::{Condition, Effect, Operator, SetPrefix, Test, Version};

/// One key under one operator.
#[derive(Debug, Clone)]
pub(super) struct PreparedCondition {
    /// In the form in which keys are compared.
    key: Box<str>,
    is_multivalued: bool,
    operator: Operator,
    values: Few<PolicyValue>,
}

impl PreparedCondition {
    pub(super) fn new(condition: Condition<'_>, operator: Operator, version: Version<'_>) -> Self {
        let key: Box<str> = fold(&condition.key()).into();
        let value = |value| PolicyValue::new(value, operator.test(), version);
        Self {
            is_multivalued: is_multivalued(&key),
            key,
            operator,
            values: condition.values().map(value).collect(),
        }
    }

    pub(super) fn test(&self, context: &Context, effect: Effect) -> (Verdict, Why) {
        let operator = self.operator;
        let state = context.state(&self.key);
        let plain = operator.set().is_none() && !operator.if_exists();
        let negated = operator.is_negated();
        let holds = |yes: bool, why| (Verdict::from(yes), if yes { Why::Holds } else { why });
        match state {
            State::UnknownPresence => (Verdict::Unknown, Why::UnknownPresence),
            _ if operator.test() == Test::Null => self.test_null(matches!(state, State::Absent)),
            State::Absent => match operator.set() {
                Some(SetPrefix::ForAllValues) => holds(true, Why::Absent),
                Some(SetPrefix::ForAnyValue) => holds(false, Why::Absent),
                None if operator.if_exists() => holds(true, Why::Absent),
                None if negated && self.values.is_empty() => (Verdict::Unknown, Why::EmptyList),
                None => holds(negated, Why::Absent),
            },
            _ if self.values.is_empty() && negated && plain => (Verdict::Unknown, Why::EmptyList),
            _ if self.values.is_empty() => holds(false, Why::EmptyList),
            _ if operator.set().is_none() && self.is_multivalued => holds(false, Why::Multivalued),
            State::Present(values) if operator.set().is_none() && values.len() > 1 => {
                (Verdict::Unknown, Why::SeveralValues)
            }
            State::Present(values) => {
                let trials = values.iter().map(|value| self.test_value(operator, value, context));
                combine(trials, operator.set(), effect)
            }
            State::UnknownValue => {
                let trial = self.test_unknown_value(operator, context);
                combine(std::iter::once(trial), operator.set(), effect)
            }
        }
    }

    fn test_null(&self, absent: bool) -> (Verdict, Why) {
        let any = |want: Match| {
            self.values.iter().any(|value| {
                want == match value {
                    PolicyValue::Absent(must_be) => Match::from(*must_be == absent),
                    _ => Match::Unknown,
                }
            })
        };
        if any(Match::Yes) {
            (Verdict::Yes, Why::Holds)
        } else if any(Match::Unknown) {
            (Verdict::Unknown, Why::UnreadablePolicy)
        } else {
            (Verdict::No, Why::Presence { absent })
        }
    }

    /// One value of the request against all of the policy.
    fn test_value(&self, operator: Operator, value: &RequestValue, context: &Context) -> Trial {
        let negated = operator.is_negated();
        let (text, folded) = (value.text(), value.folded());
        match operator.test() {
            Test::ArnEquals | Test::ArnLike | Test::ArnNotEquals | Test::ArnNotLike => {
                self.test_arn(text, negated, context)
            }
            Test::StringEquals | Test::StringNotEquals => {
                self.test_each(negated, |own| own.text(context, |t| t.equals(text), text))
            }
            Test::StringLike | Test::StringNotLike => {
                self.test_each(negated, |own| own.fits(context, text))
            }
            Test::StringEqualsIgnoreCase | Test::StringNotEqualsIgnoreCase => self
                .test_each(negated, |own| own.text(context, |t| t.equals_folded(folded), folded)),
            Test::Bool => {
                let truth = is_true(text);
                self.test_each(negated, |own| own.bool(truth))
            }
            Test::BinaryEquals => self.test_each(negated, |own| own.binary(text)),
            Test::IpAddress | Test::NotIpAddress => match Address::parse(text) {
                Some(address) => self.test_each(negated, |own| own.holds(address)),
                None => Trial { outcomes: Outcomes::NO, why: Why::UnreadableRequest },
            },
            ordered => match Wanted::of(ordered, text) {
                Some(wanted) => self.test_each(negated, |own| own.ordered(wanted)),
                None => Trial { outcomes: Outcomes::from(negated), why: Why::UnreadableRequest },
            },
        }
    }

    fn test_each(&self, negated: bool, compare: impl Fn(&PolicyValue) -> Match) -> Trial {
        let mut unknown = false;
        for own in self.values.iter() {
            match compare(own) {
                Match::Yes => return Trial::matched(negated),
                Match::No => {}
                Match::Unknown => unknown = true,
            }
        }
        if unknown {
            Trial { outcomes: Outcomes::YES.or(Outcomes::NO), why: Why::UnreadablePolicy }
        } else {
            Trial::unmatched(negated)
        }
    }

    /// The values in order: a match ends the trial, and so does one that is no ARN.
    fn test_arn(&self, text: &str, negated: bool, context: &Context) -> Trial {
        let Some(arn) = Arn::parse(text) else {
            return Trial { outcomes: Outcomes::NO, why: Why::UnreadableRequest };
        };
        // A value that can't be read may match, may not, and may be no ARN.
        let mut before: Option<Outcomes> = None;
        let unknown = Trial::matched(negated).outcomes.or(Outcomes::ENDED);
        for own in self.values.iter() {
            match own.arn(context, arn) {
                Some(Match::Yes) => return Trial::matched(negated).after(before),
                Some(Match::No) => {}
                Some(Match::Unknown) => before = Some(unknown),
                None => return Trial::ENDED.after(before),
            }
        }
        Trial::unmatched(negated).after(before)
    }

    /// The key is there, with any value: only what can match nothing is decided.
    fn test_unknown_value(&self, operator: Operator, context: &Context) -> Trial {
        let negated = operator.is_negated();
        let is_arn = matches!(
            operator.test(),
            Test::ArnEquals | Test::ArnLike | Test::ArnNotEquals | Test::ArnNotLike
        );
        let is_address = matches!(operator.test(), Test::IpAddress | Test::NotIpAddress);
        let readable = Trial::matched(negated).outcomes;
        // A value of the policy that can't be read may be no ARN.
        let unreadable = if is_arn { readable.or(Outcomes::ENDED) } else { readable };
        // A value that is no ARN or no address satisfies nothing.
        let mut outcomes = if is_arn || is_address { Outcomes::NO } else { Outcomes::NONE };
        let ended = |before: Outcomes| Trial {
            outcomes: before.or(Outcomes::ENDED),
            why: Why::UnreadableArn,
        };
        for own in self.values.iter() {
            let own = match own {
                PolicyValue::Nothing => Outcomes::NONE,
                PolicyValue::NoArn => return ended(outcomes),
                PolicyValue::Text(pattern) => match pattern.expand(context) {
                    Expanded::Nothing => Outcomes::NONE,
                    Expanded::Texts(texts)
                        if is_arn && pattern.has_variables() && !texts.is_arn() =>
                    {
                        return ended(outcomes);
                    }
                    Expanded::Texts(_) => readable,
                    Expanded::Unknown => unreadable,
                },
                PolicyValue::Unknown => unreadable,
                _ => readable,
            };
            outcomes = outcomes.or(own);
        }
        let why = if outcomes == Outcomes::NONE {
            Trial::unmatched(negated).why
        } else {
            Why::UnknownValue
        };
        Trial { outcomes: outcomes.or(Outcomes::from(negated)), why }
    }
}
