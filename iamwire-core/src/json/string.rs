//! JSON strings: escapes in and out.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write as _;

/// The characters of what stands between the quotes of a valid JSON string.
pub(super) fn unescaped(inner: &str) -> Cow<'_, str> {
    let (before, mut rest) = inner.split_at_checked(plain(inner.as_bytes())).unwrap_or((inner, ""));
    if rest.is_empty() {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    out.push_str(before);
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

/// How many bytes the valid JSON string with which a text begins has, with its quotes.
pub(super) fn length(text: &str) -> usize {
    let mut at = 1;
    while let Some(rest) = text.as_bytes().get(at..) {
        at += plain(rest);
        match text.as_bytes().get(at) {
            Some(b'\\') => at += 2,
            _ => return at + 1,
        }
    }
    text.len()
}

/// How many bytes stand before the first quote, backslash or control character; eight are looked at at a
/// time, since most of a policy is strings.
pub(super) fn plain(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (i, word) in words.iter().enumerate() {
        let ends = ends_of_plain(u64::from_le_bytes(*word));
        if ends != 0 {
            return i * 8 + ends.trailing_zeros() as usize / 8;
        }
    }
    if let (Some(last), false) = (bytes.last_chunk(), rest.is_empty()) {
        // Those that it has in common with the words are plain.
        let ends = ends_of_plain(u64::from_le_bytes(*last));
        return bytes.len() - 8 + ends.trailing_zeros() as usize / 8;
    }
    let ends = |b: &u8| matches!(b, b'"' | b'\\' | 0..=0x1f);
    words.len() * 8 + rest.iter().position(ends).unwrap_or(rest.len())
}

/// The lowest bit that is set is the high bit of the first byte that ends a plain run; those above it mean
/// nothing, since a borrow may have set them.
fn ends_of_plain(word: u64) -> u64 {
    const EACH: u64 = u64::MAX / 0xff;
    let below = |word: u64, limit: u64| word.wrapping_sub(EACH * limit) & !word;
    let is = |byte: u8| below(word ^ (EACH * u64::from(byte)), 1);
    (below(word, 0x20) | is(b'"') | is(b'\\')) & (EACH << 7)
}

/// The text as a JSON string, in quotes; only what must be escaped is.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_quoted(&mut out, text);
    out
}

/// Adds the text as a JSON string.
pub(crate) fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while !rest.is_empty() {
        let (own, after) = rest.split_at_checked(plain(rest.as_bytes())).unwrap_or((rest, ""));
        out.push_str(own);
        let mut escaped = after.chars();
        match escaped.next() {
            None => {}
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(control) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
        }
        rest = escaped.as_str();
    }
    out.push('"');
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
            let back: String = serde_json::from_str(&quoted(&want)).unwrap();
            assert_eq!(back, want);
        }
    }

    #[test]
    fn a_plain_run_ends_at_the_first_byte_that_is_not() {
        for length in 0..20 {
            for last in 0..=u8::MAX {
                let mut bytes = vec![b'\xe9'; length];
                bytes.extend([last, b'a', b'"', 0, b'a']);
                let want =
                    if matches!(last, b'"' | b'\\' | 0..=0x1f) { length } else { length + 2 };
                assert_eq!(plain(&bytes), want, "{length} {last}");
            }
            assert_eq!(plain(&vec![b'\x7f'; length]), length);
        }
    }
}
