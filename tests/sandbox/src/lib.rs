//! A loopback AWS for tests.
