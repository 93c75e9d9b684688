//! The proxy on the way to an API server.
#![expect(clippy::disallowed_methods, reason = "an edge: the environment names proxies")]

use std::path::Path;

use ::kube::Config;
use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use super::KubeError;
use super::connect::unusable_with;
use crate::Refusal;
use crate::call::without_password;
use crate::error::quoted;

/// A proxy, as it is written, and where.
pub(crate) struct Proxy {
    place: Place,
    written: String,
}

enum Place {
    /// `proxy-url` of the cluster in a kubeconfig.
    Kubeconfig,
    /// A variable of the environment.
    Variable(&'static str),
}

impl Proxy {
    /// Puts the proxy on the way: the cluster's own, which `NO_PROXY` doesn't concern, as for kubectl; else the
    /// one that the environment names for the cluster's host, as for AWS.
    ///
    /// # Errors
    /// [`KubeError::Access`] if it names no proxy of HTTP or SOCKS 5.
    pub(super) fn put(
        config: &mut Config,
        own: Option<&str>,
        path: Option<&Path>,
    ) -> Result<Option<Self>, KubeError> {
        let proxy = match own.filter(|url| !url.is_empty()) {
            Some(url) => Some(Self { place: Place::Kubeconfig, written: url.to_owned() }),
            None => Self::of_environment(&config.cluster_url, variable),
        };
        config.proxy_url = match &proxy {
            Some(proxy) => Some(proxy.url().ok_or_else(|| proxy.unusable(path))?),
            None => None,
        };
        Ok(proxy)
    }

    fn of_environment(server: &Uri, variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let proxy = Self::named(server, &variable)?;
        // Asked of a proxy that it can read: it passes over others.
        let exceptions = variable("NO_PROXY").or_else(|| variable("no_proxy")).unwrap_or_default();
        let matcher = Matcher::builder().all("http://proxy").no(exceptions).build();
        matcher.intercept(server).map(|_| proxy)
    }

    /// Whatever `NO_PROXY` says.
    fn named(server: &Uri, variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let names = match server.scheme_str() {
            Some("http") => ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
            _ => ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
        };
        names
            .into_iter()
            .find_map(|name| Some(Self { place: Place::Variable(name), written: variable(name)? }))
    }

    /// One without a scheme, as other programs take it, is of HTTP.
    fn url(&self) -> Option<Uri> {
        let url: Uri = self.written.parse().ok()?;
        let authority = url.authority().filter(|authority| !authority.host().is_empty())?;
        match url.scheme_str() {
            Some("http" | "https" | "socks5") => Some(url),
            None => format!("http://{authority}").parse().ok(),
            Some(_) => None,
        }
    }

    /// What an error of a client says of the proxy: `kube` may be built without what speaks to it.
    pub(crate) fn refused(&self, error: &::kube::Error, path: Option<&Path>) -> Option<KubeError> {
        use ::kube::Error::{ProxyProtocolDisabled, ProxyProtocolUnsupported};

        matches!(error, ProxyProtocolDisabled { .. } | ProxyProtocolUnsupported { .. })
            .then(|| self.unusable(path))
    }

    fn unusable(&self, path: Option<&Path>) -> KubeError {
        let write = "write `http://HOST:PORT`: proxies of HTTP are what is spoken here";
        let shown = quoted(&without_password(&self.written));
        match self.place {
            Place::Variable(name) => {
                let message = format!("{name} names no proxy that can be used: {shown}");
                let help = format!("{write}; or unset it, or list the cluster's host in NO_PROXY");
                KubeError::Access(Refusal::new("kube.proxy", message, help))
            }
            Place::Kubeconfig => {
                let why = format!("its `proxy-url` {shown} names no proxy that can be used");
                unusable_with(path, &why, write)
            }
        }
    }
}

/// What to check where a proxy is on the way.
pub(super) fn proxy_to_check() -> String {
    match Proxy::named(&Uri::from_static("https://cluster"), variable) {
        Some(Proxy { place: Place::Variable(name), written }) => format!(
            "the proxy: `proxy-url` of the kubeconfig, or {name}, which names {}",
            quoted(&without_password(&written))
        ),
        _ => "the proxy: `proxy-url` of the kubeconfig".to_owned(),
    }
}

/// What is empty counts as absent.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_environment_names_for_a_host() {
        let eks = "https://a.eks.amazonaws.com";
        for (server, variables, named) in [
            (eks, &[("HTTPS_PROXY", "http://p:1"), ("https_proxy", "q")][..], Some("http://p:1")),
            (eks, &[("https_proxy", "me:word@q:1")], Some("me:word@q:1")),
            (eks, &[("all_proxy", "socks5://p:1")], Some("socks5://p:1")),
            (eks, &[("HTTP_PROXY", "p")], None),
            ("http://a", &[("HTTP_PROXY", "p"), ("HTTPS_PROXY", "q")], Some("p")),
            ("a", &[("HTTPS_PROXY", "p")], None),
            (eks, &[("HTTPS_PROXY", "p"), ("NO_PROXY", "localhost,")], Some("p")),
            (eks, &[("HTTPS_PROXY", "p"), ("NO_PROXY", "p,a.eks")], Some("p")),
            (eks, &[("HTTPS_PROXY", "::bad"), ("NO_PROXY", ".amazonaws.com,")], None),
            (eks, &[("HTTPS_PROXY", "p"), ("no_proxy", "eks.amazonaws.com")], None),
            (eks, &[("HTTPS_PROXY", "p"), ("NO_PROXY", "*")], None),
            ("https://10.0.0.1", &[("HTTPS_PROXY", "p"), ("NO_PROXY", "x, 10.0.0.0/8")], None),
            ("https://[::1]:1", &[("HTTPS_PROXY", "p"), ("NO_PROXY", "::1")], None),
        ] {
            let value = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            let found = Proxy::of_environment(&server.parse().unwrap(), value);
            let found = found.map(|proxy| proxy.written);
            assert_eq!(found.as_deref(), named, "{server} {variables:?}");
        }
    }

    #[test]
    fn what_is_a_proxy() {
        for (written, url) in [
            ("http://me:word@p:1", Some("http://me:word@p:1/")),
            ("https://p", Some("https://p/")),
            ("me:word@p:1", Some("http://me:word@p:1/")),
            ("socks5://p:1080", Some("socks5://p:1080/")),
            ("socks5h://p:1080", None),
            ("ftp://p", None),
            ("http://:3128", None),
            ("/p", None),
            ("::bad", None),
        ] {
            let proxy = Proxy { place: Place::Kubeconfig, written: written.to_owned() };
            assert_eq!(proxy.url().map(|url| url.to_string()).as_deref(), url, "{written}");
        }
    }
}
