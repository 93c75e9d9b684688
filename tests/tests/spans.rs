//! What `tracing` is told. It is a process of its own: a span that another thread meets first may stay unheard
//! by a subscriber of this one.

#![expect(
    clippy::unwrap_used,
    reason = "for tests alone: what is not as it should be fails the test"
)]

use std::sync::{Arc, Mutex};

use iamwire_core::{Account, Binding, Cluster, Desired, Role, Wirer};
use iamwire_sandbox::world::Setup;
use iamwire_tests::cloud::Cloud;
use tracing::subscriber::set_default;
use tracing_subscriber::fmt::format::FmtSpan;

/// What was written, by whichever clone.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_span_for_each_change_and_each_call() {
    let cloud = Cloud::new(Setup::default());
    let cluster = Cluster::from_name("prod").unwrap();
    let role =
        Role::new("api".parse().unwrap()).managed_policy("AmazonS3ReadOnlyAccess".parse().unwrap());
    let binding = Binding::new(&cluster, Account::new("shop/api".parse().unwrap()), role);
    let desired = Desired::new([binding]).unwrap();
    let wirer = Wirer::new(&cloud.sdk()).kube(cloud.kube(&cloud.sdk()));
    let written = Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_span_events(FmtSpan::NEW)
        .with_writer(move || writer.clone())
        .without_time()
        .finish();
    let guard = set_default(subscriber);
    let applied = wirer.wire(&desired).await.unwrap();
    drop(guard);
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| line.ends_with("iamwire: new")).collect();
    for change in &applied.changes {
        let span = format!("change{{what={change}}}: iamwire: new");
        assert_eq!(lines.iter().filter(|line| line.ends_with(&span)).count(), 1, "{span}\n{text}");
    }
    // A call to the cluster may be two requests: what is made by applying is then looked at.
    let calls = lines.iter().filter(|line| line.contains("call{what="));
    assert_eq!(calls.count(), applied.calls, "{text}");
    let within = |line: &&&str| line.contains("change{what=") && line.contains(":call{what=");
    assert_eq!(lines.iter().filter(within).count(), applied.changes.len(), "{text}");
}
