//! No key, token or signature is in anything that comes out.

use crate::support::cloud::{command, ran};
use crate::support::file;
use iamwire_sandbox::Sandbox;
use iamwire_sandbox::world::{Cluster, Fault, Identity, Secret, Setup, When};

const KEY: &str = "CANARY/key/0123456789abcdefghijklmnopqrs";
const TOKEN: &str = "CANARY-token-of-the-administrator";

fn canaries(text: &str) -> Vec<&str> {
    let all = [KEY, TOKEN, "CANARY", "k8s-aws-v1.", "X-Amz-Signature", "AWS4-HMAC", "Bearer "];
    all.into_iter().filter(|canary| text.contains(canary)).collect()
}

#[test]
fn nothing_tells_them() {
    let identity = Identity { secret_access_key: Secret(KEY.to_owned()), ..Identity::default() };
    let cluster = Cluster { token: Secret(TOKEN.to_owned()), ..Cluster::default() };
    let setup = Setup { identities: vec![identity], clusters: vec![cluster], ..Setup::default() };
    let sandbox = Sandbox::start_with(setup).unwrap();
    let broken = file(
        "config",
        format!(
            "[profile broken]\ncredential_process = sh -c 'echo {KEY} {TOKEN} >&2; echo {KEY}; exit 1'\n"
        ),
    );
    let wire = [
        "wire",
        "--cluster",
        "prod",
        "--service-account",
        "shop/api",
        "--policy",
        "AmazonS3ReadOnlyAccess",
    ];
    let unwire = ["unwire", "--cluster", "prod", "--service-account", "shop/api"];
    let faults = [
        Fault::Denied,
        Fault::Unauthenticated,
        Fault::Error { status: 400, code: "Odd".to_owned(), message: "odd".to_owned() },
    ];
    let operations = [
        "DescribeCluster",
        "GetCallerIdentity",
        "GetRole",
        "CreateRole",
        "CreateOpenIDConnectProvider",
        "AttachRolePolicy",
        "get serviceaccounts",
        "list pods",
        "apply serviceaccounts",
    ];
    let mut shown = String::new();
    let mut run = |args: &[&str], more: &[(&str, &str)]| {
        let mut command = command(&sandbox, args);
        command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "1");
        command.envs(more.iter().copied());
        let ran = ran(command);
        shown += &ran.out;
        shown += &ran.err;
    };
    for operation in operations {
        for fault in &faults {
            sandbox.world().fail(When::Operation(operation.to_owned()), 1, fault.clone());
            run(&[&wire[..], &["--yes"]].concat(), &[]);
            sandbox.world().clear_faults();
        }
        run(&[&unwire[..], &["--delete-provider", "--yes"]].concat(), &[("KUBECONFIG", "")]);
    }
    run(&[&wire[..], &["--dry-run", "--output", "json"]].concat(), &[]);
    run(&[&wire[..], &["--yes", "--output", "json"]].concat(), &[]);
    run(&[&wire[..], &["--yes"]].concat(), &[("AWS_ENDPOINT_URL", "http://127.0.0.1:1")]);
    let proxy = format!("http://me:{TOKEN}@127.0.0.1:1");
    let proxies = [("HTTP_PROXY", proxy.as_str()), ("HTTPS_PROXY", &proxy), ("KUBECONFIG", "")];
    run(&[&wire[..], &["--yes"]].concat(), &proxies);
    run(&[&wire[..], &["--profile", "broken", "--yes"]].concat(), &[("AWS_CONFIG_FILE", &broken)]);
    let token = file("token", TOKEN);
    for endpoint in ["no-url", "http://127.0.0.1:1"] {
        let identity = [
            ("AWS_ACCESS_KEY_ID", ""),
            ("AWS_SECRET_ACCESS_KEY", ""),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", &token),
            ("AWS_ENDPOINT_URL", endpoint),
        ];
        run(&[&wire[..], &["--yes"]].concat(), &identity);
    }
    for kubeconfig in kubeconfigs(&sandbox) {
        run(&[&wire[..], &["--kubeconfig", &kubeconfig, "--yes"]].concat(), &[]);
    }
    assert!(shown.contains("AWS_ENDPOINT_URL is no URL: `no-url`"), "{shown}");
    assert!(shown.contains("auth exec command failed with status exit status: 1"), "{shown}");
    assert!(shown.contains("error: ") && shown.contains("wired "), "{shown}");
    assert_eq!(canaries(&shown), [""; 0], "{shown}");
}

/// Some that can't be read, and some whose program fails, or prints what it should not.
fn kubeconfigs(sandbox: &Sandbox) -> Vec<String> {
    let good = std::fs::read_to_string(sandbox.kubeconfig()).unwrap();
    let user = format!("\"token\": \"{TOKEN}\"");
    assert!(good.contains(&user));
    let exec = |script: &str| {
        let exec = format!(
            r#""exec": {{"apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "args": ["-c", "{script}"], "interactiveMode": "Never"}}"#
        );
        good.replace(&user, &exec)
    };
    let proxy = format!("\"proxy-url\": \"http://me:{TOKEN}@127.0.0.1:1\", \"server\":");
    let texts = [
        good.replace("\"server\":", &proxy),
        good.replace("\"server\":", &proxy.replace("http:", "socks7:")),
        good.replace(&user, &format!("\"token\": [\"{TOKEN}\"")),
        good.replace(&user, &format!("\"token\": {{\"a\": \"{TOKEN}\"}}")),
        good.replace(&user, &format!("\"exec\": \"{TOKEN}\"")),
        exec(&format!("echo {TOKEN}; echo {TOKEN} >&2; exit 1")),
        exec(&format!("echo {TOKEN}")),
        exec(&format!("echo '{{'; echo {TOKEN}")),
    ];
    texts.into_iter().map(|text| file("kubeconfig", text)).collect()
}
