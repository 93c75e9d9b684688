//! The way to an API server: a kubeconfig, or endpoint and certificates.

use std::path::PathBuf;

use ::kube::config::{Cluster, Context, KubeConfigOptions, Kubeconfig, NamedCluster, NamedContext};
use ::kube::{Client, Config};
use tokio::task::spawn_blocking;

use super::KubeError;
use crate::Refusal;
use crate::call::chain;
use crate::error::quoted;

/// The client of a kubeconfig: the file, or what `KUBECONFIG` and `~/.kube/config` say; the context, or
/// the current one.
///
/// A program that the kubeconfig names for credentials is run beside the runtime's threads: it may ask, or
/// wait.
pub(crate) async fn from_kubeconfig(
    path: Option<PathBuf>,
    context: Option<String>,
) -> Result<Client, KubeError> {
    let fail = |text: String| {
        let shown = path.as_ref().map(|path| format!(" {}", quoted(&path.to_string_lossy())));
        let from = shown.unwrap_or_default();
        let message = format!("the kubeconfig{from} can't be used: {text}");
        let help = if text.contains("auth exec") {
            "the program that the kubeconfig runs for credentials failed: `kubectl auth whoami` shows what it says; one of AWS may need `aws sso login`"
        } else {
            "check the file and the context: `kubectl config get-contexts`"
        };
        KubeError::Access(Refusal::new("kube.kubeconfig", message, help))
    };
    let options = KubeConfigOptions { context, ..KubeConfigOptions::default() };
    let config = match &path {
        Some(path) => {
            let file = Kubeconfig::read_from(path).map_err(|e| fail(chain(&e).join(": ")))?;
            Config::from_custom_kubeconfig(file, &options).await
        }
        None => Config::from_kubeconfig(&options).await,
    };
    let mut config = config.map_err(|e| fail(chain(&e).join(": ")))?;
    config.default_retry = false;
    match spawn_blocking(move || Client::try_from(config)).await {
        Ok(client) => client.map_err(|e| fail(chain(&e).join(": "))),
        Err(stopped) => Err(fail(stopped.to_string())),
    }
}

/// How an API server is connected to by its endpoint, with all certificates that may have signed its own
/// (base64 of PEM; EKS gives several while it changes them), and through the proxy that the environment
/// names. Who is calling is added by whoever knows it.
pub(crate) async fn to_endpoint(
    endpoint: &str,
    authorities: Option<&str>,
) -> Result<Config, KubeError> {
    // As a kubeconfig, so that a proxy and its exceptions are read as for any other.
    let cluster = Cluster {
        server: Some(endpoint.to_owned()),
        certificate_authority_data: authorities.map(str::to_owned),
        ..Cluster::default()
    };
    let name = "eks".to_owned();
    let context = Context { cluster: name.clone(), ..Context::default() };
    let kubeconfig = Kubeconfig {
        clusters: vec![NamedCluster {
            name: name.clone(),
            cluster: Some(cluster),
            ..NamedCluster::default()
        }],
        contexts: vec![NamedContext {
            name: name.clone(),
            context: Some(context),
            ..NamedContext::default()
        }],
        current_context: Some(name),
        ..Kubeconfig::default()
    };
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await;
    let mut config = config.map_err(|error| {
        let why = chain(&error).join(": ");
        let message = format!("the cluster's endpoint {} can't be used: {why}", quoted(endpoint));
        let help = "check endpoint and certificates: `aws eks describe-cluster`";
        KubeError::Access(Refusal::new("kube.endpoint", message, help))
    })?;
    config.default_retry = false;
    Ok(config)
}
