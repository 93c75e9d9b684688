//! What the library advises, in the flags of the program.

use iamwire_core::WireError;

use super::flags::ClusterFlags;
use crate::failure::Problem;

impl ClusterFlags {
    /// Message, causes and help of an error; the help names the flag that does what it advises.
    pub(super) fn problem(&self, error: &WireError) -> Problem {
        let mut problem = Problem::of(error);
        // The error doesn't tell which of them it was.
        let of_environment = || std::env::var("AWS_PROFILE").ok().filter(|name| !name.is_empty());
        let profile = self.profile.clone().or_else(of_environment);
        let profiles: Vec<String> = profile.into_iter().chain(self.role_profile.clone()).collect();
        if error.code() == "aws.sso-expired" && !profiles.is_empty() {
            let logins = profiles.iter().map(|name| format!("`aws sso login --profile {name}`"));
            let logins: Vec<String> = logins.collect();
            problem.help = format!("sign in again: {}", logins.join(" or "));
        } else if error.code() == "aws.no-credentials" && !profiles.is_empty() {
            let names: Vec<String> = profiles.iter().map(|name| format!("`{name}`")).collect();
            problem.help = format!(
                "see whether {} is among `aws configure list-profiles` and says where its credentials are; keys of the environment don't count for a profile that is named",
                names.join(" or ")
            );
        } else if error.code() == "aws.no-region" {
            problem.help = format!("pass `--region REGION`, or {}", problem.help);
        } else if let Some(flag) = flag(error.code()) {
            problem.help = format!("{}: `{flag}`", problem.help);
        }
        problem
    }
}

/// The flag that does what the help of an error advises.
fn flag(code: &str) -> Option<&'static str> {
    Some(match code {
        "plan.namespace-missing" => "--create-namespace",
        "plan.role-foreign" | "plan.role-of-stack" => "--existing-role merge|replace",
        "plan.annotation-conflict" | "kube.field-manager" => "--force-conflicts",
        "plan.no-certificate" => "--thumbprint",
        "wire.deadline" => "--deadline SECONDS",
        "wire.not-approved" => "--approve DIGEST",
        _ => return None,
    })
}
