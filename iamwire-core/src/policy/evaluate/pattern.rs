//! Text as a policy writes it: literal, with `*` and `?`, with variables.

use std::borrow::Cow;

use super::context::{Context, Key, State};

/// Lower case as Java's `toLowerCase(Locale.ROOT)` makes it of characters up to U+FFFF; those beyond stay.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    let lower = text.to_lowercase();
    if text.chars().all(|c| c <= '\u{ffff}') {
        return Cow::Owned(lower);
    }
    // The whole is lowered first, since a sigma depends on its neighbours.
    let mut lowered = lower.chars();
    let folded = text.chars().flat_map(|c| {
        let own: Vec<char> = lowered.by_ref().take(c.to_lowercase().count()).collect();
        if c > '\u{ffff}' { vec![c] } else { own }
    });
    Cow::Owned(folded.collect())
}

/// What [`fold`] makes of a character other than `Σ`, which depends on its neighbours.
fn fold_char(c: char) -> impl Iterator<Item = char> {
    let stays = c > '\u{ffff}';
    let lowered = (!stays).then(|| c.to_lowercase());
    stays.then_some(c).into_iter().chain(lowered.into_iter().flatten())
}

/// The text of one policy value, in pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// `*`: any run of characters.
    Any,
    /// `?`: one UTF-16 unit.
    One,
    /// `${key}` or `${key, 'default'}`, with its number among the variables.
    Variable {
        key: Key,
        default: Option<String>,
        number: usize,
    },
}

/// A `${` that begins no variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MalformedVariable;

/// How a value's text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// `*` and `?` stand for other characters.
    pub(super) glob: bool,
    /// `${…}` stands for a value of the request.
    pub(super) variables: bool,
}

