//! The vectors of edits: the text before, and after, or the reason of the refusal.

use iamwire_core::{
    Audience, Edit, EditError, Grant, ProviderArn, ServiceAccountRef, Subject, SubjectPattern,
    TrustPolicy, WebIdentityGrant,
};
use iamwire_tests::{Vector, vectors};

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
