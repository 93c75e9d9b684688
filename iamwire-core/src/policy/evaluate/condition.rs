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
    /// A text without variables, folded.
    Folded(String),
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
        Self {
            operator_name: condition.operator_name().into_owned(),
            key: Key::new(&condition.key()),
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
            _ if operator.set().is_none() && self.key.is_multivalued() => {
                holds(false, Why::Multivalued)
            }
            State::Present(values) => match (operator.set(), values) {
                (None, [value]) => self.test_value(operator, value, context, effect).into_parts(),
                (None, _) => (Verdict::Unknown, Why::SeveralValues),
                (Some(SetPrefix::ForAllValues), _) => {
                    self.test_set(operator, values, context, effect, Verdict::No)
                }
                (Some(SetPrefix::ForAnyValue), _) => {
                    self.test_set(operator, values, context, effect, Verdict::Yes)
                }
            },
            State::UnknownValue => self.test_unknown_value(operator, context, effect),
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

    /// A set: the first value with the deciding verdict decides, else an unknown one, else the other verdict.
    fn test_set(
        &self,
        operator: Operator,
        values: &[RequestValue],
        context: &Context,
        effect: Effect,
        deciding: Verdict,
    ) -> (Verdict, Why) {
        let mut unknown = None;
        let mut other = None;
        for value in values {
            match self.test_value(operator, value, context, effect) {
                Trial::Ended(verdict) => return (verdict, Why::UnreadableArn),
                Trial::Value(verdict, why) if verdict == deciding => return (verdict, why),
                Trial::Value(Verdict::Unknown, why) => {
                    unknown = unknown.or(Some((Verdict::Unknown, why)))
                }
                Trial::Value(verdict, why) => other = other.or(Some((verdict, why))),
            }
        }
        unknown.or(other).unwrap_or((Verdict::Unknown, Why::UnknownValue))
    }

    fn test_value(
        &self,
        operator: Operator,
        value: &RequestValue,
        context: &Context,
        effect: Effect,
    ) -> Trial {
        let negated = operator.is_negated();
        let compare: &dyn Fn(&PolicyValue) -> Match = match operator.test() {
            Test::ArnEquals | Test::ArnLike | Test::ArnNotEquals | Test::ArnNotLike => {
                return self.test_arn(value.text(), negated, context, effect);
            }
            Test::StringEquals | Test::StringNotEquals => {
                &|own| own.text(context, |t| t.equals(value.text()), value.text())
            }
            Test::StringLike | Test::StringNotLike => {
                &|own| own.text(context, |t| t.fits(value.text()), value.text())
            }
            Test::StringEqualsIgnoreCase | Test::StringNotEqualsIgnoreCase => {
                &|own| own.text(context, |t| t.equals_folded(value.folded()), value.folded())
            }
            Test::Bool => {
                let truth = is_true(value.text());
                &move |own| own.bool(truth)
            }
            Test::BinaryEquals => &|own| own.binary(value.text()),
            Test::IpAddress | Test::NotIpAddress => {
                let Some(address) = Address::parse(value.text()) else {
                    return Trial::Value(Verdict::No, Why::UnreadableRequest);
                };
                &move |own| own.holds(address)
            }
            test => {
                let Some(wanted) = Wanted::of(test, value.text()) else {
                    return Trial::Value(Verdict::from(negated), Why::UnreadableRequest);
                };
                &move |own| own.ordered(wanted)
            }
        };
        let mut unknown = false;
        for own in &self.values {
            match compare(own) {
                Match::Yes => return Trial::matched(negated),
                Match::No => {}
                Match::Unknown => unknown = true,
            }
        }
        if unknown {
            Trial::Value(Verdict::Unknown, Why::UnreadablePolicy)
        } else {
            Trial::unmatched(negated)
        }
    }

    /// The values in order: a match ends the trial, and so does one that is no ARN.
    fn test_arn(&self, arn: &str, negated: bool, context: &Context, effect: Effect) -> Trial {
        if !is_arn(arn) {
            return Trial::Value(Verdict::No, Why::UnreadableRequest);
        }
        self.arn_trial(negated, context, effect, |texts, star| {
            if star { Some(true) } else { texts.fits_arn(arn) }
        })
    }

    fn arn_trial(
        &self,
        negated: bool,
        context: &Context,
        effect: Effect,
        fits: impl Fn(&super::pattern::Texts<'_>, bool) -> Option<bool>,
    ) -> Trial {
        let mut unknown = false;
        let end = |trial: Trial, unknown: bool| match (
            trial.verdict(),
            Trial::matched(negated).verdict(),
        ) {
            (verdict, matched) if unknown && verdict != matched => {
                Trial::Value(Verdict::Unknown, Why::UnreadablePolicy)
            }
            _ => trial,
        };
        for own in &self.values {
            let PolicyValue::Text(pattern) = own else {
                unknown = true;
                continue;
            };
            match pattern.expand(context) {
                Expanded::Nothing => {}
                Expanded::Unknown => unknown = true,
                Expanded::Texts(texts) => match fits(&texts, pattern.is_lone_star()) {
                    Some(true) => return end(Trial::matched(negated), unknown),
                    Some(false) => {}
                    None => {
                        return end(Trial::Ended(Verdict::from(effect == Effect::Deny)), unknown);
                    }
                },
            }
        }
        end(Trial::unmatched(negated), unknown)
    }

    /// The key is there, with any value: only what can match nothing is decided.
    fn test_unknown_value(
        &self,
        operator: Operator,
        context: &Context,
        effect: Effect,
    ) -> (Verdict, Why) {
        let unknown = (Verdict::Unknown, Why::UnknownValue);
        let negated = operator.is_negated();
        if matches!(
            operator.test(),
            Test::ArnEquals | Test::ArnLike | Test::ArnNotEquals | Test::ArnNotLike
        ) {
            let open = std::cell::Cell::new(false);
            let trial = self.arn_trial(negated, context, effect, |texts, star| {
                let readable = star || texts.fits_arn("").is_some();
                open.set(open.get() || readable);
                readable.then_some(false)
            });
            return if open.get() { unknown } else { trial.into_parts() };
        }
        let nothing = |own: &PolicyValue| match own {
            PolicyValue::Nothing => true,
            PolicyValue::Text(pattern) => matches!(pattern.expand(context), Expanded::Nothing),
            _ => false,
        };
        if self.values.iter().all(nothing) {
            Trial::unmatched(negated).into_parts()
        } else {
            unknown
        }
    }
}

/// What came of one value of the request.
#[derive(Debug, Clone, Copy)]
enum Trial {
    Value(Verdict, Why),
    /// The whole condition is this, whatever the other values.
    Ended(Verdict),
}

impl Trial {
    fn matched(negated: bool) -> Self {
        Self::Value(Verdict::from(!negated), if negated { Why::Equal } else { Why::Holds })
    }

    fn unmatched(negated: bool) -> Self {
        Self::Value(Verdict::from(negated), if negated { Why::Holds } else { Why::Differs })
    }

    fn verdict(self) -> Verdict {
        self.into_parts().0
    }

    fn into_parts(self) -> (Verdict, Why) {
        match self {
            Self::Value(verdict, why) => (verdict, why),
            Self::Ended(verdict) => (verdict, Why::UnreadableArn),
        }
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
        match test {
            Test::Null => Self::Absent(is_true(&text)),
            Test::Bool if variables && text.contains("${") => Self::Unknown,
            Test::Bool => Self::Bool(is_true(&text)),
            Test::StringEquals | Test::StringNotEquals => pattern(false),
            Test::StringLike
            | Test::StringNotLike
            | Test::ArnEquals
            | Test::ArnNotEquals
            | Test::ArnLike
            | Test::ArnNotLike => pattern(true),
            Test::StringEqualsIgnoreCase | Test::StringNotEqualsIgnoreCase => {
                match pattern(false) {
                    Self::Text(pattern) if pattern.as_literal().is_some() => {
                        Self::Folded(fold(pattern.as_literal().unwrap_or_default()).into_owned())
                    }
                    other => other,
                }
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

    /// A text compared by `fits`, or directly with `value` where it has no variables and no case.
    fn text(
        &self,
        context: &Context,
        fits: impl Fn(&super::pattern::Texts<'_>) -> bool,
        value: &str,
    ) -> Match {
        match self {
            Self::Folded(text) => Match::from(text == value),
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
