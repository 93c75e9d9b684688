//! The error of calls to AWS.

use std::error::Error;
use std::fmt;

use aws_sdk_iam::config::http::HttpResponse;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::RequestId;
use aws_types::SdkConfig;
use hyper_util::client::proxy::matcher::Matcher;

use super::{credentials, empty, roots};
use crate::call::{CallFailure, Looked, chain, is_for_other_names, without_password};
use crate::error::quoted;
use crate::{Refusal, Unseen};

/// A call to AWS that failed.
///
/// `Display` names the operation, the resource, AWS's own text, code and request id;
/// [`miette::Diagnostic`] adds a stable code and the help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AwsError {
    /// There are no credentials, or AWS doesn't take them: expired, unknown, wrong.
    #[error("{0}")]
    Credentials(Refusal),
    /// No region is configured.
    #[error("{0}")]
    Region(Refusal),
    /// What is configured can't be used: a file, an endpoint, the certificate authorities.
    #[error("{0}")]
    Configuration(Refusal),
    /// The caller may not do this: the action of IAM that is missing is the operation.
    #[error("{0}")]
    Denied(CallFailure),
    /// What was asked for isn't there.
    #[error("{0}")]
    Missing(CallFailure),
    /// It is there already.
    #[error("{0}")]
    Exists(CallFailure),
    /// A quota is reached.
    #[error("{0}")]
    Quota(CallFailure),
    /// Somebody else changes it at the same time.
    #[error("{0}")]
    Busy(CallFailure),
    /// Too many requests, also after the retries of the SDK.
    #[error("{0}")]
    Throttled(CallFailure),
    /// AWS doesn't take what was sent.
    #[error("{0}")]
    Refused(CallFailure),
    /// AWS failed, also after the retries of the SDK: a write may have been done.
    #[error("{0}")]
    Failed(CallFailure),
    /// Nobody answered: a write may have been done.
    #[error("{0}")]
    Unreachable(CallFailure),
}

impl AwsError {
    /// The stable code, for instance `aws.denied`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Credentials(r) | Self::Region(r) | Self::Configuration(r) => r.code(),
            Self::Denied(_) => "aws.denied",
            Self::Missing(_) => "aws.missing",
            Self::Exists(_) => "aws.exists",
            Self::Quota(_) => "aws.quota",
            Self::Busy(_) => "aws.busy",
            Self::Throttled(_) => "aws.throttled",
            Self::Refused(_) => "aws.refused",
            Self::Failed(_) => "aws.failed",
            Self::Unreachable(_) => "aws.unreachable",
        }
    }

    /// The next step.
    #[must_use]
    pub fn help(&self) -> &str {
        match (self, self.call()) {
            (Self::Credentials(r) | Self::Region(r) | Self::Configuration(r), _) => r.help(),
            (_, Some(call)) => call.help(),
            (_, None) => "",
        }
    }

    /// The call that failed; none where nothing was called.
    #[must_use]
    pub fn call(&self) -> Option<&CallFailure> {
        match self {
            Self::Credentials(_) | Self::Region(_) | Self::Configuration(_) => None,
            Self::Denied(call)
            | Self::Missing(call)
            | Self::Exists(call)
            | Self::Quota(call)
            | Self::Busy(call)
            | Self::Throttled(call)
            | Self::Refused(call)
            | Self::Failed(call)
            | Self::Unreachable(call) => Some(call),
        }
    }

    /// Whether a write that failed so may have been done all the same: by this answer alone, which knows nothing
    /// of an attempt before it that was lost.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Unreachable(_))
    }

    /// Whether a principal that a document names isn't known (yet).
    pub(crate) fn is_invalid_principal(&self) -> bool {
        matches!(self, Self::Refused(call)
            if call.service_code() == Some("MalformedPolicyDocument")
                && call.message().contains("Invalid principal"))
    }
}

impl Looked for AwsError {
    fn is_missing(&self) -> bool {
        matches!(self, Self::Missing(_))
    }

    fn is_forbidden(&self) -> bool {
        matches!(self, Self::Denied(_))
    }

    fn is_hopeless(&self) -> bool {
        matches!(self, Self::Credentials(_) | Self::Region(_) | Self::Configuration(_))
    }

    fn unseen(&self) -> Unseen {
        match self.call() {
            Some(call) => call.unseen(),
            None => Unseen::new("the credentials", "AWS", self.to_string(), self.help()),
        }
    }
}

crate::error::diagnostic!(AwsError);

