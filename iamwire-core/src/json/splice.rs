//! Changes of a JSON text that leave every other byte as it was.

use std::ops::Range;

use super::print::Habits;
use super::{Json, Kind, Layout, Member, Value, quoted};

/// Changes of a document or of one value in it, collected against its text and made in one go.
///
/// What is inserted copies the white space of its neighbours. The changes must not overlap.
#[derive(Debug)]
pub(crate) struct Splices<'a> {
    root: Value<'a>,
    /// The bytes that the text with the changes made begins and ends with.
    span: Range<usize>,
    list: Vec<(Range<usize>, String)>,
    habits: Habits<'a>,
}

impl<'a> Splices<'a> {
    pub(crate) fn new(json: &'a Json) -> Self {
        Self { span: 0..json.as_str().len(), ..Self::within(json.root()) }
    }

    /// For the text of one value, without what stands around it.
    pub(crate) fn within(root: Value<'a>) -> Self {
        Self { root, span: root.span(), list: Vec::new(), habits: Habits::of(root) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The text with the changes made.
    pub(crate) fn finish(mut self) -> String {
        self.list.sort_by_key(|(at, _)| (at.start, at.end));
        let text = self.text();
        let added: usize = self.list.iter().map(|(_, with)| with.len()).sum();
        let mut out = String::with_capacity(self.span.len() + added);
        let mut done = self.span.start;
        for (at, with) in &self.list {
            out.push_str(text.get(done..at.start).unwrap_or_default());
            out.push_str(with);
            done = done.max(at.end);
        }
        out.push_str(text.get(done..self.span.end).unwrap_or_default());
        out
    }

    /// Puts a string in the place of a scalar or key.
    pub(crate) fn replace_string(&mut self, old: Value<'_>, new: &str) {
        self.list.push((old.span(), quoted(new)));
    }

    /// Puts a value, given as compact JSON, in the place of another.
    pub(crate) fn replace(&mut self, old: Value<'_>, parent: Value<'_>, new: &str) {
        self.list.push((old.span(), self.laid_out(old, parent, new)));
    }

    /// Makes of a value that is no list a list of it and of new ones, given as compact JSON.
    fn extend_to_list(&mut self, old: Value<'_>, parent: Value<'_>, new: &[impl AsRef<str>]) {
        let layout = self.beside(old, parent);
        let mut more = String::new();
        for value in new.iter().map(AsRef::as_ref) {
            more.push_str(layout.comma());
            more.push_str(&self.laid_out(old, parent, value));
        }
        more.push(']');
        let span = old.span();
        self.list.push((span.start..span.start, "[".to_owned()));
        self.list.push((span.end..span.end, more));
    }

    /// Adds values, given as compact JSON, to one or a list.
    pub(crate) fn extend(&mut self, old: Value<'_>, parent: Value<'_>, new: &[impl AsRef<str>]) {
        if old.kind() != Kind::Array {
            return self.extend_to_list(old, parent, new);
        }
        let Some(last) = old.elements().last() else {
            let at = old.span().start + 1;
            let new: Vec<&str> = new.iter().map(AsRef::as_ref).collect();
            self.list.push((at..at, new.join(",")));
            return;
        };
        let separator = self.separator(old);
        let laid_out = |value| [separator.as_str(), &self.laid_out(last, old, value)].concat();
        let at = last.span().end;
        self.list.push((at..at, new.iter().map(AsRef::as_ref).map(laid_out).collect()));
    }

    /// Adds a member with a value given as compact JSON to an object: behind `after`, or as the last.
    pub(crate) fn insert_member(
        &mut self,
        object: Value<'_>,
        after: Option<Member<'_>>,
        name: &str,
        new: &str,
    ) {
        let Some(last) = object.members().last() else {
            let at = object.span().start + 1;
            let layout = self.beside(object, object);
            self.list
                .push((at..at, format!("{}{}{}", quoted(name), layout.colon(), layout.print(new))));
            return;
        };
        let after = after.unwrap_or(last);
        let colon = self.text().get(after.key.span().end..after.value.span().start).unwrap_or(":");
        let separator = self.separator(object);
        let at = after.value.span().end;
        let value = self.laid_out(after.value, object, new);
        let member = [separator.as_str(), &quoted(name), colon, &value].concat();
        self.list.push((at..at, member));
    }

    /// Takes children out of a list or object, with the commas that they leave over.
    pub(crate) fn remove(&mut self, parent: Value<'_>, gone: impl Fn(Value<'_>) -> bool) {
        let inner = parent.span();
        let mut children = parent.children().map(|(child, span)| (gone(child), span)).peekable();
        let front = children.peek().map_or(inner.start + 1, |(_, first)| first.start);
        let Some((_, kept)) = children.by_ref().find(|(gone, _)| !gone) else {
            self.list.push((inner.start + 1..inner.end - 1, String::new()));
            return;
        };
        if front < kept.start {
            self.list.push((front..kept.start, String::new()));
        }
        let mut end = kept.end;
        for (gone, span) in children {
            if gone {
                self.list.push((end..span.end, String::new()));
            }
            end = span.end;
        }
    }

    /// Adds a copy of an element behind it, given as it shall stand; of what is no list makes one.
    pub(crate) fn insert_copy(&mut self, list: Value<'_>, of: Value<'_>, copy: &str) {
        let at = of.span().end;
        if list.kind() == Kind::Array {
            let separator = self.separator(list);
            self.list.push((at..at, [&separator, copy].concat()));
        } else {
            let start = of.span().start;
            let comma = if of.leading_blanks().is_empty() { "," } else { ", " };
            self.list.push((start..start, "[".to_owned()));
            self.list.push((at..at, [comma, copy, "]"].concat()));
        }
    }

    /// A value given as compact JSON, as it stands beside `neighbour` or in its place.
    fn laid_out(&self, neighbour: Value<'_>, parent: Value<'_>, compact: &str) -> String {
        if is_scalar(compact) {
            return compact.to_owned();
        }
        self.beside(neighbour, parent).print(compact)
    }

    fn beside<'v>(&self, neighbour: Value<'v>, parent: Value<'v>) -> Layout<'v>
    where
        'a: 'v,
    {
        Layout::beside(neighbour, parent, &self.habits)
    }

    /// The text of the whole document.
    fn text(&self) -> &'a str {
        self.root.json.as_str()
    }

