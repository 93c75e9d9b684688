//! Wire one service account of your own cluster: `wire_minimal CLUSTER NAMESPACE/NAME POLICY`.
//!
//! Region and credentials come from where the AWS CLI has them; it changes what the plan says.

use std::error::Error;

use iamwire_core::aws::Settings;
use iamwire_core::{Account, Binding, Cluster, Desired, Role, RoleName, ServiceAccountRef, Wirer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [cluster, account, policy] = args.as_slice() else {
        return Err("usage: wire_minimal CLUSTER NAMESPACE/NAME POLICY".into());
    };
    let cluster = Cluster::from_name(cluster)?;
    let account: ServiceAccountRef = account.parse()?;
    let role = Role::new(RoleName::for_binding(cluster.id(), &account));
    let role = role.managed_policy(policy.parse()?);
    let desired = Desired::new([Binding::new(&cluster, Account::new(account), role)])?;

    let wirer = Wirer::new(&Settings::new().load().await?);
    let plan = wirer.plan(&desired).await?;
    println!("{plan}");

    let done = wirer.apply(&plan).await?;
    for change in &done.changes {
        println!("done: {change}");
    }
    for wired in &done.wired {
        println!("{}", wired.manifest.to_yaml());
    }
    Ok(())
}
