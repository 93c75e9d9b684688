//! What is wanted: bindings of service accounts to roles, folded into resources.

use std::hash::{Hash, Hasher};

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyTuple};

use crate::account::Account;
use crate::cluster::{Cluster, ClusterId};
use crate::convert::{self, Parsed, Reduced, Whole, whole};
use crate::error::Result;
use crate::manifest::Manifest;
use crate::role::Role;
use crate::values::{Namespace, RoleName, ServiceAccountRef};

/// One service account of a cluster gets one role. Several may share a role.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq)]
pub(crate) struct Binding(core::Binding);

const BINDING: [&str; 3] = ["cluster", "account", "role"];

impl Hash for Binding {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.account().service_account().hash(state);
    }
}

#[pymethods]
impl Binding {
    #[new]
    fn new(
        cluster: &Bound<'_, Cluster>,
        account: &Bound<'_, Account>,
        role: &Bound<'_, Role>,
    ) -> Self {
        let (cluster, account, role) = (cluster.get(), account.get(), role.get());
        Self(core::Binding::new(&cluster.0, account.0.clone(), role.0.clone()))
    }

    /// The cluster.
    #[getter]
    fn cluster(&self) -> Cluster {
        Cluster(self.0.cluster().clone())
    }

    /// The service account.
    #[getter]
    fn account(&self) -> Account {
        Account(self.0.account().clone())
    }

    /// The role.
    #[getter]
    fn role(&self) -> Role {
        Role(self.0.role().clone())
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &BINDING)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &BINDING)
    }
}

/// What AWS takes at most, where AWS raises it on request.
#[pyclass(module = "iamwire", frozen, eq, hash, get_all)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Limits {
    /// Managed policies of a role: 20, adjustable to 25.
    policies_of_a_role: usize,
    /// Characters of a trust policy; none: nobody said, so that one over 2,048 is only noted.
    trust_size: Option<usize>,
}

const LIMITS: [&str; 2] = ["policies_of_a_role", "trust_size"];

impl Limits {
    fn core(&self) -> core::Limits {
        let mut limits = core::Limits::default();
        limits.policies_of_a_role = self.policies_of_a_role;
        limits.trust_size = self.trust_size;
        limits
    }
}

#[pymethods]
impl Limits {
    #[new]
    #[pyo3(signature = (policies_of_a_role = 20, trust_size = None))]
    fn new(
        #[pyo3(from_py_with = whole)] policies_of_a_role: usize,
        trust_size: Option<Whole<usize>>,
    ) -> Self {
        Self { policies_of_a_role, trust_size: trust_size.map(|size| size.0) }
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &LIMITS)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &LIMITS)
    }
}

/// What is wanted, by resource: clusters, roles and service accounts, each once, in the order of the bindings.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Desired(pub(crate) core::Desired);

const DESIRED: [&str; 2] = ["bindings", "limits"];

impl Hash for Desired {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for bound in self.0.accounts() {
            (&bound.cluster, bound.service_account(), &bound.role).hash(state);
        }
    }
}

#[pymethods]
impl Desired {
    #[new]
    #[pyo3(signature = (bindings, limits = None))]
    fn new(
        py: Python<'_>,
        bindings: Vec<Bound<'_, Binding>>,
        limits: Option<&Bound<'_, Limits>>,
    ) -> Result<Self> {
        let bindings: Vec<_> = bindings.iter().map(|binding| binding.get().0.clone()).collect();
        let limits = limits.map_or_else(core::Limits::default, |limits| limits.get().core());
        Ok(Self(py.detach(|| core::Desired::with_limits(bindings, limits))?))
    }

    /// Bindings that fold into it, one a service account.
    #[getter]
    fn bindings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.bindings().into_iter().map(Binding))
    }

    /// The clusters.
    #[getter]
    fn clusters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.clusters().iter().cloned().map(Cluster))
    }

    /// The roles.
    #[getter]
    fn roles<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.roles().iter().cloned().map(Role))
    }

    /// The service accounts.
    #[getter]
    fn accounts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.accounts().iter().cloned().map(BoundAccount))
    }

    /// The limits.
    #[getter]
    fn limits(&self) -> Limits {
        let limits = self.0.limits();
        Limits { policies_of_a_role: limits.policies_of_a_role, trust_size: limits.trust_size }
    }

    /// The namespaces by cluster, each once, and whether one that is missing may be made.
    #[getter]
    fn namespaces<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let namespaces = self.0.namespaces().into_iter().map(|((cluster, namespace), create)| {
            ((ClusterId(cluster.clone()), Namespace(namespace.clone())), create)
        });
        namespaces.into_py_dict(py)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &DESIRED)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &DESIRED)
    }
}

/// A service account of a cluster, and the name of its role.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq)]
pub(crate) struct BoundAccount(core::BoundAccount);

const BOUND: [&str; 3] = ["cluster", "account", "role"];

impl Hash for BoundAccount {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.0.cluster, self.0.service_account(), &self.0.role).hash(state);
    }
}

#[pymethods]
impl BoundAccount {
    #[new]
    fn new(
        cluster: Parsed<core::ClusterId>,
        account: &Bound<'_, Account>,
        role: Parsed<core::RoleName>,
    ) -> Self {
        Self(core::BoundAccount::new(cluster.0, account.get().0.clone(), role.0))
    }

    /// The cluster.
    #[getter]
    fn cluster(&self) -> ClusterId {
        ClusterId(self.0.cluster.clone())
    }

    /// The service account, and what its annotations say.
    #[getter]
    fn account(&self) -> Account {
        Account(self.0.account.clone())
    }

    /// The role.
    #[getter]
    fn role(&self) -> RoleName {
        RoleName(self.0.role.clone())
    }

    /// Which service account.
    #[getter]
    fn service_account(&self) -> ServiceAccountRef {
        ServiceAccountRef(self.0.service_account().clone())
    }

    /// The service account as it has to be, with the annotations that name its role.
    fn manifest(&self, role: Parsed<core::RoleArn>) -> Manifest {
        Manifest(self.0.manifest(&role.0))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &BOUND)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &BOUND)
    }
}
