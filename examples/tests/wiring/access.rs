//! Credentials, region, endpoints and kubeconfig come from where AWS's programs and kubectl have them.

use std::collections::BTreeSet;
use std::process::Command;

use crate::support::cloud::{bare, command, ran, redacted};
use crate::support::{Ran, file};
use iamwire::Exit;
use iamwire_sandbox::Sandbox;
use iamwire_sandbox::world::{Cluster, Identity, Secret, Setup};

const ACCOUNT: [&str; 5] = ["wire", "--service-account", "shop/api", "--output", "json"];

fn args<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&ACCOUNT[..], more].concat()
}

fn of(sandbox: &Sandbox, name: &str) -> String {
    let found = sandbox.env().iter().find(|(other, _)| *other == name);
    found.unwrap().1.clone()
}

/// With these variables of the sandbox and no others.
fn with(sandbox: &Sandbox, args: &[&str], names: &[&str]) -> Command {
    let mut command = bare(args);
    command.envs(names.iter().map(|name| (name, of(sandbox, name))));
    command
}

fn fine(command: Command) -> Ran {
    let ran = ran(command);
    assert_eq!(ran.exit, Exit::Fine, "{ran}");
    ran
}

/// Two accounts, and a cluster in the first.
fn two_accounts() -> Sandbox {
    let other = Identity {
        arn: "arn:aws:iam::210987654321:user/bob".to_owned(),
        access_key_id: "AKIAI44QH8DHBEXAMPLE".to_owned(),
        secret_access_key: Secret("je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY".to_owned()),
    };
    let identities = vec![Identity::default(), other];
    Sandbox::start_with(Setup { identities, ..Setup::default() }).unwrap()
}

fn config() -> String {
    let Identity { access_key_id, secret_access_key, .. } = Identity::default();
    let script = file(
        "credentials.json",
        format!(
            r#"{{"Version":1,"AccessKeyId":"{access_key_id}","SecretAccessKey":"{}"}}"#,
            secret_access_key.0
        ),
    );
    format!(
        "[profile one]\nregion = eu-west-3\naws_access_key_id = {access_key_id}\naws_secret_access_key = {}\n\
         [profile process]\nregion = eu-west-3\ncredential_process = cat {script}\n\
         [profile two]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n\
         [profile sso]\nregion = eu-west-3\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n\
         [sso-session corp]\nsso_region = eu-west-3\nsso_start_url = https://corp.awsapps.com/start\n",
        secret_access_key.0
    )
}

#[test]
fn profiles() {
    let sandbox = two_accounts();
    let config = file("config", config());
    let endpoint = ["AWS_ENDPOINT_URL"];
    let role_arn = |ran: Ran| {
        let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        json["role_arn"].as_str().unwrap().to_owned()
    };
    let dry = args(&["--cluster", "prod", "--dry-run"]);
    for profile in ["one", "process"] {
        let mut by_variable = with(&sandbox, &dry, &endpoint);
        by_variable.env("AWS_CONFIG_FILE", &config).env("AWS_PROFILE", profile);
        assert_eq!(role_arn(fine(by_variable)), "arn:aws:iam::123456789012:role/prod-shop-api");
        let flagged = [&dry[..], &["--profile", profile]].concat();
        let mut by_flag = with(&sandbox, &flagged, &endpoint);
        by_flag.env("AWS_CONFIG_FILE", &config);
        assert_eq!(role_arn(fine(by_flag)), "arn:aws:iam::123456789012:role/prod-shop-api");
    }
    // A profile that is named comes before keys of the environment; the role is in its account.
    let flagged = [&dry[..], &["--role-profile", "two"]].concat();
    let mut cross = command(&sandbox, &flagged);
    cross.env("AWS_CONFIG_FILE", &config);
    assert_eq!(role_arn(fine(cross)), "arn:aws:iam::210987654321:role/prod-shop-api");
    let mut named = command(&sandbox, &[&dry[..], &["--profile", "nobody"]].concat());
    named.env("AWS_CONFIG_FILE", &config);
    let mut signed_out = command(&sandbox, &[&dry[..], &["--profile", "sso"]].concat());
    signed_out.env("AWS_CONFIG_FILE", &config);
    let rows = [ran(named), ran(signed_out)];
    assert!(rows.iter().all(|ran| ran.exit == Exit::Unreadable));
    insta::assert_snapshot!(rows.map(|ran| redacted(&ran.err)).concat());
}

