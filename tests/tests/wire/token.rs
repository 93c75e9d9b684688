//! The token of a cluster is the one that the AWS CLI prints.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use iamwire_core::aws::EksToken;
use iamwire_core::aws::aws_types::SdkConfig;
use iamwire_core::aws::aws_types::sdk_config::{SharedCredentialsProvider, TimeSource};
use iamwire_sandbox::world::Identity;

/// A clock that is set.
#[derive(Debug, Clone)]
struct Clock(Arc<Mutex<SystemTime>>);

impl Clock {
    fn at(seconds: u64) -> Self {
        Self(Arc::new(Mutex::new(UNIX_EPOCH + Duration::from_secs(seconds))))
    }

    fn advance(&self, seconds: u64) {
        *self.0.lock().unwrap() += Duration::from_secs(seconds);
    }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap()
    }
}

fn token(clock: &Clock, session: Option<&str>, expiry: Option<u64>, cluster: &str) -> EksToken {
    let Identity { access_key_id, secret_access_key, .. } = Identity::default();
    let mut credentials = Credentials::builder()
        .access_key_id(access_key_id)
        .secret_access_key(secret_access_key.0)
        .provider_name("test");
    credentials.set_session_token(session.map(str::to_owned));
    credentials.set_expiry(expiry.map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds)));
    let sdk = SdkConfig::builder()
        .credentials_provider(SharedCredentialsProvider::new(credentials.build()))
        .time_source(clock.clone())
        .build();
    EksToken::new(&sdk, &cluster.parse().unwrap()).unwrap()
}

const PARIS: &str = "arn:aws:eks:eu-west-3:123456789012:cluster/prod";
const BEIJING: &str = "arn:aws-cn:eks:cn-north-1:123456789012:cluster/prod";

