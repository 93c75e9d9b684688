//! What issuers serve: the seam to the feature that connects to them.

use crate::{Issuer, Sight, Thumbprints, Unseen};

/// The thumbprint of the certificate that an issuer serves now.
pub(super) async fn served(issuer: &Issuer) -> Sight<Thumbprints> {
    Sight::Unreachable(Unseen::new(
        "connect",
        issuer.url(),
        "this build can't fetch certificates",
        "leave the thumbprint to IAM, or name one",
    ))
}
