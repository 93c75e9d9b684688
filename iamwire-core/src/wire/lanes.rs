//! What may be done at once: changes of one thing come one after the other, those of others beside them.

use crate::Change;
use crate::plan::Thing;

/// Changes by their place in the plan, those of one thing together and in order.
pub(super) type Lane = Vec<usize>;

/// The lanes of a round, whose first change has this place in the plan.
pub(super) fn lanes(first: usize, round: &[Change]) -> Vec<Lane> {
    let mut lanes: Vec<(Thing<'_>, Lane)> = Vec::new();
    for (at, change) in (first..).zip(round) {
        let thing = change.thing();
        match lanes.iter_mut().find(|(other, _)| *other == thing) {
            Some((_, lane)) => lane.push(at),
            None => lanes.push((thing, vec![at])),
        }
    }
    lanes.into_iter().map(|(_, lane)| lane).collect()
}
