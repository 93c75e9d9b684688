//! Who asks, and for what: principals and actions, prepared.

use super::Verdict;
use super::context::NOTHING;
use super::few::Few;
use super::value::{Match, PolicyValue};
use crate::json::Value;
use crate::policy::request::{Action, Caller};
use crate::policy::{Effect, PrincipalKind, Statement};

/// The principal of a statement: any value of any kind may match.
#[derive(Debug, Clone)]
pub(super) struct PreparedPrincipal {
    /// A `NotPrincipal`, or a `Principal` that is no map.
    unreadable: bool,
    values: Few<(PrincipalKind, Option<Box<str>>)>,
}

impl PreparedPrincipal {
    pub(super) fn new(statement: Statement<'_>) -> Self {
        let principal = statement.principal();
        let entries = principal.into_iter().flat_map(crate::policy::Principal::entries);
        Self {
            unreadable: !principal.is_some_and(crate::policy::Principal::is_readable),
            values: entries.map(|e| (e.kind, e.value.as_str().map(Into::into))).collect(),
        }
    }

    pub(super) fn test(&self, caller: &Caller, effect: Effect) -> Verdict {
        if self.unreadable {
            return Verdict::Unknown;
        }
        let mut verdict = Verdict::No;
        for (kind, value) in self.values.iter() {
            let own = match value {
                Some(value) => test_value(caller, *kind, value, effect),
                None => Verdict::Unknown,
            };
            match own {
                Verdict::Yes => return Verdict::Yes,
                Verdict::Unknown => verdict = Verdict::Unknown,
                Verdict::No => {}
            }
        }
        verdict
    }
}

fn test_value(caller: &Caller, kind: PrincipalKind, value: &str, effect: Effect) -> Verdict {
    use PrincipalKind::{Aws, CanonicalUser, Federated, Other, Service};
    match (caller, kind) {
        (_, Other) | (Caller::Aws(_), CanonicalUser) => Verdict::Unknown,
        (Caller::Federated(own), Federated) | (Caller::Service(own), Service) => {
            Verdict::from(**own == *value)
        }
        (Caller::Federated(_) | Caller::Service(_), Aws) if effect == Effect::Deny => {
            Verdict::Unknown
        }
        (Caller::Aws(own), Aws) if own.is_named_by(value) => Verdict::Yes,
        (Caller::Aws(_), Aws) if is_unique_id(value) => Verdict::Unknown,
        _ => Verdict::No,
    }
}

/// The id of a principal, as IAM shows it once the principal is gone: `AROA…`, `AIDA…`.
/// (AWS IAM User Guide, 'Unique identifiers'.)
pub(in crate::policy) fn is_unique_id(text: &str) -> bool {
    let (prefix, rest) = text.split_at_checked(4).unwrap_or(("", ""));
    prefix.starts_with('A')
        && prefix.bytes().all(|b| b.is_ascii_alphabetic())
        && rest.len() >= 12
        && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// The actions of a statement: patterns without regard to case; `NotAction` is all others.
#[derive(Debug, Clone)]
pub(super) struct PreparedAction {
    inverted: bool,
    patterns: Few<PolicyValue>,
}

impl PreparedAction {
    pub(super) fn new(statement: Statement<'_>) -> Self {
        let values = statement.action().or(statement.not_action());
        Self {
            inverted: statement.action().is_none(),
            patterns: values
                .into_iter()
                .flat_map(Value::one_or_many)
                .map(PolicyValue::action)
                .collect(),
        }
    }

    pub(super) fn test(&self, action: &Action) -> Verdict {
        let mut unknown = false;
        for pattern in self.patterns.iter() {
            match pattern.fits(&NOTHING, action.folded()) {
                Match::Yes => return Verdict::from(!self.inverted),
                Match::No => {}
                Match::Unknown => unknown = true,
            }
        }
        if unknown { Verdict::Unknown } else { Verdict::from(self.inverted) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_four_letters_and_at_least_twelve_more() {
        assert!(is_unique_id("AROA123456789ABC"));
        assert!(is_unique_id("AIDAJQABLZS4A3QDU576Q"));
        for text in [
            "AROA123456789AB",
            "BROA123456789ABC",
            "A1OA123456789ABC",
            "AROA123456789abc",
            "ARO",
            "",
        ] {
            assert!(!is_unique_id(text), "{text}");
        }
    }
}
