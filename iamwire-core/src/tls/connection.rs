//! A connection to a host: resolved, connected, its handshake done, all before a time.

use std::io;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, Error, InvalidMessage, RootCertStore};

use super::served::{Recorder, ServedChain};
use super::{TlsError, TlsProbe};
use crate::Refusal;
use crate::error::quoted;

/// What chains are verified against.
#[derive(Clone)]
pub(super) enum Roots {
    System,
    Given(Arc<RootCertStore>),
}

impl Roots {
    pub(super) fn from_pem(pem: &[u8]) -> Result<Self, TlsError> {
        let bad = |message: String| {
            let help = "pass a file of certificates that begin with `-----BEGIN CERTIFICATE-----`";
            TlsError::Roots(Refusal::new("tls.roots", message, help))
        };
        let mut roots = RootCertStore::empty();
        for (index, certificate) in CertificateDer::pem_slice_iter(pem).enumerate() {
            let unreadable =
                || bad(format!("root certificate {} of the PEM text can't be read", index + 1));
            roots.add(certificate.map_err(|_| unreadable())?).map_err(|_| unreadable())?;
        }
        if roots.is_empty() {
            return Err(bad("there is no root certificate in the PEM text".to_owned()));
        }
        Ok(Self::Given(Arc::new(roots)))
    }

    /// The system's are read anew each time. None is no error: the chain then doesn't verify.
    async fn load(&self) -> Arc<RootCertStore> {
        match self {
            Self::Given(roots) => Arc::clone(roots),
            Self::System => {
                let read = tokio::task::spawn_blocking(|| {
                    let mut roots = RootCertStore::empty();
                    let found = rustls_native_certs::load_native_certs();
                    roots.add_parsable_certificates(found.certs);
                    roots
                });
                Arc::new(read.await.unwrap_or_else(|_| RootCertStore::empty()))
            }
        }
    }

    fn timed_out() -> TlsError {
        let message = "the system's root certificates could not be read in time";
        let help = "allow more time, or check the disk that they are on";
        TlsError::TimedOut(Refusal::new("tls.timeout", message, help))
    }
}

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// In lower case; an IPv6 address without its brackets.
    host: String,
    port: u16,
    name: ServerName<'static>,
}

impl Endpoint {
    pub(super) fn new(host: &str, port: u16) -> Result<Self, TlsError> {
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
        let bare = bare.to_ascii_lowercase();
        let name = ServerName::try_from(bare.clone()).map_err(|_| {
            let help = "write a DNS name or an IP address, without scheme, port or path";
            TlsError::Host(Refusal::new("tls.host", format!("{} is no host", quoted(host)), help))
        })?;
        Ok(Self { host: bare, port, name })
    }

    /// The time is over.
    pub(super) fn timed_out(&self, doing: &str) -> TlsError {
        let message = format!("{} did not answer in time: {doing}", self.shown());
        let help = "allow more time, or check that the network lets this host through; a thumbprint is optional: without one, IAM fetches it itself";
        TlsError::TimedOut(Refusal::new("tls.timeout", message, help))
    }

    pub(super) fn too_large(&self, what: &str, most: usize) -> TlsError {
        let message = format!("{} sends {what} of more than {most} bytes", self.shown());
        let help = "check that this is the issuer's host, and no proxy or portal before it";
        TlsError::TooLarge(Refusal::new("tls.too-large", message, help))
    }

    /// It can't be reached, or broke off: a message that goes on after the host.
    pub(super) fn unreachable(&self, what: &str) -> TlsError {
        let message = format!("{} {what}", self.shown());
        let help = "check the host and the network; a thumbprint is optional: without one, IAM fetches it itself";
        TlsError::Unreachable(Refusal::new("tls.unreachable", message, help))
    }

    /// `host:port`, quoted.
    pub(super) fn shown(&self) -> String {
        let host = &self.host;
        quoted(&if host.contains(':') {
            format!("[{host}]:{}", self.port)
        } else {
            format!("{host}:{}", self.port)
        })
    }

