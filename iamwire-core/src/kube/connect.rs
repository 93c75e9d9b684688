//! The way to an API server: a kubeconfig, or endpoint and certificates.

use std::path::Path;

use ::kube::config::{KubeConfigOptions, Kubeconfig};
use ::kube::{Client, Config};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::KubeError;
use crate::Refusal;
use crate::call::chain;
use crate::error::quoted;

/// The client of a kubeconfig: the file, or what `KUBECONFIG` and `~/.kube/config` say; the context, or
/// the current one.
pub(crate) async fn from_kubeconfig(
    path: Option<&Path>,
    context: Option<&str>,
) -> Result<Client, KubeError> {
    let fail = |text: String| {
        let from =
            path.map_or_else(String::new, |path| format!(" {}", quoted(&path.to_string_lossy())));
        let message = format!("the kubeconfig{from} can't be used: {text}");
        let help = "check the file and the context: `kubectl config get-contexts`";
        KubeError::Access(Refusal::new("kube.kubeconfig", message, help))
    };
    let options =
        KubeConfigOptions { context: context.map(str::to_owned), ..KubeConfigOptions::default() };
    let config = match path {
        Some(path) => {
            let file = Kubeconfig::read_from(path).map_err(|e| fail(chain(&e).join(": ")))?;
            Config::from_custom_kubeconfig(file, &options).await
        }
        None => Config::from_kubeconfig(&options).await,
    };
    let mut config = config.map_err(|e| fail(chain(&e).join(": ")))?;
    config.default_retry = false;
    Client::try_from(config).map_err(|e| fail(chain(&e).join(": ")))
}

/// How an API server is connected to by its endpoint, with all certificates that may have signed its own;
/// who is calling is added by whoever knows it.
pub(crate) fn to_endpoint(endpoint: &str, authorities: &[u8]) -> Result<Config, KubeError> {
    let uri = endpoint.parse::<http::Uri>().map_err(|error| {
        let message = format!("the cluster's endpoint {} can't be used: {error}", quoted(endpoint));
        let help = "check it: `aws eks describe-cluster`";
        KubeError::Access(Refusal::new("kube.endpoint", message, help))
    })?;
    let mut config = Config::new(uri);
    config.default_retry = false;
    let certificates = certificates(authorities);
    config.root_cert = Some(certificates).filter(|all| !all.is_empty());
    Ok(config)
}

/// The certificates of a PEM text, as DER: EKS gives several while it changes them.
fn certificates(pem: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(pem);
    let blocks = text.split("-----BEGIN CERTIFICATE-----").skip(1);
    let bodies = blocks.filter_map(|block| block.split("-----END").next());
    let compact = bodies.map(|body| body.split_whitespace().collect::<String>());
    compact.filter_map(|body| STANDARD.decode(body).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_certificates_are_taken() {
        let pem = "-----BEGIN CERTIFICATE-----\nAQID\nBAUG\n-----END CERTIFICATE-----\n\n-----BEGIN CERTIFICATE-----\r\nBwg=\r\n-----END CERTIFICATE-----\n";
        assert_eq!(certificates(pem.as_bytes()), [vec![1, 2, 3, 4, 5, 6], vec![7, 8]]);
        assert!(certificates(b"").is_empty());
    }
}
