//! Plans as JSON, and their digest.

use serde::ser::{Serialize, Serializer};

use crate::plan::Kept;
use crate::text::hex;
use crate::{Change, ClusterId, Finding, Partition, Plan, ProviderArn};

/// The form of a plan's JSON.
const FORMAT_VERSION: u32 = 1;

/// All of a plan.
#[derive(serde::Serialize)]
struct Whole<'a> {
    format_version: u32,
    #[serde(flatten)]
    planned: Planned<'a>,
    notices: &'a [Finding],
}

/// What is planned, and what it is planned on: what the digest is of.
#[derive(serde::Serialize)]
struct Planned<'a> {
    purpose: &'static str,
    partition: &'a Partition,
    account: &'a crate::AccountId,
    clusters: Vec<Cluster<'a>>,
    changes: &'a [Change],
    unchanged: &'a [Kept],
}

#[derive(serde::Serialize)]
struct Cluster<'a> {
    cluster: &'a ClusterId,
    provider: &'a ProviderArn,
}

impl<'a> From<&'a Plan> for Planned<'a> {
    fn from(plan: &'a Plan) -> Self {
        let clusters = plan.clusters().iter();
        Self {
            purpose: if plan.unwires() { "unwire" } else { "wire" },
            partition: &plan.caller().partition,
            account: &plan.caller().account,
            clusters: clusters.map(|c| Cluster { cluster: &c.id, provider: &c.provider }).collect(),
            changes: plan.changes(),
            unchanged: plan.unchanged(),
        }
    }
}

/// A map with `format_version` (1), `purpose` (`wire` or `unwire`), `partition`, `account`, `clusters`,
/// `changes`, `unchanged` and `notices`, in this order. Nothing reads it back.
///
/// `account` is the AWS account of providers and roles; what a change calls `service_account` is one of
/// Kubernetes.
impl Serialize for Plan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let notices = self.notices();
        Whole { format_version: FORMAT_VERSION, planned: self.into(), notices }
            .serialize(serializer)
    }
}

impl Plan {
    /// The plan as compact JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Maps have text keys and numbers are whole: nothing in it can fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The SHA-256, in hexadecimal digits, of the plan's compact JSON without `format_version` and
    /// `notices`: two plans with one digest make the same changes to the same state.
    #[must_use]
    pub fn digest(&self) -> String {
        let json = serde_json::to_vec(&Planned::from(self)).unwrap_or_default();
        hex(&hmac_sha256::Hash::hash(&json))
    }
}
