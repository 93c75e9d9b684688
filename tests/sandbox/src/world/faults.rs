//! Faults, by call.

use std::time::Duration;

use serde_json::json;

use super::{Incoming, Operation, Refusal, Service};

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

/// Faults that are still to come, and how often.
pub(super) type Faults = Vec<(When, usize, Fault)>;

/// The fault for a call, which is then used up once.
pub(super) fn take(faults: &mut Faults, call: usize, operation: &Operation) -> Option<Fault> {
    let (_, times, fault) = faults.iter_mut().find(|(when, times, _)| {
        let fits = match when {
            When::Call(number) => *number == call,
            When::Operation(name) => *name == operation.name,
            When::Resource(name) => *name == operation.resource,
        };
        fits && *times > 0
    })?;
    *times -= 1;
    Some(fault.clone())
}

/// What a service says to too many requests, of a failure, and to an unknown caller: status, code
/// and text.
fn said(service: Service) -> [(u16, &'static str, &'static str); 3] {
    const RATE: &str = "Rate exceeded";
    const KEY: &str = "The security token included in the request is invalid.";
    let unknown_key = (403, "InvalidClientTokenId", KEY);
    match service {
        Service::Kubernetes(_) | Service::Issuer(_) => [
            (429, "TooManyRequests", "Too many requests, please try again later."),
            (500, "InternalError", "Internal error occurred"),
            (401, "Unauthorized", "Unauthorized"),
        ],
        Service::Eks | Service::Other => [
            (429, "TooManyRequestsException", RATE),
            (500, "ServerException", "Internal server error"),
            (403, "UnrecognizedClientException", KEY),
        ],
        Service::Iam => {
            let failed = "The request processing has failed because of an unknown error, exception or failure.";
            [(400, "Throttling", RATE), (500, "ServiceFailure", failed), unknown_key]
        }
        Service::Sts => {
            [(400, "Throttling", RATE), (500, "InternalFailure", "Internal failure"), unknown_key]
        }
    }
}

impl Fault {
    /// What the service says, if nothing is to be done.
    pub(super) fn refusal(&self, incoming: &Incoming, caller: &str) -> Option<Refusal> {
        let [throttled, failed, unknown] = said(incoming.service);
        let (status, code, message) = match self {
            Self::After | Self::Delayed(_) => return None,
            Self::Denied => return Some(denied(incoming, caller)),
            Self::Throttled => throttled,
            Self::Before | Self::ServerError => failed,
            Self::Unauthenticated => unknown,
            Self::Error { status, code, message } => (*status, code.as_str(), message.as_str()),
        };
        Some(Refusal::new(status, code, message))
    }
}

/// The caller is not known.
pub(super) fn unknown_caller(service: Service) -> Refusal {
    let [.., (status, code, message)] = said(service);
    Refusal::new(status, code, message)
}

/// The caller may not.
pub(super) fn denied(incoming: &Incoming, caller: &str) -> Refusal {
    let Operation { name, resource, .. } = &incoming.operation;
    let (prefix, code) = match incoming.service {
        Service::Kubernetes(_) | Service::Issuer(_) => return forbidden(name, resource, caller),
        Service::Eks => ("eks", "AccessDeniedException"),
        Service::Other => ("other", "AccessDeniedException"),
        Service::Sts => ("sts", "AccessDenied"),
        Service::Iam => ("iam", "AccessDenied"),
    };
    let message = format!(
        "User: {caller} is not authorized to perform: {prefix}:{name} on resource: {resource} because no identity-based policy allows the {prefix}:{name} action"
    );
    Refusal::new(403, code, message)
}

/// Kubernetes' text.
fn forbidden(operation: &str, resource: &str, caller: &str) -> Refusal {
    let (verb, kind) = operation.split_once(' ').unwrap_or((operation, ""));
    let verb = if verb == "apply" { "patch" } else { verb };
    let own = if kind == "namespaces" && verb != "create" { resource } else { "" };
    let (namespace, name) = resource.split_once('/').unwrap_or((own, resource));
    let place = format!("in the namespace \"{namespace}\"");
    let place = if namespace.is_empty() { "at the cluster scope" } else { &place };
    let is_named = !name.is_empty() && verb != "create";
    let named = if is_named { format!(" \"{name}\"") } else { String::new() };
    let plural = kind.split('/').next().unwrap_or(kind);
    let message = format!(
        "{plural}{named} is forbidden: User \"{caller}\" cannot {verb} resource \"{kind}\" in API group \"\" {place}"
    );
    Refusal::new(403, "Forbidden", message).with(json!({"name": name, "kind": plural}))
}
