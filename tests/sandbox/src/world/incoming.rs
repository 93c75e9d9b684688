//! A request as it comes in: for which service, in which region, by whom.

use http::{Method, Request, Uri};
use percent_encoding::percent_decode_str;

use super::State;

/// Which part of the world a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Iam,
    Sts,
    Eks,
    /// The API server of a cluster, by its index.
    Kubernetes(usize),
    /// The issuer of a cluster: discovery document and keys.
    Issuer(usize),
}

/// A request, its service known.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) service: Service,
    pub(super) method: Method,
    /// Without the prefix that named the service; still percent-encoded.
    pub(super) path: String,
    pub(super) query: Params,
    /// Query string and form together, for the Query protocol.
    pub(super) params: Params,
    pub(super) body: Vec<u8>,
    pub(super) access_key: Option<String>,
    /// From the credential's scope or the host.
    pub(super) region: Option<String>,
    headers: http::HeaderMap,
}

/// Parameters, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub(super) fn parse(text: &str) -> Self {
        let decode = |text: &str| {
            let text = text.replace('+', " ");
            percent_decode_str(&text).decode_utf8_lossy().into_owned()
        };
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self(pairs.collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The values `NAME.member.1`, `NAME.member.2` …, or with `field` `NAME.member.1.FIELD` ….
    pub(super) fn list(&self, name: &str, field: &str) -> Vec<String> {
        let dot = if field.is_empty() { "" } else { "." };
        (1..)
            .map_while(|n| self.get(&format!("{name}.member.{n}{dot}{field}")))
            .map(str::to_owned)
            .collect()
    }
}

impl Incoming {
    /// Reads a request; nothing if no service can be told.
    pub(super) fn read(request: Request<Vec<u8>>, state: &State) -> Option<Self> {
        let (parts, body) = request.into_parts();
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let host = parts.uri.authority().map(http::uri::Authority::as_str).or(text("host"));
        let host = host.unwrap_or_default();
        let bare_host = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();

        let query = Params::parse(parts.uri.query().unwrap_or_default());
        let is_form = text("content-type").is_some_and(|kind| kind.contains("x-www-form"));
        let mut params = query.clone();
        if is_form {
            params.0.extend(Params::parse(&String::from_utf8_lossy(&body)).0);
        }

        // AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …
        let credential = text("authorization")
            .and_then(|value| value.split_once("Credential="))
            .and_then(|(_, rest)| rest.split([',', ' ']).next())
            .or(query.get("X-Amz-Credential"));
        let scope: Vec<&str> = credential.unwrap_or_default().split('/').collect();
        let (access_key, region, signed_for) = match scope.as_slice() {
            [key, _, region, service, "aws4_request"] => {
                (Some((*key).to_owned()), Some((*region).to_owned()), *service)
            }
            _ => (None, None, ""),
        };

        let (service, path) = by_host(host, &bare_host, &parts.uri, state)
            .map(|service| (service, parts.uri.path().to_owned()))
            .or_else(|| by_path(parts.uri.path(), state))
            .or_else(|| {
                let service = by_credential(signed_for).or_else(|| by_form(&params))?;
                Some((service, parts.uri.path().to_owned()))
            })?;
        let region = region.or_else(|| bare_host.split('.').nth(1).map(str::to_owned));
        Some(Self {
            service,
            method: parts.method,
            path,
            query,
            params,
            body,
            access_key,
            region,
            headers: parts.headers,
        })
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The parts of the path, decoded.
    pub(super) fn segments(&self) -> Vec<String> {
        let parts = self.path.split('/').filter(|part| !part.is_empty());
        parts.map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect()
    }
}

/// `iam.amazonaws.com`, `sts.REGION.…`, `eks.REGION.…`, a cluster's endpoint, an issuer's host.
fn by_host(host: &str, bare: &str, uri: &Uri, state: &State) -> Option<Service> {
    for (index, cluster) in state.clusters.iter().enumerate() {
        let issuer = cluster.setup.issuer.as_deref().unwrap_or_default();
        let issuer = issuer.strip_prefix("https://").unwrap_or(issuer);
        let (issuer_host, issuer_path) = issuer.split_once('/').unwrap_or((issuer, ""));
        if !issuer.is_empty()
            && bare == issuer_host
            && uri.path().trim_start_matches('/').starts_with(issuer_path)
        {
            return Some(Service::Issuer(index));
        }
        if cluster.setup.endpoint.strip_prefix("https://") == Some(host) {
            return Some(Service::Kubernetes(index));
        }
    }
    let label = bare.split('.').next().unwrap_or_default();
    if !bare.contains('.') || bare.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    match label.strip_suffix("-fips").unwrap_or(label) {
        "iam" => Some(Service::Iam),
        "sts" => Some(Service::Sts),
        "eks" => Some(Service::Eks),
        _ => None,
    }
}

/// A single endpoint: `/iam`, `/sts`, `/eks` or `/kubernetes/CLUSTER` before the path, or a path
/// that only one service has.
fn by_path(path: &str, state: &State) -> Option<(Service, String)> {
    let trimmed = path.trim_start_matches('/');
    let (first, rest) = trimmed.split_once('/').unwrap_or((trimmed, ""));
    let rest = format!("/{rest}");
    let whole = path.to_owned();
    match first {
        "iam" => Some((Service::Iam, rest)),
        "sts" => Some((Service::Sts, rest)),
        "eks" => Some((Service::Eks, rest)),
        "clusters" => Some((Service::Eks, whole)),
        "kubernetes" => {
            let name = rest.split('/').nth(1).unwrap_or_default();
            let index = state.clusters.iter().position(|cluster| cluster.setup.name == name)?;
            let rest = rest.get(1 + name.len()..).unwrap_or_default();
            Some((Service::Kubernetes(index), rest.to_owned()))
        }
        "api" | "apis" | "version" | "openapi" | "healthz" | "livez" | "readyz" | "openid" => {
            (!state.clusters.is_empty()).then_some((Service::Kubernetes(0), whole))
        }
        _ => {
            let index = state.clusters.iter().position(|cluster| {
                let issuer = cluster.setup.issuer.as_deref().unwrap_or_default();
                let (_, path) =
                    issuer.trim_start_matches("https://").split_once('/').unwrap_or_default();
                !path.is_empty() && trimmed.starts_with(path)
            })?;
            Some((Service::Issuer(index), whole))
        }
    }
}

fn by_credential(service: &str) -> Option<Service> {
    match service {
        "iam" => Some(Service::Iam),
        "sts" => Some(Service::Sts),
        "eks" => Some(Service::Eks),
        _ => None,
    }
}

/// `AssumeRoleWithWebIdentity` is not signed: the version tells.
fn by_form(params: &Params) -> Option<Service> {
    match params.get("Version")? {
        "2011-06-15" => Some(Service::Sts),
        "2010-05-08" => Some(Service::Iam),
        _ => None,
    }
}
