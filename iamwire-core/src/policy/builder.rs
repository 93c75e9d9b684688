//! [`TrustBuilder`]: a trust policy from its parts; and how a [`Grant`] is written as a statement.

use std::borrow::Cow;
use std::collections::HashSet;
use std::marker::PhantomData;

use super::document::TrustPolicy;
use super::grant::{AwsGrant, Grant, ServiceGrant, SubjectMatch, WebIdentityGrant};
use super::written::{Variables, write_exact, write_like};
use crate::json::{push_quoted, quoted};
use crate::{Audience, ProviderArn, ServiceAccountRef, Subject, SubjectPattern};

impl TrustPolicy {
    /// Begins a policy that trusts tokens of one OIDC provider; what its keys are follows from the issuer.
    ///
    /// ```
    /// use iamwire_core::{ProviderArn, TrustPolicy};
    ///
    /// let provider: ProviderArn = "arn:aws:iam::123456789012:oidc-provider/oidc.example.com".parse()?;
    /// let trust = TrustPolicy::web_identity(&provider)
    ///     .service_account("shop/api".parse()?)
    ///     .build();
    /// assert!(trust.as_str().contains(r#""oidc.example.com:aud":"sts.amazonaws.com""#));
    /// # Ok::<(), iamwire_core::ValueError>(())
    /// ```
    pub fn web_identity(provider: &ProviderArn) -> TrustBuilder<NoSubject> {
        TrustBuilder {
            provider: provider.clone(),
            audience: Some(Audience::STS),
            subjects: Vec::new(),
            state: PhantomData,
        }
    }

    /// A policy of this statement, given as compact JSON.
    fn of_statement(statement: Option<String>) -> Self {
        let statement = statement.unwrap_or_default();
        Self::written(&format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#))
    }
}

/// A policy with one statement that grants this, with version 2012-10-17.
impl From<&Grant> for TrustPolicy {
    fn from(grant: &Grant) -> Self {
        let statement = statement(grant, Variables::Expanded);
        Self::of_statement(statement)
    }
}

/// A builder without a subject, which can't be built yet.
#[derive(Debug, Clone, Copy)]
pub struct NoSubject(());

/// A builder with a subject.
#[derive(Debug, Clone, Copy)]
pub struct WithSubject(());

/// Builds a policy that trusts one OIDC provider: one statement for all subjects, audience
/// [`Audience::STS`] unless told.
///
/// Several providers need a statement each: [`TrustPolicy::grant`] adds it.
#[derive(Debug, Clone)]
#[must_use]
pub struct TrustBuilder<State> {
    provider: ProviderArn,
    audience: Option<Audience>,
    subjects: Vec<SubjectMatch>,
    state: PhantomData<State>,
}

impl<State> TrustBuilder<State> {
    /// Trusts a service account; several calls are grouped in one statement.
    pub fn service_account(self, account: ServiceAccountRef) -> TrustBuilder<WithSubject> {
        self.subject(Subject::from(account))
    }

    /// Trusts tokens with this `sub`; several calls are grouped in one statement.
    pub fn subject(self, subject: Subject) -> TrustBuilder<WithSubject> {
        self.with(SubjectMatch::Exact(subject))
    }

    /// Trusts every token whose `sub` the pattern matches, so that all values stand in one `StringLike`.
    pub fn dangerous_subject_pattern(self, pattern: SubjectPattern) -> TrustBuilder<WithSubject> {
        self.with(SubjectMatch::Pattern(pattern))
    }

    /// Another audience than [`Audience::STS`].
    pub fn audience(mut self, audience: Audience) -> Self {
        self.audience = Some(audience);
        self
    }

    /// No condition on the audience: any client id of the provider will do.
    pub fn dangerous_without_audience(mut self) -> Self {
        self.audience = None;
        self
    }

