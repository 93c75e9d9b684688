//! Trust policies of existing roles: written, read back, merged with what others wrote at the same time.

use std::time::Duration;

use tokio::time::Instant;

use super::Event;
use super::make::Halt;
use super::run::Run;
use super::seen::Seen;
use super::slots::Slot;
use crate::aws::AwsError;
use crate::sent::Sent;
use crate::{Change, RoleArn, TrustEdit, TrustPolicy};

/// A trust policy that was written and has to be seen.
#[derive(Debug)]
pub(super) struct Watch {
    role: RoleArn,
    edit: TrustEdit,
    sent: TrustPolicy,
    /// What it was before, as far as it is known: whoever reads one of these reads too early.
    before: Vec<TrustPolicy>,
    /// How often the same document was seen with what was written in it, and which.
    looks: usize,
    seen: Option<TrustPolicy>,
    /// When it was, or when it was found changed last.
    wrote: Instant,
    /// How long it took from reading to writing it: whoever has read the same, and is as quick as we, has
    /// written by that time after us.
    window: Duration,
    /// How long the last look took.
    look: Duration,
}

/// What the last look is given before the deadline, at least.
const LAST_LOOK: Duration = Duration::from_secs(1);

/// After this time it is not IAM that is slow: somebody has put the old policy back.
const LATEST: Duration = Duration::from_secs(20);

impl Run<'_> {
    /// Makes the edit on what is there: what was seen, or what this process has written since.
    pub(super) async fn update_trust(
        &self,
        seen: &Seen,
        change: &Change,
        sent: &Sent,
    ) -> Result<Option<Watch>, Halt> {
        let Change::UpdateTrust { role, edit, trust, was, .. } = change else { return Ok(None) };
        let slot = self.wirer.slots.of(role.name());
        let _turn = self.turn(&slot, role.as_str()).await.map_err(Halt::failed)?;
        let last = slot.last();
        let is_newer = !seen.is_current(role.name(), &last);
        let mut before = vec![was.clone()];
        let mut trust = trust.clone();
        if let (true, Some(base)) = (is_newer, last.trust) {
            trust = edited(role, edit, &base)?;
            before.push(base);
        }
        let wrote = Instant::now();
        let window = wrote - seen.began;
        self.write_trust(role, &trust, &slot, sent).await?;
        let (role, edit) = (role.clone(), edit.clone());
        let (sent, look) = (trust, Duration::ZERO);
        Ok(Some(Watch { role, edit, sent, before, looks: 0, seen: None, wrote, window, look }))
    }

    /// Reads it back until what was written is in it; merges with what others wrote.
    ///
    /// Source: IAM User Guide, "Changes that I make are not always immediately visible".
    pub(super) async fn confirm(&self, watch: &mut Watch) -> Result<(), Halt> {
        let what = format!("the trust policy of role `{}`", watch.role.name());
        let mut pause = self.pause();
        let mut raced = false;
        if watch.looks > 0 {
            // Where others are at work, who is half as quick as we is waited for as well.
            let times = if self.is_crowded() { 2 } else { 1 };
            let room = LAST_LOOK.max(watch.look * 2);
            self.sleep_until(watch.wrote + watch.window * times, room).await;
        }
        loop {
            let began = Instant::now();
            let look = self.wirer.role_aws().role(watch.role.name());
            let there = match self.call(&what, look).await.map_err(Halt::failed)? {
                Ok(role) => role.trust,
                Err(error @ AwsError::Missing(_)) => return Err(Halt::Surprise(error.into())),
                Err(error) => return Err(Halt::failed(error)),
            };
            watch.look = began.elapsed();
            if watch.is_in(&there) {
                if watch.has_seen(there) {
                    self.is_crowded_from_now_on();
                }
                self.tell(|| Event::Confirmed(watch.role.clone()));
                return Ok(());
            }
            let is_early = watch.before.contains(&there) && watch.wrote.elapsed() < LATEST;
            if is_early {
                self.tell(|| Event::Waiting(what.clone()));
            } else if raced {
                self.merge(watch, there, began).await?;
                raced = false;
                continue;
            } else {
                self.tell(|| Event::Raced(watch.role.clone()));
                self.is_crowded_from_now_on();
                // If it is there again, somebody else has written it: looks begin anew.
                watch.begin_anew();
                raced = true;
            }
            // Not all at once again; and what is merged with is looked at after the wait.
            pause.wait(&what, None).await.map_err(Halt::failed)?;
        }
    }

    /// Somebody else has written: ours goes into that.
    async fn merge(
        &self,
        watch: &mut Watch,
        there: TrustPolicy,
        began: Instant,
    ) -> Result<(), Halt> {
        let slot = self.wirer.slots.of(watch.role.name());
        let _turn = self.turn(&slot, watch.role.as_str()).await.map_err(Halt::failed)?;
        let base = match slot.last().trust {
            // One of this process has merged with it already.
            Some(last) if !watch.is_known(&last) => last,
            _ => there,
        };
        // What takes the place of everything must not do so again and again.
        if let TrustEdit::Replace(trust) = &watch.edit {
            watch.edit = TrustEdit::Grant(trust.grants().into_iter().map(|g| g.grant).collect());
        }
        let trust = edited(&watch.role, &watch.edit, &base)?;
        watch.wrote = Instant::now();
        watch.window = watch.window.max(watch.wrote - began);
        if trust.as_str() != base.as_str() {
            self.write_trust(&watch.role, &trust, &slot, &Sent::default()).await?;
        }
        watch.before.push(base);
        watch.before.push(std::mem::replace(&mut watch.sent, trust));
        watch.before.retain(|before| *before != watch.sent);
        watch.looks = 0;
        watch.seen = None;
        Ok(())
    }

    async fn write_trust(
        &self,
        role: &RoleArn,
        trust: &TrustPolicy,
        slot: &Slot,
        sent: &Sent,
    ) -> Result<(), Halt> {
        let aws = self.wirer.role_aws().counting(sent);
        let what = format!("the trust policy of role `{}`", role.name());
        let mut pause = self.pause();
        loop {
            let call = self.call(&what, aws.update_trust(role, trust)).await;
            match call.map_err(|late| Halt::failed(late.after(pause.take_last())))? {
                Ok(()) => {
                    slot.wrote(Some(trust.clone()));
                    return Ok(());
                }
                Err(error) if self.is_passing(role, &error) => {
                    self.wait(&mut pause, &what, error).await?;
                }
                Err(error @ AwsError::Missing(_)) => return Err(Halt::Surprise(error.into())),
                Err(error) => {
                    slot.wrote(None);
                    return Err(Halt::failed(error));
                }
            }
        }
    }
}

