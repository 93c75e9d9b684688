//! What the benchmarks share: the questions that they ask, and how a peer reads them.
//!
//! `cargo bench -p iamwire-benches` measures everything; a figure is a ratio of two lines of one run.
//!
//! | bench | measures | beside |
//! |---|---|---|
//! | `decide` | a prepared policy deciding requests | `iam-rs`, its evaluator built once, on requests that both decide alike |
//! | `parse` | every document of `tests/documents` | `serde_json::Value` of the same text; `iam-rs` on those that it reads |
//! | `edit` | each edit, of a document of 2 kB | three parses of it |
//! | `words` | `explain`, and `normalize` of every document | nothing |
//!
//! `benches/cold` measures a build from nothing beside that of `serde_json`.
//!
//! # Peers that are none
//! `aws-iam` 0.2 and `scratchstack-aspen` 0.3 are the other policy engines on crates.io under a
//! permissive licence that we know. Both compile, and both take a `Resource` for granted, which no trust
//! policy has: each reads 2 of the 111 documents. `cedar-policy` decides another language.

use iam_rs::{EvaluationOptions, IAMPolicy, IAMRequest, PolicyEvaluator};
use iamwire_core::json::{Json, Value};
use iamwire_core::{
    Decision, Edit, EditError, Grant, PreparedPolicy, ProviderArn, Request, Subject, TrustPolicy,
};

/// A policy and a request, as both evaluators want them.
#[derive(Debug, Clone)]
pub struct Question {
    /// What is asked, for messages.
    pub name: String,
    /// Ours, prepared.
    pub policy: PreparedPolicy,
    /// Ours.
    pub request: Request,
    /// That of `iam-rs`, built once.
    pub peer_policy: PolicyEvaluator,
    /// That of `iam-rs`.
    pub peer_request: IAMRequest,
}

impl Question {
    /// `None` if either can't read the policy or the request.
    fn new(name: String, policy: &str, request: Value<'_>) -> Option<Self> {
        let peer_policy: IAMPolicy = serde_json::from_str(policy).ok()?;
        let options = EvaluationOptions { ignore_resource_constraints: true, ..Default::default() };
        let [principal, action, context] =
            ["principal", "action", "context"].map(|name| request.member(name).map(Value::text));
        let peer_request = format!(
            r#"{{"Principal":{},"Action":{},"Context":{},"Resource":"arn:aws:iam::123456789012:role/app"}}"#,
            principal?, action?, context?
        );
        Some(Self {
            name,
            policy: TrustPolicy::parse(policy).ok()?.prepare(),
            request: Request::from_value(request).ok()?,
            peer_policy: PolicyEvaluator::with_policies(vec![peer_policy]).with_options(options),
            peer_request: serde_json::from_str(&peer_request).ok()?,
        })
    }

    /// Whether both give the same answer; `iam-rs` has no word for 'undetermined'.
    #[must_use]
    pub fn is_decided_alike(&self) -> bool {
        let peer = self.peer_policy.evaluate(&self.peer_request).map(|r| r.decision);
        matches!(
            (self.policy.decide(&self.request), peer),
            (Decision::Allowed, Ok(iam_rs::Decision::Allow))
                | (Decision::ExplicitDeny, Ok(iam_rs::Decision::Deny))
                | (Decision::ImplicitDeny, Ok(iam_rs::Decision::NotApplicable))
        )
    }
}

