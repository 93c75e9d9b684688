use std::time::Duration;

use http::{Request, Response};

use super::{error, form, kube, signed, text, trust, world};
use crate::world::{Delay, Fault, Lost, When, World};

fn create(world: &World) -> Response<Vec<u8>> {
    let trust = trust("system:serviceaccount:shop:api");
    let params = [("RoleName", "api"), ("AssumeRolePolicyDocument", trust.as_str())];
    let request = Request::post("https://iam.amazonaws.com/")
        .header("authorization", signed("iam", "us-east-1"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form("CreateRole", "2010-05-08", &params))
        .unwrap();
    world.answer(request)
}

#[test]
fn each_fault_does_what_it_says_and_is_logged() {
    let later = Duration::from_secs(3);
    let cases = [
        (Fault::Before, false, "ServiceFailure: "),
        (Fault::After, true, ""),
        (Fault::Throttled, false, "Throttling: Rate exceeded"),
        (Fault::ServerError, false, "ServiceFailure: "),
        (Fault::Delayed(later), true, ""),
        (
            Fault::Denied,
            false,
            "AccessDenied: User: arn:aws:iam::123456789012:user/alice is not authorized to perform: iam:CreateRole on resource: api",
        ),
        (Fault::Unauthenticated, false, "InvalidClientTokenId: "),
        (
            Fault::Error {
                status: 409,
                code: "ConcurrentModification".to_owned(),
                message: "again".to_owned(),
            },
            false,
            "ConcurrentModification: again",
        ),
    ];
    for (fault, done, expected) in cases {
        let world = world();
        world.fail(When::Operation("CreateRole".to_owned()), 1, fault.clone());
        let response = create(&world);
        let error = error(&text(&response)).unwrap_or_default();
        assert!(error.starts_with(expected), "{fault:?}: {error}");
        let lost = matches!(fault, Fault::Before | Fault::After);
        assert_eq!(response.extensions().get::<Lost>().is_some(), lost, "{fault:?}");
        let delay = response.extensions().get::<Delay>().map(|delay| delay.0);
        assert_eq!(delay, matches!(fault, Fault::Delayed(_)).then_some(later));
        let calls = world.calls();
        assert_eq!((calls[0].wrote, &calls[0].fault), (done, &Some(fault.clone())));
        // It is used up.
        assert_eq!(create(&world).status(), if done { 409 } else { 200 }, "{fault:?}");
    }
}

#[test]
fn a_fault_is_for_a_call_a_resource_or_an_operation() {
    let world = world();
    world.fail(When::Call(1), 1, Fault::Throttled);
    world.fail(When::Resource("shop/api".to_owned()), 1, Fault::Denied);
    world.fail(When::Operation("list pods".to_owned()), 1, Fault::Throttled);
    world.fail(When::Operation("get namespaces".to_owned()), 2, Fault::Unauthenticated);
    assert_eq!(create(&world).status(), 200);
    assert_eq!(create(&world).status(), 400);
    let account = "/api/v1/namespaces/shop/serviceaccounts/api";
    let (status, denied) = kube(&world, "GET", account, &serde_json::Value::Null);
    assert_eq!(status, 403);
    assert_eq!(
        denied["message"],
        r#"serviceaccounts "api" is forbidden: User "administrator" cannot get resource "serviceaccounts" in API group "" in the namespace "shop""#
    );
    let null = serde_json::Value::Null;
    assert_eq!(kube(&world, "GET", account, &null).0, 404);
    assert_eq!(kube(&world, "GET", "/api/v1/pods", &null).0, 429);
    let namespace = "/api/v1/namespaces/shop";
    let statuses = [(); 3].map(|()| kube(&world, "GET", namespace, &null).0);
    assert_eq!(statuses, [401, 401, 200]);
    world.fail(When::Operation("CreateRole".to_owned()), 9, Fault::Throttled);
    world.clear_faults();
    assert_eq!(create(&world).status(), 409);
}
