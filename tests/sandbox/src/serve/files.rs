//! What clients read: files, and variables that name them.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::world::{Cluster, Setup};

pub(super) const CA_BUNDLE: &str = "ca.pem";
pub(super) const KUBECONFIG: &str = "kubeconfig";

/// Writes the files into a directory; gives the variables to export.
pub(super) fn write(
    directory: &Path,
    setup: &Setup,
    root: &str,
    endpoint: SocketAddr,
) -> io::Result<Vec<(&'static str, String)>> {
    let (ca_bundle, kubeconfig) = (directory.join(CA_BUNDLE), directory.join(KUBECONFIG));
    std::fs::write(&ca_bundle, root)?;
    // JSON is YAML too.
    std::fs::write(&kubeconfig, format!("{:#}\n", contexts(setup)))?;
    let region = setup.clusters.first().map_or("us-east-1", |cluster| &cluster.region);
    let mut env = vec![
        ("AWS_ENDPOINT_URL", format!("http://{endpoint}")),
        ("AWS_CA_BUNDLE", ca_bundle.display().to_string()),
        // The SDKs read the one, boto3 and the AWS CLI the other.
        ("AWS_REGION", region.to_owned()),
        ("AWS_DEFAULT_REGION", region.to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("KUBECONFIG", kubeconfig.display().to_string()),
    ];
    if let Some(identity) = setup.identities.first() {
        env.push(("AWS_ACCESS_KEY_ID", identity.access_key_id.clone()));
        env.push(("AWS_SECRET_ACCESS_KEY", identity.secret_access_key.0.clone()));
    }
    env.sort_unstable();
    Ok(env)
}

/// A kubeconfig: a context, a cluster and a user for each cluster, all by its name.
fn contexts(setup: &Setup) -> Value {
    let all = |member: &str, content: &dyn Fn(&Cluster) -> Value| -> Value {
        let clusters = setup.clusters.iter();
        clusters.map(|cluster| json!({"name": cluster.name, member: content(cluster)})).collect()
    };
    json!({
        "apiVersion": "v1", "kind": "Config", "preferences": {},
        "current-context": setup.clusters.first().map_or("", |cluster| &cluster.name),
        "clusters": all("cluster", &|cluster| json!({
            "server": cluster.endpoint,
            "certificate-authority-data": BASE64.encode(&cluster.certificate_authority),
        })),
        "contexts": all("context", &|cluster| json!({
            "cluster": cluster.name, "user": cluster.name,
        })),
        "users": all("user", &|cluster| json!({"token": cluster.token.0})),
    })
}