/// Questions as they come in practice, each with a caller who may and one who may not.
///
/// # Panics
/// If one can't be read, or the two evaluators differ on it.
#[must_use]
#[expect(clippy::expect_used, reason = "a benchmark without its questions must fail")]
pub fn in_practice() -> Vec<(&'static str, Vec<Question>)> {
    let web = |subject: &str| {
        format!(
            r#"{{"action":"sts:AssumeRoleWithWebIdentity","principal":{{"Federated":"{PROVIDER}"}},"context":{{"{ISSUER}:aud":"sts.amazonaws.com","{ISSUER}:sub":"system:serviceaccount:{subject}","aws:PrincipalAccount":"123456789012"}}}}"#
        )
    };
    let account = |external_id: &str| {
        format!(
            r#"{{"action":"sts:AssumeRole","principal":{{"AWS":"arn:aws:iam::444455556666:root"}},"context":{{"sts:ExternalId":"{external_id}"}}}}"#
        )
    };
    let service = |action: &str| {
        format!(
            r#"{{"action":"{action}","principal":{{"Service":"pods.eks.amazonaws.com"}},"context":{{}}}}"#
        )
    };
    let twenty: Vec<String> =
        (1..=20).map(|i| format!("\"system:serviceaccount:team-{i}:worker\"")).collect();
    let kinds = [
        (
            "audience and subject",
            web_policy("StringEquals", "\"system:serviceaccount:shop:my-s3-role\""),
            [web("shop:my-s3-role"), web("shop:other")],
        ),
        (
            "subject pattern",
            web_policy("StringLike", "\"system:serviceaccount:shop:*\""),
            [web("shop:my-s3-role"), web("tools:my-s3-role")],
        ),
        (
            "twenty subjects",
            web_policy("StringEquals", &format!("[{}]", twenty.join(","))),
            [web("team-20:worker"), web("team-21:worker")],
        ),
        (
            "account with external id",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"7c1f0f8e-0000-4000-8000-000000000001"}}}]}"#.to_owned(),
            [account("7c1f0f8e-0000-4000-8000-000000000001"), account("7c1f0f8e")],
        ),
        (
            "service",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#.to_owned(),
            [service("sts:TagSession"), service("sts:AssumeRoleWithSAML")],
        ),
    ];
    let ask = |name: &str, policy: &str, request: &str| {
        let json = Json::parse(request).expect("the request is JSON");
        let question = Question::new(name.to_owned(), policy, json.root());
        let question = question.expect("both read policy and request");
        assert!(question.is_decided_alike(), "{name}: the evaluators differ on {request}");
        question
    };
    kinds
        .into_iter()
        .map(|(name, policy, requests)| {
            (name, requests.iter().map(|request| ask(name, &policy, request)).collect())
        })
        .collect()
}

const ISSUER: &str = "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";

fn web_policy(operator: &str, subjects: &str) -> String {
    let audience = format!(r#""{ISSUER}:aud":"sts.amazonaws.com""#);
    let subject = format!(r#""{ISSUER}:sub":{subjects}"#);
    let conditions = match operator {
        "StringEquals" => format!(r#""StringEquals":{{{audience},{subject}}}"#),
        other => format!(r#""StringEquals":{{{audience}}},"{other}":{{{subject}}}"#),
    };
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Federated":"{PROVIDER}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{{conditions}}}}}]}}"#
    )
}

/// Those of the vectors of evaluation that both evaluators read and decide alike.
#[must_use]
pub fn of_vectors() -> Vec<Question> {
    iamwire_tests::vectors("evaluate")
        .iter()
        .filter_map(|vector| {
            let (policy, request) = (vector.member("policy")?, vector.member("request")?);
            Question::new(vector.title(), policy.text(), request)
        })
        .filter(Question::is_decided_alike)
        .collect()
}

/// An edit of a document of 2 kB.
#[derive(Debug, Clone)]
pub struct Change {
    /// The edit; of several of its kind also what is special.
    pub name: &'static str,
    /// The document.
    pub policy: TrustPolicy,
    edit: fn(&TrustPolicy, &Parties) -> Result<Edit, EditError>,
    parties: Parties,
}

/// Whom the edits name.
#[derive(Debug, Clone)]
struct Parties {
    /// The provider of the third statement, and of every statement that has several subjects.
    provider: ProviderArn,
    /// One that no document trusts.
    new: ProviderArn,
    /// All but the third.
    known: Vec<ProviderArn>,
    /// A subject that no document has.
    subject: Subject,
    /// The grant of it, and one that is there.
    granted: [Grant; 2],
}

impl Change {
    /// Makes the edit.
    ///
    /// # Errors
    /// Those of the edit.
    pub fn make(&self) -> Result<Edit, EditError> {
        (self.edit)(&self.policy, &self.parties)
    }
}

