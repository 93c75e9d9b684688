//! Who may assume a role: grants of three kinds.

use iamwire_core as core;
use pyo3::PyClass;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use crate::convert::{Parsed, PrincipalLike, Reduced, SubjectLike};
use crate::error::{Failure, Result};
use crate::principal::{AwsPrincipal, ServicePrincipal};
use crate::values::{Audience, ProviderArn, Subject, SubjectPattern};

/// Who may assume a role, as one statement of a trust policy can say it: a `WebIdentityGrant`, an
/// `AwsGrant` or a `ServiceGrant`.
///
/// It is what builder and edits write and what `TrustPolicy.grants` reads.
#[pyclass(module = "iamwire", frozen, eq, hash, subclass)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Grant(pub(crate) core::Grant);

impl Grant {
    /// The object of the class that is the grant's kind.
    pub(crate) fn object(py: Python<'_>, grant: core::Grant) -> PyResult<Bound<'_, Self>> {
        fn of<T>(py: Python<'_>, grant: core::Grant, kind: T) -> PyResult<Bound<'_, Grant>>
        where
            T: PyClass<BaseType = Grant>,
        {
            let object = Bound::new(py, PyClassInitializer::from(Grant(grant)).add_subclass(kind))?;
            Ok(object.into_super())
        }
        match &grant {
            core::Grant::WebIdentity(_) => of(py, grant, WebIdentityGrant),
            core::Grant::Aws(_) => of(py, grant, AwsGrant),
            core::Grant::Service(_) => of(py, grant, ServiceGrant),
            _ => Bound::new(py, Self(grant)),
        }
    }
}

#[pymethods]
impl Grant {
    /// One subject of a provider, or one service account, with audience `sts.amazonaws.com`.
    #[staticmethod]
    fn web_identity(
        py: Python<'_>,
        provider: Parsed<core::ProviderArn>,
        subject: SubjectLike,
    ) -> PyResult<Bound<'_, Self>> {
        Self::object(py, core::Grant::web_identity(&provider.0, subject.0))
    }

    /// A principal of AWS, without session tags.
    #[staticmethod]
    fn aws(py: Python<'_>, principal: PrincipalLike) -> PyResult<Bound<'_, Self>> {
        Self::object(py, core::Grant::aws(principal.0))
    }

    /// A service of AWS, without session tags.
    #[staticmethod]
    fn service(
        py: Python<'_>,
        service: Parsed<core::ServicePrincipal>,
    ) -> PyResult<Bound<'_, Self>> {
        Self::object(py, core::Grant::service(service.0))
    }

    /// EKS Pod Identity: every service account that an association in the role's account gives the role to.
    #[staticmethod]
    fn pod_identity(py: Python<'_>) -> PyResult<Bound<'_, Self>> {
        Self::object(py, core::Grant::pod_identity())
    }

    /// As well with `sts:TagSession`; web identities are not concerned.
    fn with_session_tags<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, Self>> {
        Self::object(py, self.0.clone().with_session_tags())
    }

    /// How many it lets in, in words.
    fn breadth(&self) -> String {
        self.0.breadth()
    }

    /// Whether it is for tokens with this subject, whatever provider and audience they have.
    fn matches(&self, subject: SubjectLike) -> bool {
        self.0.matches(&subject.0)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        Ok(format!("<{} {}>", slf.as_any().get_type().name()?, slf.get().0))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let py = slf.py();
        let class = slf.as_any().get_type().into_any();
        let tagged = |plain: core::Grant| -> PyResult<Reduced<'py>> {
            let plain = Self::object(py, plain)?;
            Ok((class.getattr("with_session_tags")?, (plain,).into_pyobject(py)?))
        };
        match &slf.get().0 {
            core::Grant::Aws(grant) if grant.has_session_tags() => {
                tagged(core::Grant::aws(grant.principal().clone()))
            }
            core::Grant::Aws(grant) => {
                let principal = AwsPrincipal(grant.principal().clone());
                Ok((class, (principal,).into_pyobject(py)?))
            }
            core::Grant::Service(grant) if grant.has_session_tags() => {
                tagged(core::Grant::service(grant.service().clone()))
            }
            core::Grant::Service(grant) => {
                let service = ServicePrincipal(grant.service().clone());
                Ok((class, (service,).into_pyobject(py)?))
            }
            core::Grant::WebIdentity(grant) => {
                let provider = ProviderArn(grant.provider().clone());
                if grant.audiences() != [core::Audience::STS] {
                    let plain = grant.clone().audience(core::Audience::STS);
                    let plain = Self::object(py, plain.into())?;
                    let make = class.getattr("dangerous_audiences")?;
                    let audiences = audiences(py, grant)?;
                    return Ok((make, (plain, audiences).into_pyobject(py)?));
                }
                match grant.subject() {
                    core::SubjectMatch::Exact(subject) => {
                        let subject = Subject(subject.clone());
                        Ok((class, (provider, subject).into_pyobject(py)?))
                    }
                    core::SubjectMatch::Pattern(pattern) => {
                        let make = class.getattr("dangerous_pattern")?;
                        let pattern = SubjectPattern(pattern.clone());
                        Ok((make, (provider, pattern).into_pyobject(py)?))
                    }
                    _ => {
                        let make = class.getattr("dangerous_any_subject")?;
                        Ok((make, (provider,).into_pyobject(py)?))
                    }
                }
            }
            _ => Err(Failure::Unknown("grant").into()),
        }
    }
}

fn audiences<'py>(
    py: Python<'py>,
    grant: &core::WebIdentityGrant,
) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(py, grant.audiences().iter().cloned().map(Audience))
}

