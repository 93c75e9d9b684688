//! What STS answers to a token, and why.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::convert::{self, Document, Made, Parsed, Reduced, Scalars, Whole};
use crate::error::Result;
use crate::policy::PolicyLike;
use crate::request::Reason;

/// The claims of a web identity token: `str`, `bytes` or `dict` of a JSON object. Nothing in it has been
/// verified.
///
/// `repr` shows the names of the claims, not what they hold.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone)]
pub(crate) struct Claims(core::Claims);

impl PartialEq for Claims {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl std::hash::Hash for Claims {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        convert::hash_value(self.0.value(), state);
    }
}

impl AsRef<core::Claims> for Claims {
    fn as_ref(&self) -> &core::Claims {
        &self.0
    }
}

#[pymethods]
impl Claims {
    #[new]
    pub(crate) fn read(claims: &Bound<'_, PyAny>) -> Result<Self> {
        if let Ok(claims) = claims.cast::<Self>() {
            return Ok(claims.get().clone());
        }
        Ok(Self(core::Claims::parse(Document::of("Claims", claims)?.as_str()?)?))
    }

    /// Decodes the payload of a JSON web token. Neither its signature nor anything else is verified, and
    /// no error shows any part of it.
    #[staticmethod]
    fn from_jwt(token: &Bound<'_, PyAny>) -> Result<Self> {
        Ok(Self(core::Claims::from_jwt(convert::text(token)?)?))
    }

    /// The claims as `json.loads` gives them.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        convert::members(py, self.0.value().members())
    }

    /// The text of a claim that is a string, number or boolean.
    fn text(&self, name: &str) -> Option<String> {
        self.0.text(name).map(std::borrow::Cow::into_owned)
    }

    /// The issuer without its scheme, as IAM keeps it; a text, since a token may say anything.
    #[getter]
    fn issuer(&self) -> Option<String> {
        self.0.issuer()
    }

    fn __repr__(&self) -> String {
        let names: Vec<_> = self.0.value().members().map(|m| m.name().into_owned()).collect();
        format!("<Claims {}>", names.join(" "))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let text = slf.get().0.value().text().to_owned();
        Ok((slf.get_type().into_any(), (text,).into_pyobject(slf.py())?))
    }
}

/// A call of `AssumeRoleWithWebIdentity`, and what STS would find: ask it for its `answer`.
///
/// What is not set is left out of the call: it is valid, and its value not known.
#[pyclass(module = "iamwire", frozen)]
pub(crate) struct WebIdentityCall {
    call: core::WebIdentityCall,
    made: Made,
}

#[pymethods]
impl WebIdentityCall {
    #[new]
    fn new(py: Python<'_>, claims: &Bound<'_, PyAny>) -> Result<Self> {
        let claims = Claims::read(claims)?;
        let call = core::WebIdentityCall::new(claims.0.clone());
        Ok(Self { call, made: Made::by(py, None, (claims,))? })
    }

    /// Reads `{"provider": {"url", "client_ids"} | null, "role": {"arn", "policy", "max_session_duration"?}
    /// | null, "claims", "request"?: {"RoleArn", "RoleSessionName", "DurationSeconds", "ProviderId"},
    /// "context"?, "now"?}`.
    #[staticmethod]
    fn from_json(call: &Bound<'_, PyAny>) -> Result<Self> {
        let document = Document::of("a call as", call)?;
        let text = document.as_str()?;
        let read = core::WebIdentityCall::from_json(text)?;
        Ok(Self { call: read, made: Made::by(call.py(), "from_json", (text,))? })
    }

    /// The role's account has a provider for this issuer, with these client ids.
    fn provider(
        slf: &Bound<'_, Self>,
        issuer: Parsed<core::Issuer>,
        audiences: Vec<Parsed<core::Audience>>,
    ) -> PyResult<Self> {
        let call = slf.get().call.clone();
        let call = call.provider(&issuer.0, audiences.iter().map(|audience| &audience.0));
        let audiences = audiences.iter().map(|audience| audience.0.as_str());
        let audiences = PyTuple::new(slf.py(), audiences.collect::<Vec<_>>())?;
        let arguments = (slf.clone(), issuer.0.as_str(), audiences);
        Ok(Self { call, made: Made::by(slf.py(), "provider", arguments)? })
    }

    /// The role is there, with this trust policy and sessions of an hour at most.
    fn role(
        slf: &Bound<'_, Self>,
        arn: Parsed<core::RoleArn>,
        policy: PolicyLike,
    ) -> PyResult<Self> {
        let call = slf.get().call.clone().role(&arn.0, policy.0.clone());
        let arguments = (slf.clone(), arn.0.as_str(), policy.0.as_str());
        Ok(Self { call, made: Made::by(slf.py(), "role", arguments)? })
    }

    /// A condition key that the call carries, with one value or a list of them: any but those that come
    /// from the token; an empty list makes it absent.
    fn with_values(slf: &Bound<'_, Self>, key: &str, values: Scalars) -> PyResult<Self> {
        let call = slf.get().call.clone().with(key, values.0.iter().map(String::as_str));
        let values = PyTuple::new(slf.py(), values.0)?;
        Ok(Self { call, made: Made::by(slf.py(), "with_values", (slf.clone(), key, values))? })
    }

    /// The time that the call was read with, in seconds since 1970.
    #[getter]
    fn now(&self) -> Option<i64> {
        self.call.now()
    }

    /// What STS answers at a time, in seconds since 1970.
    fn answer(&self, now: Whole<i64>) -> StsAnswer {
        StsAnswer::from(self.call.answer(now.0))
    }

    /// Whether another was made in the same way, of the same parts.
    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, Self>) -> PyResult<bool> {
        self.made.is_as(py, &other.get().made)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.made.hash(py)
    }

    fn __repr__(&self) -> String {
        format!("<{:?}>", self.call)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        slf.get().made.reduced(slf.as_any())
    }
}

/// What STS answers.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct StsAnswer {
    /// `ok`, STS's error code, or `undetermined`.
    #[pyo3(get)]
    code: String,
    /// STS's text, where it has been recorded.
    #[pyo3(get)]
    message: Option<String>,
    reasons: Vec<Reason>,
}

const ANSWER: [&str; 3] = ["code", "message", "reasons"];

impl From<core::StsAnswer> for StsAnswer {
    fn from(answer: core::StsAnswer) -> Self {
        Self {
            code: answer.code().to_owned(),
            message: answer.message().map(str::to_owned),
            reasons: answer.reasons().iter().map(Reason::from).collect(),
        }
    }
}

#[pymethods]
impl StsAnswer {
    #[new]
    #[pyo3(signature = (code, message, reasons))]
    fn new(code: String, message: Option<String>, reasons: Vec<Bound<'_, Reason>>) -> Self {
        Self { code, message, reasons: reasons.iter().map(|r| r.get().clone()).collect() }
    }

    /// Everything that fails, in STS's order; then the statements of the trust policy, once per action.
    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.reasons.iter().cloned())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &ANSWER)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &ANSWER)
    }
}
