//! The embedded sandbox: a loopback AWS and Kubernetes in this process.

use std::io;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use iamwire_core::aws::aws_credential_types::Credentials;
use iamwire_core::aws::aws_credential_types::provider::SharedCredentialsProvider;
use iamwire_core::kube::kube::config::Kubeconfig;
use iamwire_core::kube::kube::{Client, Config};
use iamwire_core::{TlsProbe, Wirer};
use iamwire_sandbox::Sandbox;
use iamwire_sandbox::world::{Cluster, Identity};
use serde_json::json;

use crate::Failure;

/// The sandbox with a service account that pods use already, as it is before a wiring.
#[derive(Debug)]
pub(crate) struct Embedded(Sandbox);

impl Embedded {
    pub(crate) fn start() -> Result<Self, Failure> {
        let sandbox = Sandbox::start().map_err(|error| not_started(&error))?;
        let world = sandbox.world();
        let account = json!({
            "kind": "ServiceAccount",
            "metadata": {"namespace": "shop", "name": "my-s3-role"},
        });
        let pods = ["fx7pz", "q2wlk"].map(|suffix| {
            json!({
                "kind": "Pod",
                "metadata": {
                    "namespace": "shop", "name": format!("web-7d9c5b6f4-{suffix}"),
                    "labels": {"pod-template-hash": "7d9c5b6f4"},
                    "ownerReferences": [{
                        "apiVersion": "apps/v1", "kind": "ReplicaSet",
                        "name": "web-7d9c5b6f4", "controller": true,
                    }],
                },
                "spec": {"serviceAccountName": "my-s3-role", "containers": [{"name": "web"}]},
                "status": {"phase": "Running"},
            })
        });
        let put = |object| world.put_object(&Cluster::default().name, object);
        if !(put(account) && pods.into_iter().all(put)) {
            return Err(not_started(&io::Error::other("it does not take its objects")));
        }
        Ok(Self(sandbox))
    }

    pub(crate) fn wirer(&self) -> Result<Wirer, Failure> {
        let kubernetes = self.kubernetes().map_err(|error| not_started(&error))?;
        Ok(Wirer::new(&self.config()).kube(kubernetes).tls(self.probe()?))
    }

    /// The client of the cluster, whatever proxy the environment names: `kube` asks for it where it reads a
    /// kubeconfig.
    fn kubernetes(&self) -> io::Result<Client> {
        let file = Kubeconfig::read_from(self.0.kubeconfig()).map_err(io::Error::other)?;
        let cluster = file.clusters.into_iter().next().and_then(|named| named.cluster);
        let server = cluster.and_then(|cluster| cluster.server).unwrap_or_default();
        let mut config = Config::new(server.parse().map_err(io::Error::other)?);
        // None of the machine's, which may have none.
        config.root_cert = Some(Vec::new());
        config.root_cert_file = Some(self.0.ca_bundle());
        let user = file.auth_infos.into_iter().next().and_then(|named| named.auth_info);
        config.auth_info = user.unwrap_or_default();
        Client::try_from(config).map_err(io::Error::other)
    }

    /// What connects to the issuer's host, and to any other, in the sandbox.
    pub(crate) fn probe(&self) -> Result<TlsProbe, Failure> {
        let address = self.0.tls_address();
        let roots = std::fs::read(self.0.ca_bundle()).map_err(|error| not_started(&error))?;
        Ok(TlsProbe::new().roots(&roots)?.resolver(move |_, _| Ok(vec![address])))
    }

    /// Nothing of it comes from the environment: its client knows neither proxies nor TLS.
    fn config(&self) -> SdkConfig {
        let Identity { access_key_id, secret_access_key, .. } = Identity::default();
        let keys = Credentials::new(access_key_id, secret_access_key.0, None, None, "the sandbox");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::new(Cluster::default().region))
            .endpoint_url(self.0.endpoint_url())
            .credentials_provider(SharedCredentialsProvider::new(keys))
            .build()
    }
}

fn not_started(error: &io::Error) -> Failure {
    Failure::refused(
        format!("the sandbox can't be started: {error}"),
        "it needs a port on 127.0.0.1 and a temporary folder",
    )
}
