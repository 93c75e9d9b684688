//! The main job: a service account gets a role, end to end on the sandbox's world.

use iamwire_core::{Account, Applied, Binding, Cluster, Desired, Role, Wirer};
use iamwire_sandbox::world::Setup;
use iamwire_tests::cloud::{Cloud, Figures};

fn desired() -> Desired {
    let cluster = Cluster::from_name("prod").unwrap();
    let role = Role::new("my-s3-role".parse().unwrap())
        .managed_policy("AmazonS3ReadOnlyAccess".parse().unwrap());
    let account = Account::new("shop/my-s3-role".parse().unwrap());
    Desired::new([Binding::new(&cluster, account, role)]).unwrap()
}

fn wirer(cloud: &Cloud) -> Wirer {
    let sdk = cloud.sdk();
    Wirer::new(&sdk).kube(cloud.kube(&sdk))
}

#[tokio::test(start_paused = true)]
async fn a_new_role() {
    let cloud = Cloud::new(Setup::default());
    let wirer = wirer(&cloud);

    let (plan, figures) = cloud.measured(wirer.plan(&desired())).await;
    let plan = plan.unwrap();
    println!("{plan}\n{figures:?}");
    let (done, figures): (_, Figures) = cloud.measured(wirer.apply(&plan)).await;
    let done: Applied = done.unwrap();
    println!("{figures:?}\n{}", done.wired[0].manifest.to_yaml());
    for call in cloud.calls() {
        println!("{} {} {} {}", call.service, call.operation, call.resource, call.status);
    }

    let (again, figures) = cloud.measured(wirer.wire(&desired())).await;
    println!("{figures:?}");
    assert_eq!(again.unwrap().changes, []);
}

#[tokio::test(start_paused = true)]
async fn in_one_go() {
    let cloud = Cloud::new(Setup::default());
    let wirer = wirer(&cloud);
    let (done, figures): (_, Figures) = cloud.measured(wirer.wire(&desired())).await;
    let done = done.unwrap();
    assert_eq!(done.changes.len(), 4);
    println!("{figures:?}");
}
