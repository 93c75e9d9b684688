//! Waiting, with a bound: longer from time to time, with jitter, never over the deadline.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::WireError;
use super::error::deadline;

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(5);

/// What is left for the call after the last wait, but a tenth of the deadline at most.
const LAST_CALL: Duration = Duration::from_secs(1);

/// The waits of one thing.
#[derive(Debug)]
pub(super) struct Pause {
    /// When the last wait ends.
    until: Instant,
    /// How long after the begin the deadline is.
    deadline: Duration,
    next: Duration,
    count: usize,
    /// What was answered before the last wait.
    last: Option<WireError>,
}

impl Pause {
    pub(super) fn until(until: Instant, deadline: Duration) -> Self {
        let until = until.checked_sub(LAST_CALL.min(deadline / 10)).unwrap_or(until);
        Self { until, deadline, next: FIRST, count: 0, last: None }
    }

    /// Waits so far.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// What was answered before the last wait.
    pub(super) fn take_last(&mut self) -> Option<WireError> {
        self.last.take()
    }

    /// Waits for `what`, which was answered with `why`, half of the time for sure, but not for so long that the
    /// deadline leaves no time for another call; if there is none by now, it is the deadline.
    pub(super) async fn wait(
        &mut self,
        what: &str,
        why: Option<WireError>,
    ) -> Result<(), WireError> {
        let time = self.next.mul_f64(0.5 + fastrand::f64() / 2.0);
        self.next = (self.next * 2).min(LONGEST);
        let now = Instant::now();
        if now >= self.until {
            return Err(deadline(what, self.deadline).after(why));
        }
        sleep_until(self.until.min(now + time)).await;
        self.count += 1;
        self.last = why;
        Ok(())
    }
}
