//! One change, made: with IAM's own time, and with what came in between.

use tracing::{Instrument as _, info_span};

use super::error::{stale, stale_trust};
use super::pause::Pause;
use super::run::Run;
use super::seen::Seen;
use super::trust::Watch;
use super::{Event, WireError};
use crate::aws::AwsError;
use crate::kube::{Applied, KubeError, Kubernetes};
use crate::plan::Thing;
use crate::sent::Sent;
use crate::{Change, ClusterId, RoleArn, mark};

/// Why a change was not made.
#[derive(Debug)]
pub(super) enum Halt {
    /// Things are not as it was planned on: they are looked at again.
    Surprise(WireError),
    /// It failed.
    Failed(WireError),
}

impl Halt {
    pub(super) fn failed(why: impl Into<WireError>) -> Self {
        Self::Failed(why.into())
    }
}

impl Run<'_> {
    /// Makes a change; of a trust policy it gives what has to be seen. What is sent is counted.
    pub(super) async fn make(
        &self,
        seen: &Seen,
        change: &Change,
        sent: &Sent,
    ) -> Result<Option<Watch>, Halt> {
        let span = info_span!(target: "iamwire", "change", what = %change);
        self.make_within(seen, change, sent).instrument(span).await
    }

    async fn make_within(
        &self,
        seen: &Seen,
        change: &Change,
        sent: &Sent,
    ) -> Result<Option<Watch>, Halt> {
        self.tell(|| Event::Begun(change.clone()));
        let watch = match (change, change.thing()) {
            (Change::UpdateTrust { .. }, _) => self.update_trust(seen, change, sent).await?,
            (_, Thing::Role(_) | Thing::Provider(_)) => {
                self.make_in_aws(seen, change, sent).await?;
                None
            }
            (_, Thing::Namespace(cluster, _) | Thing::Account(cluster, _)) => {
                self.make_in_cluster(seen, cluster, change, sent).await?;
                None
            }
        };
        self.tell(|| Event::Done(change.clone()));
        Ok(watch)
    }

    async fn make_in_aws(&self, seen: &Seen, change: &Change, sent: &Sent) -> Result<(), Halt> {
        let aws = self.wirer.role_aws().counting(sent);
        let slot = change.role().map(|role| self.wirer.slots.of(role.name()));
        let what = change.to_string();
        let _turn = match &slot {
            Some(slot) => Some(self.turn(slot, &what).await.map_err(Halt::failed)?),
            None => None,
        };
        if let (Change::DeleteRole { role, .. }, Some(slot)) = (change, &slot)
            && !seen.is_current(role.name(), &slot.last())
        {
            return Err(Halt::Surprise(stale_trust(role)));
        }
        let mut pause = self.pause();
        loop {
            let call = self.call(&what, aws.make(change)).await;
            let error = match call.map_err(|late| Halt::failed(late.after(pause.take_last())))? {
                Ok(()) => break,
                Err(AwsError::Missing(_)) if takes_away(change) => break,
                Err(error) => error,
            };
            let passes = match (&error, change.role()) {
                (AwsError::Exists(_), _) => {
                    self.wait(&mut pause, &what, error.clone()).await?;
                    !self.is_there(change, &what).await?
                }
                (_, Some(role)) => self.is_passing(role, &error),
                (_, None) => matches!(error, AwsError::Busy(_)),
            };
            if passes || comes_and_goes(&error) && pause.count() < 3 {
                self.wait(&mut pause, &what, error).await?;
                continue;
            }
            return Err(match error {
                AwsError::Exists(_) | AwsError::Missing(_) | AwsError::Busy(_) => {
                    Halt::Surprise(error.into())
                }
                error => Halt::failed(error),
            });
        }
        self.has_made(change);
        if let (Change::CreateRole { trust, .. }, Some(slot)) = (change, &slot) {
            slot.wrote(Some(trust.clone()));
        }
        Ok(())
    }

    /// Waits for IAM or Kubernetes, which have answered so.
    pub(super) async fn wait(
        &self,
        pause: &mut Pause,
        what: &str,
        answer: impl Into<WireError>,
    ) -> Result<(), Halt> {
        self.tell(|| Event::Waiting(what.to_owned()));
        pause.wait(what, Some(answer.into())).await.map_err(Halt::failed)
    }

    /// Whether a role or provider can be seen that could not be made since it is there already: IAM may not
    /// show it yet, or it may be gone in a moment.
    async fn is_there(&self, change: &Change, what: &str) -> Result<bool, Halt> {
        let aws = self.wirer.role_aws();
        let look = match change.thing() {
            Thing::Role(role) => self.call(what, aws.role(role.name())).await.map(|r| r.map(drop)),
            Thing::Provider(provider) => {
                self.call(what, aws.provider(provider)).await.map(|seen| seen.map(drop))
            }
            Thing::Namespace(..) | Thing::Account(..) => return Ok(true),
        };
        Ok(!matches!(look.map_err(Halt::failed)?, Err(AwsError::Missing(_))))
    }

    /// Whether the same call to a role will be answered otherwise in a moment: somebody else changes it, or
    /// what was made just now is not known everywhere.
    pub(super) fn is_passing(&self, role: &RoleArn, error: &AwsError) -> bool {
        match error {
            AwsError::Missing(_) => self.is_fresh(role),
            error if error.is_invalid_principal() => self.any_fresh_provider(),
            error => matches!(error, AwsError::Busy(_)),
        }
    }

    async fn make_in_cluster(
        &self,
        seen: &Seen,
        cluster: &ClusterId,
        change: &Change,
        sent: &Sent,
    ) -> Result<(), Halt> {
        let Some(way) = seen.ways.get(cluster) else {
            let what = format!("cluster `{cluster}` can't be reached any more");
            return Err(Halt::Surprise(stale(&what)));
        };
        let way = way.counting(sent);
        let what = change.to_string();
        let mut pause = self.pause();
        loop {
            let call = self.call(&what, make_once(&way, seen, change)).await;
            match call.map_err(|late| Halt::failed(late.after(pause.take_last())))? {
                Ok(()) => return Ok(()),
                // One that is deleted is planned on all that it is: it is looked at again.
                Err(error @ KubeError::Busy(_))
                    if matches!(change, Change::DeleteAccount { .. }) =>
                {
                    return Err(Halt::Surprise(error.into()));
                }
                Err(error @ KubeError::Busy(_)) => {
                    self.wait(&mut pause, &what, error).await?;
                }
                Err(
                    error @ (KubeError::Owned(_) | KubeError::Missing(_) | KubeError::Exists(_)),
                ) => {
                    return Err(Halt::Surprise(error.into()));
                }
                Err(error) => return Err(Halt::failed(self.explained(error, cluster).await)),
            }
        }
    }
}

