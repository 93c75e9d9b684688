//! The way to an API server: a kubeconfig, or endpoint and certificates.
#![expect(clippy::disallowed_methods, reason = "an edge: a kubeconfig names files")]

use std::path::{Path, PathBuf};

use ::kube::config::{
    Cluster, Context, KubeConfigOptions, Kubeconfig, KubeconfigError, NamedCluster, NamedContext,
};
use ::kube::{Client, Config};
use secrecy::ExposeSecret as _;
use tokio::task::{JoinHandle, spawn_blocking};

use super::KubeError;
use super::proxy::{Proxy, proxied};
use crate::Refusal;
use crate::call::{chain, without_passwords};
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
    let fail = |text: String| unusable(path.as_deref(), &text);
    let file = match &path {
        Some(path) => read(path)?,
        None => kubeconfig()?.ok_or_else(|| {
            let places: Vec<String> =
                places().iter().map(|path| quoted(&path.to_string_lossy())).collect();
            fail(format!("there is none at {}", places.join(", ")))
        })?,
    };
    let place = Proxy::of(&file);
    check_user(&file, context.as_deref()).map_err(fail)?;
    let options = KubeConfigOptions { context, ..KubeConfigOptions::default() };
    let config = Config::from_custom_kubeconfig(file, &options).await;
    let client = connecting(config, &place, path.as_deref())?.await;
    client.unwrap_or_else(|stopped| Err(stopped.to_string())).map_err(fail)
}

/// The client of a way, made on a thread of its own.
fn connecting(
    config: Result<Config, KubeconfigError>,
    place: &Proxy,
    path: Option<&Path>,
) -> Result<JoinHandle<Result<Client, String>>, KubeError> {
    let config = config.map_err(|error| match error {
        KubeconfigError::ParseProxyUrl(_) => place.unusable(path, None),
        error => unusable(path, &chain(&error).join(": ")),
    })?;
    let config = proxied(config).map_err(|url| place.unusable(path, Some(&url)))?;
    Ok(spawn_blocking(move || {
        let config = usable(config)?;
        let program = config.auth_info.exec.as_ref().and_then(|exec| exec.command.clone());
        Client::try_from(config).map_err(|error| {
            let why = chain(&error).join(": ");
            match (why.split_once("unable to run auth exec: "), program) {
                (Some((_, why)), Some(program)) => {
                    format!("its program {} can't be run: {why}", quoted(&program))
                }
                _ => why,
            }
        })
    }))
}

/// The user of the context is in the file: for `kube`, one that isn't is nobody.
fn check_user(file: &Kubeconfig, context: Option<&str>) -> Result<(), String> {
    let name = context.or(file.current_context.as_deref());
    let mut contexts = file.contexts.iter().filter(|named| Some(named.name.as_str()) == name);
    let user = contexts.find_map(|named| named.context.as_ref()?.user.as_deref());
    match user.filter(|user| !user.is_empty()) {
        Some(user) if !file.auth_infos.iter().any(|named| named.name == user) => Err(format!(
            "its context {} names user {}, who is not in it",
            quoted(name.unwrap_or_default()),
            quoted(user)
        )),
        _ => Ok(()),
    }
}

/// The kubeconfig that kubectl would use, if there is one: the files of `KUBECONFIG` that are there, merged,
/// or `~/.kube/config`. (Kubernetes, 'Organizing Cluster Access Using kubeconfig Files'.)
///
/// # Errors
/// [`KubeError::Access`] if a file can't be read, or is no kubeconfig.
pub fn kubeconfig() -> Result<Option<Kubeconfig>, KubeError> {
    let mut merged: Option<Kubeconfig> = None;
    for path in places().iter().filter(|path| path.exists()) {
        let file = read(path)?;
        merged = Some(match merged {
            None => file,
            Some(first) => first
                .merge(file)
                .map_err(|error| unusable(Some(path), &chain(&error).join(": ")))?,
        });
    }
    Ok(merged)
}

