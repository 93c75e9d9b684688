//! The flags that `wire` and `unwire` share, and what they ask for.

use std::collections::BTreeSet;
use std::mem;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use iamwire_core::{
    Account, Audience, Binding, Cluster, ClusterId, Desired, ExistingRole, InlinePolicyName,
    Issuer, ManagedPolicy, PermissionsPolicy, Role, RoleName, ServiceAccountRef, TagKey, TagValue,
    ThumbprintChoice, Thumbprints, TokenExpiration,
};

use crate::{Failure, Streams, input};

/// What is wired, and how. All of it may be left out: nothing at all means the sandbox.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
pub(crate) struct Flags {
    #[command(flatten)]
    pub(super) cluster: ClusterFlags,
    #[command(flatten)]
    account: AccountFlags,
    #[command(flatten)]
    role: RoleFlags,
    #[command(flatten)]
    pub(super) run: RunFlags,
}

/// Which cluster, and how it and AWS are reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Cluster and credentials")]
pub(super) struct ClusterFlags {
    /// The cluster of EKS
    #[arg(long, value_name = "NAME|ARN", conflicts_with = "issuer")]
    pub(super) cluster: Option<String>,
    /// The issuer of a cluster that EKS does not run; it is reached by the kubeconfig
    #[arg(long, value_name = "URL")]
    pub(super) issuer: Option<String>,
    /// The AWS region, if not that of the ARN, the environment or the profile
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub(super) region: Option<String>,
    /// The AWS profile, before any credentials of the environment
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(super) profile: Option<String>,
    /// The profile of roles and providers, where they are in another account than the cluster
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(super) role_profile: Option<String>,
    /// The kubeconfig; without it a context of KUBECONFIG that is called as the cluster, else EKS tells the way
    ///
    /// Called as it: by its name, its ARN, or eksctl's name of it. A single context is taken whatever it is
    /// called, if not as another cluster. With `--issuer` it is the current context; `unwire` leaves Kubernetes
    /// alone where there is no kubeconfig at all.
    #[arg(long, value_name = "FILE")]
    pub(super) kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig, if not the current one
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(super) context: Option<String>,
    /// Whom the tokens are for, if not `sts.amazonaws.com`
    #[arg(long)]
    audience: Option<String>,
    /// The provider's thumbprints: left to IAM, fetched from the issuer, or these
    #[arg(long = "thumbprint", value_name = "let-iam|fetch|HEX", num_args = 1..)]
    thumbprints: Vec<String>,
}

/// Which service account, and what it says beside its role.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Service account")]
struct AccountFlags {
    /// Its namespace
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,
    /// Its name; NAMESPACE/NAME says both
    #[arg(long, value_name = "NAME")]
    service_account: Option<String>,
    /// How long its tokens live: 600 to 86400
    #[arg(long, value_name = "SECONDS")]
    token_expiration: Option<String>,
    /// Make the namespace if it is missing
    #[arg(long)]
    create_namespace: bool,
    /// Take annotations over that somebody else has set otherwise
    #[arg(long)]
    force_conflicts: bool,
}

/// Which role, and what it has.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Role")]
struct RoleFlags {
    /// Its name, if not CLUSTER-NAMESPACE-NAME
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// Managed policies to attach
    #[arg(long = "policy", value_name = "NAME|ARN", num_args = 1..)]
    policies: Vec<String>,
    /// Inline policies to write
    #[arg(long = "inline", value_name = "NAME=FILE", num_args = 1..)]
    inline: Vec<String>,
    /// Its path, if not `/`
    #[arg(long)]
    path: Option<String>,
    /// Its description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// How long a session may last: 3600 to 43200
    #[arg(long, value_name = "SECONDS")]
    max_session_duration: Option<String>,
    /// Its permissions boundary
    #[arg(long, value_name = "ARN")]
    boundary: Option<String>,
    /// Tags to set
    #[arg(long = "tag", value_name = "KEY=VALUE", num_args = 1..)]
    tags: Vec<String>,
    /// What to do if it exists and Iamwire did not make it
    #[arg(long, value_enum, value_name = "refuse|merge|replace", hide_possible_values = true)]
    existing_role: Option<Existing>,
}

