//! `Wirer`: looks, plans and makes what is wanted so, each operation in two forms.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use iamwire_core as core;
use iamwire_core::WireError;
use pyo3::prelude::*;
use tokio::sync::OnceCell;

use crate::access::Access;
use crate::applied::Applied;
use crate::convert::{self, Parsed};
use crate::desired::Desired;
use crate::error::Result;
use crate::event::Event;
use crate::interpreter;
use crate::operation::{Halt, Operation};
use crate::plan::{Plan, UnwireOptions};
use crate::seconds::Time;
use crate::tls::{self, FetchedThumbprint, TlsProbe};

/// Looks at AWS and Kubernetes, plans, and makes what is wanted so.
///
/// Credentials, region and endpoints are those that AWS's programs find, in the environment and their files,
/// or those of a `profile`, or of a boto3 `session`, which is asked for its credentials each time they are
/// needed; they are read when the first operation begins. `role_profile` and `role_session` are those of the
/// account of roles and providers, where that is another. A cluster of EKS is reached at its endpoint, unless a
/// `kubeconfig` or a `context` of one is named. An operation takes at most `deadline` seconds, 120 unless told.
/// `on_event` is called with each `Event`, on any thread and in the middle of the work: it must be quick. What it
/// raises ends the operation; calls that were begun by then may be made.
///
/// Each operation has two forms: `plan` waits, without the interpreter, and Ctrl-C ends it; `plan_async` is
/// awaited, and ends when its task is cancelled. What was ended in the middle finishes when it is run again.
///
/// Operations of one `Wirer`, in whatever threads and tasks, write to a role one after the other. Two of them know
/// nothing of each other, also in one process: there, make one for each account, and share it.
#[pyclass(module = "iamwire", frozen)]
pub(crate) struct Wirer {
    way: Arc<Way>,
    on_event: Option<Arc<Py<PyAny>>>,
    tls: core::TlsProbe,
}

/// How everything is reached; connected to when it is first used.
struct Way {
    cluster: Access,
    role: Option<Access>,
    kubeconfig: Option<(Option<PathBuf>, Option<String>)>,
    deadline: Option<Duration>,
    tls: core::TlsProbe,
    wirer: OnceCell<core::Wirer>,
}

impl Way {
    async fn wirer(&self) -> std::result::Result<core::Wirer, WireError> {
        Ok(self.wirer.get_or_try_init(|| self.connect()).await?.clone())
    }

    async fn connect(&self) -> std::result::Result<core::Wirer, WireError> {
        let config = self.cluster.load().await?;
        let mut wirer = core::Wirer::new(&config).tls(self.tls.clone());
        if let Some(role) = &self.role {
            let mut role = role.clone();
            // Another account, in the same place.
            role.region = role.region.or_else(|| config.region().map(ToString::to_string));
            wirer = wirer.role_account(&role.load().await?);
        }
        if let Some((file, context)) = self.kubeconfig.clone() {
            wirer = wirer.kubeconfig(file, context);
        }
        Ok(match self.deadline {
            Some(deadline) => wirer.deadline(deadline),
            None => wirer,
        })
    }
}

