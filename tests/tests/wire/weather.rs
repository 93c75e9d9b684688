//! What AWS and Kubernetes say, and what lies between: the message names the call, the help the cure.

use iamwire_core::{Account, Binding, Cluster, Desired, UnwireOptions, WireError};
use iamwire_sandbox::world::{Fault, Quotas, Setup, When};
use iamwire_tests::cloud::Cloud;

use super::credentials::{told, without_ids};
use super::{desired, role, wirer};

fn said(status: u16, code: &str, message: &str) -> Fault {
    Fault::Error { status, code: code.to_owned(), message: message.to_owned() }
}

fn may_not(action: &str, why: &str) -> Fault {
    let caller = "arn:aws:iam::123456789012:user/alice";
    let text =
        format!("User: {caller} is not authorized to perform: {action} on resource: * {why}");
    said(403, "AccessDenied", &text)
}

/// What came of it: code, message, help; where it stopped in the middle also why, and what is in doubt.
async fn row(setup: Setup, fault: Option<(&str, Fault)>, desired: &Desired) -> String {
    let cloud = Cloud::new(setup);
    let what = fault.as_ref().map_or("quota", |(operation, _)| *operation).to_owned();
    if let Some((operation, fault)) = fault {
        cloud.world().fail(When::Operation(operation.to_owned()), 9, fault);
    }
    let error = match wirer(&cloud).wire(desired).await {
        Ok(done) => return format!("{what}: {} changes made", done.changes.len()),
        Err(error) => error,
    };
    if error.stopped().is_none() {
        assert!(cloud.calls().iter().all(|call| !call.wrote), "{error}");
    }
    format!("{what}: {}", with_why(&error))
}

fn with_why(error: &WireError) -> String {
    let why = error.stopped().map_or_else(String::new, |stopped| format!("\n{}", stopped.why()));
    told(error) + &why
}

#[tokio::test(start_paused = true)]
async fn what_is_refused() {
    let no_identity = "because no identity-based policy allows it";
    let faults = [
        // A role and a provider are made with a tag, which wants an action of its own.
        ("CreateRole", may_not("iam:TagRole", no_identity)),
        (
            "CreateOpenIDConnectProvider",
            may_not(
                "iam:TagOpenIDConnectProvider",
                "with an explicit deny in a service control policy",
            ),
        ),
        ("DescribeCluster", said(403, "InvalidSignatureException", "Signature expired: …")),
        ("DescribeCluster", said(403, "UnrecognizedClientException", "The token is invalid.")),
        ("GetRole", said(403, "", "")),
        (
            "apply serviceaccounts",
            said(
                403,
                "Forbidden",
                r#"admission webhook "rules.example.com" denied the request: no"#,
            ),
        ),
    ];
    let mut all = Vec::new();
    for fault in faults {
        all.push(row(Setup::default(), Some(fault), &desired()).await);
    }
    let quotas = [
        Quotas { providers: 0, ..Quotas::default() },
        Quotas { policies_per_role: 0, ..Quotas::default() },
        Quotas { client_ids: 0, ..Quotas::default() },
    ];
    for quotas in quotas {
        all.push(row(Setup { quotas, ..Setup::default() }, None, &desired()).await);
    }
    let cluster = Cluster::from_name("prod").unwrap();
    let account = |i| Account::new(format!("shop/account-{i}").parse().unwrap());
    let many = (0..60).map(|i| Binding::new(&cluster, account(i), role()));
    all.push(row(Setup::default(), None, &Desired::new(many).unwrap()).await);
    insta::assert_snapshot!(without_ids(&all.join("\n\n")));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_come_through() {
    let mut all = Vec::new();
    let reads = ["DescribeCluster", "GetRole", "get serviceaccounts"];
    let writes = ["CreateRole", "apply serviceaccounts"];
    for operation in reads.into_iter().chain(writes) {
        for fault in [Fault::Throttled, Fault::ServerError, Fault::After] {
            let name = format!("{fault:?}");
            let row = row(Setup::default(), Some((operation, fault)), &desired()).await;
            all.push(format!("{name} {row}"));
        }
    }
    // A proxy answers: what was asked for may be done.
    let proxy = ("CreateRole", said(502, "", "Bad Gateway"));
    all.push(row(Setup::default(), Some(proxy), &desired()).await);
    insta::assert_snapshot!(without_ids(&all.join("\n\n")));
}

/// What is not taken away, and why; run again, it is.
#[tokio::test(start_paused = true)]
async fn what_stops_an_unwiring() {
    let no_identity = "because no identity-based policy allows it";
    let denied = [
        ("GetRole", "iam:GetRole"),
        ("ListRoles", "iam:ListRoles"),
        ("ListAttachedRolePolicies", "iam:ListAttachedRolePolicies"),
        ("DetachRolePolicy", "iam:DetachRolePolicy"),
        ("DeleteRole", "iam:DeleteRole"),
        ("DeleteOpenIDConnectProvider", "iam:DeleteOpenIDConnectProvider"),
    ];
    let mut faults: Vec<(&str, Fault)> = denied
        .into_iter()
        .map(|(operation, action)| (operation, may_not(action, no_identity)))
        .collect();
    faults.extend(
        ["get serviceaccounts", "delete serviceaccounts", "list pods"]
            .map(|operation| (operation, Fault::Denied)),
    );
    faults.extend(["DeleteRole", "delete serviceaccounts"].into_iter().flat_map(|operation| {
        [Fault::Throttled, Fault::ServerError, Fault::After].map(|fault| (operation, fault))
    }));
    let mut all = Vec::new();
    for (operation, fault) in faults {
        let cloud = Cloud::new(Setup::default());
        let _ = wirer(&cloud).wire(&desired()).await.unwrap();
        let name = if let Fault::Error { .. } = fault {
            "Denied".to_owned()
        } else {
            format!("{fault:?}")
        };
        cloud.world().fail(When::Operation(operation.to_owned()), 9, fault);
        let options = UnwireOptions::new().delete_provider(true);
        let came = match wirer(&cloud).unwire(&desired(), options).await {
            Ok(done) => format!("{} changes made", done.changes.len()),
            Err(error) => with_why(&error),
        };
        all.push(format!("{name} {operation}: {came}"));
        cloud.world().clear_faults();
        let _ = wirer(&cloud).unwire(&desired(), options).await.unwrap();
        assert!(wirer(&cloud).plan_unwire(&desired(), options).await.unwrap().is_empty());
    }
    insta::assert_snapshot!(without_ids(&all.join("\n\n")));
}
