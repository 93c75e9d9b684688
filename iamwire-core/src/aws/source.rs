//! [`Source`]: where credentials come from, and what it means that they don't.

use std::error::Error;
use std::sync::Arc;

use aws_config::profile::ProfileSet;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_sdk_sts::config::http::HttpResponse;
use aws_sdk_sts::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_types::sdk_config::SharedCredentialsProvider;
use tokio::sync::Mutex;

use super::credentials::{NoCredentials, SET_THEM, on_one_line};
use super::roots;
use crate::Refusal;
use crate::call::chain;
use crate::error::quoted;

/// Where credentials come from, as profile and environment say.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// IAM Identity Center: whoever signs in to this profile has them.
    Sso { profile: String },
    /// A role, which is assumed with the credentials of another source.
    Role { profile: String, arn: String, asks_for_code: bool, base: Box<Source> },
    /// A role, which is assumed with a token in a file that this names.
    WebIdentity { place: String, file: String },
    /// A program that the profile names.
    Process { profile: String },
    /// A profile that says nothing else, or what isn't known here: keys in it, the metadata of a machine.
    Profile { profile: String, is_named: bool },
    /// Keys of the environment, or what the SDK finds where nothing is said.
    Anything,
}

type AssumeRoleFailure = SdkError<AssumeRoleError, HttpResponse>;

/// Profiles name each other, and may do so in a circle.
const DEEPEST: usize = 8;

impl Source {
    /// Of the selected profile; of one that is named, nothing of the environment counts.
    pub(super) fn of(
        profiles: &ProfileSet,
        is_named: bool,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let name = profiles.selected_profile();
        if !is_named && variable("AWS_ACCESS_KEY_ID").is_some() {
            return Self::Anything;
        }
        match Self::of_profile(profiles, name, is_named, DEEPEST) {
            Self::Anything => match variable("AWS_WEB_IDENTITY_TOKEN_FILE") {
                Some(file) if !is_named => {
                    Self::WebIdentity { place: "AWS_WEB_IDENTITY_TOKEN_FILE".to_owned(), file }
                }
                _ => Self::Anything,
            },
            source => source,
        }
    }

    fn of_profile(profiles: &ProfileSet, name: &str, is_named: bool, depth: usize) -> Self {
        let Some(found) = profiles.get_profile(name).filter(|_| depth > 0) else {
            let missing = Self::Profile { profile: name.to_owned(), is_named };
            return if is_named { missing } else { Self::Anything };
        };
        let get = |key: &str| found.get(key).filter(|value| !value.is_empty()).map(str::to_owned);
        let profile = name.to_owned();
        if let Some(arn) = get("role_arn") {
            if let Some(file) = get("web_identity_token_file") {
                let place = format!("`web_identity_token_file` of profile {}", quoted(name));
                return Self::WebIdentity { place, file };
            }
            let base = match get("source_profile") {
                Some(other) if other != name => Self::of_profile(profiles, &other, true, depth - 1),
                _ => Self::Profile { profile: profile.clone(), is_named },
            };
            let asks_for_code = get("mfa_serial").is_some();
            return Self::Role { profile, arn, asks_for_code, base: Box::new(base) };
        }
        let has = |keys: &[&str]| keys.iter().any(|key| get(key).is_some());
        if has(&["sso_session", "sso_start_url", "sso_account_id"]) {
            Self::Sso { profile }
        } else if has(&["credential_process"]) {
            Self::Process { profile }
        } else {
            Self::Profile { profile, is_named }
        }
    }