impl Wirer {
    fn operation<T, F>(&self, work: impl FnOnce(core::Wirer) -> F + Send + 'static) -> Operation<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send,
    {
        let (way, listener, halt) = (self.way.clone(), self.on_event.clone(), Halt::default());
        Operation::new(halt.clone(), async move {
            let mut wirer = way.wirer().await?;
            if let Some(listener) = listener {
                wirer = wirer.on_event(move |event| tell(&listener, event, &halt));
            }
            work(wirer).await
        })
    }

    fn planning(&self, desired: &Bound<'_, Desired>) -> Operation<Plan> {
        let desired = desired.get().0.clone();
        self.operation(async move |wirer| Ok(Plan(wirer.plan(&desired).await?)))
    }

    fn planning_unwire(
        &self,
        desired: &Bound<'_, Desired>,
        options: Option<&Bound<'_, UnwireOptions>>,
    ) -> Operation<Plan> {
        let (desired, options) = (desired.get().0.clone(), UnwireOptions::or_none(options));
        self.operation(async move |wirer| Ok(Plan(wirer.plan_unwire(&desired, options).await?)))
    }

    fn applying(&self, plan: &Bound<'_, Plan>) -> Operation<Applied> {
        let plan = plan.get().0.clone();
        self.operation(async move |wirer| Applied::of(wirer.apply(&plan).await?))
    }

    fn wiring(&self, desired: &Bound<'_, Desired>, digest: Option<String>) -> Operation<Applied> {
        let desired = desired.get().0.clone();
        self.operation(async move |wirer| {
            Applied::of(match digest {
                None => wirer.wire(&desired).await?,
                Some(digest) => wirer.wire_approved(&desired, &digest).await?,
            })
        })
    }

    fn unwiring(
        &self,
        desired: &Bound<'_, Desired>,
        options: Option<&Bound<'_, UnwireOptions>>,
        digest: Option<String>,
    ) -> Operation<Applied> {
        let (desired, options) = (desired.get().0.clone(), UnwireOptions::or_none(options));
        self.operation(async move |wirer| {
            Applied::of(match digest {
                None => wirer.unwire(&desired, options).await?,
                Some(digest) => wirer.unwire_approved(&desired, options, &digest).await?,
            })
        })
    }
}

#[pymethods]
impl Wirer {
    #[new]
    #[pyo3(signature = (
        *, profile = None, session = None, region = None, endpoint_url = None, role_profile = None,
        role_session = None, kubeconfig = None, context = None, deadline = None, on_event = None,
        tls = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords, each of its own kind")]
    fn new(
        profile: Option<String>,
        session: Option<Bound<'_, PyAny>>,
        region: Option<String>,
        endpoint_url: Option<String>,
        role_profile: Option<String>,
        role_session: Option<Bound<'_, PyAny>>,
        kubeconfig: Option<PathBuf>,
        context: Option<String>,
        deadline: Option<Time>,
        on_event: Option<Bound<'_, PyAny>>,
        tls: Option<&Bound<'_, TlsProbe>>,
    ) -> Result<Self> {
        let role = if role_profile.is_none() && role_session.is_none() {
            None
        } else {
            Some(Access::new(role_profile, role_session, region.clone(), endpoint_url.clone())?)
        };
        let tls = tls.map_or_else(core::TlsProbe::new, |tls| tls.get().0.clone());
        let is_named = kubeconfig.is_some() || context.is_some();
        let way = Way {
            cluster: Access::new(profile, session, region, endpoint_url)?,
            role,
            kubeconfig: is_named.then_some((kubeconfig, context)),
            deadline: deadline.map(|deadline| deadline.0),
            tls: tls.clone(),
            wirer: OnceCell::new(),
        };
        if let Some(listener) = on_event.as_ref().filter(|listener| !listener.is_callable()) {
            return Err(convert::wrong_type("a callable", listener.as_borrowed()).into());
        }
        let on_event = on_event.map(|listener| Arc::new(listener.unbind()));
        Ok(Self { way: Arc::new(way), on_event, tls })
    }

    /// Plans the wiring: reads only.
    fn plan(&self, py: Python<'_>, desired: &Bound<'_, Desired>) -> Result<Plan> {
        self.planning(desired).wait(py)
    }

    /// `plan`, to be awaited.
    fn plan_async<'py>(
        &self,
        py: Python<'py>,
        desired: &Bound<'_, Desired>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.planning(desired).coroutine(py)
    }

    /// Makes the changes of a plan, of a wiring or an unwiring. First it looks again at what is planned on:
    /// where only trust policies have changed, the edit is done again on those that are there; where anything
    /// else has, the plan is refused before any write. Where something comes in between after that, it goes on only
    /// as long as nothing else is needed than was planned.
    fn apply(&self, py: Python<'_>, plan: &Bound<'_, Plan>) -> Result<Applied> {
        self.applying(plan).wait(py)
    }

