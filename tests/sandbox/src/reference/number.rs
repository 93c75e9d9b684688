//! Integers and decimals of any size, kept as digits.

use std::cmp::Ordering;

/// A whole number of any size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Integer {
    negative: bool,
    /// Most significant first, without leading zeros; none is zero.
    digits: Vec<u8>,
}

impl Integer {
    /// Reads `[+-]?\d+`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Some(Self::of(negative, digits.bytes().map(|b| b - b'0').collect()))
    }

    pub(super) fn from_i64(number: i64) -> Self {
        let digits = number.unsigned_abs().to_string().bytes().map(|b| b - b'0').collect();
        Self::of(number < 0, digits)
    }

    pub(super) fn from_usize(number: usize) -> Self {
        Self::of(false, number.to_string().bytes().map(|b| b - b'0').collect())
    }

    fn of(negative: bool, digits: Vec<u8>) -> Self {
        let digits: Vec<u8> = digits.into_iter().skip_while(|digit| *digit == 0).collect();
        Self { negative: negative && !digits.is_empty(), digits }
    }

    pub(super) fn negate(mut self) -> Self {
        self.negative = !self.negative && !self.digits.is_empty();
        self
    }

    /// Times a thousand.
    pub(super) fn thousandfold(mut self) -> Self {
        self.digits.extend([0, 0, 0]);
        Self::of(self.negative, self.digits)
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        if self.negative == other.negative {
            return Self::of(self.negative, sum(&self.digits, &other.digits));
        }
        match size(&self.digits, &other.digits) {
            Ordering::Less => Self::of(other.negative, difference(&other.digits, &self.digits)),
            _ => Self::of(self.negative, difference(&self.digits, &other.digits)),
        }
    }

    /// The number if it is not too large.
    pub(super) fn to_i64(&self) -> Option<i64> {
        self.to_string().parse().ok()
    }
}

impl std::fmt::Display for Integer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.negative {
            f.write_str("-")?;
        }
        if self.digits.is_empty() {
            f.write_str("0")?;
        }
        self.digits.iter().try_for_each(|digit| write!(f, "{digit}"))
    }
}

impl Ord for Integer {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => size(&self.digits, &other.digits),
            (true, true) => size(&other.digits, &self.digits),
        }
    }
}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares two rows of digits without leading zeros.
fn size(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Adds two rows of digits.
fn sum(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut result = Vec::new();
    let (mut left, mut right) = (a.iter().rev(), b.iter().rev());
    let mut carry = 0;
    loop {
        let (x, y) = (left.next(), right.next());
        if x.is_none() && y.is_none() && carry == 0 {
            break;
        }
        let here = x.unwrap_or(&0) + y.unwrap_or(&0) + carry;
        result.push(here % 10);
        carry = here / 10;
    }
    result.reverse();
    result
}

/// Subtracts a row of digits from one that is not smaller.
fn difference(large: &[u8], small: &[u8]) -> Vec<u8> {
    let mut result = Vec::new();
    let mut right = small.iter().rev();
    let mut borrow = 0;
    for x in large.iter().rev() {
        let here = 10 + x - right.next().unwrap_or(&0) - borrow;
        result.push(here % 10);
        borrow = u8::from(here < 10);
    }
    result.reverse();
    result
}

/// A decimal number of any precision: 0.DIGITS times ten to the power of `point`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// Neither leading nor trailing zeros; none is zero.
    digits: Vec<u8>,
    point: Integer,
}

impl Decimal {
    /// Reads `[+-]?\d+\.?\d*([eE][+-]?\d+)?`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        // Reading: `\d` is an ASCII digit.
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Integer::parse(exponent)?),
            None => (text, Integer::from_i64(0)),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let written: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|b| b - b'0').collect();
        let leading = written.iter().take_while(|digit| **digit == 0).count();
        let trailing = written.iter().rev().take_while(|digit| **digit == 0).count();
        if leading == written.len() {
            return Some(Self { negative: false, digits: Vec::new(), point: Integer::from_i64(0) });
        }
        let digits = written
            .iter()
            .skip(leading)
            .take(written.len() - leading - trailing)
            .copied()
            .collect();
        let point = exponent
            .plus(&Integer::from_usize(whole.len()))
            .plus(&Integer::from_usize(leading).negate());
        Some(Self { negative, digits, point })
    }

    fn size(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => {
                self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits))
            }
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.size(other),
            (true, true) => other.size(self),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
