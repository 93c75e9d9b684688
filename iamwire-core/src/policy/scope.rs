//! [`Scope`]: what a grant lets in, held against statements and conditions.

use std::borrow::Cow;

use super::condition::{Condition, Operator, SetPrefix, Test};
use super::evaluate::is_unique_id;
use super::grant::{AwsGrant, AwsPrincipal, Grant, ServiceGrant, SubjectMatch};
use super::principal::{PrincipalKind, Trusted};
use super::reach::Reach;
use super::statement::{Effect, Statement};
use super::written::{self, Token, Variables, are_apart, covers};
use crate::json::{Kind, Value};
use crate::{Audience, ProviderArn};

/// What a grant lets in, prepared for many statements of one document.
pub(super) struct Scope<'g> {
    who: Who<'g>,
    variables: Variables,
}

enum Who<'g> {
    WebIdentity(WebIdentity<'g>),
    Aws(&'g AwsGrant),
    Service(&'g ServiceGrant),
}

/// The tokens that a grant lets in.
struct WebIdentity<'g> {
    provider: &'g ProviderArn,
    /// None of them: any.
    audiences: &'g [Audience],
    subject: Text<'g>,
}

impl<'g> Scope<'g> {
    pub(super) fn new(grant: &'g Grant, variables: Variables) -> Self {
        let who = match grant {
            Grant::WebIdentity(web) => {
                let (provider, audiences) = (web.provider(), web.audiences());
                return Self::web_identity(provider, audiences, web.subject(), variables);
            }
            Grant::Aws(grant) => Who::Aws(grant),
            Grant::Service(grant) => Who::Service(grant),
        };
        Self { who, variables }
    }

    /// That of a grant of these parts.
    pub(super) fn web_identity(
        provider: &'g ProviderArn,
        audiences: &'g [Audience],
        subject: &'g SubjectMatch,
        variables: Variables,
    ) -> Self {
        let subject = Text::of(subject);
        Self { who: Who::WebIdentity(WebIdentity { provider, audiences, subject }), variables }
    }

    /// To which of the grant's requests a statement applies, read with this effect.
    pub(super) fn reach(&self, statement: Statement<'_>, effect: Effect) -> Reach {
        if statement.is_whole().is_err() {
            return Reach::Some;
        }
        // Without a readable effect only a principal or action that is no under both counts.
        let readable = statement.effect().is_some();
        let effect = if readable { effect } else { Effect::Deny };
        let principal = match statement.principal() {
            Some(principal) if principal.is_readable() => principal
                .entries()
                .map(|entry| self.principal(entry, effect))
                .max()
                .unwrap_or(Reach::None),
            _ => Reach::Some,
        };
        if principal == Reach::None {
            return Reach::None;
        }
        let action = self.action(statement);
        if action == Reach::None {
            return Reach::None;
        }
        if !readable {
            return Reach::Some;
        }
        let condition =
            statement.conditions().map(|c| self.condition(c)).min().unwrap_or(Reach::All);
        match principal.min(action).min(condition) {
            Reach::All if statement.unknown().is_some() => Reach::Some,
            reach => reach,
        }
    }

    /// semantics: 'Principal'.
    fn principal(&self, entry: Trusted<'_>, effect: Effect) -> Reach {
        if let (PrincipalKind::Federated, Who::WebIdentity(web)) = (entry.kind, &self.who)
            && entry.value.kind() == Kind::String
        {
            return Reach::of(entry.value.is_text(web.provider.as_str()));
        }
        let text = entry.value.as_str();
        let unless_denied = match effect {
            Effect::Allow => Reach::None,
            Effect::Deny => Reach::Some,
        };
        match (entry.kind, text.as_deref(), &self.who) {
            (PrincipalKind::Other, ..)
            | (_, None, _)
            | (PrincipalKind::CanonicalUser, _, Who::Aws(_)) => Reach::Some,
            (PrincipalKind::Service, Some(text), Who::Service(grant)) => {
                Reach::of(text == grant.service().as_str())
            }
            (PrincipalKind::Aws, Some(text), Who::Aws(grant)) => aws(text, grant.principal()),
            (PrincipalKind::Aws, _, _) => unless_denied,
            (
                PrincipalKind::Federated | PrincipalKind::Service | PrincipalKind::CanonicalUser,
                ..,
            ) => Reach::None,
        }
    }

    pub(super) fn action(&self, statement: Statement<'_>) -> Reach {
        match &self.who {
            Who::WebIdentity(_) => over_web_identity(statement),
            Who::Aws(grant) => over_role(statement, grant.has_session_tags()),
            Who::Service(grant) => over_role(statement, grant.has_session_tags()),
        }
    }

    /// semantics: 'Conditions', for the requests that the grant lets in.
    pub(super) fn condition(&self, condition: Condition<'_>) -> Reach {
        let Some(operator) = condition.operator() else { return Reach::Some };
        let Who::WebIdentity(web) = &self.who else { return Reach::Some };
        let issuer = web.provider.issuer();
        if condition.is_on_claim(issuer, "sub") {
            return self.present(condition, operator, &web.subject);
        }
        if condition.is_on_claim(issuer, "aud") {
            return web
                .audiences
                .iter()
                .map(|audience| self.present(condition, operator, &Text::Exact(audience.as_str())))
                .reduce(Reach::joined)
                .unwrap_or_else(|| self.present(condition, operator, &Text::Any));
        }
        if is_absent(&condition.key(), web.provider) {
            absent(condition, operator, self.variables)
        } else {
            Reach::Some
        }
    }

    /// For a key that has one value.
    fn present(&self, condition: Condition<'_>, operator: Operator, own: &Text<'_>) -> Reach {
        let mut values = condition.values().peekable();
        if values.peek().is_none() {
            let unknown = operator.test() == Test::Null
                || operator.is_negated() && operator.set().is_none() && !operator.if_exists();
            return if unknown { Reach::Some } else { Reach::None };
        }
        let tested = operator.test();
        let exact = match own {
            Text::Exact(own) if matches!(tested, Test::StringEquals | Test::StringLike) => {
                // No value is more than its characters, which is told at once for all of them.
                condition.member().value.is_without([b'$', b'*', b'?']).then_some(*own)
            }
            _ => None,
        };
        if let Some(own) = exact
            && condition.values().any(|value| value.is_text(own))
        {
            return Reach::All;
        }
        let found = values
            .map(|value| match exact {
                Some(_) if value.kind() == Kind::String => Reach::None,
                _ => self.value(value, tested, own),
            })
            .max()
            .unwrap_or(Reach::None);
        if operator.is_negated() { found.inverted() } else { found }
    }

    /// Whether the text matches one value of the policy, negation left aside.
    fn value(&self, value: Value<'_>, tested: Test, own: &Text<'_>) -> Reach {
        let Some(value) = value.as_scalar() else { return Reach::Some };
        if self.variables == Variables::Unknown && value.contains("${") {
            return Reach::Some;
        }
        match tested {
            Test::Null => Reach::of(!value.eq_ignore_ascii_case("true")),
            Test::StringLike | Test::StringNotLike if value.contains(['*', '?', '$']) => {
                match written::tokens(&value, self.variables) {
                    Some(tokens) => own.among(&tokens),
                    None => Reach::Some,
                }
            }
            Test::StringEquals | Test::StringNotEquals | Test::StringLike | Test::StringNotLike => {
                match (written::read_exact(&value, self.variables), own) {
                    (Some(text), Text::Exact(own)) => Reach::of(text == *own),
                    (Some(text), Text::Many(_)) => own.among(&written::literal(&text)),
                    (Some(_), Text::Any) | (None, _) => Reach::Some,
                }
            }
            Test::StringEqualsIgnoreCase | Test::StringNotEqualsIgnoreCase => {
                match (written::read_exact(&value, self.variables), own) {
                    (Some(text), Text::Exact(own)) if own.is_ascii() && text.is_ascii() => {
                        Reach::of(own.eq_ignore_ascii_case(&text))
                    }
                    _ => Reach::Some,
                }
            }
            _ => Reach::Some,
        }
    }
}

/// The value of a key in the grant's requests.
enum Text<'g> {
    Exact(&'g str),
    /// Each that the tokens match.
    Many(Vec<Token>),
    Any,
}

impl<'g> Text<'g> {
    fn of(subject: &'g SubjectMatch) -> Self {
        match subject {
            SubjectMatch::Exact(exact) => Self::Exact(exact.as_str()),
            SubjectMatch::Pattern(_) => Self::Many(subject.tokens()),
            SubjectMatch::Any => Self::Any,
        }
    }

    /// Whether they are all, or none, among those that a value matches.
    fn among(&self, value: &[Token]) -> Reach {
        match self {
            Self::Exact(text) => Reach::of(covers(value, &written::literal(text))),
            Self::Many(own) if covers(value, own) => Reach::All,
            Self::Many(own) if are_apart(value, own) => Reach::None,
            Self::Any if covers(value, &[Token::Any]) => Reach::All,
            Self::Many(_) | Self::Any => Reach::Some,
        }
    }
}

/// Whether it is about `sts:AssumeRoleWithWebIdentity`.
pub(super) fn over_web_identity(statement: Statement<'_>) -> Reach {
    over(statement, "sts:AssumeRoleWithWebIdentity")
}

/// Whether it is about `sts:AssumeRole`, or about that and `sts:TagSession`.
pub(super) fn over_role(statement: Statement<'_>, session_tags: bool) -> Reach {
    let assume = over(statement, "sts:AssumeRole");
    if session_tags { assume.joined(over(statement, "sts:TagSession")) } else { assume }
}

/// Of a whole statement, which has `Action` or `NotAction`.
fn over(statement: Statement<'_>, action: &str) -> Reach {
    if let Some(values) = statement.action() {
        return action_reach(values, action);
    }
    let others = statement.not_action();
    others.map_or(Reach::Some, |values| action_reach(values, action).inverted())
}

/// Whether one of the action values covers the action.
fn action_reach(values: Value<'_>, action: &str) -> Reach {
    values
        .one_or_many()
        .map(|value| match value.as_str() {
            None => Reach::Some,
            Some(text) => Reach::of(action_matches(&text, action)),
        })
        .max()
        .unwrap_or(Reach::None)
}

fn action_matches(pattern: &str, action: &str) -> bool {
    let is_wild = |text: &str| text.contains(['*', '?']);
    match pattern.strip_suffix('*') {
        None if !is_wild(pattern) => pattern.eq_ignore_ascii_case(action),
        Some(front) if !is_wild(front) => {
            action.get(..front.len()).is_some_and(|own| own.eq_ignore_ascii_case(front))
        }
        _ => {
            let lower = pattern.to_ascii_lowercase();
            let tokens = written::tokens(&lower, Variables::Literal).unwrap_or_default();
            covers(&tokens, &written::literal(&action.to_ascii_lowercase()))
        }
    }
}

/// semantics: 'Principal', for every caller whom the grant names.
fn aws(value: &str, principal: &AwsPrincipal) -> Reach {
    if value == "*" || value == principal.as_str() {
        return Reach::All;
    }
    let (Some(account), false) = (principal.account(), is_unique_id(value)) else {
        return Reach::Some;
    };
    let Ok(named) = value.parse::<AwsPrincipal>() else { return Reach::None };
    let partition = |p: &AwsPrincipal| p.arn().map(|arn| arn.partition().clone());
    let apart = partition(&named).zip(partition(principal)).is_some_and(|(a, b)| a != b);
    if apart || named.account() != Some(account) {
        Reach::None
    } else if named.is_account() {
        Reach::All
    } else if principal.is_account() || named.is_session() != principal.is_session() {
        // The account is more than the one named; a role's sessions may be named by the role.
        Reach::Some
    } else {
        Reach::None
    }
}

/// Whether tokens of the provider never carry the key. semantics: 'What a web-identity call carries'.
fn is_absent(key: &str, provider: &ProviderArn) -> bool {
    const SHARED: [&str; 3] =
        ["token.actions.githubusercontent.com", "accounts.google.com", "gitlab.com"];
    let behind = |prefix: &str| {
        let (front, rest) = key.split_at_checked(prefix.len())?;
        front.eq_ignore_ascii_case(prefix).then_some(rest)
    };
    let of = |prefix: &str| behind(prefix).is_some_and(|rest| rest.starts_with([':', '/']));
    behind("aws:").is_none()
        && behind("sts:").is_none()
        && !of(provider.issuer().as_str())
        && !SHARED.into_iter().any(of)
}

/// For a key that the requests don't have.
fn absent(condition: Condition<'_>, operator: Operator, variables: Variables) -> Reach {
    match (operator.set(), operator.test()) {
        (_, Test::Null) => {
            let scalars: Option<Vec<_>> = condition.values().map(Value::as_scalar).collect();
            let unknown = |v: &Cow<'_, str>| variables == Variables::Unknown && v.contains("${");
            scalars
                .filter(|v| !v.is_empty() && !v.iter().any(unknown))
                .map_or(Reach::Some, |values| {
                    Reach::of(values.iter().any(|v| v.eq_ignore_ascii_case("true")))
                })
        }
        (Some(SetPrefix::ForAllValues), _) => Reach::All,
        (None, _) if operator.if_exists() => Reach::All,
        (None, _) if operator.is_negated() => {
            if condition.values().next().is_none() {
                Reach::Some
            } else {
                Reach::All
            }
        }
        (Some(SetPrefix::ForAnyValue) | None, _) => Reach::None,
    }
}
