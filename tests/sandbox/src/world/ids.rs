//! Ids and times, as AWS and Kubernetes write them; the same run gives the same ids.

use crate::reference::date;

/// A source of ids: a counter, scattered.
#[derive(Debug, Default)]
pub(super) struct Ids(u64);

impl Ids {
    fn next(&mut self) -> u64 {
        self.0 += 1;
        scatter(self.0)
    }

    /// A unique id of IAM: four letters that tell the kind, and 17 of base32.
    pub(super) fn unique(&mut self, kind: &str) -> String {
        unique(kind, self.next())
    }

    /// A random-looking UUID (version 4).
    pub(super) fn uuid(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        let (first, second, third) = (a >> 32, a >> 16 & 0xFFFF, a & 0xFFF);
        let (fourth, fifth) = (b >> 48 & 0x3FFF | 0x8000, b & 0xFFFF_FFFF_FFFF);
        format!("{first:08x}-{second:04x}-4{third:03x}-{fourth:04x}-{fifth:012x}")
    }

    /// A long text of letters and digits: a secret of a session.
    pub(super) fn secret(&mut self, length: usize) -> String {
        let mut text = String::new();
        while text.len() < length {
            text.push_str(&unique("", self.next()));
        }
        text.truncate(length);
        text
    }
}

/// The unique id that belongs to a name, always the same.
pub(super) fn unique_of(kind: &str, name: &str) -> String {
    let hash = name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    unique(kind, scatter(hash))
}

fn unique(kind: &str, mut bits: u64) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = kind.to_owned();
    for place in 0..17 {
        let digit = usize::try_from(bits & 31).unwrap_or(0);
        text.push(DIGITS.get(digit).copied().map_or('A', char::from));
        bits = if place == 11 { scatter(bits ^ 0x5EED) } else { bits >> 5 };
    }
    text
}

/// `SplitMix64`.
fn scatter(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
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
        let (mut one, mut two) = (Ids::default(), Ids::default());
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
