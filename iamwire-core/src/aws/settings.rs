//! [`Settings`]: credentials, region and endpoints as the environment and the files of AWS have them.

use std::borrow::Cow;
use std::fmt;

use aws_config::identity::IdentityCache;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileSet, load};
use aws_config::provider_config::ProviderConfig;
use aws_config::{ConfigLoader, Region, SdkConfig};
use aws_sdk_iam::config::retry::RetryConfig;
use aws_types::os_shim_internal::{Env, Fs};
use aws_types::sdk_config::SharedCredentialsProvider;

use super::credentials::on_one_line;
use super::source::{Source, Told, no_profile};
use super::{AwsError, empty, roots};
use crate::Refusal;
use crate::call::{chain, without_password};
use crate::error::quoted;

/// Where credentials, region, endpoints and retries come from: the environment and the files of AWS, as its
/// programs read them, and what is named here, which comes first. What is empty counts as absent.
///
/// What a program gets of `aws_config::load_from_env`, but for mistakes: there they are passed over, or end the
/// program; here they are errors.
#[derive(Clone, Default)]
#[must_use]
pub struct Settings {
    profile: Option<String>,
    region: Option<String>,
    endpoint_url: Option<String>,
    credentials: Option<SharedCredentialsProvider>,
}

impl Settings {
    /// Those of the environment and the files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Those of a profile; as with the AWS CLI, its credentials come before keys of the environment.
    pub fn profile(self, name: impl Into<String>) -> Self {
        Self { profile: filled(name.into()), ..self }
    }

    /// With this region.
    pub fn region(self, name: impl Into<String>) -> Self {
        Self { region: filled(name.into()), ..self }
    }

    /// With this endpoint for all services.
    pub fn endpoint_url(self, url: impl Into<String>) -> Self {
        Self { endpoint_url: filled(url.into()), ..self }
    }

    /// With credentials of this provider, which is asked each time: it keeps and renews them itself.
    pub fn credentials(self, provider: SharedCredentialsProvider) -> Self {
        Self { credentials: Some(provider), ..self }
    }

    /// Reads environment and files. It may be dropped at any time.
    ///
    /// A file that is not there, or may not be read, counts as empty.
    ///
    /// # Errors
    /// [`AwsError::Configuration`] if a file can't be parsed, an endpoint is no URL of HTTP, or mode or number of
    /// the retries is none; [`AwsError::Credentials`] if there is no profile of the name. What is wrong with a
    /// region, or with what the profile says of credentials, is an error of the first call.
    pub async fn load(&self) -> Result<SdkConfig, AwsError> {
        let found = Found::read(self.profile.as_deref()).await?;
        if let (Some(name), None) = (&self.profile, &self.credentials)
            && found.profiles.get_profile(name).is_none()
        {
            return Err(undefined(name));
        }
        let mut loader = aws_config::from_env().profile_name(found.profiles.selected_profile());
        if let Some(retries) = found.retries()? {
            loader = loader.retry_config(retries);
        }
        if let Some(client) = roots::client_without() {
            loader = loader.http_client(client);
        }
        if let Some(url) = &self.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        let config = self.with_credentials(self.placed(loader, &found), &found).await;
        found.check_endpoints_of_credentials(&config, &self.called_by_the_sdk(&found))?;
        let config = empty::left_out(&config);
        found.check_endpoints(&config, self.endpoint_url.as_deref())?;
        Ok(config)
    }

