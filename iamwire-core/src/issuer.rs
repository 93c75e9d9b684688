//! [`Issuer`]: who signs a cluster's tokens.

use std::str::FromStr;

use crate::error::quoted;
use crate::text::parsed_value;
use crate::{Finding, Invalid, Severity, ValueError};

/// An OIDC issuer: an https URL without port, query and fragment, at most 255 characters with `https://`.
///
/// It is parsed with or without `https://`; [`as_str`](Self::as_str), `Display` and serde give the text
/// without, as ARNs and condition keys hold it, [`url`](Self::url) with it. Nothing else is normalised:
/// AWS compares text, so a trailing slash and the host's case count. Take it from `DescribeCluster`.
///
/// Source: IAM API Reference, `CreateOpenIDConnectProvider`, `Url`.
#[derive(Clone)]
pub struct Issuer(String);

const SCHEME: &str = "https://";
/// What IAM takes, counted with the scheme.
const MOST: usize = 255;

impl Issuer {
    /// The text without `https://`, such as `oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text with `https://`, as tokens' `iss` and `DescribeCluster` have it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{SCHEME}{}", self.0)
    }

    /// The host, as it was written.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(host, _)| host)
    }

    /// What follows the host: empty, or from the first `/` on.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.find('/').and_then(|at| self.0.get(at..)).unwrap_or_default()
    }

    /// The condition key of one of its tokens' claims: `<issuer>:sub` for `sub`.
    #[must_use]
    pub fn condition_key(&self, claim: &str) -> String {
        [&self.0, ":", claim].concat()
    }

    /// Warns of a trailing slash, an upper-case host, the dual-stack host of EKS, an issuer of EKS without
    /// a proper id, and a `:` in the path.
    #[must_use]
    pub fn notices(&self) -> Vec<Finding> {
        let mut notices = Vec::new();
        let mut warn = |code, severity, message: &str, help: String| {
            let message = format!("issuer {} {message}", quoted(&self.url()));
            notices.push(Finding::new(code, severity, message, help));
        };
        let exact =
            "AWS compares the text: write it exactly as the tokens' `iss` has it".to_owned();
        if self.0.ends_with('/') {
            warn("issuer.trailing-slash", Severity::Warning, "ends with a slash", exact.clone());
        }
        if self.host().bytes().any(|b| b.is_ascii_uppercase()) {
            warn(
                "issuer.upper-case-host",
                Severity::Warning,
                "has upper-case letters in its host",
                exact,
            );
        }
        let host = self.host().to_ascii_lowercase();
        if let Some(region) =
            host.strip_prefix("oidc-eks.").and_then(|rest| rest.strip_suffix(".api.aws"))
        {
            let message =
                "has the dual-stack host of EKS, which tokens do not name as their issuer";
            let help = format!("use what DescribeCluster returns, on `oidc.eks.{region}.…`");
            warn("issuer.dual-stack-host", Severity::Warning, message, help);
        }
        if host.starts_with("oidc.eks.") && !is_eks_path(self.path()) {
            let message = "is on EKS, but does not end in `/id/` and 32 hexadecimal digits";
            let help = "take the whole issuer from DescribeCluster, `cluster.identity.oidc.issuer`";
            warn("issuer.eks-id", Severity::Warning, message, help.to_owned());
        }
        if self.path().contains(':') {
            let message = "has a `:` in its path; IAM refuses condition keys with a second `:`";
            let help = "a trust policy can't name its claims; use an issuer without";
            warn("issuer.colon", Severity::Error, message, help.to_owned());
        }
        notices
    }
}

/// Errors: `issuer.empty`, `issuer.character`, `issuer.scheme`, `issuer.scheme-twice`, `issuer.userinfo`,
/// `issuer.query`, `issuer.fragment`, `issuer.port`, `issuer.host`, `issuer.too-long`.
impl FromStr for Issuer {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        check(text).map(|issuer| Self(issuer.to_owned())).map_err(ValueError::Issuer)
    }
}

parsed_value!(Issuer, "an OIDC issuer");

