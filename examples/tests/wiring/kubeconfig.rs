//! Kubeconfigs and proxies that lead nowhere: an error says what is wrong with them.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::cloud::{bare, beside, command, ran};
use crate::support::{Ran, file};
use iamwire::Exit;
use iamwire_sandbox::Sandbox;
use iamwire_sandbox::world::{Fault, When};

const DRY: [&str; 6] = ["wire", "--cluster", "prod", "--service-account", "shop/api", "--dry-run"];

fn user(config: &mut Value) -> &mut Value {
    &mut config["users"][0]["user"]
}

fn cluster(config: &mut Value) -> &mut Value {
    &mut config["clusters"][0]["cluster"]
}

fn exec(command: &str) -> Value {
    json!({"exec": {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": command,
        "args": ["SECRET"],
        "interactiveMode": "Never",
    }})
}

#[test]
fn what_is_wrong_with_a_kubeconfig() {
    type Change = fn(&mut Value);
    let sandbox = Sandbox::start().unwrap();
    let good: Value =
        serde_json::from_str(&std::fs::read_to_string(sandbox.kubeconfig()).unwrap()).unwrap();
    let changes: [(&str, Exit, Change); 10] = [
        ("no credentials", Exit::Refused, |all| *user(all) = json!({})),
        ("no such user", Exit::Unreadable, |all| {
            all["contexts"][0]["context"]["user"] = "missing".into();
        }),
        ("an empty token beside a password", Exit::Refused, |all| {
            *user(all) = json!({"token": "", "username": "me", "password": "SECRET"});
        }),
        ("no such program", Exit::Unreadable, |all| *user(all) = exec("no-such-program")),
        ("wss", Exit::Unreadable, |all| cluster(all)["server"] = "wss://me:SECRET@a".into()),
        ("no scheme", Exit::Unreadable, |all| cluster(all)["server"] = "a.example".into()),
        ("socks", Exit::Unreadable, |all| {
            cluster(all)["proxy-url"] = "socks5://me:SECRET@127.0.0.1:1".into();
        }),
        ("no proxy", Exit::Unreadable, |all| cluster(all)["proxy-url"] = "::bad".into()),
        ("a proxy that is not there", Exit::Refused, |all| {
            cluster(all)["proxy-url"] = "http://me:SECRET@127.0.0.1:1".into();
        }),
        ("the same without a scheme", Exit::Refused, |all| {
            cluster(all)["proxy-url"] = "127.0.0.1:1".into();
        }),
    ];
    let mut told = Vec::new();
    for (what, exit, change) in changes {
        let mut config = good.clone();
        change(&mut config);
        let config = file("kubeconfig", config.to_string());
        let ran = beside(&sandbox, &[&DRY[..], &["--kubeconfig", &config]].concat());
        assert_eq!(ran.exit, exit, "{what}: {ran}");
        told.push(format!("{what}\n{}", Ran::shown(&ran.err)));
    }
    let told = told.join("\n");
    assert!(!told.contains("SECRET"), "{told}");
    insta::assert_snapshot!(told);
}