impl Watch {
    /// How often it was seen since it was written last, by whomever.
    pub(super) fn looks(&self) -> usize {
        self.looks
    }

    /// Counts a look that has found what was written; whether somebody else has written as well. If he has
    /// since the last look, looks begin anew: who had read what he overwrote may be about to write.
    fn has_seen(&mut self, there: TrustPolicy) -> bool {
        let is_same = self.seen.as_ref() == Some(&there);
        let is_ours = there == self.sent;
        if !is_same && (self.seen.is_some() || !is_ours) {
            self.begin_anew();
        }
        self.looks += 1;
        self.seen = Some(there);
        !is_ours
    }

    fn begin_anew(&mut self) {
        self.looks = 0;
        self.wrote = Instant::now();
    }

    /// Whether what was written is in a document.
    fn is_in(&self, there: &TrustPolicy) -> bool {
        if *there == self.sent {
            return true;
        }
        match &self.edit {
            TrustEdit::Replace(trust) => trust.means_same(there),
            edit => edit.on(there).is_ok_and(|edited| edited.policy.as_str() == there.as_str()),
        }
    }

    /// Whether a document is one that we have read or written.
    fn is_known(&self, trust: &TrustPolicy) -> bool {
        self.sent == *trust || self.before.contains(trust)
    }
}

fn edited(role: &RoleArn, edit: &TrustEdit, base: &TrustPolicy) -> Result<TrustPolicy, Halt> {
    match edit.on(base) {
        Ok(edited) => Ok(edited.policy),
        // It no longer fits: what is there by now is looked at, and refused or planned anew.
        Err(error) => {
            let what = format!("the trust policy of role `{}` has changed: {error}", role.name());
            Err(Halt::Surprise(super::error::stale(&what)))
        }
    }
}
