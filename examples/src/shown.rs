//! What is shown of a text that somebody else wrote: one line, without the signature of a token.

/// How a JSON web token begins: base64url of `{"`.
const TOKEN: &str = "eyJ";

/// The text on one line: what can't be seen is escaped, as the library does it, and of a token there is only
/// the beginning.
///
/// A token is what begins with `eyJ` and has a dot. It goes up to a quotation mark, since it may be cut short
/// or broken into lines, and what follows a break is part of it.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(TOKEN) {
        let (before, token) = rest.split_at(at);
        let (token, after) = token.split_at(token.find(['`', '\'', '"']).unwrap_or(token.len()));
        escape(before, &mut shown);
        if token.contains('.') {
            shown.push_str("eyJ…");
        } else {
            escape(token, &mut shown);
        }
        rest = after;
    }
    escape(rest, &mut shown);
    shown
}

/// Whether there is a token in the text.
pub(crate) fn holds_token(text: &str) -> bool {
    text.find(TOKEN).and_then(|at| text.get(at..)).is_some_and(|rest| rest.contains('.'))
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
        for (text, expected) in [
            ("`eyJhb.eyJpc.SIG` is no ARN", "`eyJ…` is no ARN"),
            ("'eyJhb.eyJ\npc.S\n  IG' and 'eyJhb.eyJpc.SIG'", "'eyJ…' and 'eyJ…'"),
            (r"`x=eyJhb\neyJpc.S\u{1b}IG`", "`x=eyJ…`"),
            ("`hb.eyJpc.SIG`: eyJ.S IG", "`hb.eyJ…`: eyJ…"),
            ("`eyJack` is no name. eyJ", "`eyJack` is no name. eyJ"),
        ] {
            assert_eq!(shown(text), expected);
            assert_eq!(shown(expected), expected);
        }
    }

    #[test]
    fn a_text_stays_on_its_line() {
        let hidden = "é \"b\" \\n\n\r\u{1b}[2K\u{202e}b\u{2028}\u{0}";
        assert_eq!(shown(hidden), r#"é "b" \n\n\r\u{1b}[2K\u{202e}b\u{2028}\0"#);
        assert_eq!(shown(&shown(hidden)), shown(hidden));
    }
}
