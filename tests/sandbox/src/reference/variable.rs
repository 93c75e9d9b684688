//! Policy variables: `${key}`, `${key, 'default'}`, `${*}`, `${?}`, `${$}`.

use super::context::{Context, Held, is_multivalued};
use super::glob::{Token, literal, wild};

/// A policy value after its variables are put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expanded {
    Pieces(Vec<Piece>),
    /// "That value matches nothing."
    Nothing,
    Unknown,
}

/// A part of an expanded value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text as it stands in the policy, where `*` and `?` may be wildcards.
    Written(String),
    /// Text that a variable gave: literal, never a glob.
    Given(String),
}

/// The text of the pieces.
pub(super) fn text(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Written(text) | Piece::Given(text) => text.as_str(),
        })
        .collect()
}

/// The pattern that the pieces are.
pub(super) fn pattern(pieces: &[Piece]) -> Vec<Token> {
    pieces
        .iter()
        .flat_map(|piece| match piece {
            Piece::Written(text) => wild(text),
            Piece::Given(text) => literal(text),
        })
        .collect()
}

/// Puts the variables of a value in.
pub(super) fn expand(value: &str, context: &Context) -> Expanded {
    // "one malformed variable makes the value unknown whatever else it holds"
    let Some(parts) = split(value) else { return Expanded::Unknown };
    let mut pieces = Vec::new();
    let (mut nothing, mut unknown) = (false, false);
    for part in parts {
        match part {
            Part::Text(text) => pieces.push(Piece::Written(text)),
            Part::Character(text) => pieces.push(Piece::Given(text)),
            // "A multivalued key never expands, not even to its default."
            Part::Key { name, .. } if is_multivalued(&name) => nothing = true,
            Part::Key { name, default } => match (context.held(&name), default) {
                (Held::Absent, Some(default)) => pieces.push(Piece::Given(default)),
                (Held::Absent, None) => nothing = true,
                (Held::Values(values), _) => match values.as_slice() {
                    [value] => pieces.push(Piece::Given(value.clone())),
                    // Reading: several values of a key that is not multivalued: not said, unknown.
                    _ => unknown = true,
                },
                (Held::ValueUnknown | Held::PresenceUnknown, _) => unknown = true,
            },
        }
    }
    // Reading: "Key absent and no default: that value matches nothing": also where another variable
    // of it is unknown, since whatever that one holds the value matches nothing.
    if nothing {
        Expanded::Nothing
    } else if unknown {
        Expanded::Unknown
    } else {
        Expanded::Pieces(pieces)
    }
}

enum Part {
    Text(String),
    /// `${*}`, `${?}`, `${$}`
    Character(String),
    Key {
        name: String,
        default: Option<String>,
    },
}

/// Splits a value at its variables; nothing if one is malformed.
fn split(value: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        parts.push(Part::Text(before.to_owned()));
        let end = after.find(|c| !is_name(c))?;
        let (name, after) = after.split_at_checked(end)?;
        if name.is_empty() {
            return None;
        }
        let is_character = matches!(name, "*" | "?" | "$");
        if let Some(after) = after.strip_prefix('}') {
            parts.push(if is_character {
                Part::Character(name.to_owned())
            } else {
                Part::Key { name: name.to_owned(), default: None }
            });
            rest = after;
            continue;
        }
        // Reading: "any blanks after the comma": those of `\s`; none before it or elsewhere.
        let after = after.strip_prefix(',')?.trim_start_matches(is_blank);
        // Reading: a default is `[^']*`; `}` and `${` in it are text.
        let (default, after) = after.strip_prefix('\'')?.split_once('\'')?;
        rest = after.strip_prefix('}')?;
        // Reading: `${*}`, `${?}`, `${$}` take no default: `${*, 'x'}` is malformed.
        if is_character {
            return None;
        }
        parts.push(Part::Key { name: name.to_owned(), default: Some(default.to_owned()) });
    }
    parts.push(Part::Text(rest.to_owned()));
    Some(parts)
}

/// `[^\s'"{},]`
fn is_name(c: char) -> bool {
    !is_blank(c) && !matches!(c, '\'' | '"' | '{' | '}' | ',')
}

/// `\s`
fn is_blank(c: char) -> bool {
    // Reading: `\s` is the six ASCII characters of Java's.
    matches!(c, ' ' | '\t' | '\n' | '\u{B}' | '\u{C}' | '\r')
}
