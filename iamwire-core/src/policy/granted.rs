//! [`Granted`]: a grant and its place; who may assume a role, read from its trust policy.

use std::borrow::Cow;
use std::fmt;

use super::condition::{Condition, Operator, SetPrefix, Test};
use super::document::TrustPolicy;
use super::grant::{AwsGrant, Grant, ServiceGrant, SubjectMatch, WebIdentityGrant, each_once};
use super::principal::{PrincipalKind, Trusted};
use super::reach::{Bearing, Reach, Scope, Standing, bearing, over_role, over_web_identity};
use super::statement::{Effect, Statement};
use super::written::{Variables, read_exact, read_like};
use crate::error::quoted;
use crate::json::{Kind, Layout, Places, Value};
use crate::{Audience, Finding, ProviderArn, ServiceAccountRef, Severity};

/// What one statement grants to one principal and one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Granted<'a> {
    /// The number of the statement in the policy, from 0.
    pub statement: usize,
    /// Who may.
    pub grant: Grant,
    /// The conditions that must hold as well and that a [`Grant`] can't express.
    pub narrowed_by: Vec<Condition<'a>>,
    /// The Deny statements that refuse all of it or a part.
    pub denied_by: Vec<Bearing>,
}

/// `statement 0: system:serviceaccount:shop:api of … for sts.amazonaws.com`, and what limits it.
impl fmt::Display for Granted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {}: {}", self.statement, self.grant)?;
        self.narrowed_by.iter().try_for_each(|condition| write!(f, ", if {condition}"))?;
        self.denied_by.iter().try_for_each(|denied| write!(f, "; refused by {denied}"))
    }
}

impl TrustPolicy {
    /// Who may assume the role: a [`Granted`] for each Allow statement, principal and subject in it, in
    /// order.
    ///
    /// What can't be read, or can't be expressed as a [`Grant`], is not among them but told by
    /// [`Self::notices_of_grants`]; a statement that never applies to a principal grants nothing to it.
    ///
    /// Each grant is held against each Deny statement; all else takes a time linear in the document's length.
    #[must_use]
    pub fn grants(&self) -> Vec<Granted<'_>> {
        let denies: Vec<_> =
            self.statements().filter(|s| s.effect() != Some(Effect::Allow)).collect();
        let mut all = Vec::new();
        for reading in self.readings(reader_of) {
            for subject in reading.told() {
                let scope = reading.scope(&subject);
                if reading.holds(&scope) {
                    let denied_by = bearing(denies.iter().copied(), &scope, Effect::Deny);
                    let narrowed_by = reading.narrowed_by.clone();
                    let statement = reading.statement.index();
                    let grant = reading.grant(subject);
                    all.push(Granted { statement, grant, narrowed_by, denied_by });
                }
            }
        }
        all
    }

    /// What allows somebody, or may, or looks as if it did, and is not among [`Self::grants`], with its place.
    #[must_use]
    pub fn notices_of_grants(&self) -> Vec<Finding> {
        let variables = self.variables();
        let places = Places::new(self.json());
        let mut notices = Vec::new();
        for statement in self.statements().filter(|s| s.effect() != Some(Effect::Deny)) {
            let index = statement.index();
            if let Some(why) = unreadable(statement) {
                let message = format!("statement {index} may allow more: {why}");
                notices.push(unread(&places, statement.value(), message));
                continue;
            }
            for entry in statement.trusted() {
                let name = format!("{} {}", entry.kind, named_by(entry.value));
                let Some(reader) = reader_of(entry) else {
                    let message = format!("statement {index} trusts {name}, not among the grants");
                    notices.push(unread(&places, entry.value, message));
                    continue;
                };
                let whole = reader.whole();
                let scope = Scope::new(&whole, variables);
                if scope.reach(statement, Effect::Allow) != Reach::None {
                    continue;
                }
                let never = statement.conditions().find(|c| scope.condition(*c) == Reach::None);
                let why = match never {
                    Some(condition) if scope.action(statement) != Reach::None => {
                        format!("`{condition}` never holds")
                    }
                    _ => "the action is not for it".to_owned(),
                };
                let message = format!("statement {index} trusts {name} in vain: {why}");
                let help = "repair it or take it out: it grants nothing";
                notices.push(
                    Finding::new("grant.never", Severity::Note, message, help)
                        .at(places.of(entry.value)),
                );
            }
        }
        notices
    }

    /// Which of these service accounts of a cluster may assume the role with audience [`Audience::STS`].
    #[must_use]
    pub fn who_may<'s>(
        &self,
        provider: &ProviderArn,
        accounts: &'s [ServiceAccountRef],
    ) -> Vec<(&'s ServiceAccountRef, Standing)> {
        accounts.iter().map(|a| (a, self.standing(&Grant::web_identity(provider, a)))).collect()
    }

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
    fn readings<'g>(
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
enum Reader<'g> {
    Provider(Cow<'g, ProviderArn>),
    /// Without and with session tags.
    Other(Grant),
}

