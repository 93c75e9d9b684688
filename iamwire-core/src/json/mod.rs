//! JSON text as a document: the text itself, and a flat tree of spans over it.
//!
//! Nothing is copied out of the text and nothing is lost: [`Json`] gives back the bytes that it was
//! read from, and each [`Value`] knows where it stands. A key that stands twice in one object is an
//! error, since readers differ in which of the two they keep. This module knows nothing of IAM.

mod place;
mod print;
mod reader;
mod splice;
mod string;

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

pub(crate) use place::{Places, line_and_column};
pub(crate) use print::Layout;
pub use reader::{Syntax, SyntaxError};
pub(crate) use splice::Splices;
pub(crate) use string::{push_quoted, quoted};

/// How deep arrays and objects may be nested.
pub const MAX_DEPTH: usize = 128;

/// A JSON document: its text and where each value lies in it. A clone shares both.
#[derive(Clone)]
pub struct Json(Arc<Inner>);

struct Inner {
    text: Box<str>,
    nodes: Box<[Node]>,
    /// Whether a string has an escape; else its characters are its bytes.
    escapes: bool,
}

/// One value or key: its bytes, and the index of the node after it and all that is in it.
///
/// The kind is the first byte of its text. The members of an object are its key nodes, each followed
/// by its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Node {
    start: u32,
    end: u32,
    next: u32,
}

impl Json {
    /// Reads a whole text, nested at most [`MAX_DEPTH`] deep.
    ///
    /// # Errors
    /// Where the text is no JSON by RFC 8259, has a key twice in one object, a lone surrogate, a byte
    /// order mark, or is longer than 4 GiB; the error says where.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        Self::parse_nested(text, MAX_DEPTH)
    }

    /// As [`Json::parse`], with the depth as a parameter: what wraps a document is deeper than it.
    ///
    /// # Errors
    /// As [`Json::parse`].
    pub fn parse_nested(text: &str, depth: usize) -> Result<Self, SyntaxError> {
        let (nodes, escapes) = reader::read(text, depth)?;
        Ok(Self::new(text.into(), nodes.into_boxed_slice(), escapes))
    }

    /// As [`Json::parse`], of a text that is given away, and given back with the error.
    pub(crate) fn of(text: String) -> Result<Self, (SyntaxError, String)> {
        match reader::read(&text, MAX_DEPTH) {
            Ok((nodes, escapes)) => Ok(Self::new(text.into(), nodes.into_boxed_slice(), escapes)),
            Err(error) => Err((error, text)),
        }
    }

    /// An object with one member, an empty list; its name has nothing to escape.
    pub(crate) fn of_empty_list(name: &'static str) -> Self {
        let text = format!("{{\"{name}\":[]}}");
        let node = |start: usize, end: usize, next: u32| Node {
            start: u32::try_from(start).unwrap_or(0),
            end: u32::try_from(end).unwrap_or(0),
            next,
        };
        let (colon, end) = (name.len() + 3, text.len());
        let nodes = [node(0, end, 3), node(1, colon, 2), node(colon + 1, end - 1, 3)];
        Self::new(text.into(), Box::new(nodes), false)
    }

    fn new(text: Box<str>, nodes: Box<[Node]>, escapes: bool) -> Self {
        Self(Arc::new(Inner { text, nodes, escapes }))
    }

    /// The text, byte for byte as it was read.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The outermost value.
    #[must_use]
    pub fn root(&self) -> Value<'_> {
        Value { json: self, index: 0 }
    }

    /// The value that [`Value::index`] numbered.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<Value<'_>> {
        (index < self.0.nodes.len())
            .then(|| u32::try_from(index).ok())
            .flatten()
            .map(|index| Value { json: self, index })
    }

    /// Bytes on the heap: the text, its tree, and how many share them.
    #[must_use]
    pub fn heap_size(&self) -> usize {
        let counts = 2 * size_of::<usize>();
        counts + size_of::<Inner>() + self.0.text.len() + size_of_val(&*self.0.nodes)
    }

    fn node(&self, index: u32) -> Node {
        // Indices are made by the reader alone; an empty node stands in for what can't happen.
        let end = Node { start: 0, end: 0, next: u32::MAX };
        usize::try_from(index).ok().and_then(|i| self.0.nodes.get(i)).copied().unwrap_or(end)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Json").field(&self.as_str()).finish()
    }
}