    /// The services that the SDK calls by itself, for credentials.
    fn called_by_the_sdk(&self, found: &Found) -> Vec<&'static str> {
        if self.credentials.is_some() { Vec::new() } else { found.source.services() }
    }

    /// In the region that is named, here or in the environment or the profile.
    fn placed(&self, loader: ConfigLoader, found: &Found) -> ConfigLoader {
        let names = ["AWS_REGION", "AWS_DEFAULT_REGION"];
        let of_environment = || names.iter().find_map(|name| found.variable(name).and_then(filled));
        match self.region.clone().or_else(of_environment) {
            Some(name) => loader.region(Region::new(name)),
            // What the SDK would take for the region.
            None if names.iter().any(|name| found.variable(name).is_some()) => {
                let of_profile = found.profiles.get("region").map(str::to_owned).and_then(filled);
                loader.region(of_profile.map(Region::new))
            }
            None => loader,
        }
    }

    async fn with_credentials(&self, mut loader: ConfigLoader, found: &Found) -> SdkConfig {
        if let Some(provider) = &self.credentials {
            loader = loader.credentials_provider(provider.clone());
            return loader.identity_cache(IdentityCache::no_cache()).load().await;
        }
        let config = loader.load().await;
        let told = |provider, config: SdkConfig| {
            let told = Told::new(provider, found.source.clone());
            let told = SharedCredentialsProvider::new(told);
            config.into_builder().credentials_provider(told).build()
        };
        let Some(profile) = &self.profile else {
            return match config.credentials_provider() {
                Some(provider) => told(provider, config),
                None => config,
            };
        };
        let mut place = ProviderConfig::without_region().with_region(config.region().cloned());
        if let Some(client) = config.http_client() {
            place = place.with_http_client(client);
        }
        if let Some(retries) = config.retry_config() {
            place = place.with_retry_config(retries.clone());
        }
        let of_profile =
            ProfileFileCredentialsProvider::builder().profile_name(profile).configure(&place);
        told(SharedCredentialsProvider::new(of_profile.build()), config)
    }
}

/// Without the password of an endpoint.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("profile", &self.profile)
            .field("region", &self.region)
            .field("endpoint_url", &self.endpoint_url.as_deref().map(without_password))
            .field("credentials", &self.credentials)
            .finish()
    }
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// What the environment and the files say.
struct Found {
    env: Env,
    /// With the one that is used selected.
    profiles: ProfileSet,
    /// Where the credentials come from.
    source: Source,
}

impl Found {
    async fn read(profile: Option<&str>) -> Result<Self, AwsError> {
        let env = Env::real();
        let of_environment = || env.get("AWS_PROFILE").ok().and_then(filled);
        let name = profile.map(str::to_owned).or_else(of_environment);
        let name = name.map_or(Cow::Borrowed("default"), Cow::Owned);
        #[expect(clippy::default_trait_access, reason = "its name is in another crate")]
        let profiles = load(&Fs::real(), &env, &Default::default(), Some(name)).await;
        let profiles = profiles.map_err(|error| {
            let why = on_one_line(&chain(&error).join(": "));
            let message = format!("the configuration of AWS can't be read: {why}");
            let help =
                "mend that file; AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name others";
            AwsError::Configuration(Refusal::new("aws.config-file", message, help))
        })?;
        let variable = |name: &str| env.get(name).ok().and_then(filled);
        let source = Source::of(&profiles, profile.is_some(), variable);
        Ok(Self { env, profiles, source })
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.env.get(name).ok()
    }

    /// A value that is not empty, of a variable or else of the profile, and where it is.
    fn value(&self, variable: &str, key: &str) -> Option<(String, String)> {
        if let Some(value) = self.variable(variable).and_then(filled) {
            return Some((value, variable.to_owned()));
        }
        let value = self.profiles.get(key).map(str::to_owned).and_then(filled)?;
        Some((value, self.in_profile(key)))
    }

    fn in_profile(&self, key: &str) -> String {
        format!("`{key}` of profile {}", quoted(self.profiles.selected_profile()))
    }

    /// How calls are tried again, where that is said.
    fn retries(&self) -> Result<Option<RetryConfig>, AwsError> {
        let (mode, attempts) = (
            self.value("AWS_RETRY_MODE", "retry_mode"),
            self.value("AWS_MAX_ATTEMPTS", "max_attempts"),
        );
        let names = ["AWS_RETRY_MODE", "AWS_MAX_ATTEMPTS"];
        let keys = ["retry_mode", "max_attempts"];
        if !names.iter().any(|name| self.variable(name).is_some())
            && !keys.iter().any(|key| self.profiles.get(key).is_some())
        {
            return Ok(None);
        }
        let mut retries = RetryConfig::standard();
        if let Some((mode, place)) = mode {
            retries = match mode.trim().to_ascii_lowercase().as_str() {
                // The oldest one of boto3, which has no other than the standard one here.
                "standard" | "legacy" => retries,
                "adaptive" => RetryConfig::adaptive(),
                _ => {
                    let what = format!("{place} is no mode of retries: {}", quoted(&mode));
                    return Err(no_retries(what, "write `standard` or `adaptive`"));
                }
            };
        }
        if let Some((text, place)) = attempts {
            let number = text.trim().parse::<u32>().ok().filter(|number| *number > 0);
            let Some(number) = number else {
                let what = format!("{place} is no number of attempts: {}", quoted(&text));
                return Err(no_retries(what, "write a number from 1 on"));
            };
            retries = retries.with_max_attempts(number);
        }
        Ok(Some(retries))
    }

