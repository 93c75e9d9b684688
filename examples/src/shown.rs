//! What is shown of a text that somebody else wrote: one line, without the signature of a token.

/// How a JSON web token begins: base64url of `{"`.
const TOKEN: &str = "eyJ";

/// How much of a token's first part follows that at least: no header that says how it is signed is shorter.
const HEADER: usize = 10;

/// The text on one line: what can't be seen is escaped, as the library does it, and of a token there is only
/// the beginning.
///
/// A token is a word that begins with `eyJ` and more base64url, and has a dot behind that. It goes up to a
/// quotation mark, since it may be cut short or broken into lines, and what follows a break is part of it.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, token)) = split_at_token(rest) {
        escape(before, &mut shown);
        shown.push_str("eyJ…");
        rest = token.find(['`', '\'', '"']).and_then(|end| token.get(end..)).unwrap_or_default();
    }
    escape(rest, &mut shown);
    shown
}

/// Whether there is a token in the text.
pub(crate) fn holds_token(text: &str) -> bool {
    split_at_token(text).is_some()
}

/// What stands before the first token, and what begins with it.
fn split_at_token(text: &str) -> Option<(&str, &str)> {
    let starts = text.match_indices(TOKEN).map(|(at, _)| text.split_at(at));
    let is_in_a_word = |before: &str| before.chars().next_back().is_some_and(is_base64url);
    starts
        .filter(|(before, _)| !is_in_a_word(before))
        .find(|(_, token)| token.get(TOKEN.len()..).is_some_and(has_header))
}

fn is_base64url(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Whether enough base64url and then a dot follow, line breaks and their escapes aside.
fn has_header(text: &str) -> bool {
    let mut length = 0;
    let mut broken = false;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '.' => return length >= HEADER,
            '\\' => {
                // `\u{…}`, or one character.
                broken = true;
                if characters.next() == Some('u') {
                    characters.by_ref().find(|c| *c == '}');
                }
            }
            '\n' | '\r' => broken = true,
            c if (c.is_whitespace() && broken) || c.is_control() => {}
            c if is_base64url(c) => {
                length += 1;
                broken = false;
            }
            _ => return false,
        }
    }
    false
}

fn escape(text: &str, shown: &mut String) {
    for c in text.chars() {
        match c {
            '"' | '\'' | '\\' => shown.push(c),
            c => shown.extend(c.escape_debug()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_token_there_is_only_the_beginning() {
        let whole = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.SIG";
        for (text, expected) in [
            (format!("`{whole}` is no ARN"), "`eyJ…` is no ARN"),
            (format!("'{}' and '{whole}'", whole.replace("Ni", "N\n  i")), "'eyJ…' and 'eyJ…'"),
            (format!("`{}`", whole.replace("Ni", "N\\n  i")), "`eyJ…`"),
            (format!("`x={}`", whole.replace("Ni", "N\\u{1b}i")), "`x=eyJ…`"),
            (format!("`{}`", whole.replace("3M", "3\nM").replace("IG", "\n IG")), "`eyJ…`"),
            ("`eyJhbGciOiJSUzI1NiJ9.eyJp`: cut".to_owned(), "`eyJ…`: cut"),
            (format!("Bearer {whole}"), "Bearer eyJ…"),
        ] {
            assert_eq!(shown(&text), expected);
            assert_eq!(shown(expected), expected);
            assert!(holds_token(&text));
        }
    }

    #[test]
    fn what_only_looks_like_a_token_is_shown() {
        for text in [
            "`eyJack` is no name. eyJ",
            "repo:acme/SurveyJobs_and_more.api:ref",
            "role SurveyJobs-of-the-shop trusts a.b for c.d",
            "eyJobs is the name of a role of ours. It",
            "policies/surveyJobs.json",
            "eyJabcdefghijk",
        ] {
            assert_eq!(shown(text), text);
            assert!(!holds_token(text));
        }
    }

    #[test]
    fn a_text_stays_on_its_line() {
        let hidden = "é \"b\" \\n\n\r\u{1b}[2K\u{202e}b\u{2028}\u{0}";
        assert_eq!(shown(hidden), r#"é "b" \n\n\r\u{1b}[2K\u{202e}b\u{2028}\0"#);
        assert_eq!(shown(&shown(hidden)), shown(hidden));
    }
}
