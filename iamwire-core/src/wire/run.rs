//! One operation: its deadline, how many calls are under way, how many there were.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use tokio::sync::{MutexGuard, OnceCell, Semaphore};
use tokio::time::{Instant, sleep_until, timeout_at};
use tracing::{Instrument as _, debug_span};

use super::error::deadline;
use super::pause::Pause;
use super::slots::Slot;
use super::{Event, WireError, Wirer};
use crate::call::Looked;
use crate::kube::KubeError;
use crate::tls::moment_after;
use crate::{Change, ClusterId, ProviderArn, RoleArn, Sight};

/// Calls under way at once: more is throttled by IAM sooner than it helps.
const UNDER_WAY: usize = 16;

/// One operation of a [`Wirer`].
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) wirer: &'a Wirer,
    until: Instant,
    permits: Semaphore,
    calls: AtomicUsize,
    /// What a cluster knows the caller by, once that was asked for.
    principal: OnceCell<String>,
    made: Mutex<Made>,
    /// Whether somebody else was seen at work on the same things.
    crowded: AtomicBool,
}

/// What this operation has made: IAM may not know it everywhere yet.
#[derive(Debug, Default)]
struct Made {
    roles: BTreeSet<RoleArn>,
    providers: BTreeSet<ProviderArn>,
}

impl<'a> Run<'a> {
    /// Begins; fails where nothing could be called.
    pub(super) fn begin(wirer: &'a Wirer) -> Result<Self, WireError> {
        wirer.cluster.check()?;
        wirer.role_aws().check()?;
        Ok(Self {
            wirer,
            until: moment_after(wirer.deadline),
            permits: Semaphore::new(UNDER_WAY),
            calls: AtomicUsize::new(0),
            principal: OnceCell::new(),
            made: Mutex::default(),
            crowded: AtomicBool::new(false),
        })
    }

    /// Calls made so far.
    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    pub(super) fn pause(&self) -> Pause {
        Pause::until(self.until, self.wirer.deadline)
    }

    /// Waits for a time, or as long as there is this much room before the deadline.
    pub(super) async fn sleep_until(&self, time: Instant, room: Duration) {
        let latest = self.until.checked_sub(room).unwrap_or(self.until);
        sleep_until(time.min(latest)).await;
    }

    pub(super) fn tell(&self, event: impl FnOnce() -> Event) {
        self.wirer.listener.tell(event);
    }

    /// Makes one call, when its turn has come, and only until the deadline.
    pub(super) fn call<'c, T: Send + 'c, E: Send + 'c>(
        &'c self,
        what: &'c str,
        call: impl Future<Output = Result<T, E>> + Send + 'c,
    ) -> BoxFuture<'c, Result<Result<T, E>, WireError>> {
        let bounded = async move {
            // The semaphore is never closed; without a permit the call is made all the same.
            let turn = timeout_at(self.until, self.permits.acquire()).await;
            let _permit = turn.map_err(|_| self.deadline(what))?;
            // The deadline of those before it may have given it the turn.
            if Instant::now() >= self.until {
                return Err(self.deadline(what));
            }
            self.calls.fetch_add(1, Ordering::Relaxed);
            timeout_at(self.until, call).await.map_err(|_| self.deadline(what))
        };
        // Calls of the SDK are large: they are kept beside, not within.
        bounded.instrument(debug_span!(target: "iamwire", "call", what)).boxed()
    }

    /// Does something else than a call, only until the deadline.
    pub(super) async fn within<T>(
        &self,
        what: &str,
        work: impl Future<Output = T>,
    ) -> Result<T, WireError> {
        timeout_at(self.until, work).await.map_err(|_| self.deadline(what))
    }

    fn deadline(&self, what: &str) -> WireError {
        deadline(what, self.wirer.deadline)
    }

    /// Waits, only until the deadline, until nobody else of this process writes to a role.
    pub(super) async fn turn<'c>(
        &self,
        slot: &'c Slot,
        what: &str,
    ) -> Result<MutexGuard<'c, ()>, WireError> {
        self.within(what, slot.lock()).await
    }

    /// Looks at one thing. What makes every further call pointless is an error, all else a sight.
    pub(super) fn look<'c, T: Send + 'c, E: Looked + Into<WireError> + Send + 'c>(
        &'c self,
        what: &'c str,
        call: impl Future<Output = Result<T, E>> + Send + 'c,
    ) -> impl Future<Output = Result<Sight<T>, WireError>> {
        let call = self.call(what, call);
        async {
            match call.await? {
                Ok(seen) => Ok(Sight::Seen(seen)),
                Err(error) if error.is_hopeless() => Err(error.into()),
                Err(error) => Ok(error.sight()),
            }
        }
    }

    /// Says of a caller that a cluster doesn't know who it is; of one who may have other credentials than those
    /// that AWS is called with here nothing more can be said.
    pub(super) async fn explained(&self, error: KubeError, cluster: &ClusterId) -> KubeError {
        if !matches!(error, KubeError::Unknown(_)) || !self.wirer.is_known_by_aws(cluster).await {
            return error;
        }
        let by_program = self.wirer.given.kubeconfig.is_some();
        match self.principal.get_or_try_init(|| self.known_as()).await {
            Ok(principal) => error.of_principal(principal, cluster.label(), by_program),
            Err(()) => error,
        }
    }

    /// What a cluster knows the caller by: of a session the role, with the path that the session leaves out.
    async fn known_as(&self) -> Result<String, ()> {
        let aws = &self.wirer.cluster;
        let identity = self.call("the caller", aws.identity()).await;
        let identity = identity.ok().and_then(Result::ok).ok_or(())?;
        let Some(role) = identity.role() else { return Ok(identity.arn) };
        let seen = self.call("the role of the caller", aws.role(&role)).await;
        let seen = seen.ok().and_then(Result::ok).filter(|seen| *seen.arn.name() == role);
        Ok(seen.map_or_else(|| identity.without_path(&role), |seen| seen.arn.to_string()))
    }

    /// Somebody else is at work on the same things.
    pub(super) fn is_crowded_from_now_on(&self) {
        self.crowded.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_crowded(&self) -> bool {
        self.crowded.load(Ordering::Relaxed)
    }

    /// Remembers a role or provider that was made.
    pub(super) fn has_made(&self, change: &Change) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        match change {
            Change::CreateRole { role, .. } => {
                made.roles.insert(role.clone());
            }
            Change::CreateProvider { provider, .. } => {
                made.providers.insert(provider.clone());
            }
            _ => {}
        }
    }

    /// Whether a role is so fresh that IAM may not know it yet.
    pub(super) fn is_fresh(&self, role: &RoleArn) -> bool {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).roles.contains(role)
    }

    /// Whether a provider is so fresh that IAM may not know it yet.
    pub(super) fn any_fresh_provider(&self) -> bool {
        !self.made.lock().unwrap_or_else(PoisonError::into_inner).providers.is_empty()
    }
}
