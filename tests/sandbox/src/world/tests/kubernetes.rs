use http::Request;
use serde_json::{Value, json};

use super::{account, kube, token, wired, world};
use crate::world::World;

const ACCOUNTS: &str = "/api/v1/namespaces/shop/serviceaccounts";
const API: &str = "/api/v1/namespaces/shop/serviceaccounts/api";
const ROLE: &str = "eks.amazonaws.com/role-arn";

fn annotations(world: &World) -> Value {
    let (status, object) = kube(world, "GET", API, &Value::Null);
    assert_eq!(status, 200, "{object}");
    object["metadata"]["annotations"].clone()
}

#[test]
fn a_service_account_is_applied_with_its_annotation() {
    let world = world();
    let apply = format!("{API}?fieldManager=iamwire");
    let wanted = account("api", &json!({ROLE: "arn:1"}));
    let (status, created) = kube(&world, "APPLY", &apply, &wanted);
    assert_eq!(status, 201);
    let mut shown = created.clone();
    shown["metadata"]["uid"] = json!("[uid]");
    insta::assert_snapshot!(serde_json::to_string_pretty(&shown).unwrap());
    let (status, again) = kube(&world, "APPLY", &apply, &wanted);
    assert_eq!((status, &again), (200, &created), "the second time changes nothing");

    // kubectl annotate, then a conflict, which is the same dry, then force.
    let patch = json!({"metadata": {"annotations": {ROLE: "arn:2", "note": "x"}}});
    kube(&world, "PATCH", &format!("{API}?fieldManager=kubectl-annotate"), &patch);
    for query in ["", "&dryRun=All"] {
        let (status, conflict) = kube(&world, "APPLY", &format!("{apply}{query}"), &wanted);
        assert_eq!(status, 409);
        assert_eq!(
            conflict["message"],
            "Apply failed with 1 conflict: conflict with \"kubectl-annotate\" using v1: .metadata.annotations.eks.amazonaws.com/role-arn"
        );
        assert_eq!(conflict["details"]["causes"][0]["reason"], "FieldManagerConflict");
    }
    let (status, dry) = kube(&world, "APPLY", &format!("{apply}&force=true&dryRun=All"), &wanted);
    assert_eq!((status, &dry["metadata"]["annotations"][ROLE]), (200, &json!("arn:1")));
    assert_eq!(annotations(&world), json!({ROLE: "arn:2", "note": "x"}));
    kube(&world, "APPLY", &format!("{apply}&force=true"), &wanted);
    assert_eq!(annotations(&world), json!({ROLE: "arn:1", "note": "x"}));
    // Without it the annotation goes, and what another owns stays.
    kube(&world, "APPLY", &apply, &account("api", &json!({})));
    assert_eq!(annotations(&world), json!({"note": "x"}));

    let wrote: Vec<(String, bool)> =
        world.calls().into_iter().map(|call| (call.operation, call.wrote)).collect();
    let writes = wrote.iter().filter(|(_, wrote)| *wrote).count();
    assert_eq!(writes, 5, "{wrote:?}");
}

#[test]
fn what_nobody_owns_is_in_conflict_with_an_apply() {
    let world = world();
    let apply = format!("{API}?fieldManager=iamwire");
    kube(&world, "APPLY", &apply, &account("api", &json!({ROLE: "arn:1"})));
    let patch = json!({"metadata": {"managedFields": [{}]}});
    let (status, bare) = kube(&world, "PATCH", &format!("{API}?fieldManager=x"), &patch);
    assert_eq!((status, &bare["metadata"]["managedFields"]), (200, &Value::Null));
    let wanted = account("api", &json!({ROLE: "arn:2"}));
    let (status, conflict) = kube(&world, "APPLY", &apply, &wanted);
    assert_eq!(status, 409);
    assert_eq!(
        conflict["message"],
        "Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .metadata.annotations.eks.amazonaws.com/role-arn"
    );
    let (status, _) = kube(&world, "APPLY", &format!("{apply}&force=true"), &wanted);
    assert_eq!((status, annotations(&world)), (200, json!({ROLE: "arn:2"})));
}

