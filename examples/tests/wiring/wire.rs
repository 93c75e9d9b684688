//! `wire` and `unwire`: in the embedded sandbox, and as a process beside one.

use crate::support::cloud::{beside, command, ran};
use crate::support::{Ran, file, iamwire};
use iamwire::Exit;
use iamwire_sandbox::Sandbox;
use serde_json::Value;

/// What a person types, without the consent.
const ACCOUNT: [&str; 8] = [
    "--cluster",
    "prod",
    "--namespace",
    "shop",
    "--service-account",
    "api",
    "--policy",
    "AmazonS3ReadOnlyAccess",
];

fn wire<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["wire"], &ACCOUNT[..], more].concat()
}

fn unwire<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["unwire"], &ACCOUNT[..], more].concat()
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

/// The writes that a sandbox has seen.
fn writes(sandbox: &Sandbox) -> Vec<String> {
    let calls = sandbox.requests();
    let writes = calls.iter().filter(|call| call.wrote);
    writes.map(|call| format!("{} {}", call.operation, call.resource)).collect()
}

#[test]
fn in_the_sandbox() {
    insta::assert_snapshot!(
        [
            iamwire(&["wire"], ""),
            iamwire(&["wire", "--sandbox", "--service-account", "shop/api", "--dry-run"], ""),
            iamwire(&["unwire"], ""),
            iamwire(&["unwire", "--sandbox", "--delete-provider", "--dry-run"], ""),
        ]
        .map(|ran| format!("{ran}\n"))
        .concat()
    );
}

#[test]
fn as_json() {
    let ran = iamwire(&["wire", "--sandbox", "--output", "json"], "");
    assert_eq!(ran.exit, Exit::Fine);
    assert_eq!(ran.out.lines().count(), 1);
    let mut value = json(&ran);
    let digest = value["digest"].as_str().unwrap().to_owned();
    let dry = iamwire(&["wire", "--sandbox", "--output", "json", "--dry-run"], "");
    let mut planned = json(&dry);
    assert_eq!(planned["digest"], digest.as_str());
    assert_eq!(planned["plan"], value["plan"]);
    assert_eq!(planned["not_begun"], value["done"]);
    assert_eq!(value["done"], value["plan"]["changes"]);
    assert_eq!(dry.exit, Exit::Fine);
    for json in [&mut value, &mut planned] {
        let members: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(
            members,
            [
                "digest",
                "done",
                "format_version",
                "in_doubt",
                "manifest",
                "not_begun",
                "notices",
                "plan",
                "role_arn"
            ]
        );
        json["plan"] = "as it is elsewhere".into();
    }
    let shown = format!("{value:#}\n{}", ran.err);
    insta::assert_snapshot!(
        crate::support::cloud::redacted(&shown).replace(crate::support::ISSUER, "ISSUER")
    );
}

#[test]
fn only_the_plan_that_was_approved_is_made() {
    let sandbox = Sandbox::start().unwrap();
    let planned = beside(&sandbox, &wire(&["--dry-run", "--output", "json"]));
    let digest = json(&planned)["digest"].as_str().unwrap().to_owned();
    let in_text = beside(&sandbox, &wire(&["--dry-run"]));
    assert!(in_text.out.contains(&digest), "{in_text}");

    let other = digest.replace(|c: char| c.is_ascii_digit(), "0");
    let refused = beside(&sandbox, &wire(&["--approve", &other]));
    let refused_json = beside(&sandbox, &wire(&["--approve", &other, "--output", "json"]));
    assert_eq!(json(&refused_json)["digest"], digest.as_str());
    assert_eq!(writes(&sandbox), [""; 0]);

    let done = beside(&sandbox, &wire(&["--approve", &digest.to_uppercase()]));
    assert_eq!(writes(&sandbox).len(), 4);
    // It is another plan now.
    let again = beside(&sandbox, &wire(&["--approve", &digest]));
    assert_eq!(
        [refused.exit, refused_json.exit, done.exit, again.exit],
        [Exit::Refused, Exit::Refused, Exit::Fine, Exit::Refused]
    );
    insta::assert_snapshot!(format!("{refused}\n{done}\n{again}"));
}

#[test]
fn only_the_unwiring_that_was_approved_is_made() {
    let sandbox = Sandbox::start().unwrap();
    beside(&sandbox, &wire(&["--yes"]));
    let planned = beside(&sandbox, &unwire(&["--dry-run", "--output", "json"]));
    let digest = json(&planned)["digest"].as_str().unwrap().to_owned();
    let wider = beside(&sandbox, &unwire(&["--approve", &digest, "--delete-provider"]));
    assert_eq!((wider.exit, writes(&sandbox).len()), (Exit::Refused, 4), "{wider}");
    let done = beside(&sandbox, &unwire(&["--approve", &digest]));
    assert_eq!((done.exit, writes(&sandbox).len()), (Exit::Fine, 7), "{done}");
}

