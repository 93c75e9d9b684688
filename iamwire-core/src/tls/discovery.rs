//! The discovery document of an issuer, read for the place of its keys.
//!
//! Source: OpenID Connect Discovery 1.0, "Obtaining OpenID Provider Configuration Information".

use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, HOST, USER_AGENT};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::client::TlsStream;

use super::TlsError;
use super::connection::Endpoint;
use crate::error::quoted;
use crate::{Issuer, Refusal};

/// The longest document and the longest headers that are read: real documents have 1 to 3 KB.
const MOST: usize = 64 << 10;

/// Asks an issuer for its discovery document; gives the host and port of `jwks_uri`.
pub(super) async fn keys_at(
    stream: TlsStream<TcpStream>,
    issuer: &Issuer,
    endpoint: &Endpoint,
    until: Instant,
) -> Result<Endpoint, TlsError> {
    let document = timeout_at(until, read(stream, issuer, endpoint)).await;
    let document = document.map_err(|_| endpoint.timed_out("no discovery document"))??;
    let help = "check the issuer: its document must be JSON with a `jwks_uri`, an https URL";
    let url = format!("{}/.well-known/openid-configuration", issuer.url().trim_end_matches('/'));
    let document: serde_json::Value = serde_json::from_slice(&document).map_err(|error| {
        let message = format!("the discovery document at {} is no JSON: {error}", quoted(&url));
        TlsError::Discovery(Refusal::new("tls.discovery", message, help))
    })?;
    let no_keys = |message: String| {
        let message = format!("the discovery document at {} {message}", quoted(&url));
        TlsError::Discovery(Refusal::new("tls.jwks-uri", message, help))
    };
    let keys = document.get("jwks_uri").and_then(serde_json::Value::as_str);
    let keys = keys.ok_or_else(|| no_keys("has no `jwks_uri`".to_owned()))?;
    let bad = || no_keys(format!("has the `jwks_uri` {}, which is no https URL", quoted(keys)));
    let uri: Uri = keys.parse().map_err(|_| bad())?;
    if uri.scheme_str() != Some("https") {
        return Err(bad());
    }
    Endpoint::new(uri.host().ok_or_else(bad)?, uri.port_u16().unwrap_or(443)).map_err(|_| bad())
}

async fn read(
    stream: TlsStream<TcpStream>,
    issuer: &Issuer,
    endpoint: &Endpoint,
) -> Result<Bytes, TlsError> {
    let failed = |error: hyper::Error| {
        if error.is_parse() {
            let message = format!("{} answers in no HTTP: {error}", endpoint.shown());
            let help = "check that this is the issuer's host: it serves HTTP/1.1";
            return TlsError::Discovery(Refusal::new("tls.http", message, help));
        }
        endpoint.unreachable("hangs up before the discovery document is there")
    };
    let mut builder = http1::Builder::new();
    builder.max_buf_size(MOST);
    let connected = builder.handshake::<_, Empty<Bytes>>(TokioIo::new(stream)).await;
    let (mut sender, connection) = connected.map_err(failed)?;
    let path = format!("{}/.well-known/openid-configuration", issuer.path().trim_end_matches('/'));
    let request = Request::get(&path)
        .header(HOST, issuer.host())
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, concat!("iamwire/", env!("CARGO_PKG_VERSION")))
        .body(Empty::new())
        .map_err(|error| endpoint.unreachable(&format!("can't be asked: {error}")))?;
    let answer = async {
        let response = sender.send_request(request).await.map_err(failed)?;
        if response.status() != StatusCode::OK {
            return Err(not_there(&issuer.url(), response.status()));
        }
        let body = Limited::new(response.into_body(), MOST).collect().await;
        body.map(http_body_util::Collected::to_bytes).map_err(|error| {
            if error.is::<LengthLimitError>() {
                endpoint.too_large("a discovery document", MOST)
            } else {
                endpoint.unreachable("breaks off the discovery document")
            }
        })
    };
    // Dropped with the answer, the connection is closed.
    tokio::pin!(answer);
    tokio::select! {
        biased;
        answer = &mut answer => answer,
        // It ends first where the host hangs up: then the answer says so, or is complete.
        _ = connection => answer.await,
    }
}

fn not_there(issuer: &str, status: StatusCode) -> TlsError {
    let message = format!("issuer {} answers {status} for its discovery document", quoted(issuer));
    let help = "check the issuer, its path included: take it from DescribeCluster, `cluster.identity.oidc.issuer`; redirects are not followed";
    TlsError::Discovery(Refusal::new("tls.status", message, help))
}
