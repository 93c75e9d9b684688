//! Whether the API server that was reached is the one that EKS tells of.

use super::ground::{Ground, Placed};
use crate::error::quoted;
use crate::{Finding, Severity};

/// Warns where a kubeconfig leads elsewhere than to the cluster's endpoint: to another cluster, or there
/// through a tunnel, which nobody can tell from here.
pub(super) fn notice(ground: &Ground<'_>, placed: &Placed<'_>) -> Option<Finding> {
    let id = placed.cluster.id();
    let endpoint = host(placed.seen?.endpoint.as_deref()?);
    let server = host(&ground.observed.ways.get(id)?.server);
    let message = || {
        let (cluster, server, endpoint) = (quoted(id.as_str()), quoted(&server), quoted(&endpoint));
        format!("the kubeconfig leads to {server}, cluster {cluster} is at {endpoint}")
    };
    (server != endpoint).then(|| {
        Finding::new(
            "plan.other-server",
            Severity::Warning,
            message(),
            "fine through a tunnel or proxy; else name another context or kubeconfig, or none: then EKS tells the way",
        )
    })
}

/// The host of a URL, with what distinguishes two servers: a port that is not 443, a path.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let authority = authority.strip_suffix(":443").unwrap_or(authority).to_ascii_lowercase();
    format!("{authority}{}", path.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_server_is_the_same_however_it_is_written() {
        let endpoint = "https://ABC.gr7.eu-west-3.eks.amazonaws.com";
        for same in [
            "https://abc.gr7.eu-west-3.eks.amazonaws.com",
            "https://ABC.gr7.eu-west-3.eks.amazonaws.com:443/",
            "https://me:secret@ABC.gr7.eu-west-3.eks.amazonaws.com",
        ] {
            assert_eq!(host(same), host(endpoint));
        }
        for other in [
            "https://ABC.gr7.eu-west-3.eks.amazonaws.com:8443",
            "https://rancher.example.com/k8s/clusters/c-1",
            "https://DEF.gr7.eu-west-3.eks.amazonaws.com",
        ] {
            assert_ne!(host(other), host(endpoint));
        }
    }
}
