//! [`Refusal`]: why something that was asked for is not done.

use std::fmt;

/// Why something that was asked for is not done: a stable code, what is wrong, what to do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(Box<Why>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Why {
    code: &'static str,
    message: String,
    help: String,
}

impl Refusal {
    pub(crate) fn new(
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self(Box::new(Why { code, message: message.into(), help: help.into() }))
    }

    /// Stable, lower case, for instance `plan.role-foreign`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The next step.
    #[must_use]
    pub fn help(&self) -> &str {
        &self.0.help
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}
