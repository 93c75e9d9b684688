//! Settings of AWS that are empty or wrong, and machines that lack something: an error says which, and nothing
//! panics.

use crate::support::cloud::{bare, command, ran};
use crate::support::{Ran, file};
use iamwire::Exit;
use iamwire_sandbox::Sandbox;

const DRY: [&str; 8] =
    ["wire", "--cluster", "prod", "--service-account", "shop/api", "--dry-run", "--output", "json"];

/// Where nobody listens.
const NOWHERE: &str = "http://127.0.0.1:9";

/// The sandbox's variables with these in their place; `-` takes one away.
fn with(sandbox: &Sandbox, changes: &[(&str, &str)]) -> Ran {
    let mut command = command(sandbox, &DRY);
    for (name, value) in changes {
        match *value {
            "-" => command.env_remove(name),
            value => command.env(name, value),
        };
    }
    ran(command)
}

/// A profile whose services have endpoints of their own, before that of all.
fn in_services(own: &str, of_all: &str) -> String {
    let services = ["eks", "iam", "sts"].map(|name| format!("{name} =\n  endpoint_url = {own}"));
    let services = services.join("\n");
    in_profile(&format!("services = loc\nendpoint_url = {of_all}\n[services loc]\n{services}"))
}

fn in_profile(text: &str) -> String {
    file("config", format!("[default]\n{text}\n"))
}

#[test]
fn what_is_empty_counts_as_absent() {
    let sandbox = Sandbox::start().unwrap();
    let url = sandbox.endpoint_url();
    let url = url.as_str();
    let each = [
        ("AWS_ENDPOINT_URL_EKS", url),
        ("AWS_ENDPOINT_URL_IAM", url),
        ("AWS_ENDPOINT_URL_STS", url),
    ];
    let region = in_profile("region = eu-west-3");
    let endpoint = in_profile(&format!("endpoint_url = {url}"));
    let empty_endpoint = in_profile("endpoint_url =");
    let no_region = ("AWS_DEFAULT_REGION", "");
    let no_endpoint = ("AWS_ENDPOINT_URL", "");
    let (of_services, of_all) = (in_services(url, NOWHERE), in_services("", url));
    for changes in [
        &[&each[..], &[("AWS_ENDPOINT_URL", "")]].concat()[..],
        &[&each[..], &[("AWS_ENDPOINT_URL", "-"), ("AWS_CONFIG_FILE", &empty_endpoint)]].concat(),
        &[("AWS_ENDPOINT_URL_IAM", ""), ("AWS_ENDPOINT_URL_STS", "")],
        &[no_endpoint, ("AWS_CONFIG_FILE", &endpoint)],
        &[no_endpoint, ("AWS_CONFIG_FILE", &of_services)],
        &[no_endpoint, ("AWS_CONFIG_FILE", &of_all)],
        &[("AWS_REGION", "")],
        &[("AWS_REGION", "-"), ("AWS_DEFAULT_REGION", "eu-west-3")],
        &[("AWS_REGION", ""), no_region, ("AWS_CONFIG_FILE", &region)],
        &[("AWS_RETRY_MODE", ""), ("AWS_MAX_ATTEMPTS", "")],
        &[("AWS_PROFILE", "")],
        // As boto3 and the AWS CLI take it.
        &[("AWS_RETRY_MODE", "legacy")],
        &[("AWS_CONFIG_FILE", &in_profile("retry_mode = legacy\nmax_attempts = 2"))],
    ] {
        let ran = with(&sandbox, changes);
        assert_eq!(ran.exit, Exit::Fine, "{changes:?}\n{ran}");
    }
}

/// Where endpoints of the environment and the files are to be ignored, an empty one brings none back.
#[test]
fn what_is_empty_and_ignored_counts_as_absent() {
    let sandbox = Sandbox::start().unwrap();
    let endpoint = in_profile(&format!("endpoint_url = {}", sandbox.endpoint_url()));
    let ran = with(
        &sandbox,
        &[
            ("AWS_ENDPOINT_URL", ""),
            ("AWS_CONFIG_FILE", &endpoint),
            ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
            // Nobody calls AWS from here.
            ("HTTPS_PROXY", NOWHERE),
            ("AWS_MAX_ATTEMPTS", "1"),
        ],
    );
    assert_ne!(ran.exit, Exit::Fine, "{ran}");
    assert_eq!(sandbox.requests(), [], "{ran}");
}

