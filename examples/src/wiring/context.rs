//! [`Context`]: which context of `KUBECONFIG` is the cluster's, where nobody named one.

use iamwire_core::kube::{KubeError, kubeconfig};
use iamwire_core::{ClusterArn, ClusterId};

/// A context that was found, not named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Context {
    pub(super) name: String,
    /// Nothing but that there is no other speaks for it.
    pub(super) is_only: bool,
}

impl Context {
    /// The context of the kubeconfig in `KUBECONFIG` for a cluster of EKS; none: EKS tells the way.
    ///
    /// It is the one that is called as the cluster, by its own name or that of its cluster in the file, the
    /// current one before others; else the only one that is called as an ARN that fits, of whatever account: the
    /// plan holds it against the cluster's; else the only one. Whatever is called as another cluster is not
    /// taken.
    ///
    /// # Errors
    /// If the kubeconfig can't be read.
    pub(super) fn of(cluster: &ClusterId, region: Option<&str>) -> Result<Option<Self>, KubeError> {
        if std::env::var_os("KUBECONFIG").is_none_or(|files| files.is_empty()) {
            return Ok(None);
        }
        let Some(config) = kubeconfig()? else { return Ok(None) };
        let contexts = config.contexts.iter().map(|named| {
            let of = named.context.as_ref().map_or("", |context| context.cluster.as_str());
            (named.name.as_str(), of)
        });
        let mut contexts: Vec<(&str, &str)> = contexts.collect();
        let current = config.current_context.as_deref();
        contexts.sort_by_key(|(name, _)| Some(*name) != current);
        Ok(Sought { cluster, region }.found(&contexts))
    }

    fn named(name: &str, is_only: bool) -> Self {
        Self { name: name.to_owned(), is_only }
    }

    /// What there is to say of it.
    pub(super) fn told(&self) -> String {
        if self.is_only {
            format!("{}   the only one of KUBECONFIG; `--context` names another", self.name)
        } else {
            format!("{}   of KUBECONFIG", self.name)
        }
    }
}

/// What a name in a kubeconfig says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Says {
    /// It is the cluster: its name or ARN, or eksctl's name with its region.
    It,
    /// It may be: name and region of an ARN fit, and whose account is meant isn't known.
    Perhaps(ClusterArn),
    /// It is another one.
    Other,
    Nothing,
}

/// The cluster, and its region where that is known.
struct Sought<'a> {
    cluster: &'a ClusterId,
    region: Option<&'a str>,
}

impl Sought<'_> {
    /// Among contexts with the names of their clusters.
    fn found(&self, contexts: &[(&str, &str)]) -> Option<Context> {
        let says = contexts.iter().map(|(name, of)| (*name, [self.says(name), self.says(of)]));
        let may_be = says.filter(|(_, says)| !says.contains(&Says::Other));
        let may_be: Vec<(&str, [Says; 2])> = may_be.collect();
        if let Some((name, _)) = may_be.iter().find(|(_, says)| says.contains(&Says::It)) {
            return Some(Context::named(name, false));
        }
        let arns = may_be.iter().flat_map(|(name, says)| says.iter().map(move |says| (name, says)));
        let arns = arns.filter_map(|(name, says)| match says {
            Says::Perhaps(arn) => Some((name, arn)),
            _ => None,
        });
        let arns: Vec<(&&str, &ClusterArn)> = arns.collect();
        if let Some((name, first)) = arns.first() {
            let is_one = arns.iter().all(|(_, arn)| arn == first);
            return is_one.then(|| Context::named(name, false));
        }
        match (contexts, may_be.as_slice()) {
            ([_], [(name, _)]) => Some(Context::named(name, true)),
            _ => None,
        }
    }

    fn says(&self, text: &str) -> Says {
        if text == self.cluster.as_str() || text == self.cluster.label() {
            Says::It
        } else if text.starts_with("arn:") {
            match text.parse() {
                Ok(arn) if self.may_be(&arn) => Says::Perhaps(arn),
                _ => Says::Other,
            }
        } else if let Some(text) = text.strip_suffix(".eksctl.io") {
            // `USER@CLUSTER.REGION.eksctl.io`; that of the cluster has no user.
            let text = text.rsplit_once('@').map_or(text, |(_, text)| text);
            match (text.split_once('.'), self.region) {
                (Some((name, region)), Some(of)) if name == self.cluster.label() => {
                    if region == of { Says::It } else { Says::Other }
                }
                _ => Says::Other,
            }
        } else if is_of_another_kind(text) {
            Says::Other
        } else {
            Says::Nothing
        }
    }

    /// Only the account is open.
    fn may_be(&self, arn: &ClusterArn) -> bool {
        self.cluster.arn().is_none()
            && arn.name().as_str() == self.cluster.label()
            && self.region.is_none_or(|region| region == arn.region())
    }
}

