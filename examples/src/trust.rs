//! `iamwire trust`: a trust policy from a provider and service accounts.

use iamwire_core::{Audience, ProviderArn, ServiceAccountRef, TrustPolicy};

use crate::{Exit, Failure, Streams, notices};

/// Build the trust policy that lets service accounts assume a role
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The OIDC provider of the cluster: `arn:aws:iam::123456789012:oidc-provider/HOST/PATH`
    #[arg(long, value_name = "ARN")]
    provider: String,
    /// Whom the tokens are for
    #[arg(long, value_name = "AUDIENCE", default_value = Audience::STS.as_str())]
    audience: String,
    /// The service accounts, each as NAMESPACE/NAME
    #[arg(required = true, value_name = "NAMESPACE/NAME")]
    accounts: Vec<String>,
}

pub(crate) fn run(args: &Args, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let provider: ProviderArn = args.provider.parse()?;
    let audience: Audience = args.audience.parse()?;
    let accounts: Vec<ServiceAccountRef> =
        args.accounts.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
    let mut found = provider.notices();
    found.extend(audience.notices());
    found.extend(accounts.iter().flat_map(ServiceAccountRef::notices));
    let Some((first, rest)) = accounts.split_first() else {
        return Err(Failure::unreadable("no service account is named", "write NAMESPACE/NAME"));
    };
    let one =
        TrustPolicy::web_identity(&provider).audience(audience).service_account(first.clone());
    let policy = rest.iter().fold(one, |all, one| all.service_account(one.clone())).build();
    writeln!(streams.output, "{}", policy.to_pretty()).map_err(Failure::output)?;
    notices::tell(streams.errors, found);
    Ok(Exit::Fine)
}
