//! [`Wirer`]: looks, plans and makes what is wanted so.

mod access;
mod apply;
mod bounds;
mod error;
mod event;
mod lanes;
mod make;
mod observe;
mod pause;
mod progress;
mod run;
mod seen;
mod served;
mod slots;
mod trust;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ::kube::Client;
use aws_types::SdkConfig;

pub use error::{Stopped, WireError};
pub use event::Event;

use access::Ways;
use bounds::Bounds;
use event::Listener;
use run::Run;
use slots::Slots;

use crate::TlsProbe;
use crate::aws::Aws;
use crate::{Change, ClusterId, Desired, Finding, Plan, UnwireOptions, Wired};

/// How long an operation may take, unless told.
const DEADLINE: Duration = Duration::from_mins(2);

/// Looks at AWS and Kubernetes, plans, and makes what is wanted so.
///
/// It needs a runtime of tokio with I/O and time enabled, and may be used in one after the other.
///
/// A clone is the same one: it shares connections and tokens, and writes of all clones to one role are made
/// one after the other; but for [`Self::role_account`], from which on they are others. Two that were made by
/// [`Self::new`] know nothing of each other, also in one process: there, make one for each account, and clone
/// it.
///
/// **Rounds.** Calls that don't need each other are made at once, at most 16 under way. A wiring has four
/// rounds of calls one after the other: (1) the clusters, the caller and the roles; (2) providers,
/// namespaces, service accounts, their pods, and policies; (3) providers and roles are written; (4) policies
/// and service accounts. A fifth where the trust policy of a role is updated: a second look at it. Where
/// nothing is to be written, two. More follow where there are more than 16 calls in a round, where a role
/// has several changes (which are made one after the other), where a managed policy is named and not among
/// the first of AWS's (one more look), where a role is deleted with inline policies (one more look, before
/// they are gone for good), and where IAM takes its time (one more look for each wait).
///
/// **Races.** IAM has no compare-and-swap. After the update of a trust policy it is read back, twice: what
/// somebody else wrote in between is merged with ours and written again. The second look comes as long after
/// the write as that came after the begin, and earlier where the deadline would come first. Two windows
/// remain, and nobody is told: what somebody else writes between our reading and our writing is undone by
/// ours; who has read the policy before our write and writes it later than the second look undoes ours. Of
/// an unwiring there is one look.
///
/// **Spans** of crate `tracing`, target `iamwire`: `change` (info) for each change that is made, `call`
/// (debug) for each call; what it is about is the field `what`. See also [`Self::on_event`].
///
/// ```no_run
/// use iamwire_core::aws::aws_types::SdkConfig;
/// use iamwire_core::{Account, Binding, Cluster, Desired, Role, Wirer};
///
/// # async fn run(aws: SdkConfig) -> Result<(), Box<dyn std::error::Error>> {
/// let cluster = Cluster::from_name("prod")?;
/// let role = Role::new("my-s3-role".parse()?).managed_policy("AmazonS3ReadOnlyAccess".parse()?);
/// let account = Account::new("shop/my-s3-role".parse()?);
/// let desired = Desired::new([Binding::new(&cluster, account, role)])?;
///
/// let wirer = Wirer::new(&aws); // with feature `config`: of aws::Settings::new().load().await?
/// let plan = wirer.plan(&desired).await?;
/// println!("{plan}");
/// let done = wirer.apply(&plan).await?;
/// println!("{}", done.wired[0].manifest.to_yaml());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Wirer {
    /// The credentials of the clusters.
    cluster: Aws,
    /// Those of roles and providers, where they are others.
    role: Option<Aws>,
    given: Given,
    tls: TlsProbe,
    deadline: Duration,
    listener: Listener,
    ways: Arc<Ways>,
    slots: Arc<Slots>,
}

/// How the clusters are reached, where that was said.
#[derive(Clone, Default)]
struct Given {
    client: Option<Client>,
    clients: BTreeMap<ClusterId, Client>,
    kubeconfig: Option<Kubeconfig>,
}

/// A file, or what the environment says; a context, or the current one; and the client, once it is made.
#[derive(Clone)]
struct Kubeconfig {
    file: Option<PathBuf>,
    context: Option<String>,
    client: Arc<access::Client>,
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kubeconfig = self.kubeconfig.as_ref().map(|k| (&k.file, &k.context));
        f.debug_struct("Given").field("kubeconfig", &kubeconfig).finish_non_exhaustive()
    }
}

