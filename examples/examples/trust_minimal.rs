//! Build a trust policy, and ask whether a token's subject may assume the role.

use iamwire_core::{Decision, ProviderArn, Request, ServiceAccountRef, TrustPolicy};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let provider: ProviderArn = "arn:aws:iam::123456789012:oidc-provider/\
         oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
        .parse()?;
    let account: ServiceAccountRef = "shop/my-s3-role".parse()?;

    let trust = TrustPolicy::web_identity(&provider).service_account(account.clone()).build();
    println!("{}", trust.to_pretty());

    let issuer = provider.issuer();
    let request = Request::web_identity(&provider)
        .with(&issuer.condition_key("aud"), ["sts.amazonaws.com"])
        .with(&issuer.condition_key("sub"), [account.subject().as_str()]);
    assert_eq!(trust.prepare().decide(&request), Decision::Allowed);

    let other = request.with(&issuer.condition_key("sub"), ["system:serviceaccount:shop:web"]);
    println!("{}", trust.explain(&other));
    Ok(())
}
