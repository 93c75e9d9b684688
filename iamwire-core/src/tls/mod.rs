//! The certificates that a host serves, and the thumbprint that IAM would pin.
//!
//! Nothing else in this library reaches an issuer: in a VPC it may not resolve at all.

mod connection;
mod discovery;
mod error;
mod served;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::{Issuer, Thumbprint};

pub use error::TlsError;
pub use served::{ServedChain, Verification};

use connection::{Endpoint, Roots};

/// Whose certificates count for a thumbprint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ThumbprintHost {
    /// The host of `jwks_uri` in the issuer's discovery document: what AWS's documentation says.
    #[default]
    JwksUri,
    /// The issuer's own host: what eksctl and Terraform's `tls_certificate` take.
    Issuer,
}

/// Looks at the certificates of hosts: with SNI, within a time, up to a size, over TLS 1.2 and 1.3.
///
/// Certificates are looked at, not trusted: a chain that doesn't verify is served all the same, and
/// [`ServedChain::verification`] says what is wrong with it.
///
/// ```no_run
/// # async fn fetch() -> Result<(), Box<dyn std::error::Error>> {
/// use iamwire_core::{ThumbprintHost, TlsProbe};
///
/// let issuer = "https://oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF".parse()?;
/// let fetched = TlsProbe::new().fetch_thumbprint(&issuer, ThumbprintHost::JwksUri).await?;
/// println!("{}", fetched.thumbprint());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TlsProbe {
    roots: Roots,
    resolver: Option<Arc<Resolver>>,
    deadline: Duration,
}

type Resolver = dyn Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync;

impl Default for TlsProbe {
    fn default() -> Self {
        Self::new()
    }
}

impl TlsProbe {
    /// With the system's roots and resolver, and 10 seconds for all of it.
    #[must_use]
    pub fn new() -> Self {
        Self { roots: Roots::System, resolver: None, deadline: Duration::from_secs(10) }
    }

    /// Verifies against these roots, a PEM file's content, in place of the system's.
    ///
    /// # Errors
    /// `tls.roots`: there is no certificate in it, or one that can't be read.
    pub fn roots(self, pem: &[u8]) -> Result<Self, TlsError> {
        Ok(Self { roots: Roots::from_pem(pem)?, ..self })
    }

    /// Resolves host and port so, in place of the system's resolver. It must not block.
    #[must_use]
    pub fn resolver(
        self,
        resolver: impl Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Self {
        Self { resolver: Some(Arc::new(resolver)), ..self }
    }

    /// How long a call takes at most, whatever it has to do.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// What a host serves at a port. Safe to cancel: nothing is changed anywhere.
    ///
    /// # Errors
    /// `tls.host`, `tls.not-found`, `tls.unreachable`, `tls.timeout`, `tls.not-tls`, `tls.handshake`,
    /// `tls.no-certificate`, `tls.too-large`.
    pub async fn served_chain(&self, host: &str, port: u16) -> Result<ServedChain, TlsError> {
        let endpoint = Endpoint::new(host, port)?;
        let (_, chain) = self.connect(&endpoint, moment_after(self.deadline)).await?;
        Ok(chain)
    }

    /// The thumbprint of an issuer: the last certificate of the chain that the host serves.
    ///
    /// For [`ThumbprintHost::JwksUri`] the discovery document is read first, from a host that need not
    /// verify either: see [`FetchedThumbprint::is_verified`]. Safe to cancel: nothing is changed
    /// anywhere.
    ///
    /// Source: IAM User Guide, "Obtain the thumbprint for an OpenID Connect identity provider".
    ///
    /// # Errors
    /// Those of [`served_chain`](Self::served_chain); `tls.http`, `tls.status`, `tls.discovery`,
    /// `tls.jwks-uri`: the discovery document is not there, can't be read, or doesn't say where the
    /// keys are.
    pub async fn fetch_thumbprint(
        &self,
        issuer: &Issuer,
        host: ThumbprintHost,
    ) -> Result<FetchedThumbprint, TlsError> {
        let until = moment_after(self.deadline);
        let endpoint = Endpoint::new(issuer.host(), 443)?;
        let (stream, chain) = self.connect(&endpoint, until).await?;
        if host == ThumbprintHost::Issuer {
            return Ok(FetchedThumbprint { chain, discovery: None });
        }
        let keys = discovery::keys_at(stream, issuer, &endpoint, until).await?;
        if keys == endpoint {
            return Ok(FetchedThumbprint { chain, discovery: None });
        }
        let (_, served) = self.connect(&keys, until).await?;
        Ok(FetchedThumbprint { chain: served, discovery: Some(chain) })
    }
}

/// When a time that begins now is over; one that the clock can't tell of is 30 years.
pub(crate) fn moment_after(time: Duration) -> Instant {
    const FAR: Duration = Duration::from_hours(30 * 365 * 24);
    let now = Instant::now();
    now.checked_add(time).unwrap_or_else(|| now + FAR)
}

impl fmt::Debug for TlsProbe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsProbe").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

/// A thumbprint, and what it was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedThumbprint {
    chain: ServedChain,
    discovery: Option<ServedChain>,
}

impl FetchedThumbprint {
    /// The SHA-1 of the last certificate that was served.
    #[must_use]
    pub fn thumbprint(&self) -> &Thumbprint {
        self.chain.last()
    }

    /// The chain that it is the end of.
    #[must_use]
    pub fn chain(&self) -> &ServedChain {
        &self.chain
    }

    /// What the issuer's host served, where that is another host than the one of the keys.
    #[must_use]
    pub fn discovery(&self) -> Option<&ServedChain> {
        self.discovery.as_ref()
    }

    /// Whether each host on the way was the one that it says it is. Where not, compare the thumbprint
    /// with one from elsewhere before it is pinned.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        let mut chains = std::iter::once(&self.chain).chain(&self.discovery);
        chains.all(|chain| *chain.verification() == Verification::Verified)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_never_out_of_reach() {
        let soon = moment_after(Duration::from_secs(1));
        for time in [Duration::MAX, Duration::from_secs_f64(1e19), Duration::from_hours(9999)] {
            assert!(moment_after(time) > soon, "{time:?}");
        }
    }
}
