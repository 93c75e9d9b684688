//! The reader: text in, flat tree of spans out, or the first thing that is wrong and where.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use super::{Node, line_and_column, push_token, string};
use crate::error::quoted;
use crate::finding::Place;

/// A text that is no JSON document, or one that readers would take differently.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at line {}, column {}", place.line, place.column)]
pub struct SyntaxError {
    what: Syntax,
    place: Box<Place>,
    earlier: Option<Box<Place>>,
}

impl SyntaxError {
    /// What is wrong.
    #[must_use]
    pub fn what(&self) -> &Syntax {
        &self.what
    }

    /// Where it is; the pointer is that of the innermost value around it.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Where the first of two equal keys is.
    #[must_use]
    pub fn earlier(&self) -> Option<&Place> {
        self.earlier.as_deref()
    }
}

/// What is wrong with a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Syntax {
    /// Nothing but white space.
    Empty,
    /// The text ends inside a value.
    End,
    /// A byte order mark before the document.
    ByteOrderMark,
    /// A character where another thing must stand.
    Expected(&'static str, char),
    /// A control character in a string.
    Control(char),
    /// A backslash and a character that is no escape.
    Escape,
    /// Half of a surrogate pair.
    LoneSurrogate,
    /// A number that JSON does not write so, for instance `01` or `1.`.
    Number,
    /// Arrays and objects nested deeper than the limit.
    TooDeep(usize),
    /// A key that stands twice in one object.
    DuplicateKey(String),
    /// More than one document.
    Trailing,
    /// A text of 4 GiB or more.
    TooLong,
}

impl Syntax {
    /// What cures it, whatever the text is meant to be; else that depends on what it is.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::ByteOrderMark => Some("save it as UTF-8 without one"),
            Self::LoneSurrogate => Some("write a character beyond U+FFFF as itself or as a pair"),
            Self::DuplicateKey(_) => Some("keep one of the two; readers differ in which they take"),
            _ => None,
        }
    }
}

impl fmt::Display for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("no JSON: the text is empty"),
            Self::End => f.write_str("the text ends in the middle of a value"),
            Self::ByteOrderMark => f.write_str("a byte order mark"),
            Self::Expected(what, found) => {
                write!(f, "expected {what}, found {}", quoted(found.encode_utf8(&mut [0; 4])))
            }
            Self::Control(c) => write!(f, "control character U+{:04X} in a string", u32::from(*c)),
            Self::Escape => f.write_str("unknown escape in a string"),
            Self::LoneSurrogate => f.write_str("half of a surrogate pair in a string"),
            Self::Number => f.write_str("malformed number"),
            Self::TooDeep(limit) => write!(f, "nested more than {limit} deep"),
            Self::DuplicateKey(key) => write!(f, "key {} stands twice in one object", quoted(key)),
            Self::Trailing => f.write_str("more text after the document"),
            Self::TooLong => f.write_str("a document of 4 GiB or more"),
        }
    }
}

/// Reads one document that fills the text: its tree, and whether a string in it has an escape.
pub(super) fn read(text: &str, max_depth: usize) -> Result<(Vec<Node>, bool), SyntaxError> {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: 0,
        nodes: Vec::with_capacity(text.len() / 16 + 1),
        open: Vec::with_capacity(16),
        in_object: false,
        escapes: false,
        max_depth,
    };
    match reader.document() {
        Ok(()) => Ok((reader.nodes, reader.escapes)),
        Err(fault) => Err(reader.error(fault)),
    }
}

