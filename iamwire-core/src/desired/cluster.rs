//! [`Cluster`]: whose service accounts are wired, and what its OIDC provider must have.

use crate::{Audience, ClusterArn, ClusterId, ClusterName, Issuer, Thumbprints, ValueError};

/// A cluster, and what its OIDC provider in IAM must have: audiences and thumbprints.
///
/// ```
/// use iamwire_core::Cluster;
///
/// let cluster = Cluster::from_name("prod")?;
/// assert_eq!(cluster.id().as_str(), "prod");
/// # Ok::<(), iamwire_core::ValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Cluster {
    id: ClusterId,
    pub(super) audiences: Vec<Audience>,
    pub(super) thumbprints: ThumbprintChoice,
}

impl Cluster {
    /// A cluster of EKS by its name, in the region of the credentials.
    ///
    /// # Errors
    /// Those of [`ClusterName`].
    pub fn from_name(name: &str) -> Result<Self, ValueError> {
        Ok(Self::new(name.parse::<ClusterName>()?))
    }

    /// A cluster of EKS by its ARN, which says region, account and partition.
    ///
    /// # Errors
    /// Those of [`ClusterArn`].
    pub fn from_arn(arn: &str) -> Result<Self, ValueError> {
        Ok(Self::new(arn.parse::<ClusterArn>()?))
    }

    /// A cluster that EKS does not run, by the issuer of its tokens.
    pub fn self_managed(issuer: Issuer) -> Self {
        Self::new(issuer)
    }

    /// A cluster by what names it.
    pub fn new(id: impl Into<ClusterId>) -> Self {
        Self {
            id: id.into(),
            audiences: vec![Audience::STS],
            thumbprints: ThumbprintChoice::default(),
        }
    }

    /// Whom its tokens may be for, in the place of [`Audience::STS`]: client ids of the provider.
    ///
    /// What the provider has beside them stays. Each service account takes [`Audience::STS`] unless it is
    /// [told](crate::Account::audience), which must be among these.
    pub fn audiences(mut self, audiences: impl IntoIterator<Item = Audience>) -> Self {
        self.audiences.clear();
        for audience in audiences {
            if !self.audiences.contains(&audience) {
                self.audiences.push(audience);
            }
        }
        self
    }

    /// Which thumbprints the provider has; [`ThumbprintChoice::LetIam`] unless told.
    pub fn thumbprints(mut self, choice: ThumbprintChoice) -> Self {
        self.thumbprints = choice;
        self
    }

    /// What names it.
    #[must_use]
    pub fn id(&self) -> &ClusterId {
        &self.id
    }

    /// Its audiences.
    #[must_use]
    pub fn wanted_audiences(&self) -> &[Audience] {
        &self.audiences
    }

    /// Its thumbprints.
    #[must_use]
    pub fn thumbprint_choice(&self) -> &ThumbprintChoice {
        &self.thumbprints
    }
}

/// Which thumbprints an OIDC provider has.
///
/// Source: IAM User Guide, "Obtain the thumbprint for an OpenID Connect identity provider".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ThumbprintChoice {
    /// None is sent: IAM fetches its own, and uses it only where the issuer's certificate is of no CA that
    /// AWS trusts. Those of an existing provider stay.
    #[default]
    LetIam,
    /// The one of the certificate that the issuer serves now.
    Fetch,
    /// These; an empty list is as [`Self::LetIam`], since IAM can't be made to forget.
    Pinned(Thumbprints),
}
