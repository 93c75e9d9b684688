//! The world on loopback: real sockets, real TLS, for boto3, the AWS CLI, kubectl and your own tests.

mod authority;
mod files;
mod listen;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::SystemTime;

use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use authority::Chain;

use crate::world::{Call, Setup, World};
use authority::Authority;

/// A [`World`] that is served on 127.0.0.1 until it is dropped.
///
/// It has a thread of its own, so it can be used with or without an async runtime. AWS is at
/// [`endpoint_url`](Self::endpoint_url), any host name with TLS at [`tls_address`](Self::tls_address),
/// and each cluster's API server at an address that `DescribeCluster` and the kubeconfig name.
///
/// ```
/// use iamwire_sandbox::Sandbox;
///
/// let sandbox = Sandbox::start()?;
/// for (name, value) in sandbox.env() {
///     println!("export {name}={value}");
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Sandbox {
    world: World,
    plain: SocketAddr,
    tls: SocketAddr,
    authority: Arc<Authority>,
    directory: TempDir,
    env: Vec<(&'static str, String)>,
    serving: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Sandbox {
    /// Serves the default world: account 123456789012, cluster `prod` in `eu-west-3`.
    ///
    /// # Errors
    /// No port or no file can be had.
    pub fn start() -> io::Result<Self> {
        Self::start_with(Setup::default())
    }

    /// Serves the world that begins with this. The time is the real one, and the clusters' endpoints
    /// and certificates are those that are served, whatever the setup says.
    ///
    /// # Errors
    /// No port or no file can be had.
    pub fn start_with(mut setup: Setup) -> io::Result<Self> {
        let authority = Arc::new(Authority::new().map_err(io::Error::other)?);
        let acceptor = authority.acceptor().map_err(io::Error::other)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let entered = runtime.enter();
        let (http, https) = (bind()?, bind()?);
        let (plain, tls) = (http.local_addr()?, https.local_addr()?);
        let mut listeners = vec![(http, false), (https, true)];
        for cluster in &mut setup.clusters {
            let listener = bind()?;
            cluster.endpoint = format!("https://{}", listener.local_addr()?);
            cluster.certificate_authority.push_str(&authority.root());
            listeners.push((listener, true));
        }
        setup.now = SystemTime::now();
        let directory = tempfile::Builder::new().prefix("iamwire-sandbox-").tempdir()?;
        let env = files::write(directory.path(), &setup, &authority.root(), plain)?;
        let world = World::new(setup);
        let server = listen::Server::new(world.clone(), acceptor, tls);
        drop(entered);
        let (stop, stopped) = oneshot::channel();
        let serving = std::thread::Builder::new().name("iamwire-sandbox".to_owned());
        let thread = serving.spawn(move || runtime.block_on(server.serve(listeners, stopped)))?;
        let serving = Some((stop, thread));
        Ok(Self { world, plain, tls, authority, directory, env, serving })
    }

    /// What is served: for faults, keys, objects, the time.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The calls that came in, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Call> {
        self.world.calls()
    }

    /// `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL`: IAM, STS and EKS in plain HTTP. It is a proxy
    /// as well: a client with it as its `HTTPS_PROXY` gets the sandbox under every host name.
    #[must_use]
    pub fn endpoint_url(&self) -> String {
        format!("http://{}", self.plain)
    }

    /// Where every host name is served with TLS: an issuer, `sts.eu-west-3.amazonaws.com`. The
    /// certificate is made for the name that a client asks for, and its root is in the
    /// [`ca_bundle`](Self::ca_bundle).
    #[must_use]
    pub fn tls_address(&self) -> SocketAddr {
        self.tls
    }

    /// The root of the sandbox's certificates, as a PEM file; it goes when the sandbox is dropped.
    #[must_use]
    pub fn ca_bundle(&self) -> PathBuf {
        self.directory.path().join(files::CA_BUNDLE)
    }

    /// A kubeconfig with a context for each cluster, by its name; the first is the current one.
    #[must_use]
    pub fn kubeconfig(&self) -> PathBuf {
        self.directory.path().join(files::KUBECONFIG)
    }

    /// What to export, so that AWS's and Kubernetes' programs use the sandbox: its endpoint, the
    /// first identity's keys, the first cluster's region, the kubeconfig.
    #[must_use]
    pub fn env(&self) -> &[(&'static str, String)] {
        &self.env
    }

    /// Which certificates named hosts send from now on; API servers go on as they are.
    pub fn send_chain(&self, chain: Chain) {
        self.authority.send(chain);
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Sandbox");
        shown.field("plain", &self.plain).field("tls", &self.tls).finish_non_exhaustive()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.serving.take() {
            drop(stop);
            // A thread that panicked has said so itself.
            let _ = thread.join();
        }
    }
}

fn bind() -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}
