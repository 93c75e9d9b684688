//! What is configured and empty, which counts as absent.

use aws_types::SdkConfig;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

/// The services that are called here, as their keys name them.
pub(super) const SERVICES: [&str; 3] = ["EKS", "IAM", "STS"];

/// Asked for with these, a setting of a service is looked for as the SDK does it, but not in all places.
const NO_VARIABLE: &str = "=";
const NO_KEY: &str = "";
const NO_SERVICE: &str = "";

/// The endpoint that is configured for a service: what a program sets, the service's own, that of all. It may be
/// empty.
pub(super) fn endpoint_of(config: &SdkConfig, service: &str) -> Option<String> {
    let of_all = || config.endpoint_url().map(str::to_owned);
    if config.get_origin("endpoint_url").is_client_config() {
        return of_all();
    }
    let services = config.service_config();
    let of_service =
        services.and_then(|all| value(all, service, "AWS_ENDPOINT_URL", "endpoint_url"));
    of_service.or_else(of_all)
}

/// The endpoint of a service in the files, also where they are not to be looked at for it. It may be empty.
#[cfg(feature = "config")]
pub(super) fn endpoint_in_files(config: &SdkConfig, service: &str) -> Option<String> {
    value(config.service_config()?, service, NO_VARIABLE, "endpoint_url")
}

fn value(all: &dyn LoadServiceConfig, service: &str, env: &str, profile: &str) -> Option<String> {
    let key = ServiceConfigKey::builder().service_id(service).env(env).profile(profile);
    all.load_config(key.build().ok()?)
}

/// The same configuration without a region and endpoints that are empty: the SDK takes them for real.
pub(super) fn left_out(config: &SdkConfig) -> SdkConfig {
    let is_empty = |text: Option<&str>| text.is_some_and(str::is_empty);
    let mut builder = config.to_builder();
    if is_empty(config.region().map(AsRef::as_ref)) {
        builder.set_region(None);
    }
    if is_empty(config.endpoint_url()) {
        builder.set_endpoint_url(None);
    }
    if SERVICES.iter().any(|service| is_empty(endpoint_of(config, service).as_deref())) {
        builder.set_service_config(Some(Filled(config.clone())));
    }
    builder.build()
}

/// The settings of services; one that is empty hides none that comes after it.
#[derive(Debug)]
struct Filled(SdkConfig);

impl LoadServiceConfig for Filled {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let all = self.0.service_config()?;
        let (service, env, profile) = (key.service_id(), key.env(), key.profile());
        // Where there is none, none may be looked for either.
        let first = all.load_config(key)?;
        if !first.is_empty() {
            return Some(first);
        }
        let later = [
            (NO_SERVICE, env, NO_KEY),
            (service, NO_VARIABLE, profile),
            (NO_SERVICE, NO_VARIABLE, profile),
        ];
        let mut later = later.into_iter().filter_map(|(s, e, p)| value(all, s, e, p));
        later.find(|value| !value.is_empty())
    }
}