impl Wirer {
    /// With these credentials, region, endpoints, retries and time source.
    pub fn new(config: &SdkConfig) -> Self {
        Self {
            cluster: Aws::new(config),
            role: None,
            given: Given::default(),
            tls: TlsProbe::new(),
            deadline: DEADLINE,
            listener: Listener::default(),
            ways: Arc::default(),
            slots: Arc::default(),
        }
    }

    /// Roles and providers are in another account: its credentials.
    pub fn role_account(mut self, config: &SdkConfig) -> Self {
        self.role = Some(Aws::new(config));
        // Roles of the same name are others there.
        self.slots = Arc::default();
        self
    }

    /// The client of the one cluster that is wired; without it, a cluster of EKS is reached at its endpoint,
    /// with a token of the AWS credentials.
    ///
    /// What Kubernetes could not answer is asked again here, three times at most. kube's own retry, which
    /// [`Config::default_retry`](::kube::Config::default_retry) turns off, comes on top of that.
    pub fn kube(mut self, client: Client) -> Self {
        self.given.client = Some(client);
        self
    }

    /// The client of a cluster.
    pub fn kube_of(mut self, cluster: &ClusterId, client: Client) -> Self {
        self.given.clients.insert(cluster.clone(), client);
        self
    }

    /// The one cluster that is wired is reached as a kubeconfig says: this file, or what `KUBECONFIG` and
    /// `~/.kube/config` say; this context, or the current one.
    pub fn kubeconfig(mut self, file: Option<PathBuf>, context: Option<String>) -> Self {
        self.given.kubeconfig = Some(Kubeconfig { file, context, client: Arc::default() });
        self
    }

    /// How issuers are connected to where their thumbprint is to be fetched
    /// ([`ThumbprintChoice::Fetch`](crate::ThumbprintChoice::Fetch)); nothing else connects to them.
    pub fn tls(mut self, probe: TlsProbe) -> Self {
        self.tls = probe;
        self
    }

    /// How long an operation may take, waits for IAM among it; two minutes unless told.
    pub fn deadline(mut self, time: Duration) -> Self {
        self.deadline = time;
        self
    }

    /// Is told of each step. It must not block.
    pub fn on_event(mut self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.listener = Listener::new(listener);
        self
    }

    /// Plans the wiring: reads only.
    ///
    /// It may be dropped at any time: nothing is written.
    ///
    /// # Errors
    /// If it can't be done as things are, or they could not be seen.
    pub async fn plan(&self, desired: &Desired) -> Result<Plan, WireError> {
        self.planned(desired, None).await
    }

    /// Plans the unwiring: reads only.
    ///
    /// Of a trust policy exactly the grants go, and each other byte stays. Where wiring made a list of a single
    /// subject or of a single statement, the list stays as well: it means the same.
    ///
    /// It may be dropped at any time: nothing is written.
    ///
    /// # Errors
    /// If it can't be done as things are, or they could not be seen.
    pub async fn plan_unwire(
        &self,
        desired: &Desired,
        options: UnwireOptions,
    ) -> Result<Plan, WireError> {
        self.planned(desired, Some(options)).await
    }

    /// Makes the changes of a plan, of a wiring or an unwiring. First it looks again at what is planned on:
    /// where only trust policies have changed, the edit is done again on those that are there; where
    /// anything else has, the plan is refused before any write. Where something comes in between after that, it
    /// goes on only as long as nothing else is needed than was planned.
    ///
    /// If it is dropped, the calls under way may or may not be done, and nothing else is; run again, it
    /// finishes. [`Event::Done`] has told what was done.
    ///
    /// # Errors
    /// [`WireError::PlanIsStale`] before any write; [`WireError::Stopped`] with what was done, what is in
    /// doubt and what was not begun, also for a plan that is out of date by then.
    pub async fn apply(&self, plan: &Plan) -> Result<Applied, WireError> {
        let wirer = self.placed(&plan.basis().desired);
        let run = Run::begin(&wirer)?;
        let again = run.observe_again(plan).await?;
        let fresh = again.plan().map_err(error::replanned)?;
        bounds::check_stale(plan, &fresh)?;
        run.carry_out(again, fresh, Bounds::AsPlanned).await
    }

