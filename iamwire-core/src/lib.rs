//! Trust policies of EKS service accounts.

mod account;
mod arn;
mod audience;
mod error;
mod finding;
mod issuer;
pub mod json;
mod partition;
mod policy;
mod role;
mod service_account;
mod subject;
mod text;
mod thumbprint;

// Values: valid if they exist.
pub use account::AccountId;
pub use arn::{ProviderArn, RoleArn};
pub use audience::Audience;
pub use issuer::Issuer;
pub use partition::Partition;
pub use role::{RoleName, RolePath};
pub use service_account::{Namespace, ServiceAccountName, ServiceAccountRef};
pub use subject::{Subject, SubjectPattern};
pub use thumbprint::{Thumbprint, Thumbprints};

// Documents: the text, and typed views of it.
pub use policy::{
    Condition, Conditions, Effect, Operator, PolicyError, Principal, PrincipalKind, SetPrefix,
    Statement, Statements, Test, TrustPolicy, Trusted, Version,
};

// Who may: building, reading, editing.
pub use policy::{
    AwsGrant, AwsPrincipal, Bearing, Changed, Edit, EditError, Grant, Granted, NoSubject, Refused,
    ServiceGrant, ServicePrincipal, Standing, SubjectMatch, Touch, TrustBuilder, WebIdentityGrant,
    WithSubject,
};

// What is wrong, and what is worth knowing.
pub use error::{Invalid, ValueError};
pub use finding::{Finding, Place, Severity};
