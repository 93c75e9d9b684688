//! Trust policies: the document and typed views of it; what they grant, building and editing; requests and
//! decisions.

mod builder;
mod canonical;
mod condition;
mod document;
mod edit;
mod error;
mod evaluate;
mod grant;
mod granted;
mod notices;
mod principal;
mod reach;
mod reading;
mod request;
mod room;
mod same;
mod scope;
mod serde;
mod statement;
mod sts;
mod written;

pub use builder::{NoSubject, TrustBuilder, WithSubject};
pub use condition::{Condition, Conditions, Operator, SetPrefix, Test};
pub use document::{Statements, TrustPolicy, Version};
pub use edit::{Changed, Edit, EditError, Refused, Touch};
pub use error::{PolicyError, Unreadable};
pub use evaluate::{Decision, Explanation, Part, PreparedPolicy, Reason, Verdict};
pub use grant::{
    AwsGrant, AwsPrincipal, Grant, ServiceGrant, ServicePrincipal, SubjectMatch, WebIdentityGrant,
};
pub use granted::Granted;
pub use principal::{Principal, PrincipalKind, Trusted};
pub use reach::{Bearing, Standing};
pub use request::{Request, RequestError};
pub use room::SIZE_QUOTA;
pub use statement::{Effect, Statement};
pub use sts::{Claims, StsAnswer, WebIdentityCall};
