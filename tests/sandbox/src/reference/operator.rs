//! Condition operators by name, and what one policy value of each matches.

use std::cmp::Ordering;

use super::address::{Address, Network};
use super::arn;
use super::context::Context;
use super::date;
use super::document::Version;
use super::glob::{Token, matches, units};
use super::json::Value;
use super::number::{Decimal, Integer};
use super::text::lower;
use super::variable::{self, Expanded};

/// A condition operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operator {
    pub(super) quantifier: Quantifier,
    pub(super) kind: Kind,
    pub(super) negated: bool,
    pub(super) if_exists: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantifier {
    None,
    ForAllValues,
    ForAnyValue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Equals,
    EqualsIgnoreCase,
    Like,
    Numeric(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    Arn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    fn fits(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl Operator {
    /// The operator of this name; nothing if IAM does not know it.
    pub(super) fn parse(name: &str) -> Option<Self> {
        if name == "Null" {
            return Some(Self {
                quantifier: Quantifier::None,
                kind: Kind::Null,
                negated: false,
                if_exists: false,
            });
        }
        let (quantifier, rest) = if let Some(rest) = name.strip_prefix("ForAllValues:") {
            (Quantifier::ForAllValues, rest)
        } else if let Some(rest) = name.strip_prefix("ForAnyValue:") {
            (Quantifier::ForAnyValue, rest)
        } else {
            (Quantifier::None, name)
        };
        let (rest, if_exists) = match rest.strip_suffix("IfExists") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let (kind, negated) = match rest {
            "StringEquals" => (Kind::Equals, false),
            "StringNotEquals" => (Kind::Equals, true),
            "StringEqualsIgnoreCase" => (Kind::EqualsIgnoreCase, false),
            "StringNotEqualsIgnoreCase" => (Kind::EqualsIgnoreCase, true),
            "StringLike" => (Kind::Like, false),
            "StringNotLike" => (Kind::Like, true),
            "NumericEquals" => (Kind::Numeric(Order::Equal), false),
            "NumericNotEquals" => (Kind::Numeric(Order::Equal), true),
            "NumericLessThan" => (Kind::Numeric(Order::Less), false),
            "NumericLessThanEquals" => (Kind::Numeric(Order::LessOrEqual), false),
            "NumericGreaterThan" => (Kind::Numeric(Order::Greater), false),
            "NumericGreaterThanEquals" => (Kind::Numeric(Order::GreaterOrEqual), false),
            "DateEquals" => (Kind::Date(Order::Equal), false),
            "DateNotEquals" => (Kind::Date(Order::Equal), true),
            "DateLessThan" => (Kind::Date(Order::Less), false),
            "DateLessThanEquals" => (Kind::Date(Order::LessOrEqual), false),
            "DateGreaterThan" => (Kind::Date(Order::Greater), false),
            "DateGreaterThanEquals" => (Kind::Date(Order::GreaterOrEqual), false),
            "Bool" => (Kind::Bool, false),
            "BinaryEquals" => (Kind::Binary, false),
            "IpAddress" => (Kind::Ip, false),
            "NotIpAddress" => (Kind::Ip, true),
            "ArnEquals" | "ArnLike" => (Kind::Arn, false),
            "ArnNotEquals" | "ArnNotLike" => (Kind::Arn, true),
            _ => return None,
        };
        Some(Self { quantifier, kind, negated, if_exists })
    }

    /// Whether the operator wants a number or a date, and this is none.
    pub(super) fn is_unreadable(self, request: &str) -> bool {
        match self.kind {
            Kind::Numeric(_) => Decimal::parse(request).is_none(),
            Kind::Date(_) => date::parse(request).is_none(),
            _ => false,
        }
    }
}

/// What a policy value asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Unknown,
    /// It matches nothing, whatever the request holds.
    Nothing,
    Text(String),
    Lowered(String),
    Pattern(Vec<Token>),
    Number(Order, Decimal),
    Date(Order, Integer),
    Flag(bool),
    Network(Network),
    Arn(arn::Pattern),
    /// An ARN value that can't be read: it ends the trial.
    NoArn,
}

impl Wanted {
    /// Reads a policy value of an operator.
    pub(super) fn read(kind: Kind, value: &Value, version: Version, context: &Context) -> Self {
        // "a value of another JSON type … counts as one unknown value"
        let Some(text) = value.scalar() else { return Self::Unknown };
        // Reading: "Another `Version`: values with `${` are unknown": condition values, under each
        // operator, `Null` and those included in which `${` would be literal.
        if version == Version::Other && text.contains("${") {
            return Self::Unknown;
        }
        match kind {
            Kind::Equals | Kind::EqualsIgnoreCase | Kind::Like | Kind::Arn => {
                let pieces = match version {
                    Version::V2012 => match variable::expand(&text, context) {
                        Expanded::Pieces(pieces) => pieces,
                        // Reading: "Key absent and no default: that value matches nothing": under
                        // an ARN operator too; it is not unreadable, so it does not end the trial.
                        Expanded::Nothing => return Self::Nothing,
                        Expanded::Unknown => return Self::Unknown,
                    },
                    Version::V2008 | Version::Other => vec![variable::Piece::Written(text)],
                };
                match kind {
                    Kind::Equals => Self::Text(variable::text(&pieces)),
                    Kind::EqualsIgnoreCase => Self::Lowered(lower(&variable::text(&pieces))),
                    Kind::Like => Self::Pattern(variable::pattern(&pieces)),
                    _ => arn::Pattern::split(&variable::pattern(&pieces))
                        .map_or(Self::NoArn, Self::Arn),
                }
            }
            Kind::Numeric(order) => {
                Decimal::parse(&text).map_or(Self::Nothing, |number| Self::Number(order, number))
            }
            Kind::Date(order) => {
                date::parse(&text).map_or(Self::Nothing, |date| Self::Date(order, date))
            }
            // "Bool u": a value with a variable, well formed or not.
            Kind::Bool if version == Version::V2012 && text.contains("${") => Self::Unknown,
            Kind::Bool | Kind::Null => Self::Flag(is_true(&text)),
            Kind::Ip => Network::parse(&text).map_or(Self::Nothing, Self::Network),
            Kind::Binary if is_canonical_base64(&text) => Self::Text(text),
            Kind::Binary => Self::Nothing,
        }
    }

    /// Whether a value of the request matches; nothing where that is unknown.
    pub(super) fn matches(&self, request: &str) -> Option<bool> {
        Some(match self {
            Self::Unknown => return None,
            Self::Nothing | Self::NoArn => false,
            Self::Text(text) => text == request,
            Self::Lowered(text) => *text == lower(request),
            Self::Pattern(pattern) => matches(pattern, &units(request)),
            Self::Number(order, number) => {
                Decimal::parse(request).is_some_and(|value| order.fits(value.cmp(number)))
            }
            Self::Date(order, wanted) => {
                date::parse(request).is_some_and(|value| order.fits(value.cmp(wanted)))
            }
            Self::Flag(flag) => is_true(request) == *flag,
            Self::Network(network) => {
                Address::parse(request).is_some_and(|address| network.holds(address))
            }
            Self::Arn(pattern) => arn::split(request).is_some_and(|parts| pattern.matches(&parts)),
        })
    }
}

/// Whether IAM takes a value under an operator when a policy is written; nothing if it does not know
/// the operator.
pub(crate) fn takes(operator: &str, value: &str) -> Option<bool> {
    Some(match Operator::parse(operator)?.kind {
        Kind::Equals | Kind::EqualsIgnoreCase | Kind::Like => true,
        Kind::Numeric(_) => Decimal::parse(value).is_some(),
        Kind::Date(_) => date::parse(value).is_some(),
        Kind::Bool | Kind::Null => is_true(value) || value.eq_ignore_ascii_case("false"),
        Kind::Binary => is_canonical_base64(value),
        // Reading: an IPv6 network that holds nothing is taken all the same.
        Kind::Ip => value.contains(':') || Network::parse(value).is_some(),
        Kind::Arn => value == "*" || value.contains("${") || arn::split(value).is_some(),
    })
}

/// `true` in any case.
pub(super) fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}

/// Whether a text is what encoding some bytes in base64 gives; the empty text is.
fn is_canonical_base64(text: &str) -> bool {
    // Reading: "the same base64 text, if that is canonical": the standard alphabet, padded, the
    // unused bits zero; an empty text is canonical.
    if !text.len().is_multiple_of(4) {
        return false;
    }
    let body = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    let digits: Option<Vec<u8>> = body
        .bytes()
        .map(|b| match b {
            b'A'..=b'Z' => Some(b - b'A'),
            b'a'..=b'z' => Some(b - b'a' + 26),
            b'0'..=b'9' => Some(b - b'0' + 52),
            b'+' => Some(62),
            b'/' => Some(63),
            _ => None,
        })
        .collect();
    let Some(digits) = digits else { return false };
    let unused = match text.len() - body.len() {
        0 => 0,
        1 => 0b11,
        _ => 0b1111,
    };
    digits.last().is_none_or(|last| last & unused == 0) && (text.is_empty() || !body.is_empty())
}
