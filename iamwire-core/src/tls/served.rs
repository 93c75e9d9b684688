//! [`ServedChain`]: the certificates of a host, as it sent them.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use crate::Thumbprint;

/// The certificates that a host sent, its own first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedChain {
    host: String,
    /// All but the last.
    before: Vec<Thumbprint>,
    last: Thumbprint,
    ends_with_root: bool,
    verification: Verification,
}

/// Whether a chain leads from the host's name to one of the roots.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verification {
    /// It does, and is in its time.
    Verified,
    /// It does not: a text that says why.
    NotVerified(String),
}

impl ServedChain {
    /// Nothing if no certificate was sent.
    pub(super) fn new(
        host: &str,
        sent: &[CertificateDer<'_>],
        roots: &RootCertStore,
        verification: Verification,
    ) -> Option<Self> {
        let (last, before) = sent.split_last()?;
        let mut alone = RootCertStore::empty();
        // One that can't be read is no root.
        let _ = alone.add(last.clone().into_owned());
        Some(Self {
            host: host.to_owned(),
            before: before.iter().map(thumbprint).collect::<Option<_>>()?,
            last: thumbprint(last)?,
            ends_with_root: alone.roots.iter().any(|root| roots.roots.contains(root)),
            verification,
        })
    }

    /// Who sent it.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The SHA-1 of each certificate in the order in which it was sent: the host's own first.
    #[must_use]
    pub fn certificates(&self) -> impl DoubleEndedIterator<Item = &Thumbprint> {
        self.before.iter().chain([&self.last])
    }

    /// The last one: what IAM would pin, the top of the intermediates unless the host sends its root.
    #[must_use]
    pub fn last(&self) -> &Thumbprint {
        &self.last
    }

    /// Whether the last one is itself one of the roots, which a host need not send. Tools that pin the
    /// last intermediate then have another thumbprint.
    #[must_use]
    pub fn ends_with_root(&self) -> bool {
        self.ends_with_root
    }

    /// Whether the chain verifies against the roots.
    #[must_use]
    pub fn verification(&self) -> &Verification {
        &self.verification
    }
}

fn thumbprint(certificate: &CertificateDer<'_>) -> Option<Thumbprint> {
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate);
    digest.as_ref().try_into().ok().map(Thumbprint::from_sha1)
}

/// Takes any chain, and keeps what the real verifier says of it. Signatures of the handshake are
/// verified as ever, so that the host has the key of the certificate that it sends.
#[derive(Debug)]
pub(super) struct Recorder {
    /// None where there are no roots.
    verifier: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
    said: Mutex<Verification>,
}

impl Recorder {
    pub(super) fn new(roots: &Arc<RootCertStore>, provider: &Arc<CryptoProvider>) -> Self {
        let builder =
            WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), Arc::clone(provider));
        let none = "there are no roots to verify it against".to_owned();
        Self {
            verifier: builder.build().ok(),
            provider: Arc::clone(provider),
            said: Mutex::new(Verification::NotVerified(none)),
        }
    }

    pub(super) fn said(&self) -> Verification {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(verifier) = &self.verifier {
            let said = match verifier.verify_server_cert(own, others, name, ocsp, now) {
                Ok(_) => Verification::Verified,
                Err(error) => Verification::NotVerified(why(&error, others.len())),
            };
            *self.said.lock().unwrap_or_else(PoisonError::into_inner) = said;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Why a chain does not verify, in words.
fn why(error: &Error, others: usize) -> String {
    let Error::InvalidCertificate(error) = error else { return error.to_string() };
    match error {
        CertificateError::UnknownIssuer if others == 0 => {
            "the host sends its own certificate alone, and no root has signed that".to_owned()
        }
        CertificateError::UnknownIssuer => "none of the roots has signed it".to_owned(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another host".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet".to_owned()
        }
        other => other.to_string(),
    }
}
