//! A loopback AWS for tests.

pub mod reference;