/// What is told to see it work goes by the profile that was named.
#[test]
fn kubectl_by_the_profile() {
    let sandbox = two_accounts();
    let args = ["wire", "--cluster", "prod", "--service-account", "shop/api", "--yes"];
    let mut command =
        with(&sandbox, &[&args[..], &["--profile", "one"]].concat(), &["AWS_ENDPOINT_URL"]);
    command.env("AWS_CONFIG_FILE", file("config", config()));
    let ran = fine(command);
    let make = "aws eks update-kubeconfig --region eu-west-3 --name prod --profile one && kubectl --context arn:aws:eks:eu-west-3:123456789012:cluster/prod -n shop run";
    assert!(ran.out.contains(make), "{ran}");
}

/// A program that has credentials once: the calls of AWS are signed with them, the token of the cluster isn't.
#[test]
fn credentials_that_end_on_the_way() {
    let sandbox = Sandbox::start().unwrap();
    let Identity { access_key_id, secret_access_key, .. } = Identity::default();
    let once = format!(
        "mkdir \"$0.told\" 2>/dev/null || exit 1\n\
         echo '{{\"Version\":1,\"AccessKeyId\":\"{access_key_id}\",\"SecretAccessKey\":\"{}\"}}'",
        secret_access_key.0
    );
    let once = file("once", once);
    let config = file("config", format!("[profile once]\ncredential_process = sh {once}\n"));
    let names = ["AWS_ENDPOINT_URL", "AWS_REGION"];
    let mut command = with(&sandbox, &args(&["--cluster", "prod", "--dry-run"]), &names);
    command.env("AWS_CONFIG_FILE", config).env("AWS_PROFILE", "once");
    let ended = ran(command);
    assert_eq!(ended.exit, Exit::Unreadable, "{ended}");
    assert!(
        ended.err.starts_with("error: the `credential_process` of profile `once` failed: "),
        "{ended}"
    );
    let services: BTreeSet<&str> = sandbox.requests().iter().map(|call| call.service).collect();
    assert_eq!(services, BTreeSet::from(["eks", "iam", "sts"]));
}

#[test]
fn endpoints_of_single_services() {
    let sandbox = Sandbox::start().unwrap();
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"];
    let mut command = with(&sandbox, &args(&["--cluster", "prod", "--dry-run"]), &keys);
    for service in ["IAM", "STS", "EKS"] {
        command.env(format!("AWS_ENDPOINT_URL_{service}"), sandbox.endpoint_url());
    }
    fine(command);
    let calls = sandbox.requests();
    let mut services: Vec<&str> = calls.iter().map(|call| call.service).collect();
    services.sort_unstable();
    services.dedup();
    assert_eq!(services, ["eks", "iam", "kubernetes", "sts"]);
}

/// Where nobody answers, the place that was asked is told: that of the service, or that of all.
#[test]
fn a_host_that_is_not_there() {
    let sandbox = Sandbox::start().unwrap();
    let nowhere = "http://me:SECRET@no-such-host.invalid";
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EKS"] {
        let mut command = command(&sandbox, &args(&["--cluster", "prod", "--dry-run"]));
        command.env(name, nowhere);
        let lost = ran(command);
        assert_eq!(lost.exit, Exit::Refused, "{lost}");
        assert!(lost.err.contains(", asked at `http://no-such-host.invalid`\n"), "{lost}");
        assert!(lost.err.contains("the endpoint `http://no-such-host.invalid` and a"), "{lost}");
        assert!(!lost.err.contains("SECRET"), "{lost}");
    }
}

/// Each host by its real name, its certificate verified.
#[test]
fn through_a_proxy() {
    let sandbox = Sandbox::start().unwrap();
    let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"];
    let mut command = with(&sandbox, &args(&["--cluster", "prod", "--yes"]), &names);
    command.env("HTTPS_PROXY", sandbox.endpoint_url());
    command.env("SSL_CERT_FILE", sandbox.ca_bundle());
    fine(command);
    let calls = sandbox.requests();
    assert_eq!(calls.iter().filter(|call| call.wrote).count(), 3, "{calls:?}");
}

