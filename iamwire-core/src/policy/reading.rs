//! [`Reading`]: what one statement says of one of its principals.

use std::borrow::Cow;

use super::condition::{Condition, Operator, SetPrefix, Test};
use super::document::TrustPolicy;
use super::grant::{
    AwsGrant, AwsPrincipal, Grant, ServiceGrant, SubjectMatch, WebIdentityGrant, each_once,
};
use super::granted::unreadable;
use super::principal::{PrincipalKind, Trusted};
use super::reach::Reach;
use super::scope::{Scope, over_role, over_web_identity};
use super::statement::{Effect, Statement};
use super::written::{Variables, read_exact, read_like};
use crate::json::{Kind, Value};
use crate::{Audience, ProviderArn};

/// What a statement says of one of its principals.
pub(super) struct Reading<'a, 'g> {
    pub(super) statement: Statement<'a>,
    pub(super) principal: Trusted<'a>,
    reader: Reader<'g>,
    /// None: any.
    pub(super) audiences: Vec<Audience>,
    pub(super) narrowed_by: Vec<Condition<'a>>,
    /// The condition that names the subjects; each of its values can be told.
    pub(super) subjects: Option<Condition<'a>>,
    variables: Variables,
}

impl TrustPolicy {
    /// What Allow statements say of the principal of a grant.
    pub(super) fn readings_of<'g>(&self, grant: &'g Grant) -> Vec<Reading<'_, 'g>> {
        let (kind, _) = grant.principal();
        self.readings(|entry| {
            let text = entry.value.as_str().filter(|_| entry.kind == kind)?;
            match grant {
                _ if !grant.is_named(&text) => None,
                Grant::WebIdentity(web) => Some(Reader::Provider(Cow::Borrowed(web.provider()))),
                Grant::Aws(_) | Grant::Service(_) => reader_of(entry),
            }
        })
    }

    /// What Allow statements say of the principals for which there is a reader.
    pub(super) fn readings<'g>(
        &self,
        reader: impl Fn(Trusted<'_>) -> Option<Reader<'g>>,
    ) -> Vec<Reading<'_, 'g>> {
        let variables = self.variables();
        let mut readings = Vec::new();
        for statement in self.statements().filter(|s| s.effect() == Some(Effect::Allow)) {
            let mut entries =
                statement.trusted().filter_map(|entry| Some((entry, reader(entry)?))).peekable();
            if entries.peek().is_none() || unreadable(statement).is_some() {
                continue;
            }
            readings.extend(
                entries.filter_map(|(entry, reader)| reader.read(statement, entry, variables)),
            );
        }
        readings
    }
}

impl<'a> Reading<'a, '_> {
    /// The subjects: each that is named, or any.
    pub(super) fn told(&self) -> impl Iterator<Item = SubjectMatch> {
        let any = self.subjects.is_none().then_some(SubjectMatch::Any);
        let named = self.subjects.into_iter().flat_map(move |condition| {
            condition.values().filter_map(move |v| subject_of(v, condition, self.variables))
        });
        any.into_iter().chain(named)
    }

    /// The grant to one of the subjects.
    pub(super) fn grant(&self, subject: SubjectMatch) -> Grant {
        match &self.reader {
            Reader::Provider(provider) => {
                WebIdentityGrant::of(provider, self.audiences.clone(), subject).into()
            }
            Reader::Other(grant) => grant.clone(),
        }
    }

    /// What that grant lets in.
    pub(super) fn scope<'s>(&'s self, subject: &'s SubjectMatch) -> Scope<'s> {
        match &self.reader {
            Reader::Provider(provider) => {
                Scope::web_identity(provider, &self.audiences, subject, self.variables)
            }
            Reader::Other(grant) => Scope::new(grant, self.variables),
        }
    }

    /// The values of the condition that name this subject.
    pub(super) fn values_of(&self, subject: &SubjectMatch) -> Vec<Value<'a>> {
        let Some(condition) = self.subjects else { return Vec::new() };
        let plain = condition.member().value.is_without([b'$', b'*', b'?']);
        let is_it = |value: Value<'a>| match subject {
            SubjectMatch::Exact(exact) if plain && value.kind() == Kind::String => {
                value.is_text(exact.as_str())
            }
            _ => subject_of(value, condition, self.variables).as_ref() == Some(subject),
        };
        condition.values().filter(|value| is_it(*value)).collect()
    }

    /// Whether the conditions that a grant can't express may hold for it.
    pub(super) fn holds(&self, scope: &Scope<'_>) -> bool {
        self.narrowed_by.iter().all(|c| scope.condition(*c) != Reach::None)
    }
}

/// A principal of which grants can be told.
pub(super) enum Reader<'g> {
    Provider(Cow<'g, ProviderArn>),
    /// Without and with session tags.
    Other(Grant),
}