#[test]
fn with_nobody_to_ask_nothing_is_called() {
    let sandbox = Sandbox::start().unwrap();
    for args in [wire(&[]), unwire(&[])] {
        let ran = beside(&sandbox, &args);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Unreadable, ""), "{ran}");
        assert!(ran.err.contains("error: standard input is no terminal"), "{ran}");
    }
    assert_eq!(sandbox.requests(), []);
}

/// Also where it doesn't come to a plan.
#[test]
fn what_is_wrong_is_in_the_json_too() {
    let sandbox = Sandbox::start().unwrap();
    for (flags, code) in [
        (&[][..], "program.input"),
        (&["--yes", "--role", "a b"], "role-name.character"),
        (&["--yes", "--inline", "no-file"], "program.input"),
        (&["--yes", "--profile", ""], "program.usage"),
        (&["--yes", "--deadline", "0"], "program.usage"),
    ] {
        let ran = beside(&sandbox, &wire(&[flags, &["--output", "json"]].concat()));
        let told = json(&ran);
        let error = &told["error"];
        assert_eq!((ran.exit, error["code"].as_str()), (Exit::Unreadable, Some(code)), "{ran}");
        assert!(ran.err.contains(error["message"].as_str().unwrap()), "{ran}");
        assert_eq!([&told["digest"], &told["plan"]], [&Value::Null; 2]);
    }
    assert_eq!(sandbox.requests(), []);
}

#[test]
fn wired_and_unwired_again() {
    let sandbox = Sandbox::start().unwrap();
    let done = beside(&sandbox, &wire(&["--yes"]));
    assert_eq!(writes(&sandbox).len(), 4, "{done}");
    let again = beside(&sandbox, &wire(&["--yes"]));
    assert_eq!(writes(&sandbox).len(), 4, "{again}");
    let undone = beside(&sandbox, &unwire(&["--delete-provider", "--yes"]));
    let mut gone: Vec<String> = writes(&sandbox).split_off(4);
    // Two and two are made at once.
    gone[..2].sort();
    gone[2..].sort();
    assert_eq!(
        gone,
        [
            "DetachRolePolicy prod-shop-api".to_owned(),
            "delete serviceaccounts shop/api".to_owned(),
            format!("DeleteOpenIDConnectProvider {}", crate::support::PROVIDER),
            "DeleteRole prod-shop-api".to_owned(),
        ],
        "{undone}"
    );
    let gone = beside(&sandbox, &unwire(&["--delete-provider", "--yes", "--output", "json"]));
    assert_eq!(json(&gone)["done"], Value::Array(Vec::new()));
    let nothing = beside(&sandbox, &unwire(&["--yes"]));
    assert_eq!([done.exit, again.exit, undone.exit, gone.exit, nothing.exit], [Exit::Fine; 5]);
    insta::assert_snapshot!(format!("{done}\n{again}\n{undone}\n{nothing}"));
}

/// The provider is nobody's: that it goes is no unwiring.
#[test]
fn a_provider_that_goes_alone() {
    let sandbox = Sandbox::start().unwrap();
    beside(&sandbox, &wire(&["--yes"]));
    beside(&sandbox, &unwire(&["--yes"]));
    let alone = beside(&sandbox, &unwire(&["--delete-provider", "--yes"]));
    assert!(alone.err.contains("1/1"), "{alone}");
    assert!(alone.out.starts_with("nothing to unwire: shop/api of prod with arn:"), "{alone}");
    assert!(alone.out.ends_with(&format!("deleted   {}\n", crate::support::PROVIDER)), "{alone}");
}

#[test]
fn every_flag_has_its_effect() {
    let sandbox = Sandbox::start().unwrap();
    let policy = file(
        "list.json",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}"#,
    );
    let inline = format!("list={policy}");
    let planned = beside(
        &sandbox,
        &[
            "wire",
            "--cluster",
            "arn:aws:eks:eu-west-3:123456789012:cluster/prod",
            "--region",
            "eu-west-3",
            "--namespace",
            "new",
            "--create-namespace",
            "--service-account",
            "api",
            "--force-conflicts",
            "--audience",
            "vault",
            "--thumbprint",
            "AB:cd:0123456789abcdef0123456789abcdef0123",
            "0000000000000000000000000000000000000000",
            "--token-expiration",
            "3600",
            "--role",
            "reader",
            "--path",
            "/apps/",
            "--description",
            "reads",
            "--policy",
            "AmazonS3ReadOnlyAccess",
            "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
            "--inline",
            &inline,
            "--max-session-duration",
            "7200",
            "--boundary",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "--tag",
            "team=shop",
            "--tag",
            "cost=1",
            "--existing-role",
            "merge",
            "--deadline",
            "60",
            "--dry-run",
        ],
    );
    insta::assert_snapshot!(planned);
}

