//! Edits by their text before and after.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test that stops says where, and a table is long"
)]

use iamwire_core::{
    Edit, EditError, Grant, ProviderArn, Severity, Subject, SubjectPattern, TrustPolicy,
    WebIdentityGrant,
};

const A: &str = "arn:aws:iam::123456789012:oidc-provider/oidc.example.com/id/A";
const B: &str = "arn:aws:iam::123456789012:oidc-provider/oidc.example.com/id/B";

fn a() -> ProviderArn {
    A.parse().unwrap()
}

fn b() -> ProviderArn {
    B.parse().unwrap()
}

fn api() -> Subject {
    "system:serviceaccount:shop:api".into()
}

fn web() -> Subject {
    "system:serviceaccount:shop:web".into()
}

fn pattern(text: &str) -> Grant {
    let pattern = SubjectPattern::dangerous_parse(text).unwrap();
    WebIdentityGrant::dangerous_pattern(&a(), pattern).into()
}

/// `{a}` and `{b}` are the ARNs, `{i}` and `{j}` the issuers, `{api}` and `{web}` subjects, `{wi}` the action.
fn text(template: &str) -> String {
    template
        .replace("{a}", A)
        .replace("{b}", B)
        .replace("{i}", "oidc.example.com/id/A")
        .replace("{j}", "oidc.example.com/id/B")
        .replace("{api}", api().as_str())
        .replace("{web}", web().as_str())
        .replace("{wi}", "sts:AssumeRoleWithWebIdentity")
}

fn read(template: &str) -> TrustPolicy {
    text(template).parse().unwrap()
}

/// A document with one statement that trusts `{a}` under this condition.
fn under(condition: &str) -> String {
    format!(
        r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"Federated":"{{a}}"}},"Action":"{{wi}}","Condition":{condition}}}]}}"#
    )
}

#[track_caller]
fn check(edit: &Edit, after: &str) {
    assert_eq!(edit.policy().as_str(), text(after));
    assert!(!edit.is_unchanged());
}

#[track_caller]
fn check_unchanged(edit: &Edit, before: &TrustPolicy) {
    assert_eq!(edit.policy().as_str(), before.as_str());
    assert!(edit.is_unchanged());
}

const CONSOLE: &str = r#"{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
                "Federated": "{a}"
            },
            "Action": "{wi}",
            "Condition": {
                "StringEquals": {
                    "{i}:aud": "sts.amazonaws.com"
                }
            }
        }
    ]
}
"#;

#[test]
fn pinning_keeps_the_audience() {
    let before = read(CONSOLE);
    let edit = before.pin_subject(&a(), &api()).unwrap();
    let after = CONSOLE.replace(
        "\"sts.amazonaws.com\"",
        "\"sts.amazonaws.com\",\n                    \"{i}:sub\": \"{api}\"",
    );
    check(&edit, &after);
    let again = edit.policy().pin_subject(&a(), &api()).unwrap();
    check_unchanged(&again, edit.policy());
}