/// The SDK's error of `operation` on `resource`, in our terms; where nobody answered, with the place that was
/// asked.
pub(super) fn failed<E>(
    config: &SdkConfig,
    operation: &str,
    resource: &str,
    error: &SdkError<E>,
) -> AwsError
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    SdkError<E, HttpResponse>: RequestId,
{
    let request_id = error.request_id().map(str::to_owned);
    if let SdkError::ServiceError(service) = error {
        let (meta, status) = (service.err().meta(), service.raw().status().as_u16());
        let code = meta.code().filter(|code| !code.is_empty());
        let message = meta.message().filter(|message| !message.is_empty());
        let message = message.map(|message| shown(code.unwrap_or_default(), message));
        let message = message.map_or_else(|| format!("status {status}"), str::to_owned);
        let call =
            CallFailure::new(operation, resource, message).answered(code, request_id.as_deref());
        return match code {
            Some(code) => by_code(code, status, call),
            None => by_status(status, call),
        };
    }
    if let Some(none) = credentials::missing(error) {
        return none;
    }
    let texts = chain(error);
    if texts.iter().any(|text| text.contains("Missing Region")) {
        return no_region();
    }
    let text = texts.join(": ");
    let place = Place::of(config, operation);
    let is_made = !matches!(error, SdkError::ConstructionFailure(_));
    if let Some(none) = roots::missing(&text).filter(|_| is_made) {
        return AwsError::Configuration(none);
    }
    let call = CallFailure::new(operation, resource, format!("{text}, asked {place}"));
    match error {
        SdkError::ConstructionFailure(_) => {
            AwsError::Refused(call.help_with("this call could not be made: check the configuration"))
        }
        _ if is_for_other_names(&text) => AwsError::Unreachable(call.help_with(format!(
            "another server answers there, its certificate is for other names: check {} and a proxy",
            place.checks()
        ))),
        _ if text.contains("certificate") => AwsError::Unreachable(call.help_with(
            "the certificate is of no authority that is trusted here: if a proxy of your company signs, put its certificate into the system's store, or name a file of all authorities in `SSL_CERT_FILE` (`AWS_CA_BUNDLE` is not read)",
        )),
        _ => {
            let (checks, proxy) = (place.checks(), place.proxy());
            AwsError::Unreachable(call.help_with(format!(
                "check the network, {checks} and {proxy}; then run it again: what was done is seen, and the rest is done"
            )))
        }
    }
}

/// Where a service of AWS is asked.
enum Place {
    /// At an endpoint that is configured.
    Endpoint(String),
    /// Where the SDK knows it to be.
    Region(String),
}

impl Place {
    /// As the SDK's clients find it: an endpoint of the service, one of all services, the region.
    fn of(config: &SdkConfig, operation: &str) -> Self {
        let id = operation.split(':').next().unwrap_or_default().to_uppercase();
        match empty::endpoint_of(config, &id) {
            Some(url) => Self::Endpoint(quoted(&without_password(&url))),
            None => Self::Region(quoted(config.region().map_or("", AsRef::as_ref))),
        }
    }

    /// The proxy that the environment names for it.
    fn proxy(&self) -> String {
        let url = match self {
            Self::Endpoint(url) => url.trim_matches('`'),
            Self::Region(_) => "https://amazonaws.com",
        };
        let found = url.parse().ok().and_then(|url| Matcher::from_env().intercept(&url));
        match found {
            Some(proxy) => {
                let url = without_password(&proxy.uri().to_string());
                format!("the proxy {}", quoted(url.trim_end_matches('/')))
            }
            None => "a proxy".to_owned(),
        }
    }

    /// What may be wrong with it.
    fn checks(&self) -> String {
        match self {
            Self::Endpoint(url) => format!("the endpoint {url}"),
            Self::Region(name) => format!("the region {name}"),
        }
    }
}

/// `in region …`, `at …`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endpoint(url) => write!(f, "at {url}"),
            Self::Region(name) => write!(f, "in region {name}"),
        }
    }
}

/// The text of a service. What it says of a signature repeats the request that was signed, the token of the
/// session and the signature in it: that is left out.
fn shown<'a>(code: &str, message: &'a str) -> &'a str {
    if !code.contains("Signature") {
        return message;
    }
    let end = ["\n", "\r", "AWS4-HMAC-SHA256"].iter().filter_map(|mark| message.find(mark)).min();
    end.and_then(|end| message.get(..end)).unwrap_or(message).trim_end()
}

