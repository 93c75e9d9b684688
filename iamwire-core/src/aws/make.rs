//! Changes of AWS: one change, one call.

use std::collections::BTreeMap;

use aws_sdk_iam::types::Tag;

use super::error::failed;
use super::{Aws, AwsError};
use crate::{
    Audience, Change, InlinePolicyName, PermissionsPolicy, PolicyArn, ProviderArn, RoleArn,
    RoleDescription, SessionDuration, Thumbprints, TrustPolicy,
};

/// Sends a call and counts it; of its answer only the failure matters.
macro_rules! done {
    ($aws:expr, $action:literal, $resource:expr, $call:expr) => {{
        let answer = $call.customize().interceptor($aws.sent.clone()).send().await;
        answer.map(|_| ()).map_err(|error| failed($aws.config(), $action, $resource, &error))
    }};
}

impl Aws {
    /// Makes a change of a provider or role; one of Kubernetes is nothing here.
    pub(crate) async fn make(&self, change: &Change) -> Result<(), AwsError> {
        match change {
            Change::CreateProvider { provider, audiences, thumbprints, tags } => {
                self.create_provider(provider, audiences, thumbprints, tags).await
            }
            Change::AddAudience { provider, audience } => {
                self.add_audience(provider, audience).await
            }
            Change::SetThumbprints { provider, thumbprints, .. } => {
                self.set_thumbprints(provider, thumbprints).await
            }
            Change::DeleteProvider { provider } => self.delete_provider(provider).await,
            Change::CreateRole {
                role,
                trust,
                description,
                max_session_duration,
                boundary,
                tags,
            } => {
                let duration = *max_session_duration;
                let (description, boundary) = (description.as_ref(), boundary.as_ref());
                self.create_role(role, trust, description, duration, boundary, tags).await
            }
            Change::UpdateRole { role, description, max_session_duration, .. } => {
                self.update_role(role, description.as_ref(), *max_session_duration).await
            }
            Change::PutBoundary { role, boundary, .. } => self.put_boundary(role, boundary).await,
            Change::UpdateTrust { role, trust, .. } => self.update_trust(role, trust).await,
            Change::TagRole { role, tags, .. } => self.tag_role(role, tags).await,
            Change::DeleteRole { role, .. } => self.delete_role(role).await,
            Change::AttachPolicy { role, policy } => self.attach_policy(role, policy).await,
            Change::DetachPolicy { role, policy } => self.detach_policy(role, policy).await,
            Change::PutInlinePolicy { role, name, document, .. } => {
                self.put_inline_policy(role, name, document).await
            }
            Change::DeleteInlinePolicy { role, name } => {
                self.delete_inline_policy(role, name).await
            }
            Change::CreateNamespace { .. }
            | Change::CreateAccount { .. }
            | Change::ApplyAccount { .. }
            | Change::RemoveAnnotations { .. }
            | Change::DeleteAccount { .. } => Ok(()),
        }
    }

    async fn create_provider(
        &self,
        provider: &ProviderArn,
        audiences: &[Audience],
        thumbprints: &Thumbprints,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), AwsError> {
        let thumbprints: Vec<String> = thumbprints.iter().map(ToString::to_string).collect();
        let call = self
            .iam
            .create_open_id_connect_provider()
            .url(provider.issuer().url())
            .set_client_id_list(Some(audiences.iter().map(ToString::to_string).collect()))
            .set_thumbprint_list(Some(thumbprints).filter(|list| !list.is_empty()))
            .set_tags(Some(sdk_tags(tags)));
        done!(self, "iam:CreateOpenIDConnectProvider", provider.as_str(), call)
    }

    async fn add_audience(
        &self,
        provider: &ProviderArn,
        audience: &Audience,
    ) -> Result<(), AwsError> {
        let call = self
            .iam
            .add_client_id_to_open_id_connect_provider()
            .open_id_connect_provider_arn(provider.as_str())
            .client_id(audience.as_str());
        done!(self, "iam:AddClientIDToOpenIDConnectProvider", provider.as_str(), call)
    }

    async fn set_thumbprints(
        &self,
        provider: &ProviderArn,
        thumbprints: &Thumbprints,
    ) -> Result<(), AwsError> {
        let thumbprints = thumbprints.iter().map(ToString::to_string).collect();
        let call = self
            .iam
            .update_open_id_connect_provider_thumbprint()
            .open_id_connect_provider_arn(provider.as_str())
            .set_thumbprint_list(Some(thumbprints));
        done!(self, "iam:UpdateOpenIDConnectProviderThumbprint", provider.as_str(), call)
    }

