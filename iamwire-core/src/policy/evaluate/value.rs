//! One value of a policy, as its operator reads it, and whether one of the request matches it.

use std::cmp::Ordering;

use super::context::Context;
use super::literal::{Address, Decimal, Network, is_canonical_base64, time};
use super::pattern::{Arn, Expanded, Pattern, Reading, Texts, fold};
use crate::json::Value;
use crate::policy::{Test, Version};

/// One value of the policy, as its operator reads it.
#[derive(Debug, Clone)]
pub(super) enum PolicyValue {
    /// Another JSON type, a malformed variable, a variable under an unknown version.
    Unknown,
    /// It can match nothing, whatever the request holds.
    Nothing,
    /// No pattern of ARNs, where one is wanted.
    NoArn,
    /// `Null`: whether the key must be absent.
    Absent(bool),
    Bool(bool),
    Number(Box<str>),
    Time(i128),
    Network(Network),
    Binary(Box<str>),
    Text(Pattern),
    /// A text that stands for itself; where case doesn't count, folded.
    Literal(Box<str>),
}

impl PolicyValue {
    pub(super) fn new(value: Value<'_>, kind: Test, version: Version<'_>) -> Self {
        let Some(text) = value.as_scalar() else { return Self::Unknown };
        if matches!(version, Version::Other(_)) && text.contains("${") {
            return Self::Unknown;
        }
        let variables = matches!(version, Version::V2012);
        let pattern = |glob| {
            Pattern::parse(&text, Reading { glob, variables }).map_or(Self::Unknown, Self::Text)
        };
        match kind {
            Test::Null => Self::Absent(is_true(&text)),
            Test::Bool if variables && text.contains("${") => Self::Unknown,
            Test::Bool => Self::Bool(is_true(&text)),
            Test::StringEquals | Test::StringNotEquals => pattern(false).or_literal(),
            Test::StringLike | Test::StringNotLike => pattern(true).or_literal(),
            Test::StringEqualsIgnoreCase | Test::StringNotEqualsIgnoreCase => {
                match pattern(false).or_literal() {
                    Self::Literal(text) => Self::Literal(fold(&text).into()),
                    other => other,
                }
            }
            Test::ArnEquals | Test::ArnNotEquals | Test::ArnLike | Test::ArnNotLike => {
                match pattern(true) {
                    Self::Text(pattern) if !pattern.may_be_arn() => Self::NoArn,
                    value => value.or_literal(),
                }
            }
            Test::BinaryEquals if is_canonical_base64(&text) => Self::Binary(text.into()),
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
                    Self::Number(text.into())
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

    /// A pattern that stands for one text alone is that text.
    fn or_literal(self) -> Self {
        match &self {
            Self::Text(pattern) => match pattern.as_literal() {
                Some(text) => Self::Literal(text.into()),
                None => self,
            },
            _ => self,
        }
    }

    /// An action: a pattern without regard to case, to be compared with a folded text.
    pub(super) fn action(value: Value<'_>) -> Self {
        let Some(text) = value.as_str() else { return Self::Unknown };
        let pattern = Pattern::parse(&fold(&text), Reading { glob: true, variables: false });
        pattern.map_or(Self::Unknown, Self::Text).or_literal()
    }

    /// A text that fits, `*` and `?` standing for others.
    pub(super) fn fits(&self, context: &Context, text: &str) -> Match {
        self.text(context, |texts| texts.fits(text), text)
    }

    /// A text compared by `fits`, or directly with `value` where it stands for itself.
    pub(super) fn text(
        &self,
        context: &Context,
        fits: impl Fn(&Texts<'_>) -> bool,
        value: &str,
    ) -> Match {
        match self {
            Self::Literal(text) => Match::from(**text == *value),
            Self::Text(pattern) => match pattern.expand(context) {
                Expanded::Texts(texts) => Match::from(fits(&texts)),
                Expanded::Nothing => Match::No,
                Expanded::Unknown => Match::Unknown,
            },
            _ => Match::Unknown,
        }
    }

    /// An ARN of the request; `None` if this is no pattern of ARNs.
    pub(super) fn arn(&self, context: &Context, arn: Arn<'_>) -> Option<Match> {
        match self {
            Self::NoArn => None,
            Self::Text(pattern) if pattern.has_variables() => match pattern.expand(context) {
                Expanded::Texts(texts) => texts.is_arn().then(|| Match::from(texts.fits_arn(arn))),
                Expanded::Nothing => Some(Match::No),
                Expanded::Unknown => Some(Match::Unknown),
            },
            _ => Some(self.text(context, |texts| texts.fits_arn(arn), arn.as_str())),
        }
    }

    pub(super) fn bool(&self, truth: bool) -> Match {
        match self {
            Self::Bool(own) => Match::from(*own == truth),
            _ => Match::Unknown,
        }
    }

    pub(super) fn binary(&self, text: &str) -> Match {
        match self {
            Self::Binary(own) => Match::from(**own == *text),
            Self::Nothing => Match::No,
            _ => Match::Unknown,
        }
    }

    pub(super) fn holds(&self, address: Address) -> Match {
        match self {
            Self::Network(network) => Match::from(network.holds(address)),
            Self::Nothing => Match::No,
            _ => Match::Unknown,
        }
    }

    /// A number or time of the request against this one.
    pub(super) fn ordered(&self, wanted: Wanted<'_>) -> Match {
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
pub(super) struct Wanted<'a> {
    value: Ordered<'a>,
    accepts: fn(Ordering) -> bool,
}

#[derive(Clone, Copy)]
pub(super) enum Ordered<'a> {
    Number(Decimal<'a>),
    Time(i128),
}

impl<'a> Wanted<'a> {
    /// `None` if the request's value is no number or time.
    pub(super) fn of(kind: Test, text: &'a str) -> Option<Self> {
        let is_time = kind.name().starts_with("Date");
        let value = if is_time {
            Ordered::Time(time(text)?)
        } else {
            Ordered::Number(Decimal::parse(text)?)
        };
        let accepts: fn(Ordering) -> bool = match kind {
            Test::NumericLessThan | Test::DateLessThan => Ordering::is_lt,
            Test::NumericLessThanEquals | Test::DateLessThanEquals => Ordering::is_le,
            Test::NumericGreaterThan | Test::DateGreaterThan => Ordering::is_gt,
            Test::NumericGreaterThanEquals | Test::DateGreaterThanEquals => Ordering::is_ge,
            _ => Ordering::is_eq,
        };
        Some(Self { value, accepts })
    }
}

/// What one value of a policy is to one of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    Yes,
    No,
    Unknown,
}

impl From<bool> for Match {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

pub(super) fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}
