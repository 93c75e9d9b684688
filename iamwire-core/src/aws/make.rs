//! Changes of AWS: one change, one call.

use aws_sdk_iam::types::Tag;

use super::error::failed;
use super::{Aws, AwsError};
use crate::{Change, RoleArn, TrustPolicy};

impl Aws {
    /// Makes a change of a provider or role; one of Kubernetes is nothing here.
    pub(crate) async fn make(&self, change: &Change) -> Result<(), AwsError> {
        match change {
            Change::CreateProvider { .. }
            | Change::AddAudience { .. }
            | Change::SetThumbprints { .. }
            | Change::DeleteProvider { .. } => self.make_provider(change).await,
            Change::CreateRole { .. }
            | Change::UpdateRole { .. }
            | Change::PutBoundary { .. }
            | Change::TagRole { .. }
            | Change::DeleteRole { .. } => self.make_role(change).await,
            Change::UpdateTrust { role, trust, .. } => self.update_trust(role, trust).await,
            Change::AttachPolicy { .. }
            | Change::DetachPolicy { .. }
            | Change::PutInlinePolicy { .. }
            | Change::DeleteInlinePolicy { .. } => self.make_policy(change).await,
            Change::CreateNamespace { .. }
            | Change::CreateAccount { .. }
            | Change::ApplyAccount { .. }
            | Change::RemoveAnnotations { .. }
            | Change::DeleteAccount { .. } => Ok(()),
        }
    }

    async fn make_provider(&self, change: &Change) -> Result<(), AwsError> {
        match change {
            Change::CreateProvider { provider, audiences, thumbprints, tags } => {
                let thumbprints: Vec<String> =
                    thumbprints.iter().map(ToString::to_string).collect();
                let call = self
                    .iam
                    .create_open_id_connect_provider()
                    .url(provider.issuer().url())
                    .set_client_id_list(Some(audiences.iter().map(ToString::to_string).collect()))
                    .set_thumbprint_list(Some(thumbprints).filter(|list| !list.is_empty()))
                    .set_tags(Some(sdk_tags(tags)));
                let answer = call.send().await;
                done("iam:CreateOpenIDConnectProvider", provider.as_str(), answer)
            }
            Change::AddAudience { provider, audience } => {
                let call = self
                    .iam
                    .add_client_id_to_open_id_connect_provider()
                    .open_id_connect_provider_arn(provider.as_str())
                    .client_id(audience.as_str());
                let answer = call.send().await;
                done("iam:AddClientIDToOpenIDConnectProvider", provider.as_str(), answer)
            }
            Change::SetThumbprints { provider, thumbprints, .. } => {
                let thumbprints = thumbprints.iter().map(ToString::to_string).collect();
                let call = self
                    .iam
                    .update_open_id_connect_provider_thumbprint()
                    .open_id_connect_provider_arn(provider.as_str())
                    .set_thumbprint_list(Some(thumbprints));
                let answer = call.send().await;
                done("iam:UpdateOpenIDConnectProviderThumbprint", provider.as_str(), answer)
            }
            Change::DeleteProvider { provider } => {
                let arn = provider.as_str();
                let call = self.iam.delete_open_id_connect_provider();
                let answer = call.open_id_connect_provider_arn(arn).send().await;
                done("iam:DeleteOpenIDConnectProvider", arn, answer)
            }
            _ => Ok(()),
        }
    }

