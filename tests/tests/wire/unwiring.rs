//! What an unwiring looks at: no more than it takes.

use iamwire_core::{Account, Binding, Cluster, Desired, UnwireOptions, Wirer};
use iamwire_sandbox::world::{Fault, Setup, When};
use iamwire_tests::cloud::Cloud;

use super::{ALL_OF_S3, ROLE, desired_of, make_bare_role, role, wirer};

fn resources(cloud: &Cloud, operation: &str) -> Vec<String> {
    let calls = cloud.calls().into_iter().filter(|call| call.operation == operation);
    calls.map(|call| call.resource).collect()
}

/// Names of inline policies are enough to delete them.
#[tokio::test(start_paused = true)]
async fn documents_of_inline_policies_are_not_read() {
    for is_ours in [true, false] {
        let cloud = Cloud::new(Setup::default());
        if !is_ours {
            make_bare_role(&cloud).await;
        }
        let role = role().inline_policy("extra".parse().unwrap(), ALL_OF_S3.parse().unwrap());
        let role = role.existing(iamwire_core::ExistingRole::Merge);
        let desired = desired_of(&role, &[ROLE]);
        let _ = wirer(&cloud).wire(&desired).await.unwrap();
        let read = When::Operation("GetRolePolicy".to_owned());
        cloud.world().fail(read, 99, Fault::Denied);
        cloud.world().clear_calls();
        let options = UnwireOptions::new().detach_policies(true);
        let done = wirer(&cloud).unwire(&desired, options).await.unwrap();
        assert!(done.changes.iter().any(|change| change.to_string().contains("inline")));
        assert_eq!(resources(&cloud, "GetRolePolicy"), [""; 0]);
    }
}

/// A boundary stays on the role, or goes with it.
#[tokio::test(start_paused = true)]
async fn boundaries_are_not_looked_at() {
    let cloud = Cloud::new(Setup::default());
    let role = role().boundary("arn:aws:iam::aws:policy/PowerUserAccess".parse().unwrap());
    let desired = desired_of(&role, &[ROLE]);
    let _ = wirer(&cloud).wire(&desired).await.unwrap();
    cloud.world().clear_calls();
    let options = UnwireOptions::new().detach_policies(true);
    let _ = wirer(&cloud).unwire(&desired, options).await.unwrap();
    let looked = resources(&cloud, "GetPolicy");
    assert_eq!(looked, ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]);
}

/// The roles of the account are listed once, for however many providers.
#[tokio::test(start_paused = true)]
async fn roles_are_listed_once() {
    let cloud = Cloud::new(Setup::default());
    let prod = Cluster::from_name("prod").unwrap();
    let own = Cluster::self_managed("https://oidc.example.com/id/own".parse().unwrap());
    let binding = |cluster: &Cluster, name: &str| {
        let account = Account::new(format!("shop/{name}").parse().unwrap());
        Binding::new(cluster, account, role())
    };
    let desired = Desired::new([binding(&prod, "one"), binding(&own, "two")]).unwrap();
    let kube = || cloud.kube(&cloud.sdk());
    let wirer = Wirer::new(&cloud.sdk()).kube_of(prod.id(), kube()).kube_of(own.id(), kube());
    let _ = wirer.wire(&desired).await.unwrap();
    cloud.world().clear_calls();
    let options = UnwireOptions::new().delete_provider(true);
    let done = wirer.unwire(&desired, options).await.unwrap();
    let deleted = done.changes.iter().filter(|change| change.to_string().contains("provider"));
    assert_eq!(deleted.count(), 2);
    assert_eq!(resources(&cloud, "ListRoles").len(), 1);
}
