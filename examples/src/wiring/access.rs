//! The way to AWS and to the cluster: credentials, region, kubeconfig.

use aws_config::{Region, SdkConfig};
use iamwire_core::aws::{AwsError, Settings};
use iamwire_core::kube::kubeconfig;
use iamwire_core::{ClusterId, Wirer};

use super::context::Context;
use super::flags::ClusterFlags;
use crate::Failure;

impl ClusterFlags {
    /// What reaches AWS and the cluster, as flags, environment and files of AWS and kubectl say; and the
    /// context that was found, where nobody named one. A cluster that is named by its issuer is
    /// unwired in IAM alone where there is no kubeconfig: it may be gone.
    pub(super) async fn wirer(
        &self,
        cluster: &ClusterId,
        unwires: bool,
    ) -> Result<(Wirer, Option<Context>), Failure> {
        let region = self.region(cluster)?;
        let config = loaded(self.profile.as_deref(), region.clone()).await?;
        let mut wirer = Wirer::new(&config);
        let region = region.or_else(|| config.region().cloned());
        if let Some(profile) = &self.role_profile {
            wirer = wirer.role_account(&loaded(Some(profile), region.clone()).await?);
        }
        let by_kubeconfig = self.kubeconfig.is_some() || self.context.is_some();
        let by_issuer = cluster.self_managed().is_some();
        if by_issuer && unwires && !by_kubeconfig && kubeconfig()?.is_none() {
            return Ok((wirer, None));
        }
        if by_kubeconfig || by_issuer {
            wirer = wirer.kubeconfig(self.kubeconfig.clone(), self.context.clone());
            return Ok((wirer, None));
        }
        let context = Context::of(cluster, region.as_ref().map(AsRef::as_ref))?;
        if let Some(context) = &context {
            wirer = wirer.kubeconfig(None, Some(context.name.clone()));
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

/// The SDK's configuration.
async fn loaded(profile: Option<&str>, region: Option<Region>) -> Result<SdkConfig, AwsError> {
    let mut settings = Settings::new();
    if let Some(profile) = profile {
        settings = settings.profile(profile);
    }
    if let Some(region) = region {
        settings = settings.region(region.as_ref());
    }
    settings.load().await
}
