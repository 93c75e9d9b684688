//! Credentials that there are not: an error says where they come from and what to do about it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use crate::support::cloud::{bare, command, ran};
use crate::support::{Ran, file};
use iamwire::Exit;
use iamwire_sandbox::Sandbox;

const CONFIG: &str = "\
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Admin
[sso-session corp]
sso_region = eu-west-3
sso_start_url = https://corp.awsapps.com/start
[profile legacy]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-3
sso_account_id = 123456789012
sso_role_name = Admin
[profile keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = x
[profile role]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = keys
[profile code]
role_arn = arn:aws:iam::123456789012:role/x
mfa_serial = arn:aws:iam::123456789012:mfa/alice
source_profile = keys
[profile role-of-sso]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = legacy
[profile nobody]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = gone
[profile fails]
credential_process = sh -c 'exit 3'
[profile missing]
credential_process = no-such-program
[profile odd]
credential_process = echo {}
[profile tokencase]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-3
sso_account_id = 123456789012
[profile bare]
sso_session = corp
[profile lost]
sso_session = expired
sso_account_id = 123456789012
sso_role_name = Admin
[profile half]
sso_session = half
sso_account_id = 123456789012
sso_role_name = Admin
[sso-session half]
sso_region = eu-west-3
[profile twice]
sso_session = corp
sso_start_url = https://corp.awsapps.com/start
sso_account_id = 123456789012
sso_role_name = Admin
[profile environment]
role_arn = arn:aws:iam::123456789012:role/x
credential_source = Environment
[profile machine]
role_arn = arn:aws:iam::123456789012:role/x
credential_source = Ec2InstanceMetadata
[profile unknown]
role_arn = arn:aws:iam::123456789012:role/x
credential_source = Cloud
[profile empty]
region = eu-west-3
[profile login]
login_session = arn:aws:iam::123456789012:user/alice
[profile both]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = x
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Admin
[profile role-of-both]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = both
";

/// SHA-1 of `corp` and of the start URL: what the SDK calls its files of tokens.
const CACHES: [&str; 2] =
    ["ee0bfd2552fbd840c02cc48b6e823320543c450f", "a51746d4aa793ae07b25e90c3a5db96fc7832bd7"];

/// Environments that have no credentials either.
const ENVIRONMENTS: [&[(&str, &str)]; 7] = [
    &[("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE\r"), ("AWS_SECRET_ACCESS_KEY", "x")],
    &[("AWS_PROFILE", "no-such-profile")],
    &[("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")],
    &[("AWS_SECRET_ACCESS_KEY", "x")],
    &[AGENT],
    &[AGENT, ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/no/such/token")],
    // A profile that says nothing of them is not all that is asked.
    &[("AWS_PROFILE", "empty"), AGENT],
];

const AGENT: (&str, &str) =
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/v1/credentials");

/// A server of one answer: its URL.
fn answering(status: &'static str, headers: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = answer(
                stream,
                &format!(
                    "HTTP/1.1 {status}\r\n{headers}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                ),
            );
        }
    });
    url
}

fn answer(mut stream: TcpStream, answer: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line)? > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or_default();
        }
        line.clear();
    }
    reader.take(length).read_to_end(&mut Vec::new())?;
    stream.write_all(answer.as_bytes())
}

/// A home in which somebody has signed in, for a token until then.
fn home(until: &str) -> String {
    let config = file("config", CONFIG);
    let home = Path::new(&config).parent().unwrap();
    let cache = home.join(".aws/sso/cache");
    std::fs::create_dir_all(&cache).unwrap();
    for name in CACHES {
        let token = format!(
            r#"{{"startUrl":"https://corp.awsapps.com/start","region":"eu-west-3","accessToken":"t","expiresAt":"{until}"}}"#
        );
        std::fs::write(cache.join(format!("{name}.json")), token).unwrap();
    }
    home.display().to_string()
}

/// Who has signed in, in the newer or the older way, has the credentials that the portal gives for that.
#[test]
fn who_has_signed_in_needs_no_keys() {
    let sandbox = Sandbox::start().unwrap();
    let portal = answering(
        "200 OK",
        "content-type: application/json",
        r#"{"roleCredentials":{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","secretAccessKey":"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY","sessionToken":"t","expiration":4102444800000}}"#,
    );
    let home = home("2099-01-01T00:00:00Z");
    let endpoint = sandbox.endpoint_url();
    for profile in ["sso", "legacy"] {
        let account = format!("shop/{profile}");
        let args =
            ["wire", "--cluster", "prod", "--service-account", &account, "--profile", profile];
        let mut command = bare(&[&args[..], &["--region", "eu-west-3", "--yes"]].concat());
        command.env("HOME", &home).env("AWS_CONFIG_FILE", format!("{home}/config"));
        command.env("AWS_ENDPOINT_URL", &endpoint).env("AWS_ENDPOINT_URL_SSO", &portal);
        let ran = ran(command);
        assert_eq!(ran.exit, Exit::Fine, "{ran}");
        let shown = format!("wired     shop/{profile} of prod with");
        assert!(ran.out.starts_with(&shown), "{ran}");
    }
}