/// How it is done.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "How it is done")]
pub(super) struct RunFlags {
    /// Try it on a loopback AWS and Kubernetes; so does no flag at all
    #[arg(long, conflicts_with_all = ["region", "profile", "role_profile", "kubeconfig", "context", "issuer"])]
    pub(super) sandbox: bool,
    /// Show the plan, and change nothing
    #[arg(long, conflicts_with = "approve")]
    pub(super) dry_run: bool,
    /// Do it if the plan is this one: its digest, as a dry run shows it
    #[arg(long, value_name = "DIGEST")]
    pub(super) approve: Option<String>,
    /// Do it without asking
    #[arg(long)]
    pub(super) yes: bool,
    /// How long it may take, waits for IAM included; 120 unless told
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(super) deadline: Option<u64>,
    /// The form of the result
    #[arg(long, value_enum, value_name = "text|json", hide_possible_values = true)]
    pub(super) output: Option<Form>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Existing {
    Refuse,
    Merge,
    Replace,
}

/// The form of the result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    #[default]
    Text,
    Json,
}

/// What is asked for.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) cluster: ClusterId,
    pub(super) desired: Desired,
}

impl Flags {
    /// Whether it is all done in the sandbox.
    pub(crate) fn is_sandboxed(&self, others: bool) -> bool {
        self.run.sandbox || (!others && *self == Self::default())
    }

    /// What is asked for; in the sandbox what is not said is the example's.
    pub(super) fn wanted(
        &self,
        sandboxed: bool,
        streams: &mut Streams<'_>,
    ) -> Result<Wanted, Failure> {
        let example = |text: &str| sandboxed.then(|| text.to_owned());
        let cluster = self.cluster.id(example("prod"))?;
        let account = self.account.reference(example("shop"), example("my-s3-role"))?;
        let named =
            self.role.role.clone().or_else(|| {
                example("my-s3-role").filter(|_| account.as_str() == "shop/my-s3-role")
            });
        let name = match named {
            Some(name) => name.parse()?,
            None => RoleName::for_binding(&cluster, &account),
        };
        let policies = match example("AmazonS3ReadOnlyAccess") {
            Some(policy) if self.role.is_bare() => vec![policy],
            _ => self.role.policies.clone(),
        };
        let role = self.role.role(name, &policies, streams)?;
        let audience = self.cluster.audience.as_deref().map(str::parse::<Audience>).transpose()?;
        let bound = self.account.account(account, audience.clone())?;
        let mut whose = Cluster::new(cluster.clone()).thumbprints(self.cluster.choice()?);
        if let Some(audience) = audience {
            whose = whose.audiences([audience]);
        }
        let desired = Desired::new([Binding::new(&whose, bound, role)])?;
        Ok(Wanted { cluster, desired })
    }

    /// The form of the result.
    pub(super) fn form(&self) -> Form {
        self.run.output.unwrap_or_default()
    }

    /// How long it may take, if that was said.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.run.deadline.map(Duration::from_secs)
    }
}

impl ClusterFlags {
    fn id(&self, default: Option<String>) -> Result<ClusterId, Failure> {
        match (&self.cluster, &self.issuer, default) {
            (_, Some(issuer), _) => Ok(issuer.parse::<Issuer>()?.into()),
            (Some(name), _, _) => Ok(name.parse::<ClusterId>()?),
            (None, None, Some(default)) => Ok(default.parse()?),
            (None, None, None) => Err(Failure::unreadable(
                "no cluster is named",
                "name it: `--cluster NAME`, `--cluster ARN`, or `--issuer URL` for one that EKS does not run; `--sandbox` tries it on a loopback AWS and Kubernetes",
            )),
        }
    }

    fn choice(&self) -> Result<ThumbprintChoice, Failure> {
        match self.thumbprints.as_slice() {
            [] => Ok(ThumbprintChoice::LetIam),
            [one] if one == "let-iam" => Ok(ThumbprintChoice::LetIam),
            [one] if one == "fetch" => Ok(ThumbprintChoice::Fetch),
            all => {
                if let Some(word) =
                    all.iter().find(|text| ["let-iam", "fetch"].contains(&text.as_str()))
                {
                    return Err(Failure::unreadable(
                        format!("`--thumbprint {word}` is given beside another"),
                        "give `let-iam` or `fetch` alone, or only thumbprints",
                    ));
                }
                let all = all.iter().map(|text| text.parse()).collect::<Result<Vec<_>, _>>()?;
                Ok(ThumbprintChoice::Pinned(Thumbprints::new(all)?))
            }
        }
    }
}

