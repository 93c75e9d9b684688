//! The world: AWS and Kubernetes in memory, one request in, one answer out.
//!
//! There is no socket, no clock and no chance in it: the caller sets the time, and ids come from a
//! counter. (Only the keys that sign tokens are random, and the same for every world of a process.)
//!
//! ```
//! use http::Request;
//! use iamwire_sandbox::world::{Setup, World};
//!
//! let world = World::new(Setup::default());
//! let scope = "AKIAIOSFODNN7EXAMPLE/20260801/eu-west-3/eks/aws4_request";
//! let request = Request::get("https://eks.eu-west-3.amazonaws.com/clusters/prod")
//!     .header("authorization", format!("AWS4-HMAC-SHA256 Credential={scope}"))
//!     .body(Vec::new())?;
//! assert_eq!(world.answer(request).status(), 200);
//! assert_eq!(world.calls()[0].operation, "DescribeCluster");
//! # Ok::<(), http::Error>(())
//! ```
//!
//! Known: IAM's operations on roles, policies and OIDC providers; `GetCallerIdentity` and
//! `AssumeRoleWithWebIdentity`; `DescribeCluster` and `ListClusters`; what kubectl asks to get,
//! create, apply, patch and delete namespaces and service accounts, and to create their tokens.
//! Anything else is answered with 501 and its name, and is in the log. Signatures of AWS requests are
//! not verified (the access key tells the caller), but those of tokens are, and of EKS's presigned calls.

mod eks;
mod faults;
mod iam;
mod ids;
mod incoming;
mod issuer;
mod jwt;
mod kube;
mod log;
mod reply;
mod setup;
mod signature;
mod sts;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::{Request, Response};

pub use faults::{Delay, Fault, Lost, When};
pub use log::Call;
pub use setup::{Cluster, Delays, Identity, Quotas, Secret, Setup};

use ids::Ids;
use incoming::{Incoming, Service};
use log::Operation;
use reply::{Body, Refusal};

/// A loopback AWS and its clusters. A clone is the same world.
#[derive(Clone)]
pub struct World(Arc<Mutex<State>>);

/// All that a world holds.
#[derive(Default)]
pub(crate) struct State {
    quotas: Quotas,
    delays: Delays,
    /// Milliseconds since 1970.
    now: i64,
    ids: Ids,
    /// By access key id.
    callers: BTreeMap<String, Caller>,
    /// By account id.
    accounts: BTreeMap<String, iam::Account>,
    clusters: Vec<kube::Cluster>,
    faults: faults::Faults,
    calls: Vec<Call>,
}

/// Who has an access key.
#[derive(Clone)]
struct Caller {
    arn: String,
    unique_id: String,
    secret: String,
    /// Of a session: its token and end; it may do nothing but say who it is.
    session: Option<(String, i64)>,
}

impl Caller {
    fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or_default()
    }

    fn account(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or_default()
    }
}

impl World {
    /// A world that begins with this.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let Setup { quotas, delays, .. } = setup;
        let now = milliseconds(setup.now);
        let mut state = State { quotas, delays, now, ..State::default() };
        for identity in setup.identities {
            let kind = if identity.arn.contains(":assumed-role/") { "AROA" } else { "AIDA" };
            let caller = Caller {
                unique_id: ids::unique_of(kind, &identity.arn),
                arn: identity.arn,
                secret: identity.secret_access_key.0,
                session: None,
            };
            state.accounts.entry(caller.account().to_owned()).or_default();
            state.callers.insert(identity.access_key_id, caller);
        }
        for (index, cluster) in setup.clusters.into_iter().enumerate() {
            state.accounts.entry(cluster.account.clone()).or_default();
            state.clusters.push(kube::Cluster::new(cluster, index, state.now));
        }
        Self(Arc::new(Mutex::new(state)))
    }

    /// Answers a request. An answer with the extension [`Lost`] must not reach the one who asked;
    /// one with [`Delay`] comes later.
    #[must_use]
    pub fn answer(&self, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        self.state().answer(request)
    }

    /// Sets the time.
    pub fn set_now(&self, now: SystemTime) {
        self.state().now = milliseconds(now);
    }

    /// Lets time pass.
    pub fn advance(&self, time: Duration) {
        let mut state = self.state();
        state.now = state.now.saturating_add(milliseconds_in(time));
    }

    /// Has the next calls that fit go wrong, so many times.
    pub fn fail(&self, when: When, times: usize, fault: Fault) {
        self.state().faults.push((when, times, fault));
    }

    /// No more faults.
    pub fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// The calls that came in, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// Forgets the calls; [`When::Call`] counts from 0 again.
    pub fn clear_calls(&self) {
        self.state().calls.clear();
    }

    /// A cluster's next key: it signs from now on; the issuer still publishes those before. Says whether
    /// there is such a cluster.
    #[must_use]
    pub fn rotate_key(&self, cluster: &str) -> bool {
        self.state().cluster(cluster, |cluster| cluster.keys.rotate()).is_some()
    }

    /// The issuer publishes only the key that signs: tokens of those before are no longer good. Says
    /// whether there is such a cluster.
    #[must_use]
    pub fn retire_keys(&self, cluster: &str) -> bool {
        self.state().cluster(cluster, |cluster| cluster.keys.retire()).is_some()
    }

    /// Puts an object into a cluster as if it had always been there: a pod, a Secret. Its `kind`
    /// must be one that the sandbox lists; says whether it was put.
    #[must_use]
    pub fn put_object(&self, cluster: &str, object: serde_json::Value) -> bool {
        self.state().cluster(cluster, |cluster| cluster.put(object)).unwrap_or(false)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}

