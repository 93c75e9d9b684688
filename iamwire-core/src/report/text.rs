//! Plans as text: a line a change, in the words of the domain.

use std::collections::BTreeMap;
use std::fmt;

use crate::error::printable;
use crate::plan::Kept;
use crate::{
    Change, ClusterId, Finding, Grant, Plan, PlannedCluster, ProviderArn, TrustEdit, TrustPolicy,
};

/// The clusters, the changes with `+`, `~` or `-`, what stays as it is with `=`, and the notices; without a
/// line break at the end.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for cluster in self.clusters() {
            writeln!(f, "cluster   {}", printable(&shown_cluster(cluster, self)))?;
        }
        let changes = counted(self.changes().len(), "change");
        match self.unchanged().len() {
            0 => write!(f, "plan      {changes}")?,
            count => write!(f, "plan      {changes}, {count} unchanged")?,
        }
        for row in rows(self) {
            write!(f, "\n  {row}")?;
        }
        self.notices().iter().try_for_each(|notice| write!(f, "\n{}", shown_notice(notice)))
    }
}

/// `prod  eu-west-3  123456789012  Kubernetes 1.36`, or the issuer.
fn shown_cluster(cluster: &PlannedCluster, plan: &Plan) -> String {
    let mut parts = vec![cluster.id.label().to_owned()];
    match &cluster.place {
        Some((region, account)) => {
            parts.push(region.clone());
            parts.push(account.to_string());
            if *account != plan.caller().account {
                parts.push(format!("role in {}", plan.caller().account));
            }
        }
        None => parts.push(format!("role in {}", plan.caller().account)),
    }
    parts.extend(cluster.version.as_ref().map(|version| format!("Kubernetes {version}")));
    parts.join("  ")
}

fn shown_notice(notice: &Finding) -> String {
    let (message, help) = (printable(&notice.message), printable(&notice.help));
    format!("{:<9} {message}\n          {help}", notice.severity.to_string())
}

/// `1 change`, `2 changes`.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// One line: what happens to what. What others have written, as values of tags and annotations, can't end it.
struct Row {
    sign: char,
    kind: &'static str,
    name: String,
    detail: String,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:<9} {}", self.sign, self.kind, printable(&self.name))?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, "   {}", printable(&self.detail)) }
    }
}

fn row(sign: char, kind: &'static str, name: impl fmt::Display, detail: impl Into<String>) -> Row {
    Row { sign, kind, name: name.to_string(), detail: detail.into() }
}

fn rows(plan: &Plan) -> Vec<Row> {
    let words = Words::of(plan);
    let changes = plan.changes().iter().map(|change| words.change(change));
    changes.chain(plan.unchanged().iter().map(|kept| words.kept(kept))).collect()
}

/// How much must be said to tell things apart.
struct Words<'a> {
    clusters: &'a [PlannedCluster],
    several_roles: bool,
}

impl<'a> Words<'a> {
    fn of(plan: &'a Plan) -> Self {
        let first = plan.wired().first();
        let differs = |role: &crate::RoleArn| first.is_some_and(|f| f.role_arn != *role);
        Self {
            clusters: plan.clusters(),
            several_roles: plan.wired().iter().any(|wired| differs(&wired.role_arn)),
        }
    }

    fn change(&self, change: &Change) -> Row {
        match change {
            Change::CreateProvider { .. }
            | Change::AddAudience { .. }
            | Change::SetThumbprints { .. }
            | Change::DeleteProvider { .. } => of_provider(change),
            Change::CreateRole { .. }
            | Change::UpdateRole { .. }
            | Change::PutBoundary { .. }
            | Change::UpdateTrust { .. }
            | Change::TagRole { .. }
            | Change::DeleteRole { .. } => self.of_role(change),
            Change::AttachPolicy { role, policy } => {
                row('+', "policy", policy.label(), self.on_role("", role))
            }
            Change::DetachPolicy { role, policy } => {
                row('-', "policy", policy.label(), self.on_role("", role))
            }
            Change::PutInlinePolicy { role, name, was, .. } => {
                let sign = if was.is_some() { '~' } else { '+' };
                row(sign, "policy", name, self.on_role("inline", role))
            }
            Change::DeleteInlinePolicy { role, name } => {
                row('-', "policy", name, self.on_role("inline", role))
            }
            Change::CreateNamespace { .. }
            | Change::CreateAccount { .. }
            | Change::ApplyAccount { .. }
            | Change::RemoveAnnotations { .. }
            | Change::DeleteAccount { .. } => self.of_kubernetes(change),
        }
    }