/// What kind of value a [`Value`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// `[…]`
    Array,
    /// `{…}`
    Object,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "a list",
            Self::Object => "an object",
        })
    }
}

/// One value of a [`Json`] document: a place in it, as cheap to copy as a reference.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    json: &'a Json,
    index: u32,
}

impl<'a> Value<'a> {
    /// The kind of the value.
    #[must_use]
    pub fn kind(self) -> Kind {
        let start = self.json.node(self.index).start as usize;
        match self.json.as_str().as_bytes().get(start) {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') | None => Kind::Null,
            Some(_) => Kind::Number,
        }
    }

    /// The bytes of the value as they stand in the document.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.json.as_str().get(self.span()).unwrap_or_default()
    }

    /// Where these bytes are.
    #[must_use]
    pub fn span(self) -> Range<usize> {
        let node = self.json.node(self.index);
        node.start as usize..node.end as usize
    }

    /// The number of this value in its document, for [`Json::at`].
    #[must_use]
    pub fn index(self) -> usize {
        self.index as usize
    }

    /// The characters of a string, its escapes resolved; borrowed where it has none.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        let inner = self.written()?;
        Some(if self.json.0.escapes { string::unescaped(inner) } else { Cow::Borrowed(inner) })
    }

    /// What stands between the quotes of a string.
    fn written(self) -> Option<&'a str> {
        let node = self.json.node(self.index);
        let (start, end) = (node.start as usize, node.end as usize);
        let text = self.json.as_str();
        if text.as_bytes().get(start) == Some(&b'"') { text.get(start + 1..end - 1) } else { None }
    }

    /// Whether it is a string of these characters.
    #[inline]
    pub(crate) fn is_text(self, text: &str) -> bool {
        if self.json.0.escapes {
            return self.written().is_some_and(|inner| string::is_written(inner, text));
        }
        let span = self.span();
        // Most texts differ in their length.
        span.len() == text.len() + 2
            && self.json.as_str().as_bytes().get(span).is_some_and(
                |written| matches!(written, [b'"', inner @ .., b'"'] if inner == text.as_bytes()),
            )
    }

    /// Whether neither an escape nor any of these bytes stands in its text.
    pub(crate) fn is_without<const N: usize>(self, bytes: [u8; N]) -> bool {
        // Every byte is looked at, so that many can be at once.
        let special = self.text().bytes().fold(0, |found, b| {
            let is = |other: u8| u8::from(b == other);
            bytes.iter().fold(found | is(b'\\'), |found, other| found | is(*other))
        });
        special == 0
    }

    /// What a string, number or boolean is as text: a string's characters, else as written.
    #[must_use]
    pub fn as_scalar(self) -> Option<Cow<'a, str>> {
        self.as_str().or_else(|| match self.kind() {
            Kind::Number | Kind::Bool => Some(Cow::Borrowed(self.text())),
            Kind::String | Kind::Null | Kind::Array | Kind::Object => None,
        })
    }

    /// The members of an object in their order; of anything else, none.
    #[must_use]
    pub fn members(self) -> Members<'a> {
        Members(Children::of(self, Kind::Object))
    }

    /// The elements of a list in their order; of anything else, none.
    #[must_use]
    pub fn elements(self) -> Elements<'a> {
        Elements(Children::of(self, Kind::Array))
    }

    /// The elements of a list, or the value itself: IAM's "one or a list".
    #[must_use]
    pub fn one_or_many(self) -> Elements<'a> {
        match self.kind() {
            Kind::Array => self.elements(),
            _ => Elements(Children {
                json: self.json,
                at: self.index,
                end: self.json.node(self.index).next,
            }),
        }
    }

    /// The value of one member, its name compared with case.
    #[must_use]
    pub fn member(self, name: &str) -> Option<Value<'a>> {
        self.members().find(|m| m.is_named(name)).map(|m| m.value)
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Value").field(&self.text()).finish()
    }
}

