//! Ids and times, as AWS and Kubernetes write them; the same run gives the same ids.

use aws_lc_rs::digest::{Digest, SHA256, digest};

use crate::reference::date;

/// A source of ids: a seed and a counter, hashed.
#[derive(Debug, Default)]
pub(super) struct Ids(String, u64);

impl Ids {
    pub(super) fn of(seed: &str) -> Self {
        Self(seed.to_owned(), 0)
    }

    fn next(&mut self) -> Digest {
        self.1 += 1;
        digest(&SHA256, format!("{} {}", self.0, self.1).as_bytes())
    }

    /// A unique id of IAM: four letters that tell the kind, and 17 of base32.
    pub(super) fn unique(&mut self, kind: &str) -> String {
        unique(kind, &self.next())
    }

    /// A random-looking UUID (version 4).
    pub(super) fn uuid(&mut self) -> String {
        let text = hex(self.next().as_ref());
        let part = |from, to| text.get(from..to).unwrap_or_default();
        let (version, variant) = (format!("4{}", part(12, 15)), format!("a{}", part(15, 18)));
        [part(0, 8), part(8, 12), &version, &variant, part(18, 30)].join("-")
    }

    /// A long text of letters and digits: a secret of a session.
    pub(super) fn secret(&mut self, length: usize) -> String {
        let parts = std::iter::repeat_with(|| unique("", &self.next()));
        parts.take(length / 17 + 1).collect::<String>().chars().take(length).collect()
    }
}

/// The unique id that belongs to a name, always the same.
pub(super) fn unique_of(kind: &str, name: &str) -> String {
    unique(kind, &digest(&SHA256, name.as_bytes()))
}

fn unique(kind: &str, hash: &Digest) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digits = hash.as_ref().iter().take(17);
    let digits = digits.filter_map(|byte| DIGITS.get(usize::from(byte & 31)));
    kind.chars().chain(digits.map(|digit| char::from(*digit))).collect()
}

/// Bytes in lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// Milliseconds since 1970 as `2026-08-01T12:00:00Z`.
pub(super) fn timestamp(milliseconds: i64) -> String {
    date::format(milliseconds.div_euclid(1000)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_forms_and_repeat_in_a_second_run() {
        let (mut one, mut two) = (Ids::of("a"), Ids::of("a"));
        assert_eq!(one.unique("AROA"), two.unique("AROA"));
        assert_ne!(one.unique("AROA"), one.unique("AROA"));
        assert_eq!(one.unique("AROA").len(), 21);
        let uuid = one.uuid();
        let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
        assert_eq!(one.secret(40).len(), 40);
        assert_eq!(unique_of("AIDA", "alice"), unique_of("AIDA", "alice"));
        assert_eq!(timestamp(1_785_585_600_999), "2026-08-01T12:00:00Z");
    }
}
