//! Plans converge.

use crate::model::{World, one};

#[test]
fn a_second_plan_is_empty() {
    let desired = one();
    let mut world = World::new();
    let plan = world.plan(&desired);
    assert_eq!(plan.changes().len(), 4);
    assert_eq!(plan.rounds().map(<[_]>::len).collect::<Vec<_>>(), [2, 2]);
    world.apply(&plan);
    let again = world.plan(&desired);
    assert!(again.is_empty(), "{again}");
}