#[test]
fn the_role_is_named_after_the_binding() {
    let sandbox = Sandbox::start().unwrap();
    let name = "a-service-account-with-a-name-that-is-longer-than-any-name-of-a-role";
    for (account, role) in [
        ("api", "prod-shop-api"),
        (name, "prod-shop-a-service-account-with-a-name-that-is-longer--"),
    ] {
        let args = ["wire", "--cluster", "prod", "--namespace", "shop", "--service-account"];
        let ran =
            beside(&sandbox, &[&args[..], &[account, "--dry-run", "--output", "json"]].concat());
        let arn = json(&ran)["role_arn"].as_str().unwrap().to_owned();
        assert!(arn.starts_with(&format!("arn:aws:iam::123456789012:role/{role}")), "{arn}");
        assert!(arn.rsplit('/').next().unwrap().len() <= 64, "{arn}");
    }
}

#[test]
fn what_stands_in_the_way_is_told() {
    use iamwire_sandbox::world::{Cluster, Setup};

    let cluster = |name: &str| Cluster { name: name.to_owned(), ..Cluster::default() };
    let clusters = vec![
        Cluster::default(),
        Cluster { status: "CREATING".to_owned(), ..cluster("young") },
        Cluster { issuer: None, ..cluster("outpost") },
        Cluster {
            principals: vec!["arn:aws:iam::123456789012:user/bob".to_owned()],
            ..cluster("closed")
        },
    ];
    let sandbox = Sandbox::start_with(Setup { clusters, ..Setup::default() }).unwrap();
    annotate(&sandbox, "charted");
    let account = |cluster: &str, account: &str| {
        beside(&sandbox, &["wire", "--cluster", cluster, "--service-account", account, "--yes"])
    };
    let named = |name: &str| account(name, "shop/api");
    let without = |names: [&str; 2]| {
        let mut command = command(&sandbox, &wire(&["--yes"]));
        for name in names {
            command.env_remove(name);
        }
        ran(command)
    };
    let rows = [
        named("nowhere"),
        named("young"),
        named("outpost"),
        named("arn:aws:eks:eu-west-3:210987654321:cluster/prod"),
        named("arn:aws:eks:eu-west-3:210987654321:cluster/nowhere"),
        {
            let args = ["wire", "--cluster", "closed", "--service-account", "shop/api", "--yes"];
            let mut command = command(&sandbox, &args);
            command.env_remove("KUBECONFIG");
            ran(command)
        },
        account("prod", "absent/api"),
        account("prod", "shop/charted"),
        beside(&sandbox, &wire(&["--policy", "NoSuchPolicy", "--yes"])),
        without(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]),
        without(["AWS_REGION", "AWS_DEFAULT_REGION"]),
    ];
    assert_eq!(writes(&sandbox), ["create serviceaccounts shop/charted"]);
    insta::assert_snapshot!(rows.map(|ran| format!("{ran}\n")).concat());
}

