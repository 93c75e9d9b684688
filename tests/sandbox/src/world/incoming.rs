//! A request as it comes in: for which service, in which region, by whom.

use http::{Method, Request};
use percent_encoding::percent_decode_str;

use super::{Operation, State, kube::Cluster};

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
    /// What the sandbox has not: EC2, S3 …
    Other,
}

/// A request, its service known.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) service: Service,
    /// What it asks for, once the service has said.
    pub(super) operation: Operation,
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
        let found = (1..).map_while(|n| self.get(&format!("{name}.member.{n}{dot}{field}")));
        found.map(str::to_owned).collect()
    }
}

impl Incoming {
    /// Reads a request; its operation's resource is the service that it is signed for, or the host.
    pub(super) fn read(request: Request<Vec<u8>>, state: &State) -> Self {
        let (parts, body) = request.into_parts();
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let host = parts.uri.authority().map(http::uri::Authority::as_str).or(text("host"));
        let host = host.unwrap_or_default();
        let bare_host = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();

        let query = Params::parse(parts.uri.query().unwrap_or_default());
        let mut params = query.clone();
        if text("content-type").is_some_and(|kind| kind.contains("x-www-form")) {
            params.0.extend(Params::parse(&String::from_utf8_lossy(&body)).0);
        }

        // AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …
        let credential = text("authorization")
            .and_then(|value| value.split_once("Credential="))
            .and_then(|(_, rest)| rest.split([',', ' ']).next())
            .or(query.get("X-Amz-Credential"));
        let scope: Vec<&str> = credential.unwrap_or_default().split('/').collect();
        let (access_key, region, signed_for) = match scope.as_slice() {
            [key, _, region, service, "aws4_request"] => (Some(*key), Some(*region), *service),
            _ => (None, None, ""),
        };
        let form = match params.get("Version") {
            Some("2011-06-15") => Some(Service::Sts),
            Some("2010-05-08") => Some(Service::Iam),
            _ => None,
        };
        // The first that tells: a prefix of the path, the credential, the form, the host or path.
        let path = parts.uri.path();
        let (service, path) = by_prefix(path, state).unwrap_or_else(|| {
            let service = named(signed_for).or(form);
            let service = service.or_else(|| by_place(host, &bare_host, path, state));
            (service.unwrap_or(Service::Other), path.to_owned())
        });
        let region = region.or(bare_host.split('.').nth(1)).map(str::to_owned);
        let access_key = access_key.map(str::to_owned);
        let resource = if signed_for.is_empty() { host } else { signed_for }.to_owned();
        let operation = Operation { resource, ..Operation::default() };
        let (method, headers) = (parts.method, parts.headers);
        Self { service, operation, method, path, query, params, body, access_key, region, headers }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// What it asks for, where that has no name.
    pub(super) fn method_and_path(&self) -> Operation {
        let name = format!("{} {}", self.method, self.path);
        Operation { name, ..Operation::default() }
    }

    /// What it asks for of a service that is not known, by a name if it gives one.
    pub(super) fn action(&self) -> Operation {
        let name = self.header("x-amz-target").or(self.params.get("Action")).map(str::to_owned);
        let name = name.unwrap_or_else(|| self.method_and_path().name);
        Operation { name, ..self.operation.clone() }
    }

    /// The parts of the path, decoded.
    pub(super) fn segments(&self) -> Vec<String> {
        let parts = self.path.split('/').filter(|part| !part.is_empty());
        parts.map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect()
    }
}

fn named(name: &str) -> Option<Service> {
    match name {
        "iam" => Some(Service::Iam),
        "sts" => Some(Service::Sts),
        "eks" => Some(Service::Eks),
        _ => None,
    }
}

/// `/iam`, `/sts`, `/eks` or `/kubernetes/CLUSTER` before the path, of one endpoint for all.
fn by_prefix(path: &str, state: &State) -> Option<(Service, String)> {
    let (first, rest) = path.strip_prefix('/')?.split_once('/').unwrap_or((path.get(1..)?, ""));
    if first != "kubernetes" {
        return Some((named(first)?, format!("/{rest}")));
    }
    let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let index = state.clusters.iter().position(|cluster| cluster.setup.name == name)?;
    Some((Service::Kubernetes(index), format!("/{rest}")))
}

/// A cluster's issuer or endpoint, `iam.amazonaws.com`, `sts.REGION.…`; what is left on any other
/// host is for the API server of the first cluster.
fn by_place(host: &str, bare_host: &str, path: &str, state: &State) -> Option<Service> {
    let find = |fits: &dyn Fn(&Cluster) -> bool| state.clusters.iter().position(fits);
    let has_path = |place: &str| place.len() > 1 && path.starts_with(place);
    let by_path = find(&|cluster| has_path(cluster.issuer().1));
    let issuer = by_path.or_else(|| find(&|cluster| cluster.issuer().0 == bare_host));
    let is_here = |c: &Cluster| c.setup.endpoint.split("://").nth(1) == Some(host);
    let label = bare_host.split('.').next().unwrap_or_default();
    let api = ["api", "apis", "version", "openapi", "healthz", "livez", "readyz", "openid"];
    let is_api = api.contains(&path.split('/').nth(1)?) && !state.clusters.is_empty();
    issuer
        .map(Service::Issuer)
        .or_else(|| find(&is_here).map(Service::Kubernetes))
        .or_else(|| named(label.strip_suffix("-fips").unwrap_or(label)))
        .or_else(|| is_api.then_some(Service::Kubernetes(0)))
}
