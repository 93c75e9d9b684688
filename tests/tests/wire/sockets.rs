//! The same over sockets: the SDK's own client, the endpoint and certificates that EKS tells of, a token that
//! is signed here, a kubeconfig, an issuer's certificate.

use aws_credential_types::Credentials;
use iamwire_core::aws::aws_sdk_iam;
use iamwire_core::aws::aws_types::SdkConfig;
use iamwire_core::aws::aws_types::region::Region;
use iamwire_core::aws::aws_types::sdk_config::SharedCredentialsProvider;
use iamwire_core::{
    Account, Binding, Change, Cluster, Desired, ThumbprintChoice, TlsProbe, UnwireOptions, Wirer,
};
use iamwire_sandbox::Sandbox;
use iamwire_sandbox::world::{Identity, Setup};

use super::{FOREIGN, ROLE, desired, role};

/// The configuration of the default identity.
pub(super) fn sdk(sandbox: &Sandbox) -> SdkConfig {
    let Identity { access_key_id, secret_access_key, .. } = Identity::default();
    let credentials = Credentials::from_keys(access_key_id, secret_access_key.0, None);
    SdkConfig::builder()
        .region(Region::new("eu-west-3"))
        .endpoint_url(sandbox.endpoint_url())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

#[tokio::test]
async fn as_eks_tells() {
    let sandbox = Sandbox::start().unwrap();
    let wirer = Wirer::new(&sdk(&sandbox));
    let plan = wirer.plan(&desired()).await.unwrap();
    let done = wirer.apply(&plan).await.unwrap();
    assert_eq!(done.changes.len(), 4);
    assert_eq!(wirer.wire(&desired()).await.unwrap().changes, []);
    let done = wirer.unwire(&desired(), UnwireOptions::new()).await.unwrap();
    assert_eq!(done.changes.len(), 3);
}

/// While EKS changes a cluster's certificates it tells of the old and of the new authority.
#[tokio::test]
async fn as_eks_tells_of_two_authorities() {
    let other = rcgen::generate_simple_self_signed(["other.example.com".to_owned()]).unwrap();
    let mut setup = Setup::default();
    setup.clusters[0].certificate_authority = other.cert.pem();
    let sandbox = Sandbox::start_with(setup).unwrap();
    assert_eq!(Wirer::new(&sdk(&sandbox)).wire(&desired()).await.unwrap().changes.len(), 4);
}

#[tokio::test]
async fn as_a_kubeconfig_says() {
    let sandbox = Sandbox::start().unwrap();
    let wirer = Wirer::new(&sdk(&sandbox));
    let wirer = wirer.kubeconfig(Some(sandbox.kubeconfig()), Some("prod".to_owned()));
    assert_eq!(wirer.wire(&desired()).await.unwrap().changes.len(), 4);

    let other = wirer.kubeconfig(Some(sandbox.kubeconfig()), Some("nowhere".to_owned()));
    let error = other.plan(&desired()).await.unwrap_err();
    assert_eq!(error.code(), "kube.kubeconfig", "{error}");
}

/// A runtime takes with it what drives its connections; nothing of that is left over for the next.
#[test]
fn in_one_runtime_after_the_other() {
    let sandbox = Sandbox::start().unwrap();
    let by_eks = Wirer::new(&sdk(&sandbox));
    let by_kubeconfig = by_eks.clone().kubeconfig(Some(sandbox.kubeconfig()), None);
    for _ in 0..3 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for wirer in [&by_eks, &by_kubeconfig] {
            let plan = runtime.block_on(wirer.plan(&desired())).unwrap();
            let applied = runtime.block_on(wirer.apply(&plan));
            assert!(applied.is_ok(), "{applied:?}");
        }
    }
}

