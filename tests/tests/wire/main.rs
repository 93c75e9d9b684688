//! The main job: a service account gets a role, end to end on the sandbox's world, in process.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "for tests alone: what is not as it should be fails the test"
)]

mod accounts;
mod answers;
mod counts;
mod credentials;
mod deadline;
mod deletion;
mod edges;
mod faults;
mod races;
mod secrets;
mod sockets;
mod stale;
mod token;
mod unwiring;
mod weather;

use iamwire_core::aws::aws_sdk_iam;
use iamwire_core::aws::aws_types::SdkConfig;
use iamwire_core::{Account, Binding, Cluster, Desired, ExistingRole, Role, Wirer};
use iamwire_sandbox::world::{Identity, Secret};
use iamwire_tests::cloud::Cloud;

const ISSUER: &str = "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const ROLE: &str = "my-s3-role";
/// An inline policy.
const ALL_OF_S3: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
/// The trust policy of a role that somebody else has made, laid out in his way.
const FOREIGN: &str = r#"{
    "Version": "2012-10-17",
    "Statement": [ {"Sid": "Theirs", "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"} ]
}"#;

/// The role of the examples.
fn role() -> Role {
    Role::new(ROLE.parse().unwrap()).managed_policy("AmazonS3ReadOnlyAccess".parse().unwrap())
}

/// Service accounts of `shop`, all with one role.
fn desired_of(role: &Role, accounts: &[&str]) -> Desired {
    let cluster = Cluster::from_name("prod").unwrap();
    let account = |name: &&str| Account::new(format!("shop/{name}").parse().unwrap());
    let bindings = accounts.iter().map(|name| Binding::new(&cluster, account(name), role.clone()));
    Desired::new(bindings).unwrap()
}

/// The main job.
fn desired() -> Desired {
    desired_of(&role(), &[ROLE])
}

/// The same where the role is somebody else's.
fn merged() -> Desired {
    desired_of(&role().existing(ExistingRole::Merge), &[ROLE])
}

fn wirer(cloud: &Cloud) -> Wirer {
    wirer_with(cloud, &cloud.sdk())
}

fn wirer_with(cloud: &Cloud, sdk: &SdkConfig) -> Wirer {
    Wirer::new(sdk).kube(cloud.kube(&cloud.sdk()))
}

fn writes(cloud: &Cloud) -> usize {
    cloud.calls().iter().filter(|call| call.wrote).count()
}

/// Somebody of another account.
fn bob() -> Identity {
    Identity {
        arn: "arn:aws:iam::210987654321:user/bob".to_owned(),
        access_key_id: "AKIAI44QH8DHBEXAMPLE".to_owned(),
        secret_access_key: Secret("je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY".to_owned()),
    }
}

fn iam(cloud: &Cloud) -> aws_sdk_iam::Client {
    aws_sdk_iam::Client::new(&cloud.sdk())
}

/// A role that somebody else has made, with nothing else.
async fn make_bare_role(cloud: &Cloud) {
    let make = iam(cloud).create_role().role_name(ROLE).assume_role_policy_document(FOREIGN);
    make.send().await.unwrap();
}

/// A role that somebody else has made, with a policy and a tag of his.
async fn make_foreign_role(cloud: &Cloud) {
    let iam = iam(cloud);
    let tag = aws_sdk_iam::types::Tag::builder().key("team").value("a").build().unwrap();
    let make = iam.create_role().role_name(ROLE).assume_role_policy_document(FOREIGN).tags(tag);
    make.send().await.unwrap();
    let attach = iam.attach_role_policy().role_name(ROLE);
    attach.policy_arn("arn:aws:iam::aws:policy/AmazonSQSFullAccess").send().await.unwrap();
}

/// A provider that somebody else has made, for an audience of his.
async fn make_foreign_provider(cloud: &Cloud) {
    let make = iam(cloud).create_open_id_connect_provider().url(format!("https://{ISSUER}"));
    let make = make.client_id_list("theirs").thumbprint_list("a".repeat(40));
    make.send().await.unwrap();
}

/// A service account that somebody else has made, with an annotation and a label of his.
async fn make_foreign_account(cloud: &Cloud) {
    let body = serde_json::json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {
            "name": ROLE, "namespace": "shop",
            "annotations": {"theirs.example.com/note": "keep"},
            "labels": {"app.kubernetes.io/managed-by": "Helm"},
        },
    });
    let path = "/api/v1/namespaces/shop/serviceaccounts?fieldManager=helm";
    let request = http::Request::post(path).header("content-type", "application/json");
    let request = request.body(body.to_string().into_bytes()).unwrap();
    let _: serde_json::Value = cloud.kube(&cloud.sdk()).request(request).await.unwrap();
}

/// The trust policy of the role.
async fn trust(cloud: &Cloud) -> String {
    let role = iam(cloud).get_role().role_name(ROLE).send().await.unwrap();
    let text = role.role().unwrap().assume_role_policy_document().unwrap().to_owned();
    iamwire_core::TrustPolicy::from_percent_encoded(&text).unwrap().to_string()
}
