//! IP addresses and networks.

/// One address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    V4(u32),
    V6(u128),
}

/// A network: what a policy value holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    base: Address,
    prefix: u32,
}

impl Network {
    /// Reads a policy value. Nothing for one that is unreadable or holds nothing: both match nothing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        if address.contains(':') {
            let base = v6(address)?;
            // "a dotted or mapped literal holds nothing": `v6` reads no dotted one.
            // Reading: mapped by value, however it is written, and with any prefix: all networks
            // within `::ffff:0:0/96`.
            if mapped(base).is_some() {
                return None;
            }
            // Reading: "IPv4: octets may have leading zeros, the prefix a `+`": an IPv6 prefix may
            // have leading zeros, but no `+`.
            let prefix = prefix.map_or(Some(128), |digits| small(digits, 128))?;
            let network = Self { base: Address::V6(base), prefix };
            // "a network with host bits set holds nothing"
            (base & mask6(prefix) == base).then_some(network)
        } else {
            let base = v4(address)?;
            let prefix = prefix
                .map_or(Some(32), |text| small(text.strip_prefix('+').unwrap_or(text), 32))?;
            Some(Self { base: Address::V4(base), prefix })
        }
    }

    pub(super) fn holds(self, address: Address) -> bool {
        match (self.base, address) {
            (Address::V4(base), Address::V4(address)) => {
                base & mask4(self.prefix) == address & mask4(self.prefix)
            }
            (Address::V6(base), Address::V6(address)) => {
                base & mask6(self.prefix) == address & mask6(self.prefix)
            }
            _ => false,
        }
    }
}

impl Address {
    /// Reads a request value.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if !text.contains(':') {
            return v4(text).map(Self::V4);
        }
        // Reading: "`::ffff:` + IPv4, dotted or hex, counts as IPv4; every other dotted tail …
        // unreadable": the dotted form is `::ffff:` as text, its letters in any case, so that
        // `0:0:0:0:0:ffff:1.2.3.4` is unreadable; the hex form goes by value, however it is written.
        if let Some((head, tail)) = text.split_at_checked("::ffff:".len())
            && head.eq_ignore_ascii_case("::ffff:")
            && tail.contains('.')
        {
            return v4(tail).map(Self::V4);
        }
        let address = v6(text)?;
        Some(mapped(address).map_or(Self::V6(address), Self::V4))
    }
}

/// The IPv4 address in `::ffff:0:0/96`.
fn mapped(address: u128) -> Option<u32> {
    (address >> 32 == 0xFFFF).then(|| u32::try_from(address & 0xFFFF_FFFF).unwrap_or(0))
}

fn mask4(prefix: u32) -> u32 {
    u32::MAX.checked_shl(32 - prefix).unwrap_or(0)
}

fn mask6(prefix: u32) -> u128 {
    u128::MAX.checked_shl(128 - prefix).unwrap_or(0)
}

/// A row of digits, at most `most`.
// Reading: "octets may have leading zeros, the prefix a `+`": any number of zeros, in prefixes too.
fn small(digits: &str, most: u32) -> Option<u32> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    let number = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    (number <= most).then_some(number)
}

fn v4(text: &str) -> Option<u32> {
    let octets: Vec<&str> = text.split('.').collect();
    if octets.len() != 4 {
        return None;
    }
    octets.into_iter().try_fold(0, |address, octet| Some(address << 8 | small(octet, 255)?))
}

fn v6(text: &str) -> Option<u128> {
    // "`:::` is `::`, one trailing colon is dropped, one leading colon stands for `0:`"
    // Reading: `:::` is the whole address, not a part of one; one colon is one that is no part of
    // `::`; the quirks hold in policy and request alike.
    let mut text = if text == ":::" { "::".to_owned() } else { text.to_owned() };
    if text.starts_with(':') && !text.starts_with("::") {
        text.insert(0, '0');
    }
    if text.ends_with(':') && !text.ends_with("::") {
        text.pop();
    }
    let groups = match text.split_once("::") {
        None => groups(&text)?,
        Some((before, after)) => {
            let (before, after) = (groups(before)?, groups(after)?);
            // Reading: `::` stands for one group at least.
            let missing = 8_usize.checked_sub(before.len() + after.len()).filter(|n| *n > 0)?;
            let zeros = std::iter::repeat_n(0, missing);
            before.into_iter().chain(zeros).chain(after).collect()
        }
    };
    if groups.len() != 8 {
        return None;
    }
    Some(groups.into_iter().fold(0, |address, group| address << 16 | group))
}

fn groups(text: &str) -> Option<Vec<u128>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    text.split(':')
        .map(|group| {
            // Reading: a group has one to four digits.
            let fits =
                (1..=4).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_hexdigit());
            if fits { u128::from_str_radix(group, 16).ok() } else { None }
        })
        .collect()
}
