//! What was asked.

use super::faults::Fault;

/// What a request asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Operation {
    /// `CreateRole`, `apply serviceaccounts`.
    pub(super) name: String,
    /// `my-s3-role`, `shop/my-s3-role`.
    pub(super) resource: String,
    /// Whether it changes what is there.
    pub(super) writes: bool,
}

/// One call that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// `iam`, `sts`, `eks`, `kubernetes`, `issuer`, or `other`: none that the sandbox has.
    pub service: &'static str,
    /// The operation, such as `CreateRole` or `apply serviceaccounts`.
    pub operation: String,
    /// What it was for: a role's name, an ARN, `NAMESPACE/NAME`; of `other` the service or host.
    pub resource: String,
    /// Who asked: an ARN or a Kubernetes user; empty if nobody known.
    pub caller: String,
    /// The status of the answer.
    pub status: u16,
    /// Whether it was a write, and was done: also if that changed nothing, or the answer was lost.
    pub wrote: bool,
    /// What went wrong on purpose.
    pub fault: Option<Fault>,
}
