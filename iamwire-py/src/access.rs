//! The way to AWS: a profile, a boto3 session, or what the SDK finds by itself.

use std::fmt;
use std::sync::Arc;

use aws_config::SdkConfig;
use iamwire_core::aws::aws_credential_types::Credentials;
use iamwire_core::aws::aws_credential_types::provider::error::CredentialsError;
use iamwire_core::aws::aws_credential_types::provider::{
    ProvideCredentials, SharedCredentialsProvider, future,
};
use iamwire_core::aws::{AwsError, Settings};
use pyo3::prelude::*;

use crate::error::{Failure, Result};
use crate::interpreter;

/// Whose credentials, which region, which endpoint.
#[derive(Clone, Default)]
pub(crate) struct Access {
    pub(crate) profile: Option<String>,
    pub(crate) session: Option<Session>,
    pub(crate) region: Option<String>,
    pub(crate) endpoint_url: Option<String>,
}

impl Access {
    /// A profile or a session, not both; a session tells its region.
    pub(crate) fn new(
        profile: Option<String>,
        session: Option<Bound<'_, PyAny>>,
        region: Option<String>,
        endpoint_url: Option<String>,
    ) -> Result<Self> {
        if profile.as_deref() == Some("") {
            let message = "the profile is empty";
            let help = "name a profile, or pass none: an empty one would be whatever there is";
            return Err(Failure::argument("wirer.credentials", message, help));
        }
        let Some(session) = session else {
            return Ok(Self { profile, session: None, region, endpoint_url });
        };
        if profile.is_some() {
            let message = "both a profile and a session were given";
            let help = "give one: `boto3.Session(profile_name=…)` makes a session of a profile";
            return Err(Failure::argument("wirer.credentials", message, help));
        }
        if !session.hasattr("get_credentials")? {
            let message = "the session has no `get_credentials`";
            let help = "pass a `boto3.Session`";
            return Err(Failure::argument("wirer.session", message, help));
        }
        let named =
            |name: &str| -> Option<String> { session.getattr(name).ok()?.extract::<String>().ok() };
        Ok(Self {
            profile: named("profile_name").filter(|profile| profile != "default"),
            region: region.or_else(|| named("region_name")),
            session: Some(Session(Arc::new(session.unbind()))),
            endpoint_url,
        })
    }

    /// The SDK's configuration.
    pub(crate) async fn load(&self) -> std::result::Result<SdkConfig, AwsError> {
        let mut settings = Settings::new();
        if let Some(profile) = &self.profile {
            settings = settings.profile(profile);
        }
        if let Some(region) = &self.region {
            settings = settings.region(region);
        }
        if let Some(url) = &self.endpoint_url {
            settings = settings.endpoint_url(url);
        }
        if let Some(session) = &self.session {
            settings = settings.credentials(SharedCredentialsProvider::new(session.clone()));
        }
        settings.load().await
    }
}

/// A boto3 session, asked for its credentials each time they are needed.
#[derive(Clone)]
pub(crate) struct Session(Arc<Py<PyAny>>);

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

impl ProvideCredentials for Session {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let session = self.clone();
        future::ProvideCredentials::new(async move {
            // It may go to the network, for instance to assume a role.
            let asked = tokio::task::spawn_blocking(move || session.ask());
            asked.await.map_err(CredentialsError::unhandled)?
        })
    }
}

impl Session {
    fn ask(&self) -> std::result::Result<Credentials, CredentialsError> {
        let asked = interpreter::attached(|py| {
            let frozen = self.frozen(py).map_err(|error| failed(py, &error))?;
            frozen
                .ok_or_else(|| CredentialsError::not_loaded("the boto3 session has no credentials"))
        });
        asked.unwrap_or_else(|| Err(CredentialsError::not_loaded("the program ends")))
    }

    fn frozen(&self, py: Python<'_>) -> PyResult<Option<Credentials>> {
        let credentials = self.0.bind(py).call_method0("get_credentials")?;
        if credentials.is_none() {
            return Ok(None);
        }
        let frozen = credentials.call_method0("get_frozen_credentials")?;
        let part = |name| frozen.getattr(name)?.extract::<Option<String>>();
        let (Some(id), Some(secret)) = (part("access_key")?, part("secret_key")?) else {
            return Ok(None);
        };
        Ok(Some(Credentials::new(id, secret, part("token")?, None, "boto3")))
    }
}

/// The exception's class. Its text may hold what a program printed that was asked for credentials, a secret among
/// it; so of botocore's only names are told: the provider's, AWS's code, the operation's.
fn failed(py: Python<'_>, error: &PyErr) -> CredentialsError {
    let class = error.get_type(py).name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    let names = names(py, error).unwrap_or_default();
    let names = if names.is_empty() { names } else { format!(" ({names})") };
    CredentialsError::provider_error(format!(
        "the boto3 session raised {class}{names}; its `get_credentials` says why"
    ))
}

fn names(py: Python<'_>, error: &PyErr) -> PyResult<String> {
    let module = error.get_type(py).module()?;
    if !module.to_str()?.starts_with("botocore.") {
        return Ok(String::new());
    }
    let value = error.value(py);
    let provider = value.getattr("kwargs").and_then(|kwargs| kwargs.get_item("provider"));
    let code = value.getattr("response").and_then(|r| r.get_item("Error")?.get_item("Code"));
    let found = [provider, code, value.getattr("operation_name")];
    let found = found.into_iter().flatten().filter_map(|name| name.extract::<String>().ok());
    let is_name =
        |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    Ok(found.filter(is_name).collect::<Vec<_>>().join(", "))
}
