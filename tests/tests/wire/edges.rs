//! What comes in between, what is in the way, what IAM takes its time for.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use iamwire_core::aws::aws_sdk_iam::types::Tag;
use iamwire_core::aws::aws_types::region::Region;
use iamwire_core::{Account, Binding, Cluster, Desired, Event, Role, UnwireOptions, Wirer};
use iamwire_sandbox::world::{self, Fault, Identity, Setup, When};
use iamwire_tests::cloud::Cloud;

use super::{
    ALL_OF_S3, FOREIGN, ISSUER, ROLE, bob, desired, desired_of, iam, make_bare_role,
    make_foreign_account, make_foreign_provider, make_foreign_role, merged, role, trust, wirer,
    wirer_with, writes,
};

/// Somebody makes the service account between the look and the write: it isn't ours.
#[tokio::test(start_paused = true)]
async fn a_service_account_that_came_in_between_gets_no_mark() {
    let cloud = Cloud::new(Setup::default());
    let other = async {
        tokio::time::sleep(Duration::from_millis(180)).await;
        make_bare_account(&cloud).await;
    };
    let (done, ()) = tokio::join!(async { wirer(&cloud).wire(&desired()).await }, other);
    assert!(done.is_ok(), "{done:?}");
    let there = account(&cloud).await;
    assert!(there.contains("eks.amazonaws.com/role-arn"), "{there}");
    assert!(!there.contains("managed-by"), "{there}");
    // So unwiring leaves it.
    let _ = wirer(&cloud).unwire(&desired(), UnwireOptions::new()).await.unwrap();
    assert!(!account(&cloud).await.contains("role-arn"));
}

/// One with a label of somebody else's is not taken over.
#[tokio::test(start_paused = true)]
async fn a_service_account_of_somebody_else_that_came_in_between() {
    let cloud = Cloud::new(Setup::default());
    let other = async {
        tokio::time::sleep(Duration::from_millis(180)).await;
        make_foreign_account(&cloud).await;
    };
    let (done, ()) = tokio::join!(async { wirer(&cloud).wire(&desired()).await }, other);
    assert!(done.is_ok(), "{done:?}");
    let there = account(&cloud).await;
    assert!(there.contains("Helm") && there.contains("role-arn") && there.contains("keep"));
}

async fn make_bare_account(cloud: &Cloud) {
    let body = serde_json::json!({
        "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": ROLE, "namespace": "shop"},
    });
    let path = "/api/v1/namespaces/shop/serviceaccounts?fieldManager=kubectl";
    let request = http::Request::post(path).header("content-type", "application/json");
    let request = request.body(body.to_string().into_bytes()).unwrap();
    let _: serde_json::Value = cloud.kube(&cloud.sdk()).request(request).await.unwrap();
}

/// The annotations and labels of the service account.
pub(super) async fn account(cloud: &Cloud) -> String {
    let path = format!("/api/v1/namespaces/shop/serviceaccounts/{ROLE}");
    let request = http::Request::get(path).body(Vec::new()).unwrap();
    let there: serde_json::Value = cloud.kube(&cloud.sdk()).request(request).await.unwrap();
    let meta = &there["metadata"];
    format!("{} {}", meta["annotations"], meta["labels"])
}

/// A role comes into being between the look and the write: if it isn't ours, that is refused.
#[tokio::test(start_paused = true)]
async fn a_role_that_came_in_between() {
    for mark in [false, true] {
        let cloud = Cloud::new(Setup::default());
        let other = async {
            tokio::time::sleep(Duration::from_millis(120)).await;
            let make = iam(&cloud).create_role().role_name(ROLE);
            let mut make = make.assume_role_policy_document(FOREIGN);
            if mark {
                let tag = Tag::builder().key("iamwire:managed").value("true").build().unwrap();
                make = make.tags(tag);
            }
            make.send().await.unwrap();
        };
        let (done, ()) = tokio::join!(async { wirer(&cloud).wire(&desired()).await }, other);
        let there = trust(&cloud).await;
        assert!(there.contains("Theirs"), "{there}");
        if mark {
            assert!(done.is_ok(), "{done:?}");
            assert!(there.contains("shop:my-s3-role"), "{there}");
        } else {
            let error = done.unwrap_err();
            assert_eq!(error.code(), "plan.role-foreign", "{error:?}");
            assert_eq!(error.stopped().unwrap().done().len(), 1);
            assert!(!there.contains("shop:my-s3-role"), "{there}");
        }
    }
}

