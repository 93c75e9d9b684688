//! The error of calls to Kubernetes.

use super::proxy::proxy_to_check;
use crate::call::{CallFailure, Looked, is_for_other_names};
use crate::{Refusal, Unseen};

/// A call to Kubernetes that failed.
///
/// `Display` names verb and resource, the server's own text and reason; [`miette::Diagnostic`] adds a
/// stable code and the help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KubeError {
    /// How to reach the cluster could not be told: the kubeconfig, the endpoint, its certificates, or the AWS
    /// credentials that make its token.
    #[error("{0}")]
    Access(Refusal),
    /// The cluster doesn't know the caller.
    #[error("{0}")]
    Unknown(CallFailure),
    /// The caller may not do this: verb and resource are the operation.
    #[error("{0}")]
    Denied(CallFailure),
    /// What was asked for isn't there.
    #[error("{0}")]
    Missing(CallFailure),
    /// It is there already.
    #[error("{0}")]
    Exists(CallFailure),
    /// Another field manager owns a field with another value.
    #[error("{0}")]
    Owned(CallFailure),
    /// Somebody else changes it at the same time, or it is going.
    #[error("{0}")]
    Busy(CallFailure),
    /// Too many requests.
    #[error("{0}")]
    Throttled(CallFailure),
    /// Kubernetes doesn't take what was sent.
    #[error("{0}")]
    Refused(CallFailure),
    /// Kubernetes failed: a write may have been done.
    #[error("{0}")]
    Failed(CallFailure),
    /// Nobody answered: a write may have been done.
    #[error("{0}")]
    Unreachable(CallFailure),
}

impl KubeError {
    /// The stable code, for instance `kube.denied`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Access(refusal) => refusal.code(),
            Self::Unknown(_) => "kube.unknown-principal",
            Self::Denied(_) => "kube.denied",
            Self::Missing(_) => "kube.missing",
            Self::Exists(_) => "kube.exists",
            Self::Owned(_) => "kube.field-manager",
            Self::Busy(_) => "kube.busy",
            Self::Throttled(_) => "kube.throttled",
            Self::Refused(_) => "kube.refused",
            Self::Failed(_) => "kube.failed",
            Self::Unreachable(_) => "kube.unreachable",
        }
    }

    /// The next step.
    #[must_use]
    pub fn help(&self) -> &str {
        match (self, self.call()) {
            (Self::Access(refusal), _) => refusal.help(),
            (_, Some(call)) => call.help(),
            (_, None) => "",
        }
    }

    /// The call that failed; none where nothing was called.
    #[must_use]
    pub fn call(&self) -> Option<&CallFailure> {
        match self {
            Self::Access(_) => None,
            Self::Unknown(call)
            | Self::Denied(call)
            | Self::Missing(call)
            | Self::Exists(call)
            | Self::Owned(call)
            | Self::Busy(call)
            | Self::Throttled(call)
            | Self::Refused(call)
            | Self::Failed(call)
            | Self::Unreachable(call) => Some(call),
        }
    }

    /// Whether a write that failed so may have been done all the same: by this answer alone, which knows nothing
    /// of an attempt before it that was lost.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Unreachable(_))
    }

    /// Whether the same call may be answered in a moment.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Throttled(_) | Self::Failed(_) => true,
            Self::Unreachable(call) => {
                let lasting = ["certificate", UNREADABLE];
                !lasting.iter().any(|text| call.message().contains(text))
            }
            _ => false,
        }
    }

    /// Says of a caller with a token of AWS that the cluster doesn't know who it is.
    /// By a program of a kubeconfig it may be somebody else.
    pub(crate) fn of_principal(self, arn: &str, cluster: &str, by_program: bool) -> Self {
        let Self::Unknown(call) = self else { return self };
        let perhaps = if by_program {
            " (if the kubeconfig's program has the credentials that are used here)"
        } else {
            ""
        };
        let message = format!("this AWS principal, {arn}{perhaps}, is not known to the cluster");
        let partition = arn.split(':').nth(1).unwrap_or("aws");
        let help = format!(
            "make an access entry: `aws eks create-access-entry --cluster-name {cluster} --principal-arn {arn}`, and give it a policy: `aws eks associate-access-policy --cluster-name {cluster} --principal-arn {arn} --policy-arn arn:{partition}:eks::aws:cluster-access-policy/AmazonEKSEditPolicy --access-scope type=cluster`; on Qovery put the user into the IAM group of the cluster's advanced setting `aws.iam.admin_group` (default `Admins`), which takes effect after about 30 s"
        );
        let known = CallFailure::new(call.operation(), call.resource(), message)
            .answered(call.service_code(), call.request_id());
        Self::Unknown(known.help_with(help))
    }
}

