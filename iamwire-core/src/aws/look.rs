//! What is there: clusters, the caller, providers, roles. Each look is one call, but for lists of many pages.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use aws_sdk_iam::types::{PolicyScopeType, Tag};

use super::error::failed;
use super::{Aws, AwsError};
use crate::call::CallFailure;
use crate::{
    Audience, Caller, ClusterArn, ClusterId, InlinePolicyName, Partition, PermissionsPolicy,
    PolicyArn, PolicyName, PrincipalArn, ProviderArn, RoleArn, RoleName, SeenCluster, SeenProvider,
    SeenRole, SessionDuration, Sight, TrustPolicy,
};

/// A cluster of EKS, and the way to its API server.
#[derive(Debug, Clone)]
pub(crate) struct Described {
    pub(crate) seen: SeenCluster,
    pub(crate) access: Option<Access>,
}

/// The way to an API server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) endpoint: String,
    /// The certificates that it may be signed by: base64 of PEM.
    pub(crate) authorities: Option<String>,
    /// Who it is.
    pub(crate) arn: ClusterArn,
    /// How its tokens name it: a local cluster on an Outpost has an id.
    pub(crate) id: String,
}

/// Whose credentials they are.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) caller: Caller,
    pub(crate) arn: String,
}

impl Aws {
    /// `DescribeCluster`, in the region of its ARN where that is known.
    pub(crate) async fn cluster(&self, id: &ClusterId) -> Result<Described, AwsError> {
        const ACTION: &str = "eks:DescribeCluster";
        let name = id.name().map_or(id.as_str(), crate::ClusterName::as_str);
        let there = id.arn().map(|arn| self.in_region(arn.region()));
        let there = there.as_ref().unwrap_or(self);
        let answer = there.eks.describe_cluster().name(name).send().await;
        let answer = answer.map_err(|error| failed(there.config(), ACTION, name, &error))?;
        let unreadable = |what| unreadable(ACTION, name, what);
        let cluster = answer.cluster.ok_or_else(|| unreadable("no cluster"))?;
        let arn = cluster.arn().unwrap_or_default().parse::<ClusterArn>();
        let arn = arn.map_err(|_| unreadable("a cluster without an ARN"))?;
        let issuer = cluster.identity().and_then(|identity| identity.oidc()?.issuer());
        let issuer = issuer.map(str::parse).transpose();
        let issuer = issuer.map_err(|_| unreadable("a cluster with an unreadable issuer"))?;
        let endpoint = cluster.endpoint().filter(|text| !text.is_empty());
        let seen = SeenCluster {
            arn: arn.clone(),
            status: cluster.status().map_or_else(String::new, |s| s.as_str().to_owned()),
            version: cluster.version().map(str::to_owned),
            issuer,
            endpoint: endpoint.map(str::to_owned),
        };
        let authority = cluster.certificate_authority().and_then(|ca| ca.data());
        let access = endpoint.map(|endpoint| Access {
            endpoint: endpoint.to_owned(),
            authorities: authority.filter(|text| !text.is_empty()).map(str::to_owned),
            id: cluster.id().unwrap_or(name).to_owned(),
            arn,
        });
        Ok(Described { seen, access })
    }

    /// `GetCallerIdentity`.
    pub(crate) async fn identity(&self) -> Result<Identity, AwsError> {
        const ACTION: &str = "sts:GetCallerIdentity";
        let answer = self.sts.get_caller_identity().send().await;
        let answer = answer.map_err(|error| failed(self.config(), ACTION, "", &error))?;
        let arn = answer.arn().unwrap_or_default().to_owned();
        let unreadable = |_| unreadable(ACTION, "", "no ARN of a principal");
        // Any principal will do, also of a kind that no trust policy can name.
        let partition = arn.split(':').nth(1).unwrap_or_default().parse::<Partition>();
        let partition = partition.map_err(unreadable)?;
        let account = answer.account().unwrap_or_default().parse().map_err(unreadable)?;
        Ok(Identity { caller: Caller::new(partition, account), arn })
    }

