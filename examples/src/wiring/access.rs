//! The way to AWS and to the cluster: credentials, region, kubeconfig.

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{Region, SdkConfig};
use iamwire_core::aws::aws_credential_types::provider::SharedCredentialsProvider;
use iamwire_core::kube::kube::config::Kubeconfig;
use iamwire_core::{ClusterId, Wirer};

use super::flags::ClusterFlags;
use crate::Failure;

impl ClusterFlags {
    /// What reaches AWS and the cluster, as flags, environment and files of AWS and kubectl say; and the
    /// context of `KUBECONFIG`, where nobody named one.
    pub(super) async fn wirer(
        &self,
        cluster: &ClusterId,
    ) -> Result<(Wirer, Option<String>), Failure> {
        let region = self.region(cluster)?;
        let config = loaded(self.profile.as_deref(), region.clone()).await;
        let mut wirer = Wirer::new(&config);
        if let Some(profile) = &self.role_profile {
            let region = region.or_else(|| config.region().cloned());
            wirer = wirer.role_account(&loaded(Some(profile), region).await);
        }
        let by_kubeconfig = self.kubeconfig.is_some() || self.context.is_some();
        if by_kubeconfig || cluster.self_managed().is_some() {
            wirer = wirer.kubeconfig(self.kubeconfig.clone(), self.context.clone());
            return Ok((wirer, None));
        }
        let context = context_of(cluster);
        if context.is_some() {
            wirer = wirer.kubeconfig(None, context.clone());
        }
        Ok((wirer, context))
    }

    /// The region that was named: by the flag or the cluster's ARN.
    fn region(&self, cluster: &ClusterId) -> Result<Option<Region>, Failure> {
        let of_arn = cluster.arn().map(iamwire_core::ClusterArn::region);
        match (self.region.as_deref(), of_arn) {
            (Some(region), Some(of_arn)) if region != of_arn => Err(Failure::unreadable(
                format!("cluster `{cluster}` is not in region `{region}`"),
                "leave `--region` out: the ARN names it",
            )),
            (named, of_arn) => Ok(named.or(of_arn).map(|name| Region::new(name.to_owned()))),
        }
    }
}

/// The SDK's configuration. A profile that is named comes before credentials of the environment, as with
/// the AWS CLI.
async fn loaded(profile: Option<&str>, region: Option<Region>) -> SdkConfig {
    let mut loader = aws_config::from_env();
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = region {
        loader = loader.region(region);
    }
    let config = loader.load().await;
    let Some(profile) = profile else { return config };
    let place = ProviderConfig::without_region().with_region(config.region().cloned());
    let of_profile =
        ProfileFileCredentialsProvider::builder().profile_name(profile).configure(&place).build();
    config.into_builder().credentials_provider(SharedCredentialsProvider::new(of_profile)).build()
}

/// The context of the kubeconfig in `KUBECONFIG` that is for a cluster of EKS: the one that is named as it
/// is, or the only one, unless that is named as AWS's programs name another. Else EKS tells the way.
fn context_of(cluster: &ClusterId) -> Option<String> {
    std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty())?;
    let config = Kubeconfig::from_env().ok().flatten()?;
    let contexts = || {
        config.contexts.iter().map(|named| {
            let of = named.context.as_ref().map_or("", |context| context.cluster.as_str());
            (named.name.as_str(), of)
        })
    };
    let is_it = |text: &str| text == cluster.as_str() || text == cluster.label();
    let is_other = |text: &str| text.starts_with("arn:") || text.ends_with(".eksctl.io");
    let named = contexts().find(|(context, of)| is_it(context) || is_it(of));
    let mut all = contexts();
    let only = match (all.next(), all.next()) {
        (Some((context, of)), None) if !is_other(context) && !is_other(of) => Some((context, of)),
        _ => None,
    };
    named.or(only).map(|(context, _)| context.to_owned())
}
