//! The served sandbox, asked by a client of its own: sockets, TLS, HTTP/1.1 and HTTP/2.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use iamwire_sandbox::world::{Cluster, Fault, Setup, When};
use iamwire_sandbox::{Chain, Sandbox};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const ISSUER: &str = "oidc.eks.eu-west-3.amazonaws.com";

/// Runs a client beside the sandbox, which has a thread of its own.
fn run(client: impl Future<Output = Result<()>>) -> Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(client)
}

fn scope(service: &str) -> String {
    let scope = format!("AKIAIOSFODNN7EXAMPLE/20260801/eu-west-3/{service}/aws4_request");
    format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0")
}

fn connector(pem: &[u8], protocol: &[u8]) -> Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        roots.add(certificate?)?;
    }
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

async fn tls(sandbox: &Sandbox, to: SocketAddr, host: &str) -> Result<TlsStream<TcpStream>> {
    let connector = connector(&std::fs::read(sandbox.ca_bundle())?, b"http/1.1")?;
    let name = ServerName::try_from(host.to_owned())?;
    Ok(connector.connect(name, TcpStream::connect(to).await?).await?)
}

/// Sends a request in HTTP/1.1; gives status and body.
async fn ask(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<(StatusCode, Value)> {
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
}

fn get(host: &str, path: &str, authorization: &str) -> Result<Request<Full<Bytes>>> {
    let request = Request::get(path).header("host", host).header("authorization", authorization);
    Ok(request.body(Full::default())?)
}

async fn plain(sandbox: &Sandbox) -> Result<TcpStream> {
    let address = sandbox.endpoint_url().trim_start_matches("http://").to_owned();
    Ok(TcpStream::connect(address).await?)
}

#[test]
fn each_described_cluster_is_where_it_says() -> Result<()> {
    let other = Cluster { name: "other".to_owned(), issuer: None, ..Cluster::default() };
    let setup = Setup { clusters: vec![Cluster::default(), other], ..Setup::default() };
    let sandbox = Sandbox::start_with(setup)?;
    let kubeconfig: Value = serde_json::from_slice(&std::fs::read(sandbox.kubeconfig())?)?;
    assert_eq!(kubeconfig["current-context"], "prod");
    run(async {
        for (index, name) in ["prod", "other"].into_iter().enumerate() {
            let request = get("127.0.0.1", &format!("/clusters/{name}"), &scope("eks"))?;
            let (status, described) = ask(plain(&sandbox).await?, request).await?;
            assert_eq!(status, 200, "{described}");
            let endpoint = described["cluster"]["endpoint"].as_str().unwrap();
            let authority = described["cluster"]["certificateAuthority"]["data"].as_str().unwrap();
            assert_eq!(BASE64.decode(authority)?, std::fs::read(sandbox.ca_bundle())?);
            let known = &kubeconfig["clusters"][index]["cluster"];
            assert_eq!(known["server"], endpoint);
            assert_eq!(known["certificate-authority-data"], authority);

            let host = endpoint.strip_prefix("https://").unwrap();
            let bearer = kubeconfig["users"][index]["user"]["token"].as_str().unwrap();
            let path = "/.well-known/openid-configuration";
            let stream = tls(&sandbox, host.parse()?, "127.0.0.1").await?;
            let (status, document) =
                ask(stream, get(host, path, &format!("Bearer {bearer}"))?).await?;
            assert_eq!(status, 200);
            assert_eq!(document["jwks_uri"], format!("{endpoint}/openid/v1/jwks"));
        }
        Ok(())
    })
}

#[test]
fn real_names_are_served_and_tunnelled_to() -> Result<()> {
    let sandbox = Sandbox::start()?;
    run(async {
        let path = "/id/0123456789ABCDEF0123456789ABCDEF/.well-known/openid-configuration";
        let direct = tls(&sandbox, sandbox.tls_address(), ISSUER).await?;
        let (status, document) = ask(direct, get(ISSUER, path, "")?).await?;
        assert_eq!(status, 200);
        let keys = document["jwks_uri"].as_str().unwrap();
        assert!(keys.starts_with(&format!("https://{ISSUER}/id/")), "{keys}");

        let stream = plain(&sandbox).await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection.with_upgrades());
        let request = Request::connect(format!("{ISSUER}:443")).body(Empty::<Bytes>::new())?;
        let upgraded = hyper::upgrade::on(sender.send_request(request).await?).await?;
        let connector = connector(&std::fs::read(sandbox.ca_bundle())?, b"http/1.1")?;
        let name = ServerName::try_from(ISSUER)?;
        let tunnelled = connector.connect(name, TokioIo::new(upgraded)).await?;
        let path = keys.strip_prefix(&format!("https://{ISSUER}")).unwrap();
        let (_, keys) = ask(tunnelled, get(ISSUER, path, "")?).await?;
        assert_eq!(keys["keys"][0]["kty"], "RSA");
        let services: Vec<&str> = sandbox.requests().iter().map(|call| call.service).collect();
        assert_eq!(services, ["issuer", "issuer"]);
        Ok(())
    })
}

