use super::text::{lower, same_name};

/// What a request holds for one condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// The key is not there.
    Absent,
    /// The key's values; none is the same as absent.
    Values(Vec<String>),
    /// The key is there, with a value that is not known.
    ValueUnknown,
    /// It is not known whether the key is there.
    PresenceUnknown,
}

/// The condition keys of a request.
#[derive(Debug, Clone, Default)]
pub struct Context {
    given: Vec<(String, Held)>,
    others: Others,
}

/// What holds for a key that is not given.
#[derive(Debug, Clone, Default)]
enum Others {
    #[default]
    Absent,
    /// A token of this issuer.
    WebIdentity(String),
}

/// Issuers of many customers; each has keys that are not listed here.
const SHARED: [&str; 3] =
    ["token.actions.githubusercontent.com", "accounts.google.com", "gitlab.com"];

/// Keys that AWS types as lists.
const MULTIVALUED: [&str; 6] = [
    "aws:tagkeys",
    "sts:transitivetagkeys",
    "aws:principalorgpaths",
    "aws:sourceorgpaths",
    "aws:calledvia",
    "aws:principalservicenameslist",
];

impl Context {
    /// A context in which every key that is not set is absent.
    #[must_use]
    pub fn complete() -> Self {
        Self::default()
    }

    /// A context in which a key that is not set is what a web-identity call makes it.
    pub(super) fn of_web_identity(issuer: &str) -> Self {
        Self { given: Vec::new(), others: Others::WebIdentity(lower(issuer)) }
    }

    /// Sets a key, whatever it held before; names differ by more than case.
    pub fn set(&mut self, key: &str, held: Held) {
        self.given.retain(|(name, _)| !same_name(name, key));
        self.given.push((key.to_owned(), held));
    }

    /// What the request holds for a key.
    #[must_use]
    pub fn held(&self, key: &str) -> Held {
        match self.given.iter().find(|(name, _)| same_name(name, key)) {
            // "A key is absent if it is not in the request or its set is empty."
            Some((_, Held::Values(values))) if values.is_empty() => Held::Absent,
            Some((_, held)) => held.clone(),
            None => match &self.others {
                Others::Absent => Held::Absent,
                Others::WebIdentity(issuer) => held_by_web_identity(&lower(key), issuer),
            },
        }
    }
}

/// What a call with a token of an issuer holds for a key that neither token nor request gives.
fn held_by_web_identity(key: &str, issuer: &str) -> Held {
    // Reading: "Shared issuers here are …, alone or followed by `/`: each other key of theirs is
    // unknown": of a token of theirs; a token of another issuer carries no key of theirs. The four
    // keys of the token's own issuer (`:sub`, `:aud`, `:email`, `:amr`) are set before; of these,
    // one without its claim is absent.
    let shared = SHARED.iter().any(|shared| {
        let of_it = issuer.strip_prefix(shared).is_some_and(|r| r.is_empty() || r.starts_with('/'));
        let key = key.strip_prefix(shared);
        of_it && key.is_some_and(|rest| rest.starts_with(':') || rest.starts_with('/'))
    });
    if shared {
        return Held::PresenceUnknown;
    }
    if !key.starts_with("aws:") && !key.starts_with("sts:") {
        return Held::Absent;
    }
    let absent = key.starts_with("aws:principaltag/")
        || key.starts_with("aws:requesttag/")
        || [
            "aws:principalarn",
            "aws:username",
            "sts:externalid",
            "aws:tagkeys",
            "sts:transitivetagkeys",
            "sts:sourceidentity",
        ]
        .contains(&key);
    // `aws:ResourceTag/KEY` is among those whose presence is unknown.
    if absent { Held::Absent } else { Held::PresenceUnknown }
}

/// Whether AWS types the key as a list.
pub(super) fn is_multivalued(key: &str) -> bool {
    let key = lower(key);
    // Reading: "any key ending in `:amr` outside `aws:` and `sts:`": without case, like any key.
    let amr = key.ends_with(":amr") && !key.starts_with("aws:") && !key.starts_with("sts:");
    amr || MULTIVALUED.contains(&key.as_str())
}