/// What is wrong, where it begins, and for a duplicate the first of the two.
struct Fault {
    what: Syntax,
    at: usize,
    earlier: Option<Range<usize>>,
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    /// The arrays and objects around `at`, outermost first, as indices of nodes.
    open: Vec<u32>,
    /// Whether the innermost of them is an object.
    in_object: bool,
    /// Whether a string had an escape: equal keys may then be written differently.
    escapes: bool,
    max_depth: usize,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    /// Directly behind `[`: a value or `]`.
    FirstElement,
    /// Directly behind `{`: a key or `}`.
    FirstKey,
    Key,
    /// Behind a value: a comma or the end of what is open.
    Separator,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<(), Fault> {
        if u32::try_from(self.bytes.len()).is_err() {
            return fault(Syntax::TooLong, 0);
        }
        if self.text.starts_with('\u{feff}') {
            return fault(Syntax::ByteOrderMark, 0);
        }
        let mut next = Next::Value;
        loop {
            self.skip_blanks();
            next = match (next, self.peek()) {
                (Next::Separator, Some(b',')) if self.in_object => {
                    self.at += 1;
                    Next::Key
                }
                (Next::Separator, Some(b',')) if !self.open.is_empty() => {
                    self.at += 1;
                    Next::Value
                }
                (Next::Separator | Next::FirstKey, Some(b'}')) if self.in_object => self.close()?,
                (Next::Separator | Next::FirstElement, Some(b']'))
                    if !self.open.is_empty() && !self.in_object =>
                {
                    self.close()?
                }
                (Next::Separator, None) if self.open.is_empty() => return Ok(()),
                (Next::Separator, Some(_)) if self.open.is_empty() => {
                    return fault(Syntax::Trailing, self.at);
                }
                (Next::Key | Next::FirstKey, Some(b'"')) => {
                    self.string()?;
                    self.skip_blanks();
                    if self.peek() != Some(b':') {
                        return self.unexpected("`:`");
                    }
                    self.at += 1;
                    Next::Value
                }
                (Next::Value | Next::FirstElement, Some(_)) => self.value()?,
                (Next::Value, None) if self.nodes.is_empty() => {
                    return fault(Syntax::Empty, self.at);
                }
                (_, None) => return fault(Syntax::End, self.at),
                (Next::Separator, _) if self.in_object => return self.unexpected("`,` or `}`"),
                (Next::Separator, _) => return self.unexpected("`,` or `]`"),
                (Next::Key | Next::FirstKey, _) => {
                    return self.unexpected("a key in double quotes");
                }
            };
        }
    }

    fn value(&mut self) -> Result<Next, Fault> {
        match self.peek() {
            Some(opening @ (b'{' | b'[')) => {
                if self.open.len() >= self.max_depth {
                    return fault(Syntax::TooDeep(self.max_depth), self.at);
                }
                let index = self.push(self.at, 0);
                self.open.push(index);
                self.in_object = opening == b'{';
                self.at += 1;
                return Ok(if self.in_object { Next::FirstKey } else { Next::FirstElement });
            }
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => {
                let Some(word) = ["true", "false", "null"]
                    .into_iter()
                    .find(|w| self.rest().starts_with(w.as_bytes()))
                else {
                    return self.unexpected("a JSON value");
                };
                let start = self.at;
                self.at += word.len();
                self.push(start, self.at);
            }
        }
        Ok(Next::Separator)
    }

    /// Ends the innermost array or object; an object's keys must differ.
    fn close(&mut self) -> Result<Next, Fault> {
        self.at += 1;
        let end = to_u32(self.at);
        let next = to_u32(self.nodes.len());
        if let Some(index) = self.open.last().copied() {
            if let Some(node) = self.nodes.get_mut(index as usize) {
                node.end = end;
                node.next = next;
            }
            if self.in_object
                && let Some([first, second]) = self.equal_keys(index)
            {
                let key = self.key_text(second).into_owned();
                return Err(Fault {
                    what: Syntax::DuplicateKey(key),
                    at: second.start as usize,
                    earlier: Some(first.start as usize..first.end as usize),
                });
            }
            self.open.pop();
            self.in_object = self.open.last().is_some_and(|index| self.is_object(*index));
        }
        Ok(Next::Separator)
    }

    /// The first key of an object that stood before, behind the one it equals.
    fn equal_keys(&self, object: u32) -> Option<[Node; 2]> {
        const FEW: usize = 16;
        let mut keys = self.keys(object);
        for (n, key) in keys.by_ref().take(FEW).enumerate() {
            if let Some(earlier) = self.keys(object).take(n).find(|k| self.same_key(*k, key)) {
                return Some([earlier, key]);
            }
        }
        let first_of_many = keys.next()?;
        let mut seen: HashMap<Cow<'_, str>, Node> =
            self.keys(object).take(FEW).map(|key| (self.key_text(key), key)).collect();
        std::iter::once(first_of_many)
            .chain(keys)
            .find_map(|key| Some([seen.insert(self.key_text(key), key)?, key]))
    }

