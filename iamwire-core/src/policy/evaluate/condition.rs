//! One key under one operator, prepared: the list of rules of `Condition`, top to bottom.

use std::cmp::Ordering;

use super::Verdict;
use super::context::{Context, Key, RequestValue, State};
use super::literal::{Address, Decimal, Network, is_canonical_base64, time};
use super::pattern::{Expanded, Pattern, Reading, fold};
use crate::json::Value;
use crate::policy::{Condition, Effect, Operator, SetPrefix, Test, Version};

/// One key under one operator.
#[derive(Debug, Clone)]
pub(super) struct PreparedCondition {
    pub(super) operator_name: String,
    pub(super) key: Key,
    is_multivalued: bool,
    /// None is an operator that IAM doesn't know.
    operator: Option<Operator>,
    values: Vec<PolicyValue>,
    /// The values as they stand in the policy.
    pub(super) texts: Vec<String>,
}

/// Why a condition is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Holds,
    UnknownOperator,
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

/// One value of the policy, as its operator reads it.
#[derive(Debug, Clone)]
enum PolicyValue {
    /// Another JSON type, a malformed variable, a variable under an unknown version.
    Unknown,
    /// It can match nothing, whatever the request holds.
    Nothing,
    /// `Null`: whether the key must be absent.
    Absent(bool),
    Bool(bool),
    Number(String),
    Time(i128),
    Network(Network),
    Binary(String),
    Text(Pattern),
    /// A text that stands for itself; where case doesn't count, folded.
    Literal(String),
}

/// What one value of a policy is to one of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    Yes,
    No,
    Unknown,
}

impl PreparedCondition {
    pub(super) fn new(condition: Condition<'_>, version: Version<'_>) -> Self {
        let operator = condition.operator();
        let values = match operator {
            Some(operator) => {
                condition.values().map(|v| PolicyValue::new(v, operator.test(), version)).collect()
            }
            None => Vec::new(),
        };
        let key = Key::new(&condition.key());
        Self {
            operator_name: condition.operator_name().into_owned(),
            is_multivalued: key.is_multivalued(),
            key,
            operator,
            values,
            texts: condition
                .values()
                .map(|v| v.as_scalar().map_or_else(|| v.text().to_owned(), Into::into))
                .collect(),
        }
    }

    /// An operator that IAM doesn't know, with whatever it holds.
    pub(super) fn unknown_operator(name: &str) -> Self {
        Self {
            operator_name: name.to_owned(),
            key: Key::new(""),
            is_multivalued: false,
            operator: None,
            values: Vec::new(),
            texts: Vec::new(),
        }
    }

