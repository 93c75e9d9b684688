//! Granting, and taking a grant out again.

use super::provider::take_principals;
use super::{Draft, Edit, EditError, check_alone, note, unwritable};
use crate::error::quoted as shown;
use crate::json::quoted;
use crate::policy::builder::{statement, write_subject};
use crate::policy::canonical::Canonical;
use crate::policy::document::TrustPolicy;
use crate::policy::grant::{Grant, SubjectMatch};
use crate::policy::principal::Trusted;
use crate::policy::reach::Reach;
use crate::policy::reading::Reading;
use crate::policy::scope::Scope;
use crate::policy::statement::{Effect, Statement};

impl TrustPolicy {
    /// Grants.
    ///
    /// An exact subject joins the first canonical statement of the same provider and audiences; a pattern
    /// one with `StringLike`. Else a statement is added behind the others. What a statement grants already
    /// stays unchanged, and a notice names it. Deny statements that refuse it are in [`Edit::blocked_by`].
    ///
    /// # Errors
    /// [`EditError::Unwritable`] if the document's `Version` has no way to write a subject or audience with
    /// `${`; [`EditError::Result`] if a list around the only statement makes it too deep to read.
    pub fn grant(&self, grant: &Grant) -> Result<Edit, EditError> {
        let mut draft = Draft::new(self);
        let scope = Scope::new(grant, self.variables());
        let allows = self.statements().filter(|s| s.effect() == Some(Effect::Allow));
        let wider = allows.clone().find(|s| scope.reach(*s, Effect::Allow) == Reach::All);
        if let Some(wider) = wider {
            let message = format!("statement {} grants {grant} already", wider.index());
            let help = "nothing to do";
            draft.notice(wider.value(), note("edit.already-granted", message, help));
        } else if !draft.join(allows, grant) {
            let text = statement(grant, self.variables()).ok_or_else(|| unwritable_of(grant))?;
            draft.append(&text, format!("added, for {grant}"));
        }
        let mut edit = draft.finish()?;
        edit.blocked_by = edit.policy.bearing(&scope, Effect::Deny);
        Ok(edit)
    }

    /// Takes a grant out, wherever [`TrustPolicy::grants`] tells of it: the value, with the last value the
    /// statement. A list left with one value stays a list. What isn't granted stays unchanged. An account is
    /// the same by its id and by its root ARN, which IAM puts in the place of the id.
    ///
    /// Statements that allow it still, because they are wider, or in part, are in
    /// [`Edit::still_allowed_by`].
    ///
    /// # Errors
    /// [`EditError::LastStatement`] if nothing would be left; [`EditError::Shared`] or
    /// [`EditError::Guarded`] if a statement names other principals that its conditions don't let go.
    pub fn revoke(&self, grant: &Grant) -> Result<Edit, EditError> {
        let mut draft = Draft::new(self);
        let scope = Scope::new(grant, self.variables());
        let mut readings = self.readings_of(grant);
        readings.retain(|reading| reading.holds(&scope));
        let mut gone: Vec<(Statement<'_>, String)> = Vec::new();
        for here in readings.chunk_by(|a, b| a.statement.index() == b.statement.index()) {
            if let Some(statement) = draft.take(grant, here)? {
                gone.push((statement, format!("removed, with {grant}")));
            }
        }
        draft.remove_statements(gone)?;
        if draft.splices.is_empty() {
            let message = format!("no statement grants {grant}");
            let root = self.json().root();
            draft.notice(root, note("edit.not-granted", message, "nothing to do"));
        }
        let mut edit = draft.finish()?;
        edit.revoked = Some(grant.clone());
        Ok(edit)
    }
}

impl Draft<'_> {
    /// Adds the subject to a statement that has the form for it; false if there is none.
    fn join<'s>(&mut self, mut allows: impl Iterator<Item = Statement<'s>>, grant: &Grant) -> bool {
        let Grant::WebIdentity(grant) = grant else { return false };
        if *grant.subject() == SubjectMatch::Any {
            return false;
        }
        let variables = self.policy.variables();
        let joined = allows.find_map(|statement| {
            let canonical = Canonical::of(statement, grant.provider(), variables)?;
            // A pattern can't be written under `StringEquals`.
            let value = write_subject(grant.subject(), canonical.like, variables)?;
            grant.has_audiences(&canonical.audiences).then_some((canonical, value))
        });
        let Some((canonical, value)) = joined else { return false };
        let member = canonical.sub.member();
        self.splices.extend(member.value, canonical.sub.block().value, &[quoted(&value)]);
        let message = ["added ", &shown(&value), " to `", &canonical.sub.key(), "`"].concat();
        self.modified(canonical.statement, member.value, message);
        true
    }

    /// Takes out what makes the grant in one statement, which is read once for each time that it names the
    /// principal; the statement, if it has to go as a whole.
    fn take<'a>(
        &mut self,
        grant: &Grant,
        readings: &[Reading<'a, '_>],
    ) -> Result<Option<Statement<'a>>, EditError> {
        let Some(first) = readings.first() else { return Ok(None) };
        let statement = first.statement;
        let (Some(web), Some(condition)) = (grant.as_web_identity(), first.subjects) else {
            let gone: Vec<&Reading<'_, '_>> =
                readings.iter().filter(|r| r.grant(SubjectMatch::Any).means_same(grant)).collect();
            if gone.is_empty() {
                return Ok(None);
            }
            let is_gone = |entry: &Trusted<'_>| {
                gone.iter().any(|r| r.principal.value.index() == entry.value.index())
            };
            let emptied = take_principals(self, statement, grant_keys(grant), is_gone)?;
            return Ok(emptied.then_some(statement));
        };
        let values = first.values_of(web.subject());
        if values.is_empty() || !web.has_audiences(&first.audiences) {
            return Ok(None);
        }
        if values.len() == condition.values().count() {
            check_alone(statement, web.provider())?;
            return Ok(Some(statement));
        }
        let list = condition.member().value;
        self.splices.remove(list, |v| values.iter().any(|gone| gone.index() == v.index()));
        let subject = web.subject().to_string();
        let message = ["removed `", &subject, "` from `", &condition.key(), "`"].concat();
        self.modified(statement, list, message);
        Ok(None)
    }
}

/// The issuer whose keys belong to the grant.
fn grant_keys(grant: &Grant) -> Option<&str> {
    grant.as_web_identity().map(|grant| grant.provider().issuer().as_str())
}

fn unwritable_of(grant: &Grant) -> EditError {
    let Grant::WebIdentity(grant) = grant else { return unwritable(&grant.to_string()) };
    let audience = grant.audiences().iter().map(crate::Audience::as_str).find(|a| a.contains("${"));
    unwritable(audience.unwrap_or(&grant.subject().to_string()))
}