    /// [`Self::plan`] and [`Self::apply`] in the same rounds: what was seen is not looked at again. Where something
    /// comes in between, such as a role that somebody else has made, it is planned again, and what is needed then is
    /// made; [`Event::Planned`] and [`Applied::notices`] (`wire.planned-again`) tell of it.
    ///
    /// If it is dropped, it is as with [`Self::apply`].
    ///
    /// # Errors
    /// As [`Self::plan`] and [`Self::apply`], but for [`WireError::PlanIsStale`].
    pub async fn wire(&self, desired: &Desired) -> Result<Applied, WireError> {
        self.done(desired, None, None).await
    }

    /// As [`Self::wire`], if the plan is the one that somebody has approved: its [`Plan::digest`]. Nothing else is
    /// done: where something comes in between, so that anything else is needed, it stops. Of several who wire
    /// accounts to one role that is not there yet, one makes it, and the others stop so.
    ///
    /// If it is dropped, it is as with [`Self::apply`].
    ///
    /// # Errors
    /// [`WireError::NotApproved`] before any write, with the plan as it is now; [`WireError::PlanIsStale`] where
    /// something came in between, within [`WireError::Stopped`] if anything was done; else as [`Self::wire`].
    pub async fn wire_approved(
        &self,
        desired: &Desired,
        digest: &str,
    ) -> Result<Applied, WireError> {
        self.done(desired, None, Some(digest)).await
    }

    /// [`Self::plan_unwire`] and [`Self::apply`] in the same rounds.
    ///
    /// If it is dropped, it is as with [`Self::apply`].
    ///
    /// # Errors
    /// As [`Self::plan_unwire`] and [`Self::apply`], but for [`WireError::PlanIsStale`].
    pub async fn unwire(
        &self,
        desired: &Desired,
        options: UnwireOptions,
    ) -> Result<Applied, WireError> {
        self.done(desired, Some(options), None).await
    }

    /// As [`Self::unwire`], if the plan is the one that somebody has approved: its [`Plan::digest`]; nothing else is
    /// done, as with [`Self::wire_approved`].
    ///
    /// If it is dropped, it is as with [`Self::apply`].
    ///
    /// # Errors
    /// As [`Self::wire_approved`].
    pub async fn unwire_approved(
        &self,
        desired: &Desired,
        options: UnwireOptions,
        digest: &str,
    ) -> Result<Applied, WireError> {
        self.done(desired, Some(options), Some(digest)).await
    }

    async fn planned(
        &self,
        desired: &Desired,
        unwires: Option<UnwireOptions>,
    ) -> Result<Plan, WireError> {
        let wirer = self.placed(desired);
        let run = Run::begin(&wirer)?;
        Ok(run.observe(desired, unwires).await?.plan()?)
    }

    async fn done(
        &self,
        desired: &Desired,
        unwires: Option<UnwireOptions>,
        digest: Option<&str>,
    ) -> Result<Applied, WireError> {
        let wirer = self.placed(desired);
        let run = Run::begin(&wirer)?;
        let seen = run.observe(desired, unwires).await?;
        let plan = seen.plan()?;
        if digest.is_some_and(|digest| !digest.eq_ignore_ascii_case(&plan.digest())) {
            return Err(error::not_approved(plan));
        }
        let bounds = digest.map_or(Bounds::AsNeeded, |_| Bounds::AsPlanned);
        run.carry_out(seen, plan, bounds).await
    }

    /// The same, in the region of the first cluster that is named by its ARN, if none is configured.
    fn placed(&self, desired: &Desired) -> Self {
        let arn = desired.clusters().iter().find_map(|cluster| cluster.id().arn());
        let mut wirer = self.clone();
        if let Some(arn) = arn {
            wirer.cluster = wirer.cluster.placed(arn.region());
            wirer.role = wirer.role.as_ref().map(|role| role.placed(arn.region()));
        }
        wirer
    }

    /// The credentials of roles and providers.
    fn role_aws(&self) -> &Aws {
        self.role.as_ref().unwrap_or(&self.cluster)
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// The service accounts with their roles, in the order of the bindings; of an unwiring, what was.
    pub wired: Vec<Wired>,
    /// The changes that were made, in the order in which they were planned.
    pub changes: Vec<Change>,
    /// What the user should know.
    pub notices: Vec<Finding>,
    /// Calls to AWS and Kubernetes that were made. The pages of a list are one call, as are one that is tried
    /// again, and what it takes to apply a service account.
    pub calls: usize,
}
