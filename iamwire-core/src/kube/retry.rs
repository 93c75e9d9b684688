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
            Err(error) if error.is_passing() && attempt < ATTEMPTS => {
                tokio::time::sleep(Duration::from_millis(200) * attempt * attempt).await;
                attempt += 1;
            }
            answer => return answer,
        }
    }
}
