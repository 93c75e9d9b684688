//! One change, made: with IAM's own time, and with what came in between.

use std::collections::BTreeMap;

use super::observe::Seen;
use super::run::Run;
use super::trust::Watch;
use super::{Event, WireError};
use crate::aws::AwsError;
use crate::kube::{Applied, KubeError, Kubernetes};
use crate::{Change, ClusterId, RoleArn, mark};

/// Why a change was not made.
#[derive(Debug)]
pub(super) enum Halt {
    /// Things are not as it was planned on: they are looked at again.
    Surprise(WireError),
    /// It failed; perhaps it was done all the same.
    Failed { why: WireError, in_doubt: bool },
}

impl Halt {
    /// It was not done.
    pub(super) fn failed(why: WireError) -> Self {
        Self::Failed { why, in_doubt: false }
    }

    pub(super) fn aws(error: AwsError) -> Self {
        let in_doubt = error.is_in_doubt();
        Self::Failed { why: error.into(), in_doubt }
    }

    fn kube(error: KubeError) -> Self {
        let in_doubt = error.is_in_doubt();
        Self::Failed { why: error.into(), in_doubt }
    }
}

impl Run<'_> {
    /// Makes a change; of a trust policy it gives what has to be seen.
    pub(super) async fn make(&self, seen: &Seen, change: &Change) -> Result<Option<Watch>, Halt> {
        self.tell(|| Event::Begun(change.clone()));
        let cluster = match change {
            Change::CreateNamespace { cluster, .. } => Some(cluster),
            _ => change.account().map(|(cluster, _)| cluster),
        };
        let watch = match (change, cluster) {
            (Change::UpdateTrust { .. }, _) => self.update_trust(seen, change).await?,
            (_, Some(cluster)) => {
                self.make_in_cluster(seen, cluster, change).await?;
                None
            }
            (_, None) => {
                self.make_in_aws(change).await?;
                None
            }
        };
        self.tell(|| Event::Done(change.clone()));
        Ok(watch)
    }

    async fn make_in_aws(&self, change: &Change) -> Result<(), Halt> {
        let slot = change.role().map(|role| self.wirer.slots.of(role.name()));
        let what = change.to_string();
        let _turn = match &slot {
            Some(slot) => Some(self.turn(slot, &what).await.map_err(Halt::failed)?),
            None => None,
        };
        let mut pause = self.pause();
        loop {
            let call = self.call(&what, self.wirer.role_aws().make(change)).await;
            let call = call.map_err(|why| Halt::Failed { why, in_doubt: true })?;
            let error = match call {
                Ok(()) => break,
                Err(AwsError::Missing(_)) if takes_away(change) => break,
                Err(error) => error,
            };
            let passes = match change.role() {
                Some(role) => self.is_passing(role, &error),
                None => is_busy(&error) || is_unreached_issuer(&error) && pause.count() < 3,
            };
            if passes {
                self.tell(|| Event::Waiting(what.clone()));
                pause.wait(&what).await.map_err(|_| Halt::aws(error))?;
                continue;
            }
            return Err(match error {
                AwsError::Exists(_) | AwsError::Missing(_) | AwsError::Busy(_) => {
                    Halt::Surprise(error.into())
                }
                error => Halt::aws(error),
            });
        }
        match change {
            Change::CreateRole { role, trust, .. } => {
                self.has_made_role(role);
                if let Some(slot) = &slot {
                    slot.wrote(Some(trust.clone()));
                }
            }
            Change::CreateProvider { provider, .. } => self.has_made_provider(provider),
            _ => {}
        }
        Ok(())
    }

    /// Whether the same call to a role will be answered otherwise in a moment: somebody else changes it, or
    /// what was made just now is not known everywhere.
    pub(super) fn is_passing(&self, role: &RoleArn, error: &AwsError) -> bool {
        match error {
            AwsError::Missing(_) => self.is_fresh(role),
            error if error.is_invalid_principal() => self.any_fresh_provider(),
            error => is_busy(error),
        }
    }

    async fn make_in_cluster(
        &self,
        seen: &Seen,
        cluster: &ClusterId,
        change: &Change,
    ) -> Result<(), Halt> {
        let Some(way) = seen.ways.get(cluster) else {
            let what = format!("cluster `{cluster}` can't be reached any more");
            return Err(Halt::Surprise(super::error::stale(&what)));
        };
        let what = change.to_string();
        let mut pause = self.pause();
        loop {
            let call = self.call(&what, make_once(way, change)).await;
            let call = call.map_err(|why| Halt::Failed { why, in_doubt: true })?;
            match call {
                Ok(()) => return Ok(()),
                Err(error @ KubeError::Busy(_)) => {
                    self.tell(|| Event::Waiting(what.clone()));
                    pause.wait(&what).await.map_err(|_| Halt::kube(error))?;
                }
                Err(
                    error @ (KubeError::Owned(_) | KubeError::Missing(_) | KubeError::Exists(_)),
                ) => {
                    return Err(Halt::Surprise(error.into()));
                }
                Err(error) => return Err(Halt::kube(self.explained(error, cluster.label()).await)),
            }
        }
    }
}

/// A change of Kubernetes. Server-side apply makes what is missing and changes what is there; which of the
/// two it was is only known afterwards.
async fn make_once(way: &Kubernetes, change: &Change) -> Result<(), KubeError> {
    match change {
        Change::CreateNamespace { namespace, labels, .. } => {
            match way.create_namespace(namespace, labels).await {
                // Somebody else has made it: it is there, and gets no label of ours.
                Err(KubeError::Exists(_)) => Ok(()),
                answer => answer,
            }
        }
        Change::CreateAccount { account, annotations, labels, .. } => {
            match way.create_account(account, annotations, labels).await? {
                Applied::Made => Ok(()),
                // Somebody else has made it since it was looked for: it isn't ours.
                Applied::Changed => {
                    way.apply_account(account, annotations, &BTreeMap::new(), false).await?;
                    Ok(())
                }
            }
        }
        Change::ApplyAccount { account, annotations, labels, force, .. } => {
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
        Change::RemoveAnnotations { account, annotations, labels, .. } => {
            match way.apply_account(account, annotations, labels, false).await? {
                Applied::Changed => Ok(()),
                // It was deleted since it was seen, and was made anew by this: away with it.
                Applied::Made => gone(way.delete_account(account).await),
            }
        }
        Change::DeleteAccount { account, .. } => gone(way.delete_account(account).await),
        _ => Ok(()),
    }
}

fn gone(answer: Result<(), KubeError>) -> Result<(), KubeError> {
    match answer {
        Err(KubeError::Missing(_)) => Ok(()),
        answer => answer,
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

/// Whether IAM could not reach the issuer whose certificate it fetches: that comes and goes.
fn is_unreached_issuer(error: &AwsError) -> bool {
    let code = error.call().and_then(crate::CallFailure::service_code);
    code == Some("OpenIdIdpCommunicationError")
}

/// Whether somebody else changes it right now.
fn is_busy(error: &AwsError) -> bool {
    // What a role still has won't go away by itself.
    matches!(error, AwsError::Busy(call) if call.service_code() != Some("DeleteConflict"))
}
