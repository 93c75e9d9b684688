//! How a text stands in a condition value: literal, with `*` and `?`, with `${…}`.

use std::borrow::Cow;

use super::document::Version;
use super::grant::SubjectMatch;
use crate::{Subject, SubjectPattern};

/// What `${…}` means in the values of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variables {
    /// Version 2012-10-17: a variable, or with `*`, `?` or `$` in it that character.
    Expanded,
    /// Version 2008-10-17, or none: itself.
    Literal,
    /// Another version: nobody knows.
    Unknown,
}

impl Variables {
    pub(super) fn of(version: Version<'_>) -> Self {
        match version {
            Version::V2012 => Self::Expanded,
            Version::V2008 => Self::Literal,
            Version::Other(_) => Self::Unknown,
        }
    }
}

/// The text that a value of an operator without wildcards stands for; none if that depends on the request.
pub(super) fn read_exact(value: &str, variables: Variables) -> Option<Cow<'_, str>> {
    if variables == Variables::Literal || !value.contains("${") {
        return Some(Cow::Borrowed(value));
    }
    if variables == Variables::Unknown {
        return None;
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let (c, behind) = special(after)?;
        out.push(c);
        rest = behind;
    }
    out.push_str(rest);
    Some(Cow::Owned(out))
}

/// The subjects that a value of `StringLike` stands for; none if they can't be told without the request, or
/// if a wildcard stands beside a literal `*` or `?`.
pub(super) fn read_like(value: &str, variables: Variables) -> Option<SubjectMatch> {
    let mut wild = value.contains(['*', '?']);
    if !wild {
        return Some(SubjectMatch::Exact(Subject::from(read_exact(value, variables)?.as_ref())));
    }
    if variables != Variables::Literal && value.contains("${") {
        let tokens = tokens(value, variables)?;
        wild = tokens.iter().any(|t| !matches!(t, Token::Unit(_)));
        let text = read_exact(value, variables)?;
        let stars = text.matches(['*', '?']).count();
        let wildcards = tokens.iter().filter(|t| !matches!(t, Token::Unit(_))).count();
        return match (wild, stars == wildcards) {
            (false, _) => Some(SubjectMatch::Exact(Subject::from(text.as_ref()))),
            (true, true) => pattern(&text),
            (true, false) => None,
        };
    }
    pattern(value)
}

fn pattern(text: &str) -> Option<SubjectMatch> {
    SubjectPattern::dangerous_parse(text).ok().map(SubjectMatch::Pattern)
}

/// A text as an operator without wildcards has to write it; none if the document's version has no way.
pub(super) fn write_exact(text: &str, variables: Variables) -> Option<Cow<'_, str>> {
    match variables {
        _ if !text.contains("${") => Some(Cow::Borrowed(text)),
        Variables::Literal => Some(Cow::Borrowed(text)),
        Variables::Expanded => Some(Cow::Owned(text.replace("${", "${$}{"))),
        Variables::Unknown => None,
    }
}

/// A subject or pattern as `StringLike` has to write it; none if the document's version has no way.
pub(super) fn write_like(subject: &SubjectMatch, variables: Variables) -> Option<Cow<'_, str>> {
    let exact = match subject {
        SubjectMatch::Exact(exact) => exact.as_str(),
        SubjectMatch::Pattern(pattern) => return write_exact(pattern.as_str(), variables),
        SubjectMatch::Any => return Some(Cow::Borrowed("*")),
    };
    let written = write_exact(exact, variables)?;
    if !exact.contains(['*', '?']) {
        return Some(written);
    }
    if variables != Variables::Expanded {
        return None;
    }
    let mut out = String::with_capacity(written.len() + 6);
    for c in written.chars() {
        match c {
            '*' => out.push_str("${*}"),
            '?' => out.push_str("${?}"),
            c => out.push(c),
        }
    }
    Some(Cow::Owned(out))
}

/// One token of a value with wildcards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A UTF-16 unit that stands for itself.
    Unit(u16),
    /// `*`: any run.
    Any,
    /// `?`: one unit.
    One,
}

