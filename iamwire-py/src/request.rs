//! Requests, prepared policies, decisions and their reasons.

use std::hash::{Hash, Hasher};

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyTuple, PyType};

use crate::convert::{self, Document, Made, Member, Parsed, Reduced, Scalars, TextLike, Whole};
use crate::error::{Failure, Result};
use crate::policy::{PolicyLike, TrustPolicy};
use crate::sts::Claims;

/// One call that a trust policy is asked about: a caller, an action, and the condition keys it carries.
///
/// Read from `{"action", "principal": {"Federated" | "AWS" | "Service": text}, "context": {key: value |
/// [values]}}`. The keys are complete as given: one that isn't set is absent.
#[pyclass(module = "iamwire", frozen)]
pub(crate) struct Request {
    request: core::Request,
    made: Made,
}

impl Request {
    /// The core's reader judges what is given.
    fn read(py: Python<'_>, text: &str) -> Result<Self> {
        let request = core::Request::from_json(text)?;
        Ok(Self { request, made: Made::by(py, None, (text,))? })
    }

    fn build(
        kind: &str,
        principal: &str,
        action: &str,
        context: Option<&Bound<'_, PyAny>>,
        py: Python<'_>,
    ) -> Result<Self> {
        let caller = [(kind, principal)].into_py_dict(py)?;
        let context = context.cloned().unwrap_or_else(|| PyDict::new(py).into_any());
        let request = PyDict::new(py);
        request.set_item("action", action)?;
        request.set_item("principal", caller)?;
        request.set_item("context", context)?;
        Self::read(py, &convert::json_text(&request)?)
    }

    /// Another request, made of this one by a method.
    fn then(
        slf: &Bound<'_, Self>,
        method: &'static str,
        argument: &str,
        request: core::Request,
    ) -> PyResult<Self> {
        Ok(Self { request, made: Made::by(slf.py(), method, (slf.clone(), argument))? })
    }
}

#[pymethods]
impl Request {
    #[new]
    fn new(request: &Bound<'_, PyAny>) -> Result<Self> {
        if let Ok(Self { request: same, made }) = request.cast::<Self>().map(Bound::get) {
            return Ok(Self { request: same.clone(), made: made.clone_ref(request.py()) });
        }
        Self::read(request.py(), Document::of("Request", request)?.as_str()?)
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
        Self::build("Federated", provider.0.as_str(), action, context, py)
    }

    /// A principal of AWS: a user, a role, a session or an account's root, by its ARN.
    #[staticmethod]
    #[pyo3(signature = (arn, *, context = None, action = "sts:AssumeRole"))]
    fn aws(
        py: Python<'_>,
        arn: TextLike,
        context: Option<&Bound<'_, PyAny>>,
        action: &str,
    ) -> Result<Self> {
        Self::build("AWS", &arn.0, action, context, py)
    }

    /// A service of AWS, for instance `pods.eks.amazonaws.com`.
    #[staticmethod]
    #[pyo3(signature = (name, *, context = None, action = "sts:AssumeRole"))]
    fn service(
        py: Python<'_>,
        name: TextLike,
        context: Option<&Bound<'_, PyAny>>,
        action: &str,
    ) -> Result<Self> {
        Self::build("Service", &name.0, action, context, py)
    }

    /// Reads the event of a call of `AssumeRoleWithWebIdentity` as CloudTrail recorded it: by itself, as
    /// the `detail` of `EventBridge`, or as the one record of a log file. What it doesn't tell is not known.
    #[staticmethod]
    fn from_cloudtrail(event: &Bound<'_, PyAny>) -> Result<Self> {
        let document = Document::of("an event as", event)?;
        let text = document.as_str()?;
        let request = core::Request::from_cloudtrail(text)?;
        Ok(Self { request, made: Made::by(event.py(), "from_cloudtrail", (text,))? })
    }

    /// What STS asks the trust policy of a role about, for a token with these claims, at a time in seconds
    /// since 1970.
    #[staticmethod]
    fn from_claims(
        py: Python<'_>,
        claims: &Bound<'_, PyAny>,
        role: Parsed<core::RoleArn>,
        now: Whole<i64>,
    ) -> Result<Self> {
        let claims = Claims::read(claims)?;
        let request = core::Request::from_claims(claims.as_ref(), &role.0, now.0)?;
        Ok(Self { request, made: Made::by(py, "from_claims", (claims, role.0.as_str(), now.0))? })
    }

