//! The laws of values: what is printed is read again, and every way in leads through one validator.

#![allow(clippy::unwrap_used, reason = "a test that stops says where")]

use std::collections::HashSet;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::str::FromStr;

use iamwire_core::{
    AccountId, Audience, ClusterArn, ClusterId, ClusterName, InlinePolicyName, Issuer, LabelKey,
    LabelValue, ManagedPolicy, Namespace, Partition, PermissionsPolicy, PolicyArn, PolicyName,
    PrincipalArn, PrincipalArnKind, ProviderArn, RoleArn, RoleDescription, RoleName, RolePath,
    ServiceAccountName, ServiceAccountRef, SessionDuration, Subject, SubjectPattern, TagKey,
    TagValue, Thumbprint, Thumbprints, ValueError,
};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

/// What every value can do.
trait Value:
    FromStr<Err = ValueError>
    + for<'a> TryFrom<&'a str, Error = ValueError>
    + TryFrom<String, Error = ValueError>
    + Serialize
    + DeserializeOwned
    + Display
    + Debug
    + AsRef<str>
    + Clone
    + Ord
    + Hash
{
}

impl<T> Value for T where
    T: FromStr<Err = ValueError>
        + for<'a> TryFrom<&'a str, Error = ValueError>
        + TryFrom<String, Error = ValueError>
        + Serialize
        + DeserializeOwned
        + Display
        + Debug
        + AsRef<str>
        + Clone
        + Ord
        + Hash
{
}

/// All ways in agree on `text`; a value that is taken prints a text that is read as the same value.
fn lawful<T: Value>(text: &str) -> Option<T> {
    let parsed = text.parse::<T>();
    assert_eq!(T::try_from(text), parsed);
    assert_eq!(T::try_from(text.to_owned()), parsed);
    let json = serde_json::to_string(text).unwrap();
    let borrowed = serde_json::from_str::<T>(&json).map_err(|e| e.to_string());
    let owned = serde_json::from_value::<T>(text.into()).map_err(|e| e.to_string());
    match &parsed {
        Ok(value) => {
            assert_eq!(borrowed.as_ref(), Ok(value));
            assert_eq!(owned.as_ref(), Ok(value));
            assert_eq!(value.to_string(), value.as_ref());
            assert_eq!(value.to_string().parse::<T>().as_ref(), Ok(value));
            assert_eq!(serde_json::to_value(value).unwrap(), value.as_ref());
        }
        Err(error) => {
            let message = error.to_string();
            assert!(borrowed.unwrap_err().starts_with(&message), "{message}");
            assert_eq!(owned.unwrap_err(), message);

            if let Some(span) = error.invalid().span() {
                assert!(error.invalid().input().get(span).is_some(), "{message}");
            }
        }
    }
    parsed.ok()
}

/// Gives the value of a text that must be one, and that is its own canonical form.
fn exact<T: Value>(text: &str) -> T {
    let value = lawful::<T>(text);
    assert_eq!(value.as_ref().map(AsRef::as_ref), Some(text));
    value.unwrap()
}

fn lawful_whatever_it_is(text: &str) {
    lawful::<AccountId>(text);
    lawful::<Audience>(text);
    lawful::<ClusterArn>(text);
    lawful::<ClusterId>(text);
    lawful::<ClusterName>(text);
    lawful::<InlinePolicyName>(text);
    lawful::<ManagedPolicy>(text);
    lawful::<PolicyArn>(text);
    lawful::<PolicyName>(text);
    lawful::<RoleDescription>(text);
    lawful::<TagKey>(text);
    lawful::<TagValue>(text);
    let _ = (text.parse::<PermissionsPolicy>(), text.parse::<SessionDuration>());
    lawful::<Issuer>(text);
    lawful::<LabelKey>(text);
    lawful::<LabelValue>(text);
    lawful::<Namespace>(text);
    lawful::<Partition>(text);
    lawful::<PrincipalArn>(text);
    lawful::<ProviderArn>(text);
    lawful::<RoleArn>(text);
    lawful::<RoleName>(text);
    lawful::<RolePath>(text);
    lawful::<ServiceAccountName>(text);
    lawful::<ServiceAccountRef>(text);
    lawful::<Thumbprint>(text);
    let subject = Subject::from(text);
    assert_eq!(subject.as_str(), text);
    let _ = (subject.notices(), subject.service_account());
    if let Ok(pattern) = SubjectPattern::dangerous_parse(text) {
        assert_eq!(pattern.as_str(), text);
        let _ = pattern.notices();
    }
}

