//! A loopback AWS and Kubernetes for tests: [`world`] answers requests, [`mod@reference`] is its
//! judge, and with feature `serve`, which is on unless turned off, `Sandbox` serves it on 127.0.0.1.

pub mod reference;
#[cfg(feature = "serve")]
mod serve;
pub mod world;

#[cfg(feature = "serve")]
pub use serve::{Chain, Sandbox};
