//! What a plan says beside its changes: its clusters, and the service accounts with their roles.

use iamwire_core as core;
use pyo3::prelude::*;

use crate::cluster::ClusterId;
use crate::convert::{self, Parsed, Reduced};
use crate::manifest::Manifest;
use crate::values::{AccountId, ProviderArn, RoleArn, ServiceAccountRef};

/// A service account with its role.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Wired {
    cluster: core::ClusterId,
    service_account: core::ServiceAccountRef,
    role_arn: core::RoleArn,
    manifest: Manifest,
}

const WIRED: [&str; 4] = ["cluster", "service_account", "role_arn", "manifest"];

impl Wired {
    pub(crate) fn of(wired: &core::Wired) -> Self {
        let core::Wired { cluster, service_account, role_arn, manifest, .. } = wired.clone();
        Self { cluster, service_account, role_arn, manifest: Manifest(manifest) }
    }
}

#[pymethods]
impl Wired {
    #[new]
    fn new(
        cluster: Parsed<core::ClusterId>,
        service_account: Parsed<core::ServiceAccountRef>,
        role_arn: Parsed<core::RoleArn>,
        manifest: &Bound<'_, Manifest>,
    ) -> Self {
        Self {
            cluster: cluster.0,
            service_account: service_account.0,
            role_arn: role_arn.0,
            manifest: manifest.get().clone(),
        }
    }

    /// The cluster.
    #[getter]
    fn cluster(&self) -> ClusterId {
        ClusterId(self.cluster.clone())
    }

    /// The service account.
    #[getter]
    fn service_account(&self) -> ServiceAccountRef {
        ServiceAccountRef(self.service_account.clone())
    }

    /// The role.
    #[getter]
    fn role_arn(&self) -> RoleArn {
        RoleArn(self.role_arn.clone())
    }

    /// The service account as Kubernetes has to keep it.
    #[getter]
    fn manifest(&self) -> Manifest {
        self.manifest.clone()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &WIRED)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &WIRED)
    }
}

/// A cluster of a plan, as it was seen.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct PlannedCluster {
    id: core::ClusterId,
    place: Option<(String, core::AccountId)>,
    version: Option<String>,
    provider: core::ProviderArn,
}

const PLANNED: [&str; 4] = ["id", "place", "version", "provider"];

impl PlannedCluster {
    pub(crate) fn of(cluster: &core::PlannedCluster) -> Self {
        let core::PlannedCluster { id, place, version, provider, .. } = cluster.clone();
        Self { id, place, version, provider }
    }
}

#[pymethods]
impl PlannedCluster {
    #[new]
    fn new(
        id: Parsed<core::ClusterId>,
        place: Option<(String, Parsed<core::AccountId>)>,
        version: Option<String>,
        provider: Parsed<core::ProviderArn>,
    ) -> Self {
        let place = place.map(|(region, account)| (region, account.0));
        Self { id: id.0, place, version, provider: provider.0 }
    }

    /// What names it.
    #[getter]
    fn id(&self) -> ClusterId {
        ClusterId(self.id.clone())
    }

    /// Its region and account; none for a self-managed one.
    #[getter]
    fn place(&self) -> Option<(String, AccountId)> {
        let (region, account) = self.place.clone()?;
        Some((region, AccountId(account)))
    }

    /// The minor version of Kubernetes, where it is known.
    #[getter]
    fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Its provider, in the account of the roles.
    #[getter]
    fn provider(&self) -> ProviderArn {
        ProviderArn(self.provider.clone())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &PLANNED)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &PLANNED)
    }
}
