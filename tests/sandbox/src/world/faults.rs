//! Faults, by call.

use std::time::Duration;

use super::incoming::Service;
use super::log::Operation;
use super::reply::Refusal;

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection drops, and nothing was done.
    Before,
    /// It is done, but the answer is lost.
    After,
    /// The service refuses: too many requests.
    Throttled,
    /// The service fails, and nothing was done.
    ServerError,
    /// It is done, and the answer comes later ([`Delay`]).
    Delayed(Duration),
    /// The caller is not allowed to.
    Denied,
    /// The caller is not known.
    Unauthenticated,
    /// Any other refusal, in the form of the service.
    Error {
        /// The HTTP status.
        status: u16,
        /// The code, or Kubernetes' reason.
        code: String,
        /// The text.
        message: String,
    },
}

/// Which calls a fault is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// The call with this number in the log, counted from 0.
    Call(usize),
    /// The next calls of an operation, such as `CreateRole` or `apply serviceaccounts`.
    Operation(String),
    /// The next calls that name this resource.
    Resource(String),
}

/// An extension of an answer: the one who asked must not get it, the connection drops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost;

/// An extension of an answer: how much later it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delay(pub Duration);

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(When, usize, Fault)>);

impl Faults {
    pub(super) fn add(&mut self, when: When, times: usize, fault: Fault) {
        self.0.push((when, times, fault));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault for a call, which is then used up once.
    pub(super) fn take(&mut self, call: usize, operation: &Operation) -> Option<Fault> {
        let index = self.0.iter().position(|(when, times, _)| {
            let fits = match when {
                When::Call(number) => *number == call,
                When::Operation(name) => *name == operation.name,
                When::Resource(name) => *name == operation.resource,
            };
            fits && *times > 0
        })?;
        let (_, times, fault) = self.0.get_mut(index)?;
        *times -= 1;
        Some(fault.clone())
    }
}

impl Fault {
    /// What the service says, if nothing is to be done.
    pub(super) fn refusal(
        &self,
        service: Service,
        operation: &Operation,
        caller: &str,
    ) -> Option<Refusal> {
        let kubernetes = matches!(service, Service::Kubernetes(_));
        let Operation { name, resource, .. } = operation;
        let refusal = match self {
            Self::After | Self::Delayed(_) => return None,
            Self::Throttled => match service {
                Service::Kubernetes(_) => Refusal::new(
                    429,
                    "TooManyRequests",
                    "Too many requests, please try again later.",
                ),
                Service::Eks => Refusal::new(429, "TooManyRequestsException", "Rate exceeded"),
                _ => Refusal::new(400, "Throttling", "Rate exceeded"),
            },
            Self::Before | Self::ServerError => match service {
                Service::Kubernetes(_) => {
                    Refusal::new(500, "InternalError", "Internal error occurred")
                }
                Service::Eks => Refusal::new(500, "ServerException", "Internal server error"),
                Service::Iam => Refusal::new(
                    500,
                    "ServiceFailure",
                    "The request processing has failed because of an unknown error, exception or failure.",
                ),
                _ => Refusal::new(500, "InternalFailure", "Internal failure"),
            },
            Self::Denied if kubernetes => forbidden(name, resource, caller),
            Self::Denied => denied(service, name, resource, caller),
            Self::Unauthenticated if kubernetes => {
                Refusal::new(401, "Unauthorized", "Unauthorized")
            }
            Self::Unauthenticated => unknown_key(service),
            Self::Error { status, code, message } => Refusal::new(*status, code, message),
        };
        Some(refusal)
    }
}

/// No access key of this world.
pub(super) fn unknown_key(service: Service) -> Refusal {
    let code = match service {
        Service::Eks => "UnrecognizedClientException",
        _ => "InvalidClientTokenId",
    };
    Refusal::new(403, code, "The security token included in the request is invalid.")
}

/// AWS's text of a missing permission.
pub(super) fn denied(service: Service, operation: &str, resource: &str, caller: &str) -> Refusal {
    let (prefix, code) = match service {
        Service::Eks => ("eks", "AccessDeniedException"),
        Service::Sts => ("sts", "AccessDenied"),
        _ => ("iam", "AccessDenied"),
    };
    let action = format!("{prefix}:{operation}");
    let message = format!(
        "User: {caller} is not authorized to perform: {action} on resource: {resource} because no identity-based policy allows the {action} action"
    );
    Refusal::new(403, code, message)
}

/// Kubernetes' text of a missing permission.
pub(super) fn forbidden(operation: &str, resource: &str, caller: &str) -> Refusal {
    let (verb, kind) = operation.split_once(' ').unwrap_or((operation, ""));
    let verb = if verb == "apply" { "patch" } else { verb };
    let (namespace, name) = match resource.split_once('/') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, resource),
    };
    let kind_only = kind.split('/').next().unwrap_or(kind);
    let place = match namespace {
        Some(namespace) => format!("in the namespace \"{namespace}\""),
        None => "at the cluster scope".to_owned(),
    };
    let named = if name.is_empty() { String::new() } else { format!(" \"{name}\"") };
    let message = format!(
        "{kind_only}{named} is forbidden: User \"{caller}\" cannot {verb} resource \"{kind}\" in API group \"\" {place}"
    );
    let details = serde_json::json!({"name": name, "kind": kind_only});
    Refusal::new(403, "Forbidden", message).with(details)
}