    fn with(mut self, subject: SubjectMatch) -> TrustBuilder<WithSubject> {
        self.subjects.push(subject);
        let Self { provider, audience, subjects, .. } = self;
        TrustBuilder { provider, audience, subjects, state: PhantomData }
    }
}

impl TrustBuilder<WithSubject> {
    /// The policy, as compact text with version 2012-10-17.
    #[must_use]
    pub fn build(self) -> TrustPolicy {
        let Self { provider, audience, mut subjects, .. } = self;
        let mut known = HashSet::new();
        subjects.retain(|subject| known.insert(subject.clone()));
        let audiences: Vec<Audience> = audience.into_iter().collect();
        let statement = web_identity(&provider, &audiences, &subjects, Variables::Expanded);
        TrustPolicy::of_statement(statement)
    }
}

/// The statement that grants this, as compact JSON; none if the document's version can't say it.
pub(super) fn statement(grant: &Grant, variables: Variables) -> Option<String> {
    match grant {
        Grant::WebIdentity(grant) => of_web_identity(grant, variables),
        Grant::Aws(grant) => Some(of_aws(grant)),
        Grant::Service(grant) => Some(of_service(grant)),
    }
}

fn of_web_identity(grant: &WebIdentityGrant, variables: Variables) -> Option<String> {
    let subject = grant.subject();
    let subjects = if *subject == SubjectMatch::Any { &[] } else { std::slice::from_ref(subject) };
    web_identity(grant.provider(), grant.audiences(), subjects, variables)
}

/// Exact subjects and patterns share one operator: two would both have to hold.
fn web_identity(
    provider: &ProviderArn,
    audiences: &[Audience],
    subjects: &[SubjectMatch],
    variables: Variables,
) -> Option<String> {
    let like = !subjects.iter().all(|s| matches!(s, SubjectMatch::Exact(_)));
    let audiences = audiences.iter().map(|a| write_exact(a.as_str(), variables));
    let subjects = subjects.iter().map(|s| write_subject(s, like, variables));
    let claims = [
        ("StringEquals", "aud", audiences.collect::<Option<Vec<_>>>()?),
        (if like { "StringLike" } else { "StringEquals" }, "sub", subjects.collect::<Option<_>>()?),
    ];
    let mut out = String::with_capacity(512);
    out.push_str(r#"{"Effect":"Allow","Principal":{"Federated":"#);
    push_quoted(&mut out, provider.as_str());
    out.push_str(r#"},"Action":"sts:AssumeRoleWithWebIdentity""#);
    if claims.iter().any(|(_, _, values)| !values.is_empty()) {
        push_key(&mut out, "Condition");
        out.push('{');
        for operator in ["StringEquals", "StringLike"] {
            let mut own =
                claims.iter().filter(|(o, _, v)| *o == operator && !v.is_empty()).peekable();
            if own.peek().is_none() {
                continue;
            }
            push_key(&mut out, operator);
            out.push('{');
            for (_, claim, values) in own {
                push_key(&mut out, &provider.issuer().condition_key(claim));
                push_one_or_many(&mut out, values);
            }
            out.push('}');
        }
        out.push('}');
    }
    out.push('}');
    Some(out)
}

/// Begins a member of an object.
fn push_key(out: &mut String, key: &str) {
    if !out.ends_with('{') {
        out.push(',');
    }
    push_quoted(out, key);
    out.push(':');
}

fn push_one_or_many(out: &mut String, values: &[Cow<'_, str>]) {
    if let [only] = values {
        return push_quoted(out, only);
    }
    for (i, value) in values.iter().enumerate() {
        out.push(if i == 0 { '[' } else { ',' });
        push_quoted(out, value);
    }
    out.push(']');
}

/// A subject as a value of `StringLike` or `StringEquals`; none if it can't be one.
pub(super) fn write_subject(
    subject: &SubjectMatch,
    like: bool,
    variables: Variables,
) -> Option<Cow<'_, str>> {
    match subject {
        SubjectMatch::Exact(exact) if !like => write_exact(exact.as_str(), variables),
        _ if like => write_like(subject, variables),
        _ => None,
    }
}

fn of_aws(grant: &AwsGrant) -> String {
    of_principal("AWS", grant.principal().as_str(), grant.has_session_tags())
}

fn of_service(grant: &ServiceGrant) -> String {
    of_principal("Service", grant.service().as_str(), grant.has_session_tags())
}

fn of_principal(kind: &str, name: &str, session_tags: bool) -> String {
    let action =
        if session_tags { r#"["sts:AssumeRole","sts:TagSession"]"# } else { r#""sts:AssumeRole""# };
    format!(r#"{{"Effect":"Allow","Principal":{{"{kind}":{}}},"Action":{action}}}"#, quoted(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider() -> ProviderArn {
        "arn:aws:iam::123456789012:oidc-provider/oidc.example.com/id/A".parse().unwrap()
    }

    const FRONT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/oidc.example.com/id/A"},"Action":"sts:AssumeRoleWithWebIdentity""#;

    #[test]
    fn several_accounts_share_one_statement() {
        let one = TrustPolicy::web_identity(&provider()).service_account("a/b".parse().unwrap());
        let condition = r#","Condition":{"StringEquals":{"oidc.example.com/id/A:aud":"sts.amazonaws.com","oidc.example.com/id/A:sub":"#;
        assert_eq!(
            one.clone().build().as_str(),
            format!(r#"{FRONT}{condition}"system:serviceaccount:a:b"}}}}}}]}}"#)
        );
        let two =
            one.service_account("a/c".parse().unwrap()).service_account("a/b".parse().unwrap());
        assert_eq!(
            two.build().as_str(),
            format!(
                r#"{FRONT}{condition}["system:serviceaccount:a:b","system:serviceaccount:a:c"]}}}}}}]}}"#
            )
        );
    }

    #[test]
    fn an_exact_subject_stands_as_it_is() {
        let policy = TrustPolicy::web_identity(&provider())
            .subject("a*".into())
            .dangerous_without_audience()
            .build();
        let condition = r#","Condition":{"StringEquals":{"oidc.example.com/id/A:sub":"a*"}}"#;
        assert_eq!(policy.as_str(), format!("{FRONT}{condition}}}]}}"));
        let heard = TrustPolicy::web_identity(&provider())
            .subject("a".into())
            .audience("b".parse().unwrap())
            .build();
        let condition = r#","Condition":{"StringEquals":{"oidc.example.com/id/A:aud":"b","oidc.example.com/id/A:sub":"a"}}"#;
        assert_eq!(heard.as_str(), format!("{FRONT}{condition}}}]}}"));
    }

    #[test]
    fn a_pattern_makes_all_values_like() {
        let policy = TrustPolicy::web_identity(&provider())
            .subject("a*".into())
            .dangerous_subject_pattern(SubjectPattern::dangerous_parse("b*").unwrap())
            .dangerous_without_audience()
            .build();
        let condition =
            r#","Condition":{"StringLike":{"oidc.example.com/id/A:sub":["a${*}","b*"]}}"#;
        assert_eq!(policy.as_str(), format!("{FRONT}{condition}}}]}}"));
    }

    #[test]
    fn pod_identity_trusts_its_service_with_tags() {
        assert_eq!(
            TrustPolicy::from(&Grant::pod_identity()).as_str(),
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#
        );
    }
}
