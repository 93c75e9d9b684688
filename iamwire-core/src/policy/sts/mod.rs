//! What STS answers to a web identity token, and why: its own checks, then the trust policy.
//!
//! Signature and keys of the token are taken as good.

mod call;
mod carried;
mod checks;
mod claims;
mod cloudtrail;
mod form;
mod tags;
mod trust;

use std::borrow::Cow;

pub use call::WebIdentityCall;
pub use claims::Claims;
use tags::Tags;

use super::evaluate::{Part, Reason, Verdict};

/// The claim with the roles that a token is for.
const ROLES: &str = "https://aws.amazon.com/roles";
/// The claim with the source identity of the session.
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";

/// What STS answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StsAnswer {
    code: &'static str,
    message: Option<String>,
    reasons: Vec<Reason>,
}

impl StsAnswer {
    /// `ok`, STS's error code, or `undetermined`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// STS's text, where it has been recorded.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Everything that fails, in STS's order; then the statements of the trust policy, once per action.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }
}

/// The faults that were found, in STS's order.
#[derive(Debug, Default)]
struct Faults {
    first: Option<(&'static str, Option<String>)>,
    reasons: Vec<Reason>,
}

impl Faults {
    fn add(&mut self, code: &'static str, text: Option<String>, why: impl Into<String>) {
        let result = if code == UNDETERMINED { Verdict::Unknown } else { Verdict::No };
        self.reasons.push(Reason {
            statement: None,
            effect: None,
            result,
            part: Part::Sts,
            message: why.into(),
        });
        self.first = self.first.take().or(Some((code, text)));
    }

    fn invalid_token(&mut self, text: impl Into<String>, why: impl Into<String>) {
        self.add("InvalidIdentityToken", Some(text.into()), why);
    }
}

const UNDETERMINED: &str = "undetermined";

impl WebIdentityCall {
    /// What STS answers at a time, in seconds since 1970.
    #[must_use]
    pub fn answer(&self, now: i64) -> StsAnswer {
        let mut faults = Faults::default();
        self.check_form(&mut faults);
        self.check_presence(&mut faults);
        self.check_times(i128::from(now), &mut faults);
        self.check_provider(&mut faults);
        let authorized = self.check_roles(&mut faults);
        let tags = Tags::of(&self.claims).unwrap_or_else(|_| {
            let text = "principal_tags passed in claim is not in correct format.";
            faults.invalid_token(text, "the session tags of the token are in another form");
            Tags::default()
        });
        self.check_trust(now, authorized, &tags, &mut faults);
        self.check_duration(&mut faults);
        let (code, message) = faults.first.unwrap_or(("ok", None));
        StsAnswer { code, message, reasons: faults.reasons }
    }

    /// The ARN that is asked for.
    fn asked_arn(&self) -> Option<Cow<'_, str>> {
        match &self.role_arn {
            Some(arn) => Some(Cow::Borrowed(arn)),
            None => self.role.as_ref().map(|role| Cow::Borrowed(role.arn.as_str())),
        }
    }
}
