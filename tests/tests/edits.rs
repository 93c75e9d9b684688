//! The vectors of edits: the text before, and after, or the reason of the refusal.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops says where")]

use std::fmt::Write as _;

use iamwire_core::{
    Audience, Edit, EditError, Grant, ProviderArn, ServiceAccountRef, Subject, SubjectPattern,
    TrustPolicy, WebIdentityGrant,
};
use iamwire_tests::{Vector, documents, is_encoded, vectors};

fn provider(vector: &Vector, name: &str) -> ProviderArn {
    vector.text(name).parse().unwrap()
}

fn account(vector: &Vector) -> Subject {
    Subject::from(vector.text("service_account").parse::<ServiceAccountRef>().unwrap())
}

fn grant(vector: &Vector) -> Grant {
    let provider = provider(vector, "provider");
    let grant = match vector.text("pattern").as_str() {
        "" => WebIdentityGrant::new(&provider, account(vector)),
        pattern => WebIdentityGrant::dangerous_pattern(
            &provider,
            SubjectPattern::dangerous_parse(pattern).unwrap(),
        ),
    };
    let audiences = vector.member("audiences").unwrap();
    let audiences = audiences.elements().map(|a| a.as_str().unwrap().parse::<Audience>().unwrap());
    Grant::from(grant.dangerous_audiences(audiences))
}

fn edited(vector: &Vector, policy: &TrustPolicy) -> Result<Edit, EditError> {
    let of = || provider(vector, "provider");
    let new = || provider(vector, "new_provider");
    match vector.text("edit").as_str() {
        "grant" => policy.grant(&grant(vector)),
        "revoke" => policy.revoke(&grant(vector)),
        "pin_subject" => policy.pin_subject(&of(), &account(vector)),
        "narrow" => policy.narrow(&of(), &account(vector)),
        "replace_audience_with_subject" => {
            policy.replace_audience_with_subject(&of(), &account(vector))
        }
        "add_provider" => policy.add_provider(&of(), &new()),
        "replace_provider" => policy.replace_provider(&of(), &new()),
        "remove_provider" => policy.remove_provider(&of()),
        "prune_providers" => {
            let known = vector.member("known").unwrap().elements();
            let known: Vec<_> = known.map(|v| v.as_str().unwrap().parse().unwrap()).collect();
            policy.prune_providers(&known)
        }
        "compact" => policy.compact(),
        other => panic!("{}: no edit `{other}`", vector.title()),
    }
}

/// The reason as the vectors name it.
fn reason(error: &EditError) -> &'static str {
    match error {
        EditError::NotTrusted(_) => "not_trusted",
        EditError::Shared(_) => "several_providers",
        EditError::OtherSubject(_) => "other_subject",
        EditError::NoMatch(_) => "no_match",
        EditError::Audience(_) => "other_audience_operator",
        EditError::Guarded(_) => "guarded",
        EditError::LastStatement(_) => "last_statement",
        EditError::Broken(_) => "broken",
        _ => "other",
    }
}

#[test]
fn each_vector_holds() {
    let mut wrong = Vec::new();
    for vector in vectors("edits") {
        let before: TrustPolicy = vector.text("before").parse().unwrap();
        let expected = match (vector.member("refused"), vector.member("unchanged")) {
            (Some(_), _) => format!("refused: {}", vector.text("refused")),
            (_, Some(_)) => "unchanged".to_owned(),
            _ => vector.text("after"),
        };
        let found = match edited(&vector, &before) {
            Err(error) => format!("refused: {}", reason(&error)),
            Ok(edit) if edit.is_unchanged() => {
                assert_eq!(edit.policy().as_str(), before.as_str(), "{}", vector.title());
                "unchanged".to_owned()
            }
            Ok(edit) => edit.policy().to_string(),
        };
        if found != expected {
            wrong.push(format!("{}:\n  {found}\nnot\n  {expected}", vector.title()));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The documents that are read, by name.
fn policies() -> impl Iterator<Item = (String, TrustPolicy)> {
    documents().into_iter().filter_map(|(name, text)| {
        let policy = if is_encoded(&name) {
            TrustPolicy::from_percent_encoded(&text)
        } else {
            TrustPolicy::parse(&text)
        };
        policy.ok().map(|policy| (name, policy))
    })
}

#[test]
fn each_document_takes_a_grant_and_gives_it_back() {
    let provider: ProviderArn =
        "arn:aws:iam::123456789012:oidc-provider/oidc.example.com/new".parse().unwrap();
    let grant = Grant::web_identity(&provider, "system:serviceaccount:shop:api");
    let mut count = 0;
    for (name, policy) in policies().filter(|(_, p)| p.statements().next().is_some()) {
        let edit = policy.grant(&grant).unwrap();
        let granted = edit.policy().grants();
        let new = granted.last().unwrap();
        assert_eq!(new.grant, grant, "{name}");
        assert_eq!(new.denied_by, edit.blocked_by(), "{name}");
        let back = edit.policy().revoke(&grant).unwrap();
        let was_list = policy.json().root().member("Statement").unwrap().text().starts_with('[');
        if was_list {
            assert_eq!(back.policy().as_str(), policy.as_str(), "{name}");
        }
        assert!(back.policy().means_same(&policy), "{name}");
        count += 1;
    }
    assert!(count > 60, "{count} documents");
}

#[test]
fn what_each_document_grants_can_be_revoked() {
    for (name, policy) in policies() {
        for granted in policy.grants() {
            match policy.revoke(&granted.grant) {
                Ok(edit) => {
                    assert!(!edit.is_unchanged(), "{name}: {granted}");
                    assert!(edit.policy().grants().iter().all(|g| g.grant != granted.grant));
                }
                Err(error) => assert!(
                    matches!(
                        error,
                        EditError::LastStatement(_) | EditError::Shared(_) | EditError::Guarded(_)
                    ),
                    "{name}: {error}"
                ),
            }
        }
    }
}

/// What each document grants, in words: one snapshot, so that a change of reading is seen.
#[test]
fn what_each_document_grants_in_words() {
    let mut words = String::new();
    for (name, policy) in policies() {
        writeln!(words, "{name}").unwrap();
        for granted in policy.grants() {
            writeln!(words, "  {granted} ({})", granted.grant.breadth()).unwrap();
        }
        for notice in policy.notices_of_grants() {
            writeln!(words, "  {notice}").unwrap();
        }
    }
    insta::assert_snapshot!(words);
}
