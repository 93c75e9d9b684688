//! A value written out again: compact, pretty, or as its neighbours are laid out.

use std::ops::Range;

use super::{Kind, Value};

/// The white space of a piece of JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout<'a> {
    /// `\n` or `\r\n` where members stand on lines of their own; empty where all is on one line.
    newline: &'static str,
    /// The indentation of the line on which the value ends.
    base: &'a str,
    /// What one level adds to it.
    unit: &'a str,
    /// Between a key and its value, for instance `: `.
    colon: &'a str,
    /// Between two neighbours on one line, for instance `, `.
    comma: &'a str,
    /// Inside the braces of an object on one line.
    pad: &'a str,
    /// Whether the elements of a list of scalars stand on lines of their own.
    tall_lists: bool,
}

/// How a whole document is laid out, where a place in it doesn't show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits<'a> {
    colon: Option<&'a str>,
    tall_lists: bool,
}

impl<'a> Habits<'a> {
    pub(super) fn of(root: Value<'a>) -> Self {
        let tall_lists = first_list_of_scalars(root).is_some_and(Value::is_tall);
        Self { colon: first_colon(root), tall_lists }
    }
}

impl<'a> Layout<'a> {
    /// No white space at all.
    pub(crate) fn compact() -> Self {
        Self { newline: "", base: "", unit: "", colon: ":", comma: ",", pad: "", tall_lists: false }
    }

    /// Two blanks a level, every member and element on a line of its own.
    pub(crate) fn pretty() -> Self {
        Self {
            newline: "\n",
            unit: "  ",
            colon: ": ",
            comma: ", ",
            tall_lists: true,
            ..Self::compact()
        }
    }

    /// That of a new value beside `neighbour` or in its place.
    pub(super) fn beside(neighbour: Value<'a>, parent: Value<'a>, habits: Habits<'a>) -> Self {
        let model = if neighbour.is_tall() { neighbour } else { parent };
        let mut layout = Self::inside(model, habits);
        if neighbour.is_tall() {
            layout.base = neighbour.closing_indent();
        } else if is_container(neighbour) && !neighbour.is_empty() {
            layout.newline = "";
            layout.pad = neighbour.leading_blanks();
        } else if let Some(indent) = indent_of(parent.leading_blanks()) {
            layout.base = indent;
        }
        layout
    }

    /// That of the children of a value.
    fn inside(parent: Value<'a>, habits: Habits<'a>) -> Self {
        let lead = parent.leading_blanks();
        let outer = parent.closing_indent();
        let unit =
            indent_of(lead).map(|i| i.strip_prefix(outer).unwrap_or(i)).filter(|i| !i.is_empty());
        let colon = first_colon(parent).or(habits.colon).unwrap_or(":");
        let comma = one_line_comma(parent).unwrap_or(if colon.ends_with(' ') { ", " } else { "," });
        Self {
            newline: newline_of(lead),
            base: "",
            unit: unit.unwrap_or("  "),
            colon,
            comma,
            pad: if newline_of(lead).is_empty() { lead } else { "" },
            tall_lists: habits.tall_lists,
        }
    }

    /// Between two values that come to stand side by side.
    pub(crate) fn comma(&self) -> &'a str {
        self.comma
    }

    /// Between a key and its value.
    pub(crate) fn colon(&self) -> &'a str {
        self.colon
    }

    /// Writes a value in this layout.
    pub(crate) fn print(&self, value: Value<'_>) -> String {
        let mut out = String::with_capacity(value.text().len());
        self.write(value, 0, &mut out);
        out
    }

    fn write(&self, value: Value<'_>, level: usize, out: &mut String) {
        match value.kind() {
            Kind::Object if !value.is_empty() => {
                let tall = !self.newline.is_empty();
                out.push('{');
                for (i, member) in value.members().enumerate() {
                    self.separate(i, tall, self.pad, level + 1, out);
                    out.push_str(member.key.text());
                    out.push_str(self.colon);
                    self.write(member.value, level + 1, out);
                }
                self.end(tall, self.pad, level, out);
                out.push('}');
            }
            Kind::Array if !value.is_empty() => {
                let tall = !self.newline.is_empty()
                    && (self.tall_lists || value.elements().any(is_container));
                out.push('[');
                for (i, element) in value.elements().enumerate() {
                    self.separate(i, tall, "", level + 1, out);
                    self.write(element, level + 1, out);
                }
                self.end(tall, "", level, out);
                out.push(']');
            }
            Kind::Object => out.push_str("{}"),
            Kind::Array => out.push_str("[]"),
            _ => out.push_str(value.text()),
        }
    }

    fn separate(&self, i: usize, tall: bool, pad: &str, level: usize, out: &mut String) {
        match (i, tall) {
            (0, false) => out.push_str(pad),
            (_, false) => out.push_str(self.comma),
            (0, true) => self.line(level, out),
            (_, true) => {
                out.push(',');
                self.line(level, out);
            }
        }
    }

    fn end(&self, tall: bool, pad: &str, level: usize, out: &mut String) {
        if tall {
            self.line(level, out);
        } else {
            out.push_str(pad);
        }
    }

    fn line(&self, level: usize, out: &mut String) {
        out.push_str(self.newline);
        out.push_str(self.base);
        for _ in 0..level {
            out.push_str(self.unit);
        }
    }
}