fn by_code(code: &str, status: u16, call: CallFailure) -> AwsError {
    let unknown = |call: CallFailure, help: &str| {
        AwsError::Credentials(call.help_with(help).refusal("aws.credentials"))
    };
    match code {
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "NotAuthorized" => {
            let help = permission(&call);
            AwsError::Denied(call.help_with(help))
        }
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId"
        | "AuthFailure" => unknown(
            call,
            "check which credentials are used: `aws sts get-caller-identity`; another partition (China, GovCloud) doesn't know them, nor does a region that the account has not enabled",
        ),
        "SignatureDoesNotMatch" | "InvalidSignatureException" if is_of_another_time(&call) => {
            unknown(call, "set the clock of this machine: a signature carries the time")
        }
        "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException" => {
            unknown(call, "check which credentials are used: `aws sts get-caller-identity`")
        }
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            let help = "the session has ended: sign in again, for instance with `aws sso login`";
            AwsError::Credentials(call.help_with(help).refusal("aws.credentials-expired"))
        }
        "NoSuchEntity" | "ResourceNotFoundException" => {
            AwsError::Missing(call.help_with("check the name, the account and the region"))
        }
        "EntityAlreadyExists" | "ResourceInUseException" => {
            AwsError::Exists(call.help_with("run it again: what is there is then looked at"))
        }
        "LimitExceeded" | "LimitExceededException" | "ServiceQuotaExceededException" => {
            let help = below_quota(call.message());
            AwsError::Quota(call.help_with(help))
        }
        "ConcurrentModification" | "EntityTemporarilyUnmodifiable" => {
            AwsError::Busy(call.help_with("somebody else changes it: run it again"))
        }
        "DeleteConflict" => AwsError::Refused(call.help_with(
            "take off it what AWS's own text names, then run it again: policies are taken off by that",
        )),
        "Throttling" | "ThrottlingException" | "TooManyRequestsException"
        | "RequestLimitExceeded" | "RequestThrottled" | "PriorRequestNotComplete" => {
            AwsError::Throttled(call.help_with("AWS asks for fewer calls: run it again in a minute"))
        }
        "ServiceFailure" | "ServiceFailureException" | "InternalFailure" | "InternalError"
        | "InternalServerError" | "ServerException" | "ServiceUnavailable"
        | "ServiceUnavailableException" => {
            AwsError::Failed(call.help_with("AWS failed: run it again, what was done is seen"))
        }
        "UnmodifiableEntity" => AwsError::Refused(
            call.help_with("this role is AWS's own, which alone can change it: use another"),
        ),
        "OpenIdIdpCommunicationError" => AwsError::Refused(call.help_with(
            "AWS could not reach the issuer to fetch its certificate: run it again, or name a thumbprint",
        )),
        _ => by_status(status, call),
    }
}

/// An answer whose code says nothing, or has none: of something between AWS and here.
fn by_status(status: u16, call: CallFailure) -> AwsError {
    match (status, call.service_code()) {
        (500.., _) => AwsError::Failed(call.help_with(
            "AWS, or a proxy before it, failed: run it again, what was done is seen",
        )),
        (429, _) => {
            AwsError::Throttled(call.help_with("AWS asks for fewer calls: run it again in a minute"))
        }
        (_, Some(_)) => {
            AwsError::Refused(call.help_with("AWS doesn't take this: its own text says why"))
        }
        (_, None) => AwsError::Refused(call.help_with(
            "this is not what AWS answers: check the endpoint, and whether a proxy answers in its place",
        )),
    }
}

/// What must be allowed: the action that AWS names, which may be another one than the operation, as
/// `iam:TagRole` where a role is created with tags.
fn permission(call: &CallFailure) -> String {
    let named = call.message().split_once("not authorized to perform: ").map(|(_, rest)| rest);
    let named = named.and_then(|rest| rest.split_whitespace().next());
    let is_action = |text: &&str| {
        text.contains(':') && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-:".contains(&b))
    };
    let action = named.filter(is_action).unwrap_or(call.operation());
    if call.message().contains("explicit deny") {
        return format!(
            "a policy denies {action} whatever others allow, AWS's text says of which kind: have that changed, or use credentials that may"
        );
    }
    format!("allow {action} for that resource to the caller, or use credentials that may")
}

fn is_of_another_time(call: &CallFailure) -> bool {
    ["Signature expired", "not yet current"].iter().any(|text| call.message().contains(text))
}

/// How to get below a quota, by its name in AWS's text.
///
/// Source: IAM User Guide, "IAM and AWS STS quotas".
fn below_quota(message: &str) -> &'static str {
    let is_of = |quota: &str| message.contains(quota);
    if is_of("OpenIdConnectProvidersPerAccount") {
        "delete the providers of clusters that are gone: `aws iam list-open-id-connect-providers`, `aws iam delete-open-id-connect-provider`; or have the quota raised, to at most 700, in the Service Quotas console"
    } else if is_of("ACLSizePerRole") {
        "use a second role for some of the service accounts, or a role for each cluster; or have the quota `ACLSizePerRole` raised, to at most 8192, in the Service Quotas console"
    } else if is_of("PoliciesPerRole") {
        "put several policies into one of your own, or inline; or have the quota raised, to at most 25, in the Service Quotas console"
    } else {
        "remove what nobody uses, or have the quota raised in the Service Quotas console"
    }
}

pub(super) fn no_region() -> AwsError {
    let message = "no AWS region is configured";
    let help = "set AWS_REGION to the cluster's, or `region` in the profile, or name the cluster by its ARN";
    AwsError::Region(Refusal::new("aws.no-region", message, help))
}

/// What the SDK takes for a region: it becomes a part of hosts' names.
pub(super) fn check_region(name: &str) -> Result<(), AwsError> {
    let is_label = !name.starts_with('-') && name.len() <= 63;
    if is_label && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Ok(());
    }
    let message = format!("{} is no AWS region", quoted(name));
    let help = "write it as `eu-west-3`: in AWS_REGION, in `region` of the profile, or where it was passed";
    Err(AwsError::Configuration(Refusal::new("aws.region", message, help)))
}