/// It is on loopback, which no proxy reaches.
#[test]
fn the_embedded_sandbox_takes_no_proxy() {
    let mut command = bare(&["wire"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
        command.env(name, "http://127.0.0.1:1");
    }
    fine(command);
}

#[test]
fn a_region_is_named_by_flag_or_arn() {
    let sandbox = Sandbox::start().unwrap();
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"];
    let arn = "arn:aws:eks:eu-west-3:123456789012:cluster/prod";
    fine(with(&sandbox, &args(&["--cluster", arn, "--dry-run"]), &keys));
    let region = ["--cluster", "prod", "--region", "eu-west-3", "--dry-run"];
    fine(with(&sandbox, &args(&region), &keys));
    let other = args(&["--cluster", arn, "--region", "eu-west-1", "--dry-run"]);
    let refused = ran(with(&sandbox, &other, &keys));
    assert_eq!(refused.exit, Exit::Unreadable);
    assert!(refused.err.contains("is not in region `eu-west-1`"), "{refused}");
}

/// Who called the API server: with the kubeconfig's token its administrator, with that of EKS an AWS user.
fn kubernetes_callers(sandbox: &Sandbox) -> Vec<String> {
    let calls = sandbox.requests();
    let mut callers: Vec<String> = calls
        .iter()
        .filter(|call| call.service == "kubernetes")
        .map(|call| call.caller.clone())
        .collect();
    callers.dedup();
    sandbox.world().clear_calls();
    callers
}

#[test]
fn the_way_to_the_cluster() {
    let clusters =
        vec![Cluster::default(), Cluster { name: "other".to_owned(), ..Cluster::default() }];
    let sandbox = Sandbox::start_with(Setup { clusters, ..Setup::default() }).unwrap();
    let prod = args(&["--cluster", "prod", "--dry-run"]);

    fine(command(&sandbox, &prod));
    let by_name = kubernetes_callers(&sandbox);
    let mut without = command(&sandbox, &prod);
    without.env_remove("KUBECONFIG");
    fine(without);
    let by_eks = kubernetes_callers(&sandbox);
    assert_ne!(by_name, by_eks);

    let kubeconfig = sandbox.kubeconfig().display().to_string();
    let mut named = command(&sandbox, &[&prod[..], &["--kubeconfig", &kubeconfig]].concat());
    named.env_remove("KUBECONFIG");
    fine(named);
    assert_eq!(kubernetes_callers(&sandbox), by_name);
    fine(command(&sandbox, &[&prod[..], &["--context", "other"]].concat()));
    assert_eq!(kubernetes_callers(&sandbox), by_name);

    // Contexts of other clusters are not taken for this one.
    let text = std::fs::read_to_string(&kubeconfig).unwrap();
    let arn = "arn:aws:eks:eu-west-3:123456789012:cluster";
    let renamed = text.replace("\"prod\"", &format!("\"{arn}/staging\""));
    let renamed = file("kubeconfig", renamed);
    let mut elsewhere = command(&sandbox, &prod);
    elsewhere.env("KUBECONFIG", &renamed);
    fine(elsewhere);
    assert_eq!(kubernetes_callers(&sandbox), by_eks);
    let named = file("kubeconfig", text.replace("\"prod\"", &format!("\"{arn}/prod\"")));
    let of_arn = format!("{arn}/prod");
    let elsewhere = arn.replace("123456789012", "210987654321");
    let in_another = file("kubeconfig", text.replace("\"prod\"", &format!("\"{elsewhere}/prod\"")));
    let with_missing = format!("/no/such/file:{kubeconfig}");
    for (cluster, file, callers) in [
        // An ARN, as `aws eks update-kubeconfig` names it.
        ("prod", &named, &by_name),
        (&of_arn, &named, &by_name),
        (&of_arn, &in_another, &by_eks),
        // As with kubectl, a file that isn't there is none.
        ("prod", &with_missing, &by_name),
        ("prod", &"/no/such/file".to_owned(), &by_eks),
    ] {
        let mut command = command(&sandbox, &args(&["--cluster", cluster, "--dry-run"]));
        command.env("KUBECONFIG", file);
        fine(command);
        assert_eq!(kubernetes_callers(&sandbox), *callers, "{cluster} {file}");
    }
    // Whose account it is, only the plan can tell.
    let mut another = command(&sandbox, &prod);
    another.env("KUBECONFIG", &in_another);
    let another = ran(another);
    assert_eq!(another.exit, Exit::Refused, "{another}");
    insta::assert_snapshot!(another.err, @"
    context   arn:aws:eks:eu-west-3:210987654321:cluster/prod   of KUBECONFIG
    error: the kubeconfig leads to cluster `arn:aws:eks:eu-west-3:210987654321:cluster/prod`, cluster `prod` is `arn:aws:eks:eu-west-3:123456789012:cluster/prod`
    help: name a context of the cluster, or no kubeconfig: then EKS tells the way; or use credentials of the other cluster's account: `--context NAME`
    ");
    let mut unreadable = command(&sandbox, &prod);
    unreadable.env("KUBECONFIG", file("kubeconfig", "clusters: [no"));
    let unreadable = ran(unreadable);
    assert_eq!(unreadable.exit, Exit::Unreadable, "{unreadable}");
    assert!(unreadable.err.contains("can't be used: failed to parse kubeconfig"), "{unreadable}");

    // A cluster that EKS does not run is reached by the kubeconfig alone.
    let issuer = format!("https://{}", crate::support::ISSUER);
    fine(command(&sandbox, &args(&["--issuer", &issuer, "--role", "api", "--dry-run"])));
    assert_eq!(kubernetes_callers(&sandbox), by_name);
    let mut lost = command(&sandbox, &args(&["--issuer", &issuer, "--role", "api", "--dry-run"]));
    lost.env("KUBECONFIG", "/no/such/file");
    let missing = ran(lost);
    let mut wrong = command(&sandbox, &[&prod[..], &["--context", "nowhere"]].concat());
    wrong.env("AWS_REGION", "eu-west-3");
    let wrong = ran(wrong);
    assert_eq!([missing.exit, wrong.exit], [Exit::Unreadable; 2]);
    let told = format!("{}\n{}", missing.err, wrong.err);
    insta::assert_snapshot!("the_way_to_the_cluster", told);
}

/// A context that leads to another cluster than the one that is named is told, also in the JSON, and taken: it
/// may be a tunnel.
#[test]
fn a_context_that_leads_elsewhere() {
    let clusters =
        vec![Cluster::default(), Cluster { name: "other".to_owned(), ..Cluster::default() }];
    let sandbox = Sandbox::start_with(Setup { clusters, ..Setup::default() }).unwrap();
    let text = std::fs::read_to_string(sandbox.kubeconfig()).unwrap();
    let swapped = text.replace("\"prod\"", "\"swap\"").replace("\"other\"", "\"prod\"");
    let swapped = file("kubeconfig", swapped.replace("\"swap\"", "\"other\""));
    let notices = |more: &[&str]| {
        let mut command = command(&sandbox, &args(&["--cluster", "prod"]));
        command.env("KUBECONFIG", &swapped).args(more);
        let value: serde_json::Value = serde_json::from_str(&fine(command).out).unwrap();
        value["notices"].as_array().unwrap().clone()
    };
    let is_it = |notice: &serde_json::Value| notice["code"] == "plan.other-server";
    assert!(!notices(&["--dry-run", "--context", "other"]).iter().any(is_it));
    for more in [&["--dry-run"][..], &["--dry-run", "--context", "prod"], &["--yes"]] {
        let notices = notices(more);
        let notice = notices.iter().find(|notice| is_it(notice)).unwrap();
        assert_eq!(notice["severity"], "warning");
        insta::allow_duplicates! {
            insta::assert_snapshot!(redacted(notice["message"].as_str().unwrap()), @"the kubeconfig leads to `127.0.0.1:PORT`, cluster `prod` is at `127.0.0.1:PORT`");
            insta::assert_snapshot!(notice["help"].as_str().unwrap(), @"fine through a tunnel or proxy; else name another context or kubeconfig, or none: then EKS tells the way");
        }
    }
}

/// Of contexts for two users of one cluster the current one is meant.
#[test]
fn the_current_context_comes_first() {
    let sandbox = Sandbox::start().unwrap();
    let text = std::fs::read_to_string(sandbox.kubeconfig()).unwrap();
    let mut config: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cluster = config["contexts"][0]["context"]["cluster"].clone();
    let nobody = serde_json::json!({"name": "alice", "user": {"token": "none"}});
    config["users"].as_array_mut().unwrap().insert(0, nobody);
    let alices = serde_json::json!({
        "name": "alice@prod.eu-west-3.eksctl.io",
        "context": {"cluster": cluster, "user": "alice"},
    });
    config["contexts"].as_array_mut().unwrap().insert(0, alices);
    let mut command = command(&sandbox, &args(&["--cluster", "prod", "--dry-run"]));
    command.env("KUBECONFIG", file("kubeconfig", config.to_string()));
    assert!(fine(command).err.starts_with("context   prod   of KUBECONFIG"));
}

/// Where nobody answers, it is said where that is.
#[test]
fn a_server_that_is_not_there() {
    let sandbox = Sandbox::start().unwrap();
    let text = std::fs::read_to_string(sandbox.kubeconfig()).unwrap();
    let mut config: serde_json::Value = serde_json::from_str(&text).unwrap();
    config["clusters"][0]["cluster"]["server"] = "https://me:secret@127.0.0.1:1/k8s/".into();
    let kubeconfig = file("kubeconfig", config.to_string());
    let more = ["--cluster", "prod", "--dry-run", "--kubeconfig", &kubeconfig];
    let gone = ran(command(&sandbox, &args(&more)));
    assert_eq!(gone.exit, Exit::Refused, "{gone}");
    assert!(gone.err.contains(": https://127.0.0.1:1/k8s: "), "{gone}");
    assert!(gone.err.contains("its endpoint may be private"), "{gone}");
}

/// A cluster that is gone has no kubeconfig any more.
#[test]
fn unwiring_by_the_issuer_alone() {
    let sandbox = Sandbox::start().unwrap();
    let issuer = format!("https://{}", crate::support::ISSUER);
    let more = ["--issuer", &issuer, "--role", "api", "--yes"];
    fine(command(&sandbox, &args(&more)));
    let without = |args: &[&str]| {
        let mut command = command(&sandbox, args);
        command.env_remove("KUBECONFIG");
        ran(command)
    };
    assert_eq!(without(&args(&more)).exit, Exit::Unreadable);
    let unwire = [&["unwire"], &args(&more)[1..]].concat();
    let gone = without(&unwire);
    assert_eq!(gone.exit, Exit::Fine, "{gone}");
    let json: serde_json::Value = serde_json::from_str(&gone.out).unwrap();
    let codes: Vec<&str> =
        json["notices"].as_array().unwrap().iter().map(|n| n["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"plan.account-unseen"), "{codes:?}");
    assert_eq!(json["done"].as_array().unwrap().len(), 1, "{}", json["done"]);
    // One that is named is not left out.
    for flag in [["--kubeconfig", "/no/such/file"], ["--context", "nowhere"]] {
        assert_eq!(without(&[&unwire[..], &flag].concat()).exit, Exit::Unreadable);
    }
}

/// A kubeconfig with one context: what it is called says whether it is taken, and if nothing says so, that
/// is told.
#[test]
fn a_single_context() {
    let sandbox = Sandbox::start().unwrap();
    let text = std::fs::read_to_string(sandbox.kubeconfig()).unwrap();
    let calling = |name: &str| {
        let mut command = command(&sandbox, &args(&["--cluster", "prod", "--dry-run"]));
        let renamed = text.replace("\"prod\"", &format!("\"{name}\""));
        command.env("KUBECONFIG", file("kubeconfig", renamed));
        (fine(command).err, kubernetes_callers(&sandbox))
    };
    let (told, by_file) = calling("prod");
    assert_eq!(told, "context   prod   of KUBECONFIG\n");
    for name in ["tests", "alice@prod.eu-west-3.eksctl.io"] {
        let (told, callers) = calling(name);
        assert!(told.contains(name), "{told}");
        assert_eq!(told.contains("the only one of KUBECONFIG"), name == "tests", "{told}");
        assert_eq!(callers, by_file);
    }
    for name in ["kind-kind", "minikube", "alice@prod.eu-west-1.eksctl.io"] {
        let (told, callers) = calling(name);
        assert_eq!(told, "");
        assert_ne!(callers, by_file);
    }
}
