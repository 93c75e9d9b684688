//! Granting, and taking a grant out again.

use super::provider::take_principals;
use super::{Draft, Edit, EditError, check_alone, note, unwritable};
use crate::error::quoted as shown;
use crate::json::{Kind, Value, quoted};
use crate::policy::builder::{statement, write_subject};
use crate::policy::canonical::Canonical;
use crate::policy::document::TrustPolicy;
use crate::policy::grant::{Grant, SubjectMatch, WebIdentityGrant};
use crate::policy::granted::Found;
use crate::policy::reach::{Reach, Scope};
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
    /// `${`.
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
        let mut found = self.found_grants();
        found.retain(|f| f.granted.grant.means_same(grant));
        let mut gone = Vec::new();
        let mut rest = found.as_slice();
        while let Some(first) = rest.first() {
            let same = |f: &Found<'_>| f.statement.index() == first.statement.index();
            let (here, more) = rest.split_at(rest.iter().take_while(|f| same(f)).count());
            rest = more;
            let emptied = if let (Grant::WebIdentity(grant), Some(_)) = (grant, first.subject) {
                draft.take_subjects(grant, here)?
            } else {
                let is_gone =
                    |v: Value<'_>| here.iter().any(|f| f.principal.value.index() == v.index());
                take_principals(&mut draft, first.statement, grant_keys(grant), is_gone)?
            };
            if emptied {
                gone.push((first.statement, format!("removed, with {grant}")));
            }
        }
        draft.remove_statements(&gone)?;
        if draft.splices.is_empty() {
            let message = format!("no statement grants {grant}");
            let root = self.json().root();
            draft.notice(root, note("edit.not-granted", message, "nothing to do"));
        }
        let mut edit = draft.finish()?;
        let scope = Scope::new(grant, edit.policy.variables());
        edit.still_allowed_by = edit.policy.bearing(&scope, Effect::Allow);
        Ok(edit)
    }
}

impl Draft<'_> {
    /// Adds the subject to a statement that has the form for it; false if there is none.
    fn join<'s>(&mut self, mut allows: impl Iterator<Item = Statement<'s>>, grant: &Grant) -> bool {
        let Grant::WebIdentity(grant) = grant else { return false };
        let exact = match grant.subject() {
            SubjectMatch::Exact(_) => true,
            SubjectMatch::Pattern(_) => false,
            SubjectMatch::Any => return false,
        };
        let variables = self.policy.variables();
        let joined = allows.find_map(|statement| {
            let canonical = Canonical::of(statement, grant.provider(), variables)?;
            let fits = grant.has_audiences(&canonical.audiences) && (canonical.like || exact);
            let value = write_subject(grant.subject(), canonical.like, variables)?;
            fits.then_some((canonical, value))
        });
        let Some((canonical, value)) = joined else { return false };
        let member = canonical.sub.member();
        self.splices.extend(member.value, canonical.sub.block().value, &[quoted(&value)]);
        let message = format!("added {} to `{}`", shown(&value), canonical.sub.key());
        self.modified(canonical.statement, member.value, message);
        true
    }

    /// Takes the values of one statement that make a grant; true if the statement has to go.
    fn take_subjects(
        &mut self,
        grant: &WebIdentityGrant,
        found: &[Found<'_>],
    ) -> Result<bool, EditError> {
        let Some(first) = found.first() else { return Ok(false) };
        let Some((condition, _)) = first.subject else { return Ok(false) };
        let list = condition.member().value;
        let is_gone = |v: Value<'_>| {
            found.iter().any(|f| f.subject.is_some_and(|(_, gone)| gone.index() == v.index()))
        };
        if list.kind() != Kind::Array || list.elements().all(is_gone) {
            check_alone(first.statement, grant.provider())?;
            return Ok(true);
        }
        self.splices.remove(list, is_gone);
        let message = format!("removed `{}` from `{}`", grant.subject(), condition.key());
        self.modified(first.statement, list, message);
        Ok(false)
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