    fn of_role(&self, change: &Change) -> Row {
        match change {
            Change::CreateRole {
                role,
                trust,
                description,
                max_session_duration,
                boundary,
                tags,
            } => {
                let mut parts = vec![format!("trusts {}", self.trusted(trust))];
                parts.extend(description.as_ref().map(|d| format!("description {:?}", d.as_str())));
                parts.extend(max_session_duration.map(|d| format!("sessions of at most {d} s")));
                parts.extend(boundary.as_ref().map(|b| format!("boundary {}", b.label())));
                // The mark goes without saying.
                let tags: BTreeMap<_, _> =
                    tags.iter().filter(|(key, _)| *key != crate::mark::TAG).collect();
                parts.extend(tags.iter().map(|(k, v)| format!("tag {k}={v}")));
                let path = role.path().as_str();
                if path != "/" {
                    parts.push(format!("path {path}"));
                }
                row('+', "role", role.name(), parts.join(", "))
            }
            Change::UpdateRole {
                role,
                description,
                max_session_duration,
                was_description,
                was_max_session_duration,
            } => {
                let mut parts = Vec::new();
                if description != was_description {
                    let (was, new) =
                        (quote(was_description.as_deref()), quote(description.as_deref()));
                    parts.push(format!("description {was} becomes {new}"));
                }
                if max_session_duration != was_max_session_duration {
                    parts.push(format!(
                        "sessions of at most {was_max_session_duration} s become {max_session_duration} s"
                    ));
                }
                row('~', "role", role.name(), parts.join(", "))
            }
            Change::PutBoundary { role, boundary, was } => {
                let detail = match was {
                    None => format!("+ boundary {}", boundary.label()),
                    Some(was) => format!("boundary {} becomes {}", was.label(), boundary.label()),
                };
                row('~', "role", role.name(), detail)
            }
            Change::UpdateTrust { role, edit, trust, was, also } => {
                let detail = self.trust_change(edit, trust, was) + &shown_also(also);
                row('~', "role", role.name(), detail)
            }
            Change::TagRole { role, tags, was } => {
                let tags: Vec<String> = tags
                    .iter()
                    .map(|(key, value)| match was.get(key) {
                        None => format!("+ tag {key}={value}"),
                        Some(was) => format!("tag {key}={was} becomes {value}"),
                    })
                    .collect();
                row('~', "role", role.name(), tags.join(", "))
            }
            other => row(
                '-',
                "role",
                other.role().map_or("", |r| r.name().as_str()),
                "with its trust policy",
            ),
        }
    }

