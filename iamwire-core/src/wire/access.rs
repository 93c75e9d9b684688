//! The ways to the API servers: given, or by the endpoint that EKS tells of.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use ::kube::client::{Body, ClientBuilder};
use futures_util::future::{BoxFuture, FutureExt as _};
use http::{HeaderValue, Request, header};
use tokio::runtime;
use tower::buffer::BufferLayer;
use tower::filter::AsyncFilterLayer;

use super::{Kubeconfig, WireError, Wirer};
use crate::Refusal;
use crate::aws::{Access, AwsError, EksToken};
use crate::call::chain;
use crate::kube::{KubeError, Kubernetes, from_kubeconfig, to_endpoint};
use crate::{ClusterId, Desired};

/// The connections that were made, to be used again: in the same runtime, since what drives them ends with it.
#[derive(Debug, Default)]
pub(super) struct Ways(Mutex<BTreeMap<ClusterId, (runtime::Id, Access, Kubernetes)>>);

impl Ways {
    /// The way to a cluster that was gone before.
    pub(super) fn known(&self, cluster: &ClusterId) -> Option<Kubernetes> {
        self.find(cluster, |_| true)
    }

    fn keep(&self, cluster: &ClusterId, access: &Access, kubernetes: &Kubernetes) {
        let mut ways = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ways.insert(cluster.clone(), (runtime_id(), access.clone(), kubernetes.clone()));
    }

    fn same(&self, cluster: &ClusterId, access: &Access) -> Option<Kubernetes> {
        self.find(cluster, |known| known == access)
    }

    fn find(&self, cluster: &ClusterId, fits: impl Fn(&Access) -> bool) -> Option<Kubernetes> {
        let ways = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (runtime, access, kubernetes) = ways.get(cluster)?;
        (*runtime == runtime_id() && fits(access)).then(|| kubernetes.clone())
    }
}

/// The client of a kubeconfig, once it is made in this runtime.
#[derive(Debug, Default)]
pub(super) struct Client(tokio::sync::Mutex<Option<(runtime::Id, Kubernetes)>>);

impl Client {
    async fn or_made<E>(
        &self,
        connect: impl AsyncFnOnce() -> Result<Kubernetes, E>,
    ) -> Result<Kubernetes, E> {
        let mut made = self.0.lock().await;
        if let Some((runtime, kubernetes)) = &*made
            && *runtime == runtime_id()
        {
            return Ok(kubernetes.clone());
        }
        let kubernetes = connect().await?;
        *made = Some((runtime_id(), kubernetes.clone()));
        Ok(kubernetes)
    }

    /// The client that was made last.
    async fn last(&self) -> Option<Kubernetes> {
        self.0.lock().await.as_ref().map(|(_, kubernetes)| kubernetes.clone())
    }
}

fn runtime_id() -> runtime::Id {
    runtime::Handle::current().id()
}

impl Wirer {
    /// Whether a cluster is called with AWS credentials, as far as can be told those that AWS is called with: of a
    /// client that was given it can't be told.
    pub(super) async fn is_known_by_aws(&self, cluster: &ClusterId) -> bool {
        let given = &self.given;
        if given.client.is_some() || given.clients.contains_key(cluster) {
            return false;
        }
        match &given.kubeconfig {
            None => true,
            Some(kubeconfig) => {
                kubeconfig.client.last().await.is_some_and(|kubernetes| kubernetes.asks_aws())
            }
        }
    }

    /// The way to a cluster that was given; none if EKS has to tell it, or where a cluster that may be gone
    /// is unwired.
    pub(super) async fn given_way(
        &self,
        desired: &Desired,
        cluster: &ClusterId,
        unwires: bool,
    ) -> Result<Option<Kubernetes>, WireError> {
        if let Some(client) = self.given.clients.get(cluster) {
            return Ok(Some(Kubernetes::new(client.clone())));
        }
        let is_only = desired.clusters().len() == 1;
        if (self.given.client.is_some() || self.given.kubeconfig.is_some()) && !is_only {
            let message = "one client or kubeconfig was given for several clusters";
            let help = "give each cluster its own client, or none to clusters of EKS";
            return Err(
                KubeError::Access(Refusal::new("kube.several-clusters", message, help)).into()
            );
        }
        if let Some(client) = &self.given.client {
            return Ok(Some(Kubernetes::new(client.clone())));
        }
        if let Some(Kubeconfig { file, context, client }) = &self.given.kubeconfig {
            // On the heap: it is made once, and would make each operation larger.
            let connect = || Box::pin(from_kubeconfig(file.clone(), context.clone()));
            return Ok(Some(client.or_made(connect).await?));
        }
        if cluster.self_managed().is_some() && !unwires {
            let message = format!("nothing says how to reach cluster `{cluster}`");
            let help =
                "name a kubeconfig, or give a client: only EKS tells the way to its clusters";
            return Err(KubeError::Access(Refusal::new("kube.no-access", message, help)).into());
        }
        Ok(None)
    }

    /// The way to a cluster of EKS, with a token of the AWS credentials.
    pub(super) fn eks_way(
        &self,
        cluster: &ClusterId,
        access: &Access,
    ) -> Result<Kubernetes, WireError> {
        if let Some(known) = self.ways.same(cluster, access) {
            return Ok(known);
        }
        let (config, proxy) = to_endpoint(&access.endpoint, access.authorities.as_deref())?;
        let token = EksToken::with_id(self.cluster.config(), &access.arn, &access.id)?;
        let fail = |error: ::kube::Error| {
            if let Some(known) = proxy.as_ref().and_then(|proxy| proxy.refused(&error, None)) {
                return known;
            }
            let message = format!(
                "the endpoint of cluster `{cluster}` can't be connected to: {}",
                chain(&error).join(": ")
            );
            let help = "check its certificates: `aws eks describe-cluster`";
            KubeError::Access(Refusal::new("kube.endpoint", message, help))
        };
        let builder = ClientBuilder::try_from(config).map_err(fail)?;
        let client = builder
            .with_layer(&BufferLayer::new(64))
            .with_layer(&AsyncFilterLayer::new(bearer(token)))
            .build();
        let kubernetes = Kubernetes::new(client).at(&access.endpoint);
        self.ways.keep(cluster, access, &kubernetes);
        Ok(kubernetes)
    }
}

/// What puts the token on each request, renewed on the way.
fn bearer(token: EksToken) -> impl Fn(Request<Body>) -> BoxFuture<'static, Authorized> + Clone {
    move |mut request| {
        let token = token.clone();
        let authorized = async move {
            let text = token.token().await.map_err(|error| no_token(&error))?;
            let mut value = HeaderValue::from_str(&format!("Bearer {}", text.expose()))?;
            value.set_sensitive(true);
            request.headers_mut().insert(header::AUTHORIZATION, value);
            Ok(request)
        };
        authorized.boxed()
    }
}

/// There is no token, as AWS's credentials say it; what sends the request finds it again.
fn no_token(error: &AwsError) -> KubeError {
    KubeError::Access(Refusal::new(error.code(), error.to_string(), error.help()))
}

type Authorized = Result<Request<Body>, tower::BoxError>;
