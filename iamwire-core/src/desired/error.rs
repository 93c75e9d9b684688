//! The error of what is wanted: bindings that contradict each other, or AWS.

use super::Binding;
use crate::Refusal;

/// Bindings that can't be had, whatever is there. Nothing was called.
///
/// `Display` names both bindings where two contradict each other; [`miette::Diagnostic`] adds a stable
/// code and the help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DesiredError {
    /// Two bindings want different things of one cluster.
    #[error("{0}")]
    Cluster(Refusal),
    /// Two bindings want different things of one role.
    #[error("{0}")]
    Role(Refusal),
    /// Two bindings want different things of one service account.
    #[error("{0}")]
    Account(Refusal),
    /// More than AWS takes.
    #[error("{0}")]
    Quota(Refusal),
    /// A value that is valid and that AWS refuses in this place.
    #[error("{0}")]
    Value(Refusal),
}

impl DesiredError {
    /// The stable code, for instance `desired.role-path`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.refusal().code()
    }

    /// The next step.
    #[must_use]
    pub fn help(&self) -> &str {
        self.refusal().help()
    }

    fn refusal(&self) -> &Refusal {
        match self {
            Self::Cluster(r)
            | Self::Role(r)
            | Self::Account(r)
            | Self::Quota(r)
            | Self::Value(r) => r,
        }
    }
}

crate::error::diagnostic!(DesiredError);

/// Two bindings, the earlier first, in the words of a message.
pub(super) fn both(earlier: &Binding, later: &Binding) -> String {
    format!("{earlier} and {later}")
}
