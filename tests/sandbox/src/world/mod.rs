//! The world: AWS and Kubernetes in memory, one request in, one answer out.
//!
//! [`World::answer`] takes a request for IAM, STS, EKS, a cluster's API server or its issuer, tells
//! by host, path or credential which it is, and answers as the service would. There is no socket, no
//! clock and no chance in it: the caller sets the time, and ids come from a counter.

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
mod trust_check;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::{Request, Response};

pub use faults::{Delay, Fault, Lost, When};
pub use log::Call;
pub use setup::{Cluster, Delays, Identity, Quotas, Secret, Setup};

use faults::Faults;
use ids::Ids;
use incoming::{Incoming, Service};
use log::Operation;
use reply::{Body, Refusal};

/// A loopback AWS and its clusters. A clone is the same world.
#[derive(Clone)]
pub struct World(Arc<Mutex<State>>);

/// All that a world holds.
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
    faults: Faults,
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
    fn part(&self, index: usize) -> &str {
        self.arn.split(':').nth(index).unwrap_or_default()
    }

    fn partition(&self) -> &str {
        self.part(1)
    }

    fn account(&self) -> &str {
        self.part(4)
    }
}

impl World {
    /// A world that begins with this.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let mut state = State {
            quotas: setup.quotas,
            delays: setup.delays,
            now: milliseconds(setup.now),
            ids: Ids::default(),
            callers: BTreeMap::new(),
            accounts: BTreeMap::new(),
            clusters: Vec::new(),
            faults: Faults::default(),
            calls: Vec::new(),
        };
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
        for cluster in setup.clusters {
            state.accounts.entry(cluster.account.clone()).or_default();
            let index = state.clusters.len();
            let cluster = kube::Cluster::new(cluster, index, state.now, &mut state.ids);
            state.clusters.push(cluster);
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
        self.state().faults.add(when, times, fault);
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

    /// A cluster's next key: it signs from now on; the issuer still publishes those before.
    pub fn rotate_key(&self, cluster: &str) {
        let mut state = self.state();
        if let Some(cluster) = state.clusters.iter_mut().find(|c| c.setup.name == cluster) {
            cluster.keys.rotate();
        }
    }

    /// The issuer publishes only the key that signs: tokens of those before are no longer good.
    pub fn retire_keys(&self, cluster: &str) {
        let mut state = self.state();
        if let Some(cluster) = state.clusters.iter_mut().find(|c| c.setup.name == cluster) {
            cluster.keys.retire();
        }
    }

    /// Puts an object into a cluster as if it had always been there: a pod, a Secret. Its `kind`
    /// must be one that the sandbox lists; says whether it was put.
    #[must_use]
    pub fn put_object(&self, cluster: &str, object: serde_json::Value) -> bool {
        let state = &mut *self.state();
        let found = state.clusters.iter_mut().find(|c| c.setup.name == cluster);
        found.is_some_and(|cluster| cluster.put(object, state.now, &mut state.ids))
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
    fn answer(&mut self, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        let what = format!("{} {}", request.method(), request.uri());
        let Some(incoming) = Incoming::read(request, self) else {
            let mut response = Response::new(Refusal::unknown(&what).message.into_bytes());
            *response.status_mut() = http::StatusCode::NOT_IMPLEMENTED;
            return response;
        };
        let caller = self.caller(&incoming);
        let caller_name = caller.as_ref().map_or(String::new(), |who| who.name().to_owned());
        let operation = match incoming.service {
            Service::Iam => iam::operation(&incoming),
            Service::Sts => sts::operation(&incoming),
            Service::Eks => eks::operation(&incoming),
            Service::Kubernetes(_) => kube::operation(&incoming),
            Service::Issuer(_) => issuer::operation(&incoming),
        };
        let fault = self.faults.take(self.calls.len(), &operation);
        let refusal = fault
            .as_ref()
            .and_then(|fault| fault.refusal(incoming.service, &operation, &caller_name));
        let result = match refusal {
            Some(refusal) => Err(refusal),
            None => self.perform(&incoming, &operation, caller),
        };
        let wrote = operation.writes && result.is_ok();
        let request_id = self.ids.uuid();
        let mut response = reply::render(&incoming, &operation.name, &request_id, result);
        match &fault {
            Some(Fault::Before | Fault::After) => {
                response.extensions_mut().insert(Lost);
            }
            Some(Fault::Delayed(time)) => {
                response.extensions_mut().insert(Delay(*time));
            }
            _ => {}
        }
        self.calls.push(Call {
            service: incoming.service.name(),
            operation: operation.name,
            resource: operation.resource,
            caller: caller_name,
            status: response.status().as_u16(),
            wrote,
            fault,
        });
        response
    }

    fn perform(
        &mut self,
        incoming: &Incoming,
        operation: &Operation,
        who: Option<Who>,
    ) -> Result<Body, Refusal> {
        match incoming.service {
            Service::Issuer(cluster) => return issuer::answer(self, cluster, incoming),
            Service::Kubernetes(cluster) => {
                let user = match who {
                    Some(Who::User(user)) => Some(user),
                    _ => None,
                };
                return kube::answer(self, cluster, incoming, operation, user);
            }
            Service::Sts if operation.name == "AssumeRoleWithWebIdentity" => {
                return sts::assume_role_with_web_identity(self, incoming);
            }
            _ => {}
        }
        let Some(Who::Caller(caller)) = who else {
            return Err(if incoming.access_key.is_some() {
                faults::unknown_key(incoming.service)
            } else {
                let message = "Request is missing Authentication Token";
                Refusal::new(403, "MissingAuthenticationToken", message)
            });
        };
        if let Some((token, end)) = &caller.session {
            let given = incoming.header("x-amz-security-token");
            if given.or(incoming.query.get("X-Amz-Security-Token")) != Some(token) {
                return Err(faults::unknown_key(incoming.service));
            }
            if *end <= self.now {
                let code = match incoming.service {
                    Service::Eks => "ExpiredTokenException",
                    _ => "ExpiredToken",
                };
                let message = "The security token included in the request is expired";
                return Err(Refusal::new(403, code, message));
            }
            if operation.name != "GetCallerIdentity" {
                let Operation { name, resource, .. } = operation;
                return Err(faults::denied(incoming.service, name, resource, &caller.arn));
            }
        }
        match incoming.service {
            Service::Iam => iam::answer(self, incoming, operation, &caller),
            Service::Eks => eks::answer(self, incoming, operation, &caller),
            _ => sts::answer(operation, &caller),
        }
    }

    fn caller(&mut self, incoming: &Incoming) -> Option<Who> {
        if let Service::Kubernetes(cluster) = incoming.service {
            return kube::authenticate(self, cluster, incoming).map(Who::User);
        }
        let caller = self.callers.get(incoming.access_key.as_deref()?)?;
        Some(Who::Caller(caller.clone()))
    }
}

/// Who asks.
enum Who {
    Caller(Caller),
    User(String),
}

impl Who {
    fn name(&self) -> &str {
        match self {
            Self::Caller(caller) => &caller.arn,
            Self::User(user) => user,
        }
    }
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Sts => "sts",
            Self::Eks => "eks",
            Self::Kubernetes(_) => "kubernetes",
            Self::Issuer(_) => "issuer",
        }
    }
}
