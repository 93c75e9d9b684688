//! One writer at a time for each role, and what he wrote.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{RoleName, TrustPolicy};

/// The roles that were written, or are about to be.
#[derive(Debug, Default)]
pub(super) struct Slots(Mutex<BTreeMap<RoleName, Arc<Slot>>>);

/// A role: who holds the lock writes.
#[derive(Debug, Default)]
pub(super) struct Slot {
    written: tokio::sync::Mutex<()>,
    last: Mutex<Last>,
}

/// The trust policy that was written last, and how often one was.
#[derive(Debug, Clone, Default)]
pub(super) struct Last {
    pub(super) count: u64,
    pub(super) trust: Option<TrustPolicy>,
}

impl Slots {
    pub(super) fn of(&self, role: &RoleName) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(role.clone()).or_default())
    }
}

impl Slot {
    /// Waits until nobody else writes.
    pub(super) async fn lock(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.written.lock().await
    }

    pub(super) fn last(&self) -> Last {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A trust policy was written, or may have been.
    pub(super) fn wrote(&self, trust: Option<TrustPolicy>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Last { count: last.count + 1, trust };
    }
}
