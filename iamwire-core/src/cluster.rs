//! [`ClusterName`], [`ClusterArn`] and [`ClusterId`]: how a cluster is named.

use std::str::FromStr;

use crate::error::quoted;
use crate::text::parsed_value;
use crate::{AccountId, Invalid, Issuer, Partition, ValueError};

/// The name of an EKS cluster: 1 to 100 of `A-Z a-z 0-9 _ -`, beginning with a letter or digit.
///
/// Source: Amazon EKS API Reference, `CreateCluster`, `name`.
#[derive(Clone)]
pub struct ClusterName(String);

impl ClusterName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Errors: `cluster.empty`, `cluster.character`, `cluster.edge`, `cluster.too-long`.
impl FromStr for ClusterName {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const WHAT: &str = "cluster name";
        let invalid = if text.is_empty() {
            let help = "name the cluster, as `DescribeCluster` takes it";
            Invalid::empty("cluster.empty", WHAT, help)
        } else if let Some(at) =
            text.find(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c)))
        {
            let help = match text {
                _ if text.starts_with("arn:") => "this looks like an ARN: pass it as one",
                _ if text.starts_with("https://") => {
                    "this looks like an issuer: pass it as that of a self-managed cluster"
                }
                _ => "use letters, digits, `-` and `_`",
            };
            Invalid::character("cluster.character", WHAT, text, at, help)
        } else if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            let message = format!("{WHAT} {} does not begin with a letter or digit", quoted(text));
            Invalid::new("cluster.edge", text, message, "begin with a letter or digit").at(0..1)
        } else if text.len() > 100 {
            Invalid::too_long("cluster.too-long", WHAT, text, 100)
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(ValueError::Cluster(invalid))
    }
}

parsed_value!(ClusterName, "the name of an EKS cluster");

/// The ARN of an EKS cluster: `arn:PARTITION:eks:REGION:ACCOUNT:cluster/NAME`.
///
/// Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Elastic
/// Kubernetes Service".
#[derive(Clone)]
pub struct ClusterArn {
    text: String,
    partition: Partition,
    region: String,
    account: AccountId,
    name: ClusterName,
}

impl ClusterArn {
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

    /// Its region, such as `eu-west-3`.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The account that the cluster is in.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &ClusterName {
        &self.name
    }
}

/// Errors: `cluster-arn.form`, `cluster-arn.region`, and those of [`Partition`], [`AccountId`] and
/// [`ClusterName`].
impl FromStr for ClusterArn {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        const HELP: &str = "write it as `arn:aws:eks:REGION:123456789012:cluster/NAME`";
        let fail = |code, what: &str| {
            let message = format!("cluster ARN {} {what}", quoted(text));
            Invalid::new(code, text, message, HELP)
        };
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, "eks", region, account, resource] = *parts.as_slice() else {
            return Err(ValueError::Arn(match text {
                "" => Invalid::empty("cluster-arn.form", "cluster ARN", HELP),
                _ => fail("cluster-arn.form", "is none of a cluster of EKS"),
            }));
        };
        let Some(name) = resource.strip_prefix("cluster/") else {
            return Err(ValueError::Arn(fail("cluster-arn.form", "names no cluster")));
        };
        let region_at = "arn::eks:".len() + partition.len();
        let account_at = region_at + region.len() + 1;
        let partition = partition.parse::<Partition>().map_err(|e| e.within(text, 4))?;
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if region.is_empty() || !region.bytes().all(legal) {
            let invalid = fail("cluster-arn.region", "has no region in its fourth part");
            return Err(ValueError::Arn(invalid.at(region_at..region_at + region.len())));
        }
        let account = account.parse::<AccountId>().map_err(|e| e.within(text, account_at))?;
        let name_at = text.len() - name.len();
        let name = name.parse::<ClusterName>().map_err(|e| e.within(text, name_at))?;
        Ok(Self { text: text.to_owned(), partition, region: region.to_owned(), account, name })
    }
}

parsed_value!(ClusterArn, "the ARN of an EKS cluster");

/// How a cluster is told from others: by its name in the region of the credentials, by its ARN, or, for one
/// that EKS does not run, by its issuer.
///
/// It is parsed from, and written as, the name, the ARN, or the issuer with `https://`.
#[derive(Clone)]
pub struct ClusterId(Inner);

#[derive(Clone)]
enum Inner {
    Name(ClusterName),
    Arn(ClusterArn),
    SelfManaged { url: String, issuer: Issuer },
}

impl ClusterId {
    /// The text that it is written as.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Inner::Name(name) => name.as_str(),
            Inner::Arn(arn) => arn.as_str(),
            Inner::SelfManaged { url, .. } => url,
        }
    }

    /// The name in EKS; none for a self-managed cluster.
    #[must_use]
    pub fn name(&self) -> Option<&ClusterName> {
        match &self.0 {
            Inner::Name(name) => Some(name),
            Inner::Arn(arn) => Some(arn.name()),
            Inner::SelfManaged { .. } => None,
        }
    }

    /// The ARN, if it was named by it.
    #[must_use]
    pub fn arn(&self) -> Option<&ClusterArn> {
        match &self.0 {
            Inner::Arn(arn) => Some(arn),
            _ => None,
        }
    }

    /// The issuer of a self-managed cluster; that of a cluster of EKS is what `DescribeCluster` returns.
    #[must_use]
    pub fn self_managed(&self) -> Option<&Issuer> {
        match &self.0 {
            Inner::SelfManaged { issuer, .. } => Some(issuer),
            _ => None,
        }
    }

    /// What people call it: the name, or the issuer without `https://`.
    #[must_use]
    pub fn label(&self) -> &str {
        match &self.0 {
            Inner::Name(name) => name.as_str(),
            Inner::Arn(arn) => arn.name().as_str(),
            Inner::SelfManaged { issuer, .. } => issuer.as_str(),
        }
    }

    /// What people call it; all of it where another of these is called the same, as clusters of two regions may be.
    pub(crate) fn label_among<'a>(&self, all: impl Iterator<Item = &'a Self>) -> &str {
        let twins = all.filter(|other| other.label() == self.label()).count();
        if twins > 1 { self.as_str() } else { self.label() }
    }
}

impl From<ClusterName> for ClusterId {
    fn from(name: ClusterName) -> Self {
        Self(Inner::Name(name))
    }
}

impl From<ClusterArn> for ClusterId {
    fn from(arn: ClusterArn) -> Self {
        Self(Inner::Arn(arn))
    }
}

impl From<Issuer> for ClusterId {
    fn from(issuer: Issuer) -> Self {
        Self(Inner::SelfManaged { url: issuer.url(), issuer })
    }
}

/// Errors: those of [`ClusterName`]; of [`ClusterArn`] for a text that begins with `arn:`; of [`Issuer`] for
/// one that begins with `https://`.
impl FromStr for ClusterId {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        match text {
            _ if text.starts_with("arn:") => text.parse::<ClusterArn>().map(Self::from),
            _ if text.starts_with("https://") => text.parse::<Issuer>().map(Self::from),
            _ => text.parse::<ClusterName>().map(Self::from),
        }
    }
}

parsed_value!(ClusterId, "the name, ARN or issuer of a cluster");
