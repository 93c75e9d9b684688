//! [`Source`]: where credentials come from, and what it means that they don't.

use std::error::Error;
use std::sync::Arc;

use aws_config::profile::{Profile, ProfileSet};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::{CredentialsError, TokenError};
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_sdk_sts::config::http::HttpResponse;
use aws_sdk_sts::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_types::sdk_config::SharedCredentialsProvider;
use tokio::sync::Mutex;

use super::credentials::{NoCredentials, SET_THEM, on_one_line, said};
use super::{roots, sso};
use crate::Refusal;
use crate::call::{chain, without_password};
use crate::error::{quoted, word};

/// Where credentials come from, as profile and environment say.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// IAM Identity Center: whoever signs in to this profile has them.
    Sso { profile: String },
    /// A role, which is assumed with the credentials of another source.
    Role { profile: String, arn: String, asks_for_code: bool, base: Box<Source> },
    /// A role, which is assumed with a token in a file that this names.
    WebIdentity { place: String, file: String },
    /// What serves them to a container, at the address in this variable.
    Container { variable: &'static str, address: String },
    /// A program that the profile names.
    Process { profile: String },
    /// A session of `aws login`.
    Login { profile: String },
    /// What the profile names by its `credential_source`.
    Named { profile: String, name: String },
    /// A profile that has none as it stands.
    Wrong { what: String, help: String },
    /// A profile that says nothing else, or what isn't known here: keys in it, the metadata of a machine.
    Profile { profile: String, is_named: bool },
    /// Keys of the environment, or what the SDK finds where nothing is said.
    Anything,
}

type AssumeRoleFailure = SdkError<AssumeRoleError, HttpResponse>;

const KEY_ID: &str = "aws_access_key_id";

/// Keys of the environment.
const KEYS: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