#[test]
fn what_is_wrong_is_named() {
    let sandbox = Sandbox::start().unwrap();
    let empty_region = in_profile("region =");
    let no_number = in_profile("max_attempts = 0");
    let unread = file("config", "[profile p\nregion=eu-west-3\n");
    let role = in_profile(
        "role_arn = arn:aws:iam::123456789012:role/x\nsource_profile = keys\n[profile keys]\naws_access_key_id = a\naws_secret_access_key = b",
    );
    let nowhere = [("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "")];
    let without_keys = [("AWS_ACCESS_KEY_ID", "-"), ("AWS_SECRET_ACCESS_KEY", "-")];
    let ignored = [("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")];
    let mut told = Vec::new();
    for changes in [
        &[("AWS_ENDPOINT_URL", "not a url")][..],
        &[("AWS_ENDPOINT_URL_STS", "x")],
        &[("AWS_ENDPOINT_URL_IAM", "http://")],
        &[("AWS_ENDPOINT_URL", "-"), ("AWS_CONFIG_FILE", &in_profile("endpoint_url = ftp://x"))],
        &[("AWS_ENDPOINT_URL", ""), ("AWS_CONFIG_FILE", &in_profile("endpoint_url = ftp://x"))],
        &[("AWS_ENDPOINT_URL", ""), ("AWS_CONFIG_FILE", &in_services("ftp://y", "ftp://x"))],
        // The SDK calls that itself.
        &[&without_keys[..], &[("AWS_ENDPOINT_URL_STS", ""), ("AWS_CONFIG_FILE", &role)]].concat(),
        &[&without_keys[..], &ignored, &[("AWS_ENDPOINT_URL", ""), ("AWS_CONFIG_FILE", &role)]]
            .concat(),
        &[("AWS_RETRY_MODE", "eager")],
        &[("AWS_MAX_ATTEMPTS", "x")],
        &[("AWS_CONFIG_FILE", &no_number)],
        &nowhere,
        &[&nowhere[..], &[("AWS_CONFIG_FILE", &empty_region)]].concat(),
        &[("AWS_REGION", "a b")],
        &[("AWS_CONFIG_FILE", &unread)],
    ] {
        let ran = with(&sandbox, changes);
        assert_eq!(ran.exit, Exit::Unreadable, "{changes:?}\n{ran}");
        let changes: Vec<&str> = changes.iter().map(|(name, _)| *name).collect();
        told.push(format!("{}\n{}", changes.join(" "), Ran::shown(&ran.err)));
    }
    assert_eq!(sandbox.requests(), []);
    insta::assert_snapshot!(told.join("\n"));
}

/// Where nothing needs them, they are not missed.
#[test]
fn a_machine_without_certificate_authorities() {
    let sandbox = Sandbox::start().unwrap();
    let tls = format!("https://{}", sandbox.tls_address());
    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for roots in ["/no/such/file".to_owned(), file("empty", ""), file("garbage", garbage)] {
        let fine = with(&sandbox, &[("SSL_CERT_FILE", &roots)]);
        assert_eq!(fine.exit, Exit::Fine, "{roots} {fine}");
        let mut embedded = bare(&["wire"]);
        embedded.env("SSL_CERT_FILE", &roots);
        let embedded = ran(embedded);
        assert_eq!(embedded.exit, Exit::Fine, "{roots} {embedded}");
        let missed = with(&sandbox, &[("SSL_CERT_FILE", &roots), ("AWS_ENDPOINT_URL", &tls)]);
        assert_eq!(missed.exit, Exit::Unreadable, "{roots} {missed}");
        let told: serde_json::Value = serde_json::from_str(&missed.out).unwrap();
        assert_eq!(told["error"]["code"], "aws.no-roots");
        let message = told["error"]["message"].as_str().unwrap();
        assert!(message.ends_with(&format!("SSL_CERT_FILE names `{roots}`")), "{message}");
    }
}
