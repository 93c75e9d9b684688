//! Pin the subject of a trust policy that is there; what is not edited stays byte for byte.

use iamwire_core::{ServiceAccountRef, TrustPolicy};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let issuer = "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
    let text = format!(
        r#"{{
  "Version": "2012-10-17",
  "Statement": [{{
    "Effect": "Allow",
    "Principal": {{ "Federated": "arn:aws:iam::123456789012:oidc-provider/{issuer}" }},
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {{ "StringEquals": {{ "{issuer}:aud": "sts.amazonaws.com" }} }}
  }}]
}}"#
    );
    let policy: TrustPolicy = text.parse()?;
    let account: ServiceAccountRef = "shop/my-s3-role".parse()?;

    let edit = policy.pin_subject(&policy.sole_provider()?, &account.subject())?;
    for change in edit.changes() {
        println!("{change}");
    }
    for denied in edit.blocked_by() {
        println!("{denied} still denies {account}");
    }
    println!("{}", edit.policy());
    Ok(())
}
