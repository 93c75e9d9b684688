//! How much still fits under a quota.

use super::document::TrustPolicy;
use super::grant::Grant;

/// The size of a trust policy that IAM takes unless the quota `ACLSizePerRole` was raised, at most to 8,192:
/// characters without white space. (AWS IAM User Guide, 'IAM and AWS STS quotas'.)
pub const SIZE_QUOTA: usize = 2048;

impl TrustPolicy {
    /// The characters that are left under a quota, for instance [`SIZE_QUOTA`]; 0 if it is used up or
    /// exceeded. As [`Self::size`] is an upper bound of what IAM counts, this is a lower one.
    #[must_use]
    pub fn room(&self, quota: usize) -> usize {
        quota.saturating_sub(self.size())
    }

    /// How many of these grants fit under a quota, granted in this order, as [`Self::grant`] would: several
    /// service accounts of one provider share a statement. Stops at the first that doesn't fit.
    #[must_use]
    pub fn fits<'g>(&self, quota: usize, grants: impl IntoIterator<Item = &'g Grant>) -> usize {
        let mut policy = self.clone();
        grants
            .into_iter()
            .take_while(|grant| match policy.grant(grant) {
                Ok(edit) => {
                    policy = edit.into_policy();
                    policy.size() <= quota
                }
                Err(_) => false,
            })
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProviderArn;

    #[test]
    fn accounts_fit_until_the_quota_is_full() {
        let provider: ProviderArn =
            "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
                .parse()
                .unwrap();
        let grants: Vec<Grant> = (0..100)
            .map(|i| {
                Grant::web_identity(&provider, format!("system:serviceaccount:shop:api{i:02}"))
            })
            .collect();
        let policy = TrustPolicy::from(&grants[0]);
        let count = policy.fits(SIZE_QUOTA, &grants[1..]);
        let each = "\"system:serviceaccount:shop:api00\",".len();
        // The first one more makes a list of the value.
        assert_eq!(count, (policy.room(SIZE_QUOTA) - "[]".len()) / each);
        assert_eq!(policy.fits(policy.size(), &grants[1..]), 0);
        assert_eq!(policy.fits(policy.size(), &grants[..1]), 1);
        assert_eq!(policy.room(policy.size()), 0);
        assert_eq!(policy.room(0), 0);
    }

    /// What is known to fit: clusters with a statement each, and service accounts of one cluster.
    #[test]
    fn what_fits_into_the_quotas() {
        let provider = |n: usize| -> ProviderArn {
            let id = format!("oidc.eks.eu-west-3.amazonaws.com/id/{n:032X}");
            format!("arn:aws:iam::123456789012:oidc-provider/{id}").parse().unwrap()
        };
        let account = |n: usize| format!("system:serviceaccount:default:api-{n:05}");
        let count =
            |grants: &[Grant], quota| 1 + TrustPolicy::from(&grants[0]).fits(quota, &grants[1..]);
        let quotas = [SIZE_QUOTA, 4096, 8192];
        let clusters: Vec<Grant> =
            (0..30).map(|n| Grant::web_identity(&provider(n), account(0))).collect();
        assert_eq!(quotas.map(|quota| count(&clusters, quota)), [4, 9, 18]);
        let without_audience: Vec<Grant> = (0..30)
            .map(|n| crate::WebIdentityGrant::new(&provider(n), account(0)))
            .map(|grant| grant.dangerous_without_audience().into())
            .collect();
        assert_eq!(quotas.map(|quota| count(&without_audience, quota)), [5, 11, 23]);
        let accounts: Vec<Grant> =
            (0..200).map(|n| Grant::web_identity(&provider(0), account(n))).collect();
        assert_eq!(quotas.map(|quota| count(&accounts, quota)), [38, 87, 184]);
    }
}