/// What AWS and Kubernetes refuse, and what lies between.
#[test]
fn what_comes_from_outside_is_told() {
    use iamwire_sandbox::world::{Fault, When};

    let sandbox = Sandbox::start().unwrap();
    let failing = |operation: &str, fault: Fault| {
        sandbox.world().fail(When::Operation(operation.to_owned()), 9, fault);
        // What is there by then would not be made again.
        let role = if operation.starts_with("apply") { "other" } else { "api" };
        let ran = beside(&sandbox, &wire(&["--role", role, "--yes"]));
        sandbox.world().clear_faults();
        ran
    };
    let kubeconfig = std::fs::read_to_string(sandbox.kubeconfig()).unwrap();
    let by = |kubeconfig: String| {
        let kubeconfig = file("kubeconfig", kubeconfig);
        beside(&sandbox, &wire(&["--kubeconfig", &kubeconfig, "--yes"]))
    };
    let with = |name: &str, value: &str| {
        let mut command = command(&sandbox, &wire(&["--yes"]));
        if name == "HTTPS_PROXY" {
            command.env_remove("AWS_ENDPOINT_URL");
        }
        ran({
            command.env(name, value);
            command
        })
    };
    let server = kubeconfig.split("\"server\": \"").nth(1).unwrap().split('"').next().unwrap();
    let rows = [
        with("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        with("HTTPS_PROXY", &sandbox.endpoint_url()),
        by(kubeconfig.replace(server, "https://127.0.0.1:1")),
        by(kubeconfig.replace("certificate-authority-data", "not-told")),
        failing(
            "GetRole",
            Fault::Error {
                status: 403,
                code: "ExpiredToken".to_owned(),
                message: "The security token included in the request is expired".to_owned(),
            },
        ),
        failing("get serviceaccounts", Fault::Unauthenticated),
        failing("CreateRole", Fault::Denied),
        failing("AttachRolePolicy", Fault::Throttled),
        failing("apply serviceaccounts", Fault::Denied),
    ];
    let shown = rows.map(|ran| format!("{ran}\n")).concat();
    let shown: Vec<&str> = shown.lines().map(|l| l.split(" (os error").next().unwrap()).collect();
    insta::assert_snapshot!(shown.join("\n"));
    // A system has several texts for a connection that ends.
    sandbox.world().fail(When::Operation("UpdateAssumeRolePolicy".to_owned()), 9, Fault::After);
    let web = ["wire", "--cluster", "prod", "--service-account", "shop/web", "--role", "api"];
    let lost = beside(&sandbox, &[&web[..], &["--yes"]].concat());
    assert_eq!(lost.exit, Exit::Undetermined, "{lost}");
    assert!(lost.err.contains("in doubt  "), "{lost}");
    // Credentials that end in the middle are not as if there had been none.
    let message = "The security token included in the request is expired".to_owned();
    let expired = Fault::Error { status: 403, code: "ExpiredToken".to_owned(), message };
    sandbox.world().fail(When::Operation("AttachRolePolicy".to_owned()), 9, expired);
    let ended = beside(&sandbox, &wire(&["--role", "late", "--yes"]));
    assert_eq!(ended.exit, Exit::Refused, "{ended}");
    assert!(ended.err.contains("done      create role `late`"), "{ended}");
    sandbox.world().clear_faults();
    let absent = ["wire", "--cluster", "prod", "--service-account", "absent/api", "--yes"];
    let ran = beside(&sandbox, &[&absent[..], &["--output", "json"]].concat());
    insta::assert_snapshot!(json(&ran)["error"], @r#"{"because":[],"code":"plan.namespace-missing","help":"check its name, or ask for it to be made: `--create-namespace`","message":"namespace `absent` does not exist in cluster `prod`"}"#);
}

/// A service account whose role somebody else has written.
fn annotate(sandbox: &Sandbox, account: &str) {
    let role = "arn:aws:iam::123456789012:role/theirs";
    let body = serde_json::json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {
            "name": account, "namespace": "shop",
            "annotations": {"eks.amazonaws.com/role-arn": role},
        },
    });
    let path = "/kubernetes/prod/api/v1/namespaces/shop/serviceaccounts?fieldManager=helm";
    let request = http::Request::post(path)
        .header("authorization", "Bearer sandbox-administrator")
        .header("content-type", "application/json")
        .body(body.to_string().into_bytes())
        .unwrap();
    let response = sandbox.world().answer(request);
    assert_eq!(response.status(), 201, "{}", String::from_utf8_lossy(response.body()));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = Sandbox::start().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = command(&sandbox, &wire(&["--yes"]));
    let ended = command.stdout(writer).output().unwrap();
    let errors = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(0), "{errors}");
    assert!(errors.contains("apply     4/4") && !errors.contains("error"), "{errors}");
}

/// Its trust, its policy and its tags are its own.
#[test]
fn a_foreign_role_is_merged_only_if_told() {
    let sandbox = Sandbox::start().unwrap();
    let made = beside(&sandbox, &wire(&["--role", "theirs", "--yes"]));
    assert_eq!(made.exit, Exit::Fine, "{made}");
    untag(&sandbox, "theirs");
    let args = ["wire", "--cluster", "prod", "--service-account", "shop/web", "--role", "theirs"];
    let refused = beside(&sandbox, &[&args[..], &["--yes"]].concat());
    assert_eq!(refused.exit, Exit::Refused, "{refused}");
    let merged = beside(&sandbox, &[&args[..], &["--existing-role", "merge", "--yes"]].concat());
    assert_eq!(merged.exit, Exit::Fine, "{merged}");
    insta::assert_snapshot!(format!("{refused}\n{merged}"));
}

/// Takes the tags off a role, as its owner may.
fn untag(sandbox: &Sandbox, role: &str) {
    let scope = "AKIAIOSFODNN7EXAMPLE/20260801/us-east-1/iam/aws4_request";
    let body = format!(
        "Action=UntagRole&Version=2010-05-08&RoleName={role}&TagKeys.member.1=iamwire%3Amanaged"
    );
    let request = http::Request::post("https://iam.amazonaws.com/")
        .header("authorization", format!("AWS4-HMAC-SHA256 Credential={scope}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.into_bytes())
        .unwrap();
    let response = sandbox.world().answer(request);
    assert_eq!(response.status(), 200, "{}", String::from_utf8_lossy(response.body()));
}
