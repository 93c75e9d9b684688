//! `wire`, `unwire`, `thumbprint` and `sandbox`, in this process and as one of their own.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that stops says where"
)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod examples;
#[cfg(unix)]
mod interrupted;
mod kubeconfig;
mod secrets;
mod settings;
mod signed_in;
mod thumbprint;
mod wire;