impl<'a> Value<'a> {
    /// Whether there is nothing in this list or object.
    pub(crate) fn is_empty(self) -> bool {
        self.json.node(self.index).next == self.index + 1
    }

    /// Each child, a member by its key, and its bytes: of a member, from its key to the end of its value.
    pub(super) fn children(self) -> impl Iterator<Item = (Value<'a>, Range<usize>)> + use<'a> {
        let members = self.members().map(|m| (m.key, m.key.span().start..m.value.span().end));
        members.chain(self.elements().map(|v| (v, v.span())))
    }

    /// The bytes of each child.
    pub(super) fn child_spans(self) -> impl Iterator<Item = Range<usize>> + use<'a> {
        self.children().map(|(_, span)| span)
    }

    /// The blanks between the opening bracket and the first child, or the closing bracket.
    pub(super) fn leading_blanks(self) -> &'a str {
        let inner = self.text().get(1..).unwrap_or_default();
        let after = inner.trim_start_matches(BLANKS);
        inner.get(..inner.len() - after.len()).unwrap_or_default()
    }

    /// The indentation of the line with the closing bracket, if that begins the line.
    fn closing_indent(self) -> &'a str {
        let text = self.text();
        let inner = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
        let before = inner.trim_end_matches(BLANKS);
        indent_of(inner.get(before.len()..).unwrap_or_default()).unwrap_or_default()
    }

    /// Whether the first child stands on a line of its own.
    fn is_tall(self) -> bool {
        is_container(self) && !self.is_empty() && self.leading_blanks().contains('\n')
    }
}

const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

fn is_container(value: Value<'_>) -> bool {
    matches!(value.kind(), Kind::Object | Kind::Array)
}

fn newline_of(blanks: &str) -> &'static str {
    if blanks.contains("\r\n") {
        "\r\n"
    } else if blanks.contains('\n') {
        "\n"
    } else {
        ""
    }
}

/// What follows the last line break.
fn indent_of(blanks: &str) -> Option<&str> {
    blanks.rsplit_once('\n').map(|(_, indent)| indent)
}

/// What stands between the first key at or below a value and what it holds, if on one line.
fn first_colon(value: Value<'_>) -> Option<&str> {
    let text = value.json.as_str();
    let own = value.members().next().and_then(|m| text.get(m.key.span().end..m.value.span().start));
    own.filter(|colon| !colon.contains('\n')).or_else(|| value.elements().find_map(first_colon))
}

/// What stands between the first two children, if on one line.
fn one_line_comma(parent: Value<'_>) -> Option<&str> {
    let mut children = parent.child_spans();
    let (first, second) = (children.next()?, children.next()?);
    parent.json.as_str().get(first.end..second.start).filter(|comma| !comma.contains('\n'))
}

fn first_list_of_scalars(value: Value<'_>) -> Option<Value<'_>> {
    match value.kind() {
        Kind::Array if !value.is_empty() && !value.elements().any(is_container) => Some(value),
        Kind::Array => value.elements().find_map(first_list_of_scalars),
        _ => value.members().find_map(|m| first_list_of_scalars(m.value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    #[test]
    fn pretty_and_compact_are_serde_jsons() {
        let text = r#"{"b":[1,{"x":[]}],"a":{"c":"d","e":{}},"f":[["g"]]}"#;
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let sorted = Json::parse(&value.to_string()).unwrap();
        let pretty = Layout::pretty().print(sorted.root());
        assert_eq!(pretty, serde_json::to_string_pretty(&value).unwrap());
        let again = Json::parse(&pretty).unwrap();
        assert_eq!(Layout::compact().print(again.root()), value.to_string());
    }
}
