//! `Event`: what happens, as it happens.

use iamwire_core as core;
use pyo3::prelude::*;

use crate::convert::{Parsed, Reduced};
use crate::error::{Failure, Result};
use crate::plan::{Change, Plan};
use crate::values::RoleArn;

/// What happens, as it happens: everything was looked at and this is `Planned`; a change is `Begun`, and `Done`;
/// a trust policy was read back, and is `Confirmed`; somebody else wrote it at the same time, it `Raced`, and is
/// merged; something is not there yet, it is `Waiting`; something came in between, and all is looked at `Again`.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Event {
    kind: Kind,
    plan: Option<Plan>,
    change: Option<Change>,
    role: Option<core::RoleArn>,
    text: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Planned,
    Begun,
    Done,
    Confirmed,
    Raced,
    Waiting,
    Again,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Planned => "Planned",
            Self::Begun => "Begun",
            Self::Done => "Done",
            Self::Confirmed => "Confirmed",
            Self::Raced => "Raced",
            Self::Waiting => "Waiting",
            Self::Again => "Again",
        }
    }
}

impl Event {
    pub(crate) fn of(event: &core::Event) -> Result<Self> {
        Ok(match event {
            core::Event::Planned(plan) => Self::with_plan(Plan(core::Plan::clone(plan))),
            core::Event::Begun(change) => Self::with_change(Kind::Begun, Change::of(change)?),
            core::Event::Done(change) => Self::with_change(Kind::Done, Change::of(change)?),
            core::Event::Confirmed(role) => Self::with_role(Kind::Confirmed, role.clone()),
            core::Event::Raced(role) => Self::with_role(Kind::Raced, role.clone()),
            core::Event::Waiting(text) => Self::with_text(Kind::Waiting, text.clone()),
            core::Event::Again(text) => Self::with_text(Kind::Again, text.clone()),
            _ => return Err(Failure::Unknown("event")),
        })
    }

    fn new(kind: Kind) -> Self {
        Self { kind, plan: None, change: None, role: None, text: None }
    }

    fn with_plan(plan: Plan) -> Self {
        Self { plan: Some(plan), ..Self::new(Kind::Planned) }
    }

    fn with_change(kind: Kind, change: Change) -> Self {
        Self { change: Some(change), ..Self::new(kind) }
    }

    fn with_role(kind: Kind, role: core::RoleArn) -> Self {
        Self { role: Some(role), ..Self::new(kind) }
    }

    fn with_text(kind: Kind, text: String) -> Self {
        Self { text: Some(text), ..Self::new(kind) }
    }
}

#[pymethods]
impl Event {
    /// Everything was looked at, and this is planned; again if something came in between.
    #[staticmethod]
    #[pyo3(name = "Planned")]
    fn planned(plan: &Bound<'_, Plan>) -> Self {
        Self::with_plan(plan.get().clone())
    }

    /// A change is begun.
    #[staticmethod]
    #[pyo3(name = "Begun")]
    fn begun(change: &Bound<'_, Change>) -> Self {
        Self::with_change(Kind::Begun, change.get().clone())
    }

    /// A change is made. That of a trust policy is confirmed later.
    #[staticmethod]
    #[pyo3(name = "Done")]
    fn done(change: &Bound<'_, Change>) -> Self {
        Self::with_change(Kind::Done, change.get().clone())
    }

    /// A trust policy was read back, and what was written is in it.
    #[staticmethod]
    #[pyo3(name = "Confirmed")]
    fn confirmed(role: Parsed<core::RoleArn>) -> Self {
        Self::with_role(Kind::Confirmed, role.0)
    }

    /// Somebody else wrote the trust policy at the same time: what was written is merged into that.
    #[staticmethod]
    #[pyo3(name = "Raced")]
    fn raced(role: Parsed<core::RoleArn>) -> Self {
        Self::with_role(Kind::Raced, role.0)
    }

    /// Something isn't there yet, and is waited for: in words.
    #[staticmethod]
    #[pyo3(name = "Waiting")]
    fn waiting(text: String) -> Self {
        Self::with_text(Kind::Waiting, text)
    }

    /// Something is not as it was planned on, and everything is looked at again: in words.
    #[staticmethod]
    #[pyo3(name = "Again")]
    fn again(text: String) -> Self {
        Self::with_text(Kind::Again, text)
    }

    /// Which of them it is: `Planned`, `Begun` and so on.
    #[getter]
    fn kind(&self) -> &'static str {
        self.kind.name()
    }

    /// The plan, if it is `Planned`.
    #[getter]
    fn plan(&self) -> Option<Plan> {
        self.plan.clone()
    }

    /// The change, if it is `Begun` or `Done`.
    #[getter]
    fn change(&self) -> Option<Change> {
        self.change.clone()
    }

    /// The role, if it is `Confirmed` or `Raced`.
    #[getter]
    fn role(&self) -> Option<RoleArn> {
        self.role.clone().map(RoleArn)
    }

    /// What is waited for or came in between, in words.
    #[getter]
    fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    fn __str__(&self) -> String {
        let what = match self {
            Self { plan: Some(plan), .. } => format!("{} changes", plan.0.changes().len()),
            Self { change: Some(change), .. } => change.message().to_owned(),
            Self { role: Some(role), .. } => role.to_string(),
            Self { text, .. } => text.clone().unwrap_or_default(),
        };
        format!("{}: {what}", self.kind.name().to_lowercase())
    }

    fn __repr__(&self) -> String {
        format!("<Event {}>", self.__str__())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let (event, py) = (slf.get(), slf.py());
        let make = slf.get_type().getattr(event.kind.name())?;
        let arguments = match event {
            Self { plan: Some(plan), .. } => (plan.clone(),).into_pyobject(py)?,
            Self { change: Some(change), .. } => (change.clone(),).into_pyobject(py)?,
            Self { role: Some(role), .. } => (role.as_str(),).into_pyobject(py)?,
            Self { text, .. } => (text.as_deref(),).into_pyobject(py)?,
        };
        Ok((make, arguments))
    }
}
