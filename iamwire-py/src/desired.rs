//! What is wanted: bindings of service accounts to roles, folded into resources.

use std::hash::{Hash, Hasher};

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyString, PyTuple};

use crate::cluster::ClusterId;
use crate::convert::{self, Member, Pairs, Parsed, Reduced, Whole, whole};
use crate::error::{Failure, Result};
use crate::managed_policy::{InlinePolicyName, ManagedPolicy, PermissionsPolicy, PolicyArn};
use crate::manifest::{Manifest, TokenExpiration};
use crate::role::{RoleDescription, SessionDuration, TagKey, TagValue};
use crate::seconds::Seconds;
use crate::values::{Audience, Namespace, RoleName, RolePath, ServiceAccountRef, Thumbprints};

/// A cluster, and what its OIDC provider in IAM must have: audiences and thumbprints.
///
/// It is named by its name in the region of the credentials, by its ARN, or by the issuer, with `https://`, of
/// one that EKS does not run.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq)]
pub(crate) struct Cluster(core::Cluster);

const CLUSTER: [&str; 3] = ["id", "audiences", "thumbprints"];

impl Hash for Cluster {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id().hash(state);
    }
}

/// An argument: which thumbprints; a list names them.
struct Choice(core::ThumbprintChoice);

impl<'a, 'py> FromPyObject<'a, 'py> for Choice {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(choice) = object.cast::<ThumbprintChoice>() {
            return Ok(Self(choice.get().0.clone()));
        }
        Ok(Self(core::ThumbprintChoice::Pinned(pinned(&object)?)))
    }
}

/// Thumbprints, one or a list of them.
fn pinned(object: &Bound<'_, PyAny>) -> PyResult<core::Thumbprints> {
    if let Ok(all) = object.cast::<Thumbprints>() {
        return Ok(all.get().0.clone());
    }
    let all = match object.extract::<Parsed<core::Thumbprint>>() {
        Ok(one) => vec![one],
        Err(error) if object.is_instance_of::<PyString>() => return Err(error),
        Err(_) => object.extract::<Vec<Parsed<core::Thumbprint>>>()?,
    };
    Ok(core::Thumbprints::new(all.into_iter().map(|one| one.0)).map_err(Failure::from)?)
}

impl Cluster {
    fn of(
        id: core::ClusterId,
        audiences: Option<Vec<Parsed<core::Audience>>>,
        thumbprints: Option<Choice>,
    ) -> Self {
        let mut cluster = core::Cluster::new(id);
        if let Some(audiences) = audiences {
            cluster = cluster.audiences(audiences.into_iter().map(|audience| audience.0));
        }
        if let Some(choice) = thumbprints {
            cluster = cluster.thumbprints(choice.0);
        }
        Self(cluster)
    }
}

#[pymethods]
impl Cluster {
    #[new]
    #[pyo3(signature = (id, audiences = None, thumbprints = None))]
    fn new(
        id: Parsed<core::ClusterId>,
        audiences: Option<Vec<Parsed<core::Audience>>>,
        thumbprints: Option<Choice>,
    ) -> Self {
        Self::of(id.0, audiences, thumbprints)
    }

    /// A cluster of EKS by its name, in the region of the credentials.
    #[staticmethod]
    #[pyo3(signature = (name, audiences = None, thumbprints = None))]
    fn from_name(
        name: Parsed<core::ClusterName>,
        audiences: Option<Vec<Parsed<core::Audience>>>,
        thumbprints: Option<Choice>,
    ) -> Self {
        Self::of(name.0.into(), audiences, thumbprints)
    }

    /// A cluster of EKS by its ARN, which says region, account and partition.
    #[staticmethod]
    #[pyo3(signature = (arn, audiences = None, thumbprints = None))]
    fn from_arn(
        arn: Parsed<core::ClusterArn>,
        audiences: Option<Vec<Parsed<core::Audience>>>,
        thumbprints: Option<Choice>,
    ) -> Self {
        Self::of(arn.0.into(), audiences, thumbprints)
    }

