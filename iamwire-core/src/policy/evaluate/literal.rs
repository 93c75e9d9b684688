//! Numbers, dates, addresses and base64 as IAM reads them: without allocation, and never a guess.

use std::cmp::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A number of any precision: `[+-]?\d+\.?\d*([eE][+-]?\d+)?`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decimal<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i128,
}

impl<'a> Decimal<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (negative, unsigned) = sign(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, saturating_integer(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        (!whole.is_empty() && digits(whole) && digits(fraction)).then_some(Self {
            negative,
            whole,
            fraction,
            exponent,
        })
    }

    /// By value.
    pub(super) fn compare(self, other: Self) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => Ordering::Equal,
            (true, false) => {
                if other.negative {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (false, _) if self.negative && (other.is_zero() || !other.negative) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) if !self.negative && other.negative => Ordering::Greater,
            (false, false) => {
                let magnitudes = self.compare_magnitude(other);
                if self.negative { magnitudes.reverse() } else { magnitudes }
            }
        }
    }

    fn compare_magnitude(self, other: Self) -> Ordering {
        self.first_place().cmp(&other.first_place()).then_with(|| {
            let (mut own, mut others) = (self.significant(), other.significant());
            loop {
                match (own.next(), others.next()) {
                    (None, None) => return Ordering::Equal,
                    (a, b) => match a.unwrap_or(b'0').cmp(&b.unwrap_or(b'0')) {
                        Ordering::Equal => {}
                        unequal => return unequal,
                    },
                }
            }
        })
    }

    fn digits(self) -> impl Iterator<Item = u8> {
        self.whole.bytes().chain(self.fraction.bytes())
    }

    /// The digits from the first that is not zero.
    fn significant(self) -> impl Iterator<Item = u8> {
        self.digits().skip_while(|b| *b == b'0')
    }

    fn is_zero(self) -> bool {
        self.significant().next().is_none()
    }

    /// The power of ten of the first digit that is not zero.
    fn first_place(self) -> i128 {
        let zeros = self.digits().take_while(|b| *b == b'0').count();
        self.exponent + self.whole.len() as i128 - zeros as i128
    }
}

/// A time in milliseconds since 1970: a date, a date with a time, or epoch seconds.
pub(super) fn time(text: &str) -> Option<i128> {
    if let Some(seconds) = saturating_integer(text) {
        return Some(seconds.saturating_mul(1000));
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let day = day(date)?;
    let milliseconds = time.map_or(Some(0), time_of_day)?;
    Some(i128::from(day) * 86_400_000 + i128::from(milliseconds))
}

/// Days since 1970 of `YYYY-MM-DD`.
fn day(date: &str) -> Option<i64> {
    let (year, rest) = digits(date, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if !rest.is_empty() || !(1..=days).contains(&day) {
        return None;
    }
    // Years begin in March, so that the leap day ends one.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let whole_years = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(whole_years + (month * 153 + 2) / 5 + day - 1 - 719_468)
}

/// Milliseconds since midnight UTC of `hh:mm:ss`, a fraction and a zone, both optional.
fn time_of_day(time: &str) -> Option<i64> {
    let (hour, rest) = digits(time, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = digits(rest.strip_prefix(':')?, 2)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (thousandths, zone) = match rest.strip_prefix('.') {
        Some(fraction) => {
            let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
            let (fraction, zone) = fraction.split_at_checked(end).filter(|(f, _)| !f.is_empty())?;
            let cut = fraction.bytes().chain([b'0'; 3]).take(3);
            (cut.fold(0, |n, b| n * 10 + i64::from(b - b'0')), zone)
        }
        None => (0, rest),
    };
    let local = ((hour * 60 + minute) * 60 + second) * 1000 + thousandths;
    Some(local - offset_minutes(zone)? * 60_000)
}

/// Minutes east of UTC of nothing, `Z`, `±hh:mm` or `±hhmm`.
fn offset_minutes(zone: &str) -> Option<i64> {
    if zone.is_empty() || zone == "Z" {
        return Some(0);
    }
    let east = zone.starts_with('+');
    let rest = zone.strip_prefix(['+', '-'])?;
    let (hours, rest) = digits(rest, 2)?;
    let (minutes, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2)?;
    if !rest.is_empty() || hours > 23 || minutes > 59 {
        return None;
    }
    let offset = hours * 60 + minutes;
    Some(if east { offset } else { -offset })
}

/// A number of exactly `count` digits, and what follows.
fn digits(text: &str, count: usize) -> Option<(i64, &str)> {
    let (number, rest) = text.split_at_checked(count)?;
    let value = if number.bytes().all(|b| b.is_ascii_digit()) {
        number.parse().ok()?
    } else {
        return None;
    };
    Some((value, rest))
}

/// `[+-]?\d+`; beyond 36 digits it stands for the largest of its sign.
fn saturating_integer(text: &str) -> Option<i128> {
    let (negative, unsigned) = sign(text);
    if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let significant = unsigned.trim_start_matches('0');
    let limit = 10_i128.pow(34);
    let magnitude = if significant.len() > 34 { limit } else { significant.parse().unwrap_or(0) };
    Some(if negative { -magnitude } else { magnitude })
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// An address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    V4(u32),
    V6(u128),
}

impl Address {
    /// An address of a request: an IPv4 mapped into IPv6 counts as itself; no other dotted tail, no prefix.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if !text.contains(':') {
            return v4(text).map(Self::V4);
        }
        if text.contains('.') {
            let (head, tail) = text.split_at_checked("::ffff:".len())?;
            return if head.eq_ignore_ascii_case("::ffff:") {
                v4(tail).map(Self::V4)
            } else {
                None
            };
        }
        let address = v6(text)?;
        Some(match u32::try_from(address & 0xffff_ffff) {
            Ok(low) if address >> 32 == MAPPED >> 32 => Self::V4(low),
            _ => Self::V6(address),
        })
    }
}

/// `::ffff:0:0`
const MAPPED: u128 = 0xffff_u128 << 32;

/// A network: one host or a CIDR, of whose bits the last `hosts` don't count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Network {
    V4 { bits: u32, hosts: u32 },
    V6 { bits: u128, hosts: u32 },
}

