//! No token, key or secret in anything that is printed: errors, `Debug`, events, plans.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use iamwire_core::aws::EksToken;
use iamwire_core::aws::aws_types::sdk_config::SharedCredentialsProvider;
use iamwire_core::{UnwireOptions, Wirer};
use iamwire_sandbox::world::{Fault, Identity, Setup, When};
use iamwire_tests::cloud::Cloud;

use super::{ROLE, desired, make_foreign_role, merged, wirer};

const SESSION: &str = "canary-session-token";

/// All that could be printed.
#[derive(Default, Clone)]
struct Printed(Arc<Mutex<String>>);

impl Printed {
    fn print(&self, value: &(impl Debug + ?Sized)) {
        let mut all = self.0.lock().unwrap();
        writeln!(all, "{value:?}\n{value:#?}").unwrap();
    }
}

/// Also not the password of an endpoint in the configuration that a wirer was made of.
#[tokio::test(start_paused = true)]
async fn a_wirer() {
    let cloud = Cloud::new(Setup::default());
    let sdk = cloud.sdk().into_builder().endpoint_url("https://alice:canary@127.0.0.1:1");
    let sdk = sdk.build();
    assert!(format!("{sdk:?}").contains("canary"));
    let wirer = Wirer::new(&sdk).role_account(&sdk);
    let _ = wirer.plan(&desired()).await.unwrap_err();
    assert!(!format!("{wirer:?} {wirer:#?}").contains("canary"));
}

#[tokio::test(start_paused = true)]
async fn a_canary() {
    let printed = Printed::default();
    let identity = Identity::default();
    let secret = identity.secret_access_key.0.clone();
    let operations = [
        "",
        "GetCallerIdentity",
        "GetRole",
        "DescribeCluster",
        "CreateRole",
        "UpdateAssumeRolePolicy",
        "AttachRolePolicy",
        "get serviceaccounts",
        "apply serviceaccounts",
        "list pods",
    ];
    // AWS says which request it has seen that was signed otherwise, and with which header.
    let signed = |code: &str, text: &str| Fault::Error {
        status: 403,
        code: code.to_owned(),
        message: format!("The request signature we calculated does not match{text}"),
    };
    let canonical = format!(
        ".\n\nThe Canonical String should have been\n'POST\nx-amz-security-token:{SESSION}\n'"
    );
    let header = format!(": 'AWS4-HMAC-SHA256 Credential=x, X-Amz-Signature=y, {SESSION}'");
    let faults = [
        signed("SignatureDoesNotMatch", &canonical),
        signed("InvalidSignatureException", &canonical.replace('\n', "\r\n")),
        signed("IncompleteSignature", &header),
        Fault::Before,
        Fault::After,
        Fault::Throttled,
        Fault::ServerError,
        Fault::Denied,
        Fault::Unauthenticated,
    ];
    let mut tokens = Vec::new();
    for operation in operations {
        for fault in &faults {
            // Kubernetes knows no signatures.
            if operation.contains(' ') && matches!(fault, Fault::Error { .. }) {
                continue;
            }
            let cloud = Cloud::new(Setup::default());
            make_foreign_role(&cloud).await;
            let credentials =
                Credentials::from_keys(&identity.access_key_id, &secret, Some(SESSION.to_owned()));
            let sdk = cloud
                .sdk()
                .into_builder()
                .credentials_provider(SharedCredentialsProvider::new(credentials))
                .build();
            cloud.world().fail(When::Operation(operation.to_owned()), 9, fault.clone());
            let listener = printed.clone();
            let wirer = Wirer::new(&sdk)
                .kube(cloud.kube(&sdk))
                .on_event(move |event| listener.print(event));
            printed.print(&wirer);
            printed.print(&wirer.plan(&desired()).await);
            let done = wirer.wire(&merged()).await;
            if let Err(error) = &done {
                let mut source: Option<&dyn std::error::Error> = Some(error);
                while let Some(error) = source {
                    printed.print(&error.to_string());
                    source = error.source();
                }
            }
            printed.print(&done);
            printed.print(&wirer.unwire(&merged(), UnwireOptions::new()).await);
            let arn = "arn:aws:eks:eu-west-3:123456789012:cluster/prod".parse().unwrap();
            let token = EksToken::new(&sdk, &arn).unwrap();
            let text = token.token().await.unwrap();
            printed.print(&token);
            printed.print(&text);
            tokens.push(text.expose().to_owned());
        }
    }
    let all = printed.0.lock().unwrap().clone();
    // Not vacuous: what is no secret is there.
    assert!(all.contains("my-s3-role") && all.len() > 100_000);
    assert!(all.contains("The request signature we calculated does not match"));
    for canary in
        [secret.as_str(), SESSION, "k8s-aws-v1", "X-Amz-Signature", "AWS4-HMAC", "Bearer "]
    {
        assert!(!all.contains(canary), "{canary} is printed");
    }
    assert!(tokens.iter().all(|token| token.len() > 300 && !all.contains(token.as_str())));
}

/// What others keep on a service account is none of a plan's business, nor of who reads the plan.
#[tokio::test(start_paused = true)]
async fn what_others_keep_on_a_service_account() {
    let cloud = Cloud::new(Setup::default());
    let meta = serde_json::json!({
        "name": ROLE, "namespace": "shop",
        "annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": "{canary-1}",
            "theirs.example.com/canary-key": "canary-2",
            "eks.amazonaws.com/sts-regional-endpoints": "true",
        },
        "labels": {"canary-label": "canary-3", "app.kubernetes.io/managed-by": "Helm"},
    });
    let account = serde_json::json!({"kind": "ServiceAccount", "metadata": meta});
    let path = "/api/v1/namespaces/shop/serviceaccounts?fieldManager=helm";
    let request = http::Request::post(path).header("content-type", "application/json");
    let request = request.body(account.to_string().into_bytes()).unwrap();
    let _: serde_json::Value = cloud.kube(&cloud.sdk()).request(request).await.unwrap();
    let printed = Printed::default();
    let listener = printed.clone();
    let wirer = wirer(&cloud).on_event(move |event| listener.print(event));
    let done = wirer.wire(&desired()).await;
    printed.print(&done);
    let plan = wirer.plan(&desired()).await.unwrap();
    assert!(plan.is_empty(), "{plan}");
    printed.print(&plan);
    printed.print(&(plan.to_string(), plan.to_json()));
    printed.print(&serde_json::to_string(plan.observed()).unwrap());
    let unwire = wirer.plan_unwire(&desired(), UnwireOptions::new()).await.unwrap();
    printed.print(&(unwire.to_string(), unwire.to_json()));
    let all = printed.0.lock().unwrap().clone();
    assert!(all.contains("sts-regional-endpoints") && all.contains("Helm"));
    assert!(!all.contains("canary"), "{all}");
    // All of it is still there.
    assert_eq!(super::edges::account(&cloud).await.matches("canary-").count(), 5);
}