/// Gives the text without its scheme.
fn check(text: &str) -> Result<&str, Invalid> {
    if text.is_empty() {
        let help = "write what DescribeCluster returns, `https://…`";
        return Err(Invalid::empty("issuer.empty", "issuer", help));
    }
    if let Some(at) = text.bytes().position(|b| !is_url_character(b)) {
        let help = "an issuer is a URL: printable ASCII without blanks";
        return Err(Invalid::character("issuer.character", "issuer", text, at, help));
    }
    let issuer = check_scheme(text)?;
    let start = text.len() - issuer.len();
    let fail = |code, what: &str, help: String, from: usize, to: usize| {
        let message = format!("issuer {} {what}", quoted(text));
        Invalid::new(code, text, message, help).at(start + from..start + to)
    };
    let end = issuer.bytes().position(|b| matches!(b, b'/' | b'?' | b'#')).unwrap_or(issuer.len());
    let (authority, rest) = issuer.split_at_checked(end).unwrap_or((issuer, ""));
    if let Some(at) = authority.find('@') {
        let help = "an issuer names a host only; remove what stands before and with `@`".to_owned();
        return Err(fail("issuer.userinfo", "has a user name", help, 0, at + 1));
    }
    if let Some(at) = rest.bytes().position(|b| matches!(b, b'?' | b'#')) {
        let extra = rest.get(at..).unwrap_or_default();
        let (code, what) = if extra.starts_with('?') {
            ("issuer.query", "has a query")
        } else {
            ("issuer.fragment", "has a fragment")
        };
        let help = format!("IAM refuses it; remove {}", quoted(extra));
        return Err(fail(code, what, help, end + at, issuer.len()));
    }
    check_host(authority)
        .map_err(|(code, what, help, from, to)| fail(code, what, help, from, to))?;
    let count = SCHEME.len() + issuer.len();
    if count > MOST {
        let what = format!("has {count} characters with `{SCHEME}`");
        let help = format!("IAM takes at most {MOST}, counted with `{SCHEME}`");
        return Err(fail("issuer.too-long", &what, help, MOST - SCHEME.len(), issuer.len()));
    }
    Ok(issuer)
}

/// Cuts one `https://`, and refuses any other scheme and a second one.
fn check_scheme(text: &str) -> Result<&str, Invalid> {
    let issuer = text.strip_prefix(SCHEME).unwrap_or(text);
    let start = text.len() - issuer.len();
    let first = issuer.split('/').next().unwrap_or_default();
    let named = ["http:", "https:"].iter().any(|scheme| first.eq_ignore_ascii_case(scheme));
    let other = first.ends_with(':')
        && issuer.get(first.len()..).is_some_and(|rest| rest.starts_with("//"));
    if !named && !other {
        return Ok(issuer);
    }
    let rest = issuer.get(first.len()..).unwrap_or_default().trim_start_matches('/');
    let (code, what) = match start {
        0 if first.eq_ignore_ascii_case("https:") => {
            ("issuer.scheme", format!("has a misspelt `{SCHEME}`"))
        }
        0 => ("issuer.scheme", format!("has the scheme {}", quoted(first))),

        _ => ("issuer.scheme-twice", "has a scheme twice".to_owned()),
    };
    let message = format!("issuer {} {what}", quoted(text));
    let help = match rest {
        "" => format!("an issuer is reached by https; write `{SCHEME}` and its host"),
        rest => {
            format!("an issuer is reached by https; write {}", quoted(&format!("{SCHEME}{rest}")))
        }
    };
    Err(Invalid::new(code, text, message, help).at(start..start + first.len()))
}

/// Letters, digits, `-`, `_` and single dots between them; the error is code, message, help and place.
fn check_host(host: &str) -> Result<(), (&'static str, &'static str, String, usize, usize)> {
    if host.is_empty() {
        return Err(("issuer.host", "has no host", format!("write `{SCHEME}` and a host"), 0, 0));
    }
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if let Some(at) = host.bytes().position(|b| !legal(b)) {
        let rest = host.get(at..).unwrap_or_default();
        if rest.starts_with(':') {
            let help = format!("IAM compares the issuer without one; remove {}", quoted(rest));
            return Err(("issuer.port", "has a port", help, at, host.len()));
        }
        let help = "a host is letters, digits, `-` and dots, and no address of IPv6".to_owned();
        return Err(("issuer.host", "has a host that can't be", help, at, at + 1));
    }
    if host.as_bytes().split(|b| *b == b'.').any(<[u8]>::is_empty) {
        let help = "write dots between the parts of the host only".to_owned();
        return Err(("issuer.host", "has a dot too many in its host", help, 0, host.len()));
    }
    Ok(())
}

/// What RFC 3986 allows anywhere in a URL.
fn is_url_character(b: u8) -> bool {
    b.is_ascii_alphanumeric()
        || matches!(b, b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b'?' | b'#' | b'[' | b']' | b'@')
        || matches!(b, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';')
        || matches!(b, b'=' | b'%')
}

/// `/id/` and 32 hexadecimal digits.
fn is_eks_path(path: &str) -> bool {
    path.strip_prefix("/id/")
        .is_some_and(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()))
}