impl Network {
    /// `None` if it can't be read, or holds nothing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        if address.contains(':') {
            let hosts = 128 - prefix.map_or(Some(128), |p| prefix_length(p, 128))?;
            let bits = v6(address)?;
            let mapped = bits >> 32 == MAPPED >> 32;
            return (bits.trailing_zeros() >= hosts && !mapped).then_some(Self::V6 { bits, hosts });
        }
        let prefix = prefix.map(|p| p.strip_prefix('+').unwrap_or(p));
        let hosts = 32 - prefix.map_or(Some(32), |p| prefix_length(p, 32))?;
        Some(Self::V4 { bits: v4(address)?, hosts })
    }

    /// Whether the address is in it; never one of the other family.
    pub(super) fn holds(self, address: Address) -> bool {
        match (self, address) {
            (Self::V4 { bits, hosts }, Address::V4(a)) => {
                (a ^ bits).checked_shr(hosts).unwrap_or(0) == 0
            }
            (Self::V6 { bits, hosts }, Address::V6(a)) => {
                (a ^ bits).checked_shr(hosts).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

fn prefix_length(text: &str, most: u32) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok().filter(|length| *length <= most) } else { None }
}

/// Four decimal octets; leading zeros don't count.
fn v4(text: &str) -> Option<u32> {
    let mut octets = text.split('.');
    let mut bits = 0;
    for _ in 0..4 {
        let octet =
            octets.next().filter(|o| !o.is_empty() && o.bytes().all(|b| b.is_ascii_digit()))?;
        let significant = octet.trim_start_matches('0');
        let value: u8 = if significant.is_empty() { 0 } else { significant.parse().ok()? };
        bits = bits << 8 | u32::from(value);
    }
    octets.next().is_none().then_some(bits)
}

/// Eight groups of hex digits, `::` for at least one of zeros; and three quirks that AWS has: `:::` is `::`,
/// one trailing colon is dropped, one leading colon stands for `0:`.
fn v6(text: &str) -> Option<u128> {
    let text = match text.strip_suffix(':') {
        Some("::") => return Some(0),
        Some(rest) if !rest.ends_with(':') => rest,
        _ => text,
    };
    let Some((head, tail)) = text.split_once("::") else {
        return groups(text, true).filter(|(_, count)| *count == 8).map(|(bits, _)| bits);
    };
    let (high, first) = groups(head, true)?;
    let (low, last) = groups(tail, false)?;
    (first + last < 8).then(|| high.checked_shl(16 * (8 - first)).unwrap_or(0) | low)
}

/// At most eight groups joined by colons, and how many; none in an empty text.
fn groups(text: &str, leading_colon: bool) -> Option<(u128, u32)> {
    let mut bits = 0;
    let mut count = 0;
    for group in text.split(':').take_while(|_| !text.is_empty()) {
        let value = match group.len() {
            0 if count == 0 && leading_colon => 0,
            1..=4 if group.bytes().all(|b| b.is_ascii_hexdigit()) => {
                u128::from_str_radix(group, 16).ok()?
            }
            _ => return None,
        };
        bits = bits << 16 | value;
        count += 1;
        if count > 8 {
            return None;
        }
    }
    Some((bits, count))
}

/// Whether a text is base64 as an encoder writes it: padded, no stray bits.
pub(super) fn is_canonical_base64(text: &str) -> bool {
    // The standard engine refuses missing padding and trailing bits.
    let mut rest = text.as_bytes();
    let mut block = [0; 3 * 64];
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rest.len().min(4 * 64));
        let padded = chunk.contains(&b'=');
        if padded && !after.is_empty() || STANDARD.decode_slice(chunk, &mut block).is_err() {
            return false;
        }
        rest = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        for (a, b, want) in [
            ("1", "01", Ordering::Equal),
            ("+1", "1.", Ordering::Equal),
            ("1e0", "0.1E1", Ordering::Equal),
            ("-0", "0.00", Ordering::Equal),
            ("10", "9", Ordering::Greater),
            ("-10", "-9", Ordering::Less),
            ("-1", "0", Ordering::Less),
            ("0", "1e-30", Ordering::Less),
            (
                "123456789012345678901234567890.1",
                "123456789012345678901234567890.10",
                Ordering::Equal,
            ),
            ("1e400", "9e399", Ordering::Greater),
            ("0.5", "-3", Ordering::Greater),
        ] {
            let [a, b] = [a, b].map(|n| Decimal::parse(n).unwrap());
            assert_eq!(a.compare(b), want, "{a:?} {b:?}");
            assert_eq!(b.compare(a), want.reverse(), "{b:?} {a:?}");
        }
        for bad in ["", ".5", "1e", "1.5.2", " 1", "1 ", "0x1", "--1", "1e1.5", "e1", "+", "١"] {
            assert!(Decimal::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn times_are_milliseconds() {
        for (text, want) in [
            ("1970-01-01", 0),
            ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("2026-06-30T23:59:59.9999", 1_782_863_999_999),
            ("2026-06-30T23:59:59.5+02:00", 1_782_856_799_500),
            ("2026-06-30T23:59:59-0130", 1_782_869_399_000),
            ("-5", -5_000),
            ("+0010", 10_000),
            ("0000-01-01", -62_167_219_200_000),
        ] {
            assert_eq!(time(text), Some(want), "{text}");
        }
        for bad in [
            "2026-02-29",
            "2024-02-30",
            "2026-+1-01",
            "2026-01-01T00:00:00+01:000",
            "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00+01:60",
            "2026-13-01",
            "2026-1-1",
            "2026-01-01T24:00:00",
            "2026-01-01T00:00",
            "2026-01-01T00:00:00.",
            "2026-01-01T00:00:00z",
            "2026-01-01 00:00:00",
            "1.5",
            "",
            "2026-01-01T00:00:00+1",
        ] {
            assert_eq!(time(bad), None, "{bad}");
        }
    }

    #[test]
    fn addresses_have_aws_quirks() {
        let v4 = |a| Some(Address::V4(a));
        let v6 = |a| Some(Address::V6(a));
        for (text, want) in [
            ("10.0.0.1", v4(0x0a00_0001)),
            ("010.000.0.001", v4(0x0a00_0001)),
            ("::ffff:10.0.0.1", v4(0x0a00_0001)),
            ("::ffff:0a00:1", v4(0x0a00_0001)),
            ("0:0:0:0:0:ffff:10.0.0.1", None),
            ("::FFFF:010.0.0.1", v4(0x0a00_0001)),
            ("::", v6(0)),
            (":::", v6(0)),
            ("::1:", v6(1)),
            (":1:2:3:4:5:6:7", v6(0x0000_0001_0002_0003_0004_0005_0006_0007)),
            ("1::", v6(1 << 112)),
            ("2001:DB8::1", v6(0x2001_0db8 << 96 | 1)),
            ("64:ff9b::10.0.0.1", None),
            ("::10.0.0.1", None),
            ("::ffff::10.0.0.1", None),
            (":::1", None),
            ("1:::2", None),
            ("1::2::3", None),
            ("1:2:3:4:5:6:7:8:9", None),
            ("1:2:3:4::5:6:7:8", None),
            ("12345::", None),
            ("::+a", None),
            ("10.0.0.256", None),
            ("10.0.0", None),
            ("10.0.0.1/32", None),
            ("::1/128", None),
            ("", None),
            (":", None),
        ] {
            assert_eq!(Address::parse(text), want, "{text}");
        }
    }

    #[test]
    fn networks_hold_their_own_family() {
        let holds = |net: &str, address: &str| {
            Network::parse(net).map(|n| n.holds(Address::parse(address).unwrap()))
        };
        assert_eq!(holds("10.1.2.3/+8", "10.9.9.9"), Some(true));
        assert_eq!(holds("010.0.0.0/8", "11.0.0.0"), Some(false));
        assert_eq!(holds("0.0.0.0/0", "::1"), Some(false));
        assert_eq!(holds("::/0", "::ffff:1.2.3.4"), Some(false));
        assert_eq!(holds("2001:db8::/32", "2001:db8::1"), Some(true));
        for nothing in [
            "2001:db8::1/32",
            "::ffff:10.0.0.1",
            "::ffff:a00:1",
            "::ffff:0:0/96",
            "10.0.0.0/33",
            "10.0.0.0/++8",
            "10.0.0.0/",
            "x",
            "::/129",
            "::/-1",
        ] {
            assert_eq!(Network::parse(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn base64_is_canonical_or_nothing() {
        for (text, want) in [
            ("", true),
            ("AQ==", true),
            ("AQI=", true),
            ("AQID", true),
            ("AR==", false),
            ("AQ", false),
            ("AQ==AQID", false),
            ("A", false),
            ("AQ==\n", false),
            ("-_==", false),
        ] {
            assert_eq!(is_canonical_base64(text), want, "{text}");
        }
        assert!(is_canonical_base64(&"AQID".repeat(1000)));
        assert!(!is_canonical_base64(&format!("{}AQI=AQID", "AQID".repeat(63))));
    }
}