/// Every edit, each of a document that it changes.
///
/// # Panics
/// If a document can't be read.
#[must_use]
#[expect(clippy::expect_used, reason = "a benchmark without its documents must fail")]
pub fn changes() -> Vec<Change> {
    let provider = |id| provider(id).parse::<ProviderArn>().expect("a provider");
    let parties = Parties {
        provider: provider(3),
        new: provider(5),
        known: [1, 2, 4].map(provider).to_vec(),
        subject: Subject::from("system:serviceaccount:shop:added"),
        granted: ["system:serviceaccount:shop:added", "system:serviceaccount:team-4:web"]
            .map(|subject| Grant::web_identity(&provider(3), subject)),
    };
    let [clusters, pattern, subjects, statements] = documents_of_edits();
    let change = |name, policy: &TrustPolicy, edit| Change {
        name,
        policy: policy.clone(),
        edit,
        parties: parties.clone(),
    };
    vec![
        change("pin_subject", &clusters, |policy, p| policy.pin_subject(&p.provider, &p.subject)),
        change("replace_audience_with_subject", &clusters, |policy, p| {
            policy.replace_audience_with_subject(&p.provider, &p.subject)
        }),
        change("grant", &subjects, |policy, p| policy.grant(&p.granted[0])),
        change("grant/a statement", &pattern, |policy, p| {
            policy.grant(&Grant::web_identity(&p.new, p.subject.clone()))
        }),
        change("revoke", &subjects, |policy, p| policy.revoke(&p.granted[1])),
        change("revoke/a statement", &statements, |policy, p| policy.revoke(&p.granted[1])),
        change("narrow", &pattern, |policy, p| policy.narrow(&p.provider, &p.subject)),
        change("add_provider", &clusters, |policy, p| policy.add_provider(&p.provider, &p.new)),
        change("replace_provider", &clusters, |policy, p| {
            policy.replace_provider(&p.provider, &p.new)
        }),
        change("remove_provider", &clusters, |policy, p| policy.remove_provider(&p.provider)),
        change("prune_providers", &clusters, |policy, p| policy.prune_providers(&p.known)),
        change("compact", &statements, |policy, _| policy.compact()),
    ]
}

/// Documents of 2 kB: four clusters, the third without a subject; the same with a pattern there; thirty
/// subjects of one cluster; four statements of one cluster.
#[expect(clippy::expect_used, reason = "a benchmark without its documents must fail")]
fn documents_of_edits() -> [TrustPolicy; 4] {
    let one = r#""system:serviceaccount:shop:web""#.to_owned();
    let team = |i: usize| format!(r#""system:serviceaccount:team-{i}:web""#);
    let exact = |id, subjects: &str| statement(id, &format!(r#","KEY":{subjects}"#), "");
    let clusters = |third| [exact(1, &one), exact(2, &one), third, exact(4, &one)].to_vec();
    let like = r#","StringLike":{"KEY":"system:serviceaccount:shop:*"}"#;
    let subjects: Vec<String> = (1..=30).map(team).collect();
    let all = [
        clusters(statement(3, "", "")),
        clusters(statement(3, "", like)),
        vec![exact(3, &format!("[{}]", subjects.join(",")))],
        (1..=4).map(|i| exact(3, &team(i))).collect(),
    ];
    all.map(|statements| {
        let statements = statements.join(",");
        let compact = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let pretty = TrustPolicy::parse(&compact).expect("a trust policy").to_pretty();
        assert!((1_800..2_600).contains(&pretty.len()), "{} bytes are not 2 kB", pretty.len());
        TrustPolicy::parse(&pretty).expect("a trust policy")
    })
}

/// A statement that trusts a cluster, with conditions behind that on `:aud`: in its block and behind that.
fn statement(id: usize, conditions: &str, blocks: &str) -> String {
    let key = |of: &str| of.replace("KEY", &format!("{}:sub", issuer(id)));
    format!(
        r#"{{"Effect":"Allow","Principal":{{"Federated":"{}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringEquals":{{"{}:aud":"sts.amazonaws.com"{}}}{}}}}}"#,
        provider(id),
        issuer(id),
        key(conditions),
        key(blocks)
    )
}

fn provider(id: usize) -> String {
    format!("arn:aws:iam::123456789012:oidc-provider/{}", issuer(id))
}

fn issuer(id: usize) -> String {
    format!("oidc.eks.eu-west-3.amazonaws.com/id/{id:032X}")
}

/// The documents of `tests/documents` that are JSON text.
#[must_use]
pub fn documents() -> Vec<String> {
    let all = iamwire_tests::documents().into_iter();
    all.filter(|(name, _)| !iamwire_tests::is_encoded(name)).map(|(_, text)| text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_questions_are_decided_alike() {
        assert!(in_practice().iter().all(|(_, questions)| questions.len() == 2));
        let alike = of_vectors().len();
        assert!(alike >= 200, "{alike} vectors are decided alike");
    }

    #[test]
    fn the_edits_change_something() {
        for change in changes() {
            assert!(!change.make().unwrap().is_unchanged(), "{}", change.name);
        }
    }
}
