//! Answers that are none of AWS's or Kubernetes', and credentials that end on the way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use iamwire_core::aws::aws_types::sdk_config::SharedCredentialsProvider;
use iamwire_core::kube::KubeError;
use iamwire_core::{PermissionsPolicy, UnwireOptions, WireError, Wirer};
use iamwire_sandbox::Sandbox;
use iamwire_sandbox::world::{Identity, Setup, World};
use iamwire_tests::cloud::Cloud;
use kube::client::Body;
use tower::BoxError;

use super::sockets::sdk;
use super::{ISSUER, ROLE, desired, desired_of, iam, role, wirer, wirer_with};

/// A cloud whose answers of AWS have another text in the place of one.
#[derive(Debug, Clone)]
struct Forged {
    cloud: Cloud,
    texts: [&'static str; 2],
}

impl HttpConnector for Forged {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let [from, to] = self.texts;
        let answer = self.cloud.call(request);
        HttpConnectorFuture::new(async move {
            let other = |error: BoxError| ConnectorError::other(error, None);
            let response = answer.await?.try_into_http1x().map_err(|error| other(error.into()))?;
            let response = response.map(|body| {
                let text = String::from_utf8_lossy(body.bytes().unwrap_or_default());
                SdkBody::from(text.replace(from, to))
            });
            HttpResponse::try_from(response).map_err(|error| other(error.into()))
        })
    }
}

fn forged(cloud: &Cloud, texts: [&'static str; 2]) -> Wirer {
    let connector = SharedHttpConnector::new(Forged { cloud: cloud.clone(), texts });
    let client = http_client_fn(move |_, _| connector.clone());
    wirer_with(cloud, &cloud.sdk().into_builder().http_client(client).build())
}

/// A cloud in front of which a proxy answers an operation with a page of its own.
#[derive(Debug, Clone)]
struct Page {
    cloud: Cloud,
    operation: &'static str,
}

impl HttpConnector for Page {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let action = format!("Action={}&", self.operation);
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default());
        if !body.contains(&action) {
            return self.cloud.call(request);
        }
        let page = http::Response::builder().header("content-type", "text/html; charset=utf-8");
        let page = page.body(SdkBody::from("<html>sign in</html>")).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::try_from(page).unwrap()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_in_the_place_of_iam() {
    for operation in ["CreateRole", "AttachRolePolicy"] {
        let cloud = Cloud::new(Setup::default());
        let connector = SharedHttpConnector::new(Page { cloud: cloud.clone(), operation });
        let client = http_client_fn(move |_, _| connector.clone());
        let sdk = cloud.sdk().into_builder().http_client(client).build();
        let error = wirer_with(&cloud, &sdk).wire(&desired()).await.unwrap_err();
        let stopped = error.stopped().unwrap();
        assert!(stopped.why().to_string().contains("none of AWS's"), "{}", stopped.why());
        assert_eq!(stopped.in_doubt().len(), 1, "{error:?}");
        let done = wirer(&cloud).wire(&desired()).await.unwrap();
        assert!(!done.changes.is_empty());
    }
}

/// What can't be read is not left out: a provider that a role trusts would go, and policies would stay.
#[tokio::test(start_paused = true)]
async fn lists_with_what_can_not_be_read() {
    let document = r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    let document: PermissionsPolicy = document.parse().unwrap();
    let desired = desired_of(&role().inline_policy("extra".parse().unwrap(), document), &[ROLE]);
    let cloud = Cloud::new(Setup::default());
    let _ = wirer(&cloud).wire(&desired).await.unwrap();
    let provider = format!("arn:aws:iam::123456789012:oidc-provider/{ISSUER}");
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},"Action":"sts:AssumeRoleWithWebIdentity"}}]}}"#
    );
    let make = iam(&cloud).create_role().role_name("odd").assume_role_policy_document(trust);
    make.send().await.unwrap();
    let before = cloud.snapshot().await;
    let options = UnwireOptions::new().delete_provider(true);
    for (texts, what) in [
        (["role/odd<", "odd<"], "the roles that trust provider `"),
        (["policy/AmazonS3ReadOnlyAccess", "S3"], "the managed policies of role `my-s3-role`"),
        (["<member>extra<", "<member>a b<"], "the inline policies of role `my-s3-role`"),
    ] {
        let error = forged(&cloud, texts).unwire(&desired, options).await.unwrap_err();
        assert_eq!(error.code(), "plan.unreachable", "{error}");
        assert!(error.to_string().starts_with(what), "{error}");
        assert!(error.to_string().contains("AWS answered with a"), "{error}");
        assert_eq!(cloud.snapshot().await, before);
    }
}

