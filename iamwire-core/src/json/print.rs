//! A value written out again: compact, pretty, or as its neighbours are laid out.

use std::cell::OnceCell;
use std::ops::Range;

use super::{Kind, Value, string};

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

/// How a whole document is laid out, where a place in it doesn't show: looked for when it is asked for.
#[derive(Debug)]
pub(super) struct Habits<'a> {
    root: Value<'a>,
    tall_lists: OnceCell<bool>,
}

impl<'a> Habits<'a> {
    pub(super) fn of(root: Value<'a>) -> Self {
        Self { root, tall_lists: OnceCell::new() }
    }

    fn colon(&self) -> Option<&'a str> {
        first_colon(self.root)
    }

    fn tall_lists(&self) -> bool {
        let looked = || first_list_of_scalars(self.root).is_some_and(Value::is_tall);
        *self.tall_lists.get_or_init(looked)
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
    pub(super) fn beside(neighbour: Value<'a>, parent: Value<'a>, habits: &Habits<'a>) -> Self {
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
    fn inside(parent: Value<'a>, habits: &Habits<'a>) -> Self {
        let lead = parent.leading_blanks();
        let newline = newline_of(lead);
        let outer = parent.closing_indent();
        let unit =
            indent_of(lead).map(|i| i.strip_prefix(outer).unwrap_or(i)).filter(|i| !i.is_empty());
        let colon = first_colon(parent).or_else(|| habits.colon()).unwrap_or(":");
        let comma = one_line_comma(parent).unwrap_or(if colon.ends_with(' ') { ", " } else { "," });
        Self {
            newline,
            base: "",
            unit: unit.unwrap_or("  "),
            colon,
            comma,
            pad: if newline.is_empty() { lead } else { "" },
            tall_lists: !newline.is_empty() && habits.tall_lists(),
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

    /// Writes a value, given as valid JSON text in any layout, in this one.
    pub(crate) fn print(&self, value: &str) -> String {
        let mut out = String::with_capacity(value.len());
        // Of each list and object that is open: whether its children stand on lines of their own.
        let mut open: Vec<bool> = Vec::new();
        let mut rest = value.trim_start_matches(BLANKS);
        while !rest.is_empty() {
            let (token, after) = rest.split_at_checked(token_length(rest)).unwrap_or((rest, ""));
            rest = after.trim_start_matches(BLANKS);
            let pad = if matches!(token, "{" | "}") { self.pad } else { "" };
            match token {
                "{" | "[" => {
                    out.push_str(token);
                    let tall = !self.newline.is_empty()
                        && (token == "{" || self.tall_lists || holds_container(rest));
                    open.push(tall);
                    if !rest.starts_with(['}', ']']) {
                        self.edge(tall, pad, open.len(), &mut out);
                    }
                }
                "}" | "]" => {
                    let tall = open.pop() == Some(true);
                    if !out.ends_with(['{', '[']) {
                        self.edge(tall, pad, open.len(), &mut out);
                    }
                    out.push_str(token);
                }
                "," if open.last() == Some(&true) => {
                    out.push(',');
                    self.line(open.len(), &mut out);
                }
                "," => out.push_str(self.comma),
                ":" => out.push_str(self.colon),
                scalar => out.push_str(scalar),
            }
        }
        out
    }

    /// Behind an opening bracket, or before a closing one.
    fn edge(&self, tall: bool, pad: &str, level: usize, out: &mut String) {
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

/// How long the bracket, comma, colon or scalar is with which a valid text begins.
fn token_length(text: &str) -> usize {
    match text.as_bytes() {
        [b'"', ..] => string::length(text),
        [b'{' | b'}' | b'[' | b']' | b',' | b':', ..] => 1,
        _ => text.find(['}', ']', ',', ' ', '\t', '\n', '\r']).unwrap_or(text.len()),
    }
}

/// Whether a list or object stands among the elements of a list, given what follows its bracket.
fn holds_container(mut elements: &str) -> bool {
    loop {
        match elements.as_bytes() {
            [b'{' | b'[', ..] => return true,
            [b']', ..] | [] => return false,
            _ => {
                let after = elements.get(token_length(elements)..).unwrap_or_default();
                elements = after.trim_start_matches(BLANKS);
            }
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

/// The first list at or below a value that holds scalars alone.
fn first_list_of_scalars(value: Value<'_>) -> Option<Value<'_>> {
    let nodes = value.index..value.json.node(value.index).next;
    let mut values = nodes.map(|index| Value { json: value.json, index });
    values.find(|v| v.kind() == Kind::Array && !v.is_empty() && !v.elements().any(is_container))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pretty_and_compact_are_serde_jsons() {
        let text =
            r#"{"b":[1,{"x":[]}],"a":{"c":"d\"]","e":{}},"f":[["g"],-1.5e3,null,true],"h":[[[]]]}"#;
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let pretty = Layout::pretty().print(&value.to_string());
        assert_eq!(pretty, serde_json::to_string_pretty(&value).unwrap());
        assert_eq!(Layout::compact().print(&pretty), value.to_string());
    }
}