/// A change of Kubernetes. Server-side apply makes what is missing and changes what is there; which of the
/// two it was is only known afterwards.
async fn make_once(way: &Kubernetes, seen: &Seen, change: &Change) -> Result<(), KubeError> {
    match change {
        Change::CreateNamespace { namespace, labels, .. } => {
            match way.create_namespace(namespace, labels).await {
                // Somebody else has made it: it is there, and gets no label of ours.
                Err(KubeError::Exists(_)) => Ok(()),
                answer => answer,
            }
        }
        Change::CreateAccount { service_account: account, annotations, labels, .. } => {
            way.create_account(account, annotations, labels).await
        }
        Change::ApplyAccount { service_account: account, annotations, labels, force, .. } => {
            match way.apply_account(account, annotations, labels, *force).await? {
                Applied::Changed => Ok(()),
                // It was deleted since it was seen, and is made anew: it is ours.
                Applied::Made => {
                    let labels = mark::labels();
                    way.apply_account(account, annotations, &labels, *force).await?;
                    Ok(())
                }
            }
        }
        Change::RemoveAnnotations { service_account: account, annotations, labels, .. } => {
            way.remove_annotations(account, annotations, labels).await
        }
        Change::DeleteAccount { cluster, service_account: account } => {
            match seen.states.get(&(cluster.clone(), account.clone())) {
                Some(state) => way.delete_account(account, state).await,
                // What was not seen is not deleted by a plan.
                None => Ok(()),
            }
        }
        // Those of AWS.
        Change::CreateProvider { .. }
        | Change::AddAudience { .. }
        | Change::SetThumbprints { .. }
        | Change::DeleteProvider { .. }
        | Change::CreateRole { .. }
        | Change::UpdateRole { .. }
        | Change::PutBoundary { .. }
        | Change::UpdateTrust { .. }
        | Change::TagRole { .. }
        | Change::DeleteRole { .. }
        | Change::AttachPolicy { .. }
        | Change::PutInlinePolicy { .. }
        | Change::DetachPolicy { .. }
        | Change::DeleteInlinePolicy { .. } => Ok(()),
    }
}

/// Whether a change is made where its thing is gone.
fn takes_away(change: &Change) -> bool {
    matches!(
        change,
        Change::DetachPolicy { .. }
            | Change::DeleteInlinePolicy { .. }
            | Change::DeleteRole { .. }
            | Change::DeleteProvider { .. }
    )
}

/// Whether it may be gone in a moment, or may not: that IAM could not reach the issuer whose certificate it
/// fetches, or sees what was just taken off a role.
fn comes_and_goes(error: &AwsError) -> bool {
    let code = error.call().and_then(crate::CallFailure::service_code);
    matches!(code, Some("OpenIdIdpCommunicationError" | "DeleteConflict"))
}