/// The same members in the same order with the same values; white space and escapes don't count.
/// Numbers are compared as written.
impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.kind(), other.kind()) {
            (Kind::Object, Kind::Object) => self.members().eq(other.members()),
            (Kind::Array, Kind::Array) => self.elements().eq(other.elements()),
            (Kind::String, Kind::String) => {
                self.text() == other.text() || self.as_str() == other.as_str()
            }
            (a, b) => a == b && self.text() == other.text(),
        }
    }
}

impl Eq for Value<'_> {}

impl Hash for Value<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind().hash(state);
        match self.kind() {
            Kind::Object => self.members().for_each(|m| m.hash(state)),
            Kind::Array => self.elements().for_each(|v| v.hash(state)),
            Kind::String => self.as_str().hash(state),
            Kind::Null | Kind::Bool | Kind::Number => self.text().hash(state),
        }
    }
}

/// One member of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Member<'a> {
    /// The name, as a string value.
    pub key: Value<'a>,
    /// What it holds.
    pub value: Value<'a>,
}

impl<'a> Member<'a> {
    /// The name, its escapes resolved.
    #[must_use]
    pub fn name(&self) -> Cow<'a, str> {
        self.key.as_str().unwrap_or_default()
    }

    /// Whether this is the name, compared with case.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.key.is_text(name)
    }
}

/// The members of an object, in order.
#[derive(Debug, Clone)]
pub struct Members<'a>(Children<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        let Children { json, at, end } = self.0;
        (at < end).then(|| {
            // Nothing is in a key, so that its value is the node behind it.
            let (key, value) = (Value { json, index: at }, Value { json, index: at + 1 });
            self.0.at = json.node(value.index).next;
            Member { key, value }
        })
    }
}

/// The elements of a list, in order.
#[derive(Debug, Clone)]
pub struct Elements<'a>(Children<'a>);

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.0.next()
    }
}

#[derive(Debug, Clone)]
struct Children<'a> {
    json: &'a Json,
    at: u32,
    end: u32,
}

impl<'a> Children<'a> {
    fn of(parent: Value<'a>, kind: Kind) -> Self {
        let end = if parent.kind() == kind { parent.json.node(parent.index).next } else { 0 };
        Self { json: parent.json, at: parent.index + 1, end }
    }
}

impl<'a> Iterator for Children<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        (self.at < self.end).then(|| {
            let value = Value { json: self.json, index: self.at };
            self.at = self.json.node(self.at).next;
            value
        })
    }
}

/// Adds a token to a JSON pointer.
fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    let mut done = 0;
    for (at, b) in token.bytes().enumerate() {
        if matches!(b, b'/' | b'~') {
            pointer.push_str(token.get(done..at).unwrap_or_default());
            pointer.push_str(if b == b'/' { "~1" } else { "~0" });
            done = at + 1;
        }
    }
    pointer.push_str(token.get(done..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_gives_back_its_bytes_and_its_places() {
        let text = "{ \"a/b\" : [ 1, {\"c\":\"d\\u00e9\"} ],\n \"e\":null }";
        let json = Json::parse(text).unwrap();
        assert_eq!(json.as_str(), text);
        let list = json.root().member("a/b").unwrap();
        let inner = list.elements().nth(1).unwrap().member("c").unwrap();
        assert_eq!(inner.as_str().unwrap(), "dé");
        assert_eq!(inner.pointer(), "/a~1b/1/c");
        let e = json.root().member("e").unwrap();
        assert_eq!((e.kind(), e.place().line, e.place().column), (Kind::Null, 2, 6));
        assert_eq!(json.at(inner.index()).unwrap(), inner);
    }

    #[test]
    fn an_empty_list_is_as_it_would_be_read() {
        let made = Json::of_empty_list("Statement");
        let read = Json::parse("{\"Statement\":[]}").unwrap();
        assert_eq!((made.as_str(), &made.0.nodes), (read.as_str(), &read.0.nodes));
    }

    #[test]
    fn equality_sees_members_order_and_values_only() {
        let equal =
            |a: &str, b: &str| Json::parse(a).unwrap().root() == Json::parse(b).unwrap().root();
        assert!(equal(r#"{"a":["x"]}"#, "{ \"\\u0061\" : [\"x\" ] }"));
        assert!(!equal(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#));
        assert!(!equal("1", "1.0"));
        assert!(!equal("[1]", "[1,1]"));
    }
}