#[test]
fn pinning_adds_what_is_missing() {
    for (before, after) in [
        (
            r#"{"Statement":{"Effect":"Allow","Principal":{"Federated":"{a}"},"Action":"{wi}"}}"#,
            r#"{"Statement":{"Effect":"Allow","Principal":{"Federated":"{a}"},"Action":"{wi}","Condition":{"StringEquals":{"{i}:sub":"{api}"}}}}"#,
        ),
        (&under("{}"), &under(r#"{"StringEquals":{"{i}:sub":"{api}"}}"#)),
        (
            &under(r#"{"StringLikeIfExists":{"{i}:sub":"x"}}"#),
            &under(r#"{"StringLikeIfExists":{"{i}:sub":"x"},"StringEquals":{"{i}:sub":"{api}"}}"#),
        ),
    ] {
        check(&read(before).pin_subject(&a(), &api()).unwrap(), after);
    }
}

#[test]
fn the_tutorials_change_loses_the_audience_and_says_so() {
    let before = read(CONSOLE);
    let edit = before.replace_audience_with_subject(&a(), &api()).unwrap();
    check(&edit, &CONSOLE.replace("{i}:aud\": \"sts.amazonaws.com", "{i}:sub\": \"{api}"));
    assert_eq!(edit.notices()[0].code, "edit.audience-lost");
    let again = edit.policy().replace_audience_with_subject(&a(), &api()).unwrap();
    check_unchanged(&again, edit.policy());
    assert!(again.notices().is_empty());
}

#[test]
fn narrowing_makes_a_pattern_exact() {
    for (before, after) in [
        (
            r#"{"StringLike":{"{i}:sub":["system:serviceaccount:shop:*","b"]}}"#,
            r#"{"StringEquals":{"{i}:sub":"{api}"}}"#,
        ),
        (
            r#"{"StringEquals":{"{i}:aud":"x"},"StringLike":{"{i}:sub":"system:*"}}"#,
            r#"{"StringEquals":{"{i}:aud":"x","{i}:sub":"{api}"}}"#,
        ),
        (
            r#"{"StringLike":{"{i}:sub":"system:*","aws:userid":"x"}}"#,
            r#"{"StringLike":{"aws:userid":"x"},"StringEquals":{"{i}:sub":"{api}"}}"#,
        ),
        ("{}", r#"{"StringEquals":{"{i}:sub":"{api}"}}"#),
    ] {
        let edit = read(&under(before)).narrow(&a(), &api()).unwrap();
        check(&edit, &under(after));
        check_unchanged(&edit.policy().narrow(&a(), &api()).unwrap(), edit.policy());
    }
}

#[test]
fn a_grant_joins_a_canonical_statement() {
    let front = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"{a}"},"Action":"{wi}","Condition":{"StringEquals":{"{i}:aud":"sts.amazonaws.com","{i}:sub":"#;
    let before = TrustPolicy::from(&Grant::web_identity(&a(), api()));
    let edit = before.grant(&Grant::web_identity(&a(), web())).unwrap();
    check(&edit, &format!(r#"{front}["{{api}}","{{web}}"]}}}}}}]}}"#));
    let again = edit.policy().grant(&Grant::web_identity(&a(), web())).unwrap();
    check_unchanged(&again, edit.policy());
    assert_eq!(again.notices()[0].code, "edit.already-granted");
    let back = edit.policy().revoke(&Grant::web_identity(&a(), web())).unwrap();
    check(&back, &format!(r#"{front}["{{api}}"]}}}}}}]}}"#));
}

#[test]
fn a_grant_that_cannot_join_is_a_statement_of_its_own() {
    let before = read(CONSOLE);
    let edit = before.grant(&Grant::pod_identity()).unwrap();
    let added = r#"        },
        {
            "Effect": "Allow",
            "Principal": {
                "Service": "pods.eks.amazonaws.com"
            },
            "Action": ["sts:AssumeRole", "sts:TagSession"]
        }
    ]
}
"#;
    check(&edit, &CONSOLE.replace("        }\n    ]\n}\n", added));
    check(&edit.policy().revoke(&Grant::pod_identity()).unwrap(), CONSOLE);
    // The console's statement trusts every subject already.
    check_unchanged(&before.grant(&Grant::web_identity(&a(), api())).unwrap(), &before);
    check_unchanged(&before.grant(&pattern("system:*")).unwrap(), &before);
}

#[test]
fn a_pattern_never_changes_an_operator() {
    let before = TrustPolicy::from(&Grant::web_identity(&a(), api()));
    let one = before.grant(&pattern("system:serviceaccount:shop:w*")).unwrap();
    assert_eq!(one.policy().statements().count(), 2);
    let two = one.policy().grant(&pattern("system:serviceaccount:sh?p:*")).unwrap();
    assert_eq!(two.policy().statements().count(), 2);
    assert_eq!(two.changes()[0].statement, 1);
    let compact = two.policy().compact().unwrap();
    check(
        &compact,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"{a}"},"Action":"{wi}","Condition":{"StringEquals":{"{i}:aud":"sts.amazonaws.com"},"StringLike":{"{i}:sub":["{api}","system:serviceaccount:shop:w*","system:serviceaccount:sh?p:*"]}}}]}"#,
    );
    check_unchanged(&compact.policy().compact().unwrap(), compact.policy());
}

#[test]
fn statements_that_cannot_be_written_together_stay() {
    // Version 2008-10-17 has no way to write the first one's subject beside a pattern.
    let statements = |audience: &str| {
        format!(
            r#"{{"Version":"2008-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Federated":"{{a}}"}},"Action":"{{wi}}","Condition":{{"StringEquals":{{"{{i}}:aud":{audience},"{{i}}:sub":"a*"}}}}}},{{"Effect":"Allow","Principal":{{"Federated":"{{a}}"}},"Action":"{{wi}}","Condition":{{"StringEquals":{{"{{i}}:aud":"x"}},"StringLike":{{"{{i}}:sub":"b*"}}}}}}]}}"#
        )
    };
    check_unchanged(&read(&statements(r#""x""#)).compact().unwrap(), &read(&statements(r#""x""#)));
    let edit = read(&statements(r#"["x", "x"]"#)).compact().unwrap();
    check(&edit, &statements(r#"["x"]"#));
    let changes: Vec<String> = edit.changes().iter().map(ToString::to_string).collect();
    assert_eq!(changes, ["statement 0: equal values became one"]);
}

#[test]
fn a_deny_that_refuses_is_told() {
    let deny = r#"{"Effect":"Deny","Principal":{"Federated":"{a}"},"Action":"{wi}","Condition":{"StringEquals":{"{i}:sub":"{web}"}}}"#;
    let policy = read(&format!(r#"{{"Statement":[{deny}]}}"#));
    let blocked = policy.grant(&Grant::web_identity(&a(), web())).unwrap();
    assert_eq!(blocked.blocked_by().len(), 1);
    assert!(blocked.blocked_by()[0].wholly);
    let free = policy.grant(&Grant::web_identity(&a(), api())).unwrap();
    assert!(free.blocked_by().is_empty());
}

/// Also where it leaves the policy as it is.
#[test]
fn edits_that_are_refused_otherwise_differ() {
    let allow = r#"{"Effect":"Allow","Principal":{"Federated":"{a}"},"Action":"{wi}","Condition":{"StringEquals":{"{i}:sub":["{api}","{web}"]}}}"#;
    let deny = r#"{"Effect":"Deny","Principal":{"Federated":"{a}"},"Action":"{wi}","Condition":{"StringEquals":{"{i}:sub":"{web}"}}}"#;
    let policy = read(&format!(r#"{{"Statement":[{allow},{deny}]}}"#));
    let grant =
        |subject| Grant::from(WebIdentityGrant::new(&a(), subject).dangerous_without_audience());
    let [blocked, free] = [web(), api()].map(|subject| policy.grant(&grant(subject)).unwrap());
    assert!(blocked.is_unchanged() && free.is_unchanged());
    assert_eq!(blocked.policy(), free.policy());
    assert_ne!(blocked, free);
}

#[test]
fn a_grant_joins_no_statement_that_is_not_canonical() {
    let own = r#"{"StringEquals":{"{i}:aud":"sts.amazonaws.com","{i}:sub":"{web}"}}"#;
    let statement = |principal: &str, rest: &str, condition: &str| {
        format!(
            r#"{{"Statement":[{{"Effect":"Allow","Principal":{principal},{rest}"Condition":{condition}}}]}}"#
        )
    };
    let (alone, assume) = (r#"{"Federated":"{a}"}"#, r#""Action":"{wi}","#);
    let api = Grant::from(WebIdentityGrant::new(&a(), api()));
    let joins = |text: &str| {
        let edit = read(text).grant(&api).unwrap();
        edit.policy().statements().count() == 1
    };
    assert!(joins(&statement(alone, assume, own)));
    assert!(joins(&statement(alone, &format!(r#""Sid":"S",{assume}"#), own)));
    let other = |condition: &str| statement(alone, assume, condition);
    for text in [
        statement(alone, &format!(r#"{assume}"Resource":"*","#), own),
        statement(alone, r#""Action":["{wi}","sts:TagSession"],"#, own),
        statement(alone, r#""Action":"sts:*","#, own),
        statement(alone, r#""NotAction":"sts:AssumeRole","#, own),
        statement(r#"{"Federated":["{a}","{b}"]}"#, assume, own),
        statement(r#"{"Federated":"{a}","Service":"ec2.amazonaws.com"}"#, assume, own),
        statement(r#"{"Federated":"{b}"}"#, assume, own),
        other(r#"{"StringEquals":{"{i}:aud":"sts.amazonaws.com"}}"#)
            .replace("sts.amazonaws.com", "other"),
        other(r#"{"StringEquals":{"{i}:sub":"{web}"}}"#),
        other(r#"{"StringEquals":{"{i}:aud":"sts.amazonaws.com","{i}:sub":[]}}"#),
        other(r#"{"StringEquals":{"{i}:aud":"sts.amazonaws.com","{i}:sub":["{web}",1]}}"#),
        other(r#"{"StringEquals":{"{i}:aud":"sts.amazonaws.com","{i}:sub":"{web}","k":"v"}}"#),
        other(
            r#"{"StringEquals":{"{i}:aud":"sts.amazonaws.com"},"StringEqualsIfExists":{"{i}:sub":"{web}"}}"#,
        ),
        other(
            r#"{"StringEquals":{"{i}:aud":"sts.amazonaws.com"},"ForAnyValue:StringEquals":{"{i}:sub":"{web}"}}"#,
        ),
        other(r#"{"StringEquals":{"{i}:aud":"sts.amazonaws.com","{i}:sub":"{web}"},"Bool":{}}"#),
        other(
            r#"{"StringEquals":{"{i}:aud":"sts.amazonaws.com","{i}:sub":"{web}"},"StringLike":{"{i}:sub":"system:*"}}"#,
        ),
        other(r#"{"StringLike":{"{i}:aud":"sts.amazonaws.com","{i}:sub":"{web}"}}"#),
        format!(
            r#"{{"Version":"2012-10-17",{}"#,
            &other(r#"{"StringEquals":{"{i}:aud":"sts.amazonaws.com","{i}:sub":"${aws:x}"}}"#)[1..]
        ),
    ] {
        assert!(!joins(&text), "{text}");
    }
    let pattern = pattern("system:serviceaccount:other:*");
    let edit = read(&other(own)).grant(&pattern).unwrap();
    assert_eq!(edit.policy().statements().count(), 2, "a pattern never joins StringEquals");
}

#[test]
fn what_is_not_the_grant_is_not_revoked() {
    let account = |text: &str| Grant::aws(text.parse().unwrap());
    let aws = read(
        r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":["111122223333","arn:aws:iam::444455556666:root","arn:aws:iam::444455556666:role/r"]},"Action":"sts:AssumeRole"}]}"#,
    );
    for (gone, left) in [
        ("111122223333", 2),
        ("arn:aws:iam::111122223333:root", 2),
        ("444455556666", 2),
        ("arn:aws:iam::444455556666:role/r", 2),
        ("arn:aws:iam::111122223333:role/r", 3),
        ("arn:aws:iam::777788889999:root", 3),
    ] {
        let edit = aws.revoke(&account(gone)).unwrap();
        let principal = edit.policy().statement(0).unwrap().principal().unwrap();
        assert_eq!(principal.entries().count(), left, "{gone}");
    }
    // The same subject for another audience, and by another provider.
    let policy =
        read(&under(r#"{"StringEquals":{"{i}:aud":"other","{i}:sub":["{api}","{web}"]}}"#));
    assert!(policy.revoke(&WebIdentityGrant::new(&a(), api()).into()).unwrap().is_unchanged());
    assert!(policy.revoke(&WebIdentityGrant::new(&b(), api()).into()).unwrap().is_unchanged());
    let other = WebIdentityGrant::new(&a(), api()).dangerous_audiences(["other".parse().unwrap()]);
    let edit = policy.revoke(&other.into()).unwrap();
    assert_eq!(edit.policy().grants().len(), 1);
}

#[test]
fn an_empty_condition_is_filled_as_its_document_is_laid_out() {
    let tall = |condition: &str| {
        format!(
            "{{\n  \"Statement\": [\n    {{\n      \"Effect\": \"Allow\",\n      \"Principal\": {{\n        \"Federated\": \"{{a}}\"\n      }},\n      \"Action\": \"{{wi}}\",\n      \"Condition\": {condition}\n    }}\n  ]\n}}\n"
        )
    };
    let pinned =
        "{\n        \"StringEquals\": {\n          \"{i}:sub\": \"{api}\"\n        }\n      }";
    for before in ["{}", "{ }", "{\n        \"StringEquals\": {}\n      }"] {
        check(&read(&tall(before)).pin_subject(&a(), &api()).unwrap(), &tall(pinned));
    }
    let flat = r#"{"StringEquals":{"{i}:sub":"{api}"}}"#;
    check(&read(&under("{}")).pin_subject(&a(), &api()).unwrap(), &under(flat));
}

#[test]
fn a_deny_that_refuses_another_provider_or_subject_refuses_nothing() {
    let of = |effect: &str, provider: &str, condition: &str| {
        format!(
            r#"{{"Effect":"{effect}","Principal":{{"Federated":"{provider}"}},"Action":"{{wi}}"{condition}}}"#
        )
    };
    let on_web = r#","Condition":{"StringEquals":{"{i}:sub":"{web}"}}"#;
    let statements = [
        of("Allow", "{a}", ""),
        of("Allow", "{b}", ""),
        of("Deny", "{b}", ""),
        of("Deny", "{a}", on_web),
    ];
    let policy = read(&format!(r#"{{"Statement":[{}]}}"#, statements.join(",")));
    let edit = policy.pin_subject(&a(), &api()).unwrap();
    assert!(edit.blocked_by().is_empty(), "{:?}", edit.blocked_by());
    let edit = policy.pin_subject(&a(), &web()).unwrap();
    assert_eq!(edit.blocked_by().len(), 1);
}

#[test]
fn a_deny_that_refuses_a_part_of_one_grant_and_all_of_another_refuses_all() {
    let allow = |aud: &str| {
        format!(
            r#"{{"Effect":"Allow","Principal":{{"Federated":"{{a}}"}},"Action":"{{wi}}","Condition":{{"StringEquals":{{"{{i}}:aud":{aud}}}}}}}"#
        )
    };
    let deny = allow("\"x\"").replace("Allow", "Deny");
    let (both, one) = (allow(r#"["x","y"]"#), allow("\"x\""));
    let policy = read(&format!(r#"{{"Statement":[{both},{one},{deny}]}}"#));
    let edit = policy.pin_subject(&a(), &api()).unwrap();
    let blocked: Vec<_> = edit.blocked_by().iter().map(|b| (b.statement, b.wholly)).collect();
    assert_eq!(blocked, [(2, true)]);
}

#[test]
fn a_wider_statement_still_allows_what_is_revoked() {
    let policy = TrustPolicy::web_identity(&a()).subject(api()).build();
    let policy = policy.grant(&pattern("system:*")).unwrap().into_policy();
    let edit = policy.revoke(&Grant::web_identity(&a(), api())).unwrap();
    assert_eq!(edit.policy().statements().count(), 1);
    assert_eq!(edit.still_allowed_by()[0].statement, 0);
    assert!(edit.still_allowed_by()[0].wholly);
}

#[test]
fn an_account_is_revoked_by_id_where_iam_gave_back_its_root() {
    let tells = |principal: &str| {
        read(&format!(
            r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"AWS":["{principal}","210987654321"]}},"Action":"sts:AssumeRole"}}]}}"#
        ))
    };
    let left = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":["210987654321"]},"Action":"sts:AssumeRole"}]}"#;
    let (id, root) = ("123456789012", "arn:aws:iam::123456789012:root");
    for (told, named) in [(root, id), (id, root), (id, id)] {
        let grant = Grant::aws(named.parse().unwrap());
        check(&tells(told).revoke(&grant).unwrap(), left);
        check_unchanged(&tells(told).revoke(&grant.with_session_tags()).unwrap(), &tells(told));
    }
    let role = Grant::aws("arn:aws:iam::123456789012:role/x".parse().unwrap());
    check_unchanged(&tells(root).revoke(&role).unwrap(), &tells(root));
}

#[test]
fn a_subject_that_is_pinned_in_vain_is_told() {
    for (action, condition, why) in [
        (
            "{wi}",
            r#""StringEqualsIfExists":{"{i}:sub":"{web}"}"#,
            r#"`StringEqualsIfExists on oidc.example.com/id/A:sub: "system:serviceaccount:shop:web"` never holds for it"#,
        ),
        (
            "{wi}",
            r#""StringEquals":{"{j}:aud":"x"}"#,
            r#"`StringEquals on oidc.example.com/id/B:aud: "x"` never holds for it"#,
        ),
        ("sts:AssumeRole", "", "the action is not for it"),
    ] {
        let policy = read(&format!(
            r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"Federated":"{{a}}"}},"Action":"{action}","Condition":{{{condition}}}}}]}}"#
        ));
        let edit = policy.pin_subject(&a(), &api()).unwrap();
        let [notice] = edit.notices() else { unreachable!("{:?}", edit.notices()) };
        assert_eq!(notice.code, "edit.in-vain");
        assert_eq!(
            notice.message,
            format!("statement 0 still doesn't let in `system:serviceaccount:shop:api`: {why}")
        );
    }
}

#[test]
fn a_subject_that_was_pinned_in_vain_is_told() {
    let pinned = r#"{"StringEquals":{"{i}:sub":"{api}"},"StringNotEquals":{"{i}:sub":"{api}"}}"#;
    let policy = read(&under(pinned));
    let edit = policy.pin_subject(&a(), &api()).unwrap();
    assert!(edit.is_unchanged());
    assert_eq!(edit.notices().iter().map(|n| n.code).collect::<Vec<_>>(), ["edit.in-vain"]);
    // One statement that lets it in is enough.
    let two = policy.grant(&Grant::from(WebIdentityGrant::new(&a(), api()))).unwrap();
    let edit = two.policy().pin_subject(&a(), &api()).unwrap();
    assert!(edit.is_unchanged() && edit.notices().is_empty(), "{:?}", edit.notices());
}

#[test]
fn a_grant_of_every_subject_is_not_taken_from_those_that_its_keys_guard() {
    let condition = r#"{"StringEquals":{"{i}:aud":"sts.amazonaws.com"}}"#;
    let policy = read(&under(condition).replace(r#""{a}""#, r#"["{a}","{b}"]"#));
    let grant = WebIdentityGrant::dangerous_any_subject(&a());
    let error = policy.revoke(&grant.into()).unwrap_err();
    assert!(matches!(error, EditError::Guarded(_)), "{error}");
}

#[test]
fn changes_have_their_place() {
    let before = TrustPolicy::from(&Grant::web_identity(&a(), api()));
    let joined = before.grant(&Grant::web_identity(&a(), web())).unwrap();
    let pod = joined.policy().grant(&Grant::pod_identity()).unwrap();
    let text = |policy: &TrustPolicy, edit: &Edit| {
        policy.as_str()[edit.changes()[0].place.span.clone()].to_owned()
    };
    assert_eq!(text(&before, &joined), format!("\"{}\"", api()));
    assert!(text(pod.policy(), &pod).starts_with(r#"{"Effect":"Allow","Principal":{"Service":"#));
    assert_eq!(pod.changes()[0].place.pointer, "/Statement/1");
}

#[test]
fn a_provider_comes_beside_or_in_the_place_of_another() {
    let before = r#"{"Statement":{ "Sid":"X", "Effect":"Allow","Principal":{"Federated":"{a}"},"Action":"{wi}","Condition":{"StringEquals":{"OIDC.example.com/id/A:aud":"x"}}}}"#;
    let edit = read(before).add_provider(&a(), &b()).unwrap();
    check(
        &edit,
        r#"{"Statement":[{ "Sid":"X", "Effect":"Allow","Principal":{"Federated":"{a}"},"Action":"{wi}","Condition":{"StringEquals":{"OIDC.example.com/id/A:aud":"x"}}}, { "Effect":"Allow","Principal":{"Federated":"{b}"},"Action":"{wi}","Condition":{"StringEquals":{"{j}:aud":"x"}}}]}"#,
    );
    check_unchanged(&edit.policy().add_provider(&a(), &b()).unwrap(), edit.policy());
    check(
        &edit.policy().remove_provider(&b()).unwrap(),
        r#"{"Statement":[{ "Sid":"X", "Effect":"Allow","Principal":{"Federated":"{a}"},"Action":"{wi}","Condition":{"StringEquals":{"OIDC.example.com/id/A:aud":"x"}}}]}"#,
    );
    check(
        &read(before).replace_provider(&a(), &b()).unwrap(),
        r#"{"Statement":{ "Sid":"X", "Effect":"Allow","Principal":{"Federated":"{b}"},"Action":"{wi}","Condition":{"StringEquals":{"{j}:aud":"x"}}}}"#,
    );
}

#[test]
fn a_provider_leaves_a_shared_statement() {
    let before = read(
        r#"{"Statement":[{"Effect":"Allow","Principal":{"Federated":["{a}", "{b}"]},"Action":"{wi}"},{"Effect":"Deny","Principal":{"Federated":"{a}"},"Action":"{wi}"}]}"#,
    );
    let edit = before.remove_provider(&a()).unwrap();
    check(
        &edit,
        r#"{"Statement":[{"Effect":"Allow","Principal":{"Federated":["{b}"]},"Action":"{wi}"},{"Effect":"Deny","Principal":{"Federated":"{a}"},"Action":"{wi}"}]}"#,
    );
    let notices: Vec<_> =
        edit.notices().iter().map(|n| (n.code, n.severity, n.message.as_str())).collect();
    let stays = format!("statement 1 denies `{A}` and stays as it is");
    assert_eq!(notices, [("edit.deny-stays", Severity::Note, stays.as_str())]);
    assert_eq!(edit.changes()[0].message, format!("removed `{A}` from its principals"));
    let pruned = before.prune_providers(&[b()]).unwrap();
    assert_eq!(pruned, edit);
    check_unchanged(&before.prune_providers(&[a(), b()]).unwrap(), &before);
}
