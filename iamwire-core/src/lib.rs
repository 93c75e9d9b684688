//! Trust policies of EKS service accounts.

mod error;
mod finding;
pub mod json;
mod policy;

pub use error::{Invalid, ValueError};
pub use finding::{Finding, Place, Severity};
pub use policy::{
    Condition, Conditions, Effect, Operator, PolicyError, Principal, PrincipalKind, SetPrefix,
    Statement, Statements, Test, TrustPolicy, Trusted, Version,
};
