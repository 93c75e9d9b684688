//! Service accounts that somebody else makes or makes anew in between.

use std::time::Duration;

use iamwire_core::{Account, Audience, Binding, Cluster, Desired, Event, UnwireOptions, Wirer};
use iamwire_sandbox::world::{Fault, Setup, When};
use iamwire_tests::cloud::Cloud;
use serde_json::{Value, json};

use super::edges::account;
use super::{ISSUER, ROLE, desired, make_foreign_account, role, wirer, writes};

/// Puts the service account as somebody else has it.
fn put(cloud: &Cloud, annotations: &Value) {
    let meta = json!({"name": ROLE, "namespace": "shop", "annotations": annotations});
    let put = json!({"kind": "ServiceAccount", "metadata": meta});
    assert!(cloud.world().put_object("prod", put));
}

/// Whenever it becomes another one after the look, it stays.
#[tokio::test(start_paused = true)]
async fn one_that_was_made_anew_is_not_deleted() {
    // After it was looked at, and before it is deleted.
    for after in [160, 240] {
        let cloud = Cloud::new(Setup::default());
        let _ = wirer(&cloud).wire(&desired()).await.unwrap();
        let other = async {
            tokio::time::sleep(Duration::from_millis(after)).await;
            put(&cloud, &json!({"theirs.example.com/note": "keep"}));
        };
        let unwire = async { wirer(&cloud).unwire(&desired(), UnwireOptions::new()).await };
        let (done, ()) = tokio::join!(unwire, other);
        assert!(done.is_ok(), "{after}: {done:?}");
        assert!(account(&cloud).await.contains("keep"), "{after}");
        let changes: Vec<String> = done.unwrap().changes.iter().map(ToString::to_string).collect();
        assert!(!changes.iter().any(|change| change.contains("service account")), "{changes:?}");
    }
}

/// What somebody else adds in between to one that is ours is seen, and it goes.
#[tokio::test(start_paused = true)]
async fn one_that_was_changed_is_looked_at_again() {
    let cloud = Cloud::new(Setup::default());
    let _ = wirer(&cloud).wire(&desired()).await.unwrap();
    let other = async {
        tokio::time::sleep(Duration::from_millis(180)).await;
        let path = format!("/api/v1/namespaces/shop/serviceaccounts/{ROLE}?fieldManager=kubectl");
        let body = json!({"metadata": {"annotations": {"note": "theirs"}}}).to_string();
        let request = http::Request::patch(path)
            .header("content-type", "application/merge-patch+json")
            .body(body.into_bytes())
            .unwrap();
        let _: Value = cloud.kube(&cloud.sdk()).request(request).await.unwrap();
    };
    let unwire = async { wirer(&cloud).unwire(&desired(), UnwireOptions::new()).await };
    let (done, ()) = tokio::join!(unwire, other);
    assert!(done.is_ok(), "{done:?}");
    let answers: Vec<u16> = cloud
        .calls()
        .iter()
        .filter(|call| call.operation == "delete serviceaccounts")
        .map(|call| call.status)
        .collect();
    assert_eq!(answers, [409, 200]);
    assert!(!cloud.snapshot().await.contains_key(&format!("serviceaccounts shop/{ROLE}")));
}

/// The first answer is lost, and by the next look another process of ours has made it for another role.
#[tokio::test(start_paused = true)]
async fn one_that_another_process_made_gets_what_is_wanted() {
    let cloud = Cloud::new(Setup::default());
    cloud.world().fail(When::Operation("apply serviceaccounts".to_owned()), 1, Fault::Before);
    let other = async {
        tokio::time::sleep(Duration::from_millis(420)).await;
        let path = format!("/api/v1/namespaces/shop/serviceaccounts/{ROLE}?fieldManager=iamwire");
        let meta = json!({
            "name": ROLE, "namespace": "shop",
            "annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/other"},
            "labels": {"app.kubernetes.io/managed-by": "iamwire"},
        });
        let body = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta});
        let request = http::Request::patch(path)
            .header("content-type", "application/apply-patch+yaml")
            .body(body.to_string().into_bytes())
            .unwrap();
        let _: Value = cloud.kube(&cloud.sdk()).request(request).await.unwrap();
    };
    let (done, ()) = tokio::join!(async { wirer(&cloud).wire(&desired()).await }, other);
    assert_eq!(done.unwrap().changes.len(), 4);
    let there = account(&cloud).await;
    assert!(there.contains("role/my-s3-role") && !there.contains("role/other"), "{there}");
}

