//! Edits that are refused: one table of input, error and help, one snapshot.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a test that stops says where, and a table is long"
)]

use std::fmt::Write as _;

use miette::Diagnostic;

use iamwire_core::{Edit, EditError, Grant, ProviderArn, Subject, TrustPolicy};

fn provider(id: &str) -> ProviderArn {
    format!("arn:aws:iam::123456789012:oidc-provider/oidc.example.com/{id}").parse().unwrap()
}

/// A statement that trusts these, with this condition; `A:` in it is the key prefix of provider A.
fn allow(principal: &str, condition: &str) -> String {
    let text = format!(
        r#"{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{condition}}}"#
    );
    text.replace("\"A:", "\"oidc.example.com/A:").replace("\"B:", "\"oidc.example.com/B:")
}

fn federated(ids: &[&str]) -> String {
    let arns: Vec<String> = ids.iter().map(|id| format!("\"{}\"", provider(id))).collect();
    format!(r#"{{"Federated":[{}]}}"#, arns.join(","))
}

fn policy(statements: &[String]) -> TrustPolicy {
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(",")).parse().unwrap()
}

#[derive(Default)]
struct Table(String);

impl Table {
    fn refused(&mut self, what: &str, policy: &TrustPolicy, edit: Result<Edit, EditError>) {
        let Err(error) = edit else { panic!("{what} was taken") };
        self.error(what, policy, &error);
    }

    fn error(&mut self, what: &str, policy: &TrustPolicy, error: &EditError) {
        let place = error.place().map_or("the whole".to_owned(), |place| {
            format!("{} {}", place.pointer, policy.as_str().get(place.span.clone()).unwrap())
        });
        let statement = error.statement().map_or("none".to_owned(), |index| index.to_string());
        let (code, help) = (error.code(), error.help());
        assert_eq!(Diagnostic::code(error).unwrap().to_string(), code);
        let labels: Vec<_> = Diagnostic::labels(error).into_iter().flatten().collect();
        assert_eq!(labels.len(), usize::from(error.place().is_some()));
        assert!(labels.iter().all(|label| label.label() == Some("here")));
        write!(
            self.0,
            "{what}\n  at    {place}\n  statement {statement}\n  {code}: {error}\n  help: {help}\n  instead: {:?}\n\n",
            error.alternatives()
        )
        .unwrap();
    }
}

