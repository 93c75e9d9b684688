//! `*` and `?` over UTF-16 units.

/// One element of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// This UTF-16 unit.
    Unit(u16),
    /// `?`: any one unit.
    One,
    /// `*`: any run of units, also an empty one.
    Run,
}

/// Text in which `*` and `?` are wildcards.
pub(super) fn wild(text: &str) -> Vec<Token> {
    text.encode_utf16()
        .map(|unit| match unit {
            0x2A => Token::Run,
            0x3F => Token::One,
            other => Token::Unit(other),
        })
        .collect()
}

/// Text in which nothing is a wildcard.
pub(super) fn literal(text: &str) -> Vec<Token> {
    text.encode_utf16().map(Token::Unit).collect()
}

/// Whether the pattern matches the whole text.
pub(super) fn matches(pattern: &[Token], text: &[u16]) -> bool {
    // `reached` says for each length 0, 1, 2 … of the text's beginning whether the part of the
    // pattern that was looked at matches it.
    let mut reached = vec![false; text.len() + 1];
    if let Some(nothing) = reached.first_mut() {
        *nothing = true;
    }
    for token in pattern {
        reached = match token {
            Token::Run => {
                let mut before = false;
                reached
                    .iter()
                    .map(|now| {
                        before |= now;
                        before
                    })
                    .collect()
            }
            Token::One => {
                let longer = reached.iter().take(text.len()).copied();
                std::iter::once(false).chain(longer).collect()
            }
            Token::Unit(wanted) => {
                let longer = reached.iter().zip(text).map(|(now, unit)| *now && unit == wanted);
                std::iter::once(false).chain(longer).collect()
            }
        };
    }
    reached.last() == Some(&true)
}

/// The UTF-16 units of a text.
pub(super) fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}