const KEY: &str = "eks.amazonaws.com/role-arn";
const AUDIENCE: &str = "eks.amazonaws.com/audience";

/// The binding of the main job, with this account.
fn with(account: Account) -> Desired {
    let audiences = [Audience::STS, "vault".parse().unwrap()];
    let cluster = Cluster::from_name("prod").unwrap().audiences(audiences);
    Desired::new([Binding::new(&cluster, account, role())]).unwrap()
}

fn plain() -> Account {
    Account::new(format!("shop/{ROLE}").parse().unwrap())
}

/// The annotations of the service account.
async fn annotations(cloud: &Cloud) -> Value {
    let path = format!("/api/v1/namespaces/shop/serviceaccounts/{ROLE}");
    let request = http::Request::get(path).body(Vec::new()).unwrap();
    let there: Value = cloud.kube(&cloud.sdk()).request(request).await.unwrap();
    there["metadata"]["annotations"].clone()
}

/// What is there without an owner can't be applied, and is refused before anything is written.
#[tokio::test(start_paused = true)]
async fn an_annotation_that_nobody_owns() {
    for there in [json!({KEY: "arn:aws:iam::123456789012:role/other"}), json!({AUDIENCE: "vault"})]
    {
        let cloud = Cloud::new(Setup::default());
        put(&cloud, &there);
        let wirer = wirer(&cloud);
        let error = wirer.wire(&desired()).await.unwrap_err();
        assert_eq!(error.code(), "plan.annotation-conflict");
        assert!(error.to_string().contains("belongs to no field manager"), "{error}");
        assert_eq!(writes(&cloud), 0);
        let forced = with(plain().force_conflicts(true));
        let done = wirer.wire(&forced).await.unwrap();
        let now = annotations(&cloud).await;
        assert_eq!(now, json!(done.wired[0].manifest.annotations()));
        assert_eq!(now[KEY], "arn:aws:iam::123456789012:role/my-s3-role");
        let again = wirer.plan(&with(plain())).await.unwrap();
        assert!(again.is_empty(), "{again}");
        assert_eq!(now, json!(again.wired()[0].manifest.annotations()));
    }
}

/// What Iamwire has written once, and nobody asks for any more, is taken off, and nothing else.
#[tokio::test(start_paused = true)]
async fn what_is_no_longer_asked_for() {
    let cloud = Cloud::new(Setup::default());
    make_foreign_account(&cloud).await;
    let wirer = wirer(&cloud);
    let audience = plain().audience("vault".parse().unwrap());
    let first = with(audience.token_expiration("600".parse().unwrap()));
    let done = wirer.wire(&first).await.unwrap();
    assert_eq!(annotations(&cloud).await[AUDIENCE], "vault");
    assert_eq!(done.wired[0].manifest.annotations()[AUDIENCE], "vault");
    let plan = wirer.plan(&with(plain())).await.unwrap();
    let text = plan.to_string();
    assert!(text.contains("- eks.amazonaws.com/audience: vault, - eks.amazonaws.com/token-exp"));
    let done = wirer.apply(&plan).await.unwrap();
    let manifest = done.wired[0].manifest.annotations();
    assert_eq!(manifest.len(), 1);
    assert_eq!(
        annotations(&cloud).await,
        json!({KEY: manifest[KEY], "theirs.example.com/note": "keep"})
    );
    assert!(wirer.plan(&with(plain())).await.unwrap().is_empty());
}

/// Somebody is always between the look and the apply: it ends, and not with the deadline.
#[tokio::test(start_paused = true)]
async fn a_conflict_that_no_look_sees() {
    let cloud = Cloud::new(Setup::default());
    put(&cloud, &json!({}));
    let world = cloud.clone();
    let wirer = wirer(&cloud).on_event(move |event| match event {
        Event::Planned(_) => put(&world, &json!({KEY: "theirs"})),
        Event::Again(_) => put(&world, &json!({})),
        _ => {}
    });
    let error = wirer.wire(&desired()).await.unwrap_err();
    assert_eq!(error.code(), "kube.field-manager");
    let applies = cloud.calls().into_iter().filter(|c| c.operation == "apply serviceaccounts");
    // Of the first plan, which makes the role too, and twice of the same.
    assert_eq!(applies.count(), 3);
    assert_eq!(annotations(&cloud).await, json!({KEY: "theirs"}));
}

