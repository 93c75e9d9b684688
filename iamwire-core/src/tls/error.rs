//! The error of looking at a host's certificates.

use crate::Refusal;

/// The certificates of a host can't be had.
///
/// `Display` names the host and what went wrong, [`miette::Diagnostic`] adds a stable code and the help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The roots to verify against can't be read.
    #[error("{0}")]
    Roots(Refusal),
    /// The text is no host.
    #[error("{0}")]
    Host(Refusal),
    /// The host's name does not resolve.
    #[error("{0}")]
    NotFound(Refusal),
    /// No address of the host takes a connection, or it broke off.
    #[error("{0}")]
    Unreachable(Refusal),
    /// The time was over before an answer was there.
    #[error("{0}")]
    TimedOut(Refusal),
    /// What answers speaks no TLS.
    #[error("{0}")]
    NotTls(Refusal),
    /// The TLS handshake failed.
    #[error("{0}")]
    Handshake(Refusal),
    /// The host serves no certificate.
    #[error("{0}")]
    NoCertificate(Refusal),
    /// More was sent than any answer needs.
    #[error("{0}")]
    TooLarge(Refusal),
    /// The discovery document is not there, or no JSON, or doesn't say where the keys are.
    #[error("{0}")]
    Discovery(Refusal),
}

impl TlsError {
    /// The stable code, for instance `tls.timeout`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.refusal().code()
    }

    /// The next step.
    #[must_use]
    pub fn help(&self) -> &str {
        self.refusal().help()
    }

    fn refusal(&self) -> &Refusal {
        match self {
            Self::Roots(r)
            | Self::Host(r)
            | Self::NotFound(r)
            | Self::Unreachable(r)
            | Self::TimedOut(r)
            | Self::NotTls(r)
            | Self::Handshake(r)
            | Self::NoCertificate(r)
            | Self::TooLarge(r)
            | Self::Discovery(r) => r,
        }
    }
}

crate::error::diagnostic!(TlsError);
