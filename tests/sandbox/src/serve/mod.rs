//! The world on loopback: real sockets, real TLS, for boto3, the AWS CLI, kubectl and your own tests.

mod authority;
mod files;
mod listen;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::SystemTime;

use tempfile::TempDir;
use tokio::sync::oneshot;

pub use authority::Chain;

use crate::world::{Call, Setup, World};
use authority::Authority;

/// A [`World`] that is served on 127.0.0.1 until it is dropped.
///
/// It has a thread of its own, so it can be used with or without an async runtime. What it answers
/// is told apart as AWS does, by the service in a request's signature, and else by host and path:
/// all of it is at [`endpoint_url`](Self::endpoint_url), and with TLS under any host name at
/// [`tls_address`](Self::tls_address). Each cluster has an API server at an address of its own, which
/// `DescribeCluster` and the kubeconfig name.
///
/// ```
/// use iamwire_sandbox::Sandbox;
///
/// let sandbox = Sandbox::start()?;
/// for (name, value) in sandbox.env() {
///     println!("export {name}={value}");
/// }
/// assert!(sandbox.requests().is_empty());
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
        let authority = Arc::new(Authority::new()?);
        let (plain, tls) = (bind()?, bind()?);
        let mut listeners = Vec::new();
        for cluster in &mut setup.clusters {
            let listener = bind()?;
            cluster.endpoint = format!("https://{}", listener.local_addr()?);
            authority.root().clone_into(&mut cluster.certificate_authority);
            listeners.push(listener);
        }
        setup.now = SystemTime::now();
        let directory = tempfile::Builder::new().prefix("iamwire-sandbox-").tempdir()?;
        let (plain_address, tls_address) = (plain.local_addr()?, tls.local_addr()?);
        let env = files::write(directory.path(), &setup, authority.root(), plain_address)?;
        listeners.push(tls);
        let world = World::new(setup);
        let tls = authority.acceptor()?;
        let server = listen::Server::new(world.clone(), tls, tls_address);
        let (stop, stopped) = oneshot::channel();
        let thread = listen::spawn(server, plain, listeners, stopped)?;
        Ok(Self {
            world,
            plain: plain_address,
            tls: tls_address,
            authority,
            directory,
            env,
            serving: Some((stop, thread)),
        })
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
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