/// Where the agents of ECS and of EKS Pod Identity answer, in the order of the SDK.
const CONTAINER: [&str; 2] =
    ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];

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
        if !is_named && KEYS.iter().all(|key| variable(key).is_some()) {
            return Self::Anything;
        }
        let has_keys = profiles.get_profile(name).is_some_and(|p| filled(p, KEY_ID).is_some());
        match Self::of_profile(profiles, name, is_named, DEEPEST) {
            Self::Anything | Self::Profile { is_named: false, .. } if !has_keys => {
                Self::of_environment(profiles, variable)
            }
            source => source,
        }
    }

    /// Of what the SDK asks when the profile says nothing; and what is missing where nothing else does.
    fn of_environment(profiles: &ProfileSet, variable: impl Fn(&str) -> Option<String>) -> Self {
        if let Some(file) = variable("AWS_WEB_IDENTITY_TOKEN_FILE") {
            return Self::WebIdentity { place: "AWS_WEB_IDENTITY_TOKEN_FILE".to_owned(), file };
        }
        for name in CONTAINER {
            if let Some(address) = variable(name) {
                return Self::Container { variable: name, address };
            }
        }
        let (there, missing): (Vec<_>, Vec<_>) =
            KEYS.into_iter().partition(|key| variable(key).is_some());
        if let ([there], [missing]) = (there.as_slice(), missing.as_slice()) {
            let what = format!("{there} is set, and {missing} is not");
            return Self::Wrong { what, help: "set both of them, or neither".to_owned() };
        }
        let profile = profiles.selected_profile();
        if profile != "default" && profiles.get_profile(profile).is_none() {
            let (what, help) = no_profile(profile);
            return Self::Wrong { what, help };
        }
        Self::Anything
    }

    fn of_profile(profiles: &ProfileSet, name: &str, is_named: bool, depth: usize) -> Self {
        let Some(found) = profiles.get_profile(name).filter(|_| depth > 0) else {
            let missing = Self::Profile { profile: name.to_owned(), is_named };
            return if is_named { missing } else { Self::Anything };
        };
        let get = |key: &str| filled(found, key);
        let is_a_source = depth < DEEPEST;
        if is_a_source && get(KEY_ID).is_some() && get("aws_secret_access_key").is_some() {
            return Self::Profile { profile: name.to_owned(), is_named };
        }
        let Some(arn) = get("role_arn").filter(|_| get("web_identity_token_file").is_none()) else {
            return Self::of_keys(profiles, found, is_named);
        };
        let base = match get("source_profile") {
            Some(other) if other != name => Self::of_profile(profiles, &other, true, depth - 1),
            _ => Self::of_keys(profiles, found, is_named),
        };
        Self::Role {
            profile: name.to_owned(),
            arn,
            asks_for_code: get("mfa_serial").is_some(),
            base: Box::new(base),
        }
    }

    /// Of a profile without the role that it may name, in the order of the SDK.
    fn of_keys(profiles: &ProfileSet, found: &Profile, is_named: bool) -> Self {
        let get = |key: &str| filled(found, key);
        let profile = found.name().to_owned();
        if let Some(name) = get("credential_source") {
            return Self::Named { profile, name };
        }
        if let (Some(file), Some(_)) = (get("web_identity_token_file"), get("role_arn")) {
            let place = format!("`web_identity_token_file` of profile {}", quoted(&profile));
            return Self::WebIdentity { place, file };
        }
        if sso::is_meant(found) {
            return match sso::what_is_wrong(profiles, found) {
                Some((what, help)) => Self::Wrong { what, help },
                None => Self::Sso { profile },
            };
        }
        if get("login_session").is_some() {
            Self::Login { profile }
        } else if get("credential_process").is_some() {
            Self::Process { profile }
        } else {
            Self::Profile { profile, is_named }
        }
    }

    /// The services of AWS that are called for them.
    pub(super) fn services(&self) -> Vec<&'static str> {
        match self {
            Self::Sso { .. } => vec!["SSO", "SSO OIDC"],
            Self::Role { base, .. } => [vec!["STS"], base.services()].concat(),
            Self::WebIdentity { .. } => vec!["STS"],
            _ => Vec::new(),
        }
    }

    /// Why there are none, and what to do.
    fn refusal(&self, error: &CredentialsError) -> Refusal {
        let why = on_one_line(&chain(innermost(error)).join(": "));
        if let Some(none) = roots::missing(&why) {
            return none;
        }
        if let Self::Role { arn, profile, asks_for_code, .. } = self
            && let Some(refused) = find::<AssumeRoleError>(error)
        {
            return no_role(arn, profile, *asks_for_code, refused);
        }
        if let Self::Sso { profile } = self
            && (find::<TokenError>(error).is_some()
                || sso::is_unread(&why)
                || why.contains("UnauthorizedException"))
            && !is_unreachable(&why)
        {
            let (state, again) =
                if sso::is_unread(&why) { ("has not begun", "") } else { ("has ended", " again") };
            let message = format!("the SSO session of profile {} {state}: {why}", quoted(profile));
            let help = format!("sign in{again}: `aws sso login --profile {}`", word(profile));
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
            Self::Container { variable, address } => (
                format!("{variable}, {}, gives no AWS credentials", quoted(&without_password(address))),
                "it is set in containers of ECS and for EKS Pod Identity: check that the agent answers there, and the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names; elsewhere unset it".to_owned(),
            ),
            Self::Process { profile } => {
                let missing = if why.contains("status: 127") { ", its program is not found" } else { "" };
                (
                    format!("the `credential_process` of profile {} failed{missing}", quoted(profile)),
                    "run it in a shell: it must print the credentials as JSON, and may want a sign-in first".to_owned(),
                )
            }
            Self::Wrong { what, help } => return Refusal::new("aws.no-credentials", what, help),
            // The text of the SDK names a feature of its crate.
            Self::Login { profile } if why.contains("cargo feature") => {
                let what = format!("the session of `aws login` of profile {} can't be used here", quoted(profile));
                let help = format!("take it from the AWS CLI: {}, and name no profile", export(profile));
                return Refusal::new("aws.no-credentials", what, help);
            }
            Self::Login { profile } => (
                format!("the session of `aws login` of profile {} gives no AWS credentials", quoted(profile)),
                format!("sign in again: `aws login --profile {}`", word(profile)),
            ),
            Self::Named { profile, name } => (
                format!("`credential_source` of profile {} is {}, which has no AWS credentials", quoted(profile), quoted(name)),
                of_named(name).to_owned(),
            ),
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

/// What there is to say of a profile that is not in the files, and what to do.
pub(super) fn no_profile(name: &str) -> (String, String) {
    let what = format!("there is no profile {} in the files of AWS", quoted(name));
    (what, "check its name: `aws configure list-profiles`".to_owned())
}

fn filled(found: &Profile, key: &str) -> Option<String> {
    found.get(key).filter(|value| !value.is_empty()).map(str::to_owned)
}

fn is_unreachable(why: &str) -> bool {
    ["dispatch failure", "request has timed out", "timeout"].iter().any(|text| why.contains(text))
}

/// What to do about a `credential_source`.
fn of_named(name: &str) -> &'static str {
    if name.eq_ignore_ascii_case("Environment") {
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a `source_profile` instead"
    } else if ["Ec2InstanceMetadata", "EcsContainer"].iter().any(|n| n.eq_ignore_ascii_case(name)) {
        "that is for machines and containers of AWS: elsewhere name a `source_profile` instead"
    } else {
        "write `Environment`, `Ec2InstanceMetadata` or `EcsContainer`"
    }
}

/// The command that takes a session of the AWS CLI.
fn export(profile: &str) -> String {
    let profile = word(profile);
    format!("`eval \"$(aws configure export-credentials --profile {profile} --format env)\"`")
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
    let message = format!(
        "role {} of profile {} can't be assumed: {}",
        quoted(arn),
        quoted(profile),
        said(refused)
    );
    let help = if asks_for_code {
        format!(
            "the profile has `mfa_serial`, and no code is asked for here: take a session of the AWS CLI, {}, and name no profile",
            export(profile)
        )
    } else if refused.code() == Some("AccessDenied") {
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

    fn fallback_on_interrupt(&self) -> Option<Credentials> {
        // The shared one itself has none.
        self.provider.as_ref().fallback_on_interrupt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Interrupted(Credentials);

    impl ProvideCredentials for Interrupted {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::ready(Err(CredentialsError::not_loaded("interrupted")))
        }

        fn fallback_on_interrupt(&self) -> Option<Credentials> {
            Some(self.0.clone())
        }
    }

    #[test]
    fn who_is_interrupted_still_has_those_of_before() {
        let before = Credentials::from_keys("a", "b", None);
        let provider = SharedCredentialsProvider::new(Interrupted(before.clone()));
        let told = Told::new(provider, Source::Anything);
        assert_eq!(told.fallback_on_interrupt(), Some(before));
    }
}
