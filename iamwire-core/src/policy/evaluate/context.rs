//! What a request carries, by condition key.

use std::borrow::Cow;

use super::few::Few;
use super::pattern::fold;

/// A condition key: its text, and the form in which keys are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    text: Box<str>,
    /// Only where it differs from the text.
    folded: Option<Box<str>>,
}

/// The keys that AWS types as sets. (AWS IAM User Guide, 'Multivalued context keys'.)
const MULTIVALUED: [&str; 6] = [
    "aws:tagkeys",
    "sts:transitivetagkeys",
    "aws:principalorgpaths",
    "aws:sourceorgpaths",
    "aws:calledvia",
    "aws:principalservicenameslist",
];

impl Key {
    pub(crate) fn new(text: &str) -> Self {
        let folded = match fold(text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(folded) => Some(folded.into()),
        };
        Self { text: text.into(), folded }
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn folded(&self) -> &str {
        self.folded.as_deref().unwrap_or(&self.text)
    }
}

/// Whether AWS types a key (in lower case) as a set: a list in the request stays one, even of one value.
pub(super) fn is_multivalued(key: &str) -> bool {
    let global = key.starts_with("aws:") || key.starts_with("sts:");
    MULTIVALUED.contains(&key) || !global && key.ends_with(":amr")
}

/// One value of a request: its text, and the form in which it is compared without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestValue(Key);

impl RequestValue {
    pub(crate) fn new(text: &str) -> Self {
        Self(Key::new(text))
    }

    pub(crate) fn text(&self) -> &str {
        self.0.text()
    }

    pub(crate) fn folded(&self) -> &str {
        self.0.folded()
    }
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Its values; none means that it is absent.
    Values(Few<RequestValue>),
    /// It is there, with a value that isn't known.
    UnknownValue,
    /// Not even that is known.
    UnknownPresence,
}

impl Entry {
    /// The values that it has; none, and it is absent.
    pub(crate) fn of<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Values(values.into_iter().map(RequestValue::new).collect())
    }
}

/// What one request says of one key.
#[derive(Debug, Clone, Copy)]
pub(super) enum State<'a> {
    Absent,
    /// At least one value.
    Present(&'a [RequestValue]),
    UnknownValue,
    UnknownPresence,
}

/// What a request carries, by key; each key is there once, without regard to case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Context {
    /// Sorted by the folded key.
    entries: Vec<(Key, Entry)>,
    /// What is known of a key that isn't listed, by how it begins (in lower case); the first that fits.
    presets: Vec<(&'static str, Preset)>,
}

/// What is known of keys that aren't listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preset {
    Absent,
    UnknownPresence,
}

/// A context without any key.
pub(super) static NOTHING: Context = Context { entries: Vec::new(), presets: Vec::new() };

impl Context {
    /// Sets a key, and says whether it is new.
    pub(crate) fn set(&mut self, key: &str, entry: Entry) -> bool {
        let key = Key::new(key);
        match self.find(key.folded()) {
            Ok(at) => {
                if let Some(slot) = self.entries.get_mut(at) {
                    slot.1 = entry;
                }
                false
            }
            Err(at) => {
                self.entries.insert(at, (key, entry));
                true
            }
        }
    }

    /// Says what is known of keys that begin so (in lower case), where nothing was said of them before.
    pub(crate) fn preset(&mut self, prefix: &'static str, preset: Preset) {
        self.presets.push((prefix, preset));
    }

    /// As [`Context::preset`], before what was said.
    pub(crate) fn preset_first(&mut self, prefix: &'static str, preset: Preset) {
        self.presets.insert(0, (prefix, preset));
    }

    /// What is said of a key, given in lower case.
    pub(super) fn state(&self, key: &str) -> State<'_> {
        let entry = self.find(key).ok().and_then(|at| self.entries.get(at));
        match entry.map(|(_, entry)| entry) {
            Some(Entry::Values(values)) if !values.is_empty() => State::Present(values),
            Some(Entry::Values(_)) => State::Absent,
            Some(Entry::UnknownValue) => State::UnknownValue,
            Some(Entry::UnknownPresence) => State::UnknownPresence,
            None => self.preset_of(key),
        }
    }

    fn preset_of(&self, key: &str) -> State<'_> {
        match self.presets.iter().find(|(prefix, _)| key.starts_with(prefix)) {
            Some((_, Preset::UnknownPresence)) => State::UnknownPresence,
            Some((_, Preset::Absent)) | None => State::Absent,
        }
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(own, _)| own.folded().cmp(key))
    }

    /// The keys and what is known of them.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&Key, &Entry)> {
        self.entries.iter().map(|(key, entry)| (key, entry))
    }
}
