//! Requests, prepared policies, decisions and their reasons.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use crate::convert::{self, Document, Member, Parsed, Reduced, Scalars};
use crate::error::{Failure, Result};
use crate::policy::{PolicyLike, TrustPolicy};

/// One call that a trust policy is asked about: a caller, an action, and the condition keys it carries.
///
/// Read from `{"action", "principal": {"Federated" | "AWS" | "Service": text}, "context": {key: value |
/// [values]}}`. The keys are complete as given: one that isn't set is absent; no value is absent, too.
/// `unknown_values` are keys that are there with a value that isn't known, `unknown` those of which not
/// even that is known whether they are there.
#[pyclass(module = "iamwire", frozen, eq)]
#[derive(PartialEq, Eq)]
pub(crate) struct Request(pub(crate) core::Request);

impl Request {
    /// The core's reader judges what is given.
    fn build(
        py: Python<'_>,
        kind: &str,
        principal: &str,
        action: &str,
        context: Option<&Bound<'_, PyAny>>,
    ) -> Result<Self> {
        let request = PyDict::new(py);
        let caller = PyDict::new(py);
        caller.set_item(kind, principal)?;
        request.set_item("action", action)?;
        request.set_item("principal", caller)?;
        match context {
            Some(context) => request.set_item("context", context)?,
            None => request.set_item("context", PyDict::new(py))?,
        }
        Ok(Self(core::Request::from_json(&convert::json_text(&request)?)?))
    }
}

#[pymethods]
impl Request {
    #[new]
    #[pyo3(signature = (request, *, unknown_values = Vec::new(), unknown = Vec::new()))]
    fn new(
        request: &Bound<'_, PyAny>,
        unknown_values: Vec<String>,
        unknown: Vec<String>,
    ) -> Result<Self> {
        let mut made = RequestLike::extract_from(request)?.0;
        for key in unknown_values {
            made = made.with_unknown_value(&key);
        }
        for key in unknown {
            made = made.with_unknown(&key);
        }
        Ok(Self(made))
    }

    /// A web identity: a token of this provider, with the keys of `context`, for instance
    /// `issuer.condition_key("sub")`.
    #[staticmethod]
    #[pyo3(signature = (provider, *, context = None, action = "sts:AssumeRoleWithWebIdentity"))]
    fn web_identity(
        py: Python<'_>,
        provider: Parsed<core::ProviderArn>,
        context: Option<&Bound<'_, PyAny>>,
        action: &str,
    ) -> Result<Self> {
        Self::build(py, "Federated", provider.0.as_str(), action, context)
    }

    /// A principal of AWS: a user, a role, a session or an account's root, by its ARN.
    #[staticmethod]
    #[pyo3(signature = (arn, *, context = None, action = "sts:AssumeRole"))]
    fn aws(
        py: Python<'_>,
        arn: &str,
        context: Option<&Bound<'_, PyAny>>,
        action: &str,
    ) -> Result<Self> {
        Self::build(py, "AWS", arn, action, context)
    }

    /// A service of AWS, for instance `pods.eks.amazonaws.com`.
    #[staticmethod]
    #[pyo3(signature = (name, *, context = None, action = "sts:AssumeRole"))]
    fn service(
        py: Python<'_>,
        name: &str,
        context: Option<&Bound<'_, PyAny>>,
        action: &str,
    ) -> Result<Self> {
        Self::build(py, "Service", name, action, context)
    }

    /// The same request for another action, for instance `sts:TagSession`.
    fn with_action(&self, action: &str) -> Self {
        Self(self.0.clone().action(action))
    }

    /// The same request with a condition key set, compared without case; no value makes it absent.
    fn with_values(&self, key: &str, values: Scalars) -> Self {
        Self(self.0.clone().with(key, values.0.iter().map(String::as_str)))
    }

    /// The same request with a key that is there, with a value that isn't known.
    fn with_unknown_value(&self, key: &str) -> Self {
        Self(self.0.clone().with_unknown_value(key))
    }

    /// The same request with a key of which not even that is known whether it is there.
    fn with_unknown(&self, key: &str) -> Self {
        Self(self.0.clone().with_unknown(key))
    }

    /// The action that is asked for.
    #[getter]
    fn action(&self) -> &str {
        self.0.action_name()
    }

    /// Who asks: the provider's ARN, the principal's ARN or the service's name.
    #[getter]
    fn principal(&self) -> &str {
        self.0.principal()
    }

    /// The keys that are set, with their values; no value is an absent key, `None` one that isn't known.
    #[getter]
    fn context<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let context = PyDict::new(py);
        for (key, values) in self.0.context() {
            context.set_item(key, values)?;
        }
        Ok(context)
    }
}

/// An argument: a request, or JSON that reads as one.
pub(crate) struct RequestLike(pub(crate) core::Request);

