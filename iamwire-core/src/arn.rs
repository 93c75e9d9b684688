//! ARNs: of OIDC providers, of roles, and of the AWS principals that a trust may name.

use std::str::FromStr;

use crate::error::quoted;
use crate::text::parsed_value;
use crate::{AccountId, Finding, Invalid, Issuer, Partition, RoleName, RolePath, ValueError};

/// The ARN of an OIDC provider: `arn:PARTITION:iam::ACCOUNT:oidc-provider/ISSUER`.
///
/// Source: IAM User Guide, "IAM identifiers".
#[derive(Clone)]
pub struct ProviderArn {
    text: String,
    partition: Partition,
    account: AccountId,
    issuer: Issuer,
}

impl ProviderArn {
    /// The provider of `issuer` in `account`.
    #[must_use]
    pub fn new(partition: Partition, account: AccountId, issuer: &Issuer) -> Self {
        let text = format!("arn:{partition}:iam::{account}:oidc-provider/{issuer}");
        Self { text, partition, account, issuer: issuer.clone() }
    }

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

    /// The account that the provider is in.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The issuer whose tokens it lets in.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// What its partition and issuer have to say.
    #[must_use]
    pub fn notices(&self) -> Vec<Finding> {
        let mut notices = self.partition.notices();
        notices.extend(self.issuer.notices());
        notices
    }
}

/// Errors: `arn.form`, `arn.service`, `arn.region`, `arn.kind`, `arn.scheme`, and those of [`Partition`],
/// [`AccountId`] and [`Issuer`].
impl FromStr for ProviderArn {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const FORM: Form = Form {
            what: "provider ARN",
            service: "iam",
            kind: "oidc-provider",
            example: "arn:aws:iam::123456789012:oidc-provider/HOST/PATH",
        };
        let arn = Parts::of(text, &FORM)?;
        if arn.name.starts_with("https://") {
            let message = format!("provider ARN {} has a scheme", quoted(text));
            let help = "an ARN has the issuer without; remove `https://`";
            let invalid = Invalid::new("arn.scheme", text, message, help);
            return Err(ValueError::Arn(invalid.at(arn.name_at..arn.name_at + "https://".len())));
        }
        let issuer = arn.name.parse::<Issuer>().map_err(|e| e.within(text, arn.name_at))?;
        Ok(Self { text: text.to_owned(), partition: arn.partition, account: arn.account, issuer })
    }
}

parsed_value!(ProviderArn, "the ARN of an OIDC provider");

/// The ARN of a role: `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`.
///
/// Source: IAM User Guide, "IAM identifiers".
#[derive(Clone)]
pub struct RoleArn {
    text: String,
    partition: Partition,
    account: AccountId,
    path: RolePath,
    name: RoleName,
}

impl RoleArn {
    /// The role `name` under `path` in `account`; [`RolePath::ROOT`] where none was named.
    #[must_use]
    pub fn new(partition: Partition, account: AccountId, path: RolePath, name: RoleName) -> Self {
        let text = format!("arn:{partition}:iam::{account}:role{path}{name}");
        Self { text, partition, account, path, name }
    }

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

    /// The account that the role is in.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The path, `/` for none.
    #[must_use]
    pub fn path(&self) -> &RolePath {
        &self.path
    }

    /// The name without the path.
    #[must_use]
    pub fn name(&self) -> &RoleName {
        &self.name
    }

    /// What its partition and path have to say.
    #[must_use]
    pub fn notices(&self) -> Vec<Finding> {
        let mut notices = self.partition.notices();
        notices.extend(self.path.notices());
        notices
    }
}

/// Errors: `arn.form`, `arn.service`, `arn.region`, `arn.kind`, and those of [`Partition`],
/// [`AccountId`], [`RolePath`] and [`RoleName`].
impl FromStr for RoleArn {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const FORM: Form = Form {
            what: "role ARN",
            service: "iam",
            kind: "role",
            example: "arn:aws:iam::123456789012:role/NAME",
        };
        let arn = Parts::of(text, &FORM)?;
        let (path, name) = match arn.name.rsplit_once('/') {
            None => ("/".to_owned(), arn.name),
            Some((path, name)) => (format!("/{path}/"), name),
        };
        let name_at = text.len() - name.len();
        let path = path.parse::<RolePath>().map_err(|e| e.within(text, arn.name_at - 1))?;
        let name = name.parse::<RoleName>().map_err(|e| e.within(text, name_at))?;
        Ok(Self {
            text: text.to_owned(),
            partition: arn.partition,
            account: arn.account,
            path,
            name,
        })
    }
}

