//! A loopback AWS and Kubernetes for tests: [`world`] answers requests, [`mod@reference`] is its
//! judge, and [`Sandbox`] serves it on 127.0.0.1.

pub mod reference;
mod serve;
pub mod world;

pub use serve::{Chain, Sandbox};
