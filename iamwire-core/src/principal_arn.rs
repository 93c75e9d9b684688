//! [`PrincipalArn`]: an AWS principal, who may call STS with credentials of AWS.

use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::arn::{Form, Parts};
use crate::error::{character_name, quoted};
use crate::role::is_name_character;
use crate::text::parsed_value;
use crate::{AccountId, Finding, Invalid, Partition, RoleName, ValueError};

/// The ARN of an AWS principal: an account (`…:root`), a user, a role, or a session of either.
///
/// Source: IAM User Guide, "AWS JSON policy elements: Principal".
#[derive(Clone)]
pub struct PrincipalArn {
    text: String,
    partition: Partition,
    account: AccountId,
    kind: PrincipalArnKind,
}

/// What an AWS principal is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrincipalArnKind {
    /// The account itself, `arn:…:iam::ACCOUNT:root`.
    Account,
    /// A user, `arn:…:iam::ACCOUNT:user/PATH/NAME`.
    User,
    /// A role, `arn:…:iam::ACCOUNT:role/PATH/NAME`.
    Role,
    /// A session of a role, `arn:…:sts::ACCOUNT:assumed-role/NAME/SESSION`: the role's name, whose path the
    /// session leaves out.
    RoleSession(RoleName),
    /// A session of a user, `arn:…:sts::ACCOUNT:federated-user/NAME`.
    FederatedUser,
}

impl PrincipalArn {
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

    /// The account that it is in.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> &PrincipalArnKind {
        &self.kind
    }

    /// The ARN of its account, `arn:PARTITION:iam::ACCOUNT:root`, which a policy may name in its stead.
    #[must_use]
    pub fn root(&self) -> Self {
        let Self { partition, account, .. } = self.clone();
        let text = format!("arn:{partition}:iam::{account}:root");
        Self { text, partition, account, kind: PrincipalArnKind::Account }
    }

    /// What its partition has to say.
    #[must_use]
    pub fn notices(&self) -> Vec<Finding> {
        self.partition.notices()
    }
}

/// Errors: `arn.form`, `arn.template`, `arn.service`, `arn.region`, `arn.kind`, `arn.name`, and
/// those of [`Partition`], [`AccountId`] and, for roles and their sessions, [`RolePath`](crate::RolePath) and [`RoleName`].
impl FromStr for PrincipalArn {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const FORM: Form = Form {
            what: "principal ARN",
            kinds: &[
                ("iam", "root"),
                ("iam", "user"),
                ("iam", "role"),
                ("sts", "assumed-role"),
                ("sts", "federated-user"),
            ],
            example: "arn:aws:iam::123456789012:role/NAME",
        };
        let arn = Parts::of(text, &FORM)?;
        let kind = match arn.kind {
            "root" => PrincipalArnKind::Account,
            "role" => {
                arn.role()?;
                PrincipalArnKind::Role
            }
            "assumed-role" => {
                let (name, session) = arn.name.split_once('/').unwrap_or((arn.name, ""));
                let name = name.parse::<RoleName>().map_err(|e| e.within(text, arn.name_at))?;
                check_name(text, session, "the session", 2..=64)?;
                PrincipalArnKind::RoleSession(name)
            }
            "federated-user" => {
                check_name(text, arn.name, "the federated user", 2..=32)?;
                PrincipalArnKind::FederatedUser
            }
            _ => {
                let name = arn.name.rsplit_once('/').map_or(arn.name, |(_, name)| name);
                arn.printable()?;

                check_name(text, name, "the user", 1..=64)?;
                PrincipalArnKind::User
            }
        };
        Ok(Self { text: text.to_owned(), partition: arn.partition, account: arn.account, kind })
    }
}

/// Judges the end of an ARN, the name of `whose`, by its length and characters.
fn check_name(
    arn: &str,
    name: &str,
    whose: &str,
    lengths: RangeInclusive<usize>,
) -> Result<(), ValueError> {
    let start = arn.len() - name.len();
    let fail = |message: String, help: String, at| {
        let message = format!("principal ARN {} {message}", quoted(arn));
        Err(ValueError::Arn(Invalid::new("arn.name", arn, message, help).at(at)))
    };
    let count = name.chars().count();
    let (least, most) = (lengths.start(), lengths.end());

    if !lengths.contains(&count) {
        let s = if count == 1 { "" } else { "s" };
        let message = format!("has {count} character{s} in the name of {whose}");
        return fail(message, format!("AWS takes {least} to {most}"), start..arn.len());
    }
    if let Some((at, c)) = name.char_indices().find(|(_, c)| !is_name_character(*c)) {
        let message = format!("contains {} in the name of {whose}", character_name(c));
        let at = start + at..start + at + c.len_utf8();
        return fail(message, "use letters, digits and `+=,.@_-`".to_owned(), at);
    }
    Ok(())
}

parsed_value!(PrincipalArn, "the ARN of an AWS principal");