/// Tokens of one provider: for which audiences, with which subject.
#[pyclass(module = "iamwire", frozen, extends = Grant)]
pub(crate) struct WebIdentityGrant;

impl WebIdentityGrant {
    fn of(grant: core::WebIdentityGrant) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Grant(grant.into())).add_subclass(Self)
    }

    /// What an object of this class holds.
    fn core(slf: &Bound<'_, Self>) -> Result<core::WebIdentityGrant> {
        let grant = slf.as_super().get().0.as_web_identity().cloned();
        grant.ok_or(Failure::Unknown("grant"))
    }
}

#[pymethods]
impl WebIdentityGrant {
    #[new]
    #[pyo3(signature = (provider, subject, *, audience = None))]
    fn new(
        provider: Parsed<core::ProviderArn>,
        subject: SubjectLike,
        audience: Option<Parsed<core::Audience>>,
    ) -> PyClassInitializer<Self> {
        let grant = core::WebIdentityGrant::new(&provider.0, subject.0);
        Self::of(match audience {
            Some(audience) => grant.audience(audience.0),
            None => grant,
        })
    }

    /// Every subject that a pattern matches, with audience `sts.amazonaws.com`.
    #[classmethod]
    fn dangerous_pattern<'py>(
        class: &Bound<'py, PyType>,
        provider: Parsed<core::ProviderArn>,
        pattern: &Bound<'py, SubjectPattern>,
    ) -> PyResult<Bound<'py, Grant>> {
        let pattern = pattern.get().0.clone();
        let grant = core::WebIdentityGrant::dangerous_pattern(&provider.0, pattern);
        Grant::object(class.py(), grant.into())
    }

    /// Every subject of the provider: for EKS, any pod of the cluster. Audience `sts.amazonaws.com`.
    #[classmethod]
    fn dangerous_any_subject<'py>(
        class: &Bound<'py, PyType>,
        provider: Parsed<core::ProviderArn>,
    ) -> PyResult<Bound<'py, Grant>> {
        let grant = core::WebIdentityGrant::dangerous_any_subject(&provider.0);
        Grant::object(class.py(), grant.into())
    }

    /// With another audience.
    fn audience<'py>(
        slf: &Bound<'py, Self>,
        audience: Parsed<core::Audience>,
    ) -> Result<Bound<'py, Grant>> {
        Ok(Grant::object(slf.py(), Self::core(slf)?.audience(audience.0).into())?)
    }

    /// With any one of several audiences; none of them is `dangerous_without_audience`.
    fn dangerous_audiences<'py>(
        slf: &Bound<'py, Self>,
        audiences: Vec<Parsed<core::Audience>>,
    ) -> Result<Bound<'py, Grant>> {
        let audiences = audiences.into_iter().map(|audience| audience.0);
        Ok(Grant::object(slf.py(), Self::core(slf)?.dangerous_audiences(audiences).into())?)
    }

    /// For any audience among the provider's client ids.
    fn dangerous_without_audience<'py>(slf: &Bound<'py, Self>) -> Result<Bound<'py, Grant>> {
        Ok(Grant::object(slf.py(), Self::core(slf)?.dangerous_without_audience().into())?)
    }

    /// The provider.
    #[getter]
    fn provider(slf: &Bound<'_, Self>) -> Result<ProviderArn> {
        Ok(ProviderArn(Self::core(slf)?.provider().clone()))
    }

    /// The audiences, any one of which is asked for; none: any of the provider's client ids.
    #[getter]
    fn audiences<'py>(slf: &Bound<'py, Self>) -> Result<Bound<'py, PyTuple>> {
        Ok(audiences(slf.py(), &Self::core(slf)?)?)
    }

    /// The subjects.
    #[getter]
    fn subject(slf: &Bound<'_, Self>) -> Result<SubjectMatch> {
        Ok(SubjectMatch(Self::core(slf)?.subject().clone()))
    }
}

/// A principal of AWS that may assume the role, if its own policies allow it as well.
#[pyclass(module = "iamwire", frozen, extends = Grant)]
pub(crate) struct AwsGrant;

