//! [`AwsPrincipal`] and [`ServicePrincipal`]: whom a trust may name beside OIDC providers.

use std::borrow::Cow;
use std::str::FromStr;

use crate::error::quoted;
use crate::text::parsed_value;
use crate::{AccountId, Invalid, PrincipalArn, PrincipalArnKind, ValueError};

/// A principal of AWS: an account by its id or root ARN; a role, user or session by its ARN; or everyone.
///
/// Source: IAM User Guide, "AWS JSON policy elements: Principal".
#[derive(Clone)]
pub struct AwsPrincipal(Whom);

#[derive(Clone)]
enum Whom {
    Anyone,
    Account(AccountId),
    Arn(PrincipalArn),
}

impl AwsPrincipal {
    /// `*`: everyone, of every account of AWS.
    #[must_use]
    pub const fn dangerous_anyone() -> Self {
        Self(Whom::Anyone)
    }

    /// The text, as it stands in a policy.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Whom::Anyone => "*",
            Whom::Account(id) => id.as_str(),
            Whom::Arn(arn) => arn.as_str(),
        }
    }

    /// The ARN, if it is named by one.
    #[must_use]
    pub fn arn(&self) -> Option<&PrincipalArn> {
        match &self.0 {
            Whom::Arn(arn) => Some(arn),
            Whom::Anyone | Whom::Account(_) => None,
        }
    }

    /// The account that it is or is in.
    #[must_use]
    pub fn account(&self) -> Option<&AccountId> {
        match &self.0 {
            Whom::Anyone => None,
            Whom::Account(id) => Some(id),
            Whom::Arn(arn) => Some(arn.account()),
        }
    }

    /// Whether it is an account and no one in it.
    pub(crate) fn is_account(&self) -> bool {
        match &self.0 {
            Whom::Anyone => false,
            Whom::Account(_) => true,
            Whom::Arn(arn) => *arn.kind() == PrincipalArnKind::Account,
        }
    }

    /// Whether both are one account, however it is named: IAM gives back the root ARN where an id was sent.
    pub(super) fn is_same_account(&self, other: &Self) -> bool {
        let by_id = matches!(self.0, Whom::Account(_)) || matches!(other.0, Whom::Account(_));
        by_id && self.is_account() && other.is_account() && self.account() == other.account()
    }

    /// Whether it is a session of a role.
    pub(crate) fn is_session(&self) -> bool {
        matches!(self.arn().map(PrincipalArn::kind), Some(PrincipalArnKind::RoleSession(_)))
    }

    pub(super) fn breadth(&self) -> String {
        match self.arn().map(PrincipalArn::kind) {
            _ if self.is_account() => "every principal of one account whose own policies allow it",
            None => "everyone, of every account of AWS",
            Some(PrincipalArnKind::Role) => "every session of one role",
            Some(_) => "one principal of AWS",
        }
        .to_owned()
    }
}

/// Errors: `principal.anyone`, and those of [`AccountId`] and [`PrincipalArn`].
impl FromStr for AwsPrincipal {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        if text == "*" {
            return Err(ValueError::Principal(Invalid::new(
                "principal.anyone",
                text,
                "AWS principal `*` is everyone",
                "name an account or a role; all of AWS has to be asked for",
            )));
        }
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        Ok(Self(if digits { Whom::Account(text.parse()?) } else { Whom::Arn(text.parse()?) }))
    }
}

parsed_value!(AwsPrincipal, "an account id, or the ARN of an account, role, user or session");

impl From<PrincipalArn> for AwsPrincipal {
    fn from(arn: PrincipalArn) -> Self {
        Self(Whom::Arn(arn))
    }
}

impl From<AccountId> for AwsPrincipal {
    fn from(account: AccountId) -> Self {
        Self(Whom::Account(account))
    }
}

/// A service of AWS, such as `ec2.amazonaws.com`.
///
/// Source: IAM User Guide, "AWS JSON policy elements: Principal".
#[derive(Clone)]
pub struct ServicePrincipal(Cow<'static, str>);

impl ServicePrincipal {
    /// `pods.eks.amazonaws.com`, EKS Pod Identity.
    pub const EKS_PODS: Self = Self(Cow::Borrowed("pods.eks.amazonaws.com"));

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Errors: `service.form`.
impl FromStr for ServicePrincipal {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let legal = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if text.contains('.') && text.chars().all(legal) && !text.split('.').any(str::is_empty) {
            return Ok(Self(Cow::Owned(text.to_owned())));
        }
        Err(ValueError::Principal(Invalid::new(
            "service.form",
            text,
            format!("service {} is no host name", quoted(text)),
            "write it as AWS documents it, such as `pods.eks.amazonaws.com`",
        )))
    }
}

parsed_value!(ServicePrincipal, "a service of AWS");