/// A provider comes into being between the look and the write: it is adopted.
#[tokio::test(start_paused = true)]
async fn a_provider_that_came_in_between() {
    let cloud = Cloud::new(Setup::default());
    let other = async {
        tokio::time::sleep(Duration::from_millis(180)).await;
        make_foreign_provider(&cloud).await;
    };
    let (done, ()) = tokio::join!(async { wirer(&cloud).wire(&desired()).await }, other);
    let texts: Vec<String> = done.unwrap().changes.iter().map(ToString::to_string).collect();
    assert!(!texts.contains(&format!("create provider `{ISSUER}`")), "{texts:?}");
    let there = cloud.snapshot().await;
    let (_, provider) = there.iter().find(|(name, _)| name.starts_with("provider")).unwrap();
    assert!(provider.contains("theirs") && provider.contains("sts.amazonaws.com"), "{provider}");
    assert!(wirer(&cloud).plan(&desired()).await.unwrap().is_empty());
}

/// IAM shows what was written only later, and does not know what was made just now.
#[tokio::test(start_paused = true)]
async fn iam_takes_its_time() {
    let mut setup = Setup::default();
    setup.delays.iam = Duration::from_secs(9);
    let cloud = Cloud::new(setup.clone());
    let done = wirer(&cloud).wire(&desired()).await.unwrap();
    assert_eq!(done.changes.len(), 4);
    tokio::time::sleep(Duration::from_secs(20)).await;
    let again = wirer(&cloud).wire(&desired()).await.unwrap();
    assert_eq!(again.changes, []);

    let cloud = Cloud::new(setup);
    make_bare_role(&cloud).await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let listener = Arc::clone(&events);
    let wirer = wirer(&cloud).on_event(move |event| listener.lock().unwrap().push(event.clone()));
    let _ = wirer.wire(&merged()).await.unwrap();
    let events = events.lock().unwrap();
    assert!(events.iter().any(|event| matches!(event, Event::Waiting(_))), "{events:?}");
    assert!(events.iter().any(|event| matches!(event, Event::Confirmed(_))));
    assert!(!events.iter().any(|event| matches!(event, Event::Raced(_))));
}

