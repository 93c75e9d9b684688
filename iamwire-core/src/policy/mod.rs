//! Trust policies: the document and typed views of it.

mod condition;
mod document;
mod error;
mod evaluate;
mod principal;
mod request;
mod serde;
mod statement;
mod sts;

pub use condition::{Condition, Conditions, Operator, SetPrefix, Test};
pub use document::{Statements, TrustPolicy, Version};
pub use error::PolicyError;
pub use evaluate::{Decision, Explanation, Part, PreparedPolicy, Reason, Verdict};
pub use principal::{Principal, PrincipalKind, Trusted};
pub use request::{Request, RequestError};
pub use statement::{Effect, Statement};
pub use sts::{Claims, StsAnswer, WebIdentityCall};
