//! [`Cloud`]: the sandbox's world in process, under tokio's paused clock, for the SDK and for kube.
//!
//! Each answer takes [`ANSWER`] of virtual time, so that the time that something takes tells how many
//! answers it has waited for, one after the other: its depth.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "for tests alone: what can't be read fails the test"
)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::{SharedCredentialsProvider, TimeSource};
use http::{HeaderValue, Request, Response, header};
use iamwire_core::ClusterArn;
use iamwire_core::aws::EksToken;
use iamwire_sandbox::world::{Call, Delay, Identity, Lost, Setup, World};
use kube::client::Body;
use tokio::time::{Instant, sleep};
use tower::filter::AsyncFilterLayer;
use tower::{BoxError, ServiceBuilder};

/// How long each answer takes.
pub const ANSWER: Duration = Duration::from_millis(100);

/// A world and its clock. A clone is the same one.
#[derive(Debug, Clone)]
pub struct Cloud {
    world: World,
    /// When virtual time began, and what time it was then.
    began: (Instant, SystemTime),
    /// The state of a generator of numbers, if answers are unsteady.
    chance: Option<Arc<Mutex<u64>>>,
}

impl Cloud {
    /// A world that begins with this; within a runtime whose clock is paused.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let began = (Instant::now(), setup.now);
        Self { world: World::new(setup), began, chance: None }
    }

    /// The world itself.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The SDK's configuration of the default identity, in `eu-west-3`.
    #[must_use]
    pub fn sdk(&self) -> SdkConfig {
        self.sdk_of(&Identity::default())
    }

    /// The SDK's configuration of an identity.
    #[must_use]
    pub fn sdk_of(&self, identity: &Identity) -> SdkConfig {
        let Identity { access_key_id, secret_access_key, .. } = identity;
        let credentials =
            Credentials::from_keys(access_key_id.clone(), secret_access_key.0.clone(), None);
        let connector = SharedHttpConnector::new(self.clone());
        SdkConfig::builder()
            .region(Region::new("eu-west-3"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .time_source(self.clone())
            .build()
    }

    /// A client of the cluster `prod`, which takes the token of an AWS configuration.
    ///
    /// # Panics
    /// If the configuration has no credentials.
    #[must_use]
    pub fn kube(&self, sdk: &SdkConfig) -> kube::Client {
        let arn: ClusterArn = "arn:aws:eks:eu-west-3:123456789012:cluster/prod"
            .parse()
            .expect("the ARN of a cluster");
        let token = EksToken::new(sdk, &arn).expect("credentials");
        let bearer = move |mut request: Request<Body>| {
            let token = token.clone();
            async move {
                let text = token.token().await?;
                let value = HeaderValue::from_str(&format!("Bearer {}", text.expose()))?;
                request.headers_mut().insert(header::AUTHORIZATION, value);
                Ok::<_, BoxError>(request)
            }
        };
        self.kube_with(bearer)
    }

    fn kube_with<P>(&self, predicate: P) -> kube::Client
    where
        P: tower::filter::AsyncPredicate<Request<Body>, Request = Request<Body>>
            + Clone
            + Send
            + 'static,
        P::Future: Send,
    {
        let cloud = self.clone();
        let server = tower::service_fn(move |request: Request<Body>| {
            let cloud = cloud.clone();
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect_bytes().await?.to_vec();
                match cloud.answer(Request::from_parts(parts, body)).await {
                    Some(response) => Ok::<_, BoxError>(response.map(Body::from)),
                    None => Err("the connection was dropped".into()),
                }
            }
        });
        let stack = ServiceBuilder::new()
            .layer(tower::buffer::BufferLayer::new(64))
            .layer(AsyncFilterLayer::new(predicate))
            .service(server);
        kube::Client::new(stack, "default")
    }

    /// Answers take between 20 and 180 ms, by this seed, in the place of [`ANSWER`].
    #[must_use]
    pub fn unsteady(mut self, seed: u64) -> Self {
        self.chance = Some(Arc::new(Mutex::new(seed)));
        self
    }

    /// The calls that came in.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.world.calls()
    }

    /// All that is there and was made by somebody, by what names it: roles with their policies, providers,
    /// namespaces and service accounts with the owners of their fields; without ids and times.
    ///
    /// # Panics
    /// If the world can't be read.
    pub async fn snapshot(&self) -> BTreeMap<String, String> {
        let sdk = self.sdk();
        let iam = iamwire_core::aws::aws_sdk_iam::Client::new(&sdk);
        let mut all = BTreeMap::new();
        let roles = iam.list_roles().send().await.expect("roles");
        for name in roles.roles().iter().map(|role| role.role_name().to_owned()) {
            let role = iam.get_role().role_name(&name).send().await.expect("a role");
            let role = role.role().expect("a role").clone();
            let attached = iam.list_attached_role_policies().role_name(&name).send().await;
            let inline = iam.list_role_policies().role_name(&name).send().await.expect("policies");
            let mut documents = Vec::new();
            for policy in inline.policy_names() {
                let get = iam.get_role_policy().role_name(&name).policy_name(policy);
                let got = get.send().await.expect("a policy");
                documents.push((policy.clone(), got.policy_document().to_owned()));
            }
            let mut tags: Vec<_> = role.tags().iter().map(|t| (t.key(), t.value())).collect();
            tags.sort_unstable();
            let trust = role.assume_role_policy_document().unwrap_or_default();
            let trust = iamwire_core::TrustPolicy::from_percent_encoded(trust).expect("a policy");
            let text = format!(
                "{} {:?} {:?} {:?} {tags:?} {trust} {:?} {documents:?}",
                role.arn(),
                role.description(),
                role.max_session_duration(),
                role.permissions_boundary(),
                attached.expect("policies").attached_policies(),
            );
            all.insert(format!("role {name}"), text);
        }
        let providers = iam.list_open_id_connect_providers().send().await.expect("providers");
        for entry in providers.open_id_connect_provider_list() {
            let arn = entry.arn().expect("an ARN");
            let ask = iam.get_open_id_connect_provider().open_id_connect_provider_arn(arn);
            let provider = ask.send().await.expect("a provider");
            let text = format!(
                "{:?} {:?} {:?}",
                provider.client_id_list(),
                provider.thumbprint_list(),
                provider.tags()
            );
            all.insert(format!("provider {arn}"), text);
        }
        for plural in ["namespaces", "serviceaccounts"] {
            let request = Request::get(format!("/api/v1/{plural}")).body(Vec::new());
            let list: serde_json::Value =
                self.kube(&sdk).request(request.expect("a request")).await.expect("a list");
            for item in list["items"].as_array().expect("items") {
                let mut meta = item["metadata"].clone();
                for volatile in ["uid", "resourceVersion", "creationTimestamp"] {
                    meta[volatile].take();
                }
                for managed in meta["managedFields"].as_array_mut().into_iter().flatten() {
                    managed["time"].take();
                }
                let place = meta["namespace"].as_str().unwrap_or_default();
                let name = meta["name"].as_str().unwrap_or_default();
                all.insert(format!("{plural} {place}/{name}"), meta.to_string());
            }
        }
        all
    }

    /// What `work` takes: calls of AWS, calls of Kubernetes, depth.
    pub async fn measured<T>(&self, work: impl Future<Output = T>) -> (T, Figures) {
        let (before, began) = (self.calls().len(), Instant::now());
        let value = work.await;
        let calls = self.calls().split_off(before);
        let (kubernetes, aws) = calls.iter().partition::<Vec<_>, _>(|c| c.service == "kubernetes");
        let depth = began.elapsed().as_millis().div_ceil(ANSWER.as_millis());
        let writes = calls.iter().filter(|call| call.wrote).count();
        (value, Figures { aws: aws.len(), kubernetes: kubernetes.len(), writes, depth })
    }

    /// How long half of an answer takes.
    fn half(&self) -> Duration {
        let Some(chance) = &self.chance else { return ANSWER / 2 };
        let mut state = chance.lock().unwrap_or_else(PoisonError::into_inner);
        // Knuth's linear congruential generator; its upper bits are good enough.
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        Duration::from_millis(10 + (*state >> 33) % 81)
    }

    /// Answers a request in its time; nothing if the answer is lost.
    async fn answer(&self, request: Request<Vec<u8>>) -> Option<Response<Vec<u8>>> {
        sleep(self.half()).await;
        self.world.set_now(self.now());
        let response = self.world.answer(request);
        sleep(self.half()).await;
        if let Some(Delay(time)) = response.extensions().get::<Delay>() {
            sleep(*time).await;
        }
        response.extensions().get::<Lost>().is_none().then_some(response)
    }
}

/// What something takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Calls of AWS.
    pub aws: usize,
    /// Calls of Kubernetes.
    pub kubernetes: usize,
    /// Calls that have written.
    pub writes: usize,
    /// Answers one after the other.
    pub depth: u128,
}

impl TimeSource for Cloud {
    fn now(&self) -> SystemTime {
        self.began.1 + self.began.0.elapsed()
    }
}

impl HttpConnector for Cloud {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let cloud = self.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x();
            let request = request.map_err(|error| ConnectorError::user(error.into()))?;
            let request = request.map(|body| body.bytes().unwrap_or_default().to_vec());
            let Some(response) = cloud.answer(request).await else {
                return Err(ConnectorError::io("the connection was dropped".into()));
            };
            HttpResponse::try_from(response.map(SdkBody::from))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}
