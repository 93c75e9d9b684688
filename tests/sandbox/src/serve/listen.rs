//! Connections: HTTP in, the world's answer out.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio_rustls::TlsAcceptor;

use crate::world::{Delay, Lost, World};

/// More than any request that is known here.
const LARGEST: usize = 4 << 20;

/// What a connection needs.
#[derive(Clone)]
pub(super) struct Server {
    world: World,
    tls: TlsAcceptor,
    /// Where a client that asks for a tunnel ends up.
    tls_address: SocketAddr,
    /// Until when the world's time has passed.
    passed: Arc<Mutex<Instant>>,
}

impl Server {
    pub(super) fn new(world: World, tls: TlsAcceptor, tls_address: SocketAddr) -> Self {
        Self { world, tls, tls_address, passed: Arc::new(Mutex::new(Instant::now())) }
    }

    /// Serves listeners, some with TLS, until told to stop.
    pub(super) async fn serve(self, all: Vec<(TcpListener, bool)>, stopped: oneshot::Receiver<()>) {
        for (listener, with_tls) in all {
            tokio::spawn(self.clone().listen(listener, with_tls));
        }
        // An error means that the sandbox was dropped.
        let _ = stopped.await;
    }

    async fn listen(self, listener: TcpListener, with_tls: bool) {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(self.clone().connection(stream, with_tls));
                }
                // Too many open files, as a rule: it passes.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    async fn connection(self, stream: TcpStream, with_tls: bool) {
        // Whatever the socket says, it works without.
        let _ = stream.set_nodelay(true);
        if !with_tls {
            self.speak(stream).await;
        } else if let Ok(stream) = self.tls.accept(stream).await {
            self.speak(stream).await;
        }
    }

    async fn speak(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let lost = Arc::new(Notify::new());
        let service = service_fn(|request| {
            let (server, lost) = (self.clone(), Arc::clone(&lost));
            async move { Ok::<_, Infallible>(server.answer(request, &lost).await) }
        });
        let builder = Builder::new(TokioExecutor::new());
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
        tokio::select! {
            // What went wrong with it, the client knows.
            _ = connection => {}
            () = lost.notified() => {}
        }
    }

    async fn answer(self, request: Request<Incoming>, lost: &Notify) -> Response<Full<Bytes>> {
        if request.method() == Method::CONNECT {
            tokio::spawn(tunnel(request, self.tls_address));
            return Response::default();
        }
        let (parts, body) = request.into_parts();
        let Ok(body) = Limited::new(body, LARGEST).collect().await else {
            let response = Response::builder().status(StatusCode::PAYLOAD_TOO_LARGE);
            return response.body(Full::default()).unwrap_or_default();
        };
        self.pass_time();
        let request = Request::from_parts(parts, body.to_bytes().into());
        let response = self.world.answer(request);
        if let Some(Delay(time)) = response.extensions().get() {
            tokio::time::sleep(*time).await;
        }
        if response.extensions().get::<Lost>().is_some() {
            lost.notify_one();
            std::future::pending::<()>().await;
        }
        response.map(|body| Full::new(Bytes::from(body)))
    }

    /// The world's time goes on as the real one does, from wherever a test has set it.
    fn pass_time(&self) {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        let milliseconds = u64::try_from(passed.elapsed().as_millis()).unwrap_or(u64::MAX);
        let time = Duration::from_millis(milliseconds);
        *passed += time;
        self.world.advance(time);
    }
}

/// What a proxy does, but that each host is the sandbox.
async fn tunnel(request: Request<Incoming>, to: SocketAddr) {
    let Ok(client) = hyper::upgrade::on(request).await else { return };
    let Ok(mut server) = TcpStream::connect(to).await else { return };
    // Either side may hang up as it likes.
    let _ = tokio::io::copy_bidirectional(&mut TokioIo::new(client), &mut server).await;
}