    async fn make_role(&self, change: &Change) -> Result<(), AwsError> {
        match change {
            Change::CreateRole {
                role,
                trust,
                description,
                max_session_duration,
                boundary,
                tags,
            } => {
                let call = self
                    .iam
                    .create_role()
                    .role_name(role.name().as_str())
                    .path(role.path().as_str())
                    .assume_role_policy_document(trust.as_str())
                    .set_description(description.as_ref().map(ToString::to_string))
                    .set_max_session_duration(max_session_duration.map(seconds))
                    .set_permissions_boundary(boundary.as_ref().map(ToString::to_string))
                    .set_tags(Some(sdk_tags(tags)));
                let answer = call.send().await;
                done("iam:CreateRole", role.as_str(), answer)
            }
            Change::UpdateRole { role, description, max_session_duration, .. } => {
                let call = self
                    .iam
                    .update_role()
                    .role_name(role.name().as_str())
                    .set_description(description.clone())
                    .max_session_duration(seconds(*max_session_duration));
                let answer = call.send().await;
                done("iam:UpdateRole", role.as_str(), answer)
            }
            Change::PutBoundary { role, boundary, .. } => {
                let call = self
                    .iam
                    .put_role_permissions_boundary()
                    .role_name(role.name().as_str())
                    .permissions_boundary(boundary.as_str());
                let answer = call.send().await;
                done("iam:PutRolePermissionsBoundary", role.as_str(), answer)
            }
            Change::TagRole { role, tags, .. } => {
                let call = self.iam.tag_role().role_name(role.name().as_str());
                let answer = call.set_tags(Some(sdk_tags(tags))).send().await;
                done("iam:TagRole", role.as_str(), answer)
            }
            Change::DeleteRole { role, .. } => {
                let answer = self.iam.delete_role().role_name(role.name().as_str()).send().await;
                done("iam:DeleteRole", role.as_str(), answer)
            }
            _ => Ok(()),
        }
    }

    async fn make_policy(&self, change: &Change) -> Result<(), AwsError> {
        match change {
            Change::AttachPolicy { role, policy } => {
                let call = self.iam.attach_role_policy().role_name(role.name().as_str());
                let answer = call.policy_arn(policy.as_str()).send().await;
                done("iam:AttachRolePolicy", role.as_str(), answer)
            }
            Change::DetachPolicy { role, policy } => {
                let call = self.iam.detach_role_policy().role_name(role.name().as_str());
                let answer = call.policy_arn(policy.as_str()).send().await;
                done("iam:DetachRolePolicy", role.as_str(), answer)
            }
            Change::PutInlinePolicy { role, name, document, .. } => {
                let call = self
                    .iam
                    .put_role_policy()
                    .role_name(role.name().as_str())
                    .policy_name(name.as_str())
                    .policy_document(document.as_str());
                let answer = call.send().await;
                done("iam:PutRolePolicy", role.as_str(), answer)
            }
            Change::DeleteInlinePolicy { role, name } => {
                let call = self.iam.delete_role_policy().role_name(role.name().as_str());
                let answer = call.policy_name(name.as_str()).send().await;
                done("iam:DeleteRolePolicy", role.as_str(), answer)
            }
            _ => Ok(()),
        }
    }

    /// `UpdateAssumeRolePolicy`.
    pub(crate) async fn update_trust(
        &self,
        role: &RoleArn,
        trust: &TrustPolicy,
    ) -> Result<(), AwsError> {
        let call = self
            .iam
            .update_assume_role_policy()
            .role_name(role.name().as_str())
            .policy_document(trust.as_str());
        let answer = call.send().await;
        done("iam:UpdateAssumeRolePolicy", role.as_str(), answer)
    }
}

/// An answer of which only the failure matters.
fn done<T, E, R>(
    action: &str,
    resource: &str,
    answer: Result<T, aws_sdk_iam::error::SdkError<E, R>>,
) -> Result<(), AwsError>
where
    E: std::error::Error + aws_sdk_iam::error::ProvideErrorMetadata + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
    aws_sdk_iam::error::SdkError<E, R>: aws_sdk_iam::operation::RequestId,
{
    answer.map(|_| ()).map_err(|error| failed(action, resource, &error))
}

fn sdk_tags(tags: &std::collections::BTreeMap<String, String>) -> Vec<Tag> {
    // Key and value are all that a tag needs.
    tags.iter()
        .filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok())
        .collect()
}

fn seconds(duration: crate::SessionDuration) -> i32 {
    i32::try_from(duration.seconds()).unwrap_or(i32::MAX)
}
