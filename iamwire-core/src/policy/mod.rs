//! Trust policies: the document and typed views of it.

mod condition;
mod document;
mod error;
mod principal;
mod serde;
mod statement;

pub use condition::{Condition, Conditions, Operator, SetPrefix, Test};
pub use document::{Statements, TrustPolicy, Version};
pub use error::PolicyError;
pub use principal::{Principal, PrincipalKind, Trusted};
pub use statement::{Effect, Statement};
