//! What a world begins with, and its defaults.

use std::time::{Duration, SystemTime};

/// What a world begins with. The default is the one of the examples: account 123456789012, cluster
/// `prod` in `eu-west-3` with the namespaces `default` and `shop`.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Who has credentials.
    pub identities: Vec<Identity>,
    /// The clusters.
    pub clusters: Vec<Cluster>,
    /// The quotas of every account.
    pub quotas: Quotas,
    /// How long changes take to be seen.
    pub delays: Delays,
    /// The time.
    pub now: SystemTime,
}

/// A text that is not shown.
#[derive(Clone)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// An AWS principal with an access key.
#[derive(Debug, Clone)]
pub struct Identity {
    /// `arn:aws:iam::123456789012:user/alice`, a root or an assumed role.
    pub arn: String,
    /// The access key's id.
    pub access_key_id: String,
    /// The access key's secret.
    pub secret_access_key: Secret,
}

/// A cluster.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// Its partition, such as `aws`.
    pub partition: String,
    /// Its region.
    pub region: String,
    /// The account that it is in.
    pub account: String,
    /// The issuer of its tokens, with `https://`; local clusters have none.
    pub issuer: Option<String>,
    /// The URL of its API server.
    pub endpoint: String,
    /// The certificate authorities of its API server, as PEM; over sockets the sandbox adds its own.
    pub certificate_authority: String,
    /// Its Kubernetes version, such as `1.36`.
    pub version: String,
    /// `ACTIVE`, `CREATING` …
    pub status: String,
    /// The namespaces that it begins with, beside `default`.
    pub namespaces: Vec<String>,
    /// The ARNs of the AWS principals that it knows; none: all those of its account.
    pub principals: Vec<String>,
    /// A bearer token that it takes from its administrator, for a kubeconfig.
    pub token: Secret,
}

macro_rules! quotas {
    ($($name:ident: $default:literal,)*) => {
        /// Quotas; the defaults are AWS's.
        #[derive(Debug, Clone)]
        #[expect(missing_docs, reason = "each is named as the quota that it is")]
        pub struct Quotas {
            $(pub $name: usize,)*
        }

        impl Default for Quotas {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        impl Quotas {
            /// Sets the one of this name, such as `roles`; false if there is none.
            pub fn set(&mut self, name: &str, quota: usize) -> bool {
                match name {
                    $(stringify!($name) => self.$name = quota,)*
                    _ => return false,
                }
                true
            }
        }
    };
}

quotas! {
    trust_policy_characters: 2048,
    roles: 1000,
    providers: 100,
    thumbprints: 5,
    client_ids: 100,
    policies: 1500,
    policies_per_role: 20,
    inline_policy_characters: 10_240,
    managed_policy_characters: 6144,
    tags: 50,
}

/// How long changes take to be seen; the default is at once.
#[derive(Debug, Clone, Default)]
pub struct Delays {
    /// By IAM's own reads: a fresh role or provider, a changed trust policy.
    pub iam: Duration,
    /// By STS.
    pub sts: Duration,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            identities: vec![Identity::default()],
            clusters: vec![Cluster::default()],
            quotas: Quotas::default(),
            delays: Delays::default(),
            now: SystemTime::UNIX_EPOCH + Duration::from_hours(495_996),
        }
    }
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            arn: "arn:aws:iam::123456789012:user/alice".to_owned(),
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_access_key: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned()),
        }
    }
}

impl Default for Cluster {
    fn default() -> Self {
        let id = "0123456789ABCDEF0123456789ABCDEF";
        Self {
            name: "prod".to_owned(),
            partition: "aws".to_owned(),
            region: "eu-west-3".to_owned(),
            account: "123456789012".to_owned(),
            issuer: Some(format!("https://oidc.eks.eu-west-3.amazonaws.com/id/{id}")),
            endpoint: format!("https://{id}.gr7.eu-west-3.eks.amazonaws.com"),
            certificate_authority: String::new(),
            version: "1.36".to_owned(),
            status: "ACTIVE".to_owned(),
            namespaces: vec!["kube-system".to_owned(), "shop".to_owned()],
            principals: Vec::new(),
            token: Secret("sandbox-administrator".to_owned()),
        }
    }
}
