//! The error of planning: what is refused before any write.

use crate::error::{printable, quoted};
use crate::{EditError, Refusal, Role, Sight, Unseen};

/// What is wanted can't be had as things are. Nothing was written.
///
/// `Display` names the resource; [`miette::Diagnostic`] adds a stable code and the help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Something that the plan depends on could not be seen.
    #[error("{0}")]
    NotSeen(Refusal),
    /// A cluster is missing, not ready, without an issuer, or elsewhere.
    #[error("{0}")]
    Cluster(Refusal),
    /// A provider would have more than IAM takes.
    #[error("{0}")]
    Provider(Refusal),
    /// A role is somebody else's, or can't be made as it is wanted.
    #[error("{0}")]
    Role(Refusal),
    /// A role's trust policy can't be changed as it must be.
    #[error("{0}")]
    Trust(Refusal, #[source] Option<Box<EditError>>),
    /// A managed policy is missing, elsewhere, or one too many.
    #[error("{0}")]
    Policy(Refusal),
    /// A namespace is missing or going.
    #[error("{0}")]
    Namespace(Refusal),
    /// A service account's annotation is somebody else's.
    #[error("{0}")]
    Account(Refusal),
}

impl PlanError {
    /// The stable code, for instance `plan.role-foreign`.
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
            Self::NotSeen(r)
            | Self::Cluster(r)
            | Self::Provider(r)
            | Self::Role(r)
            | Self::Trust(r, _)
            | Self::Policy(r)
            | Self::Namespace(r)
            | Self::Account(r) => r,
        }
    }
}

crate::error::diagnostic!(PlanError);

/// What was seen, or that it is absent; an error if that can't be told.
pub(super) fn look<'a, T>(
    sight: Option<&'a Sight<T>>,
    what: &str,
    name: &str,
) -> Result<Option<&'a T>, PlanError> {
    let unseen = |code, how: &str, why: &Unseen| {
        let message = format!(
            "{what} {} {how}: {} of {}: {}",
            quoted(name),
            why.operation,
            quoted(&why.resource),
            why.message
        );
        Err(PlanError::NotSeen(Refusal::new(code, printable(&message), printable(&why.help))))
    };
    match sight {
        Some(Sight::Seen(seen)) => Ok(Some(seen)),
        Some(Sight::Absent) => Ok(None),
        Some(Sight::Forbidden(why)) => unseen("plan.forbidden", "may not be seen", why),
        Some(Sight::Unreachable(why)) => unseen("plan.unreachable", "could not be seen", why),
        None => {
            let message = format!("{what} {} was not looked at", quoted(name));
            let help = "observe what is desired before planning it";
            Err(PlanError::NotSeen(Refusal::new("plan.not-observed", message, help)))
        }
    }
}

/// An edit of a role's trust policy that can't be done.
pub(super) fn refused(role: &Role, error: EditError) -> PlanError {
    let message =
        format!("the trust policy of role {} can't be changed", quoted(role.name().as_str()));
    let refusal = Refusal::new("plan.trust", message, error.help().to_owned());
    PlanError::Trust(refusal, Some(Box::new(error)))
}
