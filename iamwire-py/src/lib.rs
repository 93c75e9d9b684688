//! The compiled half of the Python package `iamwire`: this file only registers what the others bind.

#![expect(clippy::needless_pass_by_value, reason = "an argument is converted into a value")]

mod access;
mod account;
mod applied;
mod builder;
mod cluster;
mod convert;
mod desired;
mod edit;
mod error;
mod event;
mod finding;
mod grant;
mod granted;
mod interpreter;
mod managed_policy;
mod manifest;
mod observed;
mod operation;
mod plan;
mod planned;
mod policy;
mod principal;
mod request;
mod role;
mod sandbox;
mod seconds;
mod sts;
mod thumbprint;
mod tls;
mod values;
mod views;
mod wire;

/// Typed IAM trust policies; import `iamwire` instead.
#[pyo3::pymodule(gil_used = false)]
mod _iamwire {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::account::Account;
    #[pymodule_export]
    use super::applied::Applied;
    #[pymodule_export]
    use super::builder::{TrustBuilder, WithSubject};
    #[pymodule_export]
    use super::cluster::{Cluster, ClusterArn, ClusterId, ClusterName, ThumbprintChoice};
    #[pymodule_export]
    use super::desired::{Binding, BoundAccount, Desired, Limits};
    #[pymodule_export]
    use super::edit::{Changed, Edit};
    #[pymodule_export]
    use super::event::Event;
    #[pymodule_export]
    use super::finding::{Finding, Place};
    #[pymodule_export]
    use super::grant::{AwsGrant, Grant, ServiceGrant, SubjectMatch, WebIdentityGrant};
    #[pymodule_export]
    use super::granted::{Bearing, Granted};
    #[pymodule_export]
    use super::managed_policy::{
        InlinePolicyName, ManagedPolicy, PermissionsPolicy, PolicyArn, PolicyName,
    };
    #[pymodule_export]
    use super::manifest::{Manifest, TokenExpiration};
    #[pymodule_export]
    use super::observed::{Caller, Observed};
    #[pymodule_export]
    use super::plan::{Change, Kept, Plan, UnwireOptions, plan, plan_unwire};
    #[pymodule_export]
    use super::planned::{PlannedCluster, Wired};
    #[pymodule_export]
    use super::policy::TrustPolicy;
    #[pymodule_export]
    use super::principal::{AwsPrincipal, PrincipalArn, ServicePrincipal};
    #[pymodule_export]
    use super::request::{Explanation, PreparedPolicy, Reason, Request};
    #[pymodule_export]
    use super::role::{Role, RoleDescription, SessionDuration, TagKey, TagValue};
    #[pymodule_export]
    use super::sandbox::{Call, Sandbox};
    #[pymodule_export]
    use super::sts::{Claims, StsAnswer, WebIdentityCall};
    #[pymodule_export]
    use super::thumbprint::{Thumbprint, Thumbprints};
    #[pymodule_export]
    use super::tls::{FetchedThumbprint, ServedChain, TlsProbe};
    #[pymodule_export]
    use super::values::{
        AccountId, Audience, Issuer, LabelKey, LabelValue, Namespace, Partition, ProviderArn,
        RoleArn, RoleName, RolePath, ServiceAccountName, ServiceAccountRef, Subject,
        SubjectPattern,
    };
    #[pymodule_export]
    use super::views::{Condition, Operator, Principal, Statement, Trusted};
    #[pymodule_export]
    use super::wire::Wirer;

    /// The characters that IAM takes by default in a trust policy.
    #[pymodule_export]
    const SIZE_QUOTA: usize = iamwire_core::SIZE_QUOTA;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::error::register(module)?;
        super::manifest::register(module)?;
        super::plan::register(module)?;
        super::interpreter::register(module)
    }
}
