//! Dates, as milliseconds since 1970.

use super::number::Integer;

/// Reads `\d{4}-\d\d-\d\d(Thh:mm:ss(\.\d+)?(Z or ±hh:mm or ±hhmm)?)?` or epoch seconds `[+-]?\d+`,
/// to the millisecond, cut.
pub(super) fn parse(text: &str) -> Option<Integer> {
    if let Some(seconds) = Integer::parse(text) {
        // Reading: "epoch seconds `[+-]?\d+`": of any size; `2026` is such a number, not a year.
        return Some(seconds.thousandfold());
    }
    let mut rest = text;
    let year = number(&mut rest, 4)?;
    literal(&mut rest, "-")?;
    let month = number(&mut rest, 2)?;
    literal(&mut rest, "-")?;
    let day = number(&mut rest, 2)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let mut milliseconds = days_since_1970(year, month, day) * 86_400_000;
    if rest.is_empty() {
        return Some(Integer::from_i64(milliseconds));
    }
    literal(&mut rest, "T")?;
    let hour = number(&mut rest, 2)?;
    literal(&mut rest, ":")?;
    let minute = number(&mut rest, 2)?;
    literal(&mut rest, ":")?;
    let second = number(&mut rest, 2)?;
    // Reading: "a date that does not exist is unreadable": neither hour 24 nor second 60 exists.
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    milliseconds += ((hour * 60 + minute) * 60 + second) * 1000;
    milliseconds += fraction(&mut rest)?;
    milliseconds -= zone(rest)? * 60_000;
    Some(Integer::from_i64(milliseconds))
}

fn literal(rest: &mut &str, wanted: &str) -> Option<()> {
    *rest = rest.strip_prefix(wanted)?;
    Some(())
}

/// So many digits.
fn number(rest: &mut &str, digits: usize) -> Option<i64> {
    let (here, after) = rest.split_at_checked(digits)?;
    if !here.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    *rest = after;
    here.parse().ok()
}

/// `(\.\d+)?`, cut to milliseconds.
fn fraction(rest: &mut &str) -> Option<i64> {
    let Some(after) = rest.strip_prefix('.') else { return Some(0) };
    let count = after.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, after) = after.split_at_checked(count)?;
    if digits.is_empty() {
        return None;
    }
    *rest = after;
    let three: String = digits.chars().chain("000".chars()).take(3).collect();
    three.parse().ok()
}

/// `(Z or ±hh:mm or ±hhmm)?` to the end, in minutes.
fn zone(text: &str) -> Option<i64> {
    if text.is_empty() || text == "Z" {
        return Some(0);
    }
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let hour = number(&mut rest, 2)?;
    rest = rest.strip_prefix(':').unwrap_or(rest);
    let minute = number(&mut rest, 2)?;
    // Reading: `±hh:mm` has hours to 23 and minutes to 59.
    if hour > 23 || minute > 59 || !rest.is_empty() {
        return None;
    }
    Some(sign * (hour * 60 + minute))
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

// Reading: "a date that does not exist": today's calendar holds for all years, 0000 (a leap year)
// and those before 1582 included.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year_days = |y: i64| if is_leap(y) { 366 } else { 365 };
    let years: i64 = if year >= 1970 {
        (1970..year).map(year_days).sum()
    } else {
        -(year..1970).map(year_days).sum::<i64>()
    };
    let months: i64 = (1..month).map(|m| days_in(year, m)).sum();
    years + months + day - 1
}

/// A date as epoch seconds.
pub(crate) fn epoch(text: &str) -> Option<i64> {
    Some(parse(text)?.to_i64()?.div_euclid(1000))
}

/// Epoch seconds as `YYYY-MM-DDThh:mm:ssZ`; nothing outside the years 0 to 9999.
pub(crate) fn format(epoch: i64) -> Option<String> {
    let (mut days, seconds) = (epoch.div_euclid(86_400), epoch.rem_euclid(86_400));
    if !(-719_528..=2_932_896).contains(&days) {
        return None;
    }
    let mut year = 1970;
    while days < 0 {
        year -= 1;
        days += if is_leap(year) { 366 } else { 365 };
    }
    while days >= if is_leap(year) { 366 } else { 365 } {
        days -= if is_leap(year) { 366 } else { 365 };
        year += 1;
    }
    let mut month = 1;
    while days >= days_in(year, month) {
        days -= days_in(year, month);
        month += 1;
    }
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Some(format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", days + 1))
}