    fn keys(&self, object: u32) -> impl Iterator<Item = Node> {
        let mut at = object as usize + 1;
        std::iter::from_fn(move || {
            let key = self.nodes.get(at)?;
            at = self.nodes.get(at + 1)?.next as usize;
            Some(*key)
        })
    }

    fn same_key(&self, a: Node, b: Node) -> bool {
        let raw = |n: Node| self.bytes.get(n.start as usize..n.end as usize).unwrap_or_default();
        raw(a) == raw(b) || self.escapes && self.key_text(a) == self.key_text(b)
    }

    fn key_text(&self, key: Node) -> Cow<'_, str> {
        let inner = self.text.get(key.start as usize + 1..(key.end as usize).saturating_sub(1));
        string::unescaped(inner.unwrap_or_default())
    }

    fn string(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        loop {
            self.at += string::plain(self.rest());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    self.push(start, self.at);
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(control) => return fault(Syntax::Control(char::from(control)), self.at),
                None => return fault(Syntax::End, self.at),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.escapes = true;
        match self.bytes.get(start + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => {
                let first = self.unit(start)?;
                self.at += 6;
                let second = match first {
                    0xD800..0xDC00 if self.rest().starts_with(b"\\u") => {
                        let unit = self.unit(self.at)?;
                        self.at += 6;
                        Some(unit)
                    }
                    0xD800..0xE000 => None,
                    _ => return Ok(()),
                };
                if !second.is_some_and(|unit| (0xDC00..0xE000).contains(&unit)) {
                    return fault(Syntax::LoneSurrogate, start);
                }
            }
            Some(_) => return fault(Syntax::Escape, start),
            None => return fault(Syntax::End, self.bytes.len()),
        }
        Ok(())
    }

    /// The UTF-16 unit of the escape `\uXXXX` at `start`.
    fn unit(&self, start: usize) -> Result<u32, Fault> {
        let hex = self.bytes.get(start + 2..start + 6).unwrap_or_default();
        if hex.len() < 4 || !hex.iter().all(u8::is_ascii_hexdigit) {
            return fault(Syntax::Escape, start);
        }
        Ok(hex.iter().fold(0, |unit, b| unit * 16 + char::from(*b).to_digit(16).unwrap_or(0)))
    }

    fn number(&mut self) -> Result<(), Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        let mut good = whole == 1 || whole > 1 && !leading_zero;
        if self.peek() == Some(b'.') {
            self.at += 1;
            good &= self.digits() > 0;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            good &= self.digits() > 0;
        }
        if !good {
            return fault(Syntax::Number, start);
        }
        self.push(start, self.at);
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let count = self.rest().iter().take_while(|b| b.is_ascii_digit()).count();
        self.at += count;
        count
    }

    fn push(&mut self, start: usize, end: usize) -> u32 {
        let index = to_u32(self.nodes.len());
        self.nodes.push(Node { start: to_u32(start), end: to_u32(end), next: index + 1 });
        index
    }

    fn skip_blanks(&mut self) {
        while let Some(blank @ (b' ' | b'\n' | b'\r' | b'\t')) = self.peek() {
            self.at += 1;
            if blank == b'\n' {
                while self.rest().first_chunk() == Some(&[b' '; 8]) {
                    self.at += 8;
                }
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn is_object(&self, index: u32) -> bool {
        let node = self.nodes.get(index as usize);
        node.and_then(|node| self.bytes.get(node.start as usize)) == Some(&b'{')
    }

    fn unexpected<T>(&self, expected: &'static str) -> Result<T, Fault> {
        let found = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        match found {
            Some(found) => fault(Syntax::Expected(expected, found), self.at),
            None => fault(Syntax::End, self.at),
        }
    }

    fn error(&self, fault: Fault) -> SyntaxError {
        let pointer = self.pointer();
        let place = |span: Range<usize>| {
            let (line, column) = line_and_column(self.text, span.start);
            Place { pointer: pointer.clone(), line, column, span }
        };
        let length = match &fault.what {
            Syntax::DuplicateKey(_) => {
                self.text.get(fault.at + 1..).and_then(|rest| rest.find('"')).map_or(1, |n| n + 2)
            }
            _ => self.text.get(fault.at..).and_then(|r| r.chars().next()).map_or(0, char::len_utf8),
        };
        SyntaxError {
            what: fault.what,
            place: Box::new(place(fault.at..fault.at + length)),
            earlier: fault.earlier.map(|span| Box::new(place(span))),
        }
    }

    /// The pointer to the innermost array or object that is open, or to the member being read.
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for (depth, index) in self.open.iter().enumerate() {
            let inner = self.open.get(depth + 1).map_or(self.nodes.len(), |i| *i as usize);
            let object =
                self.nodes.get(*index as usize).and_then(|n| self.bytes.get(n.start as usize));
            let mut at = *index as usize + 1;
            let mut last_key = None;
            let mut elements = 0_usize;
            while at < inner {
                let Some(node) = self.nodes.get(at) else { break };
                if object == Some(&b'{') {
                    last_key = Some(*node);
                    match self.nodes.get(at + 1) {
                        Some(value) if at + 1 < inner => at = value.next as usize,
                        _ => break,
                    }
                } else {
                    elements += 1;
                    at = node.next as usize;
                }
            }
            let innermost = depth + 1 == self.open.len();
            match (object, last_key) {
                (Some(b'{'), Some(key)) if !innermost => {
                    push_token(&mut pointer, &self.key_text(key));
                }
                (Some(b'['), _) if !innermost => push_token(&mut pointer, &elements.to_string()),
                _ => {}
            }
        }
        pointer
    }
}

fn fault<T>(what: Syntax, at: usize) -> Result<T, Fault> {
    Err(Fault { what, at, earlier: None })
}

/// Offsets and counts are at most the text's length, which is checked to fit.
fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_say_what_and_where() {
        let cases = [
            ("", "no JSON: the text is empty at line 1, column 1", ""),
            ("{\n \"a\": tru }", "expected a JSON value, found `t` at line 2, column 7", ""),
            ("{\"a\":{\"b\":[1,{\"c\":01}]}}", "malformed number at line 1, column 19", "/a/b/1"),
            (
                "{\"a\":1,\"b\":{\"x\":1,\"\\u0078\":2}}",
                "key `x` stands twice in one object at line 1, column 19",
                "/b",
            ),
            ("[NaN]", "expected a JSON value, found `N` at line 1, column 2", ""),
            ("\"\\ud800\"", "half of a surrogate pair in a string at line 1, column 2", ""),
            ("\"\\ud800\\u0041\"", "half of a surrogate pair in a string at line 1, column 2", ""),
            ("\u{feff}{}", "a byte order mark at line 1, column 1", ""),
            ("{} {}", "more text after the document at line 1, column 4", ""),
            ("{\"a\":1,}", "expected a key in double quotes, found `}` at line 1, column 8", ""),
            ("[1,]", "expected a JSON value, found `]` at line 1, column 4", ""),
            ("[1 2]", "expected `,` or `]`, found `2` at line 1, column 4", ""),
            ("{\"a\" 1}", "expected `:`, found `1` at line 1, column 6", ""),
            ("[\"a\nb\"]", "control character U+000A in a string at line 1, column 4", ""),
            ("{\"a\":\"\\x\"}", "unknown escape in a string at line 1, column 7", ""),
            ("[[[1", "the text ends in the middle of a value at line 1, column 5", "/0/0"),
        ];
        for (text, message, pointer) in cases {
            let error = read(text, 128).unwrap_err();
            assert_eq!(error.to_string(), message, "{text:?}");
            assert_eq!(error.place().pointer, pointer, "{text:?}");
        }
    }

    #[test]
    fn the_depth_has_a_limit_and_duplicates_are_found_among_many() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(read(&nested(128), 128).is_ok());
        assert_eq!(read(&nested(129), 128).unwrap_err().what(), &Syntax::TooDeep(128));
        let mut keys: Vec<String> = (0..1000).map(|i| format!("\"k{i}\":0")).collect();
        assert!(read(&format!("{{{}}}", keys.join(",")), 128).is_ok());
        keys.push("\"k7\":1".to_owned());
        let error = read(&format!("{{{}}}", keys.join(",")), 128).unwrap_err();
        assert_eq!(error.what(), &Syntax::DuplicateKey("k7".to_owned()));
        assert!(error.earlier().is_some_and(|e| e.span.start < error.place().span.start));
    }
}
