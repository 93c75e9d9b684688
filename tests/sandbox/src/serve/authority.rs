//! A certificate authority: a root, an intermediate, and a certificate for any name.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

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
    root_pem: String,
    /// Of all hosts.
    key: KeyPair,
    provider: Arc<CryptoProvider>,
    made: Mutex<Made>,
}

#[derive(Default)]
struct Made {
    chain: Chain,
    keys: BTreeMap<(Chain, Option<String>), Arc<CertifiedKey>>,
}

impl Authority {
    pub(super) fn new() -> io::Result<Self> {
        let key = || KeyPair::generate().map_err(io::Error::other);
        let root = Issuer::self_signed(authority("root")?, key()?).map_err(io::Error::other)?;
        let intermediate = Issuer::signed_by(authority("intermediate")?, key()?, &root);
        Ok(Self {
            root_pem: root.pem(),
            intermediate: intermediate.map_err(io::Error::other)?,
            root,
            key: key()?,
            provider: Arc::new(aws_lc_rs::default_provider()),
            made: Mutex::default(),
        })
    }

    /// The root's certificate, as PEM.
    pub(super) fn root(&self) -> &str {
        &self.root_pem
    }

    pub(super) fn send(&self, chain: Chain) {
        self.made().chain = chain;
    }

    /// Speaks TLS with these certificates, HTTP/2 and HTTP/1.1.
    pub(super) fn acceptor(self: &Arc<Self>) -> io::Result<TlsAcceptor> {
        let config = ServerConfig::builder_with_provider(Arc::clone(&self.provider));
        let config = config.with_safe_default_protocol_versions().map_err(io::Error::other)?;
        let resolver = Arc::clone(self) as Arc<dyn ResolvesServerCert>;
        let mut config = config.with_no_client_auth().with_cert_resolver(resolver);
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
        CertifiedKey::from_der(sent, key, &self.provider)
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

fn authority(name: &str) -> io::Result<CertificateParams> {
    let mut params = parameters(Vec::new()).map_err(io::Error::other)?;
    params.distinguished_name.push(DnType::CommonName, format!("iamwire sandbox {name}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}