#[test]
fn http2_is_spoken_where_a_client_wants_it() -> Result<()> {
    let sandbox = Sandbox::start()?;
    run(async {
        let connector = connector(&std::fs::read(sandbox.ca_bundle())?, b"h2")?;
        let stream = TcpStream::connect(sandbox.tls_address()).await?;
        let host = "sts.eu-west-3.amazonaws.com";
        let stream = connector.connect(ServerName::try_from(host)?, stream).await?;
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                .await?;
        tokio::spawn(connection);
        let uri = format!("https://{host}/?Action=GetCallerIdentity&Version=2011-06-15");
        let request = Request::get(uri).header("authorization", scope("sts"));
        let request = request.header("accept", "application/json");
        let response = sender.send_request(request.body(Full::<Bytes>::default())?).await?;
        assert_eq!(response.status(), 200);
        let body: Value =
            serde_json::from_slice(&response.into_body().collect().await?.to_bytes())?;
        let who = &body["GetCallerIdentityResponse"]["GetCallerIdentityResult"];
        assert_eq!(who["Arn"], "arn:aws:iam::123456789012:user/alice");
        Ok(())
    })
}

#[test]
fn faults_reach_the_client() -> Result<()> {
    let sandbox = Sandbox::start()?;
    run(async {
        let describe = || get("127.0.0.1", "/clusters/prod", &scope("eks"));
        let operation = When::Operation("DescribeCluster".to_owned());
        for fault in [Fault::Before, Fault::After] {
            sandbox.world().fail(operation.clone(), 1, fault);
            let answer = ask(plain(&sandbox).await?, describe()?).await;
            let error = answer.unwrap_err();
            let error = error.downcast_ref::<hyper::Error>().unwrap();
            assert!(error.is_incomplete_message(), "{error:?}");
        }
        sandbox.world().fail(operation, 1, Fault::Delayed(Duration::from_millis(20)));
        assert_eq!(ask(plain(&sandbox).await?, describe()?).await?.0, 200);
        let large = Full::from(vec![b'x'; 5 << 20]);
        let request = Request::post("/").header("host", "x").body(large)?;
        // It may hang up before all is sent.
        let status = ask(plain(&sandbox).await?, request).await.map(|(status, _)| status);
        assert!(!matches!(status, Ok(status) if status != 413), "{status:?}");
        assert_eq!(sandbox.requests().len(), 3);
        Ok(())
    })
}

#[test]
fn a_host_sends_the_chain_that_it_is_told_to() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let cases = [
        (Chain::Usual, Some(2)),
        (Chain::WithRoot, Some(3)),
        (Chain::LeafOnly, None),
        (Chain::SelfSigned, None),
        (Chain::OtherName, None),
    ];
    run(async {
        for (chain, sent) in cases {
            sandbox.send_chain(chain);
            let stream = tls(&sandbox, sandbox.tls_address(), ISSUER).await;
            let found = stream
                .ok()
                .map(|stream| stream.get_ref().1.peer_certificates().map_or(0, <[_]>::len));
            assert_eq!(found, sent, "{chain:?}");
            // API servers go on.
            let kubeconfig: Value = serde_json::from_slice(&std::fs::read(sandbox.kubeconfig())?)?;
            let server = kubeconfig["clusters"][0]["cluster"]["server"].as_str().unwrap();
            let address = server.strip_prefix("https://").unwrap().parse()?;
            tls(&sandbox, address, "127.0.0.1").await?;
        }
        Ok(())
    })
}

#[test]
fn it_ends_when_it_is_dropped() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let names: Vec<&str> = sandbox.env().iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "AWS_ACCESS_KEY_ID",
            "AWS_CA_BUNDLE",
            "AWS_DEFAULT_REGION",
            "AWS_EC2_METADATA_DISABLED",
            "AWS_ENDPOINT_URL",
            "AWS_REGION",
            "AWS_SECRET_ACCESS_KEY",
            "KUBECONFIG",
        ]
    );
    let (address, bundle) = (sandbox.tls_address(), sandbox.ca_bundle());
    // A connection that is idle holds nothing up.
    let open = std::net::TcpStream::connect(address)?;
    let shown = format!("{sandbox:?}");
    assert!(!shown.contains("wJalrXUtnFEMI"), "{shown}");
    drop(sandbox);
    drop(open);
    assert!(std::net::TcpStream::connect(address).is_err());
    assert!(!bundle.exists());
    Ok(())
}
