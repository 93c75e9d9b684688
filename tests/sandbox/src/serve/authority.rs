//! A certificate authority: a root, an intermediate, and a certificate for any name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::{self, ServerConfig, sign::CertifiedKey};

type Issuer = CertifiedIssuer<'static, KeyPair>;

/// Which certificates a host sends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chain {
    /// Its own and the intermediate's, as is usual.
    #[default]
    Usual,
    /// The root's too.
    WithRoot,
    /// Its own alone: the intermediate's is missing.
    LeafOnly,
    /// One that it signed itself.
    SelfSigned,
    /// Those of another host.
    OtherName,
}

/// Signs certificates as clients ask for them. Its keys are never written anywhere.
pub(super) struct Authority {
    root: Issuer,
    intermediate: Issuer,
    /// Of all hosts.
    key: KeyPair,
    made: Mutex<Made>,
}

#[derive(Default)]
struct Made {
    chain: Chain,
    keys: BTreeMap<(Chain, Option<String>), Arc<CertifiedKey>>,
}

impl Authority {
    pub(super) fn new() -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate;
        let root = Issuer::self_signed(authority("root")?, key()?)?;
        let intermediate = Issuer::signed_by(authority("intermediate")?, key()?, &root)?;
        Ok(Self { root, intermediate, key: key()?, made: Mutex::default() })
    }

    /// The root's certificate, as PEM.
    pub(super) fn root(&self) -> String {
        self.root.pem()
    }

    pub(super) fn send(&self, chain: Chain) {
        self.made().chain = chain;
    }

    /// Speaks TLS with these certificates, HTTP/2 and HTTP/1.1.
    pub(super) fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, rustls::Error> {
        let config = ServerConfig::builder_with_provider(default_provider().into());
        let config = config.with_safe_default_protocol_versions()?.with_no_client_auth();
        let mut config = config.with_cert_resolver(Arc::clone(self) as _);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Certificate and key for a host, or for loopback's addresses.
    fn certified(&self, chain: Chain, host: Option<&str>) -> Result<CertifiedKey, rcgen::Error> {
        let names = match host {
            Some(_) if chain == Chain::OtherName => vec!["other.example".to_owned()],
            Some(host) => vec![host.to_owned()],
            None => vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()],
        };
        let mut params = parameters(names)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let own = match chain {
            Chain::SelfSigned => params.self_signed(&self.key)?,
            _ => params.signed_by(&self.key, &self.intermediate)?,
        };
        let mut sent = vec![own.der().clone()];
        if !matches!(chain, Chain::LeafOnly | Chain::SelfSigned) {
            sent.push(self.intermediate.der().clone());
        }
        if chain == Chain::WithRoot {
            sent.push(self.root.der().clone());
        }
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        CertifiedKey::from_der(sent, key, &default_provider())
            .map_err(|_| rcgen::Error::CouldNotParseKeyPair)
    }
}

impl ResolvesServerCert for Authority {
    fn resolve(&self, client: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let mut made = self.made();
        let host = client.server_name();
        let chain = if host.is_some() { made.chain } else { Chain::Usual };
        let place = (chain, host.map(str::to_owned));
        if let Some(key) = made.keys.get(&place) {
            return Some(Arc::clone(key));
        }
        let key = Arc::new(self.certified(chain, host).ok()?);
        made.keys.insert(place, Arc::clone(&key));
        Some(key)
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

fn parameters(names: Vec<String>) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn authority(name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = parameters(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, format!("iamwire sandbox {name}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}
