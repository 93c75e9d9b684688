use std::time::Duration;

use super::{ISSUER, PROVIDER, done, error, iam, trust, world};
use crate::world::{Delays, Quotas, Setup, World};

const S3: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;

fn role(world: &World, name: &str) -> (u16, String) {
    let trust = trust("system:serviceaccount:shop:api");
    iam(world, "CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trust)])
}

#[test]
fn a_role_is_answered_as_aws_answers_it() {
    let world = world();
    let trust = trust("system:serviceaccount:shop:api");
    let created = done(
        &world,
        "CreateRole",
        &[
            ("RoleName", "my-s3-role"),
            ("Path", "/apps/"),
            ("Description", "for <shop>"),
            ("MaxSessionDuration", "7200"),
            ("AssumeRolePolicyDocument", &trust),
            ("Tags.member.1.Key", "iamwire:managed"),
            ("Tags.member.1.Value", "true"),
        ],
    );
    insta::assert_snapshot!("create_role", created);
    insta::assert_snapshot!("get_role", done(&world, "GetRole", &[("RoleName", "my-s3-role")]));
    insta::assert_snapshot!("list_roles", done(&world, "ListRoles", &[]));
    let (status, missing) = iam(&world, "GetRole", &[("RoleName", "other")]);
    assert_eq!(status, 404);
    insta::assert_snapshot!("no_such_role", missing);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn what_iam_refuses_with_its_texts() {
    let quotas = Quotas {
        roles: 2,
        providers: 1,
        client_ids: 2,
        policies: 1,
        policies_per_role: 1,
        tags: 1,
        inline_policy_characters: 120,
        managed_policy_characters: 120,
        ..Quotas::default()
    };
    let world = World::new(Setup { quotas, ..Setup::default() });
    assert_eq!(role(&world, "api").0, 200);
    done(&world, "CreateOpenIDConnectProvider", &[("Url", &format!("https://{ISSUER}"))]);
    done(&world, "AttachRolePolicy", &[("RoleName", "api"), ("PolicyArn", S3)]);
    done(
        &world,
        "PutRolePolicy",
        &[("RoleName", "api"), ("PolicyName", "own"), ("PolicyDocument", POLICY)],
    );
    done(&world, "CreatePolicy", &[("PolicyName", "mine"), ("PolicyDocument", POLICY)]);

    let long = "x".repeat(65);
    let trust = trust("system:serviceaccount:shop:api");
    let wide = POLICY.replace("GetObject", &"x".repeat(100));
    let trusted = |name| [("RoleName", name), ("AssumeRolePolicyDocument", trust.as_str())];
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    let provider = ("OpenIDConnectProviderArn", PROVIDER);
    let (forty, none) = ("0".repeat(40), "arn:aws:iam::123456789012:oidc-provider/none");
    let six: Vec<String> = (1..=6).map(|n| format!("ThumbprintList.member.{n}")).collect();
    let mut six: Vec<(&str, &str)> = six.iter().map(|n| (n.as_str(), forty.as_str())).collect();
    six.push(provider);
    let tag = |role: &str, tags: &[(&str, &str)]| {
        let mut params = vec![("RoleName".to_owned(), role.to_owned())];
        for (n, (key, value)) in tags.iter().enumerate() {
            params.push((format!("Tags.member.{}.Key", n + 1), (*key).to_owned()));
            params.push((format!("Tags.member.{}.Value", n + 1), (*value).to_owned()));
        }
        params
    };
    let tags = [
        tag("api", &[("aws:x", "1")]),
        tag("api", &[("a", "1"), ("A", "2")]),
        tag("api", &[("a", "1"), ("b", "2")]),
    ];
    let tags: Vec<Vec<(&str, &str)>> =
        tags.iter().map(|t| t.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect()).collect();
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("GetRole", &[]),
        ("GetRole", &[("RoleName", &long)]),
        ("GetRole", &[("RoleName", "a b")]),
        ("GetRole", &[("RoleName", "none")]),
        ("CreateRole", &trusted("API")),
        (
            "CreateRole",
            &[("RoleName", "b"), ("AssumeRolePolicyDocument", &trust), ("Path", "apps")],
        ),
        (
            "CreateRole",
            &[
                ("RoleName", "b"),
                ("AssumeRolePolicyDocument", &trust),
                ("MaxSessionDuration", "60"),
            ],
        ),
        (
            "CreateRole",
            &[
                ("RoleName", "b"),
                ("AssumeRolePolicyDocument", &trust),
                ("PermissionsBoundary", "arn:aws:iam::aws:policy/None"),
            ],
        ),
        ("CreateRole", &[("RoleName", "b"), ("AssumeRolePolicyDocument", "{\u{20AC}}")]),
        ("AttachRolePolicy", &[("RoleName", "api"), ("PolicyArn", "arn:aws:iam::aws:policy/None")]),
        ("AttachRolePolicy", &[("RoleName", "api"), ("PolicyArn", "AmazonS3ReadOnlyAccess")]),
        ("AttachRolePolicy", &[("RoleName", "api"), ("PolicyArn", admin)]),
        ("DetachRolePolicy", &[("RoleName", "api"), ("PolicyArn", admin)]),
        (
            "PutRolePolicy",
            &[("RoleName", "api"), ("PolicyName", "more"), ("PolicyDocument", POLICY)],
        ),
        ("PutRolePolicy", &[("RoleName", "api"), ("PolicyName", "x"), ("PolicyDocument", "{")]),
        ("PutRolePolicy", &[("RoleName", "api"), ("PolicyName", "x"), ("PolicyDocument", &trust)]),
        ("GetRolePolicy", &[("RoleName", "api"), ("PolicyName", "none")]),
        ("DeleteRole", &[("RoleName", "api")]),
        ("GetPolicy", &[("PolicyArn", "arn:aws:iam::123456789012:policy/none")]),
        ("CreatePolicy", &[("PolicyName", "MINE"), ("PolicyDocument", POLICY)]),
        ("CreatePolicy", &[("PolicyName", "two"), ("PolicyDocument", POLICY)]),
        ("CreatePolicy", &[("PolicyName", "wide"), ("PolicyDocument", &wide)]),
        ("DeletePolicy", &[("PolicyArn", S3)]),
        ("CreateOpenIDConnectProvider", &[("Url", &format!("https://{ISSUER}"))]),
        ("CreateOpenIDConnectProvider", &[("Url", "https://other.example")]),
        ("CreateOpenIDConnectProvider", &[("Url", "http://other.example")]),
        ("CreateOpenIDConnectProvider", &[("Url", "https://other.example?x=1")]),
        (
            "CreateOpenIDConnectProvider",
            &[("Url", "https://other.example"), ("ThumbprintList.member.1", "abc")],
        ),
        ("GetOpenIDConnectProvider", &[("OpenIDConnectProviderArn", none)]),
        ("DeleteOpenIDConnectProvider", &[("OpenIDConnectProviderArn", none)]),
        ("UpdateOpenIDConnectProviderThumbprint", &[provider]),
        ("UpdateOpenIDConnectProviderThumbprint", &six),
        ("TagRole", &tags[0]),
        ("TagRole", &tags[1]),
        ("TagRole", &tags[2]),
        ("GetInstanceProfile", &[]),
    ];
    let mut table = String::new();
    for (action, params) in cases {
        let (status, body) = iam(&world, action, params);
        let error = error(&body).unwrap_or_else(|| panic!("{action} is not refused: {body}"));
        table += &format!("{status} {action}: {error}\n");
    }
    // At the quota of roles and of audiences.
    assert_eq!(role(&world, "second").0, 200);
    table += &format!("{:?}\n", error(&role(&world, "third").1));
    for id in ["one", "two", "two", "three"] {
        let (_, body) =
            iam(&world, "AddClientIDToOpenIDConnectProvider", &[provider, ("ClientID", id)]);
        table += &format!("{id} {:?}\n", error(&body));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_permissions_policy_is_checked_in_iams_order() {
    const SYNTAX: &str = "Syntax errors in policy.";
    const LEGACY: &str = "The policy failed legacy parsing";
    const VENDOR: &str =
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
    let world = world();
    role(&world, "api");
    let changed = |from: &str, to: &str| POLICY.replace(from, to);
    let action = |to: &str| changed("\"s3:GetObject\"", to);
    let resource = |to: &str| changed("\"*\"", to);
    let with = |more: &str| changed("\"Effect\"", &format!("{more},\"Effect\""));
    let cases = [
        (changed("2012", "2013"), SYNTAX),
        (changed("\"Version\"", "\"Id\":[],\"Version\""), SYNTAX),
        (changed("\"Version\"", "\"More\":1,\"Version\""), SYNTAX),
        (r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned(), SYNTAX),
        (r#"{"Version":"2012-10-17","Statement":["x"]}"#.to_owned(), SYNTAX),
        (r#"{"Version":"2012-10-17"}"#.to_owned(), SYNTAX),
        (with("\"More\":1"), SYNTAX),
        (with("\"NotAction\":[]"), SYNTAX),
        (with("\"NotResource\":\"*\""), SYNTAX),
        (with("\"Sid\":{}"), SYNTAX),
        (with("\"Condition\":[]"), SYNTAX),
        (with("\"Condition\":{\"Bool\":[]}"), SYNTAX),
        (with("\"Condition\":{\"Bool\":{\"a\":{}}}"), SYNTAX),
        (with("\"Condition\":{\"x\":{\"a\":\"1\"}}"), SYNTAX),
        (changed("\"Effect\":\"Allow\",", ""), SYNTAX),
        (changed("Allow", "Permit"), SYNTAX),
        (action("{\"Fn::Sub\":\"s3:*\"}"), SYNTAX),
        (resource("[\"x\",{}]"), SYNTAX),
        (with("\"Principal\":\"*\""), "Policy document should not specify a principal."),
        (changed("Allow", "allow"), LEGACY),
        (
            with("\"Sid\":\"a-b\""),
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
        ),
        (action("[]"), "Policy statement must contain actions."),
        (changed("\"Action\":\"s3:GetObject\",", ""), "Policy statement must contain actions."),
        (changed(",\"Resource\":\"*\"", ""), "Policy statement must contain resources."),
        (resource("[]"), "Policy statement must contain resources."),
        (resource("\"\""), "Resource  must be in ARN format or \"*\"."),
        (resource("[\"*\",\"b\"]"), "Resource b must be in ARN format or \"*\"."),
        (
            resource("\"aws:s3:::b\""),
            "Partition \"s3\" is not valid for resource \"arn:s3:::b:*\".",
        ),
        (action("\"ListBuckets\""), VENDOR),
        (changed("\"Action\":\"s3:GetObject\"", "\"NotAction\":\"\""), VENDOR),
        (action("[\"*\",\"s3:List:Bucket\"]"), "Actions/Condition can contain only one colon."),
        (action("\"a a:Get\""), "Vendor a a is not valid"),
    ];
    for (document, text) in cases {
        let params = [("PolicyName", "x"), ("PolicyDocument", document.as_str())];
        for action in ["PutRolePolicy", "CreatePolicy"] {
            let (status, body) =
                iam(&world, action, &[&[("RoleName", "api")], &params[..]].concat());
            let error = error(&body);
            let expected = format!("MalformedPolicyDocument: {text}");
            assert_eq!((status, error), (400, Some(expected)), "{action} {document}");
        }
    }
    let twice = with("\"Sid\":\"a\"").replace("}]", "},{\"Sid\":\"a\",\"Effect\":\"Deny\"}]");
    let (_, body) = iam(&world, "CreatePolicy", &[("PolicyName", "x"), ("PolicyDocument", &twice)]);
    let unique = "Statement IDs (SID) in a single policy must be unique.";
    assert_eq!(error(&body), Some(format!("MalformedPolicyDocument: {unique}")));
}

#[test]
fn policies_come_and_go() {
    let world = world();
    role(&world, "api");
    let api = ("RoleName", "api");
    let service = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy";
    for arn in [S3, service, S3] {
        done(&world, "AttachRolePolicy", &[api, ("PolicyArn", arn)]);
    }
    let attached = done(&world, "ListAttachedRolePolicies", &[api]);
    assert_eq!(attached.matches("<member>").count(), 2, "{attached}");
    assert!(attached.contains("<PolicyName>AmazonEBSCSIDriverPolicy</PolicyName>"), "{attached}");
    for arn in [S3, service] {
        done(&world, "DetachRolePolicy", &[api, ("PolicyArn", arn)]);
    }
    done(&world, "PutRolePolicy", &[api, ("PolicyName", "own"), ("PolicyDocument", POLICY)]);
    let inline = done(&world, "GetRolePolicy", &[api, ("PolicyName", "own")]);
    assert!(inline.contains("<PolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C"), "{inline}");
    done(&world, "DeleteRolePolicy", &[api, ("PolicyName", "own")]);
    done(&world, "DeleteRole", &[api]);
    assert_eq!(iam(&world, "GetRole", &[api]).0, 404);

    // A page of ten, and the next.
    let page = done(&world, "ListPolicies", &[("Scope", "AWS"), ("MaxItems", "10")]);
    assert!(page.contains("<IsTruncated>true") && page.contains("<Marker>10<"), "{page}");
    let rest = done(&world, "ListPolicies", &[("PathPrefix", "/job-function/"), ("Marker", "5")]);
    assert!(rest.contains("<IsTruncated>false"), "{rest}");
    assert_eq!(rest.matches("<member>").count(), 2, "{rest}");
}

#[test]
fn a_role_changes_in_place() {
    let world = world();
    role(&world, "api");
    let api = ("RoleName", "api");
    done(&world, "UpdateRole", &[api, ("Description", "new"), ("MaxSessionDuration", "7200")]);
    done(&world, "UpdateRole", &[api, ("MaxSessionDuration", "3600")]);
    done(&world, "PutRolePermissionsBoundary", &[api, ("PermissionsBoundary", S3)]);
    done(&world, "TagRole", &[api, ("Tags.member.1.Key", "Team"), ("Tags.member.1.Value", "a")]);
    done(&world, "TagRole", &[api, ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "b")]);
    let got = done(&world, "GetRole", &[api]);
    for part in [
        "<Description>new</Description>",
        "<MaxSessionDuration>3600</MaxSessionDuration>",
        "<PermissionsBoundaryArn>arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess<",
        "<Key>team</Key>",
    ] {
        assert!(got.contains(part), "{part} in {got}");
    }
    assert!(!got.contains("Team"), "{got}");
    done(&world, "DeleteRolePermissionsBoundary", &[api]);
    done(&world, "UntagRole", &[api, ("TagKeys.member.1", "TEAM")]);
    let got = done(&world, "UpdateRoleDescription", &[api, ("Description", "newer")]);
    assert!(!got.contains("Boundary") && !got.contains("Tags") && got.contains("newer"), "{got}");
    assert!(done(&world, "ListRoleTags", &[api]).contains("<Tags/>"));
}

#[test]
fn a_provider_keeps_its_audiences_and_thumbprints() {
    let world = world();
    let provider = ("OpenIDConnectProviderArn", PROVIDER);
    done(
        &world,
        "CreateOpenIDConnectProvider",
        &[
            ("Url", &format!("https://{}", ISSUER.replace(".com/", ".com:443/"))),
            ("ThumbprintList.member.1", &"A".repeat(40)),
        ],
    );
    done(&world, "AddClientIDToOpenIDConnectProvider", &[provider, ("ClientID", "one")]);
    done(&world, "RemoveClientIDFromOpenIDConnectProvider", &[provider, ("ClientID", "two")]);
    done(
        &world,
        "TagOpenIDConnectProvider",
        &[provider, ("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v")],
    );
    insta::assert_snapshot!("get_provider", done(&world, "GetOpenIDConnectProvider", &[provider]));
    assert!(done(&world, "ListOpenIDConnectProviders", &[]).contains(PROVIDER));
    done(&world, "UntagOpenIDConnectProvider", &[provider, ("TagKeys.member.1", "k")]);
    assert!(done(&world, "ListOpenIDConnectProviderTags", &[provider]).contains("<Tags/>"));
    done(&world, "DeleteOpenIDConnectProvider", &[provider]);
    let (_, body) = iam(&world, "DeleteOpenIDConnectProvider", &[provider]);
    assert_eq!(
        error(&body).unwrap(),
        format!("NoSuchEntity: OpenIDConnect Provider not found for arn {PROVIDER}")
    );
}

#[test]
fn a_change_is_seen_when_it_has_spread() {
    let delays = Delays { iam: Duration::from_secs(5), sts: Duration::ZERO };
    let world = World::new(Setup { delays, ..Setup::default() });
    let api = ("RoleName", "api");
    role(&world, "api");
    assert_eq!(iam(&world, "GetRole", &[api]).0, 404);
    assert_eq!(role(&world, "api").0, 409, "yet it is there");
    world.advance(Duration::from_secs(5));
    assert!(done(&world, "GetRole", &[api]).contains("shop%3Aapi"));
    let changed = trust("system:serviceaccount:shop:other");
    done(&world, "UpdateAssumeRolePolicy", &[api, ("PolicyDocument", &changed)]);
    assert!(done(&world, "GetRole", &[api]).contains("shop%3Aapi"), "as it was");
    world.advance(Duration::from_secs(5));
    assert!(done(&world, "GetRole", &[api]).contains("shop%3Aother"));
}

#[test]
fn a_path_is_what_iams_pattern_takes() {
    let world = world();
    let trust = trust("system:serviceaccount:shop:api");
    let create = |name: &str, path: &str| {
        let params =
            [("RoleName", name), ("Path", path), ("AssumeRolePolicyDocument", trust.as_str())];
        iam(&world, "CreateRole", &params)
    };
    let longest = format!("/{}/", "p".repeat(510));
    for (index, path) in ["/", "///", "/a//b/", "/~!/", &longest].into_iter().enumerate() {
        let (status, body) = create(&format!("r{index}"), path);
        assert_eq!(status, 200, "{path} {body}");
        assert!(body.contains(&format!(":role{path}r{index}<")), "{path} {body}");
    }
    for path in ["", "//", "a", "/a", "a/", "/a b/", "/é/", &format!("/{longest}")] {
        assert_eq!(create("r", path).0, 400, "{path}");
    }
}

#[test]
fn a_role_of_a_service_is_not_changed() {
    let world = world();
    let trust = trust("system:serviceaccount:shop:api");
    let role = ("RoleName", "AWSServiceRoleForX");
    let path = ("Path", "/aws-service-role/x.amazonaws.com/");
    done(&world, "CreateRole", &[role, path, ("AssumeRolePolicyDocument", &trust)]);
    for (action, more) in [
        ("UpdateAssumeRolePolicy", ("PolicyDocument", trust.as_str())),
        ("AttachRolePolicy", ("PolicyArn", S3)),
        ("DeleteRole", ("x", "")),
    ] {
        let (status, body) = iam(&world, action, &[role, more]);
        let error = error(&body).unwrap();
        assert!(error.starts_with("UnmodifiableEntity: Cannot perform"), "{action} {error}");
        assert_eq!(status, 400);
    }
}

#[test]
fn a_deleted_role_leaves_its_id_in_what_trusted_it() {
    let world = world();
    role(&world, "api");
    let arn = "arn:aws:iam::123456789012:role/api";
    let trust = format!(
        r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{arn}"}},"Action":"sts:AssumeRole"}}]}}"#
    );
    done(&world, "CreateRole", &[("RoleName", "hub"), ("AssumeRolePolicyDocument", &trust)]);
    done(&world, "DeleteRole", &[("RoleName", "api")]);
    role(&world, "api");
    let hub = done(&world, "GetRole", &[("RoleName", "hub")]);
    assert!(hub.contains("%22AWS%22%3A%22AROA") && !hub.contains("role%2Fapi"), "{hub}");
}
