//! Whether a change is seen to be made.

use std::collections::BTreeMap;

use super::{Change, Thing};
use crate::{Observed, SeenAccount, SeenProvider, SeenRole, Sight};

impl Change {
    /// Whether all that it makes is there, or what it takes away is not. What could not be looked at is not
    /// seen.
    pub(crate) fn is_seen(&self, observed: &Observed) -> bool {
        match self.thing() {
            Thing::Role(role) => match observed.roles.get(role.name()) {
                Some(Sight::Seen(seen)) => seen.arn == *role && self.is_on_role(seen),
                Some(Sight::Absent) => matches!(
                    self,
                    Self::DetachPolicy { .. }
                        | Self::DeleteInlinePolicy { .. }
                        | Self::DeleteRole { .. }
                ),
                _ => false,
            },
            Thing::Provider(provider) => match observed.providers.get(provider) {
                Some(Sight::Seen(seen)) => self.is_on_provider(seen),
                Some(Sight::Absent) => matches!(self, Self::DeleteProvider { .. }),
                _ => false,
            },
            Thing::Namespace(cluster, namespace) => {
                let here = observed.namespaces.get(cluster);
                here.and_then(|all| all.get(namespace)?.seen()).is_some()
            }
            Thing::Account(cluster, account) => {
                match observed.accounts.get(cluster).and_then(|all| all.get(account)) {
                    Some(Sight::Seen(seen)) => self.is_on_account(seen),
                    Some(Sight::Absent) => {
                        matches!(self, Self::DeleteAccount { .. } | Self::RemoveAnnotations { .. })
                    }
                    _ => false,
                }
            }
        }
    }

    fn is_on_role(&self, seen: &SeenRole) -> bool {
        match self {
            // With the mark, which is among the tags, and perhaps with what others were granted since.
            Self::CreateRole { trust, tags, .. } => {
                let there = seen.trust.grants();
                let is_there =
                    |grant: &crate::Granted| there.iter().any(|other| other.grant == grant.grant);
                has(&seen.tags, tags) && trust.grants().iter().all(is_there)
            }
            Self::UpdateRole { description, max_session_duration, .. } => {
                seen.description == *description
                    && seen.max_session_duration == *max_session_duration
            }
            Self::PutBoundary { boundary, .. } => seen.boundary.as_ref() == Some(boundary),
            Self::UpdateTrust { edit, .. } => {
                let edited = edit.on(&seen.trust);
                edited.is_ok_and(|edited| edited.policy.as_str() == seen.trust.as_str())
            }
            Self::TagRole { tags, .. } => has(&seen.tags, tags),
            Self::AttachPolicy { policy, .. } => {
                seen.attached.seen().is_some_and(|attached| attached.contains(policy))
            }
            Self::DetachPolicy { policy, .. } => {
                seen.attached.seen().is_some_and(|attached| !attached.contains(policy))
            }
            Self::PutInlinePolicy { name, document, .. } => {
                let there = seen.inline.seen().and_then(|inline| inline.get(name)?.as_ref());
                there == Some(document)
            }
            Self::DeleteInlinePolicy { name, .. } => {
                seen.inline.seen().is_some_and(|inline| !inline.contains_key(name))
            }
            _ => false,
        }
    }

    fn is_on_provider(&self, seen: &SeenProvider) -> bool {
        match self {
            Self::CreateProvider { audiences, tags, .. } => {
                has(&seen.tags, tags) && audiences.iter().all(|one| seen.audiences.contains(one))
            }
            Self::AddAudience { audience, .. } => seen.audiences.contains(audience),
            Self::SetThumbprints { thumbprints, .. } => {
                thumbprints.iter().all(|one| seen.thumbprints.iter().any(|t| t == one.as_str()))
            }
            _ => false,
        }
    }

    fn is_on_account(&self, seen: &SeenAccount) -> bool {
        match self {
            Self::CreateAccount { annotations, labels, .. } => {
                has(&seen.annotations, annotations) && has(&seen.labels, labels)
            }
            Self::ApplyAccount { annotations, labels, was, .. } => {
                let goes = |key: &&String| !annotations.contains_key(*key);
                has(&seen.annotations, annotations)
                    && has(&seen.labels, labels)
                    && !was.keys().filter(goes).any(|key| seen.annotations.contains_key(key))
            }
            Self::RemoveAnnotations { removed, .. } => {
                !removed.keys().any(|key| seen.annotations.contains_key(key))
            }
            _ => false,
        }
    }
}

/// Whether what is there has all that is wanted.
fn has(there: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) -> bool {
    wanted.iter().all(|(key, value)| there.get(key) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apply_is_seen_where_what_goes_has_gone() {
        let cluster = crate::Cluster::from_name("prod").unwrap().id().clone();
        let account: crate::ServiceAccountRef = "shop/api".parse().unwrap();
        let all = |keys: &[&str]| -> BTreeMap<String, String> {
            keys.iter().map(|key| ((*key).to_owned(), "1".to_owned())).collect()
        };
        let change = Change::ApplyAccount {
            cluster: cluster.clone(),
            service_account: account.clone(),
            annotations: all(&["wanted"]),
            labels: BTreeMap::new(),
            was: all(&["wanted", "goes"]),
            force: false,
        };
        for (there, is_seen) in [
            (&["wanted"][..], true),
            (&["wanted", "theirs"], true),
            (&["wanted", "goes"], false),
            (&[], false),
        ] {
            let seen = SeenAccount { annotations: all(there), ..SeenAccount::default() };
            let here = BTreeMap::from([(account.clone(), Sight::Seen(seen))]);
            let mut observed = Observed::default();
            observed.accounts.insert(cluster.clone(), here);
            assert_eq!(change.is_seen(&observed), is_seen, "{there:?}");
        }
    }
}
