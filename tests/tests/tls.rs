//! The certificates that hosts serve, and the thumbprint taken from them.

#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use iamwire_core::{
    Issuer, ServedChain, Thumbprint, ThumbprintHost, TlsError, TlsProbe, Verification,
};
use iamwire_sandbox::world::{Cluster, Fault, Setup, When};
use iamwire_sandbox::{Chain, Sandbox};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

const HOST: &str = "oidc.eks.eu-west-3.amazonaws.com";

fn issuer() -> Issuer {
    format!("https://{HOST}/id/0123456789ABCDEF0123456789ABCDEF").parse().unwrap()
}

/// Everything is at one address.
fn probe(to: SocketAddr) -> TlsProbe {
    TlsProbe::new().resolver(move |_, _| Ok(vec![to]))
}

fn trusting(sandbox: &Sandbox) -> TlsProbe {
    let pem = std::fs::read(sandbox.ca_bundle()).unwrap();
    probe(sandbox.tls_address()).roots(&pem).unwrap()
}

/// Code, message and help; without the numbers of errors, which differ by system.
fn shown(error: &TlsError) -> String {
    let message = error.to_string();
    let message = message.split(" (os error").next().unwrap_or_default();
    format!("{}\n    {message}\n    {}\n", error.code(), error.help())
}

/// A server that does this with its connections.
async fn server<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    address
}

