//! The certificate authorities of this machine, which may have none.

use std::sync::LazyLock;

use aws_sdk_iam::config::{RuntimeComponents, SharedHttpClient};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, ConnectorBuilder, proxy::ProxyConfig};
use aws_types::os_shim_internal::Env;
use tokio_rustls::rustls::RootCertStore;

use crate::Refusal;
use crate::error::quoted;

/// Whether there are none; looked at once, as the SDK does.
static NONE: LazyLock<bool> = LazyLock::new(|| {
    let found = rustls_native_certs::load_native_certs();
    RootCertStore::empty().add_parsable_certificates(found.certs).0 == 0
});

/// Where there are none, what the SDK is to send by: its own client takes that for a mistake of the programmer.
/// This one reaches what needs no TLS.
pub(super) fn client_without() -> Option<SharedHttpClient> {
    let empty = TlsContext::builder().with_trust_store(TrustStore::empty()).build();
    let tls = empty.ok().filter(|_| *NONE)?;
    Some(Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = ConnectorBuilder::default()
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(tls.clone())
            .proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.build()
    }))
}

/// The want of them, if a server that isn't trusted is so for that.
pub(super) fn missing(why: &str) -> Option<Refusal> {
    (why.contains("certificate") && *NONE).then(none)
}

fn none() -> Refusal {
    let files = ["SSL_CERT_FILE", "SSL_CERT_DIR"]
        .iter()
        .filter_map(|name| Some(format!("{name} names {}", quoted(&Env::real().get(name).ok()?))));
    let files: Vec<String> = files.collect();
    let (why, help) = if files.is_empty() {
        (
            String::new(),
            "install them, the package is often called `ca-certificates`; or name a file of them in SSL_CERT_FILE",
        )
    } else {
        (
            format!(": {}", files.join(", ")),
            "name a file of certificates that begin with `-----BEGIN CERTIFICATE-----`, or unset it: then the system's are taken",
        )
    };
    let message =
        format!("no certificate authority is known here, so no server can be trusted{why}");
    Refusal::new("aws.no-roots", message, help)
}
