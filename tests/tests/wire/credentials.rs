//! Who calls, and what he may.

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use iamwire_core::aws::aws_types::SdkConfig;
use iamwire_core::aws::aws_types::sdk_config::SharedCredentialsProvider;
use iamwire_core::{UnwireOptions, WireError, Wirer};
use iamwire_sandbox::Sandbox;
use iamwire_sandbox::world::{Fault, Setup, When};
use iamwire_tests::cloud::Cloud;

use super::sockets::sdk;
use super::{desired, wirer, wirer_with};

/// A provider that has none, and says why.
#[derive(Debug)]
struct None(&'static str);

impl ProvideCredentials for None {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err(CredentialsError::provider_error(self.0)))
    }
}

/// Code, message and help.
pub(super) fn told(error: &WireError) -> String {
    format!("{}\n{error}\n{}", error.code(), error.help())
}

async fn refused(cloud: &Cloud, sdk: &SdkConfig) -> WireError {
    let error = wirer_with(cloud, sdk).wire(&desired()).await.unwrap_err();
    assert!(cloud.calls().iter().all(|call| !call.wrote));
    error
}

#[tokio::test(start_paused = true)]
async fn none_or_old_ones() {
    let cloud = Cloud::new(Setup::default());
    let none = SdkConfig::builder().region(cloud.sdk().region().cloned()).build();
    let told_none = told(&refused(&cloud, &none).await);
    let with = |text| {
        let provider = SharedCredentialsProvider::new(None(text));
        cloud.sdk().into_builder().credentials_provider(provider).build()
    };
    let empty = told(&refused(&cloud, &with("no providers in chain provided credentials")).await);
    let sso = with("loading credentials of profile `dev` failed: the SSO session token is expired");
    let sso = told(&refused(&cloud, &sso).await);
    let region = cloud.sdk().into_builder().region(Option::None).build();
    let region = told(&refused(&cloud, &region).await);
    insta::assert_snapshot!([told_none, empty, sso, region].join("\n\n"));
}

#[tokio::test(start_paused = true)]
async fn who_may_not() {
    let mut all = Vec::new();
    let read = [
        "DescribeCluster",
        "GetCallerIdentity",
        "GetRole",
        "GetOpenIDConnectProvider",
        "GetPolicy",
    ];
    let kube = ["get namespaces", "get serviceaccounts", "list pods"];
    let write =
        ["CreateOpenIDConnectProvider", "CreateRole", "AttachRolePolicy", "apply serviceaccounts"];
    for operation in read.into_iter().chain(kube).chain(write) {
        let cloud = Cloud::new(Setup::default());
        cloud.world().fail(When::Operation(operation.to_owned()), 9, Fault::Denied);
        match wirer(&cloud).wire(&desired()).await {
            Err(error) => {
                let why = error.stopped().map_or_else(String::new, |s| format!("\n{}", s.why()));
                all.push(format!("{operation}: {}{why}", told(&error)));
            }
            // Pods that can't be seen are told.
            Ok(done) => all.push(format!("{operation}: {:?}", done.notices)),
        }
    }
    insta::assert_snapshot!(without_ids(&all.join("\n\n")));
}

#[tokio::test(start_paused = true)]
async fn a_principal_that_the_cluster_does_not_know() {
    let mut setup = Setup::default();
    setup.clusters[0].principals = vec!["arn:aws:iam::123456789012:user/somebody".to_owned()];
    let cloud = Cloud::new(setup);
    // The client is given: whose credentials it has isn't ours to know.
    let given = wirer(&cloud).wire(&desired()).await.unwrap_err();
    let unwire = wirer(&cloud).unwire(&desired(), UnwireOptions::new()).await.unwrap_err();
    assert_eq!(unwire.code(), "plan.forbidden");
    insta::assert_snapshot!(without_ids(&told(&given)));
}

/// The way that EKS tells, with the token of the AWS credentials.
#[tokio::test]
async fn an_aws_principal_that_the_cluster_does_not_know() {
    let mut setup = Setup::default();
    setup.clusters[0].principals = vec!["arn:aws:iam::123456789012:user/somebody".to_owned()];
    let sandbox = Sandbox::start_with(setup).unwrap();
    let error = Wirer::new(&sdk(&sandbox)).wire(&desired()).await.unwrap_err();
    insta::assert_snapshot!(without_ids(&told(&error)));
    let kubeconfig =
        Wirer::new(&sdk(&sandbox)).kubeconfig(Some(sandbox.kubeconfig()), Option::None);
    sandbox.world().fail(When::Operation("get namespaces".to_owned()), 1, Fault::Unauthenticated);
    let error = kubeconfig.wire(&desired()).await.unwrap_err();
    assert!(error.help().starts_with("check the credentials of the kubeconfig"), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn keys_that_aws_does_not_know() {
    let cloud = Cloud::new(Setup::default());
    cloud.world().fail(When::Operation("GetCallerIdentity".to_owned()), 9, Fault::Unauthenticated);
    let unknown = told(&refused(&cloud, &cloud.sdk()).await);
    cloud.world().clear_faults();
    let expired = Fault::Error {
        status: 403,
        code: "ExpiredToken".to_owned(),
        message: "The security token included in the request is expired".to_owned(),
    };
    cloud.world().fail(When::Operation("GetRole".to_owned()), 9, expired);
    let expired = told(&refused(&cloud, &cloud.sdk()).await);
    cloud.world().clear_faults();
    let signature = Fault::Error {
        status: 403,
        code: "InvalidSignatureException".to_owned(),
        message: "The request signature we calculated does not match.\n\nThe Canonical String …"
            .to_owned(),
    };
    cloud.world().fail(When::Operation("DescribeCluster".to_owned()), 9, signature);
    let signature = told(&refused(&cloud, &cloud.sdk()).await);
    insta::assert_snapshot!(without_ids(&[unknown, expired, signature].join("\n\n")));
}

/// Ids of requests differ from run to run.
pub(super) fn without_ids(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("request ") {
        let is_id = |c: char| c.is_ascii_hexdigit() || c == '-';
        let end = after.find(|c| !is_id(c)).unwrap_or(after.len());
        out.push_str(before);
        out.push_str(if end > 30 { "request ID" } else { "request " });
        rest = if end > 30 { after.get(end..).unwrap_or_default() } else { after };
    }
    out + rest
}

/// It is `Send`, so that it can be spawned, and shared.
#[test]
fn a_wirer_goes_everywhere() {
    fn is<T: Clone + Send + Sync + 'static>() {}
    fn goes(_: impl Future + Send) {}
    is::<Wirer>();
    let wirer = Wirer::new(&SdkConfig::builder().build());
    let desired = desired();
    goes(wirer.wire(&desired));
}