impl Looked for KubeError {
    fn is_missing(&self) -> bool {
        matches!(self, Self::Missing(_))
    }

    fn is_forbidden(&self) -> bool {
        matches!(self, Self::Denied(_) | Self::Unknown(_))
    }

    fn is_hopeless(&self) -> bool {
        matches!(self, Self::Access(_))
    }

    fn unseen(&self) -> Unseen {
        match self.call() {
            Some(call) => call.unseen(),
            None => Unseen::new("connect", "Kubernetes", self.to_string(), self.help()),
        }
    }
}

crate::error::diagnostic!(KubeError);

/// What Kubernetes says of a refusal, as far as it matters.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Status {
    message: String,
    reason: String,
    details: Details,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Details {
    causes: Vec<Cause>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Cause {
    reason: String,
}

/// A refusal, in our terms.
pub(super) fn answered(
    status: u16,
    said: Status,
    operation: &str,
    resource: &str,
    id: Option<&str>,
) -> KubeError {
    let Status { message, reason, details } = said;
    let message = if message.is_empty() { format!("status {status}") } else { message };
    let owned = details.causes.iter().any(|cause| cause.reason == "FieldManagerConflict");
    let reason = Some(reason.as_str()).filter(|reason| !reason.is_empty());
    let call = CallFailure::new(operation, resource, message).answered(reason, id);
    match (status, reason) {
        (401, _) => KubeError::Unknown(call.help_with(
            "check the credentials of the kubeconfig or client: `kubectl auth whoami`; an AWS principal is known to a cluster of EKS by its access entry (`aws eks create-access-entry`), on Qovery by the IAM group that the cluster's advanced setting `aws.iam.admin_group` names",
        )),
        (403, _) => not_allowed(call),
        (404, _) => KubeError::Missing(call.help_with("check the name and the cluster")),
        (409, Some("AlreadyExists")) => {
            KubeError::Exists(call.help_with("run it again: what is there is then looked at"))
        }
        (409, _) if owned => KubeError::Owned(call.help_with(
            "change it where the other field manager sets it, or force the conflict to take it over",
        )),
        (409, _) => KubeError::Busy(call.help_with("run it again")),
        (429, _) => KubeError::Throttled(call.help_with("run it again in a minute")),
        (500.., _) => {
            KubeError::Failed(call.help_with("Kubernetes failed: run it again, what was done is seen"))
        }
        _ => KubeError::Refused(call.help_with("Kubernetes doesn't take this: its own text says why")),
    }
}

/// A 403. Its reason says little, since webhooks put texts of their own there; its message, which Kubernetes'
/// admission plugins begin, tells what this caller may not from what nobody may.
fn not_allowed(call: CallFailure) -> KubeError {
    let says = |text: &str| call.message().contains(text);
    if says("denied the request") || says("denied request") {
        return KubeError::Refused(call.help_with(
            "a webhook or an admission policy of the cluster refuses this: its own text says why",
        ));
    }
    if says("User \"system:anonymous\"") {
        return KubeError::Unknown(call.help_with(
            "no credentials were sent: the user of the kubeconfig's context has none; `kubectl config view --minify` shows it",
        ));
    }
    if says("exceeded quota") {
        return KubeError::Refused(call.help_with(
            "remove what nobody uses, or have the ResourceQuota of the namespace raised",
        ));
    }
    if says("being terminated") {
        return KubeError::Busy(call.help_with("run it again"));
    }
    // An apply of what isn't there has to be allowed to create it too.
    let named = call.message().split_once(" cannot ").and_then(|(_, rest)| {
        let (verb, rest) = rest.split_once(" resource \"")?;
        rest.split_once('"').map(|(kind, _)| format!("{verb} {kind}"))
    });
    let help = format!(
        "allow `{}` to the caller, with a Role and RoleBinding; of EKS's access policies AmazonEKSEditPolicy covers service accounts, AmazonEKSClusterAdminPolicy also namespaces",
        named.as_deref().unwrap_or(call.operation())
    );
    KubeError::Denied(call.help_with(help))
}

/// What is said of an answer that is none of Kubernetes'.
const UNREADABLE: &str = "an answer that is none of Kubernetes'";

/// Somebody answered, and not as Kubernetes does.
pub(super) fn unreadable(operation: &str, resource: &str) -> KubeError {
    let call = CallFailure::new(operation, resource, UNREADABLE);
    KubeError::Unreachable(call.help_with(
        "check the endpoint, and whether a proxy answers in the place of the API server",
    ))
}

/// Nobody answered.
pub(super) fn not_reached(call: CallFailure) -> KubeError {
    let says = |text: &str| call.message().contains(text);
    let help = if is_for_other_names(call.message()) {
        "the server's certificate is for other names: check `server` of the kubeconfig, whose `tls-server-name` says which name it has if it is right".to_owned()
    } else if says("certificate") {
        "the API server's certificate is of no authority that is trusted here: if a kubeconfig tells the way, check its `certificate-authority-data`; if a proxy of your company signs in between, name a kubeconfig whose `certificate-authority` is the file with its certificate".to_owned()
    } else if says("tunnel error") {
        format!("check {}; then run it again", proxy_to_check())
    } else {
        "run it again: what was done is seen; if it is never reached, its endpoint may be private: run this in its VPC, or through a VPN or proxy".to_owned()
    };
    KubeError::Unreachable(call.help_with(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_nobody_answers() {
        let other = "client error (Connect): invalid peer certificate: certificate not valid for name \"a\"; certificate is only valid for DnsName(\"b\")";
        for (message, help) in [
            (other, "the server's certificate is for other names"),
            ("invalid peer certificate: UnknownIssuer", "the API server's certificate is of no"),
            ("tunnel error: refused", "check the proxy: `proxy-url` of the kubeconfig"),
            ("connection refused", "run it again"),
        ] {
            let error = not_reached(CallFailure::new("get namespaces", "shop", message));
            assert!(error.help().starts_with(help), "{message}: {}", error.help());
        }
    }

    #[test]
    fn nobody_is_no_caller_who_lacks_a_role() {
        let message = "namespaces \"shop\" is forbidden: User \"system:anonymous\" cannot get resource \"namespaces\" in API group \"\" in the namespace \"shop\"".to_owned();
        let said = Status { message, reason: "Forbidden".to_owned(), ..Status::default() };
        let error = answered(403, said, "get namespaces", "shop", None);
        assert_eq!(error.code(), "kube.unknown-principal");
        assert!(error.help().starts_with("no credentials were sent"), "{}", error.help());
    }

    #[test]
    fn what_a_403_means() {
        let gatekeeper =
            "admission webhook \"validation.gatekeeper.sh\" denied the request: [owner] no owner";
        let policy = "serviceaccounts \"api\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no";
        for (message, reason, code) in [
            (
                "serviceaccounts \"api\" is forbidden: User \"u\" cannot patch",
                "Forbidden",
                "kube.denied",
            ),
            ("", "", "kube.denied"),
            ("no", "Odd", "kube.denied"),
            (gatekeeper, "[owner] no owner", "kube.refused"),
            (gatekeeper, "Forbidden", "kube.refused"),
            (policy, "Forbidden", "kube.refused"),
            (
                "serviceaccounts \"api\" is forbidden: exceeded quota: q, requested: count/serviceaccounts=1",
                "Forbidden",
                "kube.refused",
            ),
            (
                "serviceaccounts \"api\" is forbidden: unable to create new content in namespace shop because it is being terminated",
                "Forbidden",
                "kube.busy",
            ),
            (
                "admission webhook \"w\" denied the request: it is being terminated",
                "Forbidden",
                "kube.refused",
            ),
        ] {
            let said = Status {
                message: message.to_owned(),
                reason: reason.to_owned(),
                details: Details::default(),
            };
            let error = answered(403, said, "patch serviceaccounts", "shop/api", None);
            assert_eq!(error.code(), code, "{message}");
            let names_a_role = error.help().contains("RoleBinding");
            assert_eq!(names_a_role, code == "kube.denied", "{message}: {}", error.help());
        }
        let message = "serviceaccounts \"api\" is forbidden: User \"u\" cannot create resource \"serviceaccounts\" in API group \"\" in the namespace \"shop\"".to_owned();
        let said = Status { message, ..Status::default() };
        let error = answered(403, said, "patch serviceaccounts", "shop/api", None);
        assert!(error.help().starts_with("allow `create serviceaccounts` to"), "{}", error.help());
    }
}
