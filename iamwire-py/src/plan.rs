//! What makes wishes and sights agree: the plan and its changes.

use std::hash::{Hash, Hasher};

use iamwire_core as core;
use iamwire_core::json::{Json, Value};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::cluster::ClusterId;
use crate::convert::{self, Document, Reduced, Textual, Whole, shown};
use crate::desired::Desired;
use crate::error::{Failure, Result};
use crate::finding::Finding;
use crate::observed::{Caller, Observed};
use crate::planned::{PlannedCluster, Wired};
use crate::values::{ProviderArn, RoleArn, ServiceAccountRef};

/// The changes that make AWS and Kubernetes agree with what is wanted, in the order in which they are made, and
/// what the user should know.
///
/// The same wishes and the same sights give the same plan, and the same text. No plan is read back in: a pickle
/// holds what it was made of, and is planned again.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Plan(pub(crate) core::Plan);

impl Hash for Plan {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.digest().hash(state);
    }
}

#[pymethods]
impl Plan {
    /// The changes, in order.
    #[getter]
    fn changes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        changes(py, self.0.changes())
    }

    /// Whether there is nothing to do.
    #[getter]
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The changes by rounds: those of one round may be made together, but for those to one role or provider.
    #[getter]
    fn rounds<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let rounds = self.0.rounds().map(|round| changes(py, round));
        PyTuple::new(py, rounds.collect::<PyResult<Vec<_>>>()?)
    }

    /// What was looked at and is as it should be.
    #[getter]
    fn unchanged<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let kept = self.0.unchanged().iter().map(Kept::of);
        PyTuple::new(py, kept.collect::<Result<Vec<_>>>()?)
    }

    /// What the user should know.
    fn notices(&self) -> Vec<Finding> {
        Finding::all(self.0.notices().to_vec())
    }

    /// The service accounts with their roles, in the order of the bindings: what is true when all changes are
    /// made; of a plan that unwires, what was until then.
    #[getter]
    fn wired<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.wired().iter().map(Wired::of))
    }

    /// The clusters.
    #[getter]
    fn clusters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.clusters().iter().map(PlannedCluster::of))
    }

    /// Whose credentials providers and roles are written with.
    #[getter]
    fn caller(&self) -> Caller {
        Caller::of(self.0.caller())
    }

    /// Whether it takes away.
    #[getter]
    fn unwires(&self) -> bool {
        self.0.unwires()
    }

    /// What is wanted: what it was planned for.
    #[getter]
    fn desired(&self) -> Desired {
        Desired(self.0.desired().clone())
    }

    /// What was there: what it was planned on.
    #[getter]
    fn observed(&self) -> Observed {
        Observed(self.0.observed().clone())
    }

    /// What an unwiring takes away beside grants and annotations; none of a plan that wires.
    #[getter]
    fn unwire_options(&self) -> Option<UnwireOptions> {
        self.0.unwire_options().map(UnwireOptions::of)
    }

    /// `format_version` (1), `purpose`, `partition`, `account`, `clusters`, `changes`, `unchanged` and `notices`:
    /// without white space, or `indent` blanks a level, at most 255. `account` is the AWS account of providers and
    /// roles; what a change calls `service_account` is one of Kubernetes.
    #[pyo3(signature = (*, indent = None))]
    fn to_json(&self, py: Python<'_>, indent: Option<Whole<u8>>) -> Result<String> {
        py.detach(|| convert::written(&self.0, indent))
    }

    /// The same, as `json.loads` gives it.
    fn to_dict<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyDict>> {
        convert::loaded(py, &py.detach(|| self.0.to_json()))
    }

    /// The SHA-256, in hexadecimal digits, of the JSON without `format_version` and `notices`: two plans with
    /// one digest make the same changes to the same state.
    fn digest(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.digest())
    }

    fn __str__(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.to_string())
    }

    fn __repr__(&self) -> String {
        let purpose = if self.0.unwires() { "unwire" } else { "wire" };
        let changes: Vec<_> = self.0.changes().iter().map(ToString::to_string).collect();
        format!("<Plan to {purpose} [{}]>", changes.join("; "))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let (plan, py) = (slf.get(), slf.py());
        let module = py.import("iamwire")?;
        let made_of = (plan.desired(), plan.observed());
        match plan.unwire_options() {
            None => Ok((module.getattr("plan")?, made_of.into_pyobject(py)?)),
            Some(options) => {
                let (desired, observed) = made_of;
                let arguments = (desired, observed, options).into_pyobject(py)?;
                Ok((module.getattr("plan_unwire")?, arguments))
            }
        }
    }
}

