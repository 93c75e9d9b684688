//! How plans are shown.

use crate::model::{World, one};

#[test]
fn everything_new() {
    let plan = World::new().plan(&one());
    insta::assert_snapshot!("new", plan);
}
