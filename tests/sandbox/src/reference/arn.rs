//! ARNs under `ArnEquals`, `ArnLike` and their negations.

use super::glob::{Token, literal, matches};

/// An ARN value of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    /// A lone `*`.
    Any,
    /// Six parts.
    Parts(Vec<Vec<Token>>),
}

const COLON: Token = Token::Unit(0x3A);

impl Pattern {
    /// Splits an expanded value at its first five colons; nothing if it is unreadable.
    pub(super) fn split(value: &[Token]) -> Option<Self> {
        // Reading: "A lone `*` matches any ARN": one written in the policy; a lone `${*}`, or a
        // variable whose value is `*`, is literal and so no ARN.
        if value == [Token::Run] {
            return Some(Self::Any);
        }
        let parts: Vec<Vec<Token>> =
            value.splitn(6, |token| *token == COLON).map(<[Token]>::to_vec).collect();
        // "not six parts of which the first is `arn`"
        let readable = parts.len() == 6 && parts.first() == Some(&literal("arn"));
        readable.then_some(Self::Parts(parts))
    }

    /// Whether the parts of a request value match, each by itself.
    pub(super) fn matches(&self, request: &[Vec<u16>]) -> bool {
        match self {
            Self::Any => true,
            Self::Parts(parts) => {
                parts.iter().zip(request).all(|(pattern, part)| matches(pattern, part))
            }
        }
    }
}

/// The six parts of a request value; nothing if it is unreadable.
pub(super) fn split(request: &str) -> Option<Vec<Vec<u16>>> {
    // Reading: "Unreadable: no lone `*`, and not six parts of which the first is `arn`": the lone
    // `*` is said of policy values; as a request value `*` is no ARN.
    let parts: Vec<&str> = request.splitn(6, ':').collect();
    if parts.len() != 6 || parts.first() != Some(&"arn") {
        return None;
    }
    Some(parts.into_iter().map(|part| part.encode_utf16().collect()).collect())
}
