//! Where a value stands: line, column and JSON pointer.

use std::cell::{Cell, OnceCell};
use std::fmt::Write as _;

use super::{Json, Kind, Value, push_token};
use crate::finding::Place;

/// How many bytes of text share a mark.
const STEP: usize = 1024;

/// How many places are found one by one before the document is counted through for the others.
const FEW: u32 = 4;

/// The places of a document: after a few, what they need is counted through once.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    json: &'a Json,
    asked: Cell<u32>,
    /// The byte that was asked for last, with its line and column, from 0.
    last: Cell<(usize, (usize, usize))>,
    index: OnceCell<Index>,
}

#[derive(Debug)]
struct Index {
    /// Line and column, from 0, at every [`STEP`]th byte.
    marks: Vec<(usize, usize)>,
    /// Of every node the node that it is in, and how many stand before it there, keys and values alike.
    parents: Vec<(u32, u32)>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(json: &'a Json) -> Self {
        Self { json, asked: Cell::new(0), last: Cell::default(), index: OnceCell::new() }
    }

    /// The place of one of the document's values.
    pub(crate) fn of(&self, value: Value<'_>) -> Place {
        let span = value.span();
        if self.asked.get() < FEW {
            self.asked.set(self.asked.get() + 1);
            let (line, column) = self.counted_to(span.start);
            return Place { pointer: value.pointer(), line, column, span };
        }
        let (line, column) = self.index().line_and_column(self.json.as_str(), span.start);
        Place { pointer: self.pointer(value), line, column, span }
    }

    /// Line and column of a byte, counted from the last one where that stands before it.
    fn counted_to(&self, at: usize) -> (usize, usize) {
        let (from, here) =
            Some(self.last.get()).filter(|(from, _)| *from <= at).unwrap_or_default();
        let text = self.json.as_str().as_bytes();
        let (line, column) = counted(here, text.get(from..at).unwrap_or_default());
        self.last.set((at, (line, column)));
        (line + 1, column + 1)
    }

    fn pointer(&self, value: Value<'_>) -> String {
        let mut path = Vec::new();
        let mut here = Value { json: self.json, index: value.index };
        while here.index > 0 {
            let Some((parent, before)) = self.index().parents.get(here.index()).copied() else {
                break;
            };
            path.push((here, before));
            here.index = parent;
        }
        let mut pointer = String::new();
        let mut parent = here;
        for (value, before) in path.into_iter().rev() {
            if parent.kind() == Kind::Object {
                // A key, and behind it what it holds.
                let key = Value { index: value.index - before % 2, ..value };
                push_token(&mut pointer, &key.as_str().unwrap_or_default());
            } else {
                push_token(&mut pointer, &before.to_string());
            }
            parent = value;
        }
        pointer
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(self.json))
    }
}

impl Index {
    fn of(json: &Json) -> Self {
        let mut here = (0, 0);
        let marks = json.as_str().as_bytes().chunks(STEP).map(|chunk| {
            let mark = here;
            here = counted(here, chunk);
            mark
        });
        let marks = marks.collect();
        let mut open: Vec<(u32, u32, u32)> = Vec::new();
        let parents = (0_u32..).zip(&json.0.nodes).map(|(index, node)| {
            while open.last().is_some_and(|(_, end, _)| *end <= index) {
                open.pop();
            }
            let place = open.last_mut().map_or((0, 0), |(parent, _, count)| {
                *count += 1;
                (*parent, *count - 1)
            });
            if node.next > index + 1 {
                open.push((index, node.next, 0));
            }
            place
        });
        Self { marks, parents: parents.collect() }
    }

    fn line_and_column(&self, text: &str, at: usize) -> (usize, usize) {
        let step = (at / STEP).min(self.marks.len().saturating_sub(1));
        let mark = self.marks.get(step).copied().unwrap_or_default();
        let between = text.as_bytes().get(step * STEP..at).unwrap_or_default();
        let (line, column) = counted(mark, between);
        (line + 1, column + 1)
    }
}

impl Value<'_> {
    /// The JSON pointer, line, column and bytes; found in a time that grows with the document.
    #[must_use]
    pub fn place(self) -> Place {
        let span = self.span();
        let (line, column) = line_and_column(self.json.as_str(), span.start);
        Place { pointer: self.pointer(), line, column, span }
    }

    /// The JSON pointer (RFC 6901) to this value, or for a key to its member's value; found as
    /// [`Self::place`] is.
    #[must_use]
    pub fn pointer(self) -> String {
        let mut pointer = String::with_capacity(128);
        let mut here = self.json.root();
        while here.index < self.index {
            let inside = |v: Value<'_>| self.index < v.json.node(v.index).next;
            if here.kind() == Kind::Object {
                let Some(member) = here.members().find(|m| inside(m.value)) else { break };
                push_token(&mut pointer, &member.name());
                here = if member.key.index == self.index { member.key } else { member.value };
            } else {
                let Some((i, element)) = here.elements().enumerate().find(|(_, v)| inside(*v))
                else {
                    break;
                };
                // Writing to a String cannot fail.
                let _ = write!(pointer, "/{i}");
                here = element;
            }
        }
        pointer
    }
}

/// Line and column of a byte, both from 1, the column in characters.
pub(crate) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let (line, column) = counted((0, 0), text.as_bytes().get(..at).unwrap_or(text.as_bytes()));
    (line + 1, column + 1)
}

/// Line and column behind some bytes of UTF-8, counted from where these begin.
fn counted((line, column): (usize, usize), bytes: &[u8]) -> (usize, usize) {
    let characters = |bytes| count(bytes, |b| b & 0xC0 != 0x80);
    let breaks = count(bytes, |b| b == b'\n');
    if breaks == 0 {
        return (line, column + characters(bytes));
    }
    let last = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |last| last + 1);
    (line + breaks, characters(bytes.get(last..).unwrap_or_default()))
}

/// How many bytes are so; counted in a byte each, so that many are taken at once.
fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let few = |run: &[u8]| run.iter().map(|b| u8::from(is(*b))).sum::<u8>();
    bytes.chunks(255).map(|run| usize::from(few(run))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_far_behind_are_counted_as_near_ones_are() {
        let item = "{ \"é\" : [ 1, {\"a/b\":\"😀\"} ] }";
        let items: Vec<String> =
            (0..200).map(|i| format!("{item}{}", if i % 7 == 0 { "\n" } else { "" })).collect();
        let text = format!("[{}]", items.join(", "));
        let json = Json::parse(&text).unwrap();
        let places = Places::new(&json);
        let mut index = 0;
        while let Some(value) = json.at(index) {
            let place = places.of(value);
            let before = &text[..place.span.start];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            assert_eq!((place.line, place.column), (line, column), "{place:?}");
            assert_eq!(line_and_column(&text, place.span.start), (line, column));
            assert_eq!(place.pointer, value.pointer());
            index += 1;
        }
        let list = json.root().elements().nth(150).unwrap().member("é").unwrap();
        let inner = list.elements().nth(1).unwrap();
        let member = inner.members().next().unwrap();
        assert_eq!(list.elements().next().unwrap().pointer(), "/150/é/0");
        assert_eq!(member.value.pointer(), "/150/é/1/a~1b");
        assert_eq!(member.key.pointer(), "/150/é/1/a~1b");
        assert_eq!(json.root().pointer(), "");
    }
}