    /// `apply`, to be awaited.
    fn apply_async<'py>(
        &self,
        py: Python<'py>,
        plan: &Bound<'_, Plan>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.applying(plan).coroutine(py)
    }

    /// `plan` and `apply` in the same rounds: what was seen is not looked at again. Where something comes in
    /// between, such as a role that somebody else has made, it is planned again, and what is needed then is made; a
    /// notice, `wire.planned-again`, tells of it.
    fn wire(&self, py: Python<'_>, desired: &Bound<'_, Desired>) -> Result<Applied> {
        self.wiring(desired, None).wait(py)
    }

    /// `wire`, to be awaited.
    fn wire_async<'py>(
        &self,
        py: Python<'py>,
        desired: &Bound<'_, Desired>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.wiring(desired, None).coroutine(py)
    }

    /// As `wire`, if the plan is the one that somebody has approved: its digest. Else `WireError` has the plan as
    /// it is now. Nothing else is done: where something comes in between, so that anything else is needed, it stops.
    fn wire_approved(
        &self,
        py: Python<'_>,
        desired: &Bound<'_, Desired>,
        digest: String,
    ) -> Result<Applied> {
        self.wiring(desired, Some(digest)).wait(py)
    }

    /// `wire_approved`, to be awaited.
    fn wire_approved_async<'py>(
        &self,
        py: Python<'py>,
        desired: &Bound<'_, Desired>,
        digest: String,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.wiring(desired, Some(digest)).coroutine(py)
    }

    /// Plans the unwiring: reads only.
    ///
    /// Of a trust policy exactly the grants go, and each other byte stays. Where wiring made a list of a single
    /// subject or of a single statement, the list stays as well: it means the same.
    #[pyo3(signature = (desired, options = None))]
    fn plan_unwire(
        &self,
        py: Python<'_>,
        desired: &Bound<'_, Desired>,
        options: Option<&Bound<'_, UnwireOptions>>,
    ) -> Result<Plan> {
        self.planning_unwire(desired, options).wait(py)
    }

    /// `plan_unwire`, to be awaited.
    #[pyo3(signature = (desired, options = None))]
    fn plan_unwire_async<'py>(
        &self,
        py: Python<'py>,
        desired: &Bound<'_, Desired>,
        options: Option<&Bound<'_, UnwireOptions>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.planning_unwire(desired, options).coroutine(py)
    }

    /// `plan_unwire` and `apply` in the same rounds.
    #[pyo3(signature = (desired, options = None))]
    fn unwire(
        &self,
        py: Python<'_>,
        desired: &Bound<'_, Desired>,
        options: Option<&Bound<'_, UnwireOptions>>,
    ) -> Result<Applied> {
        self.unwiring(desired, options, None).wait(py)
    }

    /// `unwire`, to be awaited.
    #[pyo3(signature = (desired, options = None))]
    fn unwire_async<'py>(
        &self,
        py: Python<'py>,
        desired: &Bound<'_, Desired>,
        options: Option<&Bound<'_, UnwireOptions>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.unwiring(desired, options, None).coroutine(py)
    }

    /// As `unwire`, if the plan is the one that somebody has approved: its digest. Else `WireError` has the plan
    /// as it is now. Nothing else is done, as with `wire_approved`.
    fn unwire_approved(
        &self,
        py: Python<'_>,
        desired: &Bound<'_, Desired>,
        options: Option<&Bound<'_, UnwireOptions>>,
        digest: String,
    ) -> Result<Applied> {
        self.unwiring(desired, options, Some(digest)).wait(py)
    }

    /// `unwire_approved`, to be awaited.
    fn unwire_approved_async<'py>(
        &self,
        py: Python<'py>,
        desired: &Bound<'_, Desired>,
        options: Option<&Bound<'_, UnwireOptions>>,
        digest: String,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.unwiring(desired, options, Some(digest)).coroutine(py)
    }

    /// The thumbprint of an issuer: the last certificate that the host of its keys serves, or its own host.
    #[pyo3(signature = (issuer, host = "jwks-uri"))]
    fn fetch_thumbprint(
        &self,
        py: Python<'_>,
        issuer: Parsed<core::Issuer>,
        host: &str,
    ) -> Result<FetchedThumbprint> {
        tls::fetching(py, &self.tls, issuer.0, host)?.wait(py)
    }

    /// `fetch_thumbprint`, to be awaited.
    #[pyo3(signature = (issuer, host = "jwks-uri"))]
    fn fetch_thumbprint_async<'py>(
        &self,
        py: Python<'py>,
        issuer: Parsed<core::Issuer>,
        host: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        tls::fetching(py, &self.tls, issuer.0, host)?.coroutine(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let Access { profile, session, region, .. } = &self.way.cluster;
        let mut parts = vec!["<Wirer".to_owned()];
        for (name, value) in [("profile", profile), ("region", region)] {
            if let Some(value) = value {
                parts.push(format!("{name}={}", convert::repr(py, value)?));
            }
        }
        if session.is_some() {
            parts.push("of a session".to_owned());
        }
        Ok(format!("{}>", parts.join(" ")))
    }
}

/// Calls who listens. What is raised ends the operation.
fn tell(listener: &Py<PyAny>, event: &core::Event, halt: &Halt) {
    interpreter::attached(|py| {
        let told = Event::of(event)
            .map_err(PyErr::from)
            .and_then(|event| listener.bind(py).call1((event,)));
        if let Err(error) = told {
            halt.raise(error);
        }
    });
}
