//! [`AwsPrincipal`] and [`ServicePrincipal`]: whom a trust may name beside OIDC providers.

use std::borrow::Cow;
use std::str::FromStr;

use crate::error::quoted;
use crate::text::parsed_value;
use crate::{AccountId, Invalid, RoleArn, ValueError};

/// A principal of AWS: an account by its id or root ARN; a role, user or session by its ARN; or all.
///
/// Source: IAM User Guide, "AWS JSON policy elements: Principal".
#[derive(Clone)]
pub struct AwsPrincipal(Cow<'static, str>);

impl AwsPrincipal {
    /// `*`: everyone, of every account of AWS.
    #[must_use]
    pub const fn dangerous_anyone() -> Self {
        Self(Cow::Borrowed("*"))
    }

    /// The text, as it stands in a policy.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn breadth(&self) -> String {
        match self.kind() {
            Kind::Anyone => "everyone, of every account of AWS",
            Kind::Account => "every principal of one account whose own policies allow it",
            Kind::Role => "every session of one role",
            Kind::One => "one principal of AWS",
        }
        .to_owned()
    }

    fn kind(&self) -> Kind {
        match self.as_str().splitn(6, ':').nth(5) {
            _ if self.as_str() == "*" => Kind::Anyone,
            None | Some("root") => Kind::Account,
            Some(resource) if resource.starts_with("role/") => Kind::Role,
            Some(_) => Kind::One,
        }
    }

    /// The account, if it is an account and no one in it.
    pub(crate) fn whole_account(&self) -> Option<&str> {
        (self.kind() == Kind::Account).then(|| self.account()).flatten()
    }

    /// The account that it is or is in.
    pub(crate) fn account(&self) -> Option<&str> {
        match self.as_str() {
            "*" => None,
            id if !id.contains(':') => Some(id),
            arn => arn.split(':').nth(4),
        }
    }
}

#[derive(PartialEq, Eq)]
enum Kind {
    Anyone,
    Account,
    Role,
    One,
}

/// Errors: `principal.anyone`, `principal.form`, and those of [`AccountId`].
impl FromStr for AwsPrincipal {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let fail = |code, what: &str, help: &str| {
            let message = format!("AWS principal {} {what}", quoted(text));
            Err(ValueError::Principal(Invalid::new(code, text, message, help)))
        };
        if text == "*" {
            let help = "name an account or a role; all of AWS has to be asked for";
            return fail("principal.anyone", "is everyone", help);
        }
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse::<AccountId>().map(|id| Self(Cow::Owned(id.to_string())));
        }
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let valid = match *parts.as_slice() {
            ["arn", partition, service, "", account, resource] => {
                partition.starts_with("aws")
                    && account.parse::<AccountId>().is_ok()
                    && is_principal(service, resource)
            }
            _ => false,
        };
        if !valid {
            let help = "write an account id, or the ARN of an account, role, user or session, such as `arn:aws:iam::123456789012:role/NAME`";
            return fail("principal.form", "is none that a trust can name", help);
        }
        Ok(Self(Cow::Owned(text.to_owned())))
    }
}

/// Whether the last part of an ARN names somebody, exactly.
fn is_principal(service: &str, resource: &str) -> bool {
    let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
    let named = !name.is_empty() && !name.contains(['*', '?', ' ', '$']);
    match (service, kind) {
        ("iam", "root") => resource == "root",
        ("iam", "role" | "user") | ("sts", "assumed-role" | "federated-user") => named,
        _ => false,
    }
}

parsed_value!(AwsPrincipal, "an account id, or the ARN of an account, role, user or session");

impl From<&RoleArn> for AwsPrincipal {
    fn from(role: &RoleArn) -> Self {
        Self(Cow::Owned(role.to_string()))
    }
}

impl From<&AccountId> for AwsPrincipal {
    fn from(account: &AccountId) -> Self {
        Self(Cow::Owned(account.to_string()))
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
