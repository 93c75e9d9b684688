//! The builder of a trust policy.

use iamwire_core as core;
use pyo3::prelude::*;

use crate::convert::{Parsed, SubjectLike};
use crate::error::{Failure, Result};
use crate::policy::TrustPolicy;
use crate::values::SubjectPattern;

/// Builds a policy that trusts one OIDC provider: one statement for all subjects, audience
/// `sts.amazonaws.com` unless told.
///
/// It can be built once it has a subject: then it is a `WithSubject`.
#[pyclass(module = "iamwire", frozen, subclass)]
pub(crate) struct TrustBuilder(State);

#[derive(Clone)]
enum State {
    Without(core::TrustBuilder<core::NoSubject>),
    With(core::TrustBuilder<core::WithSubject>),
}

/// Applies a method that both states of the builder have.
macro_rules! both {
    ($state:expr, $builder:ident => $with:expr) => {
        match $state.clone() {
            State::Without($builder) => $with,
            State::With($builder) => $with,
        }
    };
}

impl TrustBuilder {
    pub(crate) fn of(provider: &core::ProviderArn) -> Self {
        Self(State::Without(core::TrustPolicy::web_identity(provider)))
    }

    fn with_subject(
        py: Python<'_>,
        builder: core::TrustBuilder<core::WithSubject>,
    ) -> PyResult<Bound<'_, WithSubject>> {
        let made = PyClassInitializer::from(Self(State::With(builder)));
        Bound::new(py, made.add_subclass(WithSubject))
    }

    fn in_state(py: Python<'_>, state: State) -> PyResult<Bound<'_, Self>> {
        match state {
            State::With(builder) => Ok(Self::with_subject(py, builder)?.into_super()),
            State::Without(_) => Bound::new(py, Self(state)),
        }
    }
}

#[pymethods]
impl TrustBuilder {
    /// Trusts a service account; several calls are grouped in one statement.
    fn service_account<'py>(
        &self,
        py: Python<'py>,
        account: Parsed<core::ServiceAccountRef>,
    ) -> PyResult<Bound<'py, WithSubject>> {
        Self::with_subject(py, both!(self.0, builder => builder.service_account(account.0)))
    }

    /// Trusts tokens with this `sub`; several calls are grouped in one statement.
    fn subject<'py>(
        &self,
        py: Python<'py>,
        subject: SubjectLike,
    ) -> PyResult<Bound<'py, WithSubject>> {
        Self::with_subject(py, both!(self.0, builder => builder.subject(subject.0)))
    }

    /// Trusts every token whose `sub` the pattern matches.
    fn dangerous_subject_pattern<'py>(
        &self,
        py: Python<'py>,
        pattern: &Bound<'py, SubjectPattern>,
    ) -> PyResult<Bound<'py, WithSubject>> {
        let pattern = pattern.get().0.clone();
        Self::with_subject(py, both!(self.0, b => b.dangerous_subject_pattern(pattern)))
    }

    /// Another audience than `sts.amazonaws.com`.
    fn audience<'py>(
        &self,
        py: Python<'py>,
        audience: Parsed<core::Audience>,
    ) -> PyResult<Bound<'py, Self>> {
        let state = match self.0.clone() {
            State::Without(builder) => State::Without(builder.audience(audience.0)),
            State::With(builder) => State::With(builder.audience(audience.0)),
        };
        Self::in_state(py, state)
    }

    /// No condition on the audience: any client id of the provider will do.
    fn dangerous_without_audience<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, Self>> {
        let state = match self.0.clone() {
            State::Without(builder) => State::Without(builder.dangerous_without_audience()),
            State::With(builder) => State::With(builder.dangerous_without_audience()),
        };
        Self::in_state(py, state)
    }
}

/// A builder with a subject.
#[pyclass(module = "iamwire", frozen, extends = TrustBuilder)]
pub(crate) struct WithSubject;

#[pymethods]
impl WithSubject {
    /// The policy, as compact text with version 2012-10-17.
    fn build(slf: &Bound<'_, Self>) -> Result<TrustPolicy> {
        match slf.as_super().get().0.clone() {
            State::With(builder) => Ok(TrustPolicy(builder.build())),
            State::Without(_) => Err(Failure::Unknown("builder")),
        }
    }
}
