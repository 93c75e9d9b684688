//! Unwiring by the issuer of a cluster, which may be gone.

use std::collections::BTreeMap;

use iamwire_core::{Binding, Cluster, SeenNamespace, Sight, UnwireOptions, plan_unwire};

use crate::model::{PROD, TEST, World, account, cluster, one, role, wanted};

/// A cluster that was made anew has a new issuer and the same names, and the kubeconfig leads to it.
#[test]
fn unwire_by_the_issuer_of_a_cluster_that_was_made_anew() {
    let bind =
        |cluster: &Cluster| wanted([Binding::new(cluster, account("shop/api"), role("api"))]);
    let [old, new] = [PROD, TEST].map(|issuer| Cluster::self_managed(issuer.parse().unwrap()));
    let mut world = World::new();
    let place = |world: &mut World, cluster: &Cluster| {
        let shop =
            BTreeMap::from([("shop".parse().unwrap(), Sight::Seen(SeenNamespace::default()))]);
        world.0.namespaces.insert(cluster.id().clone(), shop);
    };
    place(&mut world, &old);
    place(&mut world, &new);
    world.apply(&world.plan(&bind(&old)));
    world.apply(&world.plan(&bind(&new)));
    let options = UnwireOptions::new();
    let plan = world.plan_unwire(&bind(&old), options);
    insta::assert_snapshot!("unwire_by_issuer", plan);
    world.apply(&plan);
    assert!(world.plan_unwire(&bind(&old), options).is_empty());

    // Alone it goes, and the role with it.
    let last = world.plan_unwire(&bind(&new), options);
    let changes: Vec<String> = last.changes().iter().map(ToString::to_string).collect();
    assert_eq!(
        changes,
        [
            format!("delete service account `shop/api` of cluster `https://{TEST}`"),
            "delete role `api`".to_owned()
        ]
    );

    // A name is known to lead to its own cluster.
    let mut world = World::new();
    let [prod, test] = ["prod", "test"].map(|name| bind(&cluster(name)));
    world.apply(&world.plan(&prod));
    world.apply(&world.plan(&test));
    let plan = world.plan_unwire(&prod, options);
    assert!(plan.changes().iter().any(|change| change.service_account().is_some()), "{plan}");
    assert!(!plan.notices().iter().any(|n| n.code == "plan.account-trusted"), "{plan}");
}

/// What a deleted cluster had in IAM goes, where nothing leads to the cluster any more.
#[test]
fn unwire_a_cluster_that_is_gone() {
    let gone = Cluster::self_managed(PROD.parse().unwrap());
    let desired = wanted([Binding::new(&gone, account("shop/api"), role("api"))]);
    let mut world = World::new();
    let shop = BTreeMap::from([("shop".parse().unwrap(), Sight::Seen(SeenNamespace::default()))]);
    world.0.namespaces.insert(gone.id().clone(), shop);
    world.apply(&world.plan(&desired));
    let mut observed = world.observe(&desired);
    observed.accounts.clear();
    let plan = plan_unwire(&desired, &observed, UnwireOptions::new()).unwrap();
    insta::assert_snapshot!("unwire_gone", plan);
    // It must be looked at where there is a way to it, as to a cluster of EKS.
    let mut observed = world.observe(&one());
    observed.accounts.clear();
    let error = plan_unwire(&one(), &observed, UnwireOptions::new()).unwrap_err();
    assert_eq!(error.code(), "plan.not-observed");
}
