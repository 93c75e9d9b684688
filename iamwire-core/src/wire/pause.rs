//! Waiting, with a bound: longer from time to time, with jitter, never over the deadline.

use std::time::Duration;

use tokio::time::Instant;

use super::WireError;
use super::error::deadline;

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(5);

/// The waits of one thing.
#[derive(Debug)]
pub(super) struct Pause {
    until: Instant,
    next: Duration,
    count: usize,
}

impl Pause {
    pub(super) fn until(until: Instant) -> Self {
        Self { until, next: FIRST, count: 0 }
    }

    /// Waits so far.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Waits for `what`, half of the time for sure; the deadline if that would come first.
    pub(super) async fn wait(&mut self, what: &str) -> Result<(), WireError> {
        let time = self.next.mul_f64(0.5 + fastrand::f64() / 2.0);
        self.next = (self.next * 2).min(LONGEST);
        if Instant::now() + time >= self.until {
            return Err(deadline(what));
        }
        tokio::time::sleep(time).await;
        self.count += 1;
        Ok(())
    }
}