    fn not_found(&self, why: &str) -> TlsError {
        let message = format!("host {} is not found: {why}", quoted(&self.host));
        let help = "in a VPC with an EKS interface endpoint the issuer may not resolve: run this from elsewhere, or leave the thumbprint to IAM, which needs none";
        TlsError::NotFound(Refusal::new("tls.not-found", message, help))
    }

    /// What a failed handshake means.
    fn handshake(&self, error: &io::Error) -> TlsError {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        let here = self.shown();
        let (code, message, help) = match tls {
            Some(Error::InvalidMessage(
                InvalidMessage::HandshakePayloadTooLarge
                | InvalidMessage::CertificatePayloadTooLarge,
            )) => return self.too_large("a handshake", 65_535),
            Some(Error::InvalidMessage(_) | Error::InappropriateMessage { .. }) => {
                let help = "is the port right? TLS is usually at 443";
                let refusal = Refusal::new("tls.not-tls", format!("{here} speaks no TLS"), help);
                return TlsError::NotTls(refusal);
            }
            Some(Error::NoCertificatesPresented) => return self.no_certificate(),
            Some(error) => (
                "tls.handshake",
                format!("the TLS handshake with {here} failed: {error}"),
                "TLS 1.2 and 1.3 are spoken, with SNI: check that the host does so too, under this name",
            ),
            None => return self.unreachable(&format!("breaks off the TLS handshake: {error}")),
        };
        TlsError::Handshake(Refusal::new(code, message, help))
    }

    fn no_certificate(&self) -> TlsError {
        let message = format!("{} sends no certificate", self.shown());
        let help = "check that this is the issuer's host: an issuer has a certificate";
        TlsError::NoCertificate(Refusal::new("tls.no-certificate", message, help))
    }
}

impl TlsProbe {
    /// Connects, and gives the stream with what was served.
    pub(super) async fn connect(
        &self,
        endpoint: &Endpoint,
        until: Instant,
    ) -> Result<(TlsStream<TcpStream>, ServedChain), TlsError> {
        let roots = timeout_at(until, self.roots.load()).await;
        let roots = roots.map_err(|_| Roots::timed_out())?;
        let provider = Arc::new(default_provider());
        let recorder = Arc::new(Recorder::new(&roots, &provider));
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| endpoint.unreachable(&format!("can't be connected to: {error}")))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&recorder) as _)
            .with_no_client_auth();

        let tcp = timeout_at(until, self.tcp(endpoint));
        let tcp = tcp.await.map_err(|_| endpoint.timed_out("no connection"))??;
        let handshake = TlsConnector::from(Arc::new(config)).connect(endpoint.name.clone(), tcp);
        let handshake = timeout_at(until, handshake).await;
        let stream = handshake
            .map_err(|_| endpoint.timed_out("connected, but no TLS handshake"))?
            .map_err(|error| endpoint.handshake(&error))?;
        let sent = stream.get_ref().1.peer_certificates().unwrap_or_default();
        let chain = ServedChain::new(&endpoint.host, sent, &roots, recorder.said());
        let chain = chain.ok_or_else(|| endpoint.no_certificate())?;
        Ok((stream, chain))
    }

    /// A connection to the first address that takes one.
    async fn tcp(&self, endpoint: &Endpoint) -> Result<TcpStream, TlsError> {
        let (host, port) = (endpoint.host.as_str(), endpoint.port);
        let addresses = match &self.resolver {
            Some(resolver) => resolver(host, port),
            None => tokio::net::lookup_host((host, port)).await.map(Iterator::collect),
        };
        let addresses = addresses.map_err(|error| endpoint.not_found(&error.to_string()))?;
        let mut last = None;
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = Some(error),
            }
        }
        Err(match last {
            Some(error) => endpoint.unreachable(&format!("can't be reached: {error}")),
            None => endpoint.not_found("it has no address"),
        })
    }
}
