#![doc = include_str!("../README.md")]

mod account;
pub mod annotation;
mod arn;
mod audience;
#[cfg(feature = "aws")]
pub mod aws;
#[cfg(any(feature = "aws", feature = "kube"))]
mod call;
mod cluster;
mod desired;
mod error;
mod finding;
mod issuer;
pub mod json;
#[cfg(feature = "kube")]
pub mod kube;
mod label;
mod managed_policy;
mod manifest;
mod mark;
mod observed;
mod partition;
mod permissions;
mod plan;
mod policy;
mod principal_arn;
mod refusal;
mod report;
mod role;
#[cfg(any(feature = "aws", feature = "kube"))]
mod sent;
mod service_account;
mod subject;
mod tag;
mod text;
mod thumbprint;
#[cfg(feature = "tls")]
mod tls;
#[cfg(feature = "wire")]
mod wire;

// Values: valid if they exist.
pub use account::AccountId;
pub use arn::{ProviderArn, RoleArn};
pub use audience::Audience;
pub use cluster::{ClusterArn, ClusterId, ClusterName};
pub use issuer::Issuer;
pub use managed_policy::{InlinePolicyName, ManagedPolicy, PolicyArn, PolicyName};
pub use partition::Partition;
pub use permissions::PermissionsPolicy;
pub use principal_arn::{PrincipalArn, PrincipalArnKind};
pub use role::{RoleDescription, RoleName, RolePath, SessionDuration};
pub use service_account::{Namespace, ServiceAccountName, ServiceAccountRef};
pub use subject::{Subject, SubjectPattern};
pub use tag::{TagKey, TagValue};
pub use thumbprint::{Thumbprint, Thumbprints};

// A service account as Kubernetes keeps it.
pub use annotation::TokenExpiration;
pub use label::{LabelKey, LabelValue};
pub use manifest::Manifest;

// What is wrong, and what is worth knowing.
pub use error::{Invalid, ValueError};
pub use finding::{Finding, Place, Severity};
pub use refusal::Refusal;

#[cfg(any(feature = "aws", feature = "kube"))]
pub use call::CallFailure;

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

// What is wanted, and what is there.
pub use desired::{
    Account, Binding, BoundAccount, Cluster, Desired, DesiredError, ExistingRole, Limits, Role,
    ThumbprintChoice,
};
pub use observed::{
    Caller, Observed, SeenAccount, SeenCluster, SeenNamespace, SeenPod, SeenProvider, SeenRole,
    SeenWay, Sight, Unseen,
};

// What makes them agree.
pub use plan::{
    Change, Kept, Plan, PlanError, PlannedCluster, TrustEdit, UnwireOptions, Wired, plan,
    plan_unwire,
};

// The certificates that an issuer serves.
#[cfg(feature = "tls")]
pub use tls::{FetchedThumbprint, ServedChain, ThumbprintHost, TlsError, TlsProbe, Verification};

// Done.
#[cfg(feature = "wire")]
pub use wire::{Applied, Event, Stopped, WireError, Wirer};
