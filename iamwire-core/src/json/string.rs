//! JSON strings: escapes in and out.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write as _;

/// The characters of what stands between the quotes of a valid JSON string.
pub(super) fn unescaped(inner: &str) -> Cow<'_, str> {
    let Some(first) = inner.find('\\') else { return Cow::Borrowed(inner) };
    let (plain, mut rest) = inner.split_at(first);
    let mut out = String::with_capacity(inner.len());
    out.push_str(plain);
    while let Some(escape) = rest.strip_prefix('\\') {
        let mut chars = escape.chars();
        let mut taken = 1;
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let (c, length) = unicode_escape(escape);
                out.push(c);
                taken = length;
            }
            Some(other) => out.push(other),
            None => {}
        }
        rest = escape.get(taken..).unwrap_or_default();
        let next = rest.find('\\').unwrap_or(rest.len());
        out.push_str(rest.get(..next).unwrap_or_default());
        rest = rest.get(next..).unwrap_or_default();
    }
    Cow::Owned(out)
}

/// Whether what stands between the quotes of a valid JSON string has these characters. An escape is
/// longer than its character.
pub(super) fn is_written(inner: &str, text: &str) -> bool {
    match inner.len().cmp(&text.len()) {
        Ordering::Less => false,
        Ordering::Equal => inner == text && !inner.contains('\\'),
        Ordering::Greater => inner.contains('\\') && unescaped(inner) == text,
    }
}

/// Reads `uXXXX`, or `uXXXX\uXXXX` for a pair of surrogates: the character, and the bytes taken.
fn unicode_escape(escape: &str) -> (char, usize) {
    let unit = |at: usize| {
        escape.get(at..at + 4).and_then(|hex| u16::from_str_radix(hex, 16).ok()).unwrap_or(0)
    };
    let first = unit(1);
    let pair = [first, unit(7)];
    let (units, taken) =
        if (0xD800..0xDC00).contains(&first) { (&pair[..], 11) } else { (&pair[..1], 5) };
    let c = char::decode_utf16(units.iter().copied()).next().and_then(Result::ok);
    (c.unwrap_or(char::REPLACEMENT_CHARACTER), taken)
}

/// The text as a JSON string, in quotes; only what must be escaped is.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_come_out_as_serde_json_reads_them() {
        for inner in
            [r"plain", r"", r"\n\t\r\b\f\/\\\u0041", r"\ud83d\ude00x", r"a\u00e9\u20acb", r"é\\é"]
        {
            let want: String = serde_json::from_str(&format!("\"{inner}\"")).unwrap();
            assert_eq!(unescaped(inner), want);
            assert!(is_written(inner, &want));
            assert!(!is_written(inner, &format!("{want}x")));
            assert_eq!(is_written(inner, inner), !inner.contains('\\'));
            let back: String = serde_json::from_str(&quoted(&want)).unwrap();
            assert_eq!(back, want);
        }
    }
}
