//! [`Account`]: the Kubernetes service account that gets a role.

use crate::{Audience, ServiceAccountRef, TokenExpiration};

/// A service account, and what its annotations say beside the role.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Account {
    pub(super) reference: ServiceAccountRef,
    pub(super) audience: Option<Audience>,
    pub(super) token_expiration: Option<TokenExpiration>,
    pub(super) regional_endpoints: Option<bool>,
    pub(super) create_namespace: bool,
    pub(super) force_conflicts: bool,
}

impl Account {
    /// The service account with the one annotation that names its role.
    pub fn new(service_account: ServiceAccountRef) -> Self {
        Self {
            reference: service_account,
            audience: None,
            token_expiration: None,
            regional_endpoints: None,
            create_namespace: false,
            force_conflicts: false,
        }
    }

    /// Whom its tokens are for; [`Audience::STS`] unless told. It must be among the cluster's audiences.
    pub fn audience(mut self, audience: Audience) -> Self {
        self.audience = Some(audience);
        self
    }

    /// How long its tokens live; a day unless told.
    pub fn token_expiration(mut self, life: TokenExpiration) -> Self {
        self.token_expiration = Some(life);
        self
    }

    /// Whether its pods call STS in their own region; EKS's webhook says so unless told.
    pub fn sts_regional_endpoints(mut self, regional: bool) -> Self {
        self.regional_endpoints = Some(regional);
        self
    }

    /// Makes the namespace where it is missing; else that is refused.
    pub fn create_namespace(mut self, create: bool) -> Self {
        self.create_namespace = create;
        self
    }

    /// Takes annotations over that have another value and that another field manager owns, or nobody; else
    /// that is refused.
    pub fn force_conflicts(mut self, force: bool) -> Self {
        self.force_conflicts = force;
        self
    }

    /// Which one.
    #[must_use]
    pub fn service_account(&self) -> &ServiceAccountRef {
        &self.reference
    }

    /// Whom its tokens are for.
    #[must_use]
    pub fn wanted_audience(&self) -> &Audience {
        const STS: &Audience = &Audience::STS;
        self.audience.as_ref().unwrap_or(STS)
    }

    /// The audience, if one was named: the annotation is written only then, or to take the place of another
    /// one that is there.
    #[must_use]
    pub fn named_audience(&self) -> Option<&Audience> {
        self.audience.as_ref()
    }

    /// How long its tokens live, if that was named.
    #[must_use]
    pub fn named_token_expiration(&self) -> Option<TokenExpiration> {
        self.token_expiration
    }

    /// Whether its pods call STS in their own region, if that was named.
    #[must_use]
    pub fn named_sts_regional_endpoints(&self) -> Option<bool> {
        self.regional_endpoints
    }

    /// Whether the namespace is made where it is missing.
    #[must_use]
    pub fn creates_namespace(&self) -> bool {
        self.create_namespace
    }

    /// Whether annotations with another value are taken over that aren't Iamwire's own.
    #[must_use]
    pub fn forces_conflicts(&self) -> bool {
        self.force_conflicts
    }
}
