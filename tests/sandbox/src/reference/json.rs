//! A plain recursive reader of JSON that keeps numbers as written and refuses duplicate keys.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::str::Chars;

use super::Unreadable;

/// How deep objects and lists may be nested in a document.
pub const NESTING: usize = 128;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A string, its escapes read.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// An object, its members in order.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// Reads one JSON text.
    ///
    /// # Errors
    /// Anything that RFC 8259 does not allow, a byte order mark, duplicate keys, a lone surrogate,
    /// and nesting over `limit`.
    pub fn parse(text: &str, limit: usize) -> Result<Self, Unreadable> {
        let mut reader = Reader { rest: text.chars().peekable(), limit };
        let value = reader.value(0)?;
        reader.blanks();
        match reader.rest.next() {
            None => Ok(value),
            Some(other) => Err(Unreadable::new(format!("`{other}` after the end of the JSON"))),
        }
    }

    /// The member of an object.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => {
                members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The text of a string, of a number as written, or of a boolean.
    #[must_use]
    pub fn scalar(&self) -> Option<String> {
        match self {
            Self::String(text) | Self::Number(text) => Some(text.clone()),
            Self::Bool(flag) => Some(flag.to_string()),
            Self::Null | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// The values of one-or-a-list.
    pub(super) fn one_or_list(&self) -> &[Self] {
        match self {
            Self::Array(items) => items,
            one => std::slice::from_ref(one),
        }
    }

    /// How deep objects and lists are nested; a scalar is 0.
    pub(super) fn nesting(&self) -> usize {
        match self {
            Self::Array(items) => 1 + items.iter().map(Self::nesting).max().unwrap_or(0),
            Self::Object(members) => {
                1 + members.iter().map(|(_, value)| value.nesting()).max().unwrap_or(0)
            }
            _ => 0,
        }
    }
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    limit: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Value, Unreadable> {
        self.blanks();
        match self.rest.peek() {
            Some('{') => self.object(depth + 1),
            Some('[') => self.array(depth + 1),
            Some('"') => self.string().map(Value::String),
            Some('t') => self.word("true", Value::Bool(true)),
            Some('f') => self.word("false", Value::Bool(false)),
            Some('n') => self.word("null", Value::Null),
            Some('-' | '0'..='9') => self.number(),
            Some(other) => Err(Unreadable::new(format!("`{other}` where JSON needs a value"))),
            None => Err(Unreadable::new("the JSON ends early")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Unreadable> {
        self.nest(depth)?;
        self.expect('{')?;
        let mut members = Vec::new();
        let mut seen = BTreeSet::new();
        self.blanks();
        if self.take('}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.blanks();
            let key = self.string()?;
            if !seen.insert(key.clone()) {
                return Err(Unreadable::new(format!("duplicate key `{key}`")));
            }
            self.blanks();
            self.expect(':')?;
            members.push((key, self.value(depth)?));
            self.blanks();
            if self.take('}') {
                return Ok(Value::Object(members));
            }
            self.expect(',')?;
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Unreadable> {
        self.nest(depth)?;
        self.expect('[')?;
        let mut items = Vec::new();
        self.blanks();
        if self.take(']') {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.blanks();
            if self.take(']') {
                return Ok(Value::Array(items));
            }
            self.expect(',')?;
        }
    }

    fn nest(&self, depth: usize) -> Result<(), Unreadable> {
        if depth > self.limit {
            return Err(Unreadable::new(format!("nested deeper than {}", self.limit)));
        }
        Ok(())
    }

    fn string(&mut self) -> Result<String, Unreadable> {
        self.expect('"')?;
        let mut text = String::new();
        loop {
            match self.rest.next() {
                None => return Err(Unreadable::new("a string does not end")),
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some(control) if control < ' ' => {
                    return Err(Unreadable::new("a control character in a string"));
                }
                Some(other) => text.push(other),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Unreadable> {
        match self.rest.next() {
            Some('"') => Ok('"'),
            Some('\\') => Ok('\\'),
            Some('/') => Ok('/'),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('u') => self.unicode(),
            _ => Err(Unreadable::new("an unknown escape in a string")),
        }
    }

    fn unicode(&mut self) -> Result<char, Unreadable> {
        let first = self.four_digits()?;
        let code = if (0xD800..0xDC00).contains(&first) {
            self.expect('\\')?;
            self.expect('u')?;
            let second = self.four_digits()?;
            if !(0xDC00..0xE000).contains(&second) {
                return Err(Unreadable::new("a lone surrogate in a string"));
            }
            0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
        } else {
            first
        };
        char::from_u32(code).ok_or_else(|| Unreadable::new("a lone surrogate in a string"))
    }

    fn four_digits(&mut self) -> Result<u32, Unreadable> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.rest.next().and_then(|c| c.to_digit(16));
            code = code * 16 + digit.ok_or_else(|| Unreadable::new("a broken \\u escape"))?;
        }
        Ok(code)
    }

    fn number(&mut self) -> Result<Value, Unreadable> {
        let mut text = String::new();
        self.copy(&mut text, |c| c == '-');
        if self.copy(&mut text, |c| c == '0') == 0 {
            self.digits(&mut text)?;
        }
        if self.copy(&mut text, |c| c == '.') == 1 {
            self.digits(&mut text)?;
        }
        if self.copy(&mut text, |c| c == 'e' || c == 'E') == 1 {
            self.copy(&mut text, |c| c == '+' || c == '-');
            self.digits(&mut text)?;
        }
        Ok(Value::Number(text))
    }

    /// Copies one character that fits, and says how many (0 or 1).
    fn copy(&mut self, text: &mut String, fits: impl Fn(char) -> bool) -> usize {
        match self.rest.next_if(|c| fits(*c)) {
            Some(c) => {
                text.push(c);
                1
            }
            None => 0,
        }
    }

    fn digits(&mut self, text: &mut String) -> Result<(), Unreadable> {
        let mut count = 0;
        while self.copy(text, |c| c.is_ascii_digit()) == 1 {
            count += 1;
        }
        if count == 0 { Err(Unreadable::new("a number lacks a digit")) } else { Ok(()) }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Unreadable> {
        for c in word.chars() {
            self.expect(c)?;
        }
        Ok(value)
    }

    fn blanks(&mut self) {
        while self.rest.next_if(|c| matches!(c, ' ' | '\t' | '\n' | '\r')).is_some() {}
    }

    fn take(&mut self, wanted: char) -> bool {
        self.rest.next_if_eq(&wanted).is_some()
    }

    fn expect(&mut self, wanted: char) -> Result<(), Unreadable> {
        match self.rest.next() {
            Some(c) if c == wanted => Ok(()),
            Some(c) => Err(Unreadable::new(format!("`{c}` where JSON needs `{wanted}`"))),
            None => Err(Unreadable::new("the JSON ends early")),
        }
    }
}
