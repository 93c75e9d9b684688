//! The way to an API server: a kubeconfig, or endpoint and certificates.
#![expect(clippy::disallowed_methods, reason = "an edge: a kubeconfig names files")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use ::kube::config::{AuthInfo, Cluster, ExecAuthCluster, ExecConfig, Kubeconfig, KubeconfigError};
use ::kube::{Client, Config};
use secrecy::ExposeSecret as _;
use tokio::task::spawn_blocking;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

use super::proxy::Proxy;
use super::{KubeError, Kubernetes, shown_server};
use crate::call::{chain, without_password};
use crate::error::quoted;
use crate::{Refusal, SeenWay};

/// How long a server may take to be connected to.
const CONNECTING: Duration = Duration::from_secs(10);

/// The client of a kubeconfig: the file, or what `KUBECONFIG` and `~/.kube/config` say; the context, or
/// the current one.
///
/// A program that the kubeconfig names for credentials is run beside the runtime's threads: it may ask, or
/// wait.
pub(crate) async fn from_kubeconfig(
    path: Option<PathBuf>,
    context: Option<String>,
) -> Result<Kubernetes, KubeError> {
    let fail = |text: String| unusable(path.as_deref(), &text);
    let file = match &path {
        Some(path) => read(path)?,
        None => kubeconfig()?.ok_or_else(|| {
            let places: Vec<String> =
                places().iter().map(|path| quoted(&path.to_string_lossy())).collect();
            fail(format!("there is none at {}", places.join(", ")))
        })?,
    };
    let Named { context, of, cluster, user } = of_context(file, context).map_err(fail)?;
    let mut config = way(&cluster).map_err(fail)?;
    let asks_aws = user.exec.as_ref().is_some_and(asks_aws);
    let runs_program = user.exec.is_some();
    config.auth_info = user;
    let proxy = Proxy::put(&mut config, cluster.proxy_url.as_deref(), path.as_deref())?;
    let (named, server) = (path.clone(), config.cluster_url.to_string());
    let made = spawn_blocking(move || client(config, proxy.as_ref(), named.as_deref())).await;
    let made = made.unwrap_or_else(|stopped| {
        // `kube` panics at what a program of the kubeconfig gives for a token, if it is none.
        let is_token = runs_program && stopped.is_panic();
        let why = is_token.then(|| "its program gave what is no token".to_owned());
        Err(fail(why.unwrap_or_else(|| stopped.to_string())))
    });
    let mut way = SeenWay::new(shown_server(&server), context);
    way.kubeconfig = path.map(|path| path.to_string_lossy().into_owned());
    way.cluster = of.parse().or_else(|_| way.context.parse()).ok();
    Ok(Kubernetes::new(made?).at(&server).by(way, asks_aws))
}

/// A context with what it names.
struct Named {
    context: String,
    /// What its cluster is called.
    of: String,
    cluster: Cluster,
    user: AuthInfo,
}

/// A context, or the current one.
fn of_context(file: Kubeconfig, context: Option<String>) -> Result<Named, String> {
    let name = context.or(file.current_context);
    let name = name.ok_or_else(|| text(&KubeconfigError::CurrentContextNotSet))?;
    let context = file.contexts.into_iter().find(|named| named.name == name);
    let context = context.and_then(|named| named.context);
    let context = context.ok_or_else(|| text(&KubeconfigError::LoadContext(name.clone())))?;
    let mut user = match context.user.filter(|user| !user.is_empty()) {
        None => AuthInfo::default(),
        Some(user) => {
            let known = file.auth_infos.into_iter().find(|named| named.name == user);
            let known = known.ok_or_else(|| {
                let (name, user) = (quoted(&name), quoted(&user));
                format!("its context {name} names user {user}, who is not in it")
            })?;
            known.auth_info.unwrap_or_default()
        }
    };
    let of = context.cluster;
    let cluster = file.clusters.into_iter().find(|named| named.name == of);
    let cluster = cluster.and_then(|named| named.cluster);
    let cluster =
        cluster.ok_or_else(|| text(&KubeconfigError::LoadClusterOfContext(of.clone())))?;
    if let Some(exec) = user.exec.as_mut().filter(|exec| exec.provide_cluster_info) {
        exec.cluster = Some(ExecAuthCluster::try_from(&cluster).map_err(|error| text(&error))?);
    }
    Ok(Named { context: name, of, cluster, user })
}

