//! AWS: clusters, OIDC providers, roles and their policies, looked at and changed.
//!
//! The types of the AWS SDK that are public here change with its majors; its crates are re-exported, so
//! that a program needs no second copy.

#![expect(
    clippy::disallowed_types,
    reason = "an edge: what is signed carries the time, from the SDK's own source"
)]

mod count;
mod credentials;
mod empty;
mod error;
mod look;
mod make;
pub(crate) mod policies;
mod roots;
#[cfg(feature = "config")]
mod settings;
#[cfg(feature = "config")]
mod source;
#[cfg(feature = "config")]
mod sso;
mod token;

pub use aws_credential_types;
pub use aws_sdk_eks;
pub use aws_sdk_iam;
pub use aws_sdk_sts;
pub use aws_types;

pub use error::AwsError;
#[cfg(feature = "config")]
pub use settings::Settings;
pub use token::{EksToken, TokenText};

pub(crate) use look::Access;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::SharedCredentialsProvider;

use credentials::Checked;

use crate::sent::Sent;

/// The clients of one set of credentials.
#[derive(Clone)]
pub(crate) struct Aws {
    config: SdkConfig,
    iam: aws_sdk_iam::Client,
    sts: aws_sdk_sts::Client,
    eks: aws_sdk_eks::Client,
    /// What is sent of changes.
    sent: Sent,
    /// The same in other regions, where they were needed: a clone shares their connections.
    elsewhere: Arc<Mutex<BTreeMap<String, Self>>>,
}

/// Without the configuration: an endpoint in it may have a password.
impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").field("region", &self.config.region()).finish_non_exhaustive()
    }
}

impl Aws {
    pub(crate) fn new(config: &SdkConfig) -> Self {
        let mut config = empty::left_out(config);
        if config.http_client().is_none()
            && let Some(client) = roots::client_without()
        {
            config = config.into_builder().http_client(client).build();
        }
        if let Some(provider) = config.credentials_provider() {
            let checked = SharedCredentialsProvider::new(Checked(provider));
            config = config.into_builder().credentials_provider(checked).build();
        }
        Self::of(config)
    }

    fn of(config: SdkConfig) -> Self {
        Self {
            iam: aws_sdk_iam::Client::new(&config),
            sts: aws_sdk_sts::Client::new(&config),
            eks: aws_sdk_eks::Client::new(&config),
            config,
            sent: Sent::default(),
            elsewhere: Arc::default(),
        }
    }

    /// The same, which counts what it sends of changes.
    pub(crate) fn counting(&self, sent: &Sent) -> Self {
        Self { sent: sent.clone(), ..self.clone() }
    }

    /// The region that is configured.
    pub(crate) fn region(&self) -> Option<String> {
        self.config.region().map(ToString::to_string)
    }

    /// The same, in this region if none is configured.
    pub(crate) fn placed(&self, region: &str) -> Self {
        if self.config.region().is_some() { self.clone() } else { self.in_region(region) }
    }

    /// The same in this region.
    fn in_region(&self, region: &str) -> Self {
        if self.config.region().is_some_and(|own| own.as_ref() == region) {
            return self.clone();
        }
        let mut elsewhere = self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner);
        let there = || self.config.to_builder().region(Region::new(region.to_owned())).build();
        elsewhere.entry(region.to_owned()).or_insert_with(|| Self::of(there())).clone()
    }

    /// What must be known before anything is called.
    pub(crate) fn check(&self) -> Result<(), AwsError> {
        match self.config.region() {
            None => return Err(error::no_region()),
            Some(region) => error::check_region(region.as_ref())?,
        }
        if self.config.credentials_provider().is_none() {
            return Err(credentials::none("no provider of credentials is configured"));
        }
        Ok(())
    }

    /// The configuration.
    pub(crate) fn config(&self) -> &SdkConfig {
        &self.config
    }
}
