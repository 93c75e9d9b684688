//! Where managed policies are: a name says neither path nor account.

use crate::{Caller, ManagedPolicy, PolicyArn};

/// Owner and path: where AWS keeps most of its policies, then the other two, then the account's own without a path.
const PLACES: [(Option<&str>, &str); 4] =
    [(Some("aws"), ""), (Some("aws"), "service-role/"), (Some("aws"), "job-function/"), (None, "")];

/// The places where a policy may be, the likeliest first; of one that is named by its ARN, that.
///
/// Source: AWS Managed Policy Reference Guide, whose policies have these three paths.
pub(crate) fn places(policy: &ManagedPolicy, caller: &Caller) -> Vec<PolicyArn> {
    if let Some(arn) = policy.arn() {
        return vec![arn.clone()];
    }
    let Caller { partition, account } = caller;
    let place = |(owner, path): &(Option<&str>, &str)| {
        let owner = owner.unwrap_or(account.as_str());
        format!("arn:{partition}:iam::{owner}:policy/{path}{}", policy.name()).parse().ok()
    };
    PLACES.iter().filter_map(place).collect()
}