#[test]
fn refused() {
    let (a, b) = (&provider("A"), &provider("B"));
    let api: &Subject = &"system:serviceaccount:shop:api".into();
    let one = |condition| policy(&[allow(&federated(&["A"]), condition)]);
    let aud = || one(r#"{"StringEquals":{"A:aud":"sts.amazonaws.com"}}"#);
    let mut table = Table::default();

    let p = policy(&[allow(&federated(&["B"]), "{}"), allow(&federated(&["C"]), "{}")]);
    table.refused("pin_subject where two others are trusted", &p, p.pin_subject(a, api));
    table.refused("remove_provider where it is not trusted", &p, p.remove_provider(a));
    table.error("sole_provider of two", &p, &p.sole_provider().unwrap_err());
    let p = TrustPolicy::from(&Grant::pod_identity());
    table.refused("pin_subject where a service is trusted", &p, p.pin_subject(a, api));
    table.error("sole_provider of none", &p, &p.sole_provider().unwrap_err());
    let p: TrustPolicy = r#"{"Statement":{"Ref":"Trust"}}"#.parse().unwrap();
    table.error("sole_provider of an intrinsic", &p, &p.sole_provider().unwrap_err());
    let p =
        policy(&[allow(r#"{"Federated":"arn:aws:iam::${AWS::AccountId}:oidc-provider/x"}"#, "{}")]);
    table.refused("narrow where a template is trusted", &p, p.narrow(a, api));

    let p = policy(&[allow(&federated(&["A", "B"]), "{}")]);
    table.refused("pin_subject of a shared statement", &p, p.pin_subject(a, api));
    table.refused("narrow of a shared statement", &p, p.narrow(a, api));
    let p = policy(&[
        allow(&federated(&["A", "B"]), r#"{"StringEquals":{"A:aud":"x"}}"#),
        allow(&federated(&["B"]), "{}"),
    ]);
    table.refused("remove_provider whose keys guard another", &p, p.remove_provider(a));
    table.refused(
        "prune_providers whose keys guard another",
        &p,
        p.prune_providers(std::slice::from_ref(b)),
    );
    let p = policy(&[
        allow(&federated(&["A", "B"]), r#"{"StringEquals":{"A:sub":"x"}}"#),
        allow(&federated(&["B"]), "{}"),
    ]);
    let grant = iamwire_core::WebIdentityGrant::new(a, "x").dangerous_without_audience();
    table.refused("revoke from a shared statement", &p, p.revoke(&grant.into()));

    let p = one(r#"{"StringEquals":{"A:sub":"x"}}"#);
    table.refused("pin_subject over another subject", &p, p.pin_subject(a, api));
    table.refused("narrow over another subject", &p, p.narrow(a, api));
    let p = one(r#"{"StringLike":{"A:sub":"system:serviceaccount:ops:*"}}"#);
    table.refused("pin_subject over a pattern", &p, p.pin_subject(a, api));
    table.refused("narrow over a pattern that does not match", &p, p.narrow(a, api));
    let p = one(r#"{"StringLike":{"A:sub":"system:*"},"StringEquals":{"A:sub":"x"}}"#);
    table.refused("narrow over a pattern and another condition", &p, p.narrow(a, api));
    let both = r#"{"StringEquals":{"A:aud":"x","A:sub":"API"},"StringLike":{"A:sub":"x*"}}"#;
    let both = both.replace("API", api.as_str());
    let p = one(&both);
    table.refused("pin_subject beside a pattern", &p, p.pin_subject(a, api));
    table.refused("narrow beside a pattern", &p, p.narrow(a, api));
    let edit = p.replace_audience_with_subject(a, api);
    table.refused("replace_audience beside the subject and a pattern", &p, edit);
    let p = one(r#"{"StringEqualsIgnoreCase":{"A:sub":"x"}}"#);
    table.refused(
        "replace_audience beside another subject",
        &p,
        p.replace_audience_with_subject(a, api),
    );

    let p = one("{}");
    table.refused("replace_audience of none", &p, p.replace_audience_with_subject(a, api));
    let p = one(r#"{"StringLike":{"A:aud":"sts.*"}}"#);
    table.refused("replace_audience of a pattern", &p, p.replace_audience_with_subject(a, api));
    let p = one(r#"{"StringEquals":{"A:aud":"x"},"StringLike":{"A:aud":"y"}}"#);
    table.refused("replace_audience of two", &p, p.replace_audience_with_subject(a, api));

    let p = aud();
    let grant = iamwire_core::WebIdentityGrant::dangerous_any_subject(a);
    table.refused("revoke of the last grant", &p, p.revoke(&grant.into()));
    table.refused("remove_provider of the last statement", &p, p.remove_provider(a));
    table.refused("prune_providers of all", &p, p.prune_providers(&[]));

    let p = one(r#"{"StringEquals":{"A:sub":"x","B:sub":"y"}}"#);
    table.refused("replace_provider where both have keys", &p, p.replace_provider(a, b));
    table.refused("add_provider where both have keys", &p, p.add_provider(a, b));

    let p = one(r#"{"StringEquals":[]}"#);
    table.refused("pin_subject of a broken statement", &p, p.pin_subject(a, api));
    table.refused("add_provider of a broken statement", &p, p.add_provider(a, b));

    let p: TrustPolicy = aud().as_str().replace("2012-10-17", "2030-01-01").parse().unwrap();
    table.refused("pin_subject to a variable", &p, p.pin_subject(a, &"${x}".into()));
    let p = TrustPolicy::parse(r#"{"Version":"2030-01-01","Statement":[]}"#).unwrap();
    table.refused("grant of a variable", &p, p.grant(&Grant::web_identity(a, "${x}")));

    insta::assert_snapshot!(table.0);
}
