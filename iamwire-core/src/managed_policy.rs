//! Policies of a role by name: [`ManagedPolicy`], [`PolicyName`], [`PolicyArn`], [`InlinePolicyName`].

use std::str::FromStr;

use crate::error::quoted;
use crate::role::is_name_character;
use crate::text::parsed_value;
use crate::{AccountId, Invalid, Partition, ValueError};

/// The name of a managed policy, such as `AmazonS3ReadOnlyAccess`: 1 to 128 of `A-Z a-z 0-9 + = , . @ _ -`.
///
/// A name says neither whose policy it is nor under which path AWS keeps it; that is looked up.
///
/// Source: IAM API Reference, `CreatePolicy`, `PolicyName`.
#[derive(Clone)]
pub struct PolicyName(String);

impl PolicyName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Errors: `policy-name.empty`, `policy-name.character`, `policy-name.too-long`.
impl FromStr for PolicyName {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        check_name("policy name", text)?;
        Ok(Self(text.to_owned()))
    }
}

parsed_value!(PolicyName, "the name of a managed policy");

/// The name of a policy that is written into its role: 1 to 128 of `A-Z a-z 0-9 + = , . @ _ -`.
///
/// Source: IAM API Reference, `PutRolePolicy`, `PolicyName`.
#[derive(Clone)]
pub struct InlinePolicyName(String);

impl InlinePolicyName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Errors: `policy-name.empty`, `policy-name.character`, `policy-name.too-long`.
impl FromStr for InlinePolicyName {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        check_name("inline policy name", text)?;
        Ok(Self(text.to_owned()))
    }
}

parsed_value!(InlinePolicyName, "the name of an inline policy");

fn check_name(what: &str, text: &str) -> Result<(), ValueError> {
    let invalid = if text.is_empty() {
        Invalid::empty("policy-name.empty", what, "name the policy")
    } else if let Some(at) = text.find(|c| !is_name_character(c)) {
        let help = match text.get(at..).and_then(|rest| rest.chars().next()) {
            Some('/') => "a path is no part of the name; pass the ARN for a policy under a path",
            _ => "use letters, digits and `+=,.@_-`",
        };
        Invalid::character("policy-name.character", what, text, at, help)
    } else if text.len() > 128 {
        Invalid::too_long("policy-name.too-long", what, text, 128)
    } else {
        return Ok(());
    };
    Err(ValueError::Policy(invalid))
}

/// The ARN of a managed policy: `arn:PARTITION:iam::ACCOUNT:policy/PATH/NAME`, with `aws` in the place of
/// the account for one that AWS keeps.
///
/// Source: IAM User Guide, "IAM identifiers".
#[derive(Clone)]
pub struct PolicyArn {
    text: String,
    partition: Partition,
    /// None: AWS's own.
    account: Option<AccountId>,
    name: PolicyName,
}

impl PolicyArn {
    /// The whole ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its partition.
    #[must_use]
    pub fn partition(&self) -> &Partition {
        &self.partition
    }

    /// The account that it is in; none for a policy that AWS keeps.
    #[must_use]
    pub fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    /// The name without the path.
    #[must_use]
    pub fn name(&self) -> &PolicyName {
        &self.name
    }

    /// The name of a policy that AWS keeps, the ARN of any other.
    pub(crate) fn label(&self) -> &str {
        if self.account.is_none() { self.name.as_str() } else { &self.text }
    }
}

/// Errors: `policy-arn.form`, `policy-arn.path`, and those of [`Partition`], [`AccountId`] and [`PolicyName`].
impl FromStr for PolicyArn {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const HELP: &str = "write it as `arn:aws:iam::aws:policy/NAME`, or with your account's id";
        let fail = |code, what: &str| {
            Invalid::new(code, text, format!("policy ARN {} {what}", quoted(text)), HELP)
        };
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, "iam", "", account, resource] = *parts.as_slice() else {
            return Err(ValueError::Arn(match text {
                "" => Invalid::empty("policy-arn.form", "policy ARN", HELP),
                _ => fail("policy-arn.form", "is none of a managed policy"),
            }));
        };
        let Some(path) = resource.strip_prefix("policy/") else {
            return Err(ValueError::Arn(fail("policy-arn.form", "names no managed policy")));
        };
        let account_at = "arn::iam::".len() + partition.len();
        let partition = partition.parse::<Partition>().map_err(|e| e.within(text, 4))?;
        let account = match account {
            "aws" => None,
            id => Some(id.parse::<AccountId>().map_err(|e| e.within(text, account_at))?),
        };
        if let Some(at) = path.find(|c: char| !c.is_ascii_graphic()) {
            let at = text.len() - path.len() + at;
            let help = "use printable ASCII without blanks";
            let invalid = Invalid::character("policy-arn.path", "policy ARN", text, at, help);
            return Err(ValueError::Arn(invalid));
        }
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        let name_at = text.len() - name.len();
        let name = name.parse::<PolicyName>().map_err(|e| e.within(text, name_at))?;
        Ok(Self { text: text.to_owned(), partition, account, name })
    }
}

parsed_value!(PolicyArn, "the ARN of a managed policy");

/// A managed policy, by name or by ARN.
///
/// A name is looked up where AWS keeps its own (also under `service-role/` and `job-function/`) and in the
/// account of the role, under whatever path it is there; an ARN is taken as it is.
#[derive(Clone)]
pub struct ManagedPolicy(Inner);

#[derive(Clone)]
enum Inner {
    Name(PolicyName),
    Arn(PolicyArn),
}

impl ManagedPolicy {
    /// The name or the ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Inner::Name(name) => name.as_str(),
            Inner::Arn(arn) => arn.as_str(),
        }
    }

    /// The name, which an ARN has as well.
    #[must_use]
    pub fn name(&self) -> &PolicyName {
        match &self.0 {
            Inner::Name(name) => name,
            Inner::Arn(arn) => arn.name(),
        }
    }

    /// The ARN, if it was named by it.
    #[must_use]
    pub fn arn(&self) -> Option<&PolicyArn> {
        match &self.0 {
            Inner::Name(_) => None,
            Inner::Arn(arn) => Some(arn),
        }
    }
}

impl From<PolicyName> for ManagedPolicy {
    fn from(name: PolicyName) -> Self {
        Self(Inner::Name(name))
    }
}

impl From<PolicyArn> for ManagedPolicy {
    fn from(arn: PolicyArn) -> Self {
        Self(Inner::Arn(arn))
    }
}

/// Errors: those of [`PolicyArn`] for a text that begins with `arn:`, else those of [`PolicyName`].
impl FromStr for ManagedPolicy {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        if text.starts_with("arn:") {
            text.parse::<PolicyArn>().map(Self::from)
        } else {
            text.parse::<PolicyName>().map(Self::from)
        }
    }
}

parsed_value!(ManagedPolicy, "the name or ARN of a managed policy");