/// Whom a program of AWS signs in as is known here, unless it is told to take other credentials; a token that is none
/// is no panic.
#[test]
fn a_program_of_aws_whom_the_cluster_does_not_know() {
    let sandbox = Sandbox::start().unwrap();
    let good: Value =
        serde_json::from_str(&std::fs::read_to_string(sandbox.kubeconfig()).unwrap()).unwrap();
    // A shell that is called so.
    let program = format!("{}-program/aws", file("folder", ""));
    std::fs::create_dir_all(Path::new(&program).parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("/bin/sh", &program).unwrap();
    let run = |token: &str, more: &[&str]| {
        let credential = json!({
            "apiVersion": "client.authentication.k8s.io/v1",
            "kind": "ExecCredential",
            "status": {"token": token},
        });
        let script = format!("cat <<'END'\n{credential}\nEND");
        let mut config = good.clone();
        *user(&mut config) = exec(&program);
        user(&mut config)["exec"]["args"] = [&["-c", &script], more].concat().into();
        let config = file("kubeconfig", config.to_string());
        let ran = beside(&sandbox, &[&DRY[..], &["--kubeconfig", &config]].concat());
        (ran.exit, Ran::shown(&ran.err))
    };
    let (exit, known) = run("nobodys", &[]);
    assert_eq!(exit, Exit::Refused);
    let (exit, other) = run("nobodys", &["--profile", "other"]);
    assert_eq!(exit, Exit::Refused);
    let (exit, none) = run("no\ntoken", &[]);
    assert_eq!(exit, Exit::Unreadable);
    let none: Vec<&str> = none.lines().filter(|line| line.starts_with("error: ")).collect();
    insta::assert_snapshot!(format!("{known}\n{other}\n{}", none.join("\n")));
}

#[test]
fn what_is_wrong_with_a_proxy() {
    let sandbox = Sandbox::start().unwrap();
    let mut told = Vec::new();
    for (name, value, exit) in [
        ("HTTPS_PROXY", "::bad", Exit::Unreadable),
        ("https_proxy", "ftp://me:SECRET@x:1", Exit::Unreadable),
        ("HTTPS_PROXY", "socks5://me:SECRET@127.0.0.1:1", Exit::Unreadable),
        ("HTTPS_PROXY", "http://me:SECRET@127.0.0.1:1", Exit::Refused),
        ("HTTPS_PROXY", "127.0.0.1:1", Exit::Refused),
        ("HTTP_PROXY", "http://me:SECRET@127.0.0.1:1", Exit::Refused),
    ] {
        for by_kubeconfig in [true, false] {
            let mut command = command(&sandbox, &DRY);
            command.env(name, value);
            if !by_kubeconfig {
                command.env_remove("KUBECONFIG");
            }
            let ran = ran(command);
            assert_eq!(ran.exit, exit, "{value}: {ran}");
            told.push(format!("{name} {by_kubeconfig}\n{}", Ran::shown(&ran.err)));
        }
    }
    let mut by_proxy = command(&sandbox, &DRY);
    by_proxy.env_remove("AWS_ENDPOINT_URL").env("HTTPS_PROXY", "http://me:SECRET@127.0.0.1:1");
    let by_proxy = ran(by_proxy);
    told.push(format!("AWS\n{}", Ran::shown(&by_proxy.err)));
    let told = told.join("\n");
    assert!(!told.contains("SECRET"), "{told}");
    insta::assert_snapshot!(told);
}

#[test]
fn no_proxy_is_of_the_clusters_host() {
    let sandbox = Sandbox::start().unwrap();
    for (proxy, exceptions, exit) in [
        ("socks5://p:1080", "127.0.0.1", Exit::Fine),
        ("http://127.0.0.2:1", "127.0.0.1", Exit::Fine),
        ("::bad", "localhost,127.0.0.1,", Exit::Fine),
        ("http://127.0.0.2:1", "127.0.0.2", Exit::Refused),
        ("http://127.0.0.2:1", "localhost,", Exit::Refused),
    ] {
        for by_kubeconfig in [true, false] {
            let mut command = command(&sandbox, &DRY);
            command.env("HTTPS_PROXY", proxy).env("NO_PROXY", exceptions);
            if !by_kubeconfig {
                command.env_remove("KUBECONFIG");
            }
            let ran = ran(command);
            assert_eq!(ran.exit, exit, "{proxy} {exceptions} {by_kubeconfig}: {ran}");
            assert_eq!(ran.err.contains("tunnel error"), exit == Exit::Refused, "{ran}");
        }
    }
}

/// Of other clusters in the file nothing is looked at, and `NO_PROXY` is for proxies of the environment.
#[test]
fn a_proxy_url_is_of_the_contexts_cluster() {
    let sandbox = Sandbox::start().unwrap();
    let text = std::fs::read_to_string(sandbox.kubeconfig()).unwrap();
    let mut config: Value = serde_json::from_str(&text).unwrap();
    let mut other = config["clusters"][0].clone();
    other["name"] = "other".into();
    other["cluster"]["proxy-url"] = "http://127.0.0.1:1".into();
    config["clusters"].as_array_mut().unwrap().push(other);
    let with = |config: &Value, name: &str, value: &str| {
        let mut command = command(&sandbox, &DRY);
        command.env("KUBECONFIG", file("kubeconfig", config.to_string())).env(name, value);
        ran(command)
    };
    let bad = with(&config, "HTTPS_PROXY", "ftp://me:SECRET@p:1");
    assert_eq!(bad.exit, Exit::Unreadable, "{bad}");
    assert!(bad.err.contains("HTTPS_PROXY names no proxy that can be used: `ftp://p:1`"), "{bad}");
    config["contexts"][0]["context"]["cluster"] = "other".into();
    for (name, value) in [("HTTPS_PROXY", "ftp://p:1"), ("NO_PROXY", "127.0.0.1")] {
        let own = with(&config, name, value);
        assert_eq!(own.exit, Exit::Refused, "{own}");
        assert!(own.err.contains("tunnel error"), "{own}");
    }
}

#[test]
fn no_proxy_stands_before_the_embedded_sandbox() {
    let args = ["wire", "--sandbox", "--service-account", "shop/my-s3-role", "--dry-run"];
    for proxy in ["http://127.0.0.1:1", "::bad"] {
        let mut command = bare(&args);
        command.env("HTTPS_PROXY", proxy).env("NO_PROXY", "localhost,");
        command.env("SSL_CERT_FILE", "/no/such/file");
        let ran = ran(command);
        assert_eq!(ran.exit, Exit::Fine, "{proxy}: {ran}");
    }
}

/// As for kubectl.
#[test]
fn an_empty_token_is_none() {
    let sandbox = Sandbox::start().unwrap();
    let text = std::fs::read_to_string(sandbox.kubeconfig()).unwrap();
    let mut config: Value = serde_json::from_str(&text).unwrap();
    let token = user(&mut config)["token"].as_str().unwrap().to_owned();
    *user(&mut config) = json!({"token": "", "tokenFile": file("token", token)});
    let ran = beside(
        &sandbox,
        &[&DRY[..], &["--kubeconfig", &file("kubeconfig", config.to_string())]].concat(),
    );
    assert_eq!(ran.exit, Exit::Fine, "{ran}");
}

/// Its certificates are the cluster's own, or else those of the machine.
#[test]
fn a_kubeconfig_without_certificate_authorities_and_a_machine_without() {
    let sandbox = Sandbox::start().unwrap();
    let text = std::fs::read_to_string(sandbox.kubeconfig()).unwrap();
    let mut config: Value = serde_json::from_str(&text).unwrap();
    let own = cluster(&mut config).as_object_mut().unwrap();
    own.retain(|key, _| !key.starts_with("certificate-authority"));
    let mut command = command(&sandbox, &DRY);
    command.env("KUBECONFIG", file("kubeconfig", config.to_string()));
    command.env("SSL_CERT_FILE", "/no/such/file");
    let ran = ran(command);
    assert_eq!(ran.exit, Exit::Unreadable, "{ran}");
    assert!(ran.err.contains("SSL_CERT_FILE names none"), "{ran}");
}

/// Neither where somebody programs, nor what nobody asked for.
#[test]
fn who_answers_badly_is_told_in_words() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.world().fail(When::Operation("get namespaces".to_owned()), 9, Fault::Before);
    let dropped = beside(&sandbox, &DRY);
    sandbox.world().clear_faults();
    assert_eq!(dropped.exit, Exit::Refused, "{dropped}");
    assert!(dropped.err.contains("get namespaces of `shop`"), "{dropped}");
    assert!(!dropped.err.contains("docs.rs"), "{dropped}");
    let wire = [&DRY[..5], &["--yes"]].concat();
    assert_eq!(beside(&sandbox, &wire).exit, Exit::Fine);
    sandbox.world().fail(When::Operation("ListRoles".to_owned()), 9, Fault::Denied);
    let unwire = [&["unwire"], &wire[1..], &["--delete-provider"]].concat();
    let denied = beside(&sandbox, &unwire);
    assert!(denied.err.contains("iam:ListRoles of `*`"), "{denied}");
}
