use http::Request;
use serde_json::{Value, json};

use super::{form, signed, text, world};
use crate::world::{Call, Cluster, Identity, Setup, World};

fn other_cluster() -> Cluster {
    Cluster { name: "local".to_owned(), issuer: None, ..Cluster::default() }
}

#[test]
fn the_service_is_told_by_host_path_or_credential() {
    // One endpoint for all, the cluster's too.
    let shared = Cluster { endpoint: "https://127.0.0.1:4600".to_owned(), ..other_cluster() };
    let clusters = vec![Cluster::default(), shared];
    let world = World::new(Setup { clusters, ..Setup::default() });
    let sts = form("GetCallerIdentity", "2011-06-15", &[]);
    let iam = form("ListRoles", "2010-05-08", &[]);
    let host = "https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-west-3.eks.amazonaws.com";
    let issuer = "https://oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
    let cases = [
        ("POST", "https://iam.amazonaws.com/", "iam", iam.clone(), "iam ListRoles"),
        (
            "POST",
            "https://sts.eu-west-3.amazonaws.com/",
            "sts",
            sts.clone(),
            "sts GetCallerIdentity",
        ),
        (
            "POST",
            "https://sts-fips.us-east-1.amazonaws.com/",
            "sts",
            sts.clone(),
            "sts GetCallerIdentity",
        ),
        (
            "GET",
            "https://eks.eu-west-3.amazonaws.com/clusters",
            "eks",
            Vec::new(),
            "eks ListClusters",
        ),
        ("POST", "http://127.0.0.1:8080/", "iam", iam.clone(), "iam ListRoles"),
        ("POST", "http://127.0.0.1:8080/", "sts", sts.clone(), "sts GetCallerIdentity"),
        ("GET", "http://localhost:8080/clusters/prod", "eks", Vec::new(), "eks DescribeCluster"),
        ("POST", "http://localhost:8080/iam/", "x", iam.clone(), "iam ListRoles"),
        ("POST", "http://localhost:8080/sts", "x", sts, "sts GetCallerIdentity"),
        ("GET", "http://localhost:8080/eks/clusters/prod", "x", Vec::new(), "eks DescribeCluster"),
        ("GET", &format!("{host}/version"), "x", Vec::new(), "kubernetes GET /version"),
        ("POST", "https://127.0.0.1:4600/", "iam", iam.clone(), "iam ListRoles"),
        ("GET", "https://127.0.0.1:4600/version", "", Vec::new(), "kubernetes GET /version"),
        ("GET", "http://localhost:8080/version", "", Vec::new(), "kubernetes GET /version"),
        (
            "GET",
            "http://localhost:8080/kubernetes/prod/version",
            "",
            Vec::new(),
            "kubernetes GET /version",
        ),
        (
            "GET",
            &format!("{issuer}/keys"),
            "",
            Vec::new(),
            "issuer GET /id/0123456789ABCDEF0123456789ABCDEF/keys",
        ),
        (
            "GET",
            &issuer.replace("https://oidc.eks.eu-west-3.amazonaws.com", "http://localhost:1"),
            "",
            Vec::new(),
            "issuer GET /id/0123456789ABCDEF0123456789ABCDEF",
        ),
    ];
    for (method, uri, service, body, expected) in cases {
        world.clear_calls();
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("authorization", signed(service, "eu-west-3"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .unwrap();
        let response = world.answer(request);
        let call = &world.calls()[0];
        assert_eq!(format!("{} {}", call.service, call.operation), expected, "{uri}");
        assert!(
            response.status() == 200 || expected.ends_with("CDEF"),
            "{uri} {}",
            text(&response)
        );
    }
}

#[test]
fn what_is_not_known_is_said_with_its_name() {
    let world = world();
    let ask = |uri: &str, service: &str, body: Vec<u8>| {
        let request = Request::post(uri)
            .header("authorization", signed(service, "eu-west-3"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .unwrap();
        let response = world.answer(request);
        format!("{} {}", response.status().as_u16(), text(&response))
    };
    let cases = [
        (
            "https://iam.amazonaws.com/",
            "iam",
            form("CreateUser", "2010-05-08", &[]),
            "`CreateUser`",
        ),
        (
            "https://sts.amazonaws.com/",
            "sts",
            form("AssumeRole", "2011-06-15", &[]),
            "`AssumeRole`",
        ),
        ("https://eks.eu-west-3.amazonaws.com/clusters", "eks", Vec::new(), "`POST /clusters`"),
        ("https://s3.amazonaws.com/bucket", "s3", Vec::new(), "`s3 POST /bucket`"),
        (
            "http://127.0.0.1:8080/",
            "ec2",
            form("DescribeVpcs", "2016-11-15", &[]),
            "`ec2 DescribeVpcs`",
        ),
    ];
    for (uri, service, body, name) in cases {
        let answer = ask(uri, service, body);
        assert!(answer.starts_with("501 ") && answer.contains(name), "{answer}");
    }
    // By its target, as DynamoDB's JSON protocol has it; nobody's signature tells a service.
    let target = Request::post("https://dynamodb.eu-west-3.amazonaws.com/")
        .header("x-amz-target", "DynamoDB_20120810.ListTables")
        .body(Vec::new())
        .unwrap();
    let answer = text(&world.answer(target));
    let name = "`dynamodb.eu-west-3.amazonaws.com DynamoDB_20120810.ListTables`";
    assert!(answer.contains(name), "{answer}");

    let calls = world.calls();
    let logged = |call: &Call| format!("{} {} {}", call.service, call.resource, call.operation);
    let logged: Vec<String> = calls.iter().map(logged).collect();
    assert_eq!(
        logged,
        [
            "iam  CreateUser",
            "sts  AssumeRole",
            "eks  POST /clusters",
            "other s3 POST /bucket",
            "other ec2 DescribeVpcs",
            "other dynamodb.eu-west-3.amazonaws.com DynamoDB_20120810.ListTables",
        ]
    );
    assert!(calls.iter().all(|call| call.status == 501 && !call.wrote), "{calls:?}");
}

#[test]
fn a_cluster_is_described_where_and_to_whom_it_is() {
    let other = Identity {
        arn: "arn:aws:iam::999999999999:user/bob".to_owned(),
        access_key_id: "AKIAI44QH8DHBEXAMPLE".to_owned(),
        ..Identity::default()
    };
    let world = World::new(Setup {
        identities: vec![Identity::default(), other],
        clusters: vec![Cluster::default(), other_cluster()],
        ..Setup::default()
    });
    let ask = |region: &str, path: &str, key: &str| -> (u16, Value) {
        let scope = format!("Credential={key}/20260801/{region}/eks/aws4_request");
        let request = Request::get(format!("https://eks.{region}.amazonaws.com{path}"))
            .header("authorization", format!("AWS4-HMAC-SHA256 {scope}, Signature=0"))
            .body(Vec::new())
            .unwrap();
        let response = world.answer(request);
        let body = serde_json::from_slice(response.body()).unwrap();
        (response.status().as_u16(), body)
    };
    let alice = "AKIAIOSFODNN7EXAMPLE";
    let (status, prod) = ask("eu-west-3", "/clusters/prod", alice);
    assert_eq!(status, 200);
    insta::assert_snapshot!(serde_json::to_string_pretty(&prod).unwrap());
    let (_, local) = ask("eu-west-3", "/clusters/local", alice);
    assert_eq!(local["cluster"]["identity"], json!({}));
    for (region, path, key) in [
        ("eu-west-3", "/clusters/none", alice),
        ("eu-west-1", "/clusters/prod", alice),
        ("eu-west-3", "/clusters/prod", "AKIAI44QH8DHBEXAMPLE"),
    ] {
        let (status, body) = ask(region, path, key);
        let name = path.rsplit('/').next().unwrap();
        assert_eq!(status, 404);
        assert_eq!(body["message"], format!("No cluster found for name: {name}."));
    }
    assert_eq!(ask("eu-west-3", "/clusters", "AKIANOBODY").0, 403);
    let (_, page) = ask("eu-west-3", "/clusters?maxResults=1", alice);
    assert_eq!(page, json!({"clusters": ["prod"], "nextToken": "1"}));
    let (_, page) = ask("eu-west-3", "/clusters?nextToken=1", alice);
    assert_eq!(page, json!({"clusters": ["local"], "nextToken": null}));
}

#[test]
fn an_issuer_has_two_documents_and_only_under_its_path() {
    let world = world();
    let ask = |path: &str| {
        let url = format!("https://oidc.eks.eu-west-3.amazonaws.com{path}");
        world.answer(Request::get(url).body(Vec::new()).unwrap()).status().as_u16()
    };
    let id = "/id/0123456789ABCDEF0123456789ABCDEF";
    let paths = [
        format!("{id}/.well-known/openid-configuration"),
        format!("{id}/keys"),
        format!("{id}/other/keys"),
        "/id/none/.well-known/openid-configuration".to_owned(),
        "/keys".to_owned(),
    ];
    assert_eq!(paths.map(|path| ask(&path)), [200, 200, 404, 404, 404]);
}