const NAMESPACE: &str = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
const NAME: &str = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?){0,2}";
const ISSUER: &str =
    "[a-zA-Z0-9]{1,20}(\\.[a-z0-9]{1,20}){0,4}(/[-a-zA-Z0-9._~%!$&'()*+,;=:@]{0,20}){0,6}";
const PARTITION: &str = "aws(-[a-z0-9-]{1,20})?";
const PATH: &str = "/([!-~]{1,100}/)?";
const ROLE: &str = "[A-Za-z0-9+=,.@_-]{1,64}";

proptest! {
    #[test]
    fn any_text_is_judged_alike_by_every_way(text in ".{0,300}") {
        lawful_whatever_it_is(&text);
    }

    #[test]
    fn near_texts_are_judged_alike_by_every_way(
        start in "(https?://|arn:aws(-cn)?:(iam|sts|eks):[a-z]?:(123456789012|aws)?:(role|user|root|assumed-role|oidc-provider|policy|cluster)?/?|system:serviceaccount:)?",
        end in "[-a-zA-Z0-9:/@?#.*\u{e9}\u{1f980} ]{0,20}",
    ) {
        lawful_whatever_it_is(&format!("{start}{end}"));
    }

    #[test]
    fn service_accounts_and_subjects(namespace in NAMESPACE, name in NAME) {
        let account: ServiceAccountRef = exact(&format!("{namespace}/{name}"));
        prop_assert_eq!(account.namespace(), &exact::<Namespace>(&namespace));
        prop_assert_eq!(account.name(), &exact::<ServiceAccountName>(&name));
        let subject = account.subject();
        prop_assert_eq!(subject.as_str(), format!("system:serviceaccount:{namespace}:{name}"));
        prop_assert_eq!(subject.service_account(), Some(account));
    }

    #[test]
    fn providers_and_issuers(partition in PARTITION, account in "[0-9]{12}", issuer in ISSUER) {
        let issuer: Issuer = exact(&issuer);
        prop_assert_eq!(&lawful::<Issuer>(&issuer.url()), &Some(issuer.clone()));
        prop_assert_eq!(format!("{}{}", issuer.host(), issuer.path()), issuer.as_str());
        let provider = ProviderArn::new(exact(&partition), exact(&account), &issuer);
        prop_assert_eq!(&exact::<ProviderArn>(provider.as_str()), &provider);
        prop_assert_eq!(provider.issuer(), &issuer);
        prop_assert_eq!(provider.partition().as_str(), partition);
        prop_assert_eq!(provider.account().as_str(), account);
    }

    #[test]
    fn roles(partition in PARTITION, account in "[0-9]{12}", path in PATH, name in ROLE) {
        let role = RoleArn::new(exact(&partition), exact(&account), exact(&path), exact(&name));
        let parsed: RoleArn = exact(role.as_str());
        prop_assert_eq!(&parsed, &role);
        prop_assert_eq!(parsed.path().as_str(), path);
        prop_assert_eq!(parsed.name().as_str(), name);
    }

    #[test]
    fn thumbprints(digest in any::<[u8; 20]>()) {
        let thumbprint: Thumbprint = exact(Thumbprint::from_sha1(&digest).as_str());
        let pairs: Vec<_> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        for pasted in [
            pairs.concat(),
            pairs.join(":"),
            format!(" {}\n", pairs.join(" ")),
            format!("SHA1 Fingerprint={}\n", pairs.join(":")),
            format!("sha1 Fingerprint={}", pairs.join(":")),
        ] {
            prop_assert_eq!(lawful::<Thumbprint>(&pasted), Some(thumbprint.clone()));
        }
    }
}

