//! Trust policies of EKS service accounts.

mod error;
mod finding;

pub use error::{Invalid, ValueError};
pub use finding::{Finding, Place, Severity};