/// Where kubectl looks for one.
fn places() -> Vec<PathBuf> {
    let named = std::env::var_os("KUBECONFIG").unwrap_or_default();
    let mut paths: Vec<PathBuf> =
        std::env::split_paths(&named).filter(|path| !path.as_os_str().is_empty()).collect();
    if paths.is_empty() {
        paths.extend(std::env::home_dir().map(|home| home.join(".kube").join("config")));
    }
    paths
}

fn read(path: &Path) -> Result<Kubeconfig, KubeError> {
    Kubeconfig::read_from(path).map_err(|error| unusable(Some(path), &chain(&error).join(": ")))
}

fn unusable(path: Option<&Path>, why: &str) -> KubeError {
    let help = if why.contains("its program ") {
        "install that program, or put its folder into PATH; or name a kubeconfig that needs none"
    } else if why.contains("No CA certificates") {
        "this machine has none, or SSL_CERT_FILE names none: name the cluster's in `certificate-authority` of the kubeconfig"
    } else if why.contains("auth exec") {
        "the program that the kubeconfig runs for credentials failed: `kubectl auth whoami` shows what it says; one of AWS may need `aws sso login`"
    } else {
        "check the file and the context: `kubectl config get-contexts`"
    };
    unusable_with(path, why, help)
}

/// A kubeconfig that can't be used, with the next step.
pub(super) fn unusable_with(path: Option<&Path>, why: &str, help: &str) -> KubeError {
    let shown = path.map(|path| format!(" {}", quoted(&path.to_string_lossy())));
    let message = format!("the kubeconfig{} can't be used: {why}", shown.unwrap_or_default());
    KubeError::Access(Refusal::new("kube.kubeconfig", message, help))
}

/// A kubeconfig's way as `kube` takes it: what it would panic at is refused, and white space around a token,
/// as an editor leaves it in a file, goes.
fn usable(mut config: Config) -> Result<Config, String> {
    config.default_retry = false;
    match config.cluster_url.scheme_str() {
        Some("http" | "https") => {}
        None => {
            let server = without_passwords(&format!("https://{}", config.cluster_url));
            return Err(format!("its server has no scheme; {} may be meant", quoted(&server)));
        }
        Some(_) => {
            let server = without_passwords(&config.cluster_url.to_string());
            return Err(format!(
                "its server {} is not reached by HTTP; `https://HOST` is what an API server has",
                quoted(&server)
            ));
        }
    }
    let user = &mut config.auth_info;
    let token = match (&user.token, &user.token_file) {
        (Some(token), _) => token.expose_secret().to_owned(),
        (None, Some(file)) => std::fs::read_to_string(file)
            .map_err(|error| format!("its token file {}: {error}", quoted(file)))?,
        (None, None) => return Ok(config),
    };
    let trimmed = token.trim();
    if trimmed.is_empty() || !trimmed.bytes().all(|b| b.is_ascii_graphic()) {
        return Err("its token is none: it is empty, or has blanks in it".to_owned());
    }
    // A file is read again while it is used, unless its text has to be trimmed.
    if user.token.is_some() || trimmed.len() < token.len() {
        user.token = Some(trimmed.to_owned().into());
    }
    Ok(config)
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
    let place = Proxy::of_environment();
    let config = config.map_err(|error| {
        if matches!(error, KubeconfigError::ParseProxyUrl(_)) {
            return place.unusable(None, None);
        }
        let why = chain(&error).join(": ");
        let message = format!("the cluster's endpoint {} can't be used: {why}", quoted(endpoint));
        let help = "check endpoint and certificates: `aws eks describe-cluster`";
        KubeError::Access(Refusal::new("kube.endpoint", message, help))
    })?;
    let config = proxied(config).map_err(|url| place.unusable(None, Some(&url)));
    let mut config = config?;
    config.default_retry = false;
    Ok(config)
}