pub(super) fn reader_of(entry: Trusted<'_>) -> Option<Reader<'static>> {
    let text = entry.value.as_str()?;
    match entry.kind {
        PrincipalKind::Federated => Some(Reader::Provider(Cow::Owned(text.parse().ok()?))),
        PrincipalKind::Service => {
            let grant = ServiceGrant::of(text.parse().ok()?, false);
            Some(Reader::Other(Grant::Service(grant)))
        }
        PrincipalKind::Aws => {
            let principal = match text.as_ref() {
                "*" => AwsPrincipal::dangerous_anyone(),
                text => text.parse().ok()?,
            };
            Some(Reader::Other(Grant::Aws(AwsGrant::of(principal, false))))
        }
        PrincipalKind::CanonicalUser | PrincipalKind::Other => None,
    }
}

impl<'g> Reader<'g> {
    /// All that a statement can grant to the principal.
    pub(super) fn whole(&self) -> Grant {
        match self {
            Self::Provider(provider) => WebIdentityGrant::dangerous_any_subject(provider)
                .dangerous_without_audience()
                .into(),
            Self::Other(grant) => grant.clone(),
        }
    }

    /// What a statement says of the principal; none if its action is not for it, or can't be told to be.
    fn read<'a>(
        self,
        statement: Statement<'a>,
        principal: Trusted<'a>,
        variables: Variables,
    ) -> Option<Reading<'a, 'g>> {
        match self {
            Self::Provider(provider) => {
                let may = over_web_identity(statement) == Reach::All;
                may.then(|| read_web_identity(provider, statement, principal, variables))
            }
            Self::Other(plain) => {
                let tags = over_role(statement, true) == Reach::All;
                if over_role(statement, tags) != Reach::All {
                    return None;
                }
                let grant = if tags { plain.with_session_tags() } else { plain };
                Some(Reading {
                    statement,
                    principal,
                    reader: Self::Other(grant),
                    audiences: Vec::new(),
                    narrowed_by: statement.conditions().collect(),
                    subjects: None,
                    variables,
                })
            }
        }
    }
}

fn read_web_identity<'a, 'g>(
    provider: Cow<'g, ProviderArn>,
    statement: Statement<'a>,
    principal: Trusted<'a>,
    variables: Variables,
) -> Reading<'a, 'g> {
    let all = statement.conditions();
    let on = |claim| {
        let issuer = provider.issuer();
        all.clone().filter(move |c| c.is_on_claim(issuer, claim))
    };
    let subjects = on("sub").find(|c| are_told(*c, variables));
    let audiences = on("aud").find_map(|c| Some((c, audiences_of(c, variables)?)));
    let told = [subjects, audiences.as_ref().map(|(c, _)| *c)];
    let told = told.map(|c| c.map(|c| c.member().key.index()));
    let narrowed_by =
        all.clone().filter(|c| !told.contains(&Some(c.member().key.index()))).collect();
    let audiences = audiences.map_or_else(Vec::new, |(_, audiences)| each_once(audiences));
    let reader = Reader::Provider(provider);
    Reading { statement, principal, reader, audiences, narrowed_by, subjects, variables }
}

/// The subjects that a condition on `:sub` lets in; none if they can't be told.
pub(super) fn subjects_of(
    condition: Condition<'_>,
    variables: Variables,
) -> Option<Vec<SubjectMatch>> {
    let test = one_of(condition.operator()?)?;
    condition.values().map(|value| subject_under(test, value, variables)).collect()
}

/// Whether it can be told which subjects a condition on `:sub` lets in.
pub(super) fn are_told(condition: Condition<'_>, variables: Variables) -> bool {
    let Some(test) = condition.operator().and_then(one_of) else { return false };
    let plain = condition.member().value.is_without([b'$']);
    condition.values().all(|value| {
        plain && value.kind() == Kind::String || subject_under(test, value, variables).is_some()
    })
}

/// The subjects that one value of a condition on `:sub` lets in; none if they can't be told.
pub(super) fn subject_of(
    value: Value<'_>,
    condition: Condition<'_>,
    variables: Variables,
) -> Option<SubjectMatch> {
    subject_under(one_of(condition.operator()?)?, value, variables)
}

fn subject_under(operator: Test, value: Value<'_>, variables: Variables) -> Option<SubjectMatch> {
    let text = value.as_scalar()?;
    match operator {
        Test::StringLike => read_like(&text, variables),
        _ => Some(SubjectMatch::Exact(read_exact(&text, variables)?.as_ref().into())),
    }
}

/// The audiences that a condition on `:aud` lets in; none if they can't be told.
pub(super) fn audiences_of(
    condition: Condition<'_>,
    variables: Variables,
) -> Option<Vec<Audience>> {
    if one_of(condition.operator()?)? != Test::StringEquals {
        return None;
    }
    let read = |value: Value<'_>| read_exact(&value.as_scalar()?, variables)?.parse().ok();
    let audiences: Vec<Audience> = condition.values().map(read).collect::<Option<_>>()?;
    (!audiences.is_empty()).then_some(audiences)
}

/// `StringEquals` or `StringLike`, if the operator asks for one of its values and for nothing else.
fn one_of(operator: Operator) -> Option<Test> {
    let any = operator.set() == Some(SetPrefix::ForAnyValue);
    let plain = operator.set().is_none() && !operator.if_exists();
    let test = operator.test();
    ((any || plain) && matches!(test, Test::StringEquals | Test::StringLike)).then_some(test)
}