/// The tokens of a value of `StringLike`; none if it has variables.
pub(super) fn tokens(value: &str, variables: Variables) -> Option<Vec<Token>> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    let mut units = [0; 2];
    while let Some(c) = rest.chars().next() {
        if variables != Variables::Literal
            && let Some(after) = rest.strip_prefix("${")
        {
            let (c, behind) = special(after).filter(|_| variables == Variables::Expanded)?;
            out.extend(c.encode_utf16(&mut units).iter().copied().map(Token::Unit));
            rest = behind;
            continue;
        }
        match c {
            '*' => out.push(Token::Any),
            '?' => out.push(Token::One),
            c => out.extend(c.encode_utf16(&mut units).iter().copied().map(Token::Unit)),
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    Some(out)
}

/// A text that stands for itself.
pub(super) fn literal(text: &str) -> Vec<Token> {
    text.encode_utf16().map(Token::Unit).collect()
}

/// Whether every text that `inner` matches is matched by `outer`. For a text without wildcards the answer
/// is exact; for others a yes is sure and a no is not.
pub(super) fn covers(outer: &[Token], inner: &[Token]) -> bool {
    let fits = |o: Token, i: Token| match (o, i) {
        (Token::One, i) => i != Token::Any,
        (o, i) => o == i,
    };
    let (mut o, mut i) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (outer.get(o).copied(), inner.get(i).copied()) {
            (Some(Token::Any), _) => {
                o += 1;
                star = Some((o, i));
            }
            (Some(a), Some(b)) if fits(a, b) => (o, i) = (o + 1, i + 1),
            (None, None) => return true,
            _ => match star {
                Some((after, from)) if from < inner.len() => {
                    star = Some((after, from + 1));
                    (o, i) = (after, from + 1);
                }
                _ => return false,
            },
        }
    }
}

/// Whether it is certain that no text is matched by both: they begin or end differently.
pub(super) fn are_apart(a: &[Token], b: &[Token]) -> bool {
    fn differ<'t>(a: impl Iterator<Item = &'t Token>, b: impl Iterator<Item = &'t Token>) -> bool {
        let pairs = a.zip(b).take_while(|(a, b)| **a != Token::Any && **b != Token::Any);
        pairs.into_iter().any(|(a, b)| matches!((a, b), (Token::Unit(a), Token::Unit(b)) if a != b))
    }
    let finite = |t: &[Token]| !t.contains(&Token::Any);
    let lengths = finite(a) && finite(b) && a.len() != b.len();
    lengths || differ(a.iter(), b.iter()) || differ(a.iter().rev(), b.iter().rev())
}

/// The character of `*}`, `?}` or `$}`, and what follows.
fn special(after: &str) -> Option<(char, &str)> {
    let c = after.chars().next().filter(|c| matches!(c, '*' | '?' | '$'))?;
    after.get(1..)?.strip_prefix('}').map(|rest| (c, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> SubjectMatch {
        SubjectMatch::Exact(text.into())
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["a", "", "a*b", "a?", "${x}", "$", "${", "a${*}", "${$}{*}", "é${😀}*"] {
            let subject = SubjectMatch::Exact(text.into());
            for variables in [Variables::Expanded, Variables::Literal] {
                let written = write_exact(text, variables).unwrap();
                assert_eq!(read_exact(&written, variables).unwrap(), text);
                if let Some(written) = write_like(&subject, variables) {
                    assert_eq!(read_like(&written, variables), Some(exact(text)), "{written}");
                }
            }
        }
        for text in ["*", "a*", "?${x}", "a${*", "*${$}"] {
            let subject = SubjectMatch::Pattern(SubjectPattern::dangerous_parse(text).unwrap());
            for variables in [Variables::Expanded, Variables::Literal] {
                let written = write_like(&subject, variables).unwrap();
                assert_eq!(read_like(&written, variables).as_ref(), Some(&subject), "{written}");
            }
        }
    }

    #[test]
    fn variables_are_not_guessed() {
        for text in ["${aws:userid}", "a${", "${}", "${*", "${aws:userid}*"] {
            assert_eq!(read_exact(text, Variables::Expanded), None, "{text}");
            assert_eq!(read_like(text, Variables::Expanded), None, "{text}");
            assert_eq!(read_like(text, Variables::Unknown), None, "{text}");
        }
        assert_eq!(read_like("a${*}*", Variables::Expanded), None);
        assert_eq!(read_like("a${*}", Variables::Expanded), Some(exact("a*")));
        assert_eq!(read_like("a${b}", Variables::Literal), Some(exact("a${b}")));
        assert_eq!(write_like(&SubjectMatch::Exact("a*".into()), Variables::Literal), None);
        assert_eq!(write_exact("${", Variables::Unknown), None);
    }

    #[test]
    fn covering_is_sure() {
        let t = |text| tokens(text, Variables::Expanded).unwrap();
        for (outer, inner, covered) in [
            ("*", "a*b", true),
            ("a*", "a*", true),
            ("a*", "ab*c", true),
            ("a?", "a*", false),
            ("a?", "ab", true),
            ("a??", "a😀", true),
            ("a?", "a?", true),
            ("a*b*", "axb", true),
            ("a*b", "ab*", false),
            ("*a*a*a*b", "aaaaaaaaaaaaaaaa", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(covers(&t(outer), &t(inner)), covered, "{outer} {inner}");
        }
        for (a, b, apart) in [
            ("a*", "b*", true),
            ("*a", "*b", true),
            ("a*", "*b", false),
            ("a?", "abc", true),
            ("a*c", "ab", true),
            ("?b", "ab", false),
        ] {
            assert_eq!(are_apart(&t(a), &t(b)), apart, "{a} {b}");
        }
    }
}