    /// The services of AWS that are called for them.
    pub(super) fn services(&self) -> &'static [&'static str] {
        match self {
            Self::Sso { .. } => &["SSO", "SSO OIDC"],
            Self::Role { base, .. } if matches!(**base, Self::Sso { .. }) => {
                &["STS", "SSO", "SSO OIDC"]
            }
            Self::Role { .. } | Self::WebIdentity { .. } => &["STS"],
            Self::Process { .. } | Self::Profile { .. } | Self::Anything => &[],
        }
    }

    /// Why there are none, and what to do.
    fn refusal(&self, error: &CredentialsError) -> Refusal {
        let why = on_one_line(&chain(innermost(error)).join(": "));
        if why.contains("certificate") && roots::are_missing() {
            return roots::none();
        }
        if let Self::Role { arn, profile, asks_for_code, .. } = self
            && let Some(refused) = find::<AssumeRoleError>(error)
        {
            return no_role(arn, profile, *asks_for_code, refused);
        }
        if let Self::Sso { profile } = self
            && is_of_a_session(&why)
        {
            // Where the SDK keeps it.
            let (state, again) =
                if why.contains("cache") { ("has not begun", "") } else { ("has ended", " again") };
            let message = format!("the SSO session of profile {} {state}: {why}", quoted(profile));
            let help = format!("sign in{again}: `aws sso login --profile {profile}`");
            return Refusal::new("aws.sso-expired", message, help);
        }
        let (what, help) = match self {
            Self::Role { base, .. } if find::<AssumeRoleFailure>(error).is_none() => {
                return base.refusal(error);
            }
            Self::Sso { profile } if why.contains("ForbiddenException") => (
                format!("the SSO portal refuses what profile {} names", quoted(profile)),
                "check its `sso_account_id` and `sso_role_name`, and whether they are assigned to you: the portal's page lists what is".to_owned(),
            ),
            Self::Sso { profile } if is_unreachable(&why) => (
                format!("the SSO portal of profile {} can't be reached", quoted(profile)),
                "check the network, a proxy, and `sso_region` of the profile".to_owned(),
            ),
            Self::Role { .. } | Self::WebIdentity { .. } if is_unreachable(&why) => (
                "STS can't be reached for AWS credentials".to_owned(),
                "check the network, a proxy, and the region".to_owned(),
            ),
            Self::WebIdentity { place, file } if why.contains("ExpiredToken") => (
                format!("the web identity token in {} has expired", quoted(file)),
                format!("put a new one there: {place} names the file"),
            ),
            Self::WebIdentity { place, file } => (
                format!("the web identity token in {} gives no AWS credentials", quoted(file)),
                format!("check the file, which {place} names, and the role that is assumed with it"),
            ),
            Self::Process { profile } => {
                let missing = if why.contains("status: 127") { ", its program is not found" } else { "" };
                (
                    format!("the `credential_process` of profile {} failed{missing}", quoted(profile)),
                    "run it in a shell: it must print the credentials as JSON, and may want a sign-in first".to_owned(),
                )
            }
            Self::Sso { profile } | Self::Role { profile, .. } | Self::Profile { profile, is_named: true } => (
                format!("profile {} has no AWS credentials", quoted(profile)),
                "see whether it says where they are; keys of the environment don't count for a profile that is named".to_owned(),
            ),
            Self::Profile { .. } | Self::Anything => {
                ("there are no AWS credentials".to_owned(), SET_THEM.to_owned())
            }
        };
        Refusal::new("aws.no-credentials", format!("{what}: {why}"), help)
    }
}

/// What the last provider that was asked says.
fn innermost(error: &CredentialsError) -> &(dyn Error + 'static) {
    let mut inner: &(dyn Error + 'static) = error;
    while let (true, Some(source)) = (inner.is::<CredentialsError>(), inner.source()) {
        inner = source;
    }
    inner
}

fn is_unreachable(why: &str) -> bool {
    ["dispatch failure", "request has timed out", "timeout"].iter().any(|text| why.contains(text))
}

/// Whether it is the session with the portal that is wanting, not what the profile says.
fn is_of_a_session(why: &str) -> bool {
    if is_unreachable(why) || why.contains("Forbidden") {
        return false;
    }
    let lower = why.to_lowercase();
    ["unauthorized", "expired", "token", "refresh", "cache"].iter().any(|word| lower.contains(word))
}

fn find<E: Error + 'static>(error: &CredentialsError) -> Option<&E> {
    let mut next = error.source();
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The role of a profile that STS doesn't give.
fn no_role(arn: &str, profile: &str, asks_for_code: bool, refused: &AssumeRoleError) -> Refusal {
    let code = refused.code().unwrap_or_default();
    let text = refused.message().map_or_else(|| refused.to_string(), str::to_owned);
    let text = on_one_line(text.trim_end_matches('.'));
    let message = format!(
        "role {} of profile {} can't be assumed: {text} ({code})",
        quoted(arn),
        quoted(profile)
    );
    let help = if asks_for_code {
        format!(
            "the profile has `mfa_serial`, and no code is asked for here: take a session of the AWS CLI, `eval \"$(aws configure export-credentials --profile {profile} --format env)\"`, and name no profile"
        )
    } else if code == "AccessDenied" {
        format!(
            "allow sts:AssumeRole of {} to the credentials of its `source_profile`, there and in the role's trust policy",
            quoted(arn)
        )
    } else {
        "check `role_arn`, `source_profile` and the region of the profile".to_owned()
    };
    Refusal::new("aws.no-credentials", message, help)
}

/// A provider whose failures are told by where its credentials come from.
#[derive(Debug)]
pub(super) struct Told {
    provider: SharedCredentialsProvider,
    source: Source,
    /// Asked one after the other: a provider of the SDK tells only the first who asks why it can't be made.
    failed: Arc<Mutex<Option<Refusal>>>,
}

impl Told {
    pub(super) fn new(provider: SharedCredentialsProvider, source: Source) -> Self {
        Self { provider, source, failed: Arc::default() }
    }

    async fn credentials(&self) -> provider::Result {
        let mut failed = self.failed.lock().await;
        let error = match self.provider.provide_credentials().await {
            Ok(credentials) => return Ok(credentials),
            Err(error) => error,
        };
        let is_told = chain(&error).iter().any(|text| text.contains("already taken"));
        let refusal = match failed.take() {
            Some(known) if is_told => known,
            _ => self.source.refusal(&error),
        };
        *failed = Some(refusal.clone());
        Err(CredentialsError::provider_error(NoCredentials(refusal)))
    }
}

impl ProvideCredentials for Told {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}
