//! [`Partition`]: the part of AWS that an ARN belongs to.

use std::borrow::Cow;
use std::str::FromStr;

use crate::error::quoted;
use crate::text::parsed_value;
use crate::{Finding, Invalid, Severity, ValueError};

/// A partition of AWS: `aws`, or `aws-` and more lower-case letters, digits and `-`.
///
/// The list is open: AWS adds partitions, and one that is not known here is as good as the others, only
/// without a [DNS suffix](Self::dns_suffix). Take it from the cluster's ARN, never from a guess.
///
/// Source: AWS IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)".
#[derive(Clone)]
pub struct Partition(Cow<'static, str>);

/// The partitions that are known, with the suffix of their service hosts.
const KNOWN: [(&str, &str); 8] = [
    ("aws", "amazonaws.com"),
    ("aws-cn", "amazonaws.com.cn"),
    ("aws-us-gov", "amazonaws.com"),
    ("aws-iso", "c2s.ic.gov"),
    ("aws-iso-b", "sc2s.sgov.gov"),
    ("aws-iso-e", "cloud.adc-e.uk"),
    ("aws-iso-f", "csp.hci.ic.gov"),
    ("aws-eusc", "amazonaws.eu"),
];

impl Partition {
    /// `aws`, the commercial regions.
    pub const AWS: Self = Self(Cow::Borrowed("aws"));
    /// `aws-cn`, China.
    pub const AWS_CN: Self = Self(Cow::Borrowed("aws-cn"));
    /// `aws-us-gov`, AWS GovCloud (US).
    pub const AWS_US_GOV: Self = Self(Cow::Borrowed("aws-us-gov"));

    /// The text, such as `aws-cn`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The end of the hosts of its services, such as `amazonaws.com.cn`; none if the partition is not known.
    ///
    /// It says nothing of audiences: tokens of EKS are for `sts.amazonaws.com` in every partition.
    #[must_use]
    pub fn dns_suffix(&self) -> Option<&'static str> {
        KNOWN.iter().find(|(name, _)| *name == self.as_str()).map(|(_, suffix)| *suffix)
    }

    /// A note where the partition is none of those that are known.
    #[must_use]
    pub fn notices(&self) -> Vec<Finding> {
        if self.dns_suffix().is_some() {
            return Vec::new();
        }
        vec![Finding::new(
            "partition.unknown",
            Severity::Note,
            format!("partition {} is not known", quoted(self.as_str())),
            "check its spelling; a new partition of AWS works all the same",
        )]
    }
}

/// Errors: `partition.empty`, `partition.form`.
impl FromStr for Partition {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        if let Some((known, _)) = KNOWN.iter().find(|(name, _)| *name == text) {
            return Ok(Self(Cow::Borrowed(known)));
        }
        let more = text.strip_prefix("aws-").is_some_and(|more| {
            let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            !more.is_empty() && more.bytes().all(legal)
        });
        if more {
            return Ok(Self(Cow::Owned(text.to_owned())));
        }
        let help = "use lower case, for instance `aws`, `aws-cn` or `aws-us-gov`";
        if text.is_empty() {
            return Err(ValueError::Partition(Invalid::empty(
                "partition.empty",
                "partition",
                help,
            )));
        }
        let message = format!("partition {} is neither `aws` nor `aws-…`", quoted(text));
        Err(ValueError::Partition(Invalid::new("partition.form", text, message, help)))
    }
}

parsed_value!(Partition, "a partition of AWS");
