#![doc = include_str!("../README.md")]

mod account;
pub mod annotation;
mod arn;
mod audience;
mod error;
mod finding;
mod issuer;
pub mod json;
mod label;
mod manifest;
mod partition;
mod policy;
mod principal_arn;
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
pub use principal_arn::{PrincipalArn, PrincipalArnKind};
pub use role::{RoleName, RolePath};
pub use service_account::{Namespace, ServiceAccountName, ServiceAccountRef};
pub use subject::{Subject, SubjectPattern};
pub use thumbprint::{Thumbprint, Thumbprints};

// A service account as Kubernetes keeps it.
pub use annotation::TokenExpiration;
pub use label::{LabelKey, LabelValue};
pub use manifest::Manifest;

// What is wrong, and what is worth knowing.
pub use error::{Invalid, ValueError};
pub use finding::{Finding, Place, Severity};

// Trust policies.
pub use policy::{
    Condition, Conditions, Effect, Operator, PolicyError, Principal, PrincipalKind, SetPrefix,
    Statement, Statements, Test, TrustPolicy, Trusted, Unreadable, Version,
};

// Who may: building, reading, editing.
pub use policy::{
    AwsGrant, AwsPrincipal, Bearing, Changed, Edit, EditError, Grant, Granted, NoSubject, Refused,
    SIZE_QUOTA, ServiceGrant, ServicePrincipal, Standing, SubjectMatch, Touch, TrustBuilder,
    WebIdentityGrant, WithSubject,
};

// Requests, decisions and their reasons.
pub use policy::{
    Decision, Explanation, Part, PreparedPolicy, Reason, Request, RequestError, Verdict,
};

// What STS answers to a token.
pub use policy::{Claims, StsAnswer, WebIdentityCall};