/// As programs that run clusters on this machine, and GKE, name theirs.
fn is_of_another_kind(text: &str) -> bool {
    const NAMES: [&str; 9] = [
        "colima",
        "docker-desktop",
        "docker-for-desktop",
        "kind",
        "microk8s",
        "microk8s-cluster",
        "minikube",
        "orbstack",
        "rancher-desktop",
    ];
    const BEGINNINGS: [&str; 4] = ["colima-", "gke_", "k3d-", "kind-"];
    NAMES.contains(&text) || BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:eks:eu-west-3:123456789012:cluster/prod";

    /// The context that is found, and `only` where nothing else speaks for it.
    fn found(cluster: &str, contexts: &[(&str, &str)]) -> Option<(String, bool)> {
        let cluster: ClusterId = cluster.parse().unwrap();
        let sought = Sought { cluster: &cluster, region: Some("eu-west-3") };
        let found = sought.found(contexts);
        found.map(|context| (context.name, context.is_only))
    }

    #[test]
    fn what_is_called_as_the_cluster_is_taken() {
        let other = ("kind-kind", "kind-kind");
        for cluster in ["prod", ARN] {
            for context in [
                ("prod", "c"),
                ("c", "prod"),
                ("alice@prod.eu-west-3.eksctl.io", "prod.eu-west-3.eksctl.io"),
                ("alice@example.com@prod.eu-west-3.eksctl.io", "c"),
                // `aws eks update-kubeconfig --alias prod`.
                ("prod", ARN),
            ] {
                let taken = Some((context.0.to_owned(), false));
                assert_eq!(found(cluster, &[other, context]), taken, "{cluster} {context:?}");
            }
        }
        assert_eq!(found(ARN, &[other, (ARN, ARN)]), Some((ARN.to_owned(), false)));
        assert_eq!(found("kind-kind", &[other]), Some(("kind-kind".to_owned(), false)));
    }

    #[test]
    fn the_only_one_is_taken_unless_it_is_called_as_another() {
        for cluster in ["prod", ARN] {
            for name in ["tests", "default", "kubernetes-admin@kubernetes", "kindergarten"] {
                let one = (name, "c");
                assert_eq!(found(cluster, &[one]), Some((name.to_owned(), true)), "{name}");
                assert_eq!(found(cluster, &[one, ("d", "d")]), None, "{name}");
            }
            for name in [
                "kind-kind",
                "minikube",
                "docker-desktop",
                "k3d-prod",
                "gke_project_europe-west9_prod",
                "arn:aws:eks:eu-west-3:123456789012:cluster/staging",
                "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
                "arn:aws:sts::123456789012:assumed-role/a/b",
                "alice@staging.eu-west-3.eksctl.io",
                "alice@prod.eu-west-1.eksctl.io",
            ] {
                assert_eq!(found(cluster, &[(name, "c")]), None, "{cluster} {name}");
                assert_eq!(found(cluster, &[("c", name)]), None, "{cluster} of {name}");
                // Also not if somebody has called it `prod`.
                assert_eq!(found(cluster, &[("prod", name)]), None, "{cluster} prod {name}");
            }
        }
        assert_eq!(found("prod", &[]), None);
    }

    /// Whose cluster is meant by an ARN is told by the plan, unless there are several to choose from.
    #[test]
    fn an_arn_that_fits_is_taken_if_there_is_one() {
        let elsewhere = ARN.replace("123456789012", "210987654321");
        let taken = Some((elsewhere.clone(), false));
        assert_eq!(found("prod", &[("kind-kind", "c"), (&elsewhere, &elsewhere)]), taken);
        assert_eq!(found(ARN, &[("prod", &elsewhere)]), None);
        assert_eq!(found("prod", &[(&elsewhere, &elsewhere), (ARN, ARN)]), None);
        let twice = [("alice", ARN), ("bob", ARN)];
        assert_eq!(found("prod", &twice), Some(("alice".to_owned(), false)));
        let cluster: ClusterId = "prod".parse().unwrap();
        let nowhere = Sought { cluster: &cluster, region: None };
        assert_eq!(nowhere.found(&[("a@prod.eu-west-3.eksctl.io", "c")]), None);
        assert_eq!(nowhere.found(&[("a", ARN)]), Some(Context::named("a", false)));
    }
}