    /// The same request for another action, for instance `sts:TagSession`.
    fn with_action(slf: &Bound<'_, Self>, action: &str) -> PyResult<Self> {
        let request = slf.get().request.clone().action(action);
        Self::then(slf, "with_action", action, request)
    }

    /// The same request with a condition key set, compared without case, to one value or a list of them;
    /// an empty list makes it absent.
    fn with_values(slf: &Bound<'_, Self>, key: &str, values: Scalars) -> PyResult<Self> {
        let request = slf.get().request.clone();
        let request = request.with(key, values.0.iter().map(String::as_str));
        let made = Made::by(slf.py(), "with_values", (slf.clone(), key, values.0))?;
        Ok(Self { request, made })
    }

    /// The same request with a key that is there, with a value that isn't known.
    fn with_unknown_value(slf: &Bound<'_, Self>, key: &str) -> PyResult<Self> {
        let request = slf.get().request.clone().with_unknown_value(key);
        Self::then(slf, "with_unknown_value", key, request)
    }

    /// The same request with a key of which not even that is known whether it is there.
    fn with_unknown(slf: &Bound<'_, Self>, key: &str) -> PyResult<Self> {
        let request = slf.get().request.clone().with_unknown(key);
        Self::then(slf, "with_unknown", key, request)
    }

    /// The action that is asked for.
    #[getter]
    fn action(&self) -> &str {
        self.request.action_name()
    }

    /// Who asks: the provider's ARN, the principal's ARN or the service's name.
    #[getter]
    fn principal(&self) -> &str {
        self.request.principal()
    }

    /// The keys that are set, with their values; no value is an absent key, `None` one that isn't known.
    #[getter]
    fn context<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.request.context().into_py_dict(py)
    }

    fn __eq__(&self, other: &Bound<'_, Self>) -> bool {
        self.request == other.get().request
    }

    fn __hash__(&self) -> u64 {
        let mut state = std::hash::DefaultHasher::new();
        (self.request.principal(), self.request.action_name()).hash(&mut state);
        state.finish()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (action, principal) = (self.request.action_name(), self.request.principal());
        let context = self.context(py)?.repr()?;
        Ok(format!("<Request {action} by {principal} with {context}>"))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        slf.get().made.reduced(slf.as_any())
    }
}

/// An argument: a request, or JSON that reads as one.
pub(crate) struct RequestLike(core::Request);

impl<'a, 'py> FromPyObject<'a, 'py> for RequestLike {
    type Error = Failure;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> Result<Self> {
        if let Ok(request) = object.cast::<Request>() {
            return Ok(Self(request.get().request.clone()));
        }
        let text = Document::of("Request", &object)?;
        Ok(Self(core::Request::from_json(text.as_str()?)?))
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

impl Hash for PreparedPolicy {
    fn hash<H: Hasher>(&self, state: &mut H) {
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
    /// What the policy answers.
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
    fn new(py: Python<'_>, decision: &str, reasons: Vec<Bound<'_, Reason>>) -> Result<Self> {
        let decision = Member::checked(py, "Decision", decision)?;
        Ok(Self { decision, reasons: reasons.iter().map(|r| r.get().clone()).collect() })
    }

    /// Why, statement by statement.
    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.reasons.iter().cloned())
    }

    fn __str__(&self) -> String {
        let mut text = self.decision.value().to_owned();
        for reason in &self.reasons {
            text.push('\n');
            text += &reason.__str__();
        }
        text
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &EXPLANATION)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &EXPLANATION)
    }
}

/// Why a statement matches a request, or doesn't.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Reason {
    /// The number of the statement, from 0; none for what is said of the whole.
    #[pyo3(get)]
    statement: Option<usize>,
    /// Its effect, if that can be read.
    #[pyo3(get)]
    effect: Option<Member>,
    /// Whether it matches.
    #[pyo3(get)]
    result: Member,
    /// The part that says so: the first that is no, else the first that is unknown.
    #[pyo3(get)]
    part: Member,
    /// In words.
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
        statement: Option<Whole<usize>>,
        effect: Option<&str>,
        result: &str,
        part: &str,
        message: String,
    ) -> Result<Self> {
        Ok(Self {
            statement: statement.map(|statement| statement.0),
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