impl AwsGrant {
    fn core<'a>(slf: &'a Bound<'_, Self>) -> Result<&'a core::AwsGrant> {
        match &slf.as_super().get().0 {
            core::Grant::Aws(grant) => Ok(grant),
            _ => Err(Failure::Unknown("grant")),
        }
    }
}

#[pymethods]
impl AwsGrant {
    #[new]
    fn new(principal: PrincipalLike) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Grant(core::Grant::aws(principal.0))).add_subclass(Self)
    }

    /// Who.
    #[getter]
    fn principal(slf: &Bound<'_, Self>) -> Result<AwsPrincipal> {
        Ok(AwsPrincipal(Self::core(slf)?.principal().clone()))
    }

    /// Whether the session may have tags: `sts:TagSession` is allowed as well.
    #[getter]
    fn has_session_tags(slf: &Bound<'_, Self>) -> Result<bool> {
        Ok(Self::core(slf)?.has_session_tags())
    }
}

/// A service of AWS that may assume the role.
#[pyclass(module = "iamwire", frozen, extends = Grant)]
pub(crate) struct ServiceGrant;

impl ServiceGrant {
    fn core<'a>(slf: &'a Bound<'_, Self>) -> Result<&'a core::ServiceGrant> {
        match &slf.as_super().get().0 {
            core::Grant::Service(grant) => Ok(grant),
            _ => Err(Failure::Unknown("grant")),
        }
    }
}

#[pymethods]
impl ServiceGrant {
    #[new]
    fn new(service: Parsed<core::ServicePrincipal>) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Grant(core::Grant::service(service.0))).add_subclass(Self)
    }

    /// Which.
    #[getter]
    fn service(slf: &Bound<'_, Self>) -> Result<ServicePrincipal> {
        Ok(ServicePrincipal(Self::core(slf)?.service().clone()))
    }

    /// Whether the session may have tags: `sts:TagSession` is allowed as well.
    #[getter]
    fn has_session_tags(slf: &Bound<'_, Self>) -> Result<bool> {
        Ok(Self::core(slf)?.has_session_tags())
    }
}

/// Which subjects of a provider: `Exact` one, each that a `Pattern` matches, or `Any`.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct SubjectMatch(core::SubjectMatch);

#[pymethods]
impl SubjectMatch {
    /// One.
    #[staticmethod]
    #[pyo3(name = "Exact")]
    fn exact(subject: SubjectLike) -> Self {
        Self(core::SubjectMatch::Exact(subject.0))
    }

    /// Each that the pattern matches.
    #[staticmethod]
    #[pyo3(name = "Pattern")]
    fn of_pattern(pattern: &Bound<'_, SubjectPattern>) -> Self {
        Self(core::SubjectMatch::Pattern(pattern.get().0.clone()))
    }

    /// All.
    #[staticmethod]
    #[pyo3(name = "Any")]
    fn any() -> Self {
        Self(core::SubjectMatch::Any)
    }

    /// The one subject, if it is `Exact`.
    #[getter]
    fn subject(&self) -> Option<Subject> {
        match &self.0 {
            core::SubjectMatch::Exact(subject) => Some(Subject(subject.clone())),
            _ => None,
        }
    }

    /// The pattern, if it is a `Pattern`.
    #[getter]
    fn pattern(&self) -> Option<SubjectPattern> {
        match &self.0 {
            core::SubjectMatch::Pattern(pattern) => Some(SubjectPattern(pattern.clone())),
            _ => None,
        }
    }

    /// Whether it is `Any`.
    #[getter]
    fn is_any(&self) -> bool {
        self.0 == core::SubjectMatch::Any
    }

    /// Whether it is one of them.
    fn matches(&self, subject: SubjectLike) -> bool {
        self.0.matches(&subject.0)
    }

    /// How many, in words.
    fn breadth(&self) -> String {
        self.0.breadth()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (make, arguments) = Self::__reduce__(slf)?;
        let name = make.getattr("__name__")?;
        let arguments: Vec<_> =
            arguments.iter().map(|a| Ok(a.repr()?.to_string())).collect::<PyResult<_>>()?;
        Ok(format!("SubjectMatch.{name}({})", arguments.join(", ")))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let py = slf.py();
        let class = slf.get_type();
        match &slf.get().0 {
            core::SubjectMatch::Exact(subject) => {
                Ok((class.getattr("Exact")?, (Subject(subject.clone()),).into_pyobject(py)?))
            }
            core::SubjectMatch::Pattern(pattern) => {
                let pattern = SubjectPattern(pattern.clone());
                Ok((class.getattr("Pattern")?, (pattern,).into_pyobject(py)?))
            }
            _ => Ok((class.getattr("Any")?, PyTuple::empty(py))),
        }
    }
}
