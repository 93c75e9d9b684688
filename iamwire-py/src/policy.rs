//! `TrustPolicy`: the text of a trust policy.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::builder::TrustBuilder;
use crate::convert::{self, Document, Member, Parsed, SubjectLike, Whole};
use crate::edit::Edit;
use crate::error::{Failure, Result};
use crate::finding::Finding;
use crate::grant::Grant;
use crate::granted::{Granted, standing};
use crate::request::{Explanation, PreparedPolicy, RequestLike};
use crate::values::{ProviderArn, ServiceAccountRef};
use crate::views::Statement;

/// A trust policy: any document that IAM accepts as one, and many that it doesn't.
///
/// The text is the document: `str` gives back the characters that were read, and what is not known is
/// kept. A dict is written as compact JSON. `==` compares members, order and values, not white space.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct TrustPolicy(pub(crate) core::TrustPolicy);

#[pymethods]
impl TrustPolicy {
    #[new]
    fn new(document: &Bound<'_, PyAny>) -> Result<Self> {
        if let Ok(policy) = document.cast::<Self>() {
            return Ok(Self(policy.get().0.clone()));
        }
        let text = Document::of("TrustPolicy", document)?;
        let bytes = text.as_bytes();
        let read = || core::TrustPolicy::from_bytes(bytes);
        Ok(Self(convert::released(document.py(), bytes.len(), read)?))
    }

    /// Reads a document as `GetRole` returns it: percent-encoded by RFC 3986, so that `+` is itself.
    #[staticmethod]
    fn from_percent_encoded(py: Python<'_>, text: &Bound<'_, PyAny>) -> Result<Self> {
        let text = convert::text(text)?;
        let read = || core::TrustPolicy::from_percent_encoded(text);
        Ok(Self(convert::released(py, text.len(), read)?))
    }

