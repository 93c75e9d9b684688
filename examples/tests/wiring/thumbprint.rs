//! Thumbprints of hosts and issuers; and the sandbox that serves them.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use crate::support::cloud::{bare, ran};
use crate::support::{Ran, iamwire};
use iamwire::Exit;
use iamwire_core::Thumbprint;
use iamwire_sandbox::Sandbox;

/// The first line is the last certificate's, which the list below ends with.
fn thumbprint(ran: &Ran) -> Thumbprint {
    assert_eq!(ran.exit, Exit::Fine, "{ran}");
    let thumbprint: Thumbprint = ran.out.trim_end().parse().unwrap();
    assert!(ran.err.contains(&format!("  2: {thumbprint}\n")), "{ran}");
    thumbprint
}

#[test]
fn of_issuers_and_hosts() {
    let issuer = format!("https://{}", crate::support::ISSUER);
    for args in [
        vec!["thumbprint", "--sandbox"],
        vec!["thumbprint", "--sandbox", &issuer],
        vec!["thumbprint", "--sandbox", &issuer, "--issuer-host"],
        vec!["thumbprint", "--sandbox", crate::support::ISSUER],
        vec!["thumbprint", "--sandbox", "oidc.eks.eu-west-3.amazonaws.com"],
        vec!["thumbprint", "--sandbox", "any.example:8443"],
        vec!["thumbprint", "--sandbox", "https://any.example:8443/path"],
    ] {
        let ran = iamwire(&args, "");
        thumbprint(&ran);
        assert!(ran.err.contains("verified: "), "{ran}");
    }
}

#[test]
fn a_wiring_fetches_it() {
    let alone = thumbprint(&iamwire(&["thumbprint", "--sandbox"], ""));
    let planned = iamwire(&["wire", "--sandbox", "--thumbprint", "fetch", "--dry-run"], "");
    assert_eq!(planned.exit, Exit::Fine, "{planned}");
    let Some((_, after)) = planned.out.split_once("sts.amazonaws.com, thumbprint ") else {
        panic!("{planned}");
    };
    // Each sandbox has certificates of its own.
    let fetched: Thumbprint = after.lines().next().unwrap().parse().unwrap();
    assert_ne!(fetched, alone);
}

#[test]
fn of_a_host_that_does_not_verify() {
    let sandbox = Sandbox::start().unwrap();
    let port = sandbox.tls_address().port();
    let ran = iamwire(&["thumbprint", &format!("127.0.0.1:{port}")], "");
    thumbprint(&ran);
    assert!(ran.err.contains("warning: it does not verify: "), "{ran}");
}

#[test]
fn that_is_not_to_be_had() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let closed = format!("127.0.0.1:{closed}");
    let rows = [
        vec!["thumbprint"],
        vec!["thumbprint", ""],
        vec!["thumbprint", "host name"],
        vec!["thumbprint", "host:https"],
        vec!["thumbprint", "host:0"],
        vec!["thumbprint", "http://h.example/id"],
        vec!["thumbprint", "https://h.example/id?a"],
        vec!["thumbprint", "--sandbox", "https://oidc.eks.eu-west-3.amazonaws.com/id/other"],
        vec!["thumbprint", &closed],
    ];
    let shown = rows.map(|args| format!("{}\n", iamwire(&args, ""))).concat();
    let shown: Vec<&str> = shown.lines().map(|l| l.split(" (os error").next().unwrap()).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

/// `iamwire sandbox`, and the variables that it prints to export.
fn serving(command: &mut Command) -> (Child, Vec<(String, String)>) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut env = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap) {
        if line.starts_with('#') {
            return (child, env);
        }
        let export = line.strip_prefix("export ").and_then(|export| export.split_once('='));
        env.extend(export.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    panic!("it ended: {:?}", child.wait());
}

/// How it ended, and the calls that it told.
fn ended(mut child: Child) -> (Option<i32>, String) {
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    (child.wait().unwrap().code(), log)
}

fn wired(env: &[(String, String)]) {
    let wire = ["wire", "--cluster", "prod", "--service-account", "shop/api", "--yes"];
    let mut command = bare(&wire);
    command.envs(env.iter().map(|(name, value)| (name, value)));
    assert_eq!(ran(command).exit, Exit::Fine);
}

const CALL: &str = "200 iam CreateRole prod-shop-api\n";

#[test]
fn a_sandbox_for_other_programs() {
    let (mut child, env) = serving(bare(&["sandbox"]).stdin(Stdio::piped()));
    let names: Vec<&str> = env.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "AWS_ACCESS_KEY_ID",
            "AWS_CA_BUNDLE",
            "AWS_DEFAULT_REGION",
            "AWS_EC2_METADATA_DISABLED",
            "AWS_ENDPOINT_URL",
            "AWS_REGION",
            "AWS_SECRET_ACCESS_KEY",
            "KUBECONFIG"
        ]
    );
    wired(&env);
    let bundle = &env[1].1;
    assert!(std::fs::exists(bundle).unwrap());
    drop(child.stdin.take());
    let (code, log) = ended(child);
    assert_eq!(code, Some(0));
    assert!(log.contains(CALL), "{log}");
    assert!(!std::fs::exists(bundle).unwrap());
}

/// Its input is the null device.
#[test]
#[cfg(unix)]
fn a_sandbox_in_the_background_ends_when_it_is_told() {
    for signal in ["-INT", "-TERM"] {
        let (child, env) = serving(&mut bare(&["sandbox"]));
        wired(&env);
        let bundle = &env[1].1;
        assert!(std::fs::exists(bundle).unwrap());
        let id = child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let (code, log) = ended(child);
        assert_eq!(code, Some(130));
        assert!(log.contains(CALL), "{log}");
        assert!(!std::fs::exists(bundle).unwrap());
    }
}
