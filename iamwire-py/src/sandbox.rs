//! A loopback AWS and Kubernetes in this process: what `iamwire.sandbox` exports.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use iamwire_sandbox as sandbox;
use iamwire_sandbox::world::{self, Delays, Fault, Quotas, Setup, When};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyTuple};

use crate::convert::{self, Reduced, Whole, whole};
use crate::error::{Failure, Result};
use crate::seconds::{Time, duration, float};

/// A loopback AWS and Kubernetes, served on 127.0.0.1 until it is closed: account 123456789012 with cluster `prod`
/// in `eu-west-3`.
///
/// What is written to IAM is seen by its own reads `iam_delay` seconds later, and by STS `sts_delay` seconds later.
/// `quotas` are AWS's but for those that are given: `trust_policy_characters`, `roles`, `providers`, `thumbprints`,
/// `client_ids`, `policies`, `policies_per_role`, `inline_policy_characters`, `managed_policy_characters`, `tags`.
/// It is a context manager: at the end of a `with` block it is closed.
#[pyclass(module = "iamwire.sandbox", frozen)]
pub(crate) struct Sandbox(Mutex<Option<Arc<sandbox::Sandbox>>>);

impl Sandbox {
    fn open(&self) -> Result<Arc<sandbox::Sandbox>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(Failure::Closed)
    }
}

#[pymethods]
impl Sandbox {
    #[new]
    #[pyo3(signature = (*, iam_delay = 0.0, sts_delay = 0.0, quotas = None))]
    fn new(
        py: Python<'_>,
        #[pyo3(from_py_with = float)] iam_delay: f64,
        #[pyo3(from_py_with = float)] sts_delay: f64,
        quotas: Option<BTreeMap<String, Whole<usize>>>,
    ) -> Result<Self> {
        let delays = Delays { iam: duration(iam_delay)?, sts: duration(sts_delay)? };
        let setup =
            Setup { delays, quotas: changed(&quotas.unwrap_or_default())?, ..Setup::default() };
        let started = py.detach(|| sandbox::Sandbox::start_with(setup)).map_err(PyErr::from)?;
        Ok(Self(Mutex::new(Some(Arc::new(started)))))
    }

    /// `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL`: IAM, STS and EKS in plain HTTP.
    #[getter]
    fn endpoint_url(&self) -> Result<String> {
        Ok(self.open()?.endpoint_url())
    }

    /// What to export, so that AWS's and Kubernetes' programs use the sandbox.
    #[getter]
    fn env(&self) -> Result<BTreeMap<&'static str, String>> {
        Ok(self.open()?.env().iter().cloned().collect())
    }

    /// The root of the sandbox's certificates, as a PEM file; it goes with the sandbox.
    #[getter]
    fn ca_bundle(&self) -> Result<PathBuf> {
        Ok(self.open()?.ca_bundle())
    }

    /// A kubeconfig with a context for each cluster, by its name.
    #[getter]
    fn kubeconfig(&self) -> Result<PathBuf> {
        Ok(self.open()?.kubeconfig())
    }

    /// Address and port where every host name is served with TLS, an issuer's among them.
    #[getter]
    fn tls_address(&self) -> Result<(String, u16)> {
        let address = self.open()?.tls_address();
        Ok((address.ip().to_string(), address.port()))
    }

    /// The calls that came in, in order.
    #[getter]
    fn requests<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyTuple>> {
        let calls = self.open()?.requests().into_iter().map(Call::of);
        Ok(PyTuple::new(py, calls.collect::<Vec<_>>())?)
    }

    /// Forgets the calls that came in.
    fn clear_requests(&self) -> Result<()> {
        self.open()?.world().clear_calls();
        Ok(())
    }

    /// What goes wrong: the next `times` calls of an `operation`, such as `CreateRole` or `apply serviceaccounts`, or
    /// the call that gets this place in `requests`, counted from 0.
    ///
    /// `before` and `after` drop the connection, before or after it is done; `delayed` answers `delay` seconds later;
    /// `throttled`, `server-error`, `denied` and `unauthenticated` are the service's own answers, and a tuple
    /// `(status, code, message)` is any other: `(409, "LimitExceeded", "Cannot exceed quota")`.
    #[pyo3(signature = (operation, fault, *, times = 1, delay = 1.0))]
    fn fail(
        &self,
        operation: &Bound<'_, PyAny>,
        fault: &Bound<'_, PyAny>,
        #[pyo3(from_py_with = whole)] times: usize,
        #[pyo3(from_py_with = float)] delay: f64,
    ) -> PyResult<()> {
        let (when, fault) = (when(operation)?, fault_of(fault, delay)?);
        self.open()?.world().fail(when, times, fault);
        Ok(())
    }

    /// Takes back what was to go wrong.
    fn clear_faults(&self) -> Result<()> {
        self.open()?.world().clear_faults();
        Ok(())
    }

    /// Moves the sandbox's clock on, as if so many seconds had passed.
    fn advance(&self, seconds: Time) -> Result<()> {
        self.open()?.world().advance(seconds.0);
        Ok(())
    }

    /// A cluster's next key: it signs tokens from now on; the issuer still publishes those before. False if there is
    /// no such cluster.
    fn rotate_key(&self, cluster: &str) -> Result<bool> {
        Ok(self.open()?.world().rotate_key(cluster))
    }

    /// The issuer publishes only the key that signs: tokens of those before are no longer good. False if there is no
    /// such cluster.
    fn retire_keys(&self, cluster: &str) -> Result<bool> {
        Ok(self.open()?.world().retire_keys(cluster))
    }

    /// Puts an object of Kubernetes into a cluster, as a dict with `kind` and `metadata`; false if there is no such
    /// cluster or it takes no such object.
    fn put_object(&self, cluster: &str, object: &Bound<'_, PyDict>) -> Result<bool> {
        let text = convert::json_text(object)?;
        let object = serde_json::from_str(&text);
        let object =
            object.map_err(|error: serde_json::Error| Failure::Details(error.to_string()))?;
        Ok(self.open()?.world().put_object(cluster, object))
    }

    /// Ends it; nothing answers any more, and its files are gone.
    fn close(&self, py: Python<'_>) {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        py.detach(|| drop(open));
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyTuple>) {
        self.close(py);
    }

    fn __repr__(&self) -> String {
        match self.open() {
            Ok(open) => format!("<Sandbox {}>", open.endpoint_url()),
            Err(_) => "<Sandbox closed>".to_owned(),
        }
    }
}

