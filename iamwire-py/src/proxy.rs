//! The proxy that the environment names: AWS's other programs take it, the SDK leaves it to whoever uses it.

use std::collections::BTreeMap;
use std::env::var_os;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// A client that goes through the proxy of `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY`, but where `NO_PROXY`
/// says otherwise; nothing where none is named, since the SDK's own client does then.
pub(crate) fn client() -> Option<SharedHttpClient> {
    let is_set = |name: &&str| var_os(name).is_some_and(|value| !value.is_empty());
    let names =
        ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    names.iter().any(is_set).then(|| SharedHttpClient::new(Proxied::default()))
}

/// The connections, by how long each may take.
#[derive(Debug, Default)]
struct Proxied(Mutex<BTreeMap<[Option<Duration>; 2], SharedHttpConnector>>);

impl HttpClient for Proxied {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connect = || {
            let mut builder = Connector::builder()
                .connector_settings(settings.clone())
                .proxy_config(ProxyConfig::from_env());
            builder.set_sleep_impl(components.sleep_impl());
            let tls = Provider::Rustls(CryptoMode::AwsLc);
            SharedHttpConnector::new(builder.tls_provider(tls).build())
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = [settings.connect_timeout(), settings.read_timeout()];
        known.entry(times).or_insert_with(connect).clone()
    }
}