    fn of_kubernetes(&self, change: &Change) -> Row {
        match change {
            Change::CreateNamespace { cluster, namespace, .. } => {
                row('+', "namespace", namespace, self.in_cluster("", cluster))
            }
            Change::CreateAccount { cluster, service_account: account, annotations, .. } => {
                let lines: Vec<String> =
                    annotations.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                row('+', "account", account, self.in_cluster(&lines.join(", "), cluster))
            }
            Change::ApplyAccount {
                cluster, service_account: account, annotations, was, ..
            } => {
                let differs =
                    annotations.iter().filter(|(key, value)| was.get(*key) != Some(value));
                let differs = differs.map(|(key, value)| match was.get(key) {
                    None => format!("+ {key}: {value}"),
                    Some(was) => format!("{key}: {was} becomes {value}"),
                });
                let gone = was.iter().filter(|(key, _)| !annotations.contains_key(*key));
                let gone = gone.map(|(key, value)| format!("- {key}: {value}"));
                let lines: Vec<String> = differs.chain(gone).collect();
                row('~', "account", account, self.in_cluster(&lines.join(", "), cluster))
            }
            Change::RemoveAnnotations { cluster, service_account: account, removed, .. } => {
                let mut lines: Vec<String> =
                    removed.iter().map(|(key, value)| format!("- {key}: {value}")).collect();
                if lines.is_empty() {
                    lines.push("no annotation goes, and none is owned any more".to_owned());
                }
                row('~', "account", account, self.in_cluster(&lines.join(", "), cluster))
            }
            other => {
                let Some((cluster, account)) = other.service_account() else {
                    return row('~', "", "", "");
                };
                row('-', "account", account, self.in_cluster("", cluster))
            }
        }
    }

    fn kept(&self, kept: &Kept) -> Row {
        match kept {
            Kept::Provider { provider } => row('=', "provider", shown_issuer(provider), ""),
            Kept::Role { role, also } => {
                let also = shown_also(also);
                row('=', "role", role.name(), also.trim_start_matches(", "))
            }
            Kept::Policy { role, policy } => {
                row('=', "policy", policy.label(), self.on_role("", role))
            }
            Kept::InlinePolicy { role, name } => {
                row('=', "policy", name, self.on_role("inline", role))
            }
            Kept::Namespace { cluster, namespace } => {
                row('=', "namespace", namespace, self.in_cluster("", cluster))
            }
            Kept::Account { cluster, service_account: account } => {
                row('=', "account", account, self.in_cluster("", cluster))
            }
        }
    }

    /// Whom a document trusts.
    fn trusted(&self, trust: &TrustPolicy) -> String {
        let grants: Vec<Grant> = trust.grants().into_iter().map(|g| g.grant).collect();
        self.grants(&grants)
    }

    /// Whom a trust policy trusts, and how many statements say something else, such as those that deny.
    fn all_of(&self, trust: &TrustPolicy) -> String {
        let grants = trust.grants();
        let is_told = |index: usize| grants.iter().any(|granted| granted.statement == index);
        let others = trust.statements().filter(|statement| !is_told(statement.index())).count();
        let others = match others {
            0 => return self.trusted(trust),
            1 => "1 other statement".to_owned(),
            many => format!("{many} other statements"),
        };
        if grants.is_empty() { others } else { format!("{} and {others}", self.trusted(trust)) }
    }

    /// Grants with one audience of one cluster together: `A and B of prod for sts.amazonaws.com`.
    fn grants(&self, grants: &[Grant]) -> String {
        let groups: Vec<String> = grants
            .chunk_by(|a, b| self.place(a).is_some() && self.place(a) == self.place(b))
            .map(|group| match group {
                [first, _, ..] => {
                    let subjects = group.iter().filter_map(Grant::as_web_identity);
                    let subjects: Vec<String> =
                        subjects.map(|web| web.subject().to_string()).collect();
                    subjects.join(" and ") + &self.place(first).unwrap_or_default()
                }
                [one] => match (one.as_web_identity(), self.place(one)) {
                    (Some(web), Some(place)) => format!("{}{place}", web.subject()),
                    _ => one.to_string(),
                },
                [] => String::new(),
            })
            .collect();
        if groups.is_empty() { "nobody".to_owned() } else { groups.join("; ") }
    }

    /// ` for sts.amazonaws.com`, with the cluster before it where there are several; none for a grant of
    /// another kind, or of a cluster that isn't planned for.
    fn place(&self, grant: &Grant) -> Option<String> {
        let web = grant.as_web_identity()?;
        let cluster = self.clusters.iter().find(|c| c.provider == *web.provider())?;
        let audiences: Vec<String> = web.audiences().iter().map(ToString::to_string).collect();
        let audiences = match audiences.as_slice() {
            [] => "any audience".to_owned(),
            all => all.join(" or "),
        };
        Some(if self.clusters.len() > 1 {
            format!(" of {} for {audiences}", self.label(&cluster.id))
        } else {
            format!(" for {audiences}")
        })
    }