    /// `GetOpenIDConnectProvider`.
    pub(crate) async fn provider(&self, provider: &ProviderArn) -> Result<SeenProvider, AwsError> {
        const ACTION: &str = "iam:GetOpenIDConnectProvider";
        let arn = provider.as_str();
        let answer = self.iam.get_open_id_connect_provider().open_id_connect_provider_arn(arn);
        let answer =
            answer.send().await.map_err(|error| failed(self.config(), ACTION, arn, &error))?;
        // One that can't be read is none that is wanted, and counts all the same: there are none.
        let audiences = answer.client_id_list().iter().filter_map(|id| id.parse::<Audience>().ok());
        Ok(SeenProvider {
            audiences: audiences.collect(),
            thumbprints: answer.thumbprint_list().to_vec(),
            tags: tags(answer.tags()),
        })
    }

    /// `GetRole`; its policies are not looked at yet.
    pub(crate) async fn role(&self, name: &RoleName) -> Result<SeenRole, AwsError> {
        const ACTION: &str = "iam:GetRole";
        let answer = self.iam.get_role().role_name(name.as_str()).send().await;
        let answer =
            answer.map_err(|error| failed(self.config(), ACTION, name.as_str(), &error))?;
        let unreadable = |what| unreadable(ACTION, name.as_str(), what);
        let role = answer.role.ok_or_else(|| unreadable("no role"))?;
        let arn = role.arn().parse::<RoleArn>().map_err(|_| unreadable("an unreadable ARN"))?;
        let document = role.assume_role_policy_document().unwrap_or_default();
        let trust = TrustPolicy::from_percent_encoded(document)
            .map_err(|_| unreadable("an unreadable trust policy"))?;
        let duration = role.max_session_duration().and_then(|seconds| u64::try_from(seconds).ok());
        let boundary = role.permissions_boundary().and_then(|b| b.permissions_boundary_arn());
        Ok(SeenRole {
            attached: Sight::not_looked_at("iam:ListAttachedRolePolicies", name.as_str()),
            inline: Sight::not_looked_at("iam:ListRolePolicies", name.as_str()),
            description: role.description().map(str::to_owned),
            max_session_duration: duration
                .and_then(|seconds| SessionDuration::from_seconds(seconds).ok())
                .unwrap_or_default(),
            boundary: boundary.and_then(|arn| arn.parse().ok()),
            tags: tags(role.tags()),
            ..SeenRole::new(arn, trust)
        })
    }

    /// `ListAttachedRolePolicies`.
    pub(crate) async fn attached(&self, role: &RoleName) -> Result<BTreeSet<PolicyArn>, AwsError> {
        const ACTION: &str = "iam:ListAttachedRolePolicies";
        let ask = self.iam.list_attached_role_policies().role_name(role.as_str());
        let (mut all, mut found) = (ask.into_paginator().items().send(), BTreeSet::new());
        let fail = |error| failed(self.config(), ACTION, role.as_str(), &error);
        while let Some(policy) = all.try_next().await.map_err(fail)? {
            let arn = policy.policy_arn().unwrap_or_default().parse::<PolicyArn>();
            let what = "a policy with an unreadable ARN";
            found.insert(arn.map_err(|_| unreadable(ACTION, role.as_str(), what))?);
        }
        Ok(found)
    }

    /// `ListRolePolicies`: the names.
    pub(crate) async fn inline(
        &self,
        role: &RoleName,
    ) -> Result<BTreeMap<InlinePolicyName, Option<PermissionsPolicy>>, AwsError> {
        const ACTION: &str = "iam:ListRolePolicies";
        let ask = self.iam.list_role_policies().role_name(role.as_str());
        let (mut all, mut found) = (ask.into_paginator().items().send(), BTreeMap::new());
        let fail = |error| failed(self.config(), ACTION, role.as_str(), &error);
        while let Some(name) = all.try_next().await.map_err(fail)? {
            let what = "an unreadable name of a policy";
            let name = name.parse().map_err(|_| unreadable(ACTION, role.as_str(), what))?;
            found.insert(name, None);
        }
        Ok(found)
    }