/// The role in another account than the cluster.
#[tokio::test(start_paused = true)]
async fn across_accounts() {
    let other = bob();
    let mut setup = Setup::default();
    setup.identities.push(other.clone());
    let cloud = Cloud::new(setup);
    let wirer = wirer(&cloud).role_account(&cloud.sdk_of(&other));
    let done = wirer.wire(&desired()).await.unwrap();
    assert_eq!(done.wired[0].role_arn.as_str(), "arn:aws:iam::210987654321:role/my-s3-role");
    assert!(account(&cloud).await.contains("arn:aws:iam::210987654321:role/my-s3-role"));
    assert!(wirer.plan(&desired()).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn policies_wherever_they_are() {
    let cloud = Cloud::new(Setup::default());
    let make = iam(&cloud).create_policy().policy_name("own");
    make.policy_document(ALL_OF_S3).send().await.unwrap();
    let make = iam(&cloud).create_policy().policy_name("deep").path("/team/shop/");
    make.policy_document(ALL_OF_S3).send().await.unwrap();
    let role = Role::new(ROLE.parse().unwrap())
        .managed_policy("AmazonS3ReadOnlyAccess".parse().unwrap())
        .managed_policy("AmazonEBSCSIDriverPolicy".parse().unwrap())
        .managed_policy("ViewOnlyAccess".parse().unwrap())
        .managed_policy("own".parse().unwrap())
        .managed_policy("deep".parse().unwrap())
        .managed_policy("arn:aws:iam::aws:policy/ReadOnlyAccess".parse().unwrap())
        .inline_policy("extra".parse().unwrap(), ALL_OF_S3.parse().unwrap());
    let desired = desired_of(&role, &[ROLE]);
    let done = wirer(&cloud).wire(&desired).await.unwrap();
    assert_eq!(done.changes.len(), 10);
    assert_eq!(wirer(&cloud).wire(&desired).await.unwrap().changes, []);

    let none = Role::new("other".parse().unwrap()).managed_policy("Nowhere".parse().unwrap());
    let error = wirer(&cloud).plan(&desired_of(&none, &["other"])).await.unwrap_err();
    assert_eq!(error.code(), "plan.policy-missing");
    // Who may not list them is told what to do.
    cloud.world().fail(When::Operation("ListPolicies".to_owned()), 1, Fault::Denied);
    let error = wirer(&cloud).plan(&desired_of(&none, &["other"])).await.unwrap_err();
    assert_eq!(error.code(), "plan.policy-missing");
    assert!(error.help().contains("iam:ListPolicies"), "{}", error.help());

    let _ = wirer(&cloud).unwire(&desired, UnwireOptions::new()).await.unwrap();
    assert!(!cloud.snapshot().await.contains_key("role my-s3-role"));
}

#[tokio::test(start_paused = true)]
async fn settings_of_a_role() {
    let cloud = Cloud::new(Setup::default());
    let with = |description: &str, seconds| {
        let boundary = "arn:aws:iam::aws:policy/PowerUserAccess".parse().unwrap();
        role()
            .description(description.parse().unwrap())
            .max_session_duration(iamwire_core::SessionDuration::from_seconds(seconds).unwrap())
            .boundary(boundary)
            .tag("team".parse().unwrap(), description.parse().unwrap())
            .path("/eks/".parse().unwrap())
    };
    let _ = wirer(&cloud).wire(&desired_of(&with("a", 3600), &[ROLE])).await.unwrap();
    let changed = desired_of(&with("b", 7200), &[ROLE]);
    let done = wirer(&cloud).wire(&changed).await.unwrap();
    let texts: Vec<String> = done.changes.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["update role `my-s3-role`", "tag role `my-s3-role`"]);
    assert_eq!(wirer(&cloud).wire(&changed).await.unwrap().changes, []);
}

/// A cluster that EKS doesn't run, with its client; a namespace that is made; two annotations.
#[tokio::test(start_paused = true)]
async fn a_self_managed_cluster() {
    let cloud = Cloud::new(Setup::default());
    let cluster = Cluster::self_managed(ISSUER.parse().unwrap());
    let account = Account::new("new/api".parse().unwrap())
        .create_namespace(true)
        .sts_regional_endpoints(true);
    let desired = Desired::new([Binding::new(&cluster, account, role())]).unwrap();
    let without = Wirer::new(&cloud.sdk()).plan(&desired).await.unwrap_err();
    assert_eq!(without.code(), "kube.no-access");
    let done = wirer(&cloud).wire(&desired).await.unwrap();
    assert_eq!(done.changes.len(), 5);
    assert_eq!(wirer(&cloud).wire(&desired).await.unwrap().changes, []);
}

#[tokio::test(start_paused = true)]
async fn somebody_else_replaces_the_trust_policy_after_our_write() {
    let cloud = Cloud::new(Setup::default());
    make_foreign_role(&cloud).await;
    let other = async {
        // After our write and before our first look.
        tokio::time::sleep(Duration::from_millis(310)).await;
        let update = iam(&cloud).update_assume_role_policy().role_name(ROLE);
        let other = FOREIGN.replace("Theirs", "TheirsAgain");
        update.policy_document(other).send().await.unwrap();
    };
    let (done, ()) = tokio::join!(async { wirer(&cloud).wire(&merged()).await }, other);
    assert!(done.is_ok(), "{done:?}");
    let there = trust(&cloud).await;
    assert!(there.contains("TheirsAgain") && there.contains("shop:my-s3-role"), "{there}");
}

#[tokio::test(start_paused = true)]
async fn somebody_else_puts_the_old_trust_policy_back() {
    let cloud = Cloud::new(Setup::default());
    make_foreign_role(&cloud).await;
    let other = async {
        tokio::time::sleep(Duration::from_millis(310)).await;
        let update = iam(&cloud).update_assume_role_policy().role_name(ROLE);
        update.policy_document(FOREIGN).send().await.unwrap();
    };
    let (done, ()) = tokio::join!(async { wirer(&cloud).wire(&merged()).await }, other);
    assert!(done.is_ok(), "{done:?}");
    assert!(trust(&cloud).await.contains("shop:my-s3-role"));
}

/// IAM could not reach the issuer, twice.
#[tokio::test(start_paused = true)]
async fn an_issuer_that_comes_and_goes() {
    let cloud = Cloud::new(Setup::default());
    let away = Fault::Error {
        status: 400,
        code: "OpenIdIdpCommunicationError".to_owned(),
        message: "AWS can't reach it.".to_owned(),
    };
    let create = When::Operation("CreateOpenIDConnectProvider".to_owned());
    cloud.world().fail(create.clone(), 2, away.clone());
    assert!(wirer(&cloud).wire(&desired()).await.is_ok());

    let cloud = Cloud::new(Setup::default());
    cloud.world().fail(create, 99, away);
    let error = wirer(&cloud).wire(&desired()).await.unwrap_err();
    assert_eq!(error.code(), "aws.refused");
    assert!(error.help().contains("thumbprint"), "{}", error.help());
}

/// A cluster's own name in the wrong region, not active, without an issuer: nothing is written.
#[tokio::test(start_paused = true)]
async fn clusters_that_will_not_do() {
    let good = world::Cluster::default;
    let bad = [
        (world::Cluster { name: "other".to_owned(), ..good() }, "plan.cluster-missing"),
        (world::Cluster { status: "CREATING".to_owned(), ..good() }, "plan.cluster-not-active"),
        (world::Cluster { issuer: None, ..good() }, "plan.cluster-without-issuer"),
    ];
    for (cluster, code) in bad {
        let setup = Setup { clusters: vec![cluster], ..Setup::default() };
        let cloud = Cloud::new(setup);
        let error = wirer(&cloud).wire(&desired()).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(writes(&cloud), 0);
    }
}

/// The way that EKS tells, to where nobody listens.
#[tokio::test]
async fn an_endpoint_out_of_reach() {
    let mut setup = Setup::default();
    "https://127.0.0.1:1".clone_into(&mut setup.clusters[0].endpoint);
    let cloud = Cloud::new(setup);
    let error = Wirer::new(&cloud.sdk()).plan(&desired()).await.unwrap_err();
    assert_eq!(error.code(), "plan.unreachable", "{error}");
    assert!(error.help().contains("private"), "{}", error.help());
}

/// A cluster's ARN tells the region, if nothing else does.
#[tokio::test(start_paused = true)]
async fn the_region_of_an_arn() {
    let cloud = Cloud::new(Setup::default());
    let cluster = Cluster::from_arn("arn:aws:eks:eu-west-3:123456789012:cluster/prod").unwrap();
    let account = Account::new("shop/api".parse().unwrap());
    let desired = Desired::new([Binding::new(&cluster, account, role())]).unwrap();
    let sdk = cloud.sdk().into_builder().region(None).build();
    let wirer = Wirer::new(&sdk).kube(cloud.kube(&cloud.sdk()));
    let _ = wirer.wire(&desired).await.unwrap();
    let plan = wirer.plan(&desired).await.unwrap();
    assert_eq!(wirer.apply(&plan).await.unwrap().changes, []);
}

/// Roles of one name in two accounts are two, also for clones of one wirer.
#[tokio::test(start_paused = true)]
async fn one_name_in_two_accounts() {
    let mut setup = Setup::default();
    setup.identities.push(bob());
    let cloud = Cloud::new(setup);
    make_foreign_role(&cloud).await;
    let theirs = iamwire_core::aws::aws_sdk_iam::Client::new(&cloud.sdk_of(&bob()));
    let make = theirs.create_role().role_name(ROLE);
    let document = FOREIGN.replace("Theirs", "Bobs");
    make.assume_role_policy_document(document).send().await.unwrap();

    let one = wirer(&cloud).role_account(&cloud.sdk());
    let two = one.clone().role_account(&cloud.sdk_of(&bob()));
    let (merged, other) = (merged(), async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        two.wire(&merged()).await
    });
    let (one, two) = tokio::join!(one.wire(&merged), other);
    assert!(one.is_ok(), "{one:?}");
    // The service account has one role.
    let _ = two;
    let here = trust(&cloud).await;
    assert!(here.contains("Theirs") && !here.contains("Bobs"), "{here}");
    let there = theirs.get_role().role_name(ROLE).send().await.unwrap().role.unwrap();
    let there = there.assume_role_policy_document.unwrap();
    assert!(there.contains("Bobs") && !there.contains("Theirs"), "{there}");
    assert!(there.contains("210987654321") && here.contains("123456789012"));
}

