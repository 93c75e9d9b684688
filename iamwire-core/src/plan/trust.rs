//! [`TrustEdit`]: what a plan does to a trust policy, so that it can be done again on another one.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::policy::Bearing;
use crate::{EditError, Finding, Grant, TrustPolicy};

/// What is done to a trust policy. It is kept beside the outcome: if the document is another one by then,
/// the same is done to that.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrustEdit {
    /// Grants are added; what is there stays.
    Grant(Vec<Grant>),
    /// Exactly these grants are taken out.
    Revoke(Vec<Grant>),
    /// Another document takes its place.
    Replace(TrustPolicy),
}

/// The outcome of a [`TrustEdit`].
#[derive(Debug)]
pub(crate) struct TrustEdited {
    /// The policy.
    pub(crate) policy: TrustPolicy,
    /// What the edits say of themselves.
    pub(crate) notices: Vec<Finding>,
    /// Each grant that is not as it should be in spite of the edit: one that Deny statements still refuse,
    /// or one that other statements still allow.
    pub(crate) bypassed: Vec<(Grant, Vec<Bearing>)>,
}

impl TrustEdit {
    /// Does it. It fails as [`TrustPolicy::grant`] and [`TrustPolicy::revoke`] do.
    pub(crate) fn on(&self, policy: &TrustPolicy) -> Result<TrustEdited, EditError> {
        let mut edited =
            TrustEdited { policy: policy.clone(), notices: Vec::new(), bypassed: Vec::new() };
        let (grants, adds) = match self {
            Self::Grant(grants) => (grants, true),
            Self::Revoke(grants) => (grants, false),
            Self::Replace(other) => {
                if !policy.means_same(other) {
                    edited.policy = other.clone();
                }
                return Ok(edited);
            }
        };
        for grant in grants {
            let policy = &edited.policy;
            let edit = if adds { policy.grant(grant)? } else { policy.revoke(grant)? };
            edited.notices.extend_from_slice(edit.notices());
            let bearings = if adds { edit.blocked_by() } else { edit.still_allowed_by() };
            if !bearings.is_empty() {
                edited.bypassed.push((grant.clone(), bearings.to_vec()));
            }
            edited.policy = edit.into_policy();
        }
        Ok(edited)
    }

    /// The grants that are added or taken out.
    pub(crate) fn grants(&self) -> &[Grant] {
        match self {
            Self::Grant(grants) | Self::Revoke(grants) => grants,
            Self::Replace(_) => &[],
        }
    }
}

/// `{"grant": ["…"]}`, `{"revoke": ["…"]}` or `{"replace": true}`: the document stands beside it.
impl Serialize for TrustEdit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        let texts = |grants: &[Grant]| grants.iter().map(Grant::to_string).collect::<Vec<_>>();
        match self {
            Self::Grant(grants) => map.serialize_entry("grant", &texts(grants))?,
            Self::Revoke(grants) => map.serialize_entry("revoke", &texts(grants))?,
            Self::Replace(_) => map.serialize_entry("replace", &true)?,
        }
        map.end()
    }
}