fn reader_of(entry: Trusted<'_>) -> Option<Reader<'static>> {
    let text = entry.value.as_str()?;
    match entry.kind {
        PrincipalKind::Federated => Some(Reader::Provider(Cow::Owned(text.parse().ok()?))),
        PrincipalKind::Service => {
            let grant = ServiceGrant::of(text.parse().ok()?, false);
            Some(Reader::Other(Grant::Service(grant)))
        }
        PrincipalKind::Aws => {
            let principal = match text.as_ref() {
                "*" => super::grant::AwsPrincipal::dangerous_anyone(),
                text => text.parse().ok()?,
            };
            Some(Reader::Other(Grant::Aws(AwsGrant::of(principal, false))))
        }
        PrincipalKind::CanonicalUser | PrincipalKind::Other => None,
    }
}

impl<'g> Reader<'g> {
    /// All that a statement can grant to the principal.
    fn whole(&self) -> Grant {
        match self {
            Self::Provider(provider) => WebIdentityGrant::dangerous_any_subject(provider)
                .dangerous_without_audience()
                .into(),
            Self::Other(grant) => grant.clone(),
        }
    }

    /// What a statement says of the principal; none if its action is not for it.
    fn read<'a>(
        self,
        statement: Statement<'a>,
        principal: Trusted<'a>,
        variables: Variables,
    ) -> Option<Reading<'a, 'g>> {
        match self {
            Self::Provider(provider) => {
                let may = over_web_identity(statement) != Reach::None;
                may.then(|| read_web_identity(provider, statement, principal, variables))
            }
            Self::Other(plain) => {
                let tags = over_role(statement, true) == Reach::All;
                if over_role(statement, tags) == Reach::None {
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

/// The subjects that a condition on `:sub` lets in, each with its value; none if they can't be told.
pub(super) fn subjects_of(
    condition: Condition<'_>,
    variables: Variables,
) -> Option<Vec<(SubjectMatch, Value<'_>)>> {
    let test = one_of(condition.operator()?)?;
    condition.values().map(|value| Some((subject_under(test, value, variables)?, value))).collect()
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

/// Why a statement that may allow somebody can't be read, if so.
fn unreadable(statement: Statement<'_>) -> Option<String> {
    let effect = statement.effect();
    if effect == Some(Effect::Deny) {
        return None;
    }
    if let Err(broken) = statement.is_whole() {
        return Some(broken.to_string());
    }
    if effect.is_none() {
        return Some("its `Effect` is neither `Allow` nor `Deny`".to_owned());
    }
    match statement.principal() {
        // A whole statement has one of the two.
        None => return Some("it has `NotPrincipal`".to_owned()),
        Some(principal) if !principal.is_readable() => {
            return Some("its `Principal` is no map".to_owned());
        }
        Some(_) => {}
    }
    let unknown = statement.unknown_members().next();
    unknown.map(|member| format!("it has {}", quoted(&member.name())))
}

/// A provider, whole, in backticks.
pub(super) fn named(provider: &ProviderArn) -> String {
    ["`", provider.as_str(), "`"].concat()
}

/// A principal, in backticks; what is no string as compact JSON.
pub(super) fn named_by(principal: Value<'_>) -> String {
    match principal.as_str() {
        Some(text) => text.parse().map_or_else(|_| quoted(&text), |arn| named(&arn)),
        None => quoted(&Layout::compact().print(principal.text())),
    }
}

fn unread(places: &Places<'_>, value: Value<'_>, message: String) -> Finding {
    let help = "look at it yourself: what it allows can't be told as a grant";
    Finding::new("grant.unreadable", Severity::Warning, message, help).at(places.of(value))
}