    async fn delete_provider(&self, provider: &ProviderArn) -> Result<(), AwsError> {
        let arn = provider.as_str();
        let call = self.iam.delete_open_id_connect_provider().open_id_connect_provider_arn(arn);
        done!(self, "iam:DeleteOpenIDConnectProvider", arn, call)
    }

    async fn create_role(
        &self,
        role: &RoleArn,
        trust: &TrustPolicy,
        description: Option<&RoleDescription>,
        duration: Option<SessionDuration>,
        boundary: Option<&PolicyArn>,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), AwsError> {
        let call = self
            .iam
            .create_role()
            .role_name(role.name().as_str())
            .path(role.path().as_str())
            .assume_role_policy_document(trust.as_str())
            .set_description(description.map(ToString::to_string))
            .set_max_session_duration(duration.map(seconds))
            .set_permissions_boundary(boundary.map(ToString::to_string))
            .set_tags(Some(sdk_tags(tags)));
        done!(self, "iam:CreateRole", role.as_str(), call)
    }

    async fn update_role(
        &self,
        role: &RoleArn,
        description: Option<&String>,
        duration: SessionDuration,
    ) -> Result<(), AwsError> {
        let call = self
            .iam
            .update_role()
            .role_name(role.name().as_str())
            .set_description(description.cloned())
            .max_session_duration(seconds(duration));
        done!(self, "iam:UpdateRole", role.as_str(), call)
    }

    async fn put_boundary(&self, role: &RoleArn, boundary: &PolicyArn) -> Result<(), AwsError> {
        let call = self.iam.put_role_permissions_boundary().role_name(role.name().as_str());
        let call = call.permissions_boundary(boundary.as_str());
        done!(self, "iam:PutRolePermissionsBoundary", role.as_str(), call)
    }

    /// `UpdateAssumeRolePolicy`.
    pub(crate) async fn update_trust(
        &self,
        role: &RoleArn,
        trust: &TrustPolicy,
    ) -> Result<(), AwsError> {
        let call = self.iam.update_assume_role_policy().role_name(role.name().as_str());
        let call = call.policy_document(trust.as_str());
        done!(self, "iam:UpdateAssumeRolePolicy", role.as_str(), call)
    }

    async fn tag_role(
        &self,
        role: &RoleArn,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), AwsError> {
        let call = self.iam.tag_role().role_name(role.name().as_str());
        let call = call.set_tags(Some(sdk_tags(tags)));
        done!(self, "iam:TagRole", role.as_str(), call)
    }

    async fn delete_role(&self, role: &RoleArn) -> Result<(), AwsError> {
        let call = self.iam.delete_role().role_name(role.name().as_str());
        done!(self, "iam:DeleteRole", role.as_str(), call)
    }

    /// `AttachRolePolicy`.
    pub(crate) async fn attach_policy(
        &self,
        role: &RoleArn,
        policy: &PolicyArn,
    ) -> Result<(), AwsError> {
        let call = self.iam.attach_role_policy().role_name(role.name().as_str());
        let call = call.policy_arn(policy.as_str());
        done!(self, "iam:AttachRolePolicy", role.as_str(), call)
    }

    async fn detach_policy(&self, role: &RoleArn, policy: &PolicyArn) -> Result<(), AwsError> {
        let call = self.iam.detach_role_policy().role_name(role.name().as_str());
        let call = call.policy_arn(policy.as_str());
        done!(self, "iam:DetachRolePolicy", role.as_str(), call)
    }

    async fn put_inline_policy(
        &self,
        role: &RoleArn,
        name: &InlinePolicyName,
        document: &PermissionsPolicy,
    ) -> Result<(), AwsError> {
        let call = self
            .iam
            .put_role_policy()
            .role_name(role.name().as_str())
            .policy_name(name.as_str())
            .policy_document(document.as_str());
        done!(self, "iam:PutRolePolicy", role.as_str(), call)
    }

    async fn delete_inline_policy(
        &self,
        role: &RoleArn,
        name: &InlinePolicyName,
    ) -> Result<(), AwsError> {
        let call = self.iam.delete_role_policy().role_name(role.name().as_str());
        let call = call.policy_name(name.as_str());
        done!(self, "iam:DeleteRolePolicy", role.as_str(), call)
    }
}

fn sdk_tags(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    // Key and value are all that a tag needs.
    tags.iter()
        .filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok())
        .collect()
}

fn seconds(duration: SessionDuration) -> i32 {
    i32::try_from(duration.seconds()).unwrap_or(i32::MAX)
}
