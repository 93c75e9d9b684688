//! The compiled half of the Python package `iamwire`: this file only registers what the others bind.

#![expect(clippy::needless_pass_by_value, reason = "an argument is converted into a value")]

mod access;
mod cluster;
mod convert;
mod desired;
mod edit;
mod error;
mod finding;
mod grant;
mod interpreter;
mod managed_policy;
mod manifest;
mod observed;
mod operation;
mod plan;
mod policy;
mod request;
mod role;
mod sandbox;
mod seconds;
mod sts;
mod tls;
mod values;
mod views;
mod wire;

/// Typed IAM trust policies; import `iamwire` instead.
#[pyo3::pymodule(gil_used = false)]
mod _iamwire {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::cluster::{ClusterArn, ClusterId, ClusterName};
    #[pymodule_export]
    use super::desired::{
        Account, Binding, BoundAccount, Cluster, Desired, Limits, Role, ThumbprintChoice,
    };
    #[pymodule_export]
    use super::edit::{Changed, Edit};
    #[pymodule_export]
    use super::finding::{Finding, Place};
    #[pymodule_export]
    use super::grant::{
        AwsGrant, Bearing, Grant, Granted, ServiceGrant, SubjectMatch, TrustBuilder,
        WebIdentityGrant, WithSubject,
    };
    #[pymodule_export]
    use super::managed_policy::{
        InlinePolicyName, ManagedPolicy, PermissionsPolicy, PolicyArn, PolicyName,
    };
    #[pymodule_export]
    use super::manifest::{Manifest, TokenExpiration};
    #[pymodule_export]
    use super::observed::{Caller, Observed};
    #[pymodule_export]
    use super::plan::{
        Change, Kept, Plan, PlannedCluster, UnwireOptions, Wired, plan, plan_unwire,
    };
    #[pymodule_export]
    use super::policy::TrustPolicy;
    #[pymodule_export]
    use super::request::{Explanation, PreparedPolicy, Reason, Request};
    #[pymodule_export]
    use super::role::{RoleDescription, SessionDuration, TagKey, TagValue};
    #[pymodule_export]
    use super::sandbox::{Call, Sandbox};
    #[pymodule_export]
    use super::sts::{Claims, StsAnswer, WebIdentityCall};
    #[pymodule_export]
    use super::tls::{FetchedThumbprint, ServedChain, TlsProbe};
    #[pymodule_export]
    use super::values::{
        AccountId, Audience, AwsPrincipal, Issuer, LabelKey, LabelValue, Namespace, Partition,
        PrincipalArn, ProviderArn, RoleArn, RoleName, RolePath, ServiceAccountName,
        ServiceAccountRef, ServicePrincipal, Subject, SubjectPattern, Thumbprint, Thumbprints,
    };
    #[pymodule_export]
    use super::views::{Condition, Operator, Principal, Statement, Trusted};
    #[pymodule_export]
    use super::wire::{Applied, Event, Wirer};

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
