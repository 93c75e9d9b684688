//! Text as a policy writes it: literal, with `*` and `?`, with variables.

use std::borrow::Cow;

use super::context::{Context, NOTHING, State, is_multivalued};

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
    pieces: Box<[Piece]>,
    variables: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// `*`: any run of characters.
    Any,
    /// `?`: one UTF-16 unit.
    One,
    Variable(Box<Variable>),
}

/// `${key}` or `${key, 'default'}`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Variable {
    /// In the form in which keys are compared.
    key: String,
    default: Option<String>,
    /// Among the variables of the value, from 0.
    number: usize,
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
        let mut pieces = Vec::new();
        let mut variables = 0;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if reading.variables
                && let Some(inner) = rest.strip_prefix("${")
            {
                let (piece, after) = variable(inner, variables).ok_or(MalformedVariable)?;
                variables += usize::from(matches!(piece, Piece::Variable(_)));
                match piece {
                    Piece::Text(text) => push_text(&mut pieces, &text),
                    variable => pieces.push(variable),
                }
                rest = after;
                continue;
            }
            match c {
                '*' if reading.glob => pieces.push(Piece::Any),
                '?' if reading.glob => pieces.push(Piece::One),
                c => push_text(&mut pieces, c.encode_utf8(&mut [0; 4])),
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        Ok(Self { pieces: pieces.into(), variables })
    }

    /// The whole text, if it stands for itself alone.
    pub(super) fn as_literal(&self) -> Option<&str> {
        match &*self.pieces {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether what it is hangs on the request.
    pub(super) fn has_variables(&self) -> bool {
        self.variables > 0
    }

    /// Whether it may stand for ARNs; told now unless that hangs on the request.
    pub(super) fn may_be_arn(&self) -> bool {
        self.has_variables()
            || matches!(self.expand(&NOTHING), Expanded::Texts(texts) if texts.is_arn())
    }

    /// The pattern with the request's values for its variables.
    pub(super) fn expand<'a>(&'a self, context: &'a Context) -> Expanded<'a> {
        let mut texts = Texts { pattern: self, context, first: [""; AT_HAND] };
        let mut unknown = false;
        for piece in &self.pieces {
            let Piece::Variable(variable) = piece else { continue };
            match variable.value(context) {
                Lookup::Text(text) => {
                    if let Some(slot) = texts.first.get_mut(variable.number) {
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

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(Piece::Text(last)) => last.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
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
    let of = |default: Option<&str>| {
        let (key, default) = (fold(name).into_owned(), default.map(str::to_owned));
        Piece::Variable(Box::new(Variable { key, default, number }))
    };
    if let Some(after) = rest.strip_prefix('}') {
        return Some((of(None), after));
    }
    let quoted = rest.strip_prefix(',')?.trim_start_matches(is_blank).strip_prefix('\'')?;
    let (default, after) = quoted.split_once('\'')?;
    Some((of(Some(default)), after.strip_prefix('}')?))
}

enum Lookup<'a> {
    Text(&'a str),
    /// The value can match nothing.
    Nothing,
    Unknown,
}

impl Variable {
    fn value<'a>(&'a self, context: &'a Context) -> Lookup<'a> {
        if is_multivalued(&self.key) {
            return Lookup::Nothing;
        }
        match context.state(&self.key) {
            State::Absent => self.default.as_deref().map_or(Lookup::Nothing, Lookup::Text),
            State::Present([one]) => Lookup::Text(one.text()),
            State::Present(_) | State::UnknownValue | State::UnknownPresence => Lookup::Unknown,
        }
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
const AT_HAND: usize = 4;

/// A pattern whose variables have values.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    pattern: &'a Pattern,
    context: &'a Context,
    first: [&'a str; AT_HAND],
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
        self.walk(text, 0)
    }

    /// Whether it is a pattern of ARNs: `*`, or six parts, the first of which is `arn`.
    pub(super) fn is_arn(&self) -> bool {
        let pieces = &self.pattern.pieces;
        let mut start = pieces.iter().map_while(|piece| self.text(piece)).flat_map(str::bytes);
        let texts = pieces.iter().filter_map(|piece| self.text(piece));
        let colons = texts.flat_map(str::bytes).filter(|b| *b == b':');
        **pieces == [Piece::Any]
            || "arn:".bytes().all(|b| start.next() == Some(b)) && colons.take(5).count() == 5
    }

    /// Whether an ARN fits this pattern of ARNs, each of the six parts by itself.
    pub(super) fn fits_arn(&self, arn: Arn<'_>) -> bool {
        // The first five colons of both stand for themselves alone, so that part meets part.
        self.walk(arn.text, arn.resource)
    }

    /// The greedy walk with one step back: to the last `*`, which then takes more. Before the byte `free`,
    /// `*` and `?` take no colon.
    fn walk(&self, text: &str, free: usize) -> bool {
        let mut pieces = &*self.pattern.pieces;
        let mut here = Unit::default();
        // What follows the last `*`, and where that one may end at the earliest.
        let mut last_star: Option<(&[Piece], Unit)> = None;
        loop {
            let (step, rest) = match pieces {
                [] if here.byte >= text.len() => return true,
                [] => (None, pieces),
                [Piece::Any] => return true,
                [Piece::Any, rest @ ..] => {
                    last_star = Some((rest, here));
                    (None, rest)
                }
                [Piece::One, rest @ ..] => (here.next(text, free), rest),
                [piece, rest @ ..] => (here.past(self.text(piece).unwrap_or_default(), text), rest),
            };
            (pieces, here) = match (step, last_star) {
                (Some(next), _) => (rest, next),
                (None, Some((after, from))) => {
                    let first = after.first().and_then(|piece| self.text(piece)?.bytes().next());
                    let Some(end) = from.skip_to(first, text, free) else { return false };
                    last_star = end.next(text, free).map(|next| (after, next));
                    (after, end)
                }
                (None, None) => return false,
            };
        }
    }

    /// The characters of a piece; `*` and `?` have none.
    fn text(&self, piece: &'a Piece) -> Option<&'a str> {
        match piece {
            Piece::Text(text) => Some(text),
            Piece::Any | Piece::One => None,
            Piece::Variable(variable) => match self.first.get(variable.number) {
                Some(text) => Some(text),
                None => match variable.value(self.context) {
                    Lookup::Text(text) => Some(text),
                    Lookup::Nothing | Lookup::Unknown => None,
                },
            },
        }
    }
}

/// An ARN of a request: six parts joined by colons, the first of which is `arn`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arn<'a> {
    text: &'a str,
    /// Where the sixth part begins, which may hold colons.
    resource: usize,
}

impl<'a> Arn<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut colons = text.bytes().enumerate().filter(|(_, b)| *b == b':');
        let (fifth, _) = colons.nth(4).filter(|_| text.starts_with("arn:"))?;
        Some(Self { text, resource: fifth + 1 })
    }

    pub(super) fn as_str(self) -> &'a str {
        self.text
    }
}

/// A place in a text, counted in UTF-16 units: before a character, or in the middle of one beyond U+FFFF.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Unit {
    byte: usize,
    half: bool,
}

impl Unit {
    /// Behind one unit; none is left at the end, and before a colon that isn't `free`.
    fn next(self, text: &str, free: usize) -> Option<Self> {
        let c = text.get(self.byte..)?.chars().next().filter(|c| *c != ':' || self.byte >= free)?;
        if c > '\u{ffff}' && !self.half {
            return Some(Self { half: true, ..self });
        }
        Some(Self { byte: self.byte + c.len_utf8(), half: false })
    }

    /// The first place from here on that begins with this byte, if any is asked for.
    fn skip_to(self, first: Option<u8>, text: &str, free: usize) -> Option<Self> {
        let Some(first) = first else { return Some(self) };
        let mut rest = text.bytes().enumerate().skip(self.byte + usize::from(self.half));
        let (byte, found) = rest.find(|(i, b)| *b == first || *b == b':' && *i < free)?;
        (found == first).then_some(Self { byte, half: false })
    }

    /// Behind a text that stands here.
    fn past(self, own: &str, text: &str) -> Option<Self> {
        let rest = text.as_bytes().get(self.byte..)?;
        (own.is_empty() || !self.half && rest.starts_with(own.as_bytes()))
            .then(|| Self { byte: self.byte + own.len(), ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLOB: Reading = Reading { glob: true, variables: false };
    const VARIABLES: Reading = Reading { glob: true, variables: true };

    fn fits(pattern: &str, text: &str) -> bool {
        let pattern = Pattern::parse(pattern, GLOB).unwrap();
        let Expanded::Texts(texts) = pattern.expand(&NOTHING) else { panic!("no variables") };
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
    fn arns_fit_part_by_part() {
        for (pattern, arn, want) in [
            ("*", "arn:a:b:c:d:e", Some(true)),
            ("arn:*:*:*:*:*", "arn:a:b:c:d:e:f", Some(true)),
            ("arn:a*b:?:c::e*", "arn:a-b:b:c::e:f", Some(true)),
            ("arn:a*b:?:c::e*", "arn:a:b:b:c::e", Some(false)),
            ("arn:a?b:c:d:e:f", "arn:a:b:c:d:e:f", Some(false)),
            ("arn:*b:c:d:e:f", "arn:a:b:c:d:e:f", Some(false)),
            ("arn:a:b:c:d:e*:g", "arn:a:b:c:d:e:f:g", Some(true)),
            ("arn:*b:*c:*:d:*e", "arn:bb:c-c:😀:d:e:e", Some(true)),
            ("arn:*:c", "arn:a:b:c:d:e", None),
            ("a*:a:b:c:d:e", "arn:a:b:c:d:e", None),
        ] {
            let own = Pattern::parse(pattern, GLOB).unwrap();
            let Expanded::Texts(texts) = own.expand(&NOTHING) else { panic!("no variables") };
            let fits = texts.is_arn().then(|| texts.fits_arn(Arn::parse(arn).unwrap()));
            assert_eq!(fits, want, "{pattern} {arn}");
        }
        for no_arn in ["arn:a:b:c:d", "urn:a:b:c:d:e", "*", ""] {
            assert!(Arn::parse(no_arn).is_none(), "{no_arn}");
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