/// Plans the wiring: only what is named is touched.
#[pyfunction]
pub(crate) fn plan(
    py: Python<'_>,
    desired: &Bound<'_, Desired>,
    observed: &Bound<'_, Observed>,
) -> Result<Plan> {
    let (desired, observed) = (&desired.get().0, &observed.get().0);
    Ok(Plan(py.detach(|| core::plan(desired, observed))?))
}

/// Plans to take the wiring away: exactly the grants named; roles that Iamwire made with the last of them;
/// annotations that it owns; service accounts that it made and no pod uses. A namespace never.
///
/// Of a cluster that is named by its issuer a service account is left alone that the role still trusts through
/// another provider, or that was not looked at; a notice says so.
#[pyfunction]
#[pyo3(signature = (desired, observed, options = None))]
pub(crate) fn plan_unwire(
    py: Python<'_>,
    desired: &Bound<'_, Desired>,
    observed: &Bound<'_, Observed>,
    options: Option<&Bound<'_, UnwireOptions>>,
) -> Result<Plan> {
    let options = UnwireOptions::or_none(options);
    let (desired, observed) = (&desired.get().0, &observed.get().0);
    Ok(Plan(py.detach(|| core::plan_unwire(desired, observed, options))?))
}

/// What an unwiring takes away beside grants and annotations.
#[pyclass(module = "iamwire", frozen, eq, hash, get_all)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct UnwireOptions {
    /// Deletes the cluster's provider if no role trusts it. To know that, all roles of the account are listed.
    delete_provider: bool,
    /// Takes the policies that are named off a role that stays.
    detach_policies: bool,
}

const OPTIONS: [&str; 2] = ["delete_provider", "detach_policies"];

impl UnwireOptions {
    fn of(options: core::UnwireOptions) -> Self {
        let core::UnwireOptions { delete_provider, detach_policies, .. } = options;
        Self { delete_provider, detach_policies }
    }

    /// The core's; neither where none was given.
    pub(crate) fn or_none(options: Option<&Bound<'_, Self>>) -> core::UnwireOptions {
        let Some(options) = options else { return core::UnwireOptions::new() };
        core::UnwireOptions::new()
            .delete_provider(options.get().delete_provider)
            .detach_policies(options.get().detach_policies)
    }
}

#[pymethods]
impl UnwireOptions {
    #[new]
    #[pyo3(signature = (delete_provider = false, detach_policies = false))]
    fn new(delete_provider: bool, detach_policies: bool) -> Self {
        Self { delete_provider, detach_policies }
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &OPTIONS)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &OPTIONS)
    }
}

/// One call that would be made, with what it was planned on; `str` says it in words.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Change {
    details: Details,
    message: String,
    round: usize,
}

/// The kinds of changes, by the names of the core's.
const CHANGES: [&str; 19] = [
    "CreateProvider",
    "AddAudience",
    "SetThumbprints",
    "CreateRole",
    "UpdateRole",
    "PutBoundary",
    "UpdateTrust",
    "TagRole",
    "AttachPolicy",
    "PutInlinePolicy",
    "CreateNamespace",
    "CreateAccount",
    "ApplyAccount",
    "DetachPolicy",
    "DeleteInlinePolicy",
    "DeleteRole",
    "DeleteProvider",
    "RemoveAnnotations",
    "DeleteAccount",
];

impl Change {
    pub(crate) fn of(change: &core::Change) -> Result<Self> {
        Ok(Self {
            details: Details::read("change", convert::written(change, None)?)?,
            message: change.to_string(),
            round: change.round(),
        })
    }
}

#[pymethods]
impl Change {
    #[new]
    fn new(details: &Bound<'_, PyAny>, message: String, round: Whole<usize>) -> Result<Self> {
        Ok(Self { details: Details::of("change", &CHANGES, details)?, message, round: round.0 })
    }

    /// What is done: `CreateProvider`, `CreateRole`, `AttachPolicy` and so on.
    #[getter]
    fn kind(&self) -> &str {
        &self.details.kind
    }

    /// In words, on one line.
    #[getter]
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// In which round of writes it is made, from 0: those of one round don't need each other.
    #[getter]
    fn round(&self) -> usize {
        self.round
    }

    /// The role that it changes; none if it changes something else.
    #[getter]
    fn role(&self) -> Option<RoleArn> {
        self.details.role.clone().map(RoleArn)
    }

    /// The provider that it changes; none if it changes something else.
    #[getter]
    fn provider(&self) -> Option<ProviderArn> {
        self.details.provider.clone().map(ProviderArn)
    }

    /// The service account that it changes, after its cluster; none if it changes something else.
    #[getter]
    fn service_account(&self) -> Option<(ClusterId, ServiceAccountRef)> {
        self.details.service_account()
    }

    /// All of it: `change` is its kind, `was` what it was planned on.
    fn to_dict<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyDict>> {
        convert::loaded(py, &self.details.json)
    }

