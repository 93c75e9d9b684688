//! Input that is refused, and what a person reads: one table and one snapshot a command.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that stops says where"
)]

mod support;

use support::{ISSUER, PROVIDER, ROLE, Ran, file, iamwire, question, trust};

fn table(rows: impl IntoIterator<Item = Ran>) -> String {
    rows.into_iter().map(|ran| format!("{ran}\n")).collect::<Vec<_>>().concat()
}

#[test]
fn usage() {
    let rows = [
        vec![],
        vec!["evaluat"],
        vec!["evaluate", "file.jsonl"],
        vec!["trust"],
        vec!["trust", "--provider", PROVIDER],
        vec!["manifest", "shop/api"],
        vec!["manifest", "shop/api", "--role-arn", ROLE, "--format", "toml"],
        vec!["explain", "token"],
        vec!["explain", "token", "--policy", "p.json", "--now", "today"],
    ];
    insta::assert_snapshot!(table(rows.map(|args| iamwire(&args, ""))));
}

#[test]
fn wiring() {
    let account = ["--cluster", "prod", "--service-account", "shop/api"];
    let hex = "0123456789abcdef0123456789abcdef0123456";
    let six: Vec<String> = (0..6).map(|digit| format!("{hex}{digit}")).collect();
    let six: Vec<&str> =
        ["--thumbprint"].into_iter().chain(six.iter().map(String::as_str)).collect();
    let many: Vec<String> = (0..21).map(|number| format!("policy-{number}")).collect();
    let many: Vec<&str> = ["--policy"].into_iter().chain(many.iter().map(String::as_str)).collect();
    let trust = format!("a={}", file("trust.json", trust()));
    let broken = format!("a={}", file("broken.json", "{"));
    let allowed = r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    let permissions = format!("a={}", file("permissions.json", allowed));
    let no_service = format!("a={}", file("action.json", allowed.replace("s3:*", "ListBuckets")));
    let digest = "a".repeat(64);
    let rows: Vec<Vec<&str>> = vec![
        vec!["--yes"],
        vec!["--namespace", "shop"],
        vec!["--output", "json"],
        vec!["--cluster", "prod"],
        vec!["--cluster", "prod", "--service-account", "api"],
        vec!["--cluster", "prod", "--service-account", "shop/api", "--namespace", "web"],
        vec!["--cluster", "prod", "--service-account", "Api", "--namespace", "shop"],
        vec!["--cluster", "prod", "--issuer", "https://h.example"],
        vec!["--cluster", "arn:aws:eks:eu-west-3:123456789012:nodegroup/prod"],
        vec!["--issuer", "http://h.example", "--service-account", "shop/api"],
        vec!["--sandbox", "--profile", "one"],
        vec!["--sandbox", "--output", "yaml"],
    ];
    let more: Vec<Vec<&str>> = vec![
        vec![],
        vec!["--role", "a/b"],
        vec!["--role", ROLE],
        vec!["--policy", "a b"],
        many,
        vec!["--inline", "a"],
        vec!["--inline", "a=no-such-file"],
        vec!["--inline", &broken],
        vec!["--inline", &trust],
        vec!["--inline", &no_service],
        vec!["--path", "apps"],
        vec!["--max-session-duration", "60"],
        vec!["--boundary", "AdministratorAccess"],
        vec!["--tag", "team"],
        vec!["--tag", "aws:team=shop"],
        vec!["--tag", "team=a", "--tag", "team=b"],
        vec!["--inline", &permissions, &permissions],
        vec!["--existing-role", "maybe"],
        vec!["--audience", ""],
        vec!["--thumbprint", "let-iam", hex],
        vec!["--thumbprint", hex],
        six,
        vec!["--token-expiration", "60"],
        vec!["--deadline", "0"],
        vec!["--approve", "abc"],
        vec!["--approve", &digest, "--dry-run"],
    ];
    let more = more.into_iter().map(|more| [&account[..], &more].concat());
    let wire = rows.into_iter().chain(more).map(|args| [&["wire"], &args[..]].concat());
    let unwire = [vec!["unwire", "--delete-provider"], vec!["unwire", "--yes"]];
    let ran: Vec<Ran> = wire.chain(unwire).map(|args| iamwire(&args, "")).collect();
    assert!(ran.iter().all(|ran| ran.exit == iamwire::Exit::Unreadable));
    insta::assert_snapshot!(table(ran));
}