    /// A cluster that EKS does not run, by the issuer of its tokens.
    #[staticmethod]
    #[pyo3(signature = (issuer, audiences = None, thumbprints = None))]
    fn self_managed(
        issuer: Parsed<core::Issuer>,
        audiences: Option<Vec<Parsed<core::Audience>>>,
        thumbprints: Option<Choice>,
    ) -> Self {
        Self::of(issuer.0.into(), audiences, thumbprints)
    }

    /// What names it.
    #[getter]
    fn id(&self) -> ClusterId {
        ClusterId(self.0.id().clone())
    }

    /// Whom its tokens may be for: client ids of the provider.
    #[getter]
    fn audiences<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.wanted_audiences().iter().cloned().map(Audience))
    }

    /// Which thumbprints the provider has.
    #[getter]
    fn thumbprints(&self) -> ThumbprintChoice {
        ThumbprintChoice(self.0.thumbprint_choice().clone())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &CLUSTER)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &CLUSTER)
    }
}

/// Which thumbprints an OIDC provider has: `LetIam` sends none and IAM fetches its own, `Fetch` takes the one of
/// the certificate that the issuer serves now, `Pinned` those that are named.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq)]
pub(crate) struct ThumbprintChoice(core::ThumbprintChoice);

impl Hash for ThumbprintChoice {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl ThumbprintChoice {
    fn name(&self) -> &'static str {
        match &self.0 {
            core::ThumbprintChoice::Fetch => "Fetch",
            core::ThumbprintChoice::Pinned(_) => "Pinned",
            _ => "LetIam",
        }
    }
}

#[pymethods]
impl ThumbprintChoice {
    /// None is sent: IAM fetches its own. Those of an existing provider stay.
    #[staticmethod]
    #[pyo3(name = "LetIam")]
    fn let_iam() -> Self {
        Self(core::ThumbprintChoice::LetIam)
    }

    /// The one of the certificate that the issuer serves now.
    #[staticmethod]
    #[pyo3(name = "Fetch")]
    fn fetch() -> Self {
        Self(core::ThumbprintChoice::Fetch)
    }

    /// These; an empty list is as `LetIam`.
    #[staticmethod]
    #[pyo3(name = "Pinned")]
    fn of_pinned(thumbprints: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(core::ThumbprintChoice::Pinned(pinned(thumbprints)?)))
    }

    /// Those that are named, if it is `Pinned`.
    #[getter]
    fn pinned(&self) -> Option<Thumbprints> {
        match &self.0 {
            core::ThumbprintChoice::Pinned(all) => Some(Thumbprints(all.clone())),
            _ => None,
        }
    }

    /// Whether it is `Fetch`.
    #[getter]
    fn is_fetch(&self) -> bool {
        self.0 == core::ThumbprintChoice::Fetch
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (_, arguments) = Self::__reduce__(slf)?;
        let arguments: Vec<_> =
            arguments.iter().map(|a| Ok(a.repr()?.to_string())).collect::<PyResult<_>>()?;
        Ok(format!("ThumbprintChoice.{}({})", slf.get().name(), arguments.join(", ")))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let make = slf.get_type().getattr(slf.get().name())?;
        Ok((make, PyTuple::new(slf.py(), slf.get().pinned())?))
    }
}

/// A service account, and what its annotations say beside the role.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq)]
pub(crate) struct Account(core::Account);

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

/// A role by its name, and what it must have. What isn't named is left as it is.
///
/// Its trust policy isn't among it: that follows from the bindings.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq)]
pub(crate) struct Role(core::Role);

const ROLE: [&str; 9] = [
    "name",
    "path",
    "description",
    "max_session_duration",
    "boundary",
    "tags",
    "managed_policies",
    "inline_policies",
    "existing",
];

impl Hash for Role {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name().hash(state);
    }
}

