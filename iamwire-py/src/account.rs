//! A service account that gets a role, as it is wanted.

use std::hash::{Hash, Hasher};

use iamwire_core as core;
use pyo3::prelude::*;

use crate::convert::{self, Parsed, Reduced};
use crate::manifest::TokenExpiration;
use crate::seconds::Seconds;
use crate::values::{Audience, ServiceAccountRef};

/// A service account, and what its annotations say beside the role.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq)]
pub(crate) struct Account(pub(crate) core::Account);

const ACCOUNT: [&str; 6] = [
    "service_account",
    "audience",
    "token_expiration",
    "sts_regional_endpoints",
    "create_namespace",
    "force_conflicts",
];

impl Hash for Account {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.service_account().hash(state);
    }
}

#[pymethods]
impl Account {
    #[new]
    #[pyo3(signature = (
        service_account, audience = None, token_expiration = None, sts_regional_endpoints = None,
        create_namespace = false, force_conflicts = false
    ))]
    fn new(
        service_account: Parsed<core::ServiceAccountRef>,
        audience: Option<Parsed<core::Audience>>,
        token_expiration: Option<Seconds<core::TokenExpiration>>,
        sts_regional_endpoints: Option<bool>,
        create_namespace: bool,
        force_conflicts: bool,
    ) -> Self {
        let mut account = core::Account::new(service_account.0)
            .create_namespace(create_namespace)
            .force_conflicts(force_conflicts);
        if let Some(audience) = audience {
            account = account.audience(audience.0);
        }
        if let Some(life) = token_expiration {
            account = account.token_expiration(life.0);
        }
        if let Some(regional) = sts_regional_endpoints {
            account = account.sts_regional_endpoints(regional);
        }
        Self(account)
    }

    /// Which one.
    #[getter]
    fn service_account(&self) -> ServiceAccountRef {
        ServiceAccountRef(self.0.service_account().clone())
    }

    /// Whom its tokens are for; `sts.amazonaws.com` where this is none. It must be among the cluster's.
    #[getter]
    fn audience(&self) -> Option<Audience> {
        self.0.named_audience().cloned().map(Audience)
    }

    /// How long its tokens live; a day where this is none.
    #[getter]
    fn token_expiration(&self) -> Option<TokenExpiration> {
        self.0.named_token_expiration().map(TokenExpiration)
    }

    /// Whether its pods call STS in their own region; EKS's webhook says so where this is none.
    #[getter]
    fn sts_regional_endpoints(&self) -> Option<bool> {
        self.0.named_sts_regional_endpoints()
    }

    /// Whether the namespace is made where it is missing; else that is refused.
    #[getter]
    fn create_namespace(&self) -> bool {
        self.0.creates_namespace()
    }

    /// Whether annotations are taken over that somebody else has set otherwise; else that is refused.
    #[getter]
    fn force_conflicts(&self) -> bool {
        self.0.forces_conflicts()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &ACCOUNT)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &ACCOUNT)
    }
}