    /// `GetRolePolicy`; none if it isn't there, or is no document that we could have written.
    pub(crate) async fn inline_document(
        &self,
        role: &RoleName,
        name: &InlinePolicyName,
    ) -> Result<Option<PermissionsPolicy>, AwsError> {
        const ACTION: &str = "iam:GetRolePolicy";
        let ask = self.iam.get_role_policy().role_name(role.as_str()).policy_name(name.as_str());
        match ask.send().await.map_err(|error| failed(self.config(), ACTION, role.as_str(), &error))
        {
            Ok(answer) => Ok(percent_decoded(answer.policy_document())),
            Err(AwsError::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The roles of the account that trust each of these providers: `ListRoles`, 1,000 a call.
    pub(crate) async fn trusting(
        &self,
        providers: &[ProviderArn],
    ) -> Result<BTreeMap<ProviderArn, BTreeSet<RoleArn>>, AwsError> {
        const ACTION: &str = "iam:ListRoles";
        let mut found: BTreeMap<ProviderArn, BTreeSet<RoleArn>> = BTreeMap::new();
        let mut all = self.iam.list_roles().max_items(1000).into_paginator().items().send();
        let fail = |error| failed(self.config(), ACTION, "*", &error);
        while let Some(role) = all.try_next().await.map_err(fail)? {
            let Some(document) = role.assume_role_policy_document() else { continue };
            let trusted = match TrustPolicy::from_percent_encoded(document) {
                Ok(trust) => trust.trusted_providers(),
                // What we can't read may trust each of them.
                Err(_) => providers.to_vec(),
            };
            for provider in trusted.into_iter().filter(|one| providers.contains(one)) {
                let arn = role.arn().parse::<RoleArn>();
                let what = "a role with an unreadable ARN";
                let arn = arn.map_err(|_| unreadable(ACTION, role.role_name(), what))?;
                found.entry(provider).or_default().insert(arn);
            }
        }
        Ok(found)
    }

    /// `GetPolicy`: whether it is there.
    pub(crate) async fn policy(&self, arn: &PolicyArn) -> Result<PolicyArn, AwsError> {
        let answer = self.iam.get_policy().policy_arn(arn.as_str()).send().await;
        answer.map_err(|error| failed(self.config(), "iam:GetPolicy", arn.as_str(), &error))?;
        Ok(arn.clone())
    }

    /// `ListPolicies`: the policy of the account's own with this name, under whatever path; [`AwsError::Missing`] if
    /// there is none.
    pub(crate) async fn own_policy(&self, name: &PolicyName) -> Result<PolicyArn, AwsError> {
        const ACTION: &str = "iam:ListPolicies";
        let ask = self.iam.list_policies().scope(PolicyScopeType::Local).max_items(1000);
        let mut all = ask.into_paginator().items().send();
        let fail = |error| failed(self.config(), ACTION, "*", &error);
        while let Some(policy) = all.try_next().await.map_err(fail)? {
            if policy.policy_name() == Some(name.as_str()) {
                let arn = policy.arn().unwrap_or_default().parse();
                let what = "a policy with an unreadable ARN";
                return arn.map_err(|_| unreadable(ACTION, name.as_str(), what));
            }
        }
        let why = "no policy of the account is called so";
        Err(AwsError::Missing(CallFailure::new(ACTION, name.as_str(), why)))
    }
}

impl Identity {
    /// The role that the caller is a session of.
    pub(crate) fn role(&self) -> Option<RoleName> {
        match self.arn.parse::<PrincipalArn>().ok()?.kind() {
            crate::PrincipalArnKind::RoleSession(role) => Some(role.clone()),
            _ => None,
        }
    }

    /// The ARN of that role, as far as a session tells it: without its path.
    pub(crate) fn without_path(&self, role: &RoleName) -> String {
        let Caller { partition, account } = &self.caller;
        format!("arn:{partition}:iam::{account}:role/{role}")
    }
}

fn tags(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

fn unreadable(action: &str, resource: &str, what: &str) -> AwsError {
    let call = CallFailure::new(action, resource, format!("AWS answered with {what}"));
    AwsError::Unreachable(call.help_with("this is not what AWS answers: check the endpoint"))
}

fn percent_decoded<T: FromStr>(text: &str) -> Option<T> {
    percent_encoding::percent_decode_str(text).decode_utf8().ok()?.parse().ok()
}
