//! [`Journal`]: what has happened so far, told on the way.

use std::collections::BTreeSet;
use std::io::Write;

use iamwire_core::{Change, Event, Plan, RoleArn};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::outcome::row;
use crate::notices::lines;
use crate::shown::shown;

/// What has happened so far: kept for the case that it ends in the middle, and told on standard error.
pub(super) struct Journal {
    /// The first plan.
    pub(super) plan: Option<Plan>,
    /// The last one: of what is left, where something came in between.
    last: Option<Plan>,
    begun: Vec<Change>,
    made: Vec<Change>,
    confirmed: BTreeSet<RoleArn>,
    /// Whether a plan is shown as it comes.
    pub(super) shows_plan: bool,
    /// Hidden until the first change is begun: before that there may be a question.
    bar: ProgressBar,
    draws: bool,
}

impl Journal {
    /// With a progress bar on this process's standard error.
    pub(super) fn new(draws: bool) -> Self {
        let style = ProgressStyle::with_template("apply     {bar:20} {pos}/{len}  {wide_msg}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(style.progress_chars("━━─"));
        Self {
            plan: None,
            last: None,
            begun: Vec::new(),
            made: Vec::new(),
            confirmed: BTreeSet::new(),
            shows_plan: false,
            bar,
            draws,
        }
    }

    /// Keeps and tells it.
    pub(super) fn hear(&mut self, event: Event, errors: &mut dyn Write) {
        match event {
            Event::Planned(plan) => self.planned(*plan, errors),
            Event::Begun(change) => {
                if self.draws && self.begun.is_empty() {
                    self.bar.set_draw_target(ProgressDrawTarget::stderr());
                }
                self.bar.set_message(shown(&change.to_string()));
                self.begun.push(change);
            }
            Event::Done(change) => {
                self.bar.inc(1);
                self.made.push(change);
            }
            Event::Confirmed(role) => drop(self.confirmed.insert(role)),
            Event::Waiting(what) => self.say(errors, "wait", &what),
            Event::Again(why) => self.say(errors, "again", &why),
            Event::Raced(role) => {
                // Seen earlier; what was merged is not seen yet.
                self.confirmed.remove(&role);
                let what = format!(
                    "somebody else changed the trust policy of role `{}` at the same time: merged",
                    role.name()
                );
                self.say(errors, "raced", &what);
            }
            _ => {}
        }
    }

    /// The plan is there: shown, unless it was before.
    pub(super) fn planned(&mut self, plan: Plan, errors: &mut dyn Write) {
        if self.shows_plan && self.plan.is_none() {
            self.bar.suspend(|| lines(errors, &plan.to_string()));
        }
        let all = self.made.len() + plan.changes().len();
        self.bar.set_length(all.try_into().unwrap_or(u64::MAX));
        self.plan.get_or_insert_with(|| plan.clone());
        self.last = Some(plan);
    }

    fn say(&self, errors: &mut dyn Write, word: &str, what: &str) {
        self.bar.suspend(|| row(errors, word, what));
    }

    /// The bar goes.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }

    /// The changes that were made, are in doubt, and were not begun, each in the order of the plan: where it
    /// was cut off here.
    pub(super) fn cut_off(&self) -> (Vec<Change>, Vec<Change>, Vec<Change>) {
        let is_seen = |change: &Change| match change {
            Change::UpdateTrust { role, .. } => self.confirmed.contains(role),
            _ => true,
        };
        let first = self.plan.iter().flat_map(Plan::changes).filter(|c| self.begun.contains(c));
        let last = self.last.iter().flat_map(Plan::changes);
        let mut all: Vec<&Change> = Vec::new();
        for change in first.chain(&self.begun).chain(last) {
            if !all.contains(&change) {
                all.push(change);
            }
        }
        let (mut done, mut doubtful, mut not_begun) = (Vec::new(), Vec::new(), Vec::new());
        for change in all {
            let part = if !self.begun.contains(change) {
                &mut not_begun
            } else if self.made.contains(change) && is_seen(change) {
                &mut done
            } else {
                &mut doubtful
            };
            part.push(change.clone());
        }
        (done, doubtful, not_begun)
    }
}

#[cfg(test)]
mod tests {
    use iamwire_core::{TrustEdit, TrustPolicy};

    use super::*;

    #[test]
    fn a_trust_policy_that_was_raced_is_in_doubt_until_it_is_seen_again() {
        let role: RoleArn = "arn:aws:iam::123456789012:role/api".parse().unwrap();
        let trust: TrustPolicy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#.parse().unwrap();
        let change = Change::UpdateTrust {
            role: role.clone(),
            edit: TrustEdit::Replace(trust.clone()),
            trust: trust.clone(),
            was: trust,
            also: Vec::new(),
        };
        let mut journal = Journal::new(false);
        let mut hear = |event| {
            journal.hear(event, &mut Vec::new());
            let (done, in_doubt, not_begun) = journal.cut_off();
            [done.len(), in_doubt.len(), not_begun.len()]
        };
        assert_eq!(hear(Event::Begun(change.clone())), [0, 1, 0]);
        assert_eq!(hear(Event::Done(change)), [0, 1, 0]);
        assert_eq!(hear(Event::Confirmed(role.clone())), [1, 0, 0]);
        assert_eq!(hear(Event::Raced(role.clone())), [0, 1, 0]);
        assert_eq!(hear(Event::Confirmed(role)), [1, 0, 0]);
    }
}
