//! A loopback AWS and Kubernetes for tests: [`world`] answers requests, [`mod@reference`] is its judge.

pub mod reference;
pub mod world;