/// What standard input held is read once.
#[test]
fn one_policy_from_standard_input() {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    let args = ["--cluster", "prod", "--service-account", "shop/api", "--dry-run", "--inline"];
    let ran = iamwire(&[&["wire"], &args[..], &["a=-", "b=-"]].concat(), policy);
    assert_eq!(ran.exit, iamwire::Exit::Unreadable);
    assert_eq!(
        ran.err,
        "error: `--inline b=-`: standard input is another policy already\nhelp: name a file for all but one\n"
    );
}

#[test]
fn help() {
    let commands = [
        "wire",
        "unwire",
        "thumbprint",
        "sandbox",
        "trust",
        "manifest",
        "rewrite",
        "explain",
        "evaluate",
        "assume",
        "normalize",
    ];
    let rows = commands.map(|command| iamwire(&[command, "--help"], ""));
    insta::assert_snapshot!(table([iamwire(&["--help"], "")].into_iter().chain(rows)));
}

#[test]
fn names() {
    let scheme = format!("arn:aws:iam::123456789012:oidc-provider/https://{ISSUER}");
    let slash = format!("{PROVIDER}/");
    let at = |host: &str| PROVIDER.replace("oidc.eks.eu-west-3.amazonaws.com", host);
    let (dual_stack, upper_case) = (at("oidc-eks.eu-west-3.api.aws"), at("Oidc.example.com"));
    let trust = |args: &[&str]| iamwire(&[&["trust", "--provider"], args].concat(), "");
    let manifest = |args: &[&str]| iamwire(&[&["manifest"], args].concat(), "");
    insta::assert_snapshot!(table([
        trust(&[PROVIDER, "Shop/api"]),
        trust(&[PROVIDER, "shop"]),
        trust(&[PROVIDER, "shop/api/x"]),
        trust(&[PROVIDER, "shop/api", ""]),
        trust(&[PROVIDER, "system:serviceaccount:shop:api"]),
        trust(&[ROLE, "shop/api"]),
        trust(&[&scheme, "shop/api"]),
        trust(&[PROVIDER, "shop/api", "--audience", ""]),
        trust(&[&slash, "shop/default", "--audience", "sts.amazonaws.com.cn"]),
        trust(&[&dual_stack, "shop/api"]),
        trust(&[&upper_case, "shop/api"]),
        manifest(&["shop/api", "--role-arn", "my-s3-role"]),
        manifest(&["shop/api", "--role-arn", PROVIDER]),
        manifest(&["shop/api", "--role-arn", ROLE, "--token-expiration", "5"]),
        manifest(&["shop/api", "--role-arn", ROLE, "--token-expiration", "-1"]),
        manifest(&["shop/api", "--role-arn", ROLE, "--label", "a=b", "--label", "a=c"]),
        manifest(&["shop/api", "--role-arn", ROLE, "--token-expiration", "1h"]),
        manifest(&["shop/api", "--role-arn", ROLE, "--sts-regional-endpoints", "yes"]),
        manifest(&["shop/api", "--role-arn", ROLE, "--label", "app"]),
        manifest(&["shop/api", "--role-arn", ROLE, "--label", "-a=b"]),
        manifest(&["shop/default", "--role-arn", "arn:aws:iam::123456789012:role/aws-reserved/a"]),
    ]));
}

#[test]
fn evaluate() {
    let good = question(&trust(), "system:serviceaccount:shop:api");
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        good.replacen(from, to, 1)
    };
    let policy = support::compact(&trust());
    let lines = [
        String::new(),
        "nonsense".to_owned(),
        "[]".to_owned(),
        "{\"policy\":{}".to_owned(),
        "{\"policy\":{}} {}".to_owned(),
        "{}".to_owned(),
        "{\"policy\":{},\"request\":{}}".to_owned(),
        with("{\"policy\"", "{\"version\":1,\"policy\""),
        with("{\"policy\"", "{\"policy\":{},\"policy\""),
        with(&policy, "null"),
        with(&policy, "[]"),
        with(&policy, "{}"),
        with(&policy, "\"\""),
        with(&policy, "\"{\""),
        with(&policy, "\"%7B%FF\""),
        with(&policy, "\"%257B%257D\""),
        with(&policy, "\"%7B%2\""),
        with(&policy, "\"%7B%22Statement%22:%zz\""),
        with(&policy, "\"\\ud800\""),
        with(&policy, &format!("{}{}", "[".repeat(200), "]".repeat(200))),
        with(&policy, "{\"Role\":{\"AssumeRolePolicyDocument\":{\"Statement\":[]}}}"),
        with(&policy, r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#),
        with("\"action\"", "\"actions\""),
        with("\"action\":", "\"action\":3,\"was\":"),
        with("\"principal\":{", "\"principal\":{\"AWS\":\"a\","),
        with("\"principal\":{\"Federated\":", "\"principal\":{\"User\":"),
        with("\"principal\":{\"Federated\":\"", "\"principal\":{\"AWS\":\"not-an-"),
        with("\"sts.amazonaws.com\"}", "null}"),
        with("\"sts.amazonaws.com\"}", "[[]]}"),
        with("\"context\":{", &format!("\"context\":{{\"{}:SUB\":\"x\",", ISSUER.to_uppercase())),
        with("\"context\":{", "\"context\":3,\"more\":{"),
    ];
    insta::assert_snapshot!(lines_table("evaluate", &lines));
}

