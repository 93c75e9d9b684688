//! What may be done at once: changes of one thing come one after the other, those of others beside them.

use crate::Change;

/// Changes by their place in the plan, those of one thing together and in order.
pub(super) type Lane = Vec<usize>;

/// The lanes of a round, whose first change has this place in the plan.
pub(super) fn lanes(first: usize, round: &[Change]) -> Vec<Lane> {
    let mut lanes: Vec<(Thing<'_>, Lane)> = Vec::new();
    for (at, change) in (first..).zip(round) {
        let thing = Thing::of(change);
        match lanes.iter_mut().find(|(other, _)| *other == thing && thing != Thing::Alone) {
            Some((_, lane)) => lane.push(at),
            None => lanes.push((thing, vec![at])),
        }
    }
    lanes.into_iter().map(|(_, lane)| lane).collect()
}

/// What a change changes.
#[derive(PartialEq)]
enum Thing<'a> {
    Role(&'a crate::RoleArn),
    Provider(&'a crate::ProviderArn),
    Account(&'a crate::ClusterId, &'a crate::ServiceAccountRef),
    Alone,
}

impl<'a> Thing<'a> {
    fn of(change: &'a Change) -> Self {
        if let Some(role) = change.role() {
            Self::Role(role)
        } else if let Some(provider) = change.provider() {
            Self::Provider(provider)
        } else if let Some((cluster, account)) = change.account() {
            Self::Account(cluster, account)
        } else {
            Self::Alone
        }
    }
}
