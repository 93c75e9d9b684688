//! Plans: what is refused, how they are shown, and that they converge, on a model of AWS and Kubernetes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test that stops says where, and a table is long"
)]

mod by_issuer;
mod converge;
mod model;
mod pods;
mod refused;
mod shown;
mod unwire;
mod worlds;
