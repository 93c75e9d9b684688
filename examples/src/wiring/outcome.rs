//! [`Outcome`]: what came of it, as text and as JSON.

use std::io::{self, Write};

use iamwire_core::kube::KubeError;
use iamwire_core::{
    Change, ClusterId, Finding, Manifest, Plan, RoleArn, Stopped, WireError, Wired,
};
use serde::Serialize;

use crate::Exit;
use crate::failure::Problem;
use crate::notices::tell;
use crate::shown::shown;

/// The form of the JSON.
const FORMAT_VERSION: u32 = 1;

/// What came of a wiring, an unwiring or a plan of one.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) plan: Option<Plan>,
    pub(super) wired: Vec<Wired>,
    pub(super) done: Vec<Change>,
    pub(super) in_doubt: Vec<Change>,
    pub(super) not_begun: Vec<Change>,
    pub(super) notices: Vec<Finding>,
    /// Calls that were made; none where that isn't known.
    pub(super) calls: Option<usize>,
    /// Why it is not all done.
    pub(super) failure: Option<Problem>,
}

/// The result as JSON: `role_arn`, `digest`, `plan` and `manifest` are null where it didn't come so far.
#[derive(Serialize)]
struct Json<'a> {
    format_version: u32,
    role_arn: Option<&'a RoleArn>,
    digest: Option<String>,
    plan: Option<&'a Plan>,
    done: &'a [Change],
    in_doubt: &'a [Change],
    not_begun: &'a [Change],
    notices: &'a [Finding],
    manifest: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Error<'a>>,
}

#[derive(Serialize)]
struct Error<'a> {
    code: &'a str,
    message: &'a str,
    because: &'a [String],
    help: &'a str,
}

impl Outcome {
    /// A plan, and nothing done.
    pub(super) fn planned(plan: Plan) -> Self {
        Self {
            wired: plan.wired().to_vec(),
            not_begun: plan.changes().to_vec(),
            notices: plan.notices().to_vec(),
            plan: Some(plan),
            ..Self::default()
        }
    }

    /// The error says what was done by then.
    pub(super) fn failed(plan: Option<Plan>, error: &WireError, problem: Problem) -> Self {
        let plan = match error {
            WireError::NotApproved(_, plan) => Some((**plan).clone()),
            _ => plan,
        };
        let mut outcome = plan.map_or_else(Self::default, Self::planned);
        if let Some(stopped) = error.stopped() {
            outcome.done = stopped.done().to_vec();
            outcome.in_doubt = stopped.in_doubt().to_vec();
            outcome.not_begun = stopped.not_begun().to_vec();
        }
        outcome.failure = Some(Problem { exit: exit_of(error), ..problem });
        outcome
    }

    /// How the program ends.
    pub(super) fn exit(&self) -> Exit {
        self.failure.as_ref().map_or(Exit::Fine, |problem| problem.exit)
    }

    /// What was made, is in doubt and was not begun; nothing where nothing was begun.
    pub(super) fn tell_how_far(&self, errors: &mut dyn Write) {
        if self.done.is_empty() && self.in_doubt.is_empty() {
            return;
        }
        let all =
            [("done", &self.done), ("in doubt", &self.in_doubt), ("not begun", &self.not_begun)];
        for (word, changes) in all {
            for change in changes {
                row(errors, word, &change.to_string());
            }
        }
    }

    /// How many changes were made, with how many calls, and what nobody knew before.
    pub(super) fn tell_applied(&self, draws: bool, errors: &mut dyn Write) {
        let bar = if draws {
            "━━━━━━━━━━━━━━━━━━━━ "
        } else {
            ""
        };
        let calls = self.calls.map(|calls| format!("  {calls} calls")).unwrap_or_default();
        match self.done.len() {
            0 => row(errors, "apply", "nothing to do"),
            done => row(errors, "apply", &format!("{bar}{done}/{done}{calls}")),
        }
        let known = self.plan.as_ref().map_or(&[][..], |plan| plan.notices());
        tell(errors, self.notices.iter().filter(|notice| !known.contains(notice)).cloned());
    }

    /// Whether nothing was done for the service account and its role: a provider may go alone.
    fn takes_nothing(&self) -> bool {
        self.done.iter().all(|change| matches!(change, Change::DeleteProvider { .. }))
    }