#[test]
fn assume() {
    let call = |members: &str| format!("{{{members}}}");
    let lines = [
        String::new(),
        "3".to_owned(),
        call(""),
        call(r#""provider":null,"role":null"#),
        call(r#""provider":null,"role":null,"claims":[]"#),
        call(r#""provider":null,"role":null,"claims":{},"time":1"#),
        call(r#""provider":{"url":"a"},"role":null,"claims":{}"#),
        call(r#""provider":{"url":"a","client_ids":"b"},"role":null,"claims":{}"#),
        call(r#""provider":{"url":"a","client_ids":["b",3]},"role":null,"claims":{}"#),
        call(r#""provider":null,"role":{"arn":"a"},"claims":{}"#),
        call(r#""provider":null,"role":{"arn":"a","policy":{}},"claims":{}"#),
        call(r#""provider":null,"role":null,"claims":{},"now":"today""#),
        call(r#""provider":null,"role":null,"claims":{},"request":{"Role":"a"}"#),
        call(r#""provider":null,"role":null,"claims":{},"context":{"a":{}}"#),
    ];
    insta::assert_snapshot!(lines_table("assume", &lines));
}

#[test]
fn normalize() {
    let lines = [
        "\"{}\"",
        "{\"Statement\":[],\"Statement\":[]}",
        r#"{"Statement":{"Condition":{"StringEquals":{"a:b":"c","A:b":"d"}}}}"#,
        "{\"Statement\":[NaN]}",
        "{\"Statement\":\"\\ud800\"}",
        "\u{feff}{\"Statement\":[]}",
        "resource \"aws_iam_role\" \"r\" {",
        "Version: 2012-10-17",
        "AWSTemplateFormatVersion: 2010-09-09",
    ];
    insta::assert_snapshot!(lines_table("normalize", &lines));
}

/// A line, what comes out for it, and the exit code of all.
fn lines_table(command: &str, lines: &[impl AsRef<str>]) -> String {
    let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
    let ran = iamwire(&[command], lines.join("\n") + "\n");
    assert_eq!(ran.out.lines().count(), lines.len());
    let trust = support::compact(&trust()).replace(ISSUER, "ISSUER");
    let row = |(line, answer): (&&str, &str)| {
        let answer: serde_json::Value = serde_json::from_str(answer).unwrap();
        let line = line.replace(ISSUER, "ISSUER").replace(&trust, "TRUST");
        let error = answer["error"].as_str().expect("the line is refused");
        let help = answer["help"].as_str().expect("it says what to do");
        format!("{line}\n  {}\n  help: {help}\n\n", error.replace(ISSUER, "ISSUER"))
    };
    let table = lines.iter().zip(ran.out.lines()).map(row).collect::<Vec<_>>().concat();
    format!("{table}2> {}\n=> {}\n", ran.err, ran.exit.code())
}

#[test]
fn explain() {
    let trust = file("trust.json", trust());
    let broken = file("broken.json", "{\"Statement\": [],\n \"Statement\": 1}");
    let nobody = file(
        "nobody.json",
        r#"{"Statement":{"Effect":"Allow","Principal":{"Federated":"${Provider}:oidc-provider/h.example"},"Action":"sts:AssumeRoleWithWebIdentity"}}"#,
    );
    let claims = r#"{"iss":"https://h.example","sub":"a","aud":"sts.amazonaws.com"}"#;
    let ask = |input: &str, policy: &str| iamwire(&["explain", "-", "--policy", policy], input);
    insta::assert_snapshot!(table([
        ask("", &trust),
        ask("a.b", &trust),
        ask("SECRET.SECRET.SECRET", &trust),
        ask("eyJhbGciOiJub25lIn0.e30.SECRET", "no-such-file"),
        // {"a":1,"a":2}, [1], {"a, and a byte order mark before {}
        ask("eyJhbGciOiJub25lIn0.eyJhIjoxLCJhIjoyfQ.SECRET", &trust),
        ask("eyJhbGciOiJub25lIn0.WzFd.SECRET", &trust),
        ask("eyJhbGciOiJub25lIn0.eyJh.SECRET", &trust),
        ask("eyJhbGciOiJub25lIn0.77u_e30.SECRET", &trust),
        ask("[{\"eventName\":\"AssumeRoleWithWebIdentity\"}]", &trust),
        ask("\u{feff}{}", &trust),
        ask("{\"sub\":\"a\",\"sub\":\"b\"}", &trust),
        ask("{", &trust),
        ask("{}", &trust),
        ask(r#"{"eventName":"AssumeRole"}"#, &trust),
        ask(r#"{"Records":[{"eventName":"AssumeRoleWithWebIdentity"},{}]}"#, &trust),
        ask(r#"{"detail":{}}"#, &trust),
        ask(r#"{"eventName":"AssumeRoleWithWebIdentity"}"#, &trust),
        ask(claims, &broken),
        ask(claims, &nobody),
        ask(claims, "-"),
        iamwire(&["explain", "-", "--policy", &trust, "--role-arn", "r"], claims),
        iamwire(
            &["explain", "-", "--policy", &trust, "--role-arn", ROLE, "--client-id", ""],
            claims,
        ),
        iamwire(&["explain", "eyJhbGciOiJub25lIn0.e30.SECRET", "--policy", &trust], ""),
        iamwire(&["explain", "no-such-file", "--policy", &trust], ""),
    ]));
}

#[test]
fn rewrite() {
    let other = PROVIDER.replace("CDEF\"", "CDEE\"").replace("eu-west-3", "eu-west-1");
    let two = trust().replace(
        "\"Statement\": [",
        &format!("\"Statement\": [{{\"Effect\":\"Allow\",\"Principal\":{{\"Federated\":\"{other}\"}},\"Action\":\"sts:AssumeRoleWithWebIdentity\"}},"),
    );
    let service = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    let edit =
        |args: &[&str], policy: &str| iamwire(&[&["rewrite", "--subject"], args].concat(), policy);
    insta::assert_snapshot!(table([
        edit(&["api"], &trust()),
        edit(&["shop/api", "--provider", ISSUER], &trust()),
        edit(&["shop/api", "--provider", &other], &trust()),
        edit(&["shop/web"], &trust()),
        edit(&["shop/web", "--replace-audience"], &trust()),
        edit(&["shop/api"], &two),
        edit(&["shop/api"], service),
        edit(&["shop/api"], r#"{"Statement":[]}"#),
        edit(&["shop/api"], r#"{"Statement":3}"#),
        edit(&["shop/api"], r#"{"Statement":{"Ref":"Trust"}}"#),
        edit(&["shop/api", "--provider", &other], service),
        edit(&["shop/api"], "%7B%22Statement%22%3A%5B%5D%7D"),
        edit(&["shop/api"], ""),
        edit(&["shop/api"], "{\n  \"Statement\": [\n    {]\n}\n"),
        edit(&["shop/api", "no-such-file"], ""),
    ]));
}

/// However a token is passed, and however it is spoilt.
#[test]
fn a_signature_is_never_shown() {
    const SIGNATURE: &str = "U0VDUkVUU0VDUkVU";
    // {"alg":"none"} and {"iss":"a","iss":"b"}
    let token = format!("eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIiwiaXNzIjoiYiJ9.{SIGNATURE}");
    let tokens = [
        token.clone(),
        format!("Bearer {token}"),
        token.replacen('b', "b\n", 2).replacen(".U0", ".U0\n  ", 1),
        token.replacen("JpYXNz", "", 1).replacen("J9.", ".", 1),
        token.replacen("eyJhb", "", 1),
        format!("--{token}"),
        token.replace(SIGNATURE, &SIGNATURE.repeat(30)),
    ];
    let trust = file("trust.json", trust());
    let claims = file("claims.json", r#"{"iss":"https://h","sub":"a","aud":"b"}"#);
    for t in &tokens {
        let broken = file("broken.json", t);
        let ran = [
            vec!["explain", t, "--policy", &trust],
            vec!["explain", &claims, "--policy", t],
            vec!["explain", &claims, "--policy", &broken],
            vec!["explain", &broken, "--policy", &trust],
            vec!["explain", &claims, t, "--policy", &trust],
            vec!["explain", &claims, "--policy", &trust, "--role-arn", t],
            vec!["explain", &claims, "--policy", &trust, "--role-arn", ROLE, "--client-id", t],
            vec!["explain", &claims, "--policy", &trust, "--now", t],
            vec!["rewrite", "--subject", "a/b", t],
            vec!["rewrite", "--subject", t, &trust],
            vec!["rewrite", "--subject", "a/b", "--provider", t, &trust],
            vec!["trust", "--provider", PROVIDER, t],
            vec!["manifest", t, "--role-arn", ROLE],
            vec!["manifest", "a/b", "--role-arn", ROLE, "--label", t],
            vec!["wire", "--cluster", t],
            vec!["wire", "--cluster", t, "--service-account", "a/b", "--output", "json"],
            vec!["wire", "--cluster", "prod", "--service-account", "a/b", "--inline", t],
            vec!["wire", "--cluster", "prod", "--deadline", t],
            vec!["unwire", "--cluster", "prod", "--service-account", "a/b", "--approve", t],
            vec![t],
        ];
        let ran = ran.map(|args| iamwire(&args, ""));
        let lines = ["evaluate", "assume", "normalize"].map(|command| {
            let member = serde_json::json!({ t: 1 });
            let claims = serde_json::json!({"provider": null, "role": null, "claims": t});
            iamwire(&[command], format!("{t}\n{member}\n{claims}\n"))
        });
        for ran in ran.iter().chain(&lines) {
            let said = format!("{}{}", ran.out, ran.err);
            assert!(!said.is_empty() && !said.contains(&SIGNATURE[4..]), "{ran}");
        }
    }
}

/// Of documents, events, tokens, file names and flags.
#[test]
fn foreign_texts_stay_on_their_line() {
    let evil = "\u{1b}[31mX\nwarning: forged\r\u{202e}";
    let statement = |more: serde_json::Value| {
        let mut statement = serde_json::json!({
            "Effect": "Allow", "Principal": { "Federated": PROVIDER },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": { "StringEquals": { format!("{ISSUER}:aud"): "sts.amazonaws.com" } },
        });
        statement.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::json!({ "Version": "2012-10-17", "Statement": statement }).to_string()
    };
    let condition = |operator: &str, key: &str, value: &str| {
        statement(serde_json::json!({ "Condition": { operator: { key: value } } }))
    };
    let (audience, subject) = (format!("{ISSUER}:aud"), format!("{ISSUER}:sub"));
    let documents = [
        statement(serde_json::json!({ evil: 1 })),
        statement(serde_json::json!({ "Effect": evil })),
        statement(serde_json::json!({ "Principal": { "Federated": evil } })),
        statement(serde_json::json!({ "Principal": { evil: evil } })),
        condition(evil, &audience, "a"),
        condition("StringEquals", &subject, evil),
        condition("StringEquals", evil, "a"),
        serde_json::json!({ evil: { "AssumeRolePolicyDocument": { "Statement": [] } } })
            .to_string(),
        r#"{"\u001b[31m\u202e":1,"\u001b[31m\u202e":2}"#.to_owned(),
    ];
    let trust = file("trust.json", trust());
    let claims = serde_json::json!({
        "iss": format!("https://{ISSUER}"), "sub": evil, "aud": [evil], "azp": evil,
    });
    let mut all = Vec::new();
    for document in &documents {
        all.push(iamwire(&["rewrite", "--subject", "shop/api"], document));
        all.push(iamwire(
            &["rewrite", "--subject", "shop/api", "--provider", PROVIDER, "--replace-audience"],
            document,
        ));
        let policy = file("policy.json", document);
        all.push(iamwire(&["explain", "-", "--policy", &policy], claims.to_string()));
    }
    for question in
        [claims, serde_json::json!({ "eventName": evil }), serde_json::json!({ "iss": evil })]
    {
        all.push(iamwire(&["explain", "-", "--policy", &trust], question.to_string()));
    }
    let flags = [
        vec!["rewrite", "--subject", "shop/api", evil],
        vec!["rewrite", "--subject", evil],
        vec!["manifest", "a/b", "--role-arn", ROLE, "--label", evil],
        vec!["manifest", "a/b", "--role-arn", ROLE, "--audience", evil],
        vec!["explain", evil, evil, "--policy", &trust],
        vec!["explain", evil, "--policy", &trust],
        vec!["wire", "--cluster", "prod", "--service-account", "a/b", "--tag", evil],
        vec![evil],
    ];
    all.extend(flags.map(|args| iamwire(&args, "")));
    for ran in &all {
        // A document is as it was.
        let out = if ran.out.starts_with('{') { "" } else { &ran.out };
        let said = format!("{out}{}", ran.err);
        assert!(!said.contains(['\u{1b}', '\r', '\u{202e}']), "{said:?}");
        assert!(said.lines().all(|line| !line.starts_with("warning: forged")), "{said:?}");
    }
}
