//! The laws of editing, on documents made at random.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test that stops says where, and a table is long"
)]

use std::fmt::Write as _;

use iamwire_core::{
    Audience, Decision, Edit, EditError, Effect, Grant, ProviderArn, Request, Standing, Subject,
    SubjectPattern, Touch, TrustPolicy, WebIdentityGrant,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

const ISSUERS: [&str; 3] = ["oidc.example.com/id/A", "oidc.example.com/id/B", "c.example"];
const SUBJECTS: [&str; 5] = [
    "system:serviceaccount:shop:api",
    "system:serviceaccount:shop:web",
    "system:serviceaccount:ops:api",
    "system:serviceaccount:shop:*",
    "${x}*",
];
const PATTERNS: [&str; 5] =
    ["system:serviceaccount:shop:*", "system:serviceaccount:*", "*", "*:api", "*shop:a?i"];
const AUDIENCES: [&str; 3] = ["sts.amazonaws.com", "other", "${$}"];

fn provider(issuer: &str) -> ProviderArn {
    format!("arn:aws:iam::123456789012:oidc-provider/{issuer}").parse().unwrap()
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// One value or a list.
fn values(list: &[String], single: bool) -> String {
    match list {
        [one] if single => one.clone(),
        many => format!("[{}]", many.join(",")),
    }
}

fn providers() -> impl Strategy<Value = ProviderArn> + Clone {
    select(&ISSUERS[..]).prop_map(provider)
}

fn subjects() -> impl Strategy<Value = Subject> {
    select(&SUBJECTS[..]).prop_map(Subject::from)
}

fn grants() -> impl Strategy<Value = Grant> {
    let audiences = proptest::sample::subsequence(AUDIENCES.to_vec(), 0..3);
    let subject = (0..3_u8, select(&SUBJECTS[..]), select(&PATTERNS[..]));
    let web = (providers(), subject, audiences).prop_map(|(provider, subject, audiences)| {
        let grant = match subject {
            (0, subject, _) => WebIdentityGrant::new(&provider, subject),
            (1, _, pattern) => WebIdentityGrant::dangerous_pattern(
                &provider,
                SubjectPattern::dangerous_parse(pattern).unwrap(),
            ),
            _ => WebIdentityGrant::dangerous_any_subject(&provider),
        };
        let audiences = audiences.iter().map(|a| a.parse::<Audience>().unwrap());
        Grant::from(grant.dangerous_audiences(audiences))
    });
    let others = select(vec![
        Grant::pod_identity(),
        Grant::service("ec2.amazonaws.com".parse().unwrap()),
        Grant::aws("123456789012".parse().unwrap()),
        Grant::aws("arn:aws:iam::123456789012:role/a/b".parse().unwrap()).with_session_tags(),
    ]);
    prop_oneof![6 => web, 1 => others]
}

/// The canonical form, which edits join and merge.
fn canonical() -> impl Strategy<Value = String> {
    let values_of = |all: &'static [&'static str]| {
        (proptest::sample::subsequence(all.to_vec(), 1..3), any::<bool>())
            .prop_map(|(v, single)| values(&v.into_iter().map(json).collect::<Vec<_>>(), single))
    };
    let like = [&PATTERNS[..], &SUBJECTS[..3]].concat().leak();
    let sub = prop_oneof![
        values_of(&SUBJECTS).prop_map(|v| ("StringEquals", v)),
        values_of(like).prop_map(|v| ("StringLike", v)),
    ];
    (select(&ISSUERS[..2]), sub, proptest::option::of(values_of(&AUDIENCES)), any::<bool>())
        .prop_map(|(issuer, (operator, sub), aud, list)| {
            let sub = format!("\"{issuer}:sub\":{sub}");
            let aud = aud.map(|aud| format!("\"{issuer}:aud\":{aud}"));
            let condition = match (operator, aud) {
                ("StringEquals", Some(aud)) => format!("\"StringEquals\":{{{aud},{sub}}}"),
                (operator, Some(aud)) => {
                    format!("\"{operator}\":{{{sub}}},\"StringEquals\":{{{aud}}}")
                }
                (operator, None) => format!("\"{operator}\":{{{sub}}}"),
            };
            let arn = values(&[json(provider(issuer).as_str())], !list);
            format!(
                r#"{{"Effect":"Allow","Principal":{{"Federated":{arn}}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{{condition}}}}}"#
            )
        })
}

/// Anything that IAM takes, and some that it doesn't.
fn statement() -> impl Strategy<Value = String> {
    let principals =
        proptest::sample::subsequence(vec!["A", "B", "C", "aws", "star", "service", "other"], 1..3)
            .prop_map(|kinds| {
                let federated: Vec<String> = ["A", "B", "C"]
                    .iter()
                    .zip(ISSUERS)
                    .filter(|(name, _)| kinds.contains(name))
                    .map(|(_, issuer)| json(provider(issuer).as_str()))
                    .collect();
                let mut members = Vec::new();
                if !federated.is_empty() {
                    members.push(format!("\"Federated\":{}", values(&federated, true)));
                }
                for (name, member) in [
                    ("aws", r#""AWS":["123456789012"]"#),
                    ("service", r#""Service":"ec2.amazonaws.com""#),
                    ("other", r#""Future":"x""#),
                ] {
                    if kinds.contains(&name) {
                        members.push(member.to_owned());
                    }
                }
                if kinds.contains(&"star") && !kinds.contains(&"aws") {
                    members.push(r#""AWS":"*""#.to_owned());
                }
                format!("\"Principal\":{{{}}}", members.join(","))
            });
    let odd = select(
        &[r#""Principal":"*""#, r#""Principal":{"AWS":3}"#, r#""NotPrincipal":{"AWS":"*"}"#][..],
    );
    let principals = prop_oneof![12 => principals, 1 => odd.prop_map(str::to_owned)];
    let key = (select(&ISSUERS[..]), select(&["sub", "aud", "SUB", "email"][..]))
        .prop_map(|(issuer, claim)| format!("{issuer}:{claim}"));
    let key = prop_oneof![6 => key, 1 => Just("aws:SourceIp".to_owned())];
    let operator = select(
        &[
            "StringEquals",
            "StringEquals",
            "StringLike",
            "StringLike",
            "ForAnyValue:StringLike",
            "StringNotEquals",
            "StringNotLike",
            "StringEqualsIfExists",
            "ForAllValues:StringLike",
            "StringEqualsIgnoreCase",
            "Null",
            "Unknown",
        ][..],
    );
    let texts = [&SUBJECTS[..], &PATTERNS[..], &AUDIENCES[..], &["true"]].concat();
    let value = (proptest::sample::subsequence(texts, 0..3), any::<bool>())
        .prop_map(|(v, single)| values(&v.into_iter().map(json).collect::<Vec<_>>(), single));
    let odd = select(&["5", "null", "[true,{}]", "{}"][..]).prop_map(str::to_owned);
    let value = prop_oneof![12 => value, 1 => odd];
    let conditions = proptest::collection::vec((operator, key, value), 0..3).prop_map(|list| {
        let mut blocks: Vec<(&str, Vec<(String, String)>)> = Vec::new();
        for (operator, key, value) in list {
            let at = blocks.iter().position(|(name, _)| *name == operator);
            let at = at.unwrap_or_else(|| {
                blocks.push((operator, Vec::new()));
                blocks.len() - 1
            });
            let block = &mut blocks[at].1;
            if block.iter().all(|(known, _)| !known.eq_ignore_ascii_case(&key)) {
                block.push((key, value));
            }
        }
        let mut text = String::new();
        for (i, (operator, block)) in blocks.iter().enumerate() {
            let members: Vec<String> = block.iter().map(|(k, v)| format!("\"{k}\":{v}")).collect();
            let comma = if i > 0 { "," } else { "" };
            write!(text, "{comma}\"{operator}\":{{{}}}", members.join(",")).unwrap();
        }
        format!("{{{text}}}")
    });
    let odd = select(&["[]", "null", r#"{"StringEquals":[]}"#, r#"{"Unknown":{}}"#][..]);
    let conditions = prop_oneof![16 => conditions, 1 => odd.prop_map(str::to_owned)];
    let effect = select(&["Allow", "Allow", "Allow", "Deny", "allow"][..]);
    let action = select(
        &[
            r#""Action":"sts:AssumeRoleWithWebIdentity""#,
            r#""Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession"]"#,
            r#""Action":"sts:AssumeRole""#,
            r#""Action":"sts:*""#,
            r#""NotAction":["sts:TagSession"]"#,
            r#""Action":3"#,
            r#""Action":["sts:AssumeRoleWithWebIdentity",null]"#,
            r#""NotAction":["sts:AssumeRole",{}]"#,
        ][..],
    );
    let extra = prop_oneof![8 => Just(""), 1 => Just(r#","Sid":"a""#), 1 => Just(r#","x":1"#)];
    (effect, principals, action, conditions, extra).prop_map(
        |(effect, principal, action, conditions, extra)| {
            format!(
                r#"{{"Effect":"{effect}",{principal},{action},"Condition":{conditions}{extra}}}"#
            )
        },
    )
}

fn policies() -> impl Strategy<Value = TrustPolicy> {
    let statements = proptest::collection::vec(prop_oneof![canonical(), statement()], 1..5);
    let version = select(
        &[
            r#""Version":"2012-10-17","#,
            r#""Version":"2012-10-17","#,
            "",
            r#""Version":"2030-01-01","#,
        ][..],
    );
    (statements, version, any::<bool>(), 0..3_u8).prop_map(|(list, version, single, layout)| {
        let list = values(&list, single);
        let compact: TrustPolicy = format!("{{{version}\"Statement\":{list}}}").parse().unwrap();
        match layout {
            0 => compact,
            1 => compact.to_pretty().parse().unwrap(),
            _ => compact.to_pretty().replace('\n', "\r\n").replace("  ", "\t").parse().unwrap(),
        }
    })
}

/// A token's request, with what it carries.
#[derive(Debug, Clone)]
struct Call {
    provider: ProviderArn,
    subject: Subject,
    audience: &'static str,
    request: Request,
}

fn call(provider: &ProviderArn, subject: &Subject, audience: &'static str) -> Call {
    let request = Request::web_identity(provider)
        .with(&provider.issuer().condition_key("sub"), [subject.as_str()])
        .with(&provider.issuer().condition_key("aud"), [audience])
        .with("aws:SourceIp", ["10.0.0.1"]);
    Call { provider: provider.clone(), subject: subject.clone(), audience, request }
}

/// Every call that differs to these documents.
fn calls() -> Vec<Call> {
    let mut calls = Vec::new();
    for issuer in ISSUERS {
        for subject in SUBJECTS.into_iter().chain(["", "x:api", "system:serviceaccount:shop:abi"]) {
            for audience in AUDIENCES {
                calls.push(call(&provider(issuer), &subject.into(), audience));
            }
        }
    }
    calls
}

fn other_requests() -> Vec<Request> {
    let role = "arn:aws:iam::123456789012:role/a/b";
    vec![
        Request::aws(role).unwrap(),
        Request::aws(role).unwrap().action("sts:TagSession"),
        Request::aws("arn:aws:iam::210987654321:user/u").unwrap(),
        Request::service("ec2.amazonaws.com"),
        Request::service("pods.eks.amazonaws.com"),
    ]
}

/// No call outside those that the edit names is decided in another way.
fn check_frame(
    before: &TrustPolicy,
    after: &TrustPolicy,
    named: impl Fn(&Call) -> bool,
) -> Result<(), TestCaseError> {
    let (old, new) = (before.prepare(), after.prepare());
    for call in calls().iter().filter(|call| !named(call)) {
        let (was, is) = (old.decide(&call.request), new.decide(&call.request));
        prop_assert_eq!(was, is, "{:?}\n{}\n{}", call, before, after);
    }
    check_others(before, after, |_| false)
}

fn check_others(
    before: &TrustPolicy,
    after: &TrustPolicy,
    named: impl Fn(&Request) -> bool,
) -> Result<(), TestCaseError> {
    let (old, new) = (before.prepare(), after.prepare());
    for request in other_requests().iter().filter(|request| !named(request)) {
        prop_assert_eq!(old.decide(request), new.decide(request), "{:?} {}", request, before);
    }
    Ok(())
}

/// No call that isn't of the grant is decided in another way.
fn check_frame_of(
    grant: &Grant,
    before: &TrustPolicy,
    after: &TrustPolicy,
) -> Result<(), TestCaseError> {
    if let Some(web) = grant.as_web_identity() {
        let is_of = |c: &Call| c.provider == *web.provider() && grant.matches(&c.subject);
        return check_frame(before, after, is_of);
    }
    let alone = TrustPolicy::from(grant).prepare();
    let (old, new) = (before.prepare(), after.prepare());
    for call in calls() {
        prop_assert_eq!(old.decide(&call.request), new.decide(&call.request), "{:?}", call);
    }
    check_others(before, after, |request| alone.decide(request) != Decision::ImplicitDeny)
}

/// Statements that no change names keep their bytes, and what is unchanged keeps all.
fn check_bytes(before: &TrustPolicy, edit: &Edit) -> Result<(), TestCaseError> {
    if edit.is_unchanged() {
        prop_assert_eq!(before.as_str(), edit.policy().as_str());
    }
    let touched =
        |touch, index| edit.changes().iter().any(|c| c.statement == index && (c.touch == touch));
    let old = before
        .statements()
        .filter(|s| !touched(Touch::Removed, s.index()))
        .map(|s| (touched(Touch::Modified, s.index()), s.value().text()));
    let new: Vec<&str> = edit
        .policy()
        .statements()
        .filter(|s| !touched(Touch::Added, s.index()))
        .map(|s| s.value().text())
        .collect();
    let old: Vec<(bool, &str)> = old.collect();
    prop_assert_eq!(old.len(), new.len(), "{}\n{}", before, edit.policy());
    for ((modified, was), is) in old.iter().zip(new) {
        prop_assert_eq!(*modified, *was != is, "{}\n{}", was, is);
    }
    Ok(())
}

fn allowed(policy: &TrustPolicy, call: &Call) -> bool {
    policy.prepare().decide(&call.request) == Decision::Allowed
}

fn is_granted(policy: &TrustPolicy, grant: &Grant) -> bool {
    policy.grants().iter().any(|g| g.grant == *grant)
}

/// The calls that a grant lets in.
fn calls_of(grant: &Grant) -> Vec<Call> {
    let Some(web) = grant.as_web_identity() else { return Vec::new() };
    calls()
        .into_iter()
        .filter(|c| c.provider == *web.provider() && grant.matches(&c.subject))
        .filter(|c| {
            web.audiences().is_empty() || web.audiences().iter().any(|a| a.as_str() == c.audience)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_grant_is_read_as_it_was_written(grant in grants()) {
        let policy = TrustPolicy::from(&grant);
        let read: Vec<Grant> = policy.grants().into_iter().map(|g| g.grant).collect();
        prop_assert_eq!(read.as_slice(), std::slice::from_ref(&grant));
        prop_assert!(policy.grants().iter().all(|g| g.narrowed_by.is_empty() && g.denied_by.is_empty()));
        prop_assert!(policy.notices_of_grants().is_empty());
        prop_assert_eq!(policy.standing(&grant), Standing::Allowed);
    }

    #[test]
    fn what_is_granted_is_allowed_or_blocked(policy in policies(), grant in grants()) {
        let edit = match policy.grant(&grant) {
            Ok(edit) => edit,
            Err(error) => {
                prop_assert!(matches!(error, EditError::Unwritable(_)));
                return Ok(());
            }
        };
        check_bytes(&policy, &edit)?;
        for call in calls_of(&grant) {
            prop_assert!(allowed(edit.policy(), &call) || !edit.blocked_by().is_empty(), "{call:?}");
        }
        let again = edit.policy().grant(&grant).unwrap();
        prop_assert!(again.is_unchanged());
        prop_assert_eq!(again.policy(), edit.policy());
        check_frame_of(&grant, &policy, edit.policy())?;
    }

    #[test]
    fn revoking_undoes_a_grant(policy in policies(), grant in grants()) {
        let Ok(granted) = policy.grant(&grant) else { return Ok(()) };
        if is_granted(&policy, &grant) {
            return Ok(());
        }
        let back = granted.policy().revoke(&grant).unwrap();
        check_bytes(granted.policy(), &back)?;
        prop_assert!(back.policy().means_same(&policy), "{}\n{}\n{}", policy, granted.policy(), back.policy());
        let joined = granted.changes().first().is_some_and(|c| c.touch == Touch::Modified);
        let same = back.policy().as_str() == policy.as_str();
        let was_list = |c: &iamwire_core::Changed| policy.as_str()[c.place.span.clone()].starts_with('[');
        let place = granted.changes().first().filter(|_| joined);
        prop_assert!(!place.is_some_and(was_list) || same);
        if granted.changes().first().is_some_and(|c| c.touch == Touch::Added)
            && policy.json().root().member("Statement").unwrap().text().starts_with('[')
        {
            prop_assert!(same, "{}\n{}", policy, back.policy());
        }
    }

    #[test]
    fn what_is_revoked_is_refused_or_told(policy in policies(), grant in grants(), pick in any::<Index>()) {
        let own = policy.grants();
        let grant = if own.is_empty() { grant } else { pick.get(&own).grant.clone() };
        let edit = match policy.revoke(&grant) {
            Ok(edit) => edit,
            Err(error) => {
                let known = matches!(error, EditError::LastStatement(_) | EditError::Shared(_) | EditError::Guarded(_));
                prop_assert!(known, "{error}");
                return Ok(());
            }
        };
        check_bytes(&policy, &edit)?;
        prop_assert!(!is_granted(edit.policy(), &grant));
        for call in calls_of(&grant) {
            prop_assert!(!allowed(edit.policy(), &call) || !edit.still_allowed_by().is_empty(), "{call:?}");
        }
        check_frame_of(&grant, &policy, edit.policy())?;
        prop_assert!(edit.policy().revoke(&grant).unwrap().is_unchanged());
    }

    #[test]
    fn a_pinned_subject_is_the_only_one(policy in policies(), provider in providers(), subject in subjects()) {
        for narrow in [false, true] {
            let edit = if narrow { policy.narrow(&provider, &subject) } else { policy.pin_subject(&provider, &subject) };
            let Ok(edit) = edit else { continue };
            check_bytes(&policy, &edit)?;
            check_frame(&policy, edit.policy(), |c| c.provider == provider && !(narrow && c.subject == subject))?;
            for call in calls().iter().filter(|c| c.provider == provider && c.subject != subject) {
                prop_assert!(!allowed(edit.policy(), call), "{call:?} {}", edit.policy());
            }
            let again = if narrow { edit.policy().narrow(&provider, &subject) } else { edit.policy().pin_subject(&provider, &subject) };
            prop_assert!(again.unwrap().is_unchanged());
        }
    }

    #[test]
    fn the_subject_in_the_audiences_place(policy in policies(), provider in providers(), subject in subjects()) {
        let Ok(edit) = policy.replace_audience_with_subject(&provider, &subject) else { return Ok(()) };
        check_bytes(&policy, &edit)?;
        let lost = edit.notices().iter().any(|notice| notice.code == "edit.audience-lost");
        prop_assert_eq!(edit.is_unchanged(), !lost);
        check_frame(&policy, edit.policy(), |c| c.provider == provider)?;
        for call in calls().iter().filter(|c| c.provider == provider && c.subject != subject) {
            prop_assert!(!allowed(edit.policy(), call), "{call:?}");
        }
        let again = edit.policy().replace_audience_with_subject(&provider, &subject).unwrap();
        prop_assert!(again.is_unchanged());
    }

    #[test]
    fn providers_come_and_go(policy in policies(), a in providers(), b in providers()) {
        if let Ok(edit) = policy.add_provider(&a, &b) {
            check_bytes(&policy, &edit)?;
            check_frame(&policy, edit.policy(), |c| c.provider == a || c.provider == b)?;
            check_frame(&policy, edit.policy(), |c| c.provider != a)?;
            prop_assert!(edit.policy().add_provider(&a, &b).unwrap().is_unchanged());
        }
        if let Ok(edit) = policy.replace_provider(&a, &b) {
            check_bytes(&policy, &edit)?;
            check_frame(&policy, edit.policy(), |c| c.provider == a || c.provider == b)?;
            prop_assert!(a == b || !edit.policy().trusted_providers().contains(&a));
        }
        if let Ok(edit) = policy.remove_provider(&a) {
            check_bytes(&policy, &edit)?;
            check_frame(&policy, edit.policy(), |c| c.provider == a)?;
            prop_assert!(!edit.policy().trusted_providers().contains(&a));
            let mut kept = policy.trusted_providers();
            kept.retain(|p| *p != a);
            prop_assert_eq!(&policy.prune_providers(&kept).unwrap(), &edit);
        }
        if let Ok(edit) = policy.prune_providers(std::slice::from_ref(&a)) {
            check_bytes(&policy, &edit)?;
            check_frame(&policy, edit.policy(), |c| c.provider != a)?;
            prop_assert!(edit.policy().trusted_providers().iter().all(|p| *p == a));
        }
    }

    #[test]
    fn compacting_decides_alike(policy in policies()) {
        let edit = policy.compact().unwrap();
        check_bytes(&policy, &edit)?;
        check_frame(&policy, edit.policy(), |_| false)?;
        prop_assert!(edit.policy().compact().unwrap().is_unchanged());
        prop_assert!(edit.policy().size() <= policy.size());
    }

    #[test]
    fn standing_and_grants_agree_with_decisions(policy in policies(), grant in grants()) {
        let standing = policy.standing(&grant);
        for call in calls_of(&grant) {
            match standing {
                Standing::Allowed => prop_assert!(allowed(&policy, &call), "{call:?}"),
                Standing::Refused => prop_assert!(!allowed(&policy, &call), "{call:?}"),
                _ => {}
            }
        }
        let told = policy.grants();
        let untold = !policy.notices_of_grants().is_empty();
        for call in calls().iter().filter(|c| allowed(&policy, c)) {
            let by = told.iter().any(|g| {
                g.grant.as_web_identity().is_some_and(|w| *w.provider() == call.provider)
                    && g.grant.matches(&call.subject)
            });
            prop_assert!(by || untold, "{call:?} is allowed by nothing that is told");
        }
        for granted in &told {
            let denies = policy.statements().any(|s| s.effect() != Some(Effect::Allow));
            let free = granted.narrowed_by.is_empty() && granted.denied_by.is_empty();
            if free && !denies {
                for call in calls_of(&granted.grant) {
                    prop_assert!(allowed(&policy, &call), "{call:?} {granted}");
                }
            }
        }
    }
}
