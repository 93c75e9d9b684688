//! Kubernetes: namespaces, service accounts and pods, looked at and changed.
//!
//! The types of kube that are public here change with its majors; its crates are re-exported, so that a
//! program needs no second copy. A program that embeds this chooses the Kubernetes version, a feature of
//! `k8s-openapi`: without one, or with two, it does not build.
//! Proxies of HTTP are spoken to; those of SOCKS 5 as well where it enables the feature `socks5` of kube.

mod connect;
mod error;
mod look;
mod make;
mod proxy;
mod retry;

pub use ::kube;
pub use k8s_openapi;

pub use connect::kubeconfig;
pub use error::KubeError;

pub(crate) use connect::{from_kubeconfig, to_endpoint};
pub(crate) use look::{Pods, State};
pub(crate) use make::Applied;

use std::sync::Arc;

use ::kube::Client;
use ::kube::client::Body;
use http::{Method, Request};
use serde::de::DeserializeOwned;

use crate::SeenWay;
use crate::call::{CallFailure, chain, without_password};
use crate::sent::Sent;
use error::{Status, answered, not_reached, unreadable};

/// The API server of a cluster.
#[derive(Clone)]
pub(crate) struct Kubernetes {
    client: Client,
    /// The URL of the server, where the client was made here.
    server: Option<Arc<str>>,
    /// The kubeconfig's way there.
    way: Option<Arc<SeenWay>>,
    asks_aws: bool,
    /// What is sent.
    sent: Sent,
}

impl std::fmt::Debug for Kubernetes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kubernetes").finish_non_exhaustive()
    }
}

/// One call: what it is in words, and what is sent.
struct Call<'a> {
    verb: &'static str,
    kind: &'static str,
    resource: &'a str,
    method: Method,
    path: String,
    content: Option<&'static str>,
    body: Vec<u8>,
}

impl Kubernetes {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, server: None, way: None, asks_aws: false, sent: Sent::default() }
    }

    /// The same, which says where it is where nobody answers.
    pub(crate) fn at(self, server: &str) -> Self {
        Self { server: Some(shown_server(server).into()), ..self }
    }

    /// The same, which a kubeconfig leads to.
    pub(crate) fn by(self, way: SeenWay, asks_aws: bool) -> Self {
        Self { way: Some(Arc::new(way)), asks_aws, ..self }
    }

    /// The way of a kubeconfig, where that leads there.
    pub(crate) fn way(&self) -> Option<&SeenWay> {
        self.way.as_deref()
    }

    /// Whether the kubeconfig's credentials are those that AWS's programs have where nothing else is said.
    pub(crate) fn asks_aws(&self) -> bool {
        self.asks_aws
    }

    /// The same, which counts what it sends.
    pub(crate) fn counting(&self, sent: &Sent) -> Self {
        Self { sent: sent.clone(), ..self.clone() }
    }

    /// Sends it, again where the server could not answer; gives status and body.
    async fn send<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<(u16, T), KubeError> {
        retry::patiently(|| self.send_once(call)).await
    }

    async fn send_once<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<(u16, T), KubeError> {
        let operation = format!("{} {}", call.verb, call.kind);
        let failure = |text: String| CallFailure::new(&operation, call.resource, text);
        let mut request = Request::builder()
            .method(call.method.clone())
            .uri(&call.path)
            .header(http::header::ACCEPT, "application/json");
        if let Some(content) = call.content {
            request = request.header(http::header::CONTENT_TYPE, content);
        }
        let request = request.body(Body::from(call.body.clone()));
        let request = request.map_err(|error| not_reached(failure(error.to_string())))?;
        let lost = |error: ::kube::Error| {
            if let Some(known) = on_the_way(&error) {
                self.sent.was_not();
                return known;
            }
            let server = self.server.iter().map(ToString::to_string);
            let why: Vec<String> = server.chain(chain(&error)).collect();
            not_reached(failure(why.join(": ")))
        };
        self.sent.one();
        let response = self.client.send(request).await.map_err(lost)?;
        let status = response.status();
        self.sent.answered(status.as_u16());
        let id = response.headers().get("audit-id").and_then(|id| id.to_str().ok());
        let id = id.map(str::to_owned);
        let body = response.into_body().collect_bytes().await.map_err(lost)?;
        if status.is_success() {
            let read = serde_json::from_slice(&body);
            let read = read.map_err(|_| unreadable(&operation, call.resource))?;
            return Ok((status.as_u16(), read));
        }
        let said: Status = serde_json::from_slice(&body).unwrap_or_default();
        Err(answered(status.as_u16(), said, &operation, call.resource, id.as_deref()))
    }
}

/// The URL of a server as it may be shown.
fn shown_server(url: &str) -> String {
    without_password(url).trim_end_matches('/').to_owned()
}

/// The error of ours that ended a request on its way, as that of credentials which a layer of the client asks
/// for.
fn on_the_way(error: &(dyn std::error::Error + 'static)) -> Option<KubeError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(known) = error.downcast_ref::<KubeError>() {
            return Some(known.clone());
        }
        next = error.source();
    }
    None
}