parsed_value!(RoleArn, "the ARN of a role");

/// What an ARN is expected to be.
struct Form {
    what: &'static str,
    service: &'static str,
    kind: &'static str,
    example: &'static str,
}

/// An ARN of IAM, taken apart: `arn:PARTITION:iam::ACCOUNT:KIND/NAME`.
struct Parts<'a> {
    partition: Partition,
    account: AccountId,
    name: &'a str,
    name_at: usize,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str, form: &Form) -> Result<Self, ValueError> {
        let Form { what, example, .. } = form;
        let fail = |code, message: String, help: String| {
            let message = format!("{what} {} {message}", quoted(text));
            Invalid::new(code, text, message, help)
        };
        let write = || format!("write it as `{example}`");
        if text.is_empty() {
            return Err(ValueError::Arn(Invalid::empty("arn.form", what, write())));
        }
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = *parts.as_slice() else {
            let message = match parts.as_slice() {
                ["arn", ..] => format!("has {} of 6 parts", parts.len()),
                _ => "does not begin with `arn:`".to_owned(),
            };
            return Err(ValueError::Arn(fail("arn.form", message, write())));
        };
        let partition_at = "arn:".len();
        let service_at = partition_at + partition.len() + 1;
        let region_at = service_at + service.len() + 1;
        let account_at = region_at + region.len() + 1;
        let resource_at = account_at + account.len() + 1;
        let partition = partition.parse::<Partition>().map_err(|e| e.within(text, partition_at))?;
        let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
        if service != form.service || kind != form.kind {
            let (code, at) = if service == form.service {
                ("arn.kind", resource_at..resource_at + kind.len())
            } else {
                ("arn.service", service_at..service_at + service.len())
            };
            let message = format!("is {}", describe(service, kind));
            return Err(ValueError::Arn(
                fail(code, message, kind_help(service, kind, form)).at(at),
            ));
        }
        if !region.is_empty() {
            let message = format!("has the region {}", quoted(region));
            let help = "IAM has no regions; leave that part empty, `iam::`".to_owned();
            let invalid = fail("arn.region", message, help).at(region_at..region_at + region.len());
            return Err(ValueError::Arn(invalid));
        }
        let account = account.parse::<AccountId>().map_err(|e| e.within(text, account_at))?;
        let name_at = resource_at + kind.len() + 1;
        if name_at > text.len() {
            return Err(ValueError::Arn(fail("arn.form", format!("ends after `{kind}`"), write())));
        }
        Ok(Self { partition, account, name, name_at })
    }
}

/// What an ARN of this service and kind is, in words.
fn describe(service: &str, kind: &str) -> String {
    let known = match (service, kind) {
        ("iam", "root") => "an account",
        ("iam", "user") => "a user",
        ("iam", "group") => "a group",
        ("iam", "role") => "a role",
        ("iam", "policy") => "a managed policy",
        ("iam", "oidc-provider") => "an OIDC provider",
        ("iam", "saml-provider") => "a SAML provider",
        ("iam", "instance-profile") => "an instance profile",
        ("sts", "assumed-role") => "a session of a role",
        ("sts", "federated-user") => "a session of a federated user",
        ("eks", "cluster") => "an EKS cluster",
        ("iam", kind) => return format!("of the kind {}", quoted(kind)),
        (service, _) => return format!("of the service {}", quoted(service)),
    };
    known.to_owned()
}

fn kind_help(service: &str, kind: &str, form: &Form) -> String {
    match (service, kind, form.kind) {
        ("sts", "assumed-role", "role") => {
            "name the role itself: `iam`, no session, and its path, which the session leaves out"
                .to_owned()
        }
        _ => format!("write it as `{}`", form.example),
    }
}
