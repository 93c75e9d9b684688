//! A Kubernetes `ServiceAccount` that carries its role.

use std::collections::BTreeMap;

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyModule};

use crate::convert::{self, Pairs, Parsed, Reduced};
use crate::seconds::{Seconds, seconds_class};
use crate::values::{Audience, LabelKey, LabelValue, RoleArn, ServiceAccountRef};

/// A Kubernetes `ServiceAccount` annotated with its role, for the pod identity webhook.
///
/// It holds name, namespace, annotations and, when given, labels, in this order and nothing else;
/// annotations and labels are sorted, so the same manifest is the same text.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Manifest(pub(crate) core::Manifest);

const FIELDS: [&str; 6] =
    ["account", "role", "audience", "sts_regional_endpoints", "token_expiration", "labels"];

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
        let mut manifest = core::Manifest::new(&account.0, &role.0);
        if let Some(audience) = audience {
            manifest = manifest.audience(audience.0);
        }
        if let Some(regional) = sts_regional_endpoints {
            manifest = manifest.sts_regional_endpoints(regional);
        }
        if let Some(life) = token_expiration {
            manifest = manifest.token_expiration(life.0);
        }
        for (key, value) in labels.into_iter().flat_map(|labels| labels.0) {
            manifest = manifest.label(key, value);
        }
        Self(manifest)
    }

    /// The service account.
    #[getter]
    fn account(&self) -> ServiceAccountRef {
        ServiceAccountRef(self.0.account().clone())
    }

    /// The role.
    #[getter]
    fn role(&self) -> RoleArn {
        RoleArn(self.0.role().clone())
    }

    /// Whom its tokens are for; `sts.amazonaws.com` where this is none.
    #[getter]
    fn audience(&self) -> Option<Audience> {
        self.0.named_audience().cloned().map(Audience)
    }

    /// Whether its pods call STS in their own region; EKS's webhook says so where this is none.
    #[getter]
    fn sts_regional_endpoints(&self) -> Option<bool> {
        self.0.named_sts_regional_endpoints()
    }

    /// How long its tokens live; a day where this is none.
    #[getter]
    fn token_expiration(&self) -> Option<TokenExpiration> {
        self.0.named_token_expiration().map(TokenExpiration)
    }

    /// The labels, sorted by key.
    #[getter]
    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let labels = self.0.labels().iter();
        let labels = labels.map(|(key, value)| (LabelKey(key.clone()), LabelValue(value.clone())));
        labels.into_py_dict(py)
    }

    /// The annotations, sorted by key.
    #[getter]
    fn annotations(&self) -> BTreeMap<&'static str, String> {
        self.0.annotations()
    }

    /// The manifest as YAML that every reader of YAML 1.1 and 1.2 understands alike.
    fn to_yaml(&self) -> String {
        self.0.to_yaml()
    }

    /// The manifest as JSON, indented by two.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &FIELDS)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &FIELDS)
    }
}

seconds_class! {
    /// The life of a token: 600 to 86400 seconds, as a number or its digits.
    TokenExpiration
}

/// The keys of the annotations.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("ROLE_ARN", core::annotation::ROLE_ARN)?;
    module.add("AUDIENCE", core::annotation::AUDIENCE)?;
    module.add("STS_REGIONAL_ENDPOINTS", core::annotation::STS_REGIONAL_ENDPOINTS)?;
    module.add("TOKEN_EXPIRATION", core::annotation::TOKEN_EXPIRATION)
}