/// A proxy that answers with a page of its own answers alike again: it is asked once.
#[tokio::test(start_paused = true)]
async fn a_page_in_the_place_of_kubernetes() {
    let cloud = Cloud::new(Setup::default());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let server = tower::service_fn(move |_: http::Request<Body>| {
        counted.fetch_add(1, Ordering::Relaxed);
        let page = Body::from(b"<html>sign in</html>".to_vec());
        async { Ok::<_, BoxError>(http::Response::new(page)) }
    });
    let wirer = Wirer::new(&cloud.sdk()).kube(kube::Client::new(server, "default"));
    let error = wirer.plan(&desired()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "namespace `shop` could not be seen: get namespaces of `shop`: an answer that is none of Kubernetes'"
    );
    assert!(error.help().contains("a proxy answers"), "{}", error.help());
    // Namespace, service account and pods.
    assert_eq!(count.load(Ordering::Relaxed), 3);
}

/// A webhook that changes what is sent: what is there then is not what was asked for, and nobody says so.
#[tokio::test(start_paused = true)]
async fn a_webhook_that_changes_the_annotation() {
    for is_there in [false, true] {
        let cloud = Cloud::new(Setup::default());
        let behind = cloud.kube(&cloud.sdk());
        if is_there {
            let bare = serde_json::json!({"metadata": {"name": ROLE, "namespace": "shop"}});
            let request = http::Request::post("/api/v1/namespaces/shop/serviceaccounts")
                .header("content-type", "application/json")
                .body(bare.to_string().into_bytes());
            let _: serde_json::Value = behind.request(request.unwrap()).await.unwrap();
        }
        let server = tower::service_fn(move |request: http::Request<Body>| {
            let behind = behind.clone();
            async move {
                let (parts, body) = request.into_parts();
                let body = String::from_utf8(body.collect_bytes().await?.to_vec())?;
                let body = body.replace("role/my-s3-role", "role/another");
                let request = http::Request::from_parts(parts, Body::from(body.into_bytes()));
                Ok::<_, BoxError>(behind.send(request).await?)
            }
        });
        let wirer = Wirer::new(&cloud.sdk()).kube(kube::Client::new(server, "default"));
        let error = wirer.wire(&desired()).await.unwrap_err();
        let stopped = error.stopped().unwrap();
        assert_eq!(
            stopped.why().to_string(),
            "patch serviceaccounts of `shop/my-s3-role`: annotation `eks.amazonaws.com/role-arn` came out as `arn:aws:iam::123456789012:role/another`"
        );
        assert!(error.help().contains("mutatingwebhookconfigurations"), "{}", error.help());
        assert_eq!((stopped.done().len(), stopped.in_doubt().len()), (3, 1), "{error:?}");
    }
}

/// Credentials that end as soon as AWS was asked for the cluster, the caller and the role.
#[derive(Debug)]
struct Ending(World);

impl ProvideCredentials for Ending {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        if self.0.calls().len() >= 3 {
            let text =
                "loading credentials of profile `dev` failed: the SSO session token is expired";
            return future::ProvideCredentials::ready(Err(CredentialsError::provider_error(text)));
        }
        let Identity { access_key_id, secret_access_key, .. } = Identity::default();
        let credentials = Credentials::from_keys(access_key_id, secret_access_key.0, None);
        future::ProvideCredentials::ready(Ok(credentials))
    }
}

/// Without a token there is no call of Kubernetes, and nothing is said of its endpoint.
#[tokio::test]
async fn credentials_that_end_before_the_cluster_is_asked() {
    let sandbox = Sandbox::start().unwrap();
    let provider = SharedCredentialsProvider::new(Ending(sandbox.world().clone()));
    let sdk = sdk(&sandbox).into_builder().credentials_provider(provider).build();
    let error = Wirer::new(&sdk).plan(&desired()).await.unwrap_err();
    assert!(matches!(error, WireError::Kube(KubeError::Access(_))), "{error:?}");
    assert_eq!(error.code(), "aws.sso-expired");
    assert!(error.to_string().starts_with("the SSO session has ended: "), "{error}");
    assert_eq!(error.help(), "sign in again: `aws sso login --profile dev`");
}