    fn label<'b>(&self, cluster: &'b ClusterId) -> &'b str {
        cluster.label_among(self.clusters.iter().map(|planned| &planned.id))
    }

    fn trust_change(&self, edit: &TrustEdit, trust: &TrustPolicy, was: &TrustPolicy) -> String {
        match edit {
            TrustEdit::Replace(_) => {
                format!("trusts {} in the place of {}", self.trusted(trust), self.all_of(was))
            }
            TrustEdit::Grant(grants) => {
                let before: Vec<Grant> = was.grants().into_iter().map(|g| g.grant).collect();
                let new: Vec<Grant> =
                    grants.iter().filter(|g| !before.contains(g)).cloned().collect();
                format!("+ trusts {}", self.grants(&new))
            }
            TrustEdit::Revoke(grants) => {
                let before: Vec<Grant> = was.grants().into_iter().map(|g| g.grant).collect();
                let gone: Vec<Grant> =
                    grants.iter().filter(|g| before.contains(g)).cloned().collect();
                format!("- trusts {}", self.grants(&gone))
            }
        }
    }

    fn on_role(&self, detail: &str, role: &crate::RoleArn) -> String {
        match (self.several_roles, detail) {
            (false, detail) => detail.to_owned(),
            (true, "") => format!("of role {}", role.name()),
            (true, detail) => format!("{detail}, of role {}", role.name()),
        }
    }

    fn in_cluster(&self, detail: &str, cluster: &ClusterId) -> String {
        match (self.clusters.len() > 1, detail) {
            (false, detail) => detail.to_owned(),
            (true, "") => format!("in {}", self.label(cluster)),
            (true, detail) => format!("in {}   {detail}", self.label(cluster)),
        }
    }
}

fn of_provider(change: &Change) -> Row {
    match change {
        Change::CreateProvider { provider, audiences, thumbprints, .. } => {
            let s = if audiences.len() == 1 { "" } else { "s" };
            let audiences: Vec<&str> = audiences.iter().map(crate::Audience::as_str).collect();
            let thumbprints = if thumbprints.is_empty() {
                "thumbprint left to IAM".to_owned()
            } else {
                shown_thumbprints(thumbprints.iter().map(crate::Thumbprint::as_str))
            };
            let detail = format!("audience{s} {}, {thumbprints}", audiences.join(" and "));
            row('+', "provider", shown_issuer(provider), detail)
        }
        Change::AddAudience { provider, audience } => {
            row('~', "provider", shown_issuer(provider), format!("+ audience {audience}"))
        }
        Change::SetThumbprints { provider, thumbprints, was } => {
            let new = shown_thumbprints(thumbprints.iter().map(crate::Thumbprint::as_str));
            let was = was.join(" and ");
            let was = if was.is_empty() { "none" } else { &was };
            let detail = format!("{new} in the place of {was}");
            row('~', "provider", shown_issuer(provider), detail)
        }
        Change::DeleteProvider { provider } => row('-', "provider", shown_issuer(provider), ""),
        _ => row('~', "", "", ""),
    }
}

fn shown_thumbprints<'a>(thumbprints: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = thumbprints.collect();
    let s = if all.len() == 1 { "" } else { "s" };
    format!("thumbprint{s} {}", all.join(" and "))
}

/// The issuer, whole: two of them differ in their last digits.
fn shown_issuer(provider: &ProviderArn) -> &str {
    provider.issuer().as_str()
}

fn shown_also(also: &[String]) -> String {
    if also.is_empty() { String::new() } else { format!(", also {}", also.join(", ")) }
}

fn quote(text: Option<&str>) -> String {
    text.map_or_else(|| "none".to_owned(), |text| format!("{text:?}"))
}