#[pymethods]
impl Role {
    #[new]
    #[pyo3(signature = (
        name, path = None, description = None, max_session_duration = None, boundary = None,
        tags = None, managed_policies = None, inline_policies = None, existing = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords, each of its own kind")]
    fn new(
        py: Python<'_>,
        name: Parsed<core::RoleName>,
        path: Option<Parsed<core::RolePath>>,
        description: Option<Parsed<core::RoleDescription>>,
        max_session_duration: Option<Seconds<core::SessionDuration>>,
        boundary: Option<Parsed<core::PolicyArn>>,
        tags: Option<Pairs<core::TagKey, core::TagValue>>,
        managed_policies: Option<Vec<Parsed<core::ManagedPolicy>>>,
        inline_policies: Option<&Bound<'_, PyDict>>,
        existing: Option<&str>,
    ) -> PyResult<Self> {
        let mut role = core::Role::new(name.0);
        if let Some(path) = path {
            role = role.path(path.0);
        }
        if let Some(description) = description {
            role = role.description(description.0);
        }
        if let Some(duration) = max_session_duration {
            role = role.max_session_duration(duration.0);
        }
        if let Some(boundary) = boundary {
            role = role.boundary(boundary.0);
        }
        for (key, value) in tags.into_iter().flat_map(|tags| tags.0) {
            role = role.tag(key, value);
        }
        for policy in managed_policies.into_iter().flatten() {
            role = role.managed_policy(policy.0);
        }
        for (name, document) in inline_policies.into_iter().flatten() {
            let name = name.extract::<Parsed<core::InlinePolicyName>>()?;
            role = role.inline_policy(name.0, PermissionsPolicy::read(&document)?.0);
        }
        if let Some(existing) = existing {
            role = role.existing(on_existing(py, existing)?);
        }
        Ok(Self(role))
    }

    /// The name.
    #[getter]
    fn name(&self) -> RoleName {
        RoleName(self.0.name().clone())
    }

    /// The path, if one was named; a new role is at `/` unless told. That of an existing one can't be changed.
    #[getter]
    fn path(&self) -> Option<RolePath> {
        self.0.wanted_path().cloned().map(RolePath)
    }

    /// The description, if one was named.
    #[getter]
    fn description(&self) -> Option<RoleDescription> {
        self.0.wanted_description().cloned().map(RoleDescription)
    }

    /// How long a session may last at most, if that was named; an hour for a new role unless told.
    #[getter]
    fn max_session_duration(&self) -> Option<SessionDuration> {
        self.0.wanted_duration().map(SessionDuration)
    }

    /// The permissions boundary, if one was named: a managed policy that bounds what the policies allow.
    #[getter]
    fn boundary(&self) -> Option<PolicyArn> {
        self.0.wanted_boundary().cloned().map(PolicyArn)
    }

    /// The tags that were named, by key.
    #[getter]
    fn tags<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let tags = self.0.wanted_tags().iter();
        tags.map(|(key, value)| (TagKey(key.clone()), TagValue(value.clone()))).into_py_dict(py)
    }

    /// The managed policies, in the order in which they were named.
    #[getter]
    fn managed_policies<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.managed_policies().iter().cloned().map(ManagedPolicy))
    }

    /// The inline policies, by name.
    #[getter]
    fn inline_policies<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let inline = self.0.inline_policies().iter();
        let inline = inline.map(|(name, document)| {
            (InlinePolicyName(name.clone()), PermissionsPolicy(document.clone()))
        });
        inline.into_py_dict(py)
    }

    /// What to do if it exists and isn't marked as Iamwire's, if that was said; else that is refused.
    #[getter]
    fn existing(&self) -> Result<Option<Member>> {
        self.0.named_existing().map(existing_member).transpose()
    }

    /// All managed policies that must be there: those that are attached, and the boundary.
    fn policies<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.policies().into_iter().map(ManagedPolicy))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &ROLE)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &ROLE)
    }
}

fn on_existing(py: Python<'_>, text: &str) -> Result<core::ExistingRole> {
    match Member::checked(py, "ExistingRole", text)?.value() {
        "merge" => Ok(core::ExistingRole::Merge),
        "replace" => Ok(core::ExistingRole::Replace),
        _ => Ok(core::ExistingRole::Refuse),
    }
}

fn existing_member(existing: core::ExistingRole) -> Result<Member> {
    let value = match existing {
        core::ExistingRole::Refuse => "refuse",
        core::ExistingRole::Merge => "merge",
        core::ExistingRole::Replace => "replace",
        _ => return Err(Failure::Unknown("choice for an existing role")),
    };
    Ok(Member::new("ExistingRole", value))
}

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
