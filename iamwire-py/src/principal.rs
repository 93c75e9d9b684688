//! Principals that are no web identity: AWS's, and services.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use crate::convert::{self, Member, Parsed, Textual};
use crate::error::Result;
use crate::finding::Finding;
use crate::values::{AccountId, Partition, RoleName, value_class};

value_class! {
    /// The ARN of an AWS principal: an account, a user, a role, or a session of either.
    PrincipalArn {
        /// Its partition.
        #[getter]
        fn partition(&self) -> Partition {
            Partition(self.0.partition().clone())
        }

        /// The account that it is in.
        #[getter]
        fn account(&self) -> AccountId {
            AccountId(self.0.account().clone())
        }

        /// What it is.
        #[getter]
        fn kind(&self) -> Option<Member> {
            let name = match self.0.kind() {
                core::PrincipalArnKind::Account => "Account",
                core::PrincipalArnKind::User => "User",
                core::PrincipalArnKind::Role => "Role",
                core::PrincipalArnKind::RoleSession(_) => "RoleSession",
                core::PrincipalArnKind::FederatedUser => "FederatedUser",
                _ => return None,
            };
            Some(Member::new("PrincipalArnKind", name))
        }

        /// Of a session of a role, the role's name, whose path the session leaves out.
        #[getter]
        fn role_name(&self) -> Option<RoleName> {
            match self.0.kind() {
                core::PrincipalArnKind::RoleSession(name) => Some(RoleName(name.clone())),
                _ => None,
            }
        }

        /// The ARN of its account, which a policy may name in its stead.
        #[getter]
        fn root(&self) -> Self {
            Self(self.0.root())
        }

        /// What its partition has to say.
        fn notices(&self) -> Vec<Finding> {
            Finding::all(self.0.notices())
        }
    }
}

value_class! {
    @bare []
    /// A principal of AWS: an account by its id or root ARN; a role, user or session by its ARN; or all.
    AwsPrincipal {
        /// `*`: everyone, of every account of AWS.
        #[classmethod]
        fn dangerous_anyone(_class: &Bound<'_, PyType>) -> Self {
            Self(core::AwsPrincipal::dangerous_anyone())
        }

        /// The ARN, if it is named by one.
        #[getter]
        fn arn(&self) -> Option<PrincipalArn> {
            self.0.arn().cloned().map(PrincipalArn)
        }

        /// The account that it is or is in.
        #[getter]
        fn account(&self) -> Option<AccountId> {
            self.0.account().cloned().map(AccountId)
        }

        fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
            Ok(match self.0.as_str() {
                "*" => "AwsPrincipal.dangerous_anyone()".to_owned(),
                text => format!("AwsPrincipal({})", convert::repr(py, text)?),
            })
        }

        fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<convert::Reduced<'py>> {
            let (class, py) = (slf.get_type().into_any(), slf.py());
            match slf.get().0.as_str() {
                "*" => Ok((class.getattr("dangerous_anyone")?, PyTuple::empty(py))),
                text => Ok((class, (text,).into_pyobject(py)?)),
            }
        }
    }
}

value_class! {
    /// A service of AWS, such as `ec2.amazonaws.com`.
    ServicePrincipal {
        /// `pods.eks.amazonaws.com`, EKS Pod Identity.
        #[classattr]
        const EKS_PODS: Self = Self(core::ServicePrincipal::EKS_PODS);
    }
}
