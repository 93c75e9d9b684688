//! Credentials that there are not, and why.

use std::error::Error;
use std::fmt;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_sts::error::ProvideErrorMetadata as _;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_types::sdk_config::SharedCredentialsProvider;

use super::{AwsError, roots};
use crate::Refusal;
use crate::call::chain;
use crate::error::{printable, word};

/// Why there are none, as a provider of ours says it.
#[derive(Debug)]
pub(super) struct NoCredentials(pub(super) Refusal);

impl fmt::Display for NoCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Error for NoCredentials {}

/// A provider whose credentials are looked at before they are sent: what no header can carry is refused, where the
/// SDK would panic, or take it for a matter of the network.
#[derive(Debug)]
pub(super) struct Checked(pub(super) SharedCredentialsProvider);

impl ProvideCredentials for Checked {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let credentials = self.0.provide_credentials().await?;
            match unsendable(&credentials) {
                None => Ok(credentials),
                Some(refusal) => Err(CredentialsError::provider_error(NoCredentials(refusal))),
            }
        })
    }

    fn fallback_on_interrupt(&self) -> Option<Credentials> {
        self.0.as_ref().fallback_on_interrupt()
    }
}

/// The part of credentials that has characters which none has, such as the end of a line; never its text.
fn unsendable(credentials: &Credentials) -> Option<Refusal> {
    let parts = [
        ("access key id", "AWS_ACCESS_KEY_ID", Some(credentials.access_key_id())),
        ("secret access key", "AWS_SECRET_ACCESS_KEY", Some(credentials.secret_access_key())),
        ("session token", "AWS_SESSION_TOKEN", credentials.session_token()),
    ];
    let is_wrong = |text: &str| !text.bytes().all(|byte| byte.is_ascii_graphic());
    let (what, variable, _) = parts.into_iter().find(|(.., text)| text.is_some_and(is_wrong))?;
    let message =
        format!("the {what} of the AWS credentials has a blank, a line's end or the like in it");
    let help = format!(
        "set it without: {variable}, or where the credentials come from; a file with the line ends of Windows leaves such"
    );
    Some(Refusal::new("aws.credentials", message, help))
}

/// The want of credentials, if that is what an error comes from.
pub(super) fn missing(error: &(dyn Error + 'static)) -> Option<AwsError> {
    let mut found = None;
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(NoCredentials(known)) = error.downcast_ref::<NoCredentials>() {
            return Some(AwsError::Credentials(known.clone()));
        }
        if let Some(refused) = error.downcast_ref::<AssumeRoleError>() {
            return Some(no_role(refused));
        }
        let text = error.to_string();
        if text.contains("identity resolver timed out") {
            return Some(slow(&text));
        }
        if found.is_none() && error.is::<CredentialsError>() {
            found = Some(chain(error).join(": "));
        } else if found.is_none()
            && (text.contains("failed to select an auth scheme")
                || text.contains("no providers in chain"))
        {
            found = Some("no credentials were found".to_owned());
        }
        next = error.source();
    }
    found.map(|text| none(&text))
}

/// The same of what a provider answers.
pub(super) fn of_provider(error: &CredentialsError) -> AwsError {
    missing(error).unwrap_or_else(|| none(&chain(error).join(": ")))
}

/// None, in the words of whom was asked for them: a provider that is not ours says it in a text alone.
pub(super) fn none(text: &str) -> AwsError {
    let text = &*on_one_line(text);
    if let Some(none) = roots::missing(text) {
        return AwsError::Configuration(none);
    }
    let lower = text.to_lowercase();
    let has = |word: &str| lower.contains(word);
    // Of what is wrong in the file, the key is named.
    let is_of_the_file = has("sso_") || has("sso-session named");
    if has("sso") && !is_of_the_file && (has("expired") || has("token") || has("refresh")) {
        let login = match quoted_profile(text) {
            Some(profile) => format!("`aws sso login --profile {}`", word(profile)),
            None => "`aws sso login`, with `--profile NAME` where one is used".to_owned(),
        };
        let message = format!("the SSO session has ended: {text}");
        let help = format!("sign in again: {login}");
        return AwsError::Credentials(Refusal::new("aws.sso-expired", message, help));
    }
    let message = format!("there are no AWS credentials: {text}");
    AwsError::Credentials(Refusal::new("aws.no-credentials", message, SET_THEM))
}

