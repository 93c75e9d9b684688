//! [`Event`]: what happens, as it happens.

use std::fmt;
use std::sync::Arc;

use crate::{Change, Plan, RoleArn};

/// What happens, as it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Everything was looked at, and this is about to be made; again if something came in between. A plan
    /// that was only asked for is not told of.
    Planned(Box<Plan>),
    /// A change is begun.
    Begun(Change),
    /// A change is made. That of a trust policy is confirmed later: see [`Self::Confirmed`].
    Done(Change),
    /// A trust policy was read back, and what was written is in it.
    Confirmed(RoleArn),
    /// Somebody else wrote the trust policy at the same time: what was written is merged into that.
    Raced(RoleArn),
    /// Something isn't there yet, and is waited for: in words.
    Waiting(String),
    /// Something is not as it was planned on, and everything is looked at again: in words.
    Again(String),
}

/// Who is told.
#[derive(Clone, Default)]
pub(super) struct Listener(Option<Arc<Told>>);

type Told = dyn Fn(&Event) + Send + Sync;

impl Listener {
    pub(super) fn new(listener: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    /// Tells it; the event is made only if somebody listens.
    pub(super) fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(listener) = &self.0 {
            listener(&event());
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listener").field(&self.0.is_some()).finish()
    }
}