/// What carries our name and was not applied is not ours to change by an apply.
#[tokio::test(start_paused = true)]
async fn an_update_under_our_name() {
    let cloud = Cloud::new(Setup::default());
    make_foreign_account(&cloud).await;
    let path = format!("/api/v1/namespaces/shop/serviceaccounts/{ROLE}?fieldManager=iamwire");
    let body = json!({"metadata": {"annotations": {KEY: "arn:aws:iam::123456789012:role/other"}}});
    let request = http::Request::patch(path)
        .header("content-type", "application/merge-patch+json")
        .body(body.to_string().into_bytes())
        .unwrap();
    let _: Value = cloud.kube(&cloud.sdk()).request(request).await.unwrap();
    let error = wirer(&cloud).wire(&desired()).await.unwrap_err();
    assert_eq!(error.code(), "plan.annotation-conflict");
    assert!(error.to_string().contains("`iamwire (Update)`"), "{error}");
}

/// An account of ours goes with what others have written to it since, and that is told before.
#[tokio::test(start_paused = true)]
async fn one_that_others_write_to() {
    let cloud = Cloud::new(Setup::default());
    let wirer = wirer(&cloud);
    let _ = wirer.wire(&desired()).await.unwrap();
    let told = async || {
        let plan = wirer.plan_unwire(&desired(), UnwireOptions::new()).await.unwrap();
        let mut told = plan.notices().iter().filter(|n| n.code == "plan.account-shared");
        told.next().map(|notice| notice.message.clone())
    };
    assert_eq!(told().await, None);
    let path = format!("/api/v1/namespaces/shop/serviceaccounts/{ROLE}?fieldManager=argocd");
    let body = json!({"metadata": {"labels": {"team": "shop"}}});
    let request = http::Request::patch(path)
        .header("content-type", "application/merge-patch+json")
        .body(body.to_string().into_bytes())
        .unwrap();
    let _: Value = cloud.kube(&cloud.sdk()).request(request).await.unwrap();
    let message =
        "service account `shop/my-s3-role` goes with what field manager `argocd` put there";
    assert_eq!(told().await.as_deref(), Some(message));
}

/// A cluster that is gone is unwired in IAM alone.
#[tokio::test(start_paused = true)]
async fn nothing_leads_to_the_cluster() {
    let cloud = Cloud::new(Setup::default());
    let _ = wirer(&cloud).wire(&desired()).await.unwrap();
    let cluster = Cluster::self_managed(ISSUER.parse().unwrap());
    let gone = Desired::new([Binding::new(&cluster, plain(), role())]).unwrap();
    let without = Wirer::new(&cloud.sdk());
    assert_eq!(without.wire(&gone).await.unwrap_err().code(), "kube.no-access");
    let plan = without.plan_unwire(&gone, UnwireOptions::new()).await.unwrap();
    let done = without.apply(&plan).await.unwrap();
    assert!(done.notices.iter().any(|n| n.code == "plan.account-unseen"), "{:?}", done.notices);
    let there = cloud.snapshot().await;
    assert!(!there.contains_key(&format!("role {ROLE}")), "{there:?}");
    assert!(there.contains_key(&format!("serviceaccounts shop/{ROLE}")));
}

/// Whenever the process goes away, one that somebody else has made in between has no label of ours, by which
/// a later unwiring would delete it.
#[tokio::test(start_paused = true)]
async fn one_that_came_in_between_never_gets_a_label() {
    for after in (220..1400).step_by(20) {
        let cloud = Cloud::new(Setup::default());
        let other = async {
            tokio::time::sleep(Duration::from_millis(180)).await;
            put(&cloud, &json!({"theirs.example.com/note": "keep"}));
        };
        let desired = desired();
        let wirer = wirer(&cloud);
        let wire = tokio::time::timeout(Duration::from_millis(after), wirer.wire(&desired));
        let (done, ()) = tokio::join!(wire, other);
        let there = account(&cloud).await;
        assert!(there.contains("keep") && !there.contains("managed-by"), "{after}: {there}");
        // Not vacuous.
        assert!(after < 1300 || done.is_ok_and(|done| done.is_ok()) && there.contains("role-arn"));
    }
}