/// What `aws eks get-token --cluster-name prod` of AWS CLI 1.46.3 has printed.
#[tokio::test]
async fn byte_for_byte() {
    let session = "FwoGZXIvYXdzE+/x==";
    let printed = [
        (
            1_795_554_347,
            PARIS,
            None,
            "k8s-aws-v1.aHR0cHM6Ly9zdHMuZXUtd2VzdC0zLmFtYXpvbmF3cy5jb20vP0FjdGlvbj1HZXRDYWxsZXJJZGVudGl0eSZWZXJzaW9uPTIwMTEtMDYtMTUmWC1BbXotQWxnb3JpdGhtPUFXUzQtSE1BQy1TSEEyNTYmWC1BbXotQ3JlZGVudGlhbD1BS0lBSU9TRk9ETk43RVhBTVBMRSUyRjIwMjYxMTI0JTJGZXUtd2VzdC0zJTJGc3RzJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNjExMjRUMjEwNTQ3WiZYLUFtei1FeHBpcmVzPTYwJlgtQW16LVNpZ25lZEhlYWRlcnM9aG9zdCUzQngtazhzLWF3cy1pZCZYLUFtei1TaWduYXR1cmU9YmU5YzI0YmNiZWYzMGFlMTNlMTlmYzg1MGUxMTI5YmRmNTE4OWYyYzUyYTc1YzMyZTEzYjc2ZjEzZjg0MmJjYg",
        ),
        (
            1_795_554_348,
            BEIJING,
            None,
            "k8s-aws-v1.aHR0cHM6Ly9zdHMuY24tbm9ydGgtMS5hbWF6b25hd3MuY29tLmNuLz9BY3Rpb249R2V0Q2FsbGVySWRlbnRpdHkmVmVyc2lvbj0yMDExLTA2LTE1JlgtQW16LUFsZ29yaXRobT1BV1M0LUhNQUMtU0hBMjU2JlgtQW16LUNyZWRlbnRpYWw9QUtJQUlPU0ZPRE5ON0VYQU1QTEUlMkYyMDI2MTEyNCUyRmNuLW5vcnRoLTElMkZzdHMlMkZhd3M0X3JlcXVlc3QmWC1BbXotRGF0ZT0yMDI2MTEyNFQyMTA1NDhaJlgtQW16LUV4cGlyZXM9NjAmWC1BbXotU2lnbmVkSGVhZGVycz1ob3N0JTNCeC1rOHMtYXdzLWlkJlgtQW16LVNpZ25hdHVyZT1hMGM4M2ExYTZmZjExZGFiNjVlMDk3OTU5N2FhNjE0OTg1M2I5Yjk4OWQyNTJkMTZhNWUxNjQ4MWJkZjYyNmZl",
        ),
        (
            1_795_554_349,
            PARIS,
            Some(session),
            "k8s-aws-v1.aHR0cHM6Ly9zdHMuZXUtd2VzdC0zLmFtYXpvbmF3cy5jb20vP0FjdGlvbj1HZXRDYWxsZXJJZGVudGl0eSZWZXJzaW9uPTIwMTEtMDYtMTUmWC1BbXotQWxnb3JpdGhtPUFXUzQtSE1BQy1TSEEyNTYmWC1BbXotQ3JlZGVudGlhbD1BS0lBSU9TRk9ETk43RVhBTVBMRSUyRjIwMjYxMTI0JTJGZXUtd2VzdC0zJTJGc3RzJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNjExMjRUMjEwNTQ5WiZYLUFtei1FeHBpcmVzPTYwJlgtQW16LVNpZ25lZEhlYWRlcnM9aG9zdCUzQngtazhzLWF3cy1pZCZYLUFtei1TZWN1cml0eS1Ub2tlbj1Gd29HWlhJdllYZHpFJTJCJTJGeCUzRCUzRCZYLUFtei1TaWduYXR1cmU9ODI5YzNlYjRhYTJkZjc2MjFmYmZkMGU4Y2YxMmVkZjMyNTliNmU2NGNjMWMyMWQ0MzU0NmNiYzI4NDBiYzIzMQ",
        ),
        (
            1_795_554_350,
            BEIJING,
            Some(session),
            "k8s-aws-v1.aHR0cHM6Ly9zdHMuY24tbm9ydGgtMS5hbWF6b25hd3MuY29tLmNuLz9BY3Rpb249R2V0Q2FsbGVySWRlbnRpdHkmVmVyc2lvbj0yMDExLTA2LTE1JlgtQW16LUFsZ29yaXRobT1BV1M0LUhNQUMtU0hBMjU2JlgtQW16LUNyZWRlbnRpYWw9QUtJQUlPU0ZPRE5ON0VYQU1QTEUlMkYyMDI2MTEyNCUyRmNuLW5vcnRoLTElMkZzdHMlMkZhd3M0X3JlcXVlc3QmWC1BbXotRGF0ZT0yMDI2MTEyNFQyMTA1NTBaJlgtQW16LUV4cGlyZXM9NjAmWC1BbXotU2lnbmVkSGVhZGVycz1ob3N0JTNCeC1rOHMtYXdzLWlkJlgtQW16LVNlY3VyaXR5LVRva2VuPUZ3b0daWEl2WVhkekUlMkIlMkZ4JTNEJTNEJlgtQW16LVNpZ25hdHVyZT0wZjNiNjU3Mjg3MjI1ZmYwMGE4ZTY4OGRmOGVmNTU2M2Y2ZWYwOWRmYzM5Yjc4YzM3NTQ1M2Y3ZDBmNzA5NjY4",
        ),
    ];
    for (seconds, cluster, session, expected) in printed {
        let token = token(&Clock::at(seconds), session, None, cluster);
        assert_eq!(token.token().await.unwrap().expose(), expected);
    }
}

#[tokio::test]
async fn it_is_renewed_before_it_ends() {
    let clock = Clock::at(1_795_554_347);
    let lasting = token(&clock, None, None, PARIS);
    let first = lasting.token().await.unwrap();
    clock.advance(12 * 60);
    assert_eq!(lasting.token().await.unwrap(), first);
    clock.advance(90);
    assert_ne!(lasting.token().await.unwrap(), first);

    // Credentials that end sooner end it.
    let clock = Clock::at(1_795_554_347);
    let short = token(&clock, None, Some(1_795_554_347 + 60), PARIS);
    let first = short.token().await.unwrap();
    clock.advance(61);
    assert_ne!(short.token().await.unwrap(), first);
}

/// A session token may be so long that the cluster takes it for none.
#[tokio::test]
async fn too_long_for_a_cluster() {
    let clock = Clock::at(1_795_554_347);
    let fits = token(&clock, Some(&"A".repeat(2500)), None, PARIS);
    assert!(fits.token().await.unwrap().expose().len() <= 4096);
    let error = token(&clock, Some(&"A".repeat(2800)), None, PARIS).token().await.unwrap_err();
    assert_eq!(error.code(), "aws.token-too-long");
    let text = "the token for the cluster has 4255 bytes, EKS takes 4096";
    assert_eq!(error.to_string(), text);
}