/// Which calls go wrong.
fn when(operation: &Bound<'_, PyAny>) -> PyResult<When> {
    if let Ok(name) = operation.extract() {
        return Ok(When::Operation(name));
    }
    if !operation.is_instance_of::<PyInt>() || operation.is_instance_of::<PyBool>() {
        return Err(convert::wrong_type("str or int", operation.as_borrowed()));
    }
    Ok(When::Call(whole(operation)?))
}

/// How they go wrong.
fn fault_of(fault: &Bound<'_, PyAny>, delay: f64) -> PyResult<Fault> {
    if let Ok(name) = fault.extract::<String>() {
        return Ok(named(&name, delay)?);
    }
    let expected = "str or a tuple of status, code and message";
    let wrong = || convert::wrong_type(expected, fault.as_borrowed());
    let parts: (Bound<'_, PyAny>, String, String) = fault.extract().map_err(|_| wrong())?;
    let (status, code, message) = (whole(&parts.0)?, parts.1, parts.2);
    if !(400..600).contains(&status) {
        let message = format!("an error has no status {status}");
        return Err(Failure::argument("sandbox.fault", message, "use one of 400 to 599").into());
    }
    Ok(Fault::Error { status, code, message })
}

fn named(fault: &str, delay: f64) -> Result<Fault> {
    Ok(match fault {
        "before" => Fault::Before,
        "after" => Fault::After,
        "delayed" => Fault::Delayed(duration(delay)?),
        "throttled" => Fault::Throttled,
        "server-error" => Fault::ServerError,
        "denied" => Fault::Denied,
        "unauthenticated" => Fault::Unauthenticated,
        other => {
            let message = format!("there is no fault `{other}`");
            let help = "use `before`, `after`, `delayed`, `throttled`, `server-error`, `denied` or `unauthenticated`, or a tuple of status, code and message";
            return Err(Failure::argument("sandbox.fault", message, help));
        }
    })
}

/// AWS's quotas, but for these.
fn changed(quotas: &BTreeMap<String, Whole<usize>>) -> Result<Quotas> {
    let mut all = Quotas::default();
    match quotas.iter().find(|(name, quota)| !all.set(name, quota.0)) {
        None => Ok(all),
        Some((name, _)) => {
            let message = format!("there is no quota `{name}`");
            let help = "use one that `help(Sandbox)` names";
            Err(Failure::argument("sandbox.quota", message, help))
        }
    }
}

/// One call that came in.
#[pyclass(module = "iamwire.sandbox", frozen, eq, hash, get_all)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Call {
    /// `iam`, `sts`, `eks`, `kubernetes`, `issuer`, or `other`: none that the sandbox has.
    service: String,
    /// The operation, such as `CreateRole` or `apply serviceaccounts`.
    operation: String,
    /// What it was for: a role's name, an ARN, `NAMESPACE/NAME`; of `other` the service or host.
    resource: String,
    /// Who asked: an ARN or a Kubernetes user; empty if nobody known.
    caller: String,
    /// The status of the answer.
    status: u16,
    /// Whether it was a write, and was done: also if that changed nothing, or the answer was lost.
    wrote: bool,
}

const CALL: [&str; 6] = ["service", "operation", "resource", "caller", "status", "wrote"];

impl Call {
    fn of(call: world::Call) -> Self {
        let world::Call { service, operation, resource, caller, status, wrote, .. } = call;
        Self { service: service.to_owned(), operation, resource, caller, status, wrote }
    }
}

#[pymethods]
impl Call {
    #[new]
    fn new(
        service: String,
        operation: String,
        resource: String,
        caller: String,
        status: Whole<u16>,
        wrote: bool,
    ) -> Self {
        Self { service, operation, resource, caller, status: status.0, wrote }
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &CALL)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &CALL)
    }
}
