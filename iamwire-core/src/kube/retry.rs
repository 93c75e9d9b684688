//! What Kubernetes could not answer is asked again. kube's own retry is off in the clients that are made here,
//! so that each thing is retried in one place; in one that was given it comes on top.

use std::time::Duration;

use super::KubeError;

/// As the AWS SDK: three attempts.
const ATTEMPTS: u32 = 3;

/// Calls until it is answered, three times at most: all calls that come here may be made twice.
pub(super) async fn patiently<T, F: Future<Output = Result<T, KubeError>>>(
    mut call: impl FnMut() -> F,
) -> Result<T, KubeError> {
    let mut attempt = 1;
    loop {
        match call().await {
            Err(error) if may_again(&error, attempt) => pause(&mut attempt).await,
            answer => return answer,
        }
    }
}

/// Whether there is another attempt after this one.
pub(super) fn may_again(error: &KubeError, attempt: u32) -> bool {
    error.is_passing() && attempt < ATTEMPTS
}

/// Waits before the next attempt.
pub(super) async fn pause(attempt: &mut u32) {
    tokio::time::sleep(Duration::from_millis(200) * *attempt * *attempt).await;
    *attempt += 1;
}
