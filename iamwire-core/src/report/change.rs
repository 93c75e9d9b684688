//! A change alone, in words: for progress and for errors.

use std::fmt;

use crate::Change;
use crate::error::quoted;

/// ``create role `my-s3-role` ``, on one line.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuer = |provider: &crate::ProviderArn| quoted(provider.issuer().as_str());
        let name = |role: &crate::RoleArn| quoted(role.name().as_str());
        let of = |cluster: &crate::ClusterId| format!(" of cluster {}", quoted(cluster.as_str()));
        match self {
            Self::CreateProvider { provider, .. } => {
                write!(f, "create provider {}", issuer(provider))
            }
            Self::AddAudience { provider, audience } => {
                let audience = quoted(audience.as_str());
                write!(f, "add audience {audience} to provider {}", issuer(provider))
            }
            Self::SetThumbprints { provider, .. } => {
                write!(f, "set the thumbprints of provider {}", issuer(provider))
            }
            Self::DeleteProvider { provider } => write!(f, "delete provider {}", issuer(provider)),
            Self::CreateRole { role, .. } => write!(f, "create role {}", name(role)),
            Self::UpdateRole { role, .. } => write!(f, "update role {}", name(role)),
            Self::PutBoundary { role, .. } => write!(f, "set the boundary of role {}", name(role)),
            Self::UpdateTrust { role, .. } => {
                write!(f, "update the trust policy of role {}", name(role))
            }
            Self::TagRole { role, .. } => write!(f, "tag role {}", name(role)),
            Self::AttachPolicy { role, policy } => {
                write!(f, "attach policy {} to role {}", quoted(policy.label()), name(role))
            }
            Self::DetachPolicy { role, policy } => {
                write!(f, "detach policy {} from role {}", quoted(policy.label()), name(role))
            }
            Self::PutInlinePolicy { role, name: policy, .. } => {
                write!(f, "write inline policy {} of role {}", quoted(policy.as_str()), name(role))
            }
            Self::DeleteInlinePolicy { role, name: policy } => {
                write!(f, "delete inline policy {} of role {}", quoted(policy.as_str()), name(role))
            }
            Self::DeleteRole { role, .. } => write!(f, "delete role {}", name(role)),
            Self::CreateNamespace { cluster, namespace, .. } => {
                let namespace = quoted(namespace.as_str());
                write!(f, "create namespace {namespace}{}", of(cluster))
            }
            Self::CreateAccount { cluster, service_account: account, .. } => {
                write!(f, "create service account {}{}", quoted(account.as_str()), of(cluster))
            }
            Self::ApplyAccount { cluster, service_account: account, .. } => {
                write!(f, "annotate service account {}{}", quoted(account.as_str()), of(cluster))
            }
            Self::RemoveAnnotations { cluster, service_account: account, .. } => {
                let account = quoted(account.as_str());
                write!(f, "remove the annotations of service account {account}{}", of(cluster))
            }
            Self::DeleteAccount { cluster, service_account: account } => {
                write!(f, "delete service account {}{}", quoted(account.as_str()), of(cluster))
            }
        }
    }
}