#[test]
fn why_there_are_none() {
    let sandbox = Sandbox::start().unwrap();
    let (then, later) = (home("2020-01-01T00:00:00Z"), home("2099-01-01T00:00:00Z"));
    let ended = answering(
        "401 Unauthorized",
        "content-type: application/json\r\nx-amzn-errortype: UnauthorizedException",
        r#"{"message":"Session token not found or invalid"}"#,
    );
    let refused = answering(
        "403 Forbidden",
        "content-type: application/json\r\nx-amzn-errortype: ForbiddenException",
        r#"{"message":"No access"}"#,
    );
    let sts_xml = "content-type: text/xml";
    let denied = answering(
        "403 Forbidden",
        sts_xml,
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/x</Message></Error><RequestId>r</RequestId></ErrorResponse>",
    );
    let old = answering(
        "400 Bad Request",
        sts_xml,
        "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredTokenException</Code><Message>Token expired</Message></Error><RequestId>r</RequestId></ErrorResponse>",
    );
    let token = file("token", "a.b.c");
    let nowhere = "http://127.0.0.1:1";
    let mut told = Vec::new();
    let mut why = |home: &str, profile: &str, more: &[(&str, &str)]| {
        for flag in ["--profile", "--role-profile"] {
            let without_keys = profile.is_empty() || profile == "environment";
            if without_keys && flag == "--role-profile" {
                continue;
            }
            let mut args = vec!["wire", "--cluster", "prod", "--service-account", "shop/api"];
            args.push("--dry-run");
            if !profile.is_empty() {
                args.extend([flag, profile]);
            }
            let mut command = command(&sandbox, &args);
            command.env("HOME", home).env("AWS_CONFIG_FILE", format!("{home}/config"));
            command.env("AWS_MAX_ATTEMPTS", "1").env("PATH", "/usr/bin:/bin");
            if without_keys {
                command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
            }
            command.envs(more.iter().copied());
            let ran = ran(command);
            assert_eq!(ran.exit, Exit::Unreadable, "{profile} {more:?}\n{ran}");
            let shown = Ran::shown(&ran.err.replace(home, "HOME"));
            let shown = shown.trim_start_matches("context   prod   of KUBECONFIG\n");
            let names: Vec<&str> = more.iter().map(|(name, _)| *name).collect();
            // The role's account has the same to say.
            if flag == "--profile" {
                told.push(format!("{profile} {}\n{shown}", names.join(" ")));
            } else {
                assert_eq!(told.last().unwrap().split_once('\n').unwrap().1, shown);
            }
        }
    };
    let portal = |url| [("AWS_ENDPOINT_URL_SSO", url)];
    let sts = |url| [("AWS_ENDPOINT_URL_STS", url)];
    let never = Path::new(&file("config", CONFIG)).parent().unwrap().display().to_string();
    why(&never, "sso", &[]);
    why(&never, "legacy", &[]);
    why(&then, "sso", &[]);
    why(&later, "sso", &portal(ended.as_str()));
    why(&then, "legacy", &portal(ended.as_str()));
    why(&later, "role-of-sso", &portal(ended.as_str()));
    why(&later, "sso", &portal(refused.as_str()));
    why(&later, "sso", &portal(nowhere));
    why(&then, "role", &sts(denied.as_str()));
    why(&then, "code", &sts(denied.as_str()));
    // Keys come first, and nobody asks the portal.
    let both = [("AWS_ENDPOINT_URL_STS", denied.as_str()), ("AWS_ENDPOINT_URL_SSO", "")];
    why(&then, "role-of-both", &both);
    why(&then, "nobody", &[]);
    for profile in ["tokencase", "bare", "lost", "half", "twice"] {
        why(&then, profile, &[]);
    }
    for profile in ["environment", "machine", "unknown", "login"] {
        why(&then, profile, &[]);
    }
    why(&then, "no-such-profile", &[]);
    for profile in ["fails", "missing", "odd"] {
        why(&then, profile, &[]);
    }
    let identity = |url, file| {
        [
            ("AWS_ENDPOINT_URL_STS", url),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/x"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", file),
        ]
    };
    why(&then, "", &identity(old.as_str(), token.as_str()));
    why(&then, "", &identity(old.as_str(), "/no/such/token"));
    why(&then, "", &identity(nowhere, token.as_str()));
    why(&then, "", &[("AWS_PROFILE", "legacy"), ("AWS_ENDPOINT_URL_SSO", ended.as_str())]);
    why(&then, "", &[("AWS_PROFILE", "")]);
    for more in ENVIRONMENTS {
        why(&then, "", more);
    }
    insta::assert_snapshot!(told.join("\n"));
}