    pub(super) fn test(&self, context: &Context, effect: Effect) -> (Verdict, Why) {
        let Some(operator) = self.operator else { return (Verdict::Unknown, Why::UnknownOperator) };
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
            _ if self.values.is_empty() => match negated && plain {
                true => (Verdict::Unknown, Why::EmptyList),
                false => holds(false, Why::EmptyList),
            },
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
                self.test_each(negated, |own| own.text(context, |t| t.fits(text), text))
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
            test => match Wanted::of(test, text) {
                Some(wanted) => self.test_each(negated, |own| own.ordered(wanted)),
                None => Trial { outcomes: Outcomes::from(negated), why: Why::UnreadableRequest },
            },
        }
    }

    fn test_each(&self, negated: bool, compare: impl Fn(&PolicyValue) -> Match) -> Trial {
        let mut unknown = false;
        for own in &self.values {
            match compare(own) {
                Match::Yes => return Trial::matched(negated),
                Match::No => {}
                Match::Unknown => unknown = true,
            }
        }
        match unknown {
            true => Trial { outcomes: Outcomes::YES.or(Outcomes::NO), why: Why::UnreadablePolicy },
            false => Trial::unmatched(negated),
        }
    }

    /// The values in order: a match ends the trial, and so does one that is no ARN.
    fn test_arn(&self, arn: &str, negated: bool, context: &Context) -> Trial {
        if !is_arn(arn) {
            return Trial { outcomes: Outcomes::NO, why: Why::UnreadableRequest };
        }
        // A value that can't be read may match, may not, and may be no ARN.
        let mut before: Option<Outcomes> = None;
        let unknown = Trial::matched(negated).outcomes.or(Outcomes::ENDED);
        for own in &self.values {
            let pattern = match own {
                PolicyValue::Text(pattern) => pattern,
                _ => {
                    before = Some(unknown);
                    continue;
                }
            };
            match pattern.expand(context) {
                Expanded::Nothing => {}
                Expanded::Unknown => before = Some(unknown),
                Expanded::Texts(texts) => {
                    let fits =
                        if pattern.is_lone_star() { Some(true) } else { texts.fits_arn(arn) };
                    match fits {
                        Some(true) => return Trial::matched(negated).after(before),
                        Some(false) => {}
                        None => return Trial::ENDED.after(before),
                    }
                }
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
        for own in &self.values {
            let own = match own {
                PolicyValue::Nothing => Outcomes::NONE,
                PolicyValue::Text(pattern) => match pattern.expand(context) {
                    Expanded::Nothing => Outcomes::NONE,
                    Expanded::Texts(texts)
                        if is_arn && !pattern.is_lone_star() && texts.fits_arn("").is_none() =>
                    {
                        return Trial {
                            outcomes: outcomes.or(Outcomes::ENDED),
                            why: Why::UnreadableArn,
                        };
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

/// What came of one value of the request, and why.
#[derive(Debug, Clone, Copy)]
struct Trial {
    outcomes: Outcomes,
    why: Why,
}

/// All that may have come of it: one outcome, or several where something is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Outcomes(u8);

impl Outcomes {
    const NONE: Self = Self(0);
    const YES: Self = Self(1);
    const NO: Self = Self(2);
    /// A value of the policy that is no ARN was reached: it decides the whole condition.
    const ENDED: Self = Self(4);

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn may_end(self) -> bool {
        self.0 & Self::ENDED.0 != 0
    }

    fn verdict(self) -> Verdict {
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
    const ENDED: Self = Self { outcomes: Outcomes::ENDED, why: Why::UnreadableArn };

    fn matched(negated: bool) -> Self {
        let why = if negated { Why::Equal } else { Why::Holds };
        Self { outcomes: Outcomes::from(!negated), why }
    }

    fn unmatched(negated: bool) -> Self {
        let why = if negated { Why::Holds } else { Why::Differs };
        Self { outcomes: Outcomes::from(negated), why }
    }

    /// With what may have come of the values before.
    fn after(self, before: Option<Outcomes>) -> Self {
        match before {
            Some(before) => Self { outcomes: self.outcomes.or(before), why: Why::UnreadablePolicy },
            None => self,
        }
    }
}

/// What the values of a request come to: every one, or with `ForAnyValue` one, must satisfy the operator.
fn combine(
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

impl From<bool> for Match {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

impl PolicyValue {
    fn new(value: Value<'_>, test: Test, version: Version<'_>) -> Self {
        let Some(text) = value.as_scalar() else { return Self::Unknown };
        if matches!(version, Version::Other(_)) && text.contains("${") {
            return Self::Unknown;
        }
        let variables = matches!(version, Version::V2012);
        let pattern = |glob| {
            Pattern::parse(&text, Reading { glob, variables }).map_or(Self::Unknown, Self::Text)
        };
        let string = |glob, literal: fn(&str) -> String| match pattern(glob) {
            Self::Text(pattern) => match pattern.as_literal() {
                Some(text) => Self::Literal(literal(text)),
                None => Self::Text(pattern),
            },
            other => other,
        };
        match test {
            Test::Null => Self::Absent(is_true(&text)),
            Test::Bool if variables && text.contains("${") => Self::Unknown,
            Test::Bool => Self::Bool(is_true(&text)),
            Test::StringEquals | Test::StringNotEquals => string(false, str::to_owned),
            Test::StringLike | Test::StringNotLike => string(true, str::to_owned),
            Test::StringEqualsIgnoreCase | Test::StringNotEqualsIgnoreCase => {
                string(false, |text| fold(text).into_owned())
            }
            Test::ArnEquals | Test::ArnNotEquals | Test::ArnLike | Test::ArnNotLike => {
                pattern(true)
            }
            Test::BinaryEquals if is_canonical_base64(&text) => Self::Binary(text.into_owned()),
            Test::BinaryEquals => Self::Nothing,
            Test::IpAddress | Test::NotIpAddress => {
                Network::parse(&text).map_or(Self::Nothing, Self::Network)
            }
            Test::NumericEquals
            | Test::NumericNotEquals
            | Test::NumericLessThan
            | Test::NumericLessThanEquals
            | Test::NumericGreaterThan
            | Test::NumericGreaterThanEquals => {
                if Decimal::parse(&text).is_some() {
                    Self::Number(text.into_owned())
                } else {
                    Self::Nothing
                }
            }
            Test::DateEquals
            | Test::DateNotEquals
            | Test::DateLessThan
            | Test::DateLessThanEquals
            | Test::DateGreaterThan
            | Test::DateGreaterThanEquals => time(&text).map_or(Self::Nothing, Self::Time),
        }
    }

    /// A text compared by `fits`, or directly with `value` where it stands for itself.
    fn text(
        &self,
        context: &Context,
        fits: impl Fn(&super::pattern::Texts<'_>) -> bool,
        value: &str,
    ) -> Match {
        match self {
            Self::Literal(text) => Match::from(text == value),
            Self::Text(pattern) => match pattern.expand(context) {
                Expanded::Texts(texts) => Match::from(fits(&texts)),
                Expanded::Nothing => Match::No,
                Expanded::Unknown => Match::Unknown,
            },
            _ => Match::Unknown,
        }
    }

    fn bool(&self, truth: bool) -> Match {
        match self {
            Self::Bool(own) => Match::from(*own == truth),
            _ => Match::Unknown,
        }
    }

    fn binary(&self, text: &str) -> Match {
        match self {
            Self::Binary(own) => Match::from(own == text),
            Self::Nothing => Match::No,
            _ => Match::Unknown,
        }
    }

    fn holds(&self, address: Address) -> Match {
        match self {
            Self::Network(network) => Match::from(network.holds(address)),
            Self::Nothing => Match::No,
            _ => Match::Unknown,
        }
    }

    /// A number or time of the request against this one.
    fn ordered(&self, wanted: Wanted<'_>) -> Match {
        let ordering = match (self, wanted.value) {
            (Self::Number(own), Ordered::Number(number)) => {
                Decimal::parse(own).map(|own| number.compare(own))
            }
            (Self::Time(own), Ordered::Time(time)) => Some(time.cmp(own)),
            (Self::Nothing, _) => return Match::No,
            _ => None,
        };
        ordering.map_or(Match::Unknown, |ordering| Match::from((wanted.accepts)(ordering)))
    }
}

/// A number or time of the request, and the orderings that are a match.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    value: Ordered<'a>,
    accepts: fn(Ordering) -> bool,
}

#[derive(Clone, Copy)]
enum Ordered<'a> {
    Number(Decimal<'a>),
    Time(i128),
}

impl<'a> Wanted<'a> {
    /// `None` if the request's value is no number or time.
    fn of(test: Test, text: &'a str) -> Option<Self> {
        let is_time = test.name().starts_with("Date");
        let value = if is_time {
            Ordered::Time(time(text)?)
        } else {
            Ordered::Number(Decimal::parse(text)?)
        };
        let accepts: fn(Ordering) -> bool = match test {
            Test::NumericLessThan | Test::DateLessThan => Ordering::is_lt,
            Test::NumericLessThanEquals | Test::DateLessThanEquals => Ordering::is_le,
            Test::NumericGreaterThan | Test::DateGreaterThan => Ordering::is_gt,
            Test::NumericGreaterThanEquals | Test::DateGreaterThanEquals => Ordering::is_ge,
            _ => Ordering::is_eq,
        };
        Some(Self { value, accepts })
    }
}

fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}

/// Whether a text has six parts, the first of which is `arn`.
fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.matches(':').take(5).count() == 5
}