    fn __str__(&self) -> &str {
        self.0.as_str()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("TrustPolicy({})", convert::repr(py, self.0.as_str())?))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (String,)) {
        (slf.get_type(), (slf.get().0.as_str().to_owned(),))
    }

    /// The document as `json.loads` gives it; but a number that no `int` or `float` gives back as it was
    /// written becomes a text of its digits, which IAM compares alike.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        convert::members(py, self.0.json().root().members())
    }

    /// The same members in the same order: without white space, or `indent` blanks a level, at most 255.
    #[pyo3(signature = (*, indent = None))]
    fn to_json(&self, indent: Option<Whole<u8>>) -> String {
        match indent {
            None => self.0.to_compact(),
            Some(indent) => convert::reindented(&self.0.to_pretty(), usize::from(indent.0)),
        }
    }

    /// The same members in the same order, without white space.
    fn to_compact(&self) -> String {
        self.0.to_compact()
    }

    /// The same members in the same order, two blanks a level.
    fn to_pretty(&self) -> String {
        self.0.to_pretty()
    }

    /// The document as the Query protocol carries it.
    fn to_percent_encoded(&self) -> String {
        self.0.to_percent_encoded()
    }

    /// The version of the policy language; one that IAM doesn't know is given as it stands.
    #[getter]
    fn version<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.0.version() {
            core::Version::V2012 => Member::new("Version", "2012-10-17").into_pyobject(py),
            core::Version::Other(value) => convert::to_python(py, value),
            _ => Member::new("Version", "2008-10-17").into_pyobject(py),
        }
    }

    /// The `Id`, as it stands.
    #[getter]
    fn id<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        convert::optional(py, self.0.id())
    }

    /// The statements, in order; a single one stands without a list as well.
    #[getter]
    fn statements<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let statements = self.0.statements().map(|s| Statement::new(&self.0, s));
        PyTuple::new(py, statements.collect::<Vec<_>>())
    }

    /// One statement, numbered from 0; none if there are fewer.
    fn statement(&self, index: Whole<usize>) -> Option<Statement> {
        Statement::of(&self.0, index.0)
    }

    /// What stands beside `Version`, `Id` and `Statement`.
    #[getter]
    fn unknown_members<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        convert::members(py, self.0.unknown_members())
    }

    /// The characters without white space between tokens: an upper bound of what IAM counts against the
    /// quota `ACLSizePerRole`.
    fn size(&self) -> usize {
        self.0.size()
    }

    /// Begins a policy that trusts tokens of one OIDC provider; what its keys are follows from the issuer.
    #[staticmethod]
    fn web_identity(provider: Parsed<core::ProviderArn>) -> TrustBuilder {
        TrustBuilder::of(&provider.0)
    }

    /// A policy with one statement that grants this.
    #[staticmethod]
    fn from_grant(grant: &Bound<'_, Grant>) -> Self {
        Self(core::TrustPolicy::from(&grant.get().0))
    }

    /// Who may assume the role: one for each Allow statement, principal and subject in it, in order.
    ///
    /// What can't be read, or can't be expressed as a grant, is told by `notices_of_grants`.
    fn grants(&self) -> Vec<Granted> {
        self.0.grants().into_iter().map(|granted| Granted::of(&self.0, granted)).collect()
    }

    /// What allows somebody, or may, and is not among `grants`, with its place.
    fn notices_of_grants(&self) -> Vec<Finding> {
        Finding::all(self.0.notices_of_grants())
    }

    /// Which of these service accounts of a cluster may assume the role with audience
    /// `sts.amazonaws.com`.
    fn who_may(
        &self,
        provider: Parsed<core::ProviderArn>,
        accounts: Vec<Parsed<core::ServiceAccountRef>>,
    ) -> Result<Vec<(ServiceAccountRef, Member)>> {
        let accounts: Vec<_> = accounts.into_iter().map(|account| account.0).collect();
        let told = self.0.who_may(&provider.0, &accounts).into_iter();
        told.map(|(a, s)| Ok((ServiceAccountRef(a.clone()), standing(s)?))).collect()
    }

    /// What the policy says of all that a grant lets in; a statement that can't be read makes it depend.
    fn standing(&self, grant: &Bound<'_, Grant>) -> Result<Member> {
        standing(self.0.standing(&grant.get().0))
    }

    /// The only OIDC provider that an Allow statement trusts; several are an `EditError` that lists them.
    fn sole_provider(&self) -> Result<ProviderArn> {
        Ok(ProviderArn(self.0.sole_provider()?))
    }

    /// The OIDC providers that Allow statements name, in order, each once.
    fn trusted_providers(&self) -> Vec<ProviderArn> {
        self.0.trusted_providers().into_iter().map(ProviderArn).collect()
    }

    /// Grants: the subject joins the first canonical statement of the same provider and audiences, else
    /// a statement is added.
    fn grant(&self, grant: &Bound<'_, Grant>) -> Result<Edit> {
        self.0.grant(&grant.get().0)?.try_into()
    }

    /// Takes a grant out: the value, with the last value the statement.
    fn revoke(&self, grant: &Bound<'_, Grant>) -> Result<Edit> {
        self.0.revoke(&grant.get().0)?.try_into()
    }

    /// Adds `<issuer>:sub` to every Allow statement of the provider that has none in effect.
    fn pin_subject(
        &self,
        provider: Parsed<core::ProviderArn>,
        subject: SubjectLike,
    ) -> Result<Edit> {
        self.0.pin_subject(&provider.0, &subject.0)?.try_into()
    }

    /// Makes `:sub` exactly this subject in every Allow statement of the provider.
    fn narrow(&self, provider: Parsed<core::ProviderArn>, subject: SubjectLike) -> Result<Edit> {
        self.0.narrow(&provider.0, &subject.0)?.try_into()
    }

    /// Puts `<issuer>:sub` in the place of the `StringEquals` on `<issuer>:aud`. `pin_subject` keeps both
    /// and is the better one: a notice says what is lost.
    fn replace_audience_with_subject(
        &self,
        provider: Parsed<core::ProviderArn>,
        subject: SubjectLike,
    ) -> Result<Edit> {
        self.0.replace_audience_with_subject(&provider.0, &subject.0)?.try_into()
    }

    /// Trusts a provider as another one is trusted: each statement of `of` is copied behind itself.
    fn add_provider(
        &self,
        of: Parsed<core::ProviderArn>,
        new: Parsed<core::ProviderArn>,
    ) -> Result<Edit> {
        self.0.add_provider(&of.0, &new.0)?.try_into()
    }

    /// Trusts one provider in the place of another: principal and condition keys of its Allow statements.
    fn replace_provider(
        &self,
        old: Parsed<core::ProviderArn>,
        new: Parsed<core::ProviderArn>,
    ) -> Result<Edit> {
        self.0.replace_provider(&old.0, &new.0)?.try_into()
    }

    /// Trusts the provider no longer: its Allow statements go; one with other principals loses only it.
    fn remove_provider(&self, provider: Parsed<core::ProviderArn>) -> Result<Edit> {
        self.0.remove_provider(&provider.0)?.try_into()
    }

    /// Removes each OIDC provider that is not among those given.
    fn prune_providers(&self, known: Vec<Parsed<core::ProviderArn>>) -> Result<Edit> {
        let known: Vec<_> = known.into_iter().map(|provider| provider.0).collect();
        self.0.prune_providers(&known)?.try_into()
    }

    /// Makes one statement of canonical ones with the same provider and audiences. Never implied.
    fn compact(&self) -> Result<Edit> {
        self.0.compact()?.try_into()
    }

    /// What IAM would refuse in the document, and what looks like a template's text, in the order of the
    /// text.
    fn notices(&self) -> Vec<Finding> {
        Finding::all(self.0.notices())
    }

    /// Whether both mean the same, however they are written: order, one value or a list of one, an
    /// account's id or its root ARN don't count.
    fn means_same(&self, other: PolicyLike) -> bool {
        self.0.means_same(&other.0)
    }

    /// The characters that are left under a quota, for instance `SIZE_QUOTA`; 0 if it is used up.
    fn room(&self, quota: Whole<usize>) -> usize {
        self.0.room(quota.0)
    }

    /// How many of these grants fit under a quota, granted in this order.
    fn fits(&self, quota: Whole<usize>, grants: Vec<Bound<'_, Grant>>) -> usize {
        self.0.fits(quota.0, grants.iter().map(|grant| &grant.get().0))
    }

    /// Reads every statement once, so that many requests can be decided.
    fn prepare(&self, py: Python<'_>) -> PreparedPolicy {
        PreparedPolicy::of(py, &self.0)
    }

    /// The decision with a reason for each statement; `prepare` first if there are many requests.
    fn explain(&self, py: Python<'_>, request: RequestLike) -> Explanation {
        self.prepare(py).explain(request)
    }
}

/// An argument: a policy, or anything that reads as one.
pub(crate) struct PolicyLike(pub(crate) core::TrustPolicy);

impl<'a, 'py> FromPyObject<'a, 'py> for PolicyLike {
    type Error = Failure;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> Result<Self> {
        Ok(Self(TrustPolicy::new(&object)?.0))
    }
}
