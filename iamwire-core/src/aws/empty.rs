//! What is configured and empty, which counts as absent.

use aws_types::SdkConfig;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

/// The services that are called here, as their keys name them.
pub(super) const SERVICES: [&str; 3] = ["EKS", "IAM", "STS"];

/// The endpoint that is configured for a service: what a program sets, the service's own, that of all. It may be
/// empty.
pub(super) fn endpoint_of(config: &SdkConfig, service: &str) -> Option<String> {
    let of_all = || config.endpoint_url().map(str::to_owned);
    if config.get_origin("endpoint_url").is_client_config() {
        return of_all();
    }
    let key = ServiceConfigKey::builder().service_id(service);
    let key = key.env("AWS_ENDPOINT_URL").profile("endpoint_url").build().ok()?;
    let of_service = config.service_config().and_then(|services| services.load_config(key));
    of_service.or_else(of_all)
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

/// The settings of services, but for those that are empty.
#[derive(Debug)]
struct Filled(SdkConfig);

impl LoadServiceConfig for Filled {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        self.0.service_config()?.load_config(key).filter(|value| !value.is_empty())
    }
}
