use super::Unreadable;
use super::context::Context;
use super::json::{NESTING, Value};
use super::principal::Caller;
use super::statement::{self, Effect};
use super::text::lower;
use super::verdict::Verdict;

/// A trust policy that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy(Value);

/// What is asked: may this caller do this action?
#[derive(Debug, Clone)]
pub struct Request {
    /// The action, such as `sts:AssumeRoleWithWebIdentity`.
    pub action: String,
    /// Who calls.
    pub caller: Caller,
    /// The condition keys of the request.
    pub context: Context,
}

/// The decision of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Some Allow is yes, and every Deny is no.
    Allowed,
    /// Some Deny is yes.
    ExplicitDeny,
    /// Every Allow is no.
    ImplicitDeny,
    /// It can't be told.
    Undetermined,
}

impl Decision {
    /// `allowed`, `explicitDeny`, `implicitDeny` or `undetermined`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
            Self::Undetermined => "undetermined",
        }
    }
}

/// A decision, and what each statement gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The decision.
    pub decision: Decision,
    /// The statements, in order.
    pub statements: Vec<Judged>,
}

/// What one statement gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// Its effect, if that is readable.
    pub effect: Option<Effect>,
    /// Whether it applies.
    pub result: Verdict,
}

/// Which variables a document has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V2008,
    V2012,
    Other,
}

impl Policy {
    /// Reads the text of a policy.
    ///
    /// # Errors
    /// What can't be read: bad JSON, a byte order mark, duplicate keys, keys of one operator block
    /// that differ by case, nesting over 128, a top level that is no object or has no `Statement`,
    /// and a permissions policy.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        Self::from_value(Value::parse(text, NESTING)?)
    }

    /// Takes a policy that is JSON already.
    ///
    /// # Errors
    /// As [`Policy::parse`].
    pub fn from_value(value: Value) -> Result<Self, Unreadable> {
        if value.nesting() > NESTING {
            return Err(Unreadable::new(format!("a policy nested deeper than {NESTING}")));
        }
        let Value::Object(_) = &value else {
            return Err(Unreadable::new("the policy is no object"));
        };
        let Some(statements) = value.member("Statement") else {
            return Err(Unreadable::new("the policy has no `Statement`"));
        };
        let statements = statements.one_or_list();
        for statement in statements {
            refuse_keys_that_differ_by_case(statement)?;
        }
        // Reading: "every statement has Resource and none a principal": `Resource` by its name
        // alone, not `NotResource`; neither Principal nor NotPrincipal; an empty list is no
        // permissions policy, since "an empty `Statement` list is no statement".
        let permissions = statements.iter().all(|statement| {
            statement.member("Resource").is_some()
                && statement.member("Principal").is_none()
                && statement.member("NotPrincipal").is_none()
        });
        if permissions && !statements.is_empty() {
            return Err(Unreadable::new("a permissions policy, not a trust policy"));
        }
        Ok(Self(value))
    }

    /// Decides a request.
    #[must_use]
    pub fn decide(&self, request: &Request) -> Judgement {
        let version = self.version();
        // Reading: "`Statement` is one object or a list": anything that is no list is one statement,
        // one that is no object included.
        let statements: Vec<Judged> = self
            .0
            .member("Statement")
            .map(Value::one_or_list)
            .unwrap_or_default()
            .iter()
            .map(|statement| {
                let (effect, result) = statement::judge(statement, version, request);
                Judged { effect, result }
            })
            .collect();
        let of = |wanted: Effect| {
            statements
                .iter()
                .filter(move |judged| judged.effect.is_none_or(|effect| effect == wanted))
                .map(|judged| judged.result)
        };
        let deny = Verdict::any(of(Effect::Deny));
        let allow = Verdict::any(of(Effect::Allow));
        let decision = if deny == Verdict::Yes {
            Decision::ExplicitDeny
        } else if allow == Verdict::Yes && deny == Verdict::No {
            Decision::Allowed
        } else if allow == Verdict::No {
            Decision::ImplicitDeny
        } else {
            Decision::Undetermined
        };
        Judgement { decision, statements }
    }

    fn version(&self) -> Version {
        match self.0.member("Version") {
            None => Version::V2008,
            Some(Value::String(text)) if text == "2008-10-17" => Version::V2008,
            Some(Value::String(text)) if text == "2012-10-17" => Version::V2012,
            // Reading: "Another `Version`": a null or a number too.
            Some(_) => Version::Other,
        }
    }
}

/// "keys of one operator block that differ only by case" make the document unreadable.
fn refuse_keys_that_differ_by_case(statement: &Value) -> Result<(), Unreadable> {
    let Some(Value::Object(operators)) = statement.member("Condition") else { return Ok(()) };
    for (operator, block) in operators {
        let Value::Object(keys) = block else { continue };
        let mut seen = std::collections::BTreeSet::new();
        for (key, _) in keys {
            if !seen.insert(lower(key)) {
                let message = format!("`{operator}` has the key `{key}` in several cases");
                return Err(Unreadable::new(message));
            }
        }
    }
    Ok(())
}
