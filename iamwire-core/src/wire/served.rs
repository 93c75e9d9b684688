//! What issuers serve: looked at only where a thumbprint is to be fetched.

use super::Wirer;
use crate::{Issuer, Sight, ThumbprintHost, Thumbprints, Unseen, Verification};

impl Wirer {
    /// The thumbprint of the certificate that an issuer serves now. One that comes over a connection that
    /// doesn't verify is not taken: whoever sits in between could choose it.
    pub(super) async fn served(&self, issuer: &Issuer) -> Sight<Thumbprints> {
        let unseen = |message: String, help: &str| {
            Sight::Unreachable(Unseen::new("connect", issuer.url(), message, help))
        };
        let fetched = match self.tls.fetch_thumbprint(issuer, ThumbprintHost::JwksUri).await {
            Ok(fetched) => fetched,
            Err(error) => return unseen(error.to_string(), error.help()),
        };
        if !fetched.is_verified() {
            let mut chains = std::iter::once(fetched.chain()).chain(fetched.discovery());
            let why = chains.find_map(|chain| match chain.verification() {
                Verification::Verified => None,
                Verification::NotVerified(why) => Some(format!(": {why}")),
            });
            let why = why.unwrap_or_default();
            let message = format!("the certificates that are served do not verify{why}");
            let help = format!(
                "compare {} with the thumbprint that the issuer's owner knows, and name it",
                fetched.thumbprint()
            );
            return unseen(message, &help);
        }
        match Thumbprints::new([fetched.thumbprint().clone()]) {
            Ok(thumbprints) => Sight::Seen(thumbprints),
            Err(error) => unseen(error.to_string(), error.help()),
        }
    }
}