impl Pattern {
    pub(super) fn parse(text: &str, reading: Reading) -> Result<Self, MalformedVariable> {
        let mut pattern = Self { pieces: Vec::new() };
        let mut rest = text;
        let mut variables = 0;
        while let Some(c) = rest.chars().next() {
            if reading.variables
                && let Some(inner) = rest.strip_prefix("${")
            {
                let (piece, after) = variable(inner, variables).ok_or(MalformedVariable)?;
                variables += usize::from(matches!(piece, Piece::Variable { .. }));
                match piece {
                    Piece::Text(text) => pattern.push_text(&text),
                    piece => pattern.pieces.push(piece),
                }
                rest = after;
                continue;
            }
            match c {
                '*' if reading.glob => pattern.pieces.push(Piece::Any),
                '?' if reading.glob => pattern.pieces.push(Piece::One),
                c => pattern.push_text(c.encode_utf8(&mut [0; 4])),
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        Ok(pattern)
    }

    fn push_text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    /// The whole text, if it stands for itself alone.
    pub(super) fn as_literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether it is `*` and nothing else.
    pub(super) fn is_lone_star(&self) -> bool {
        self.pieces == [Piece::Any]
    }

    /// The pattern with the request's values for its variables.
    pub(super) fn expand<'a>(&'a self, context: &'a Context) -> Expanded<'a> {
        let mut texts = Texts { pattern: self, context, first: [""; FEW] };
        let mut unknown = false;
        for piece in &self.pieces {
            let Piece::Variable { key, default, number } = piece else { continue };
            match value_of(key, default.as_deref(), context) {
                Lookup::Text(text) => {
                    if let Some(slot) = texts.first.get_mut(*number) {
                        *slot = text;
                    }
                }
                Lookup::Nothing => return Expanded::Nothing,
                Lookup::Unknown => unknown = true,
            }
        }
        if unknown { Expanded::Unknown } else { Expanded::Texts(texts) }
    }
}

/// Reads what follows `${`: the piece and the rest behind its `}`.
fn variable(inner: &str, number: usize) -> Option<(Piece, &str)> {
    for literal in ["*", "?", "$"] {
        // These three take no default.
        match inner.strip_prefix(literal) {
            Some(rest) if rest.starts_with('}') => {
                return Some((Piece::Text(literal.to_owned()), rest.strip_prefix('}')?));
            }
            Some(rest) if rest.starts_with(',') => return None,
            _ => {}
        }
    }
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r');
    let end = inner
        .find(|c: char| is_blank(c) || matches!(c, '\'' | '"' | '{' | '}' | ','))
        .filter(|n| *n > 0)?;
    let (name, rest) = inner.split_at(end);
    let key = Key::new(name);
    if let Some(after) = rest.strip_prefix('}') {
        return Some((Piece::Variable { key, default: None, number }, after));
    }
    let quoted = rest.strip_prefix(',')?.trim_start_matches(is_blank).strip_prefix('\'')?;
    let (default, after) = quoted.split_once('\'')?;
    let piece = Piece::Variable { key, default: Some(default.to_owned()), number };
    Some((piece, after.strip_prefix('}')?))
}

enum Lookup<'a> {
    Text(&'a str),
    /// The value can match nothing.
    Nothing,
    Unknown,
}

fn value_of<'a>(key: &Key, default: Option<&'a str>, context: &'a Context) -> Lookup<'a> {
    if key.is_multivalued() {
        return Lookup::Nothing;
    }
    match context.state(key) {
        State::Absent => default.map_or(Lookup::Nothing, Lookup::Text),
        State::Present([one]) => Lookup::Text(one.text()),
        State::Present(_) | State::UnknownValue | State::UnknownPresence => Lookup::Unknown,
    }
}

/// What a pattern is for one request.
pub(super) enum Expanded<'a> {
    Texts(Texts<'a>),
    /// A variable has no value: it matches nothing.
    Nothing,
    Unknown,
}

/// How many variables of one value are kept at hand; more are looked up at each step.
const FEW: usize = 4;

/// A pattern whose variables have values.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    pattern: &'a Pattern,
    context: &'a Context,
    first: [&'a str; FEW],
}

impl<'a> Texts<'a> {
    /// Whether it is the text, exactly; `*` and `?` are not asked for.
    pub(super) fn equals(&self, text: &str) -> bool {
        let mut rest = text;
        for piece in &self.pattern.pieces {
            let Some(after) = self.text(piece).and_then(|own| rest.strip_prefix(own)) else {
                return false;
            };
            rest = after;
        }
        rest.is_empty()
    }

    /// Whether it is the text without regard to case, given folded.
    pub(super) fn equals_folded(&self, folded: &str) -> bool {
        let texts = || self.pattern.pieces.iter().filter_map(|piece| self.text(piece));
        if texts().any(|text| text.contains('Σ')) {
            // A sigma at the border of two pieces depends on both.
            return fold(&texts().collect::<String>()) == folded;
        }
        texts().flat_map(str::chars).flat_map(fold_char).eq(folded.chars())
    }

    /// Whether the text fits, `*` and `?` standing for others.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.fits_between(Cursor::START, Cursor::END, text)
    }

    /// Whether it fits an ARN, each of the six parts by itself; `None` if it is no pattern of an ARN.
    pub(super) fn fits_arn(&self, arn: &str) -> Option<bool> {
        let mut starts = [Cursor::START; 6];
        let mut ends = [Cursor::END; 6];
        let mut colons = self.colons();
        for (start, end) in starts.iter_mut().skip(1).zip(&mut ends) {
            let colon = colons.next()?;
            *end = colon;
            *start = Cursor { byte: colon.byte + 1, ..colon };
        }
        if !self.is_literal(ends[0], "arn") {
            return None;
        }
        let mut parts = starts.into_iter().zip(ends).zip(arn.splitn(6, ':'));
        Some(parts.all(|((start, end), part)| self.fits_between(start, end, part)))
    }

    fn colons(&self) -> impl Iterator<Item = Cursor> {
        self.pattern.pieces.iter().enumerate().flat_map(|(piece, own)| {
            let text = self.text(own).unwrap_or_default();
            text.match_indices(':').map(move |(byte, _)| Cursor { piece, byte })
        })
    }

    /// Whether what stands before `end` is this text, without `*` and `?`.
    fn is_literal(&self, end: Cursor, text: &str) -> bool {
        let (mut at, mut rest) = (Cursor::START, text);
        while let Some((token, after)) = self.next(at, end) {
            let Token::Text(own) = token else { return false };
            let Some(left) = rest.strip_prefix(own) else { return false };
            (at, rest) = (after, left);
        }
        rest.is_empty()
    }

    /// The greedy walk with one step back: to the last `*`, which then takes one unit more.
    fn fits_between(&self, start: Cursor, end: Cursor, text: &str) -> bool {
        let mut pattern = start;
        let mut here = Unit::default();
        let mut last_star: Option<(Cursor, Unit)> = None;
        loop {
            let step = match self.next(pattern, end) {
                Some((Token::Any, after)) => {
                    if self.next(after, end).is_none() {
                        return true;
                    }
                    last_star = Some((after, here));
                    Some((after, here))
                }
                Some((Token::One, after)) => here.next(text).map(|next| (after, next)),
                Some((Token::Text(own), after)) => here.past(own, text).map(|next| (after, next)),
                None if here.is_end(text) => return true,
                None => None,
            };
            (pattern, here) = match (step, last_star) {
                (Some(step), _) => step,
                (None, Some((star, from))) => {
                    let Some(next) = from.next(text) else { return false };
                    last_star = Some((star, next));
                    (star, next)
                }
                (None, None) => return false,
            };
        }
    }

    /// The token at a place before `end`, and the place behind it.
    fn next(&self, at: Cursor, end: Cursor) -> Option<(Token<'a>, Cursor)> {
        let mut at = at;
        while at < end {
            let piece = self.pattern.pieces.get(at.piece)?;
            let after = Cursor { piece: at.piece + 1, byte: 0 };
            match piece {
                Piece::Any => return Some((Token::Any, after)),
                Piece::One => return Some((Token::One, after)),
                Piece::Text(_) | Piece::Variable { .. } => {
                    let text = self.text(piece).unwrap_or_default();
                    let until = if at.piece == end.piece { end.byte } else { text.len() };
                    match text.get(at.byte..until) {
                        None | Some("") => at = after,
                        Some(run) => return Some((Token::Text(run), after)),
                    }
                }
            }
        }
        None
    }

    /// The characters of a piece; `*` and `?` have none.
    fn text(&self, piece: &'a Piece) -> Option<&'a str> {
        match piece {
            Piece::Text(text) => Some(text),
            Piece::Any | Piece::One => None,
            Piece::Variable { key, default, number } => match self.first.get(*number) {
                Some(text) => Some(text),
                None => match value_of(key, default.as_deref(), self.context) {
                    Lookup::Text(text) => Some(text),
                    Lookup::Nothing | Lookup::Unknown => None,
                },
            },
        }
    }
}

/// A place in a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cursor {
    piece: usize,
    byte: usize,
}

impl Cursor {
    const START: Self = Self { piece: 0, byte: 0 };
    const END: Self = Self { piece: usize::MAX, byte: 0 };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Text(&'a str),
    Any,
    One,
}

/// A place in a text, counted in UTF-16 units: before a character, or in the middle of one beyond U+FFFF.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Unit {
    byte: usize,
    half: bool,
}

impl Unit {
    fn next(self, text: &str) -> Option<Self> {
        let c = text.get(self.byte..)?.chars().next()?;
        if c > '\u{ffff}' && !self.half {
            return Some(Self { half: true, ..self });
        }
        Some(Self { byte: self.byte + c.len_utf8(), half: false })
    }

