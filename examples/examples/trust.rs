//! A trust policy for one service account: built, and asked about two tokens.
//!
//! `cargo run --example trust`

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use iamwire_core::{Claims, ProviderArn, RoleArn, ServiceAccountRef, TrustPolicy, WebIdentityCall};

const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const ROLE: &str = "arn:aws:iam::123456789012:role/my-s3-role";
/// The time of the calls, in seconds since 1970.
const NOW: i64 = 1_767_225_600;

fn main() -> Result<(), Box<dyn Error>> {
    let provider: ProviderArn = PROVIDER.parse()?;
    let account: ServiceAccountRef = "shop/my-s3-role".parse()?;
    let trust = TrustPolicy::web_identity(&provider).service_account(account.clone()).build();

    let mut told = String::new();
    writeln!(told, "{}\n", trust.to_pretty())?;
    for granted in trust.grants() {
        writeln!(told, "statement {} lets in {}", granted.statement, granted.grant.breadth())?;
    }
    for asking in [account, "shop/my-s3-rolle".parse()?] {
        writeln!(told, "\n{asking} asks for {ROLE}")?;
        told += &answer(&trust, &provider, &asking)?;
    }
    // A reader that went away is none of our concern.
    let _ = io::stdout().write_all(told.as_bytes());
    Ok(())
}

/// What STS says to a token of the service account, and why.
fn answer(
    trust: &TrustPolicy,
    provider: &ProviderArn,
    account: &ServiceAccountRef,
) -> Result<String, Box<dyn Error>> {
    let claims = format!(
        r#"{{"iss":"{}","sub":"{}","aud":["sts.amazonaws.com"],"iat":{NOW},"exp":{}}}"#,
        provider.issuer().url(),
        account.subject(),
        NOW + 3_600,
    );
    let role: RoleArn = ROLE.parse()?;
    let call = WebIdentityCall::new(Claims::parse(&claims)?)
        .provider(provider.issuer(), &[iamwire_core::Audience::STS])
        .role(&role, trust.clone());
    let answer = call.answer(NOW);
    let mut told = format!("  STS answers {}", answer.code());
    if let Some(message) = answer.message() {
        write!(told, ": {message}")?;
    }
    for reason in answer.reasons() {
        write!(told, "\n  {reason}")?;
    }
    told.push('\n');
    Ok(told)
}