#[test]
fn bounds_are_taken() {
    exact::<Namespace>(&"n".repeat(63));
    exact::<ServiceAccountName>(&"s".repeat(253));
    exact::<RoleName>(&"r".repeat(64));
    exact::<RolePath>(&format!("/{}/", "p".repeat(510)));
    exact::<RoleArn>("arn:aws:iam::123456789012:role/${a}/x");
    exact::<Audience>(&"é".repeat(255));
    exact::<Issuer>(&format!("host/{}", "i".repeat(242)));
    exact::<LabelKey>(&format!("{}/{}", "p".repeat(253), "k".repeat(63)));
    exact::<LabelValue>(&"v".repeat(63));
    exact::<ClusterName>(&"c".repeat(100));
    exact::<PolicyName>(&"p".repeat(128));
    exact::<InlinePolicyName>(&"p".repeat(128));
    exact::<TagKey>(&"é".repeat(128));
    exact::<TagValue>(&"é".repeat(256));
    exact::<TagValue>("");
    exact::<RoleDescription>(&"é".repeat(1000));
    for seconds in [3_600, 43_200] {
        assert_eq!(
            SessionDuration::from_seconds(seconds).unwrap().to_string(),
            seconds.to_string()
        );
    }
}

#[test]
fn durations_by_serde_are_within_bounds() {
    let duration: SessionDuration = serde_json::from_str("7200").unwrap();
    assert_eq!(serde_json::to_string(&duration).unwrap(), "7200");
    for json in ["3599", "43201", "-1", "\"7200\""] {
        assert!(serde_json::from_str::<SessionDuration>(json).is_err(), "{json}");
    }
}

#[test]
fn clusters_are_what_they_say() {
    let arn = "arn:aws-cn:eks:cn-north-1:123456789012:cluster/prod";
    let by_arn: ClusterId = exact(arn);
    assert_eq!(by_arn.arn().unwrap(), &exact::<ClusterArn>(arn));
    assert_eq!(by_arn.arn().unwrap().region(), "cn-north-1");
    assert_eq!((by_arn.name().unwrap().as_str(), by_arn.label()), ("prod", "prod"));
    let by_name: ClusterId = exact("prod");
    assert_eq!((by_name.name(), by_name.arn()), (by_arn.name(), None));
    let own: ClusterId = exact("https://oidc.example.com/a");
    assert_eq!(own.self_managed().unwrap().as_str(), "oidc.example.com/a");
    assert_eq!((own.name(), own.label()), (None, "oidc.example.com/a"));
}

#[test]
fn policies_are_what_they_say() {
    let aws: ManagedPolicy = exact("arn:aws:iam::aws:policy/service-role/AWSLambdaRole");
    assert_eq!(aws.name().as_str(), "AWSLambdaRole");
    assert_eq!(aws.arn().unwrap().account(), None);
    let own: PolicyArn = exact("arn:aws-cn:iam::123456789012:policy/own");
    assert_eq!(own.account(), Some(&exact("123456789012")));
    assert_eq!(own.partition(), &Partition::AWS_CN);
    assert_eq!(exact::<ManagedPolicy>("own").arn(), None);
    let text = r#"{ "Statement": [ { "Effect": "Allow", "Action": "s3:*", "Resource": "*" } ] }"#;
    let policy: PermissionsPolicy = text.parse().unwrap();
    assert_eq!(policy.to_string(), text);
    assert_eq!(policy.size(), text.replace(' ', "").len());
    assert_eq!(policy, text.replace(' ', "").parse().unwrap());
    let json = serde_json::to_string(&policy).unwrap();
    assert_eq!(serde_json::from_str::<PermissionsPolicy>(&json).unwrap(), policy);
}

#[test]
fn roles_for_bindings_have_names_of_their_own() {
    let name = |cluster: &str, account: &str| {
        RoleName::for_binding(&exact::<ClusterId>(cluster), &exact(account)).to_string()
    };
    assert_eq!(name("prod", "shop/my-s3-role"), "prod-shop-my-s3-role");
    assert_eq!(name("arn:aws:eks:r:123456789012:cluster/prod", "shop/a"), "prod-shop-a");
    assert_eq!(name("https://oidc.example.com/a", "shop/b"), "oidc.example.com-a-shop-b");
    let whole = name("prod", &format!("shop/{}", "a".repeat(54)));
    assert_eq!(whole, format!("prod-shop-{}", "a".repeat(54)));
    let cut = |last: &str| name("prod", &format!("shop/{}{last}", "a".repeat(54)));
    // printf %s prod-shop-aaa…b | sha256sum
    assert_eq!(cut("b"), format!("prod-shop-{}-b1035062", "a".repeat(45)));
    assert_ne!(cut("b"), cut("c"));
    exact::<RoleName>(&cut("b"));
    assert_eq!(cut("b").len(), 64);
}