    fn past(self, own: &str, text: &str) -> Option<Self> {
        let rest = text.get(self.byte..)?;
        (!self.half && rest.starts_with(own))
            .then(|| Self { byte: self.byte + own.len(), half: false })
    }

    fn is_end(self, text: &str) -> bool {
        self.byte >= text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLOB: Reading = Reading { glob: true, variables: false };
    const VARIABLES: Reading = Reading { glob: true, variables: true };

    fn fits(pattern: &str, text: &str) -> bool {
        let pattern = Pattern::parse(pattern, GLOB).unwrap();
        let context = Context::default();
        let Expanded::Texts(texts) = pattern.expand(&context) else { panic!("no variables") };
        texts.fits(text)
    }

    #[test]
    fn globs_fit_as_documented() {
        for (pattern, text, want) in [
            ("", "", true),
            ("*", "", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXbY", false),
            ("system:serviceaccount:*:web", "system:serviceaccount:a:b/c:web", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "a😀c", false),
            ("a??c", "a😀c", true),
            ("a*?c", "a😀c", true),
            ("A*", "abc", false),
            ("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(fits(pattern, text), want, "{pattern} {text}");
        }
    }

    #[test]
    fn no_pattern_takes_exponential_time() {
        let text = "a".repeat(2000);
        assert!(!fits(&format!("{}b", "*a".repeat(500)), &text));
    }

    #[test]
    fn variables_are_read_strictly() {
        for good in [
            "${aws:x}",
            "${*}",
            "${?}",
            "${$}",
            "${*x}",
            "a${k, 'd'}b",
            "${k,'' }x${y}",
            "$",
            "$x",
            "${k,\t'a b}'}",
        ] {
            let want = good != "${k,'' }x${y}";
            assert_eq!(Pattern::parse(good, VARIABLES).is_ok(), want, "{good}");
        }
        for bad in [
            "${}",
            "${",
            "${a",
            "${a b}",
            "${a ,'x'}",
            "${a,x}",
            "${a,'x}",
            "${a'b}",
            "${${a}}",
            "${,'x'}",
            "${*,'x'}",
        ] {
            assert_eq!(Pattern::parse(bad, VARIABLES), Err(MalformedVariable), "{bad}");
        }
    }

    #[test]
    fn folding_is_javas() {
        for (text, folded) in [
            ("AbC", "abc"),
            ("ΟΔΟΣ", "οδος"),
            ("ΣΑΣ ", "σας "),
            ("İ", "i\u{307}"),
            ("𐐀A", "𐐀a"),
            ("ΟΔΟΣ𐐀", "οδοσ𐐀"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }
}
