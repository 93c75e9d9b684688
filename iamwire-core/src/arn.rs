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

/// Errors: `arn.form`, `arn.template`, `arn.service`, `arn.region`, `arn.kind`, `arn.scheme`, and
/// those of [`Partition`], [`AccountId`] and [`Issuer`].
impl FromStr for ProviderArn {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const FORM: Form = Form {
            what: "provider ARN",
            kinds: &[("iam", "oidc-provider")],
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

/// Errors: `arn.form`, `arn.template`, `arn.service`, `arn.region`, `arn.kind`, and those of [`Partition`],
/// [`AccountId`], [`RolePath`] and [`RoleName`].
impl FromStr for RoleArn {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const FORM: Form = Form {
            what: "role ARN",
            kinds: &[("iam", "role")],
            example: "arn:aws:iam::123456789012:role/NAME",
        };
        let arn = Parts::of(text, &FORM)?;
        let (path, name) = arn.role()?;
        let Parts { partition, account, .. } = arn;
        Ok(Self { text: text.to_owned(), partition, account, path, name })
    }
}

parsed_value!(RoleArn, "the ARN of a role");

/// What an ARN is expected to be.
pub(crate) struct Form {
    pub(crate) what: &'static str,
    /// Service and kind of each that will do.
    pub(crate) kinds: &'static [(&'static str, &'static str)],
    pub(crate) example: &'static str,
}

/// An ARN of IAM or STS, taken apart: `arn:PARTITION:SERVICE::ACCOUNT:KIND/NAME`.
pub(crate) struct Parts<'a> {
    text: &'a str,
    pub(crate) partition: Partition,
    pub(crate) account: AccountId,
    pub(crate) kind: &'a str,
    /// What follows the first `/`; empty where there is none, as in `root`.
    pub(crate) name: &'a str,
    /// Where it begins.
    pub(crate) name_at: usize,
}

impl<'a> Parts<'a> {
    pub(crate) fn of(text: &'a str, form: &Form) -> Result<Self, ValueError> {
        let Form { what, example, .. } = form;
        let fail = |code, message: String, help: String| {
            let message = format!("{what} {} {message}", quoted(text));
            Invalid::new(code, text, message, help)
        };
        let write = || format!("write it as `{example}`");
        if text.is_empty() {
            return Err(ValueError::Arn(Invalid::empty("arn.form", what, write())));
        }
        let front = text.split('/').next().unwrap_or_default();
        if front.contains('$')
            && let Some(at) = front.find("${")
        {
            let variable = text.get(at..).unwrap_or_default();
            let end = variable.find('}').map_or(text.len(), |end| at + end + 1);
            let message = "has the variable of a template".to_owned();
            let help = "fill it in: an ARN has a real partition and account".to_owned();
            return Err(ValueError::Arn(fail("arn.template", message, help).at(at..end)));
        }
        let mut parts = text.splitn(6, ':');
        let parts: [Option<&str>; 6] = std::array::from_fn(|_| parts.next());
        let [
            Some("arn"),
            Some(partition),
            Some(service),
            Some(region),
            Some(account),
            Some(resource),
        ] = parts
        else {
            let message = match parts {
                [Some("arn"), ..] => format!("has {} of 6 parts", parts.iter().flatten().count()),
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
        if !form.kinds.contains(&(service, kind)) {
            let (code, at) = if form.kinds.iter().any(|(known, _)| *known == service) {
                ("arn.kind", resource_at..resource_at + kind.len())
            } else {
                ("arn.service", service_at..service_at + service.len())
            };
            let message = format!("names {}", describe(service, kind));
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
        let name_at = (resource_at + kind.len() + 1).min(text.len());
        if kind == "root" && kind != resource {
            let help = "an account's ARN ends in `root`".to_owned();
            let invalid = fail("arn.form", "goes on after `root`".to_owned(), help);
            return Err(ValueError::Arn(invalid.at(resource_at + kind.len()..text.len())));
        }
        if kind != "root" && kind == resource {
            return Err(ValueError::Arn(fail("arn.form", format!("ends after `{kind}`"), write())));
        }
        Ok(Self { text, partition, account, kind, name, name_at })
    }

    /// Refuses what is no printable ASCII in path and name.
    pub(crate) fn printable(&self) -> Result<(), ValueError> {
        match self.name.find(|c: char| !c.is_ascii_graphic()) {
            None => Ok(()),
            Some(at) => Err(ValueError::Arn(Invalid::character(
                "arn.name",
                "ARN",
                self.text,
                self.name_at + at,
                "use printable ASCII without blanks",
            ))),
        }
    }

    /// The path and the name of a role.
    pub(crate) fn role(&self) -> Result<(RolePath, RoleName), ValueError> {
        let (path, name) = match self.name.rsplit_once('/') {
            None => ("/".to_owned(), self.name),
            Some((path, name)) => (format!("/{path}/"), name),
        };
        let name_at = self.text.len() - name.len();
        let path = path.parse().map_err(|e: ValueError| e.within(self.text, self.name_at - 1))?;
        let name = name.parse().map_err(|e: ValueError| e.within(self.text, name_at))?;
        Ok((path, name))
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
        ("iam" | "sts", kind) => return format!("{} of the service `{service}`", quoted(kind)),
        (service, _) => return format!("something of the service {}", quoted(service)),
    };
    known.to_owned()
}

fn kind_help(service: &str, kind: &str, form: &Form) -> String {
    match (service, kind, form.kinds) {
        ("sts", "assumed-role", [("iam", "role")]) => {
            "name the role itself: `iam`, no session, and its path, which the session leaves out"
                .to_owned()
        }
        _ => format!("write it as `{}`", form.example),
    }
}