#[test]
fn known_values_equal_parsed_ones() {
    assert_eq!(exact::<Audience>("sts.amazonaws.com"), Audience::STS);
    assert_eq!(exact::<RolePath>("/"), RolePath::ROOT);
    let known = [Partition::AWS, Partition::AWS_CN, Partition::AWS_US_GOV];
    let parsed: HashSet<_> = ["aws", "aws-cn", "aws-us-gov"].map(exact::<Partition>).into();
    assert_eq!(parsed, HashSet::from(known));
}

#[test]
fn partitions_have_suffixes() {
    let suffix = |text| exact::<Partition>(text).dns_suffix();
    assert_eq!(suffix("aws-us-gov"), Some("amazonaws.com"));
    assert_eq!(suffix("aws-cn"), Some("amazonaws.com.cn"));
    assert_eq!(suffix("aws-eusc"), Some("amazonaws.eu"));
    assert_eq!(suffix("aws-new"), None);
}

#[test]
fn principals_are_what_they_say() {
    let kind = |rest: &str| exact::<PrincipalArn>(&format!("arn:aws-cn:{rest}")).kind().clone();
    assert_eq!(kind("iam::123456789012:root"), PrincipalArnKind::Account);
    assert_eq!(kind("iam::123456789012:user/team/me"), PrincipalArnKind::User);
    assert_eq!(kind("iam::123456789012:role/team/r"), PrincipalArnKind::Role);
    assert_eq!(kind("sts::123456789012:federated-user/me"), PrincipalArnKind::FederatedUser);
    let session: PrincipalArn = exact("arn:aws-cn:sts::123456789012:assumed-role/r/session");
    assert_eq!(session.kind(), &PrincipalArnKind::RoleSession(exact("r")));
    assert_eq!(session.root(), exact("arn:aws-cn:iam::123456789012:root"));
    assert_eq!(session.root().kind(), &PrincipalArnKind::Account);
}

#[test]
fn names_mind_the_case() {
    assert_ne!(exact::<RoleName>("Role"), exact::<RoleName>("role"));
    assert_ne!(exact::<Issuer>("Host/id"), exact::<Issuer>("host/id"));
    assert_ne!(exact::<Issuer>("host/id/"), exact::<Issuer>("host/id"));
}

#[test]
fn ordinary_values_have_no_notices() {
    let issuer = "https://oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
    let issuer: Issuer = issuer.parse().unwrap();
    let account = exact::<AccountId>("123456789012");
    let provider = ProviderArn::new(Partition::AWS, account.clone(), &issuer);
    assert_eq!(provider.notices(), []);
    let role = RoleArn::new(Partition::AWS_CN, account, exact("/team/"), exact("my-s3-role"));
    assert_eq!(role.notices(), []);
    assert_eq!(Audience::STS.notices(), []);
    let service_account = exact::<ServiceAccountRef>("shop/api");
    assert_eq!(service_account.notices(), []);
    assert_eq!(service_account.subject().notices(), []);
    assert_eq!(Subject::from("repo:me/mine:ref:refs/heads/main").notices(), []);
    assert_eq!(
        SubjectPattern::dangerous_parse("system:serviceaccount:z*:api").unwrap().notices(),
        []
    );
}

#[test]
fn thumbprints_by_serde_are_at_most_five() {
    let list = |count: u8| (0..count).map(|i| Thumbprint::from_sha1(&[i; 20])).collect::<Vec<_>>();
    let five = Thumbprints::new(list(5)).unwrap();
    let json = serde_json::to_string(&five).unwrap();
    assert_eq!(serde_json::from_str::<Thumbprints>(&json).unwrap(), five);
    let error = serde_json::from_value::<Thumbprints>(serde_json::to_value(list(6)).unwrap());
    assert!(error.unwrap_err().to_string().contains("too many of 6"));
}
