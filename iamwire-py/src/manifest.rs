//! A Kubernetes `ServiceAccount` that carries its role.

use std::collections::BTreeMap;

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyModule};

use crate::convert::{self, Pairs, Parsed, Reduced, Seconds, Textual};
use crate::error::Result;
use crate::values::{Audience, LabelKey, LabelValue, RoleArn, ServiceAccountRef};

/// A Kubernetes `ServiceAccount` annotated with its role, for the pod identity webhook.
///
/// It holds name, namespace, annotations and, when given, labels, in this order and nothing else;
/// annotations and labels are sorted, so the same manifest is the same text.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Manifest {
    account: core::ServiceAccountRef,
    role: core::RoleArn,
    audience: Option<core::Audience>,
    sts_regional_endpoints: Option<bool>,
    token_expiration: Option<core::TokenExpiration>,
    labels: BTreeMap<core::LabelKey, core::LabelValue>,
}

const FIELDS: [&str; 6] =
    ["account", "role", "audience", "sts_regional_endpoints", "token_expiration", "labels"];

impl Manifest {
    /// A service account as it has to be.
    pub(crate) fn of_account(account: &core::Account, role: &core::RoleArn) -> Self {
        Self {
            account: account.service_account().clone(),
            role: role.clone(),
            audience: account.named_audience().cloned(),
            sts_regional_endpoints: account.named_sts_regional_endpoints(),
            token_expiration: account.named_token_expiration(),
            labels: BTreeMap::new(),
        }
    }

    /// That of a wiring, which has no labels.
    pub(crate) fn of_wired(wired: &core::Wired) -> Result<Self> {
        let annotations = wired.manifest.annotations();
        let of = |key| annotations.get(key).map(String::as_str);
        Ok(Self {
            account: wired.service_account.clone(),
            role: wired.role_arn.clone(),
            audience: of(core::annotation::AUDIENCE).map(str::parse).transpose()?,
            sts_regional_endpoints: of(core::annotation::STS_REGIONAL_ENDPOINTS)
                .map(|regional| regional == "true"),
            token_expiration: of(core::annotation::TOKEN_EXPIRATION).map(str::parse).transpose()?,
            labels: BTreeMap::new(),
        })
    }

    fn core(&self) -> core::Manifest {
        let mut manifest = core::Manifest::new(&self.account, &self.role);
        if let Some(audience) = &self.audience {
            manifest = manifest.audience(audience.clone());
        }
        if let Some(regional) = self.sts_regional_endpoints {
            manifest = manifest.sts_regional_endpoints(regional);
        }
        if let Some(life) = self.token_expiration {
            manifest = manifest.token_expiration(life);
        }
        let labels = self.labels.iter();
        labels.fold(manifest, |manifest, (key, value)| manifest.label(key.clone(), value.clone()))
    }
}

#[pymethods]
impl Manifest {
    #[new]
    #[pyo3(signature = (
        account, role, audience = None, sts_regional_endpoints = None, token_expiration = None,
        labels = None
    ))]
    fn new(
        account: Parsed<core::ServiceAccountRef>,
        role: Parsed<core::RoleArn>,
        audience: Option<Parsed<core::Audience>>,
        sts_regional_endpoints: Option<bool>,
        token_expiration: Option<Seconds<core::TokenExpiration>>,
        labels: Option<Pairs<core::LabelKey, core::LabelValue>>,
    ) -> Self {
        Self {
            account: account.0,
            role: role.0,
            audience: audience.map(|audience| audience.0),
            sts_regional_endpoints,
            token_expiration: token_expiration.map(|life| life.0),
            labels: labels.into_iter().flat_map(|labels| labels.0).collect(),
        }
    }

    /// The service account.
    #[getter]
    fn account(&self) -> ServiceAccountRef {
        ServiceAccountRef(self.account.clone())
    }

    /// The role.
    #[getter]
    fn role(&self) -> RoleArn {
        RoleArn(self.role.clone())
    }

    /// Whom its tokens are for; `sts.amazonaws.com` where this is none.
    #[getter]
    fn audience(&self) -> Option<Audience> {
        self.audience.clone().map(Audience)
    }

    /// Whether its pods call STS in their own region; EKS's webhook says so where this is none.
    #[getter]
    fn sts_regional_endpoints(&self) -> Option<bool> {
        self.sts_regional_endpoints
    }

    /// How long its tokens live; a day where this is none.
    #[getter]
    fn token_expiration(&self) -> Option<TokenExpiration> {
        self.token_expiration.map(TokenExpiration)
    }

    /// The labels, sorted by key.
    #[getter]
    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let labels = self.labels.iter();
        let labels = labels.map(|(key, value)| (LabelKey(key.clone()), LabelValue(value.clone())));
        labels.into_py_dict(py)
    }

    /// The annotations, sorted by key.
    #[getter]
    fn annotations(&self) -> BTreeMap<&'static str, String> {
        self.core().annotations()
    }

    /// The manifest as YAML that every reader of YAML 1.1 and 1.2 understands alike.
    fn to_yaml(&self) -> String {
        self.core().to_yaml()
    }

    /// The manifest as JSON, indented by two.
    fn to_json(&self) -> String {
        self.core().to_json()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &FIELDS)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &FIELDS)
    }
}

/// The life of a token: 600 to 86400 seconds, as a number or its digits.
#[pyclass(module = "iamwire", frozen, eq, ord, hash)]
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TokenExpiration(pub(crate) core::TokenExpiration);

impl AsRef<core::TokenExpiration> for TokenExpiration {
    fn as_ref(&self) -> &core::TokenExpiration {
        &self.0
    }
}

impl Textual for core::TokenExpiration {
    type Class = TokenExpiration;

    fn parse(text: &str) -> Result<Self> {
        Ok(text.parse()?)
    }
}

#[pymethods]
impl TokenExpiration {
    /// The shortest: ten minutes.
    #[classattr]
    const SHORTEST: Self = Self(core::TokenExpiration::SHORTEST);

    /// The longest, and what the webhook takes where none is named: a day.
    #[classattr]
    const LONGEST: Self = Self(core::TokenExpiration::LONGEST);

    #[new]
    fn new(seconds: Seconds<core::TokenExpiration>) -> Self {
        Self(seconds.0)
    }

    /// The life in seconds.
    #[getter]
    fn seconds(&self) -> u32 {
        self.0.seconds()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("TokenExpiration({})", self.0)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        Ok((slf.get_type().into_any(), (slf.get().seconds(),).into_pyobject(slf.py())?))
    }
}

/// The keys of the annotations.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("ROLE_ARN", core::annotation::ROLE_ARN)?;
    module.add("AUDIENCE", core::annotation::AUDIENCE)?;
    module.add("STS_REGIONAL_ENDPOINTS", core::annotation::STS_REGIONAL_ENDPOINTS)?;
    module.add("TOKEN_EXPIRATION", core::annotation::TOKEN_EXPIRATION)
}