    pub(super) fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let wired = self.wired.first();
        let failure = self.failure.as_ref().map(Problem::shown);
        let json = Json {
            format_version: FORMAT_VERSION,
            role_arn: wired.map(|wired| &wired.role_arn),
            digest: self.plan.as_ref().map(Plan::digest),
            plan: self.plan.as_ref(),
            done: &self.done,
            in_doubt: &self.in_doubt,
            not_begun: &self.not_begun,
            notices: &self.notices,
            manifest: wired.and_then(|wired| as_value(&wired.manifest)),
            error: failure.as_ref().map(|problem| Error {
                code: &problem.code,
                message: &problem.message,
                because: &problem.causes,
                help: &problem.help,
            }),
        };
        let text = serde_json::to_string(&json).map_err(io::Error::other)?;
        writeln!(out, "{text}")
    }

    /// The result for people: the role, the service account as it has to be, and how to see it work; with the
    /// AWS profile that was named.
    pub(super) fn write_text(
        &self,
        unwires: bool,
        sandboxed: bool,
        profile: Option<&str>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for wired in &self.wired {
            let whose = format!("{} of {}", wired.service_account, wired.cluster.label());
            if unwires && self.takes_nothing() {
                writeln!(out, "nothing to unwire: {whose} with {}", wired.role_arn)?;
                continue;
            }
            if unwires {
                row(out, "unwired", &format!("{whose} from {}", wired.role_arn));
                continue;
            }
            row(out, "wired", &format!("{whose} with {}", wired.role_arn));
            writeln!(out, "\n{}", wired.manifest.to_yaml())?;
            if sandboxed {
                let what = format!("{}   # in a cluster of your own", see_it("kubectl", wired));
                row(out, "see it", &what);
            } else {
                let kubectl = kubectl(self.plan.as_ref(), &wired.cluster, profile);
                row(out, "see it", &see_it(&kubectl, wired));
            }
        }
        for change in &self.done {
            if let Change::DeleteProvider { provider } = change {
                row(out, "deleted", provider.as_str());
            }
        }
        Ok(())
    }
}

/// kubectl, as it reaches the cluster: by the kubeconfig's context, or by one that the AWS CLI makes first.
fn kubectl(plan: Option<&Plan>, cluster: &ClusterId, profile: Option<&str>) -> String {
    let observed = plan.map(Plan::observed);
    let way = observed.and_then(|observed| observed.ways.get(cluster));
    let seen = observed.and_then(|observed| observed.clusters.get(cluster)?.seen());
    match (way, seen) {
        (Some(way), _) => way.kubectl(),
        (None, Some(seen)) => {
            let (region, name) = (seen.arn.region(), seen.arn.name());
            let profile = profile.map(|name| format!(" --profile {}", quoted(name)));
            let profile = profile.unwrap_or_default();
            let make =
                format!("aws eks update-kubeconfig --region {region} --name {name}{profile}");
            format!("{make} && kubectl --context {}", seen.arn)
        }
        (None, None) => "kubectl".to_owned(),
    }
}

/// A pod under the service account that prints its role.
fn see_it(kubectl: &str, wired: &Wired) -> String {
    let (namespace, name) = (wired.service_account.namespace(), wired.service_account.name());
    let pod = pod_name(name.as_str());
    format!(
        r#"{kubectl} -n {namespace} run {pod} --rm -i --restart=Never --image=busybox --overrides='{{"spec":{{"serviceAccountName":"{name}"}}}}' -- printenv AWS_ROLE_ARN"#
    )
}

/// The name of a pod for a service account: kubectl makes its container's of it, a label of DNS.
fn pod_name(account: &str) -> String {
    let name: String = format!("see-{}", account.replace('.', "-")).chars().take(63).collect();
    name.trim_end_matches('-').to_owned()
}

/// A line that begins with a word.
pub(super) fn row(out: &mut dyn Write, word: &str, what: &str) {
    // Nobody is left to be told when the reader is gone; what must be written is flushed later.
    let _ = writeln!(out, "{word:<9} {}", shown(what));
}

/// As a shell takes it for one word.
pub(crate) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-:@=%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn as_value(manifest: &Manifest) -> Option<serde_json::Value> {
    serde_json::from_str(&manifest.to_json()).ok()
}

/// What nobody can tell is 3, whatever stopped it; no credentials, also none for the token of a cluster, no
/// region and a kubeconfig that can't be read are input, unless something was done with it.
fn exit_of(error: &WireError) -> Exit {
    let stopped = error.stopped();
    match stopped.map_or(error, Stopped::why) {
        _ if stopped.is_some_and(|stopped| !stopped.in_doubt().is_empty()) => Exit::Undetermined,
        WireError::Deadline(..) => Exit::Undetermined,
        _ if stopped.is_some_and(|stopped| !stopped.done().is_empty()) => Exit::Refused,
        WireError::Aws(error) if error.call().is_none() => Exit::Unreadable,
        WireError::Kube(error @ KubeError::Access(_)) if is_input(error.code()) => Exit::Unreadable,
        _ => Exit::Refused,
    }
}

/// Whether a way to a cluster that is not to be had is so because of what was passed.
fn is_input(code: &str) -> bool {
    code.starts_with("aws.") || ["kube.kubeconfig", "kube.no-access", "kube.proxy"].contains(&code)
}

#[cfg(test)]
mod tests {
    use super::pod_name;

    #[test]
    fn a_pod_has_the_name_of_a_label() {
        assert_eq!(pod_name("api"), "see-api");
        assert_eq!(pod_name("my.api.v2"), "see-my-api-v2");
        assert_eq!(pod_name(&"a".repeat(70)), format!("see-{}", "a".repeat(59)));
        assert_eq!(pod_name(&format!("{}.b", "a".repeat(58))), format!("see-{}", "a".repeat(58)));
    }
}
