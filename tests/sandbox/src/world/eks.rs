//! EKS: clusters, as REST and JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::{Body, Caller, Incoming, Operation, Refusal, State, kube};

pub(super) fn operation(incoming: &Incoming) -> Operation {
    let segments = incoming.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (name, resource) = match (incoming.method.as_str(), parts.as_slice()) {
        ("GET", ["clusters"]) => ("ListClusters".to_owned(), ""),
        ("GET", ["clusters", name]) => ("DescribeCluster".to_owned(), *name),
        (method, _) => (format!("{method} {}", incoming.path), ""),
    };
    Operation { name, resource: resource.to_owned(), writes: incoming.method != "GET" }
}

pub(super) fn answer(state: &State, incoming: &Incoming, caller: &Caller) -> Result<Body, Refusal> {
    let mut here = state.clusters.iter().filter(|cluster| {
        cluster.setup.account == caller.account()
            && cluster.setup.partition == caller.partition()
            && incoming.region.as_deref() == Some(cluster.setup.region.as_str())
    });
    match incoming.operation.name.as_str() {
        "ListClusters" => {
            let names: Vec<&str> = here.map(|cluster| cluster.setup.name.as_str()).collect();
            Ok(Body::Json(200, list(incoming, &names)))
        }
        "DescribeCluster" => {
            let name = &incoming.operation.resource;
            let message = format!("No cluster found for name: {name}.");
            let missing = || Refusal::new(404, "ResourceNotFoundException", message);
            let cluster = here.find(|cluster| cluster.setup.name == *name).ok_or_else(missing)?;
            Ok(Body::Json(200, json!({ "cluster": described(cluster) })))
        }
        other => Err(Refusal::unknown(other)),
    }
}

fn list(incoming: &Incoming, names: &[&str]) -> Value {
    let number = |name: &str| incoming.query.get(name).and_then(|text| text.parse::<usize>().ok());
    let start = number("nextToken").unwrap_or(0);
    let end = start.saturating_add(number("maxResults").unwrap_or(100).clamp(1, 100));
    let next = (names.len() > end).then(|| end.to_string());
    let page: Vec<&&str> = names.iter().skip(start).take(end - start).collect();
    json!({"clusters": page, "nextToken": next})
}

fn described(cluster: &kube::Cluster) -> Value {
    let setup = &cluster.setup;
    let super::Cluster { name, partition, region, account, .. } = setup;
    let identity = setup.issuer.as_ref().map(|issuer| json!({"oidc": {"issuer": issuer}}));
    json!({
        "name": name, "arn": format!("arn:{partition}:eks:{region}:{account}:cluster/{name}"),
        "createdAt": cluster.created.div_euclid(1000), "version": setup.version,
        "endpoint": setup.endpoint, "status": setup.status, "tags": {}, "health": {"issues": []},
        "platformVersion": "eks.1", "accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"},
        "roleArn": format!("arn:{partition}:iam::{account}:role/eks-cluster"),
        "resourcesVpcConfig": {
            "subnetIds": [], "securityGroupIds": [], "vpcId": "vpc-0123456789abcdef0",
            "endpointPublicAccess": true, "endpointPrivateAccess": false,
            "publicAccessCidrs": ["0.0.0.0/0"],
        },
        "kubernetesNetworkConfig": {"serviceIpv4Cidr": "10.100.0.0/16", "ipFamily": "ipv4"},
        "identity": identity.unwrap_or_else(|| json!({})),
        "certificateAuthority": {"data": BASE64.encode(&setup.certificate_authority)},
    })
}
