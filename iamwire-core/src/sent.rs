//! [`Sent`]: what was sent of a change and not refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many requests of a change were sent and not refused: each of them may have been carried out, whatever
/// the last one was answered. A clone counts with it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sent(Arc<AtomicUsize>);

impl Sent {
    /// A request is on its way.
    pub(crate) fn one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// It was answered with this status, and not carried out if that is a refusal.
    pub(crate) fn answered(&self, status: u16) {
        if (300..500).contains(&status) {
            self.was_not();
        }
    }

    /// It was not sent after all.
    pub(crate) fn was_not(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether any may have been carried out.
    pub(crate) fn is_any(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}