/// Whether a program of AWS is asked for a token, with the credentials that it finds by itself.
fn asks_aws(exec: &ExecConfig) -> bool {
    let program =
        exec.command.as_deref().and_then(|command| Path::new(command).file_stem()?.to_str());
    let names_others =
        |word: &str| ["--profile", "--role", "-r"].iter().any(|flag| word.starts_with(flag));
    let mut args = exec.args.iter().flatten();
    let mut variables = exec.env.iter().flatten().filter_map(|variable| variable.get("name"));
    program.is_some_and(|program| ["aws", "aws-iam-authenticator"].contains(&program))
        && !args.any(|arg| names_others(arg))
        && !variables.any(|name| name == "AWS_PROFILE" || name == "AWS_ACCESS_KEY_ID")
}

/// The way to a cluster, yet without a proxy and without who is calling. It is not `kube` that makes it: it
/// would hold `NO_PROXY` against the host of the proxy, and refuse one that ends with a comma.
fn way(cluster: &Cluster) -> Result<Config, String> {
    let server = cluster.server.as_ref();
    let server = server.ok_or_else(|| text(&KubeconfigError::MissingClusterUrl))?.parse();
    let server = server.map_err(|error| text(&KubeconfigError::ParseClusterUrl(error)))?;
    let mut config = Config::new(server);
    config.default_retry = false;
    // A private endpoint is silent from outside: it is told before a deadline is over.
    config.connect_timeout = Some(CONNECTING);
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or_default();
    config.disable_compression = cluster.disable_compression.unwrap_or_default();
    config.tls_server_name.clone_from(&cluster.tls_server_name);
    // With the certificates as `kube` reads them, from base64 or a file.
    let read = ExecAuthCluster::try_from(cluster).map_err(|error| text(&error))?;
    if let Some(pem) = read.certificate_authority_data {
        let authorities: Result<_, _> = CertificateDer::pem_slice_iter(&pem)
            .map(|authority| authority.map(|authority| authority.to_vec()))
            .collect();
        let authorities = authorities.map_err(|_| "failed to parse PEM-encoded certificates")?;
        config.root_cert = Some(authorities);
    }
    Ok(config)
}

fn text(error: &KubeconfigError) -> String {
    chain(error).join(": ")
}

/// The client of a way. It runs the program that a kubeconfig names.
fn client(config: Config, proxy: Option<&Proxy>, path: Option<&Path>) -> Result<Client, KubeError> {
    let config = usable(config).map_err(|why| unusable(path, &why))?;
    let program = config.auth_info.exec.as_ref().and_then(|exec| exec.command.clone());
    Client::try_from(config).map_err(|error| {
        if let Some(known) = proxy.and_then(|proxy| proxy.refused(&error, path)) {
            return known;
        }
        let why = chain(&error).join(": ");
        match (why.split_once("unable to run auth exec: "), program) {
            (Some((_, why)), Some(program)) => {
                unusable(path, &format!("its program {} can't be run: {why}", quoted(&program)))
            }
            _ => unusable(path, &why),
        }
    })
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
            Some(first) => {
                first.merge(file).map_err(|error| unusable(Some(path), &text(&error)))?
            }
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
    Kubeconfig::read_from(path).map_err(|error| unusable(Some(path), &text(&error)))
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
    match config.cluster_url.scheme_str() {
        Some("http" | "https") => {}
        None => {
            let server = without_password(&format!("https://{}", config.cluster_url));
            return Err(format!("its server has no scheme; {} may be meant", quoted(&server)));
        }
        Some(_) => {
            let server = without_password(&config.cluster_url.to_string());
            return Err(format!(
                "its server {} is not reached by HTTP; `https://HOST` is what an API server has",
                quoted(&server)
            ));
        }
    }
    let user = &mut config.auth_info;
    // For kubectl, one that is empty is none: another way to say who is calling may stand beside it.
    user.token.take_if(|token| token.expose_secret().is_empty());
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
/// names for it. Who is calling is added by whoever knows it.
pub(crate) fn to_endpoint(
    endpoint: &str,
    authorities: Option<&str>,
) -> Result<(Config, Option<Proxy>), KubeError> {
    let cluster = Cluster {
        server: Some(endpoint.to_owned()),
        certificate_authority_data: authorities.map(str::to_owned),
        ..Cluster::default()
    };
    let mut config = way(&cluster).map_err(|why| {
        let message = format!("the cluster's endpoint {} can't be used: {why}", quoted(endpoint));
        let help = "check endpoint and certificates: `aws eks describe-cluster`";
        KubeError::Access(Refusal::new("kube.endpoint", message, help))
    })?;
    let proxy = Proxy::put(&mut config, None, None)?;
    Ok((config, proxy))
}