impl AccountFlags {
    fn reference(
        &self,
        namespace: Option<String>,
        name: Option<String>,
    ) -> Result<ServiceAccountRef, Failure> {
        let missing = |what: &str, flag: &str| {
            let help = format!("name it: `{flag}`; any pod of its namespace may use it");
            Failure::unreadable(format!("no {what} is named"), help)
        };
        let name = self.service_account.clone().or(name);
        let name = name.ok_or_else(|| missing("service account", "--service-account NAME"))?;
        if name.contains('/') {
            let account: ServiceAccountRef = name.parse()?;
            return match &self.namespace {
                Some(other) if other != account.namespace().as_str() => Err(Failure::unreadable(
                    format!("service account `{account}` is not in namespace `{other}`"),
                    "name its namespace once",
                )),
                _ => Ok(account),
            };
        }
        let namespace = self.namespace.clone().or(namespace);
        let namespace = namespace.ok_or_else(|| missing("namespace", "--namespace NAME"))?;
        Ok(format!("{namespace}/{name}").parse()?)
    }

    fn account(
        &self,
        reference: ServiceAccountRef,
        audience: Option<Audience>,
    ) -> Result<Account, Failure> {
        let mut account = Account::new(reference)
            .create_namespace(self.create_namespace)
            .force_conflicts(self.force_conflicts);
        if let Some(audience) = audience {
            account = account.audience(audience);
        }
        if let Some(life) = &self.token_expiration {
            account = account.token_expiration(life.parse::<TokenExpiration>()?);
        }
        Ok(account)
    }
}

impl RoleFlags {
    /// Whether nothing says what the role can do.
    fn is_bare(&self) -> bool {
        self.policies.is_empty() && self.inline.is_empty() && self.role.is_none()
    }

    fn role(
        &self,
        name: RoleName,
        policies: &[String],
        streams: &mut Streams<'_>,
    ) -> Result<Role, Failure> {
        let mut role = Role::new(name);
        let mut named = BTreeSet::new();
        for policy in policies {
            role = role.managed_policy(policy.parse::<ManagedPolicy>()?);
        }
        let mut piped = false;
        for inline in &self.inline {
            let (name, file) = pair(inline, "--inline", "NAME=FILE")?;
            once(&mut named, "--inline", name)?;
            let name: InlinePolicyName = name.parse()?;
            if file == "-" && mem::replace(&mut piped, true) {
                let message =
                    format!("`--inline {name}=-`: standard input is another policy already");
                return Err(Failure::unreadable(message, "name a file for all but one"));
            }
            role = role.inline_policy(name, document(Path::new(file), streams)?);
        }
        for tag in &self.tags {
            let (key, value) = pair(tag, "--tag", "KEY=VALUE")?;
            once(&mut named, "--tag", key)?;
            role = role.tag(key.parse::<TagKey>()?, value.parse::<TagValue>()?);
        }
        if let Some(path) = &self.path {
            role = role.path(path.parse()?);
        }
        if let Some(text) = &self.description {
            role = role.description(text.parse()?);
        }
        if let Some(duration) = &self.max_session_duration {
            role = role.max_session_duration(duration.parse()?);
        }
        if let Some(boundary) = &self.boundary {
            role = role.boundary(boundary.parse()?);
        }
        Ok(match self.existing_role {
            None => role,
            Some(Existing::Refuse) => role.existing(ExistingRole::Refuse),
            Some(Existing::Merge) => role.existing(ExistingRole::Merge),
            Some(Existing::Replace) => role.existing(ExistingRole::Replace),
        })
    }
}

fn pair<'a>(text: &'a str, flag: &str, form: &str) -> Result<(&'a str, &'a str), Failure> {
    text.split_once('=').ok_or_else(|| {
        Failure::unreadable(format!("`{flag} {text}` has no `=`"), format!("write `{flag} {form}`"))
    })
}

/// Refuses a name that a flag was given already.
fn once(named: &mut BTreeSet<(String, String)>, flag: &str, name: &str) -> Result<(), Failure> {
    if named.insert((flag.to_owned(), name.to_owned())) {
        return Ok(());
    }
    let message = format!("`{flag}` names `{name}` twice");
    Err(Failure::unreadable(message, "keep one of the two"))
}

fn document(file: &Path, streams: &mut Streams<'_>) -> Result<PermissionsPolicy, Failure> {
    let bytes = input::whole(Some(file), streams)?;
    let read = String::from_utf8(bytes).map_err(|_| {
        let message = format!("`{}` is no UTF-8 text", file.display());
        Failure::unreadable(message, "save it as UTF-8")
    });
    read?.parse().map_err(|error: iamwire_core::ValueError| {
        Failure::unreadable(format!("`{}`: {error}", file.display()), error.help())
    })
}
