//! What `tracing` is told. It is a process of its own: a span that another thread meets first may stay unheard
//! by a subscriber of this one.

#![expect(
    clippy::unwrap_used,
    reason = "for tests alone: what is not as it should be fails the test"
)]

use std::sync::{Arc, Mutex};

use iamwire_core::{Account, Binding, Cluster, Desired, Role, Wirer};
use iamwire_sandbox::world::{Fault, Identity, Setup, When};
use iamwire_tests::cloud::Cloud;
use tracing::subscriber::set_default;
use tracing_subscriber::fmt::format::FmtSpan;

/// What was written, by whichever clone.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

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
    let text = written.text();
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

    // What was signed is not told, also where AWS tells it.
    let message =
        "it does not match: 'AWS4-HMAC-SHA256 Credential=x, X-Amz-Signature=y'".to_owned();
    let fault = Fault::Error { status: 403, code: "SignatureDoesNotMatch".to_owned(), message };
    cloud.world().fail(When::Operation("GetRole".to_owned()), 9, fault);
    let _ = wirer.plan(&desired).await.unwrap_err();
    drop(guard);
    let text = written.text();
    let own: Vec<&str> = text.lines().filter(|line| line.contains(" iamwire: ")).collect();
    assert!(own.len() > lines.len());
    let secret = Identity::default().secret_access_key.0;
    for canary in [secret.as_str(), "AWS4-HMAC", "X-Amz-Signature", "k8s-aws-v1", "Bearer"] {
        assert!(!own.iter().any(|line| line.contains(canary)), "{canary} is logged");
    }
    // Neither do the libraries beneath tell what is secret.
    for canary in [secret.as_str(), "k8s-aws-v1."] {
        assert!(!text.contains(canary), "{canary} is logged");
    }
}
