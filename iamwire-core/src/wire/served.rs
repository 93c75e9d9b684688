//! What issuers serve, as an issuer's thumbprints.

use tokio::time::timeout_at;

use super::WireError;
use super::error::deadline;
use super::run::Run;
use crate::{Issuer, Sight, ThumbprintHost, Thumbprints, TlsError, Unseen};

impl Run<'_> {
    /// The thumbprint of the certificate that an issuer's keys are served with now.
    ///
    /// One of a chain that doesn't verify is a sight that can't be planned on: whoever answers could be
    /// anybody.
    pub(super) async fn served(&self, issuer: &Issuer) -> Result<Sight<Thumbprints>, WireError> {
        let fetch = self.wirer.tls.fetch_thumbprint(issuer, ThumbprintHost::JwksUri);
        let fetched = timeout_at(self.until, fetch).await;
        let fetched = fetched.map_err(|_| deadline(&format!("issuer `{issuer}`")))?;
        Ok(match fetched {
            Ok(fetched) if fetched.is_verified() => {
                Sight::Seen(fetched.thumbprint().clone().into())
            }
            Ok(fetched) => {
                let message = format!(
                    "the certificates that it serves can't be verified; the last one is `{}`",
                    fetched.thumbprint()
                );
                let help = "compare that with one from elsewhere and name it, or leave the thumbprint to IAM";
                Sight::Unreachable(Unseen::new("connect", issuer.url(), message, help))
            }
            Err(error) => Sight::Unreachable(unseen(issuer, &error)),
        })
    }
}

fn unseen(issuer: &Issuer, error: &TlsError) -> Unseen {
    Unseen::new("connect", issuer.url(), error.to_string(), error.help())
}