    /// What stands between two children, or would.
    fn separator(&self, parent: Value<'_>) -> String {
        let mut children = parent.child_spans();
        match (children.next(), children.next()) {
            (Some(first), Some(second)) => {
                self.text().get(first.end..second.start).unwrap_or(",").to_owned()
            }
            (Some(_), None) if parent.leading_blanks().contains('\n') => {
                format!(",{}", parent.leading_blanks())
            }
            _ => parent
                .elements()
                .next()
                .map_or_else(|| self.beside(parent, parent), |only| self.beside(only, parent))
                .comma()
                .to_owned(),
        }
    }
}

fn is_scalar(compact: &str) -> bool {
    !compact.starts_with(['{', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(text: &str, change: impl Fn(&mut Splices<'_>, Value<'_>)) -> String {
        let json = Json::parse(text).unwrap();
        let mut splices = Splices::new(&json);
        change(&mut splices, json.root());
        splices.finish()
    }

    #[test]
    fn removal_takes_one_comma_with_it() {
        for (gone, left) in [
            (vec!["a"], "[ \"b\" , \"c\" ]"),
            (vec!["b"], "[ \"a\" , \"c\" ]"),
            (vec!["c"], "[ \"a\", \"b\" ]"),
            (vec!["a", "b"], "[ \"c\" ]"),
            (vec!["b", "c"], "[ \"a\" ]"),
            (vec!["a", "c"], "[ \"b\" ]"),
            (vec!["a", "b", "c"], "[]"),
        ] {
            let after = changed("[ \"a\", \"b\" , \"c\" ]", |s, root| {
                s.remove(root, |v| gone.iter().any(|g| v.as_str().as_deref() == Some(g)));
            });
            assert_eq!(after, left, "{gone:?}");
        }
    }

    #[test]
    fn insertions_copy_their_neighbours() {
        let pretty = "{\n  \"a\" : {\n    \"x\" : 1\n  }\n}";
        let after =
            changed(pretty, |s, root| s.insert_member(root, None, "b", "{\"y\":[\"z\",\"w\"]}"));
        assert_eq!(
            after,
            "{\n  \"a\" : {\n    \"x\" : 1\n  },\n  \"b\" : {\n    \"y\" : [\"z\", \"w\"]\n  }\n}"
        );

        let hugged = "[{\r\n\t\"x\": 1\r\n}]";
        let after =
            changed(hugged, |s, root| s.extend(root, root, &["{\"y\":{\"z\":2}}".to_owned()]));
        assert_eq!(after, "[{\r\n\t\"x\": 1\r\n}, {\r\n\t\"y\": {\r\n\t\t\"z\": 2\r\n\t}\r\n}]");

        let after = changed("{\"a\":\"x\"}", |s, root| {
            s.extend_to_list(root.member("a").unwrap(), root, &["\"y\"".to_owned()]);
        });
        assert_eq!(after, "{\"a\":[\"x\",\"y\"]}");
    }
}