/// EKS tells of none for a cluster that has failed, nor for one whose endpoint is just being changed.
#[tokio::test(start_paused = true)]
async fn a_cluster_without_an_endpoint() {
    for status in ["ACTIVE", "FAILED"] {
        let cluster = world::Cluster {
            status: status.to_owned(),
            endpoint: String::new(),
            ..world::Cluster::default()
        };
        let cloud = Cloud::new(Setup { clusters: vec![cluster], ..Setup::default() });
        let wirer = Wirer::new(&cloud.sdk());
        let mut errors =
            vec![wirer.plan_unwire(&desired(), UnwireOptions::new()).await.unwrap_err()];
        if status == "ACTIVE" {
            errors.push(wirer.plan(&desired()).await.unwrap_err());
        }
        for error in errors {
            assert_eq!(error.code(), "plan.unreachable");
            let end = "EKS tells of no endpoint of cluster `prod`";
            assert!(error.to_string().ends_with(end), "{error}");
        }
    }
}

/// China and GovCloud have names of their own: ARNs, policies of AWS, hosts; the audience is the same.
#[tokio::test(start_paused = true)]
async fn in_any_partition() {
    for (partition, region) in [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")] {
        let identity = Identity {
            arn: format!("arn:{partition}:iam::123456789012:user/alice"),
            ..Identity::default()
        };
        let cluster = world::Cluster {
            partition: partition.to_owned(),
            region: region.to_owned(),
            ..world::Cluster::default()
        };
        let cloud = Cloud::new(Setup {
            identities: vec![identity.clone()],
            clusters: vec![cluster],
            ..Setup::default()
        });
        let sdk = cloud.sdk_of(&identity).into_builder().region(Region::new(region)).build();
        let arn = format!("arn:{partition}:eks:{region}:123456789012:cluster/prod");
        let cluster = Cluster::from_arn(&arn).unwrap();
        let account = Account::new(format!("shop/{ROLE}").parse().unwrap());
        let desired = Desired::new([Binding::new(&cluster, account, role())]).unwrap();
        let wirer = wirer_with(&cloud, &sdk);
        let done = wirer.wire(&desired).await.unwrap();
        assert_eq!(done.changes.len(), 4);
        let role = format!("arn:{partition}:iam::123456789012:role/{ROLE}");
        assert_eq!(done.wired[0].role_arn.as_str(), role);
        let there = format!("{:?}", wirer.plan(&desired).await.unwrap().observed());
        for text in ["arn:aws:", "amazonaws.com.cn\""] {
            assert!(!there.contains(text), "{there}");
        }
        for text in [
            format!("arn:{partition}:iam::aws:policy/AmazonS3ReadOnlyAccess"),
            format!("arn:{partition}:iam::123456789012:oidc-provider/{ISSUER}"),
            "sts.amazonaws.com".to_owned(),
        ] {
            assert!(there.contains(&text), "{text} in {there}");
        }
        let _ = wirer.unwire(&desired, UnwireOptions::new().delete_provider(true)).await.unwrap();
        assert!(wirer.plan_unwire(&desired, UnwireOptions::new()).await.unwrap().is_empty());
    }
}