#[test]
fn what_kubernetes_refuses() {
    let world = wired();
    let apply = |name: &str| format!("{ACCOUNTS}/{name}?fieldManager=iamwire");
    let elsewhere = "/api/v1/namespaces/none/serviceaccounts/api?fieldManager=x";
    let mut no_namespace = account("api", &json!({}));
    no_namespace["metadata"]["namespace"] = json!("none");
    let mut stale = account("api", &json!({"a": "b"}));
    stale["metadata"]["resourceVersion"] = json!("1");
    let mut other = account("api", &json!({}));
    other["metadata"]["uid"] = json!("x");
    let mut managed = account("api", &json!({}));
    managed["metadata"]["managedFields"] = json!([{}]);
    let mut labelled = account("new", &json!({}));
    let long = "x".repeat(64);
    labelled["metadata"]["labels"] = json!({"a": "b c", "A.b/c": "", "d": long, long.clone(): "-"});
    let mut unknown = account("api", &json!({}));
    unknown["foo"] = json!(1);
    let short = json!({"spec": {"audiences": ["x"], "expirationSeconds": 60}});
    let bound = json!({"spec": {"boundObjectRef": {"kind": "Pod", "name": "none"}}});
    let precondition = json!({"preconditions": {"uid": "x"}});
    let cases = [
        ("GET", format!("{ACCOUNTS}/none"), Value::Null),
        ("POST", ACCOUNTS.to_owned(), account("api", &json!({}))),
        ("POST", ACCOUNTS.to_owned(), account("My_Api", &json!({}))),
        ("POST", ACCOUNTS.to_owned(), account("", &json!({}))),
        ("POST", ACCOUNTS.to_owned(), json!({"kind": "Pod", "metadata": {"name": "x"}})),
        ("POST", "/api/v1/namespaces".to_owned(), json!({"metadata": {"name": "a.b"}})),
        ("APPLY", elsewhere.to_owned(), no_namespace.clone()),
        ("APPLY", apply("api"), no_namespace),
        ("APPLY", apply("other"), account("api", &json!({}))),
        ("APPLY", API.to_owned(), account("api", &json!({}))),
        (
            "APPLY",
            apply("api"),
            account("api", &json!({"bad key": "1", "/c": "", "a/b/c": "", "": ""})),
        ),
        ("APPLY", apply("api"), account("api", &json!({"A.example.com/b": "", "A_b/c": "1"}))),
        ("APPLY", apply("api"), account("api", &json!({"k": "x".repeat(262_144)}))),
        ("APPLY", apply("new"), labelled),
        ("APPLY", apply("api"), unknown),
        ("APPLY", apply("api"), stale),
        ("APPLY", apply("api"), other),
        ("APPLY", apply("api"), managed),
        ("PATCH", format!("{ACCOUNTS}/none"), json!({})),
        ("PATCH", API.to_owned(), json!({"metadata": {"annotations": {"$patch": "replace"}}})),
        ("DELETE", API.to_owned(), precondition),
        ("POST", format!("{API}/token"), short),
        ("POST", format!("{API}/token"), bound),
        ("POST", format!("{ACCOUNTS}/none/token"), json!({"spec": {}})),
        ("POST", "/api/v1/namespaces/none/serviceaccounts/a/token".to_owned(), json!({"spec": {}})),
        ("GET", format!("{ACCOUNTS}?fieldSelector=foo%3Da"), Value::Null),
        ("GET", "/apis/apps/v1".to_owned(), Value::Null),
        ("POST", "/apis/apps/v1/namespaces/shop/deployments".to_owned(), json!({})),
        ("GET", format!("{ACCOUNTS}?watch=true"), Value::Null),
        ("POST", "/api/v1/namespaces/shop/secrets".to_owned(), json!({})),
    ];
    let mut table = String::new();
    for (method, path, body) in &cases {
        let (status, answer) = kube(&world, method, path, body);
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        table +=
            &format!("{method} {path}\n    {status} {}: {}\n", text("reason"), text("message"));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_token_says_whose_it_is() {
    use base64::Engine as _;
    let world = wired();
    let pod = json!({"kind": "Pod", "metadata": {"name": "web-1", "namespace": "shop"},
        "spec": {"serviceAccountName": "api"}});
    assert!(world.put_object("prod", pod));
    assert!(!world.put_object("prod", json!({"kind": "Unknown"})));
    let request = json!({"spec": {
        "audiences": ["sts.amazonaws.com"], "expirationSeconds": 99_999_999,
        "boundObjectRef": {"kind": "Pod", "name": "web-1"},
    }});
    let (status, answer) = kube(&world, "POST", &format!("{API}/token"), &request);
    assert_eq!(status, 201);
    let token = answer["status"]["token"].as_str().unwrap();
    let claims = token.split('.').nth(1).unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["sub"], "system:serviceaccount:shop:api");
    assert_eq!(claims["aud"], json!(["sts.amazonaws.com"]));
    assert_eq!(claims["iss"], format!("https://{}", super::ISSUER));
    let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(life, 86_400, "EKS's cap");
    assert_eq!(claims["kubernetes.io"]["pod"]["name"], "web-1");

    let (_, pods) = kube(
        &world,
        "GET",
        "/api/v1/pods?fieldSelector=spec.serviceAccountName%3Dapi",
        &Value::Null,
    );
    assert_eq!((pods["items"].as_array().unwrap().len(), &pods["kind"]), (1, &json!("PodList")));
    let none = "/api/v1/namespaces/shop/pods?fieldSelector=spec.serviceAccountName!%3Dapi";
    assert_eq!(kube(&world, "GET", none, &Value::Null).1["items"], json!([]));
}

#[test]
fn namespaces_and_accounts_come_and_go() {
    let world = world();
    let namespace = json!({"kind": "Namespace", "metadata": {"name": "new", "labels": {"a": "b"}}});
    let (status, made) = kube(&world, "POST", "/api/v1/namespaces", &namespace);
    assert_eq!((status, &made["status"]["phase"]), (201, &json!("Active")));
    let labelled = "/api/v1/namespaces?labelSelector=a%3Db,kubernetes.io/metadata.name";
    let (_, list) = kube(&world, "GET", labelled, &Value::Null);
    assert_eq!(list["items"][0]["metadata"]["name"], "new");
    let inside = "/api/v1/namespaces/new/serviceaccounts";
    let object = json!({"metadata": {"name": "api"}});
    let (_, made) = kube(&world, "POST", inside, &object);
    assert_eq!(made["metadata"]["managedFields"], Value::Null, "nothing to own");
    let mut whole = made.clone();
    whole["metadata"]["labels"] = json!({"x": "y"});
    let (status, put) = kube(&world, "PUT", &format!("{inside}/api"), &whole);
    let owners = &put["metadata"]["managedFields"];
    assert_eq!((status, owners), (200, &Value::Null), "nobody has owned anything of it");
    assert_eq!(kube(&world, "PUT", &format!("{inside}/api"), &whole).0, 409, "it is outdated");
    let dry = kube(&world, "DELETE", &format!("{inside}/api?dryRun=All"), &Value::Null).0;
    assert_eq!((dry, kube(&world, "GET", &format!("{inside}/api"), &Value::Null).0), (200, 200));
    assert_eq!(kube(&world, "DELETE", "/api/v1/namespaces/new", &Value::Null).0, 200);
    assert_eq!(kube(&world, "GET", &format!("{inside}/api"), &Value::Null).0, 404);
}

#[test]
fn only_who_is_known_may_ask() {
    let world = wired();
    let ask = |bearer: Option<&str>, method: &str, path: &str| {
        let mut request = Request::builder().method(method).uri(format!("http://localhost{path}"));
        if let Some(bearer) = bearer {
            request = request.header("authorization", format!("Bearer {bearer}"));
        }
        let response = world.answer(request.body(b"{}".to_vec()).unwrap());
        let body: Value = serde_json::from_slice(response.body()).unwrap();
        (response.status().as_u16(), body)
    };
    let who = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let pod = token(&world, "api", &["https://kubernetes.default.svc"]);
    let for_sts = token(&world, "api", &["sts.amazonaws.com"]);
    assert_eq!(ask(None, "GET", "/version").0, 200);
    assert_eq!(ask(None, "GET", API).0, 403);
    assert_eq!(ask(Some("wrong"), "GET", API).0, 401);
    assert_eq!(ask(Some(&for_sts), "GET", API).0, 401);
    assert_eq!(ask(Some(&pod), "GET", API).0, 403);
    let (_, review) = ask(Some(&pod), "POST", who);
    assert_eq!(review["status"]["userInfo"]["username"], "system:serviceaccount:shop:api");
    assert_eq!(ask(Some("sandbox-administrator"), "GET", API).0, 200);

    // `k8s-aws-v1.`: a call of GetCallerIdentity signed for this cluster at 2026-08-01T12:00:00Z.
    let aws = super::super::signature::tests::token("prod", "20260801T120000Z");
    let (_, review) = ask(Some(&aws), "POST", who);
    assert_eq!(review["status"]["userInfo"]["username"], "arn:aws:iam::123456789012:user/alice");
    assert_eq!(ask(Some(&aws), "GET", API).0, 200);
    for (cluster, time) in [("other", "20260801T120000Z"), ("prod", "20260801T110000Z")] {
        let wrong = super::super::signature::tests::token(cluster, time);
        assert_eq!(ask(Some(&wrong), "GET", API).0, 401, "{cluster} {time}");
    }
}

#[test]
fn kubectl_finds_its_way() {
    let world = world();
    for path in [
        "/api",
        "/apis",
        "/api/v1",
        "/apis/authentication.k8s.io",
        "/openapi/v3",
        "/apis/authorization.k8s.io/v1",
        "/openapi/v3/api/v1",
        "/openid/v1/jwks",
        "/healthz",
        "/.well-known/openid-configuration",
        "/api/v1/namespaces/shop/events",
        "/api/v1/namespaces/shop/secrets",
    ] {
        assert_eq!(kube(&world, "GET", path, &Value::Null).0, 200, "{path}");
    }
    let (_, core) = kube(&world, "GET", "/api/v1", &Value::Null);
    let names: Vec<&str> =
        core["resources"].as_array().unwrap().iter().filter_map(|r| r["name"].as_str()).collect();
    assert!(names.contains(&"serviceaccounts") && names.contains(&"serviceaccounts/token"));
}

#[test]
fn no_empty_map_is_kept() {
    let world = world();
    assert_eq!(kube(&world, "POST", ACCOUNTS, &account("api", &json!({}))).0, 201);
    let (_, before) = kube(&world, "GET", API, &Value::Null);
    assert_eq!(before["metadata"].get("annotations"), None);
    let patch = json!({"metadata": {"annotations": {}, "labels": {}}});
    assert_eq!(kube(&world, "PATCH", API, &patch), (200, before));
}
