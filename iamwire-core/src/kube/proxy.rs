//! The proxy on the way to an API server.

use std::path::Path;

use ::kube::Config;
use ::kube::config::{Cluster, Kubeconfig};

use super::KubeError;
use super::connect::unusable_with;
use crate::Refusal;
use crate::call::without_passwords;
use crate::error::quoted;

/// Where the proxy on the way is named.
pub(super) enum Proxy {
    /// `proxy-url` of a kubeconfig.
    Kubeconfig,
    /// A variable of the environment, with its value.
    Variable(&'static str, String),
    Nowhere,
}

impl Proxy {
    pub(super) fn of(file: &Kubeconfig) -> Self {
        let mut clusters = file.clusters.iter().filter_map(|named| named.cluster.as_ref());
        let is_own = |cluster: &Cluster| cluster.proxy_url.as_ref().is_some_and(|u| !u.is_empty());
        if clusters.any(is_own) { Self::Kubeconfig } else { Self::of_environment() }
    }

    /// As `kube` reads it.
    pub(super) fn of_environment() -> Self {
        let named = ["HTTPS_PROXY", "https_proxy"].into_iter().find_map(|name| {
            Some((name, std::env::var(name).ok().filter(|value| !value.is_empty())?))
        });
        named.map_or(Self::Nowhere, |(name, value)| Self::Variable(name, value))
    }

    pub(super) fn unusable(&self, path: Option<&Path>, url: Option<&str>) -> KubeError {
        let write = "write `http://HOST:PORT`: proxies of HTTP are what is spoken here";
        let shown = |url: &str| quoted(&without_passwords(url));
        match self {
            Self::Variable(name, value) => {
                let message = format!("{name} names no proxy that can be used: {}", shown(value));
                let help = format!("{write}; or unset it, or list the host in NO_PROXY");
                KubeError::Access(Refusal::new("kube.proxy", message, help))
            }
            Self::Kubeconfig | Self::Nowhere => {
                let url = url.map_or_else(String::new, |url| format!(" {}", shown(url)));
                let why = format!("its `proxy-url`{url} names no proxy that can be used");
                unusable_with(path, &why, write)
            }
        }
    }
}

/// A way whose proxy can be used: one without a scheme, as other programs take it, is of HTTP. Else its URL.
pub(super) fn proxied(mut config: Config) -> Result<Config, String> {
    let Some(url) = &config.proxy_url else { return Ok(config) };
    let named = url.to_string();
    match (url.scheme_str(), url.authority()) {
        (Some("http" | "https"), _) => Ok(config),
        (None, Some(authority)) => {
            config.proxy_url = Some(format!("http://{authority}").parse().map_err(|_| named)?);
            Ok(config)
        }
        _ => Err(named),
    }
}

/// What to check where a proxy is on the way.
pub(super) fn proxy_to_check() -> String {
    match Proxy::of_environment() {
        Proxy::Variable(name, value) => format!(
            "the proxy: `proxy-url` of the kubeconfig, or {name}, which names {}",
            quoted(&without_passwords(&value))
        ),
        _ => "the proxy: `proxy-url` of the kubeconfig".to_owned(),
    }
}