impl RequestLike {
    fn extract_from(object: &Bound<'_, PyAny>) -> Result<Self> {
        if let Ok(request) = object.cast::<Request>() {
            return Ok(Self(request.get().0.clone()));
        }
        let text = Document::of("Request", object)?;
        let text = std::str::from_utf8(text.as_bytes()).map_err(|_| Failure::Surrogate)?;
        Ok(Self(core::Request::from_json(text)?))
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for RequestLike {
    type Error = Failure;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> Result<Self> {
        Self::extract_from(&object)
    }
}

/// A trust policy, ready to decide many requests.
#[pyclass(module = "iamwire", frozen, eq, hash)]
pub(crate) struct PreparedPolicy {
    policy: core::TrustPolicy,
    prepared: core::PreparedPolicy,
}

impl PreparedPolicy {
    pub(crate) fn of(py: Python<'_>, policy: &core::TrustPolicy) -> Self {
        let prepared = convert::released(py, policy.as_str().len(), || policy.prepare());
        Self { policy: policy.clone(), prepared }
    }
}

impl PartialEq for PreparedPolicy {
    fn eq(&self, other: &Self) -> bool {
        self.policy == other.policy
    }
}

impl std::hash::Hash for PreparedPolicy {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.policy.hash(state);
    }
}

#[pymethods]
impl PreparedPolicy {
    #[new]
    fn new(py: Python<'_>, policy: PolicyLike) -> Self {
        Self::of(py, &policy.0)
    }

    /// Decides one request.
    fn decide(&self, request: RequestLike) -> Member {
        Member::new("Decision", self.prepared.decide(&request.0))
    }

    /// Decides one request, and says for each statement why it matches or doesn't.
    pub(crate) fn explain(&self, request: RequestLike) -> Explanation {
        Explanation::from(self.prepared.explain(&request.0))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let policy = convert::repr(py, self.policy.as_str())?;
        Ok(format!("PreparedPolicy(TrustPolicy({policy}))"))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (TrustPolicy,)) {
        (slf.get_type(), (TrustPolicy(slf.get().policy.clone()),))
    }
}

/// A decision and why: one reason a statement, and some about the whole.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Explanation {
    #[pyo3(get)]
    decision: Member,
    reasons: Vec<Reason>,
}

const EXPLANATION: [&str; 2] = ["decision", "reasons"];

impl From<core::Explanation> for Explanation {
    fn from(explanation: core::Explanation) -> Self {
        Self {
            decision: Member::new("Decision", explanation.decision()),
            reasons: explanation.reasons().iter().map(Reason::from).collect(),
        }
    }
}

#[pymethods]
impl Explanation {
    #[new]
    fn new(py: Python<'_>, decision: &str, reasons: Vec<Bound<'_, Reason>>) -> PyResult<Self> {
        let decision = Member::checked(py, "Decision", decision)?;
        Ok(Self { decision, reasons: reasons.iter().map(|r| r.get().clone()).collect() })
    }

    /// Why, statement by statement.
    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, pyo3::types::PyTuple>> {
        pyo3::types::PyTuple::new(py, self.reasons.iter().cloned())
    }

    fn __str__(&self) -> String {
        let reasons: String = self.reasons.iter().map(|r| format!("\n{}", r.__str__())).collect();
        format!("{}{reasons}", self.decision.value())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &EXPLANATION)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &EXPLANATION)
    }
}

/// Why a statement matches a request, or doesn't.
///
/// `statement` is its number, none for what is said of the whole; `effect` its effect, if that can be
/// read; `result` whether it matches; `part` what says so; `message` says it in words.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Reason {
    #[pyo3(get)]
    statement: Option<usize>,
    #[pyo3(get)]
    effect: Option<Member>,
    #[pyo3(get)]
    result: Member,
    #[pyo3(get)]
    part: Member,
    #[pyo3(get)]
    message: String,
}

const REASON: [&str; 5] = ["statement", "effect", "result", "part", "message"];

impl From<&core::Reason> for Reason {
    fn from(reason: &core::Reason) -> Self {
        Self {
            statement: reason.statement,
            effect: reason.effect.map(|effect| Member::new("Effect", effect)),
            result: Member::new("Verdict", reason.result),
            part: Member::new("Part", reason.part),
            message: reason.message.clone(),
        }
    }
}

#[pymethods]
impl Reason {
    #[new]
    #[pyo3(signature = (statement, effect, result, part, message))]
    fn new(
        py: Python<'_>,
        statement: Option<usize>,
        effect: Option<&str>,
        result: &str,
        part: &str,
        message: String,
    ) -> PyResult<Self> {
        Ok(Self {
            statement,
            effect: effect.map(|effect| Member::checked(py, "Effect", effect)).transpose()?,
            result: Member::checked(py, "Verdict", result)?,
            part: Member::checked(py, "Part", part)?,
            message,
        })
    }

    fn __str__(&self) -> String {
        let Some(statement) = self.statement else { return self.message.clone() };
        let effect = self.effect.as_ref().map(|e| format!(" ({})", e.value())).unwrap_or_default();
        format!("statement {statement}{effect}: {}: {}", self.result.value(), self.message)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &REASON)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &REASON)
    }
}