fn milliseconds(time: SystemTime) -> i64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, milliseconds_in)
}

fn milliseconds_in(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl State {
    fn cluster<T>(&mut self, name: &str, act: impl FnOnce(&mut kube::Cluster) -> T) -> Option<T> {
        let cluster = self.clusters.iter_mut().find(|cluster| cluster.setup.name == name)?;
        cluster.now = self.now;
        Some(act(cluster))
    }

    fn answer(&mut self, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        let mut incoming = Incoming::read(request, self);
        let service = incoming.service;
        let (name, operation) = match service {
            Service::Iam => ("iam", iam::operation(&incoming)),
            Service::Sts => ("sts", sts::operation(&incoming)),
            Service::Eks => ("eks", eks::operation(&incoming)),
            Service::Kubernetes(_) => ("kubernetes", kube::operation(&incoming)),
            Service::Issuer(_) => ("issuer", incoming.method_and_path()),
            Service::Other => ("other", incoming.action()),
        };
        incoming.operation = operation;
        let (incoming, operation) = (&incoming, &incoming.operation);
        let aws = incoming.access_key.as_deref().and_then(|key| self.callers.get(key)).cloned();
        let user = match service {
            Service::Kubernetes(cluster) => kube::user(self, cluster, incoming),
            _ => aws.as_ref().map(|caller| caller.arn.clone()),
        };
        let caller = user.clone().unwrap_or_default();
        let fault = faults::take(&mut self.faults, self.calls.len(), operation);
        let refusal = fault.as_ref().and_then(|f| f.refusal(incoming, &caller));
        let result = match (refusal, service) {
            (Some(refusal), _) => Err(refusal),
            (_, Service::Other) => {
                Err(Refusal::unknown(&format!("{} {}", operation.resource, operation.name)))
            }
            (_, Service::Issuer(cluster)) => issuer::answer(self, cluster, incoming),
            (_, Service::Kubernetes(cluster)) => kube::answer(self, cluster, incoming, user),
            (_, Service::Sts) if operation.name == "AssumeRoleWithWebIdentity" => {
                sts::assume_role(self, incoming)
            }
            _ => self.known(incoming, aws).and_then(|caller| match service {
                Service::Iam => iam::answer(self, incoming, &caller).map(Body::Query),
                Service::Eks => eks::answer(self, incoming, &caller),
                _ => sts::answer(incoming, &caller),
            }),
        };
        let wrote = operation.writes && result.is_ok();
        let mut response = reply::render(incoming, &self.ids.uuid(), result);
        match fault {
            Some(Fault::Before | Fault::After) => drop(response.extensions_mut().insert(Lost)),
            Some(Fault::Delayed(time)) => drop(response.extensions_mut().insert(Delay(time))),
            _ => {}
        }
        let (service, status) = (name, response.status().as_u16());
        let Operation { name: operation, resource, .. } = operation.clone();
        self.calls.push(Call { service, operation, resource, caller, status, wrote, fault });
        response
    }

    /// The caller of an AWS operation, if he may call it.
    fn known(&self, incoming: &Incoming, caller: Option<Caller>) -> Result<Caller, Refusal> {
        let unknown = || faults::unknown_caller(incoming.service);
        let message = "Request is missing Authentication Token";
        Refusal::new(403, "MissingAuthenticationToken", message)
            .unless(incoming.access_key.is_some())?;
        let caller = caller.ok_or_else(unknown)?;
        let Some((token, end)) = &caller.session else { return Ok(caller) };
        let given = incoming.header("x-amz-security-token");
        unknown().unless(given.or(incoming.query.get("X-Amz-Security-Token")) == Some(token))?;
        let eks = incoming.service == Service::Eks;
        let code = if eks { "ExpiredTokenException" } else { "ExpiredToken" };
        let message = "The security token included in the request is expired";
        Refusal::new(403, code, message).unless(*end > self.now)?;
        faults::denied(incoming, &caller.arn)
            .unless(incoming.operation.name == "GetCallerIdentity")?;
        Ok(caller)
    }
}