    /// What is configured as an endpoint is one.
    fn check_endpoints(&self, config: &SdkConfig, named: Option<&str>) -> Result<(), AwsError> {
        if let Some(url) = named {
            return if is_url(url) { Ok(()) } else { Err(no_endpoint("the endpoint", url)) };
        }
        for service in empty::SERVICES {
            if let Some(url) = empty::endpoint_of(config, service).filter(|url| !is_url(url)) {
                return Err(no_endpoint(&self.place_of_endpoint(service, &url), &url));
            }
        }
        Ok(())
    }

    /// The same of services that the SDK calls by itself: it knows of no endpoint that is passed, of none that is
    /// ignored, and takes an empty one for one.
    fn check_endpoints_of_credentials(
        &self,
        config: &SdkConfig,
        services: &[&str],
    ) -> Result<(), AwsError> {
        for service in services {
            let url = variables_of(service).iter().find_map(|name| self.variable(name));
            let url = url.or_else(|| empty::endpoint_in_files(config, service));
            if let Some(url) = url.filter(|url| !is_url(url)) {
                return Err(no_endpoint(&self.place_of_endpoint(service, &url), &url));
            }
        }
        Ok(())
    }

    fn place_of_endpoint(&self, service: &str, url: &str) -> String {
        let is_there = |name: &String| self.variable(name).as_deref() == Some(url);
        if let Some(variable) = variables_of(service).into_iter().find(is_there) {
            return variable;
        }
        match self.profiles.get("services") {
            Some(section) if self.profiles.get("endpoint_url") != Some(url) => {
                let key = service.to_lowercase().replace(' ', "-");
                let section = quoted(&format!("[services {section}]"));
                format!("`endpoint_url` of `{key}` in section {section}")
            }
            _ => self.in_profile("endpoint_url"),
        }
    }
}

/// Those of a service's endpoint, its own first.
fn variables_of(service: &str) -> [String; 2] {
    let own = format!("AWS_ENDPOINT_URL_{}", service.replace(' ', "_"));
    [own, "AWS_ENDPOINT_URL".to_owned()]
}

fn is_url(text: &str) -> bool {
    let parts = text.parse::<http::Uri>().map(http::Uri::into_parts);
    parts.is_ok_and(|parts| {
        let is_http = parts.scheme.is_some_and(|s| ["http", "https"].contains(&s.as_str()));
        is_http && parts.authority.is_some_and(|authority| !authority.host().is_empty())
    })
}

fn no_endpoint(place: &str, url: &str) -> AwsError {
    let message = match url {
        "" => format!("{place} is empty"),
        url => format!("{place} is no URL: {}", quoted(&without_password(url))),
    };
    let help = "write `https://HOST`, or leave it out: then AWS's own endpoint is called";
    AwsError::Configuration(Refusal::new("aws.endpoint", message, help))
}

fn no_retries(message: String, help: &str) -> AwsError {
    AwsError::Configuration(Refusal::new("aws.retries", message, help))
}

fn undefined(profile: &str) -> AwsError {
    let (message, help) = no_profile(profile);
    AwsError::Credentials(Refusal::new("aws.no-credentials", message, help))
}

#[cfg(test)]
mod tests {
    use aws_credential_types::Credentials;

    use super::*;

    #[test]
    fn no_password_of_an_endpoint_is_shown() {
        let settings = Settings::new().endpoint_url("https://alice:secret@proxy:1/x");
        let shown = format!("{settings:?}");
        assert!(shown.contains("https://proxy:1/x"), "{shown}");
        assert!(!shown.contains("secret"), "{shown}");
    }

    #[test]
    fn whose_credentials_are_given_has_nothing_called_for_them() {
        let sso = Source::Sso { profile: "p".to_owned() };
        let (env, profiles) = (Env::from_slice(&[]), ProfileSet::default());
        let found = Found { env, profiles, source: sso };
        assert_eq!(Settings::new().called_by_the_sdk(&found), ["SSO", "SSO OIDC"]);
        let given = SharedCredentialsProvider::new(Credentials::from_keys("a", "b", None));
        let none: [&str; 0] = [];
        assert_eq!(Settings::new().credentials(given).called_by_the_sdk(&found), none);
    }
}
