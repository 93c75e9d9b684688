//! The certificates that a host serves, and the thumbprint that IAM would pin.

use std::io;
use std::net::{IpAddr, SocketAddr};

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::convert::{self, Member, Parsed, Reduced, whole};
use crate::error::{Failure, Result};
use crate::interpreter;
use crate::operation::{Halt, Operation};
use crate::seconds::Time;
use crate::thumbprint::Thumbprint;

/// Looks at the certificates of hosts, over TLS 1.2 and 1.3. They are looked at, not trusted: a chain that
/// doesn't verify is served all the same, and says what is wrong with it.
///
/// `roots` are certificates in PEM in place of the system's; `resolver` is called with a host and a port, and
/// gives a list of addresses with their ports, in place of the system's resolver; `deadline` is in seconds, 10
/// unless told.
#[pyclass(module = "iamwire", frozen)]
pub(crate) struct TlsProbe(pub(crate) core::TlsProbe);

#[pymethods]
impl TlsProbe {
    #[new]
    #[pyo3(signature = (*, roots = None, resolver = None, deadline = None))]
    fn new(
        roots: Option<&[u8]>,
        resolver: Option<Bound<'_, PyAny>>,
        deadline: Option<Time>,
    ) -> Result<Self> {
        let mut probe = core::TlsProbe::new();
        if let Some(pem) = roots {
            probe = probe.roots(pem)?;
        }
        if let Some(resolver) = resolver {
            let resolver = resolver.unbind();
            probe = probe.resolver(move |host, port| resolved(&resolver, host, port));
        }
        if let Some(deadline) = deadline {
            probe = probe.deadline(deadline.0);
        }
        Ok(Self(probe))
    }

    /// What a host serves at a port.
    #[pyo3(signature = (host, port = 443))]
    fn served_chain(
        &self,
        py: Python<'_>,
        host: String,
        #[pyo3(from_py_with = whole)] port: u16,
    ) -> Result<ServedChain> {
        self.serving(host, port).wait(py)
    }

    /// `served_chain`, to be awaited.
    #[pyo3(signature = (host, port = 443))]
    fn served_chain_async<'py>(
        &self,
        py: Python<'py>,
        host: String,
        #[pyo3(from_py_with = whole)] port: u16,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.serving(host, port).coroutine(py)
    }

    /// The thumbprint of an issuer: the last certificate that the host of its keys serves, or its own host.
    #[pyo3(signature = (issuer, host = "jwks-uri"))]
    fn fetch_thumbprint(
        &self,
        py: Python<'_>,
        issuer: Parsed<core::Issuer>,
        host: &str,
    ) -> Result<FetchedThumbprint> {
        fetching(py, &self.0, issuer.0, host)?.wait(py)
    }

    /// `fetch_thumbprint`, to be awaited.
    #[pyo3(signature = (issuer, host = "jwks-uri"))]
    fn fetch_thumbprint_async<'py>(
        &self,
        py: Python<'py>,
        issuer: Parsed<core::Issuer>,
        host: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        fetching(py, &self.0, issuer.0, host)?.coroutine(py)
    }
}

impl TlsProbe {
    fn serving(&self, host: String, port: u16) -> Operation<ServedChain> {
        let probe = self.0.clone();
        Operation::new(Halt::default(), async move {
            Ok(ServedChain::of(&probe.served_chain(&host, port).await?))
        })
    }
}

/// Fetches the thumbprint of an issuer.
pub(crate) fn fetching(
    py: Python<'_>,
    probe: &core::TlsProbe,
    issuer: core::Issuer,
    host: &str,
) -> Result<Operation<FetchedThumbprint>> {
    let host = match Member::checked(py, "ThumbprintHost", host)?.value() {
        "issuer" => core::ThumbprintHost::Issuer,
        _ => core::ThumbprintHost::JwksUri,
    };
    let probe = probe.clone();
    Ok(Operation::new(Halt::default(), async move {
        let fetched = probe.fetch_thumbprint(&issuer, host).await?;
        Ok(FetchedThumbprint {
            chain: ServedChain::of(fetched.chain()),
            discovery: fetched.discovery().map(ServedChain::of),
        })
    }))
}