/// The role of a provider that is not ours, which STS doesn't give.
fn no_role(refused: &AssumeRoleError) -> AwsError {
    let message = format!("the role of the AWS credentials can't be assumed: {}", said(refused));
    let help = match refused.code() {
        Some("AccessDenied") => {
            "allow sts:AssumeRole of it to those who assume it, at them and in the role's trust policy"
        }
        _ => "check the role, the credentials that it is assumed with, and the region",
    };
    AwsError::Credentials(Refusal::new("aws.no-credentials", message, help))
}

/// What STS says of a role that it doesn't give: its text and code.
pub(super) fn said(refused: &AssumeRoleError) -> String {
    let text = refused.message().map_or_else(|| refused.to_string(), str::to_owned);
    let text = on_one_line(text.trim_end_matches('.'));
    format!("{text} ({})", refused.code().unwrap_or_default())
}

/// Whoever was asked has not answered in the SDK's time.
fn slow(text: &str) -> AwsError {
    let message = format!("there are no AWS credentials by now: {text}");
    let help = "see what the profile names: a `credential_process` may wait for a sign-in, which has to come first";
    AwsError::Credentials(Refusal::new("aws.no-credentials", message, help))
}

/// What to do where nothing says where they are.
pub(super) const SET_THEM: &str = "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in: `aws configure` or `aws sso login`";

/// A text of others.
pub(super) fn on_one_line(text: &str) -> String {
    let mut line = String::new();
    for part in text.lines().map(str::trim).filter(|part| !part.is_empty()) {
        line += match line.chars().last() {
            None => "",
            Some(':') => " ",
            Some(_) => "; ",
        };
        line += part;
    }
    printable(&line).into_owned()
}

/// The profile that a text names as the SDK does, in backticks.
fn quoted_profile(text: &str) -> Option<&str> {
    let after = text.split("profile `").nth(1)?;
    after.split('`').next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_is_refused_is_told_with_the_words_of_sts() {
        let meta = aws_sdk_sts::error::ErrorMetadata::builder().code("AccessDenied");
        let meta = meta.message("alice is not authorized").build();
        let refused = AssumeRoleError::generic(meta);
        let error = of_provider(&CredentialsError::provider_error(refused));
        assert_eq!(
            error.to_string(),
            "the role of the AWS credentials can't be assumed: alice is not authorized (AccessDenied)"
        );
        assert!(error.help().starts_with("allow sts:AssumeRole"), "{}", error.help());
    }

    #[test]
    fn foreign_text_stays_on_its_line() {
        let error = none("a:\n  \u{1b}[2Kb\n c");
        assert_eq!(error.to_string(), r"there are no AWS credentials: a: \u{1b}[2Kb; c");
        let error = none("profile `a\nb`: the SSO token has expired\n");
        assert_eq!(
            error.to_string(),
            "the SSO session has ended: profile `a; b`: the SSO token has expired"
        );
        assert_eq!(error.help(), "sign in again: `aws sso login --profile 'a; b'`");
    }

    #[test]
    fn who_does_not_answer_is_told_from_who_has_none() {
        let text = "dispatch failure: other: identity resolver timed out after 21.6s";
        let error = missing(&std::io::Error::other(text)).unwrap();
        assert_eq!(error.code(), "aws.no-credentials");
        assert!(error.help().contains("`credential_process` may wait"), "{}", error.help());
        assert_eq!(missing(&std::io::Error::other("dispatch failure: io error")), None);
    }

    #[test]
    fn what_no_header_can_carry_is_no_credential() {
        let of = |key: &str, secret: &str, token: Option<&str>| {
            unsendable(&Credentials::from_keys(key, secret, token.map(str::to_owned)))
        };
        assert_eq!(of("AKIAIOSFODNN7EXAMPLE", "a/b+c=", Some("t/+=")), None);
        for (refusal, what) in [
            (of("AKIA\r", "x", None), "access key id"),
            (of("A", "canary\n", None), "secret access key"),
            (of("A", "x", Some("can ary")), "session token"),
            (of("Ä", "x", None), "access key id"),
        ] {
            let refusal = refusal.unwrap();
            assert!(refusal.to_string().starts_with(&format!("the {what} of")), "{refusal}");
            assert!(!format!("{refusal:?}").contains("can"));
        }
    }

    #[test]
    fn what_is_wrong_in_the_file_is_no_session_that_has_ended() {
        for text in [
            "selected profile will resolve an access token instead of credentials since it doesn't have `sso_account_id` and `sso_role_name` set",
            "sso-session named `tokens` (referenced by profile `p`) was not found",
        ] {
            assert_eq!(none(text).to_string(), format!("there are no AWS credentials: {text}"));
        }
    }
}