/// A server with TLS that answers each connection with this text.
async fn answering(answer: Vec<u8>) -> SocketAddr {
    let made = rcgen::generate_simple_self_signed(vec![HOST.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let (acceptor, answer) = (TlsAcceptor::from(Arc::new(config)), Arc::new(answer));
    server(move |stream| {
        let (acceptor, answer) = (acceptor.clone(), Arc::clone(&answer));
        async move {
            let mut stream = acceptor.accept(stream).await?;
            // All of the request, which ends with an empty line.
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(stream.read_u8().await?);
            }
            stream.write_all(&answer).await?;
            stream.shutdown().await
        }
    })
    .await
}

#[tokio::test]
async fn the_last_certificate_served_is_the_thumbprint() {
    let sandbox = Sandbox::start().unwrap();
    let probe = trusting(&sandbox);
    let mut last = Vec::new();
    for chain in
        [Chain::Usual, Chain::WithRoot, Chain::LeafOnly, Chain::SelfSigned, Chain::OtherName]
    {
        sandbox.send_chain(chain);
        let of = ThumbprintHost::JwksUri;
        let fetched = probe.fetch_thumbprint(&issuer(), of).await.unwrap();
        let served = fetched.chain();
        assert_eq!(served.host(), HOST);
        assert_eq!(fetched.thumbprint(), served.certificates().next_back().unwrap());
        assert_eq!(fetched.thumbprint(), served.last());
        let said = match served.verification() {
            Verification::Verified => "verified",
            Verification::NotVerified(why) => why,
            _ => "",
        };
        let expected = match chain {
            Chain::Usual => (2, false, "verified"),
            Chain::WithRoot => (3, true, "verified"),
            Chain::LeafOnly | Chain::SelfSigned => {
                (1, false, "the host sends its own certificate alone, and no root has signed that")
            }
            Chain::OtherName => (2, false, "it is for another host"),
        };
        assert_eq!((served.certificates().count(), served.ends_with_root(), said), expected);
        assert_eq!(fetched.is_verified(), said == "verified");
        last.push(fetched.thumbprint().clone());
    }
    // The intermediate's is the same; all others differ.
    assert_eq!(last[0], last[4]);
    let different: std::collections::BTreeSet<_> = last.iter().map(Thumbprint::as_str).collect();
    assert_eq!(different.len(), 4);
}

#[tokio::test]
async fn the_sandbox_root_is_none_of_the_systems() {
    let sandbox = Sandbox::start().unwrap();
    let served = probe(sandbox.tls_address()).served_chain(HOST, 443).await.unwrap();
    assert!(matches!(served.verification(), Verification::NotVerified(_)), "{served:?}");
    assert!(sandbox.requests().is_empty(), "nothing is asked of an issuer for its chain");
}

#[tokio::test]
async fn the_caller_chooses_whose_host() {
    let issuer = "https://issuer.example/path".to_owned();
    let clusters = vec![Cluster { issuer: Some(issuer.clone()), ..Cluster::default() }];
    let sandbox = Sandbox::start_with(Setup { clusters, ..Setup::default() }).unwrap();
    let probe = trusting(&sandbox);
    let issuer: Issuer = issuer.parse().unwrap();
    let own = probe.fetch_thumbprint(&issuer, ThumbprintHost::Issuer).await.unwrap();
    assert!(sandbox.requests().is_empty());
    let keys = probe.fetch_thumbprint(&issuer, ThumbprintHost::JwksUri).await.unwrap();
    assert_eq!(own, keys, "one host has both");
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn what_goes_wrong_is_said_with_its_cure() {
    let sandbox = Sandbox::start().unwrap();
    let megabytes = server(|mut stream| async move {
        // One record after the other of a handshake that says it has 16 MB.
        let mut record = vec![22, 3, 3, 0x40, 0];
        record.extend([2, 0xFF, 0xFF, 0xFF]);
        record.resize(5 + 0x4000, 0);
        while stream.write_all(&record).await.is_ok() {}
        Ok(())
    });
    let plain = server(|mut stream| async move {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await?;
        stream.read_to_end(&mut Vec::new()).await.map(drop)
    });
    // A fatal alert: handshake_failure.
    let refuses = server(|mut stream| async move {
        stream.write_all(&[21, 3, 3, 0, 2, 2, 40]).await?;
        stream.read_to_end(&mut Vec::new()).await.map(drop)
    });
    let hangs_up = server(|mut stream| async move {
        stream.read_u8().await?;
        stream.shutdown().await
    });
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let nowhere = |_: &str, _: u16| Err(io::Error::other("no such name"));

    let mut table = String::new();
    let cases = [
        TlsProbe::new().resolver(nowhere),
        TlsProbe::new().resolver(|_, _| Ok(Vec::new())),
        probe(closed),
        probe(megabytes.await),
        probe(plain.await),
        probe(refuses.await),
        probe(hangs_up.await),
    ];
    for probe in cases {
        table += &shown(&probe.served_chain(HOST, 443).await.unwrap_err());
    }
    table += &shown(&TlsProbe::new().served_chain("https://x/y", 443).await.unwrap_err());
    table += &shown(&TlsProbe::new().roots(b"none").unwrap_err());
    let bad = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    table += &shown(&TlsProbe::new().roots(bad).unwrap_err());

    let probe = trusting(&sandbox);
    let other: Issuer = format!("https://{HOST}/id/none").parse().unwrap();
    let of = ThumbprintHost::JwksUri;
    table += &shown(&probe.fetch_thumbprint(&other, of).await.unwrap_err());
    sandbox.world().fail(When::Call(1), 1, Fault::Before);
    table += &shown(&probe.fetch_thumbprint(&issuer(), of).await.unwrap_err());
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn nobody_waits_for_longer_than_allowed() {
    let sandbox = Sandbox::start().unwrap();
    let silent = server(|stream| async move {
        tokio::time::sleep(Duration::from_hours(1)).await;
        drop(stream);
        Ok(())
    });
    // How far it came is a matter of how busy the machine is.
    let roots = std::fs::read(sandbox.ca_bundle()).unwrap();
    let silent = probe(silent.await).roots(&roots).unwrap().deadline(Duration::from_millis(50));
    let error = silent.served_chain(HOST, 443).await.unwrap_err();
    assert_eq!(error.code(), "tls.timeout");
    let message = "`oidc.eks.eu-west-3.amazonaws.com:443` did not answer in time: ";
    assert!(error.to_string().starts_with(message), "{error}");
    assert!(error.help().starts_with("allow more time"), "{}", error.help());

    // Not for the disk either.
    let probe = TlsProbe::new().deadline(Duration::ZERO);
    let error = probe.served_chain(HOST, 443).await.unwrap_err();
    assert_eq!(error.code(), "tls.timeout");
    let message = "the system's root certificates could not be read in time";
    assert_eq!(error.to_string(), message);

    sandbox.world().fail(When::Call(0), 1, Fault::Delayed(Duration::from_hours(1)));
    let impatient = trusting(&sandbox).deadline(Duration::from_millis(200));
    let error = impatient.fetch_thumbprint(&issuer(), ThumbprintHost::JwksUri).await.unwrap_err();
    assert_eq!(error.code(), "tls.timeout");
}

#[tokio::test]
async fn a_deadline_that_no_clock_can_tell_is_none() {
    let sandbox = Sandbox::start().unwrap();
    let patient = trusting(&sandbox).deadline(Duration::MAX);
    assert!(patient.served_chain(HOST, 443).await.is_ok());
    assert!(patient.fetch_thumbprint(&issuer(), ThumbprintHost::JwksUri).await.is_ok());
}

#[tokio::test]
async fn a_discovery_document_that_says_nothing_is_told_so() {
    let document = |text: &str| format!("HTTP/1.1 200 OK\r\n\r\n{text}").into_bytes();
    let long = format!("{{\"x\": \"{}\"}}", "x".repeat(5 << 20));
    let answers = [
        document("<html>"),
        document("[]"),
        document("{}"),
        document(r#"{"jwks_uri": 1}"#),
        document(r#"{"jwks_uri": "http://keys.example/keys"}"#),
        document(r#"{"jwks_uri": "https://"}"#),
        document(r#"{"jwks_uri": "/keys"}"#),
        document(&long),
        format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n{{}}", "x".repeat(200_000)).into_bytes(),
        b"HTTP/1.1 302 Found\r\nlocation: https://other.example/\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec(),
        b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(),
        Vec::new(),
    ];
    let mut table = String::new();
    for answer in answers {
        let probe = probe(answering(answer).await);
        let fetched = probe.fetch_thumbprint(&issuer(), ThumbprintHost::JwksUri).await;
        table += &shown(&fetched.unwrap_err());
        // The issuer's own host needs no document.
        probe.fetch_thumbprint(&issuer(), ThumbprintHost::Issuer).await.unwrap();
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn the_keys_may_be_at_another_host() {
    let sandbox = Sandbox::start().unwrap();
    let document = r#"{"jwks_uri": "https://KEYS.example:8443/keys"}"#;
    let first = answering(format!("HTTP/1.1 200 OK\r\n\r\n{document}").into_bytes()).await;
    let second = sandbox.tls_address();
    let probe = trusting(&sandbox).resolver(move |host, port| match (host, port) {
        (HOST, 443) => Ok(vec![first]),
        ("keys.example", 8443) => Ok(vec![second]),
        other => Err(io::Error::other(format!("{other:?}"))),
    });
    let fetched = probe.fetch_thumbprint(&issuer(), ThumbprintHost::JwksUri).await.unwrap();
    assert_eq!(fetched.chain().host(), "keys.example");
    assert_eq!(*fetched.chain().verification(), Verification::Verified);
    assert_eq!(fetched.discovery().map(ServedChain::host), Some(HOST));
    assert!(!fetched.is_verified(), "who said where the keys are is not verified");
}

#[test]
fn what_is_used_over_threads_is_so() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let probe = TlsProbe::default();
    shared(&probe);
    assert_eq!(format!("{probe:?}"), "TlsProbe { deadline: 10s, .. }");
}