/// What `kube` would panic at, and what kubectl takes though `kube` doesn't.
#[tokio::test]
async fn a_kubeconfig_that_is_not_quite_one() {
    let sandbox = Sandbox::start().unwrap();
    let good = std::fs::read_to_string(sandbox.kubeconfig()).unwrap();
    let (_, token) = good.split_once("\"token\": \"").unwrap();
    let (token, _) = token.split_once('"').unwrap();
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join("token");
    std::fs::write(&file, format!("{token}\n")).unwrap();
    let in_file = format!("\"tokenFile\": \"{}\"", file.display());
    let inline = format!("\"token\": \"{token}\"");
    for (i, (text, why)) in [
        (good.replace(&inline, &in_file), None),
        (good.replace(token, &format!("{token}\\n")), None),
        (good.replace(token, "a\\nb"), Some("its token is none: it is empty, or has blanks in it")),
        (good.replace(&inline, &in_file.replace("token\"", "none\"")), Some("No such file")),
        (good.replace("https://", ""), Some("its server has no scheme; `https://127.0.0.1:")),
    ]
    .into_iter()
    .enumerate()
    {
        assert_ne!(text, good, "{why:?}");
        let path = folder.join(format!("kubeconfig-{i}"));
        std::fs::write(&path, text).unwrap();
        let planned =
            Wirer::new(&sdk(&sandbox)).kubeconfig(Some(path), None).plan(&desired()).await;
        match (planned, why) {
            (Ok(_), None) => {}
            (Err(error), Some(why)) => {
                assert_eq!(error.code(), "kube.kubeconfig", "{error}");
                assert!(error.to_string().contains(why), "{error}");
            }
            (planned, why) => panic!("{why:?}: {planned:?}"),
        }
    }
}

/// An access entry names a role with its path, which the session leaves out.
#[tokio::test]
async fn a_session_that_the_cluster_does_not_know() {
    let arn = "arn:aws:sts::123456789012:assumed-role/Admin/alice".to_owned();
    let identities = vec![Identity { arn, ..Identity::default() }];
    let mut setup = Setup { identities, ..Setup::default() };
    setup.clusters[0].principals = vec!["arn:aws:iam::123456789012:role/Other".to_owned()];
    let sandbox = Sandbox::start_with(setup).unwrap();
    let help =
        async || Wirer::new(&sdk(&sandbox)).plan(&desired()).await.unwrap_err().help().to_owned();
    let bare = help().await;
    assert!(bare.contains("--principal-arn arn:aws:iam::123456789012:role/Admin`"), "{bare}");
    let make =
        aws_sdk_iam::Client::new(&sdk(&sandbox)).create_role().role_name("Admin").path("/team/");
    make.assume_role_policy_document(FOREIGN).send().await.unwrap();
    let known = help().await;
    assert!(
        known.contains("--principal-arn arn:aws:iam::123456789012:role/team/Admin`"),
        "{known}"
    );
}

#[tokio::test]
async fn with_the_thumbprint_that_the_issuer_serves() {
    let sandbox = Sandbox::start().unwrap();
    let cluster = Cluster::from_name("prod").unwrap().thumbprints(ThumbprintChoice::Fetch);
    let account = Account::new(format!("shop/{ROLE}").parse().unwrap());
    let desired = Desired::new([Binding::new(&cluster, account, role())]).unwrap();

    // Over a connection that doesn't verify none is taken.
    let address = sandbox.tls_address();
    let probe = TlsProbe::new().resolver(move |_, _| Ok(vec![address]));
    let error = Wirer::new(&sdk(&sandbox)).tls(probe.clone()).plan(&desired).await.unwrap_err();
    assert_eq!(error.code(), "plan.unreachable", "{error}");
    assert!(error.help().contains("compare"), "{}", error.help());

    let roots = std::fs::read(sandbox.ca_bundle()).unwrap();
    let wirer = Wirer::new(&sdk(&sandbox)).tls(probe.roots(&roots).unwrap());
    let done = wirer.wire(&desired).await.unwrap();
    let Change::CreateProvider { thumbprints, .. } = &done.changes[0] else { panic!() };
    assert_eq!(thumbprints.len(), 1);
    assert_eq!(wirer.wire(&desired).await.unwrap().changes, []);
}

/// A program for credentials that waits for somebody holds up neither the deadline nor the runtime.
#[test]
fn a_program_of_the_kubeconfig_that_hangs() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("hangs.yaml");
    let kubeconfig = "{current-context: a, contexts: [{name: a, context: {cluster: a, user: a}}], \
        clusters: [{name: a, cluster: {server: 'https://127.0.0.1:1'}}], users: [{name: a, user: {exec: \
        {apiVersion: client.authentication.k8s.io/v1, command: sleep, args: ['9'], interactiveMode: Never}}}]}";
    std::fs::write(&path, kubeconfig).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sandbox = Sandbox::start().unwrap();
    let wirer = Wirer::new(&sdk(&sandbox)).kubeconfig(Some(path), None);
    let wirer = wirer.deadline(std::time::Duration::from_millis(300));
    let error = runtime.block_on(wirer.wire(&desired())).unwrap_err();
    assert_eq!(error.code(), "wire.deadline");
    assert!(error.to_string().ends_with("the wait for: the kubeconfig"), "{error}");
    runtime.shutdown_background();
}