fn resolved(resolver: &Py<PyAny>, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let found = interpreter::attached(|py| {
        let addresses = resolver.bind(py).call1((host, port))?;
        let addresses = addresses.extract::<Vec<(IpAddr, u16)>>()?;
        Ok(addresses.into_iter().map(SocketAddr::from).collect())
    });
    let failed = |error: PyErr| io::Error::other(error.to_string());
    found.map_or_else(|| Err(io::Error::other("the program ends")), |done| done.map_err(failed))
}

/// The certificates that a host sent, its own first.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct ServedChain {
    /// Who sent it.
    #[pyo3(get)]
    host: String,
    certificates: Vec<core::Thumbprint>,
    /// Whether the last one is itself one of the roots, which a host need not send.
    #[pyo3(get)]
    ends_with_root: bool,
    /// Why the chain doesn't verify against the roots; none: it does.
    #[pyo3(get)]
    not_verified: Option<String>,
}

const CHAIN: [&str; 4] = ["host", "certificates", "ends_with_root", "not_verified"];

impl ServedChain {
    fn of(chain: &core::ServedChain) -> Self {
        Self {
            host: chain.host().to_owned(),
            certificates: chain.certificates().cloned().collect(),
            ends_with_root: chain.ends_with_root(),
            not_verified: match chain.verification() {
                core::Verification::Verified => None,
                core::Verification::NotVerified(why) => Some(why.clone()),
                _ => Some("of a kind that this package does not know".to_owned()),
            },
        }
    }
}

#[pymethods]
impl ServedChain {
    #[new]
    #[pyo3(signature = (host, certificates, ends_with_root, not_verified))]
    fn new(
        host: String,
        certificates: Vec<Parsed<core::Thumbprint>>,
        ends_with_root: bool,
        not_verified: Option<String>,
    ) -> Result<Self> {
        if certificates.is_empty() {
            let message = "a chain has at least one certificate";
            return Err(Failure::argument("chain.empty", message, "name the host's own"));
        }
        let certificates = certificates.into_iter().map(|one| one.0).collect();
        Ok(Self { host, certificates, ends_with_root, not_verified })
    }

    /// The SHA-1 of each certificate in the order in which it was sent: the host's own first.
    #[getter]
    fn certificates<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.certificates.iter().cloned().map(Thumbprint))
    }

    /// The last one: what IAM would pin, the top of the intermediates unless the host sends its root.
    #[getter]
    fn last(&self) -> Result<Thumbprint> {
        self.certificates.last().cloned().map(Thumbprint).ok_or(Failure::Unknown("chain"))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &CHAIN)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &CHAIN)
    }
}

/// A thumbprint, and what it was taken from.
#[pyclass(module = "iamwire", frozen, eq, hash, get_all)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct FetchedThumbprint {
    /// The chain that it is the end of.
    chain: ServedChain,
    /// What the issuer's host served, where that is another host than the one of the keys.
    discovery: Option<ServedChain>,
}

const FETCHED: [&str; 2] = ["chain", "discovery"];

#[pymethods]
impl FetchedThumbprint {
    #[new]
    #[pyo3(signature = (chain, discovery = None))]
    fn new(chain: &Bound<'_, ServedChain>, discovery: Option<&Bound<'_, ServedChain>>) -> Self {
        let discovery = discovery.map(|chain| chain.get().clone());
        Self { chain: chain.get().clone(), discovery }
    }

    /// The SHA-1 of the last certificate that was served.
    #[getter]
    fn thumbprint(&self) -> Result<Thumbprint> {
        self.chain.last()
    }

    /// Whether each host on the way was the one that it says it is. Where not, compare the thumbprint with one
    /// from elsewhere before it is pinned.
    #[getter]
    fn is_verified(&self) -> bool {
        let mut chains = std::iter::once(&self.chain).chain(&self.discovery);
        chains.all(|chain| chain.not_verified.is_none())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &FETCHED)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &FETCHED)
    }
}