    fn __str__(&self) -> &str {
        &self.message
    }

    fn __repr__(&self) -> String {
        format!("<Change {}: {}>", self.details.kind, self.message)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let Self { details, message, round } = slf.get();
        let arguments = (details.json.as_str(), message.as_str(), *round);
        Ok((slf.get_type().into_any(), arguments.into_pyobject(slf.py())?))
    }
}

/// Something that was looked at and is as it should be.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Kept(Details);

/// The kinds of what stays, by the names of the core's.
const KEPT: [&str; 6] = ["Provider", "Role", "Policy", "InlinePolicy", "Namespace", "Account"];

impl Kept {
    fn of(kept: &core::Kept) -> Result<Self> {
        Ok(Self(Details::read("unchanged", convert::written(kept, None)?)?))
    }
}

#[pymethods]
impl Kept {
    #[new]
    fn new(details: &Bound<'_, PyAny>) -> Result<Self> {
        Ok(Self(Details::of("unchanged", &KEPT, details)?))
    }

    /// What it is: `Provider`, `Role`, `Policy`, `InlinePolicy`, `Namespace` or `Account`.
    #[getter]
    fn kind(&self) -> &str {
        &self.0.kind
    }

    /// The role that it is or is a part of; none if it is something else.
    #[getter]
    fn role(&self) -> Option<RoleArn> {
        self.0.role.clone().map(RoleArn)
    }

    /// The provider; none if it is something else.
    #[getter]
    fn provider(&self) -> Option<ProviderArn> {
        self.0.provider.clone().map(ProviderArn)
    }

    /// The service account, after its cluster; none if it is something else.
    #[getter]
    fn service_account(&self) -> Option<(ClusterId, ServiceAccountRef)> {
        self.0.service_account()
    }

    /// All of it: `unchanged` is its kind.
    fn to_dict<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyDict>> {
        convert::loaded(py, &self.0.json)
    }

    fn __repr__(&self) -> String {
        format!("<Kept {}>", self.0.json)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let arguments = (slf.get().0.json.as_str(),).into_pyobject(slf.py())?;
        Ok((slf.get_type().into_any(), arguments))
    }
}

/// An object of JSON, and the members of it that say what it is about.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Details {
    json: String,
    kind: String,
    role: Option<core::RoleArn>,
    provider: Option<core::ProviderArn>,
    cluster: Option<core::ClusterId>,
    namespace: Option<core::Namespace>,
    service_account: Option<core::ServiceAccountRef>,
}

impl Details {
    /// What Python gives: of one of the kinds that there are, and about something.
    fn of(tag: &str, kinds: &[&str], object: &Bound<'_, PyAny>) -> Result<Self> {
        let document = Document::of("details as", object)?;
        let read = Self::read(tag, document.as_str()?.to_owned())?;
        if !kinds.contains(&read.kind.as_str()) {
            return Err(Failure::Details(format!("{} is no kind of `{tag}`", shown(&read.kind))));
        }
        let is_of_cluster =
            read.cluster.is_some() && (read.service_account.is_some() || read.namespace.is_some());
        if read.role.is_none() && read.provider.is_none() && !is_of_cluster {
            return Err(Failure::Details("it names nothing that it is about".to_owned()));
        }
        Ok(read)
    }

    fn read(tag: &str, json: String) -> Result<Self> {
        let read = Json::parse(&json).map_err(|error| Failure::Details(error.to_string()))?;
        let root = read.root();
        let Some(kind) = root.member(tag).and_then(Value::as_str) else {
            return Err(Failure::Details(format!("there is no text `{tag}` in it")));
        };
        Ok(Self {
            kind: kind.into_owned(),
            role: named(root, "role")?,
            provider: named(root, "provider")?,
            cluster: named(root, "cluster")?,
            namespace: named(root, "namespace")?,
            service_account: named(root, "service_account")?,
            json,
        })
    }

    fn service_account(&self) -> Option<(ClusterId, ServiceAccountRef)> {
        let (cluster, account) = (self.cluster.clone()?, self.service_account.clone()?);
        Some((ClusterId(cluster), ServiceAccountRef(account)))
    }
}

fn named<T: Textual>(object: Value<'_>, name: &str) -> Result<Option<T>> {
    object.member(name).and_then(Value::as_str).map(|text| T::parse(&text)).transpose()
}

/// Changes as a tuple.
pub(crate) fn changes<'py>(
    py: Python<'py>,
    changes: &[core::Change],
) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(py, changes.iter().map(Change::of).collect::<Result<Vec<_>>>()?)
}

/// Says of the functions that they are the package's, as the classes do.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let functions = ["plan", "plan_unwire"];
    functions
        .into_iter()
        .try_for_each(|name| module.getattr(name)?.setattr("__module__", "iamwire"))
}
