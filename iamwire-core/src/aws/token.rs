//! [`EksToken`]: the token that an EKS cluster takes from an AWS principal, signed here and renewed.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_smithy_types::date_time::{DateTime, Format};
use aws_types::SdkConfig;
use aws_types::sdk_config::{SharedCredentialsProvider, SharedTimeSource};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::Mutex;

use super::AwsError;
use super::credentials;
use crate::text::hex;
use crate::{ClusterArn, Refusal};

/// A cluster takes a token for 15 minutes; it is renewed before, as the AWS CLI's is.
const LIFE: Duration = Duration::from_mins(13);

/// Bytes of a token, at most. (aws-iam-authenticator, `pkg/token`.)
const LONGEST: usize = 4096;

/// The token that an EKS cluster takes from whoever has these AWS credentials: a presigned call of
/// `GetCallerIdentity`, good for 14 minutes, renewed as it is asked for. A clone shares it.
///
/// It is the one that `aws eks get-token` prints for the same credentials in the same second.
///
/// Source: Amazon EKS User Guide, "Grant IAM users and roles access to Kubernetes APIs";
/// aws-iam-authenticator, "README", "API Authorization from Outside a Cluster".
#[derive(Clone)]
pub struct EksToken(Arc<Signer>);

struct Signer {
    credentials: SharedCredentialsProvider,
    time: SharedTimeSource,
    host: String,
    region: String,
    /// The header `x-k8s-aws-id`.
    cluster: String,
    last: Mutex<Option<(TokenText, SystemTime)>>,
}

/// A token. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenText(String);

impl TokenText {
    /// The token itself, which is a secret.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenText(***)")
    }
}

impl fmt::Debug for EksToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EksToken").field("cluster", &self.0.cluster).finish_non_exhaustive()
    }
}

impl EksToken {
    /// The token of `cluster` for the credentials, and by the clock, of `config`.
    ///
    /// # Errors
    /// [`AwsError::Credentials`] if no provider of credentials is configured.
    pub fn new(config: &SdkConfig, cluster: &ClusterArn) -> Result<Self, AwsError> {
        Self::with_id(config, cluster, cluster.name().as_str())
    }

    /// As [`Self::new`], with the id that the cluster wants to be named by: a local cluster on an Outpost
    /// has one beside its name.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_id(config: &SdkConfig, cluster: &ClusterArn, id: &str) -> Result<Self, AwsError> {
        let provider = config.credentials_provider();
        let provider = provider.ok_or_else(|| credentials::none("no provider is configured"))?;
        let region = cluster.region().to_owned();
        let suffix = cluster.partition().dns_suffix().unwrap_or("amazonaws.com");
        Ok(Self(Arc::new(Signer {
            credentials: provider,
            time: config.time_source().unwrap_or_default(),
            host: format!("sts.{region}.{suffix}"),
            region,
            cluster: id.to_owned(),
            last: Mutex::new(None),
        })))
    }

    /// The token, signed anew where the last one is about to end.
    ///
    /// It may be dropped at any time.
    ///
    /// # Errors
    /// [`AwsError::Credentials`] if there are none, or their session token is so long that no cluster would
    /// take the token.
    pub async fn token(&self) -> Result<TokenText, AwsError> {
        let Signer { credentials, time, last, .. } = &*self.0;
        let mut last = last.lock().await;
        let now = time.now();
        if let Some((token, until)) = &*last
            && now < *until
        {
            return Ok(token.clone());
        }
        let credentials = credentials
            .provide_credentials()
            .await
            .map_err(|error| credentials::of_provider(&error))?;
        let until = now + LIFE;
        let until = credentials.expiry().map_or(until, |expiry| expiry.min(until));
        let token = TokenText(self.0.sign(&credentials, now));
        let bytes = token.expose().len();
        if bytes > LONGEST {
            let message =
                format!("the token for the cluster has {bytes} bytes, EKS takes {LONGEST}");
            let help = "use credentials with a shorter session token, such as those of a role that is assumed without session tags and policies; or name a kubeconfig that has other ones";
            return Err(AwsError::Credentials(Refusal::new("aws.token-too-long", message, help)));
        }
        *last = Some((token.clone(), until));
        Ok(token)
    }
}

/// What is left of a text in a query: AWS escapes all but these.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl Signer {
    /// Signature Version 4 in the query (IAM User Guide, "AWS Signature Version 4 for API requests"), the
    /// parameters in the order in which the AWS CLI writes them.
    fn sign(&self, credentials: &Credentials, now: SystemTime) -> String {
        let Self { host, region, cluster, .. } = self;
        let date_time = date_time(now);
        let date = date_time.get(..8).unwrap_or_default();
        let scope = format!("{date}/{region}/sts/aws4_request");
        let credential = format!("{}/{scope}", credentials.access_key_id());
        let mut parameters = vec![
            ("Action", "GetCallerIdentity"),
            ("Version", "2011-06-15"),
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", &credential),
            ("X-Amz-Date", &date_time),
            ("X-Amz-Expires", "60"),
            ("X-Amz-SignedHeaders", "host;x-k8s-aws-id"),
        ];
        parameters.extend(credentials.session_token().map(|t| ("X-Amz-Security-Token", t)));
        let query = query(&parameters);
        parameters.sort_unstable();
        let sorted = self::query(&parameters);
        let nothing = hex(&hmac_sha256::Hash::hash(b""));
        let request = format!(
            "GET\n/\n{sorted}\nhost:{host}\nx-k8s-aws-id:{cluster}\n\nhost;x-k8s-aws-id\n{nothing}"
        );
        let request = hex(&hmac_sha256::Hash::hash(request.as_bytes()));
        let text = format!("AWS4-HMAC-SHA256\n{date_time}\n{scope}\n{request}");
        let secret = format!("AWS4{}", credentials.secret_access_key());
        let key =
            [date, region, "sts", "aws4_request"].iter().fold(secret.into_bytes(), |key, part| {
                hmac_sha256::HMAC::mac(part.as_bytes(), key).to_vec()
            });
        let signature = hex(&hmac_sha256::HMAC::mac(text.as_bytes(), key));
        let url = format!("https://{host}/?{query}&X-Amz-Signature={signature}");
        format!("k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(url))
    }
}

fn query(parameters: &[(&str, &str)]) -> String {
    let escaped = |text| utf8_percent_encode(text, UNRESERVED).to_string();
    let all = parameters.iter().map(|(name, value)| format!("{name}={}", escaped(value)));
    all.collect::<Vec<_>>().join("&")
}

/// `20260801T120000Z`.
fn date_time(now: SystemTime) -> String {
    let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let time = DateTime::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    let text = time.fmt(Format::DateTime).unwrap_or_default();
    text.replace(['-', ':'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_written_as_aws_wants_it() {
        assert_eq!(
            date_time(UNIX_EPOCH + Duration::from_millis(1_785_585_600_123)),
            "20260801T120000Z"
        );
    }
}
