use serde_json::json;

use super::{ISSUER, PROVIDER, done, error, iam, trust, world};
use crate::world::{Quotas, Setup, World};

/// A policy of one statement with these members replaced; null takes one out.
fn statement(members: &serde_json::Value) -> String {
    let mut statement = json!({
        "Effect": "Allow", "Principal": {"Federated": PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
    });
    for (name, value) in members.as_object().unwrap() {
        statement[name] = value.clone();
    }
    statement.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

#[test]
fn what_is_refused_of_a_trust_policy() {
    let world = world();
    let sub = format!("{ISSUER}:sub");
    let github = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    let cases = [
        "{".to_owned(),
        r#"{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}"#.to_owned(),
        r#"{"Version":"2012-10-17"}"#.to_owned(),
        r#"{"Version":"2020-01-01","Statement":[]}"#.to_owned(),
        r#"{"Statement":[],"More":1}"#.to_owned(),
        "{\n  \"Statement\": 1\n}".to_owned(),
        statement(&json!({"Effect": null})),
        statement(&json!({"Effect": "allow"})),
        statement(&json!({"Principal": null})),
        statement(&json!({"Action": null})),
        statement(&json!({"Resource": "*"})),
        statement(&json!({"NotPrincipal": {"AWS": "*"}})),
        statement(&json!({"condition": {}})),
        statement(&json!({"Sid": "a-b"})),
        statement(&json!({"Principal": "*"})),
        statement(&json!({"Principal": {"Federated": "*"}})),
        statement(&json!({"Principal": {"Federated": ISSUER}})),
        statement(&json!({"Principal": {"AWS": "arn:aws:iam::123456789012:role/none"}})),
        statement(&json!({"Principal": {"AWS": "AROAIOSFODNN7EXAMPLE"}})),
        statement(&json!({"Principal": {"Service": "pods"}})),
        statement(&json!({"Action": "sts:*"})),
        statement(&json!({"Action": ["sts:assumerole"]})),
        statement(&json!({"Action": "s3:GetObject"})),
        statement(&json!({"Condition": {"StringEqual": {sub.clone(): "x"}}})),
        statement(&json!({"Condition": {"StringEquals": {format!("https://{ISSUER}:sub"): "x"}}})),
        statement(&json!({"Condition": {"StringEquals": {"sub": "x"}}})),
        statement(&json!({"Condition": {"StringEquals": {sub.clone(): {}}}})),
        statement(&json!({"Condition": {"StringEquals": []}})),
        statement(&json!({"Condition": {"NumericLessThan": {"aws:x": "many"}}})),
        statement(&json!({"Condition": {"DateLessThan": {"aws:CurrentTime": "soon"}}})),
        statement(&json!({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/33"}}})),
        statement(&json!({"Condition": {"Bool": {"aws:SecureTransport": "yes"}}})),
        statement(&json!({"Condition": {"ArnLike": {"aws:PrincipalArn": "role/x"}}})),
        statement(&json!({"Principal": {"Federated": github}})),
        statement(&json!({"Principal": {"Federated": github}, "Condition": {
            "StringLike": {"token.actions.githubusercontent.com:sub": "*"},
        }})),
    ];
    let mut table = String::new();
    for document in cases {
        let params = [("RoleName", "api"), ("AssumeRolePolicyDocument", document.as_str())];
        let (_, body) = iam(&world, "CreateRole", &params);
        let error = error(&body).unwrap_or_else(|| panic!("not refused: {document}"));
        table += &format!("{}\n    {error}\n", document.replace(ISSUER, "ISSUER"));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn what_is_taken_of_a_trust_policy() {
    let world = world();
    let sub = format!("{ISSUER}:sub");
    let pods = json!({
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {"StringEquals": {"aws:RequestTag/kubernetes:name": "x"}},
    });
    let cases = [
        statement(&json!({})),
        statement(&json!({"Condition": {"ForAnyValue:StringLike": {sub.clone(): ["a", 1, true]}}})),
        statement(&json!({"Condition": {"Null": {sub: "false"}}})),
        statement(&json!({"Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"})),
        statement(&json!({"Principal": {"AWS": "arn:aws:iam::999999999999:role/unknown"}})),
        statement(&json!({"Principal": {"AWS": "arn:aws:iam::123456789012:user/alice"}})),
        statement(&json!({"Principal": {"Federated": "accounts.example.com"}})),
        statement(&pods),
    ];
    for (index, document) in cases.iter().enumerate() {
        let name = format!("role-{index}");
        done(&world, "CreateRole", &[("RoleName", &name), ("AssumeRolePolicyDocument", document)]);
    }
}

#[test]
fn what_is_kept_has_no_white_space_and_its_own_order() {
    let document = r#"{ "Statement": { "Condition": {"StringEquals": {"b:x": "1", "a:y": ["2"]}},
        "Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"AWS": ["123456789012"]} } }"#;
    let kept = crate::reference::accept(document, "aws-cn", &|_| true).unwrap();
    assert_eq!(
        kept,
        r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":["arn:aws-cn:iam::123456789012:root"]},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"b:x":"1","a:y":["2"]}}}}"#
    );
}

#[test]
fn the_quota_counts_no_white_space() {
    let document = trust("system:serviceaccount:shop:api");
    let limit = document.len();
    let quotas = Quotas { trust_policy_characters: limit, ..Quotas::default() };
    let world = World::new(Setup { quotas, ..Setup::default() });
    let spaced = document.replace(',', " ,\n");
    let role = ("RoleName", "api");
    done(&world, "CreateRole", &[role, ("AssumeRolePolicyDocument", &spaced)]);
    let longer = trust("system:serviceaccount:shop:apis");
    let (status, body) =
        iam(&world, "UpdateAssumeRolePolicy", &[role, ("PolicyDocument", &longer)]);
    assert_eq!(status, 409);
    let expected = format!("LimitExceeded: Cannot exceed quota for ACLSizePerRole: {limit}");
    assert_eq!(error(&body).unwrap(), expected);
}
