//! [`CallFailure`]: a call of AWS or Kubernetes that was not answered as it should be.

use std::fmt;

use crate::error::{printable, quoted};
use crate::{Refusal, Sight, Unseen};

/// A call that failed: the operation, the resource, what was answered, and the next step.
///
/// It is text only: no error of an SDK, and no header or body, is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallFailure(Box<Failed>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Failed {
    operation: String,
    resource: String,
    code: Option<String>,
    message: String,
    request_id: Option<String>,
    help: String,
}

impl CallFailure {
    /// `operation` of `resource` failed with `message`.
    pub(crate) fn new(operation: &str, resource: &str, message: impl Into<String>) -> Self {
        Self(Box::new(Failed {
            operation: operation.to_owned(),
            resource: resource.to_owned(),
            code: None,
            message: message.into(),
            request_id: None,
            help: String::new(),
        }))
    }

    /// The service's code and its id of the request.
    pub(crate) fn answered(mut self, code: Option<&str>, request_id: Option<&str>) -> Self {
        self.0.code = code.map(str::to_owned);
        self.0.request_id = request_id.map(str::to_owned);
        self
    }

    /// What to do.
    pub(crate) fn help_with(mut self, help: impl Into<String>) -> Self {
        self.0.help = help.into();
        self
    }

    /// What was called: an action of AWS such as `iam:CreateRole`, or `patch serviceaccounts`.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// For which resource.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.0.resource
    }

    /// The service's code, such as `LimitExceeded`, or Kubernetes' reason; none if nobody answered.
    #[must_use]
    pub fn service_code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What was answered, or why nobody did.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The service's id of the request, which AWS's support asks for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The next step.
    #[must_use]
    pub fn help(&self) -> &str {
        &self.0.help
    }

    /// The message with the code and the request's id behind it, on one line, whatever was answered.
    fn answer(&self) -> String {
        let details: Vec<String> = [
            self.service_code().map(str::to_owned),
            self.request_id().map(|id| format!("request {id}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        let message = self.message().trim_end_matches('.');
        let answer = match details.as_slice() {
            [] => message.to_owned(),
            all => format!("{message} ({})", all.join(", ")),
        };
        printable(&answer).into_owned()
    }

    /// What could not be seen because of it.
    pub(crate) fn unseen(&self) -> Unseen {
        Unseen::new(self.operation(), self.resource(), self.answer(), self.help())
    }

    /// The same of what is not done.
    pub(crate) fn refusal(&self, code: &'static str) -> Refusal {
        Refusal::new(code, self.to_string(), self.help())
    }
}

/// `iam:CreateRole of my-role: MESSAGE (CODE, request ID)`, the resource in backticks.
impl fmt::Display for CallFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.resource() {
            "" => write!(f, "{}: {}", self.operation(), self.answer()),
            resource => {
                write!(f, "{} of {}: {}", self.operation(), quoted(resource), self.answer())
            }
        }
    }
}

/// The texts of an error and of what caused it, outermost first, each once.
///
/// Without what was read or what a program printed, which may hold secrets.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = without_passwords(&error.to_string());
        let (text, quotes) = unquoted(&text);
        let is_new = !text.is_empty() && !texts.iter().any(|known| known.contains(&text));
        if is_new {
            texts.push(text);
        }
        // What it quotes, its source does as well.
        next = error.source().filter(|_| !quotes);
    }
    texts
}

/// An address that somebody has written, of a proxy or an endpoint, without name and password, whatever they are
/// made of, and without a query.
pub(crate) fn without_password(address: &str) -> String {
    let (scheme, rest) = match address.find("://") {
        Some(at) => address.split_at(at + 3),
        None => ("", address),
    };
    let host = rest.rfind('@').map_or(0, |at| at + 1);
    let host = rest.get(host..).unwrap_or_default();
    format!("{scheme}{}", host.split(['?', '#']).next().unwrap_or_default())
}

/// A text whose addresses have nobody's name and password before the host, as those of proxies may, whether
/// they are URLs or have no scheme.
pub(crate) fn without_passwords(text: &str) -> String {
    let mut parts = text.split("://");
    let mut shown = parts.next().map(without_scheme).unwrap_or_default();
    for part in parts {
        let end = part.find(|c: char| "/?#".contains(c) || is_end(c)).unwrap_or(part.len());
        let (authority, rest) = part.split_at(end);
        let host = authority.rfind('@').map_or(0, |at| at + 1);
        shown += "://";
        shown += authority.get(host..).unwrap_or_default();
        shown += &without_scheme(rest);
    }
    shown
}

/// The words of a text without `NAME:PASSWORD@`, up to the first slash of each.
fn without_scheme(text: &str) -> String {
    let cut = |word: &str| {
        let end = word.find('/').unwrap_or(word.len());
        let at = word.get(..end)?.rfind('@')?;
        word.get(..at)?.contains(':').then(|| word.get(at + 1..)).flatten().map(str::to_owned)
    };
    text.split_inclusive(is_end).map(|word| cut(word).unwrap_or_else(|| word.to_owned())).collect()
}

/// Whether an address ends there.
fn is_end(c: char) -> bool {
    "\"'`".contains(c) || c.is_whitespace()
}

/// A text without what it quotes of a request, a file or a program's output, and whether it quoted what it read.
fn unquoted(whole: &str) -> (String, bool) {
    const READ: [&str; 2] = ["failed to parse kubeconfig YAML", "failed to parse auth exec output"];
    if let Some((before, marker, after)) =
        READ.iter().find_map(|marker| whole.split_once(marker).map(|(a, b)| (a, marker, b)))
    {
        let place = after.split_once("line ").and_then(|(_, at)| {
            let (line, at) = at.split_once(" column ")?;
            let column = at.split(|c: char| !c.is_ascii_digit()).next()?;
            line.chars()
                .all(|c| c.is_ascii_digit())
                .then(|| format!(" at line {line}, column {column}"))
        });
        return (format!("{before}{marker}{}", place.unwrap_or_default()), true);
    }
    // The SDK prints a whole request where its endpoint is no URL, its body with a token included.
    let request = whole.split_once(" `Request {").zip(whole.rsplit_once("}`"));
    let text = request.map(|((before, _), (_, after))| [before, after].concat());
    let text = text.as_deref().unwrap_or(whole);
    // Behind it is where rustls' manual explains that to programmers.
    let printed = ["Stderr", "Output {", "https://docs.rs/"];
    let end = printed.iter().filter_map(|marker| text.find(marker)).min().unwrap_or(text.len());
    let text = text.get(..end).unwrap_or_default().trim_end_matches([':', ' ', '.']);
    // The command line may hold them as well.
    let command = text.split_once(" command '").zip(text.rsplit_once("' failed"));
    let text = match command {
        Some(((before, _), (_, after))) => format!("{before} command failed{after}"),
        None => text.to_owned(),
    };
    (text, false)
}

/// Whether a connection failed since the certificate that was served is another host's.
pub(crate) fn is_for_other_names(text: &str) -> bool {
    ["not valid for name", "NotValidForName"].iter().any(|mark| text.contains(mark))
}

/// What a look that failed has found.
pub(crate) trait Looked: Sized {
    /// Whether that is: it isn't there.
    fn is_missing(&self) -> bool;
    /// Whether the caller may not look.
    fn is_forbidden(&self) -> bool;
    /// Whether every other look fails as well.
    fn is_hopeless(&self) -> bool;
    /// Why it could not be seen.
    fn unseen(&self) -> Unseen;

    /// The sight.
    fn sight<T>(&self) -> Sight<T> {
        if self.is_missing() {
            Sight::Absent
        } else if self.is_forbidden() {
            Sight::Forbidden(self.unseen())
        } else {
            Sight::Unreachable(self.unseen())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_answered_stays_on_its_line() {
        let call = CallFailure::new("patch serviceaccounts", "shop/api", "no\u{1b}[2K\nwired.\n");
        let call = call.answered(Some("a\nb"), Some("1\r2"));
        let shown = r"no\u{1b}[2K\nwired.\n (a\nb, request 1\r2)";
        assert_eq!(call.to_string(), format!("patch serviceaccounts of `shop/api`: {shown}"));
        assert_eq!(call.unseen().message, shown);
        assert_eq!(call.message(), "no\u{1b}[2K\nwired.\n");
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (address, shown) in [
            ("http://me:SE/CR#E?T@127.0.0.1:1/x", "http://127.0.0.1:1/x"),
            ("http://m e:SECRET@h", "http://h"),
            ("me:SEC RET@h:1", "h:1"),
            ("http:/me:SECRET@h", "h"),
            ("http://h/?token=SECRET", "http://h/"),
            ("http://h:1/a", "http://h:1/a"),
            ("not a url", "not a url"),
        ] {
            assert_eq!(without_password(address), shown);
        }
    }

    #[test]
    fn urls_are_shown_without_passwords() {
        for (text, shown) in [
            ("proxy socks7://me:SECRET@127.0.0.1:1/ is odd", "proxy socks7://127.0.0.1:1/ is odd"),
            ("a https://h/me@x, b http://me:SE@CRET@h", "a https://h/me@x, b http://h"),
            ("a=http://x,http://me:SECRET@h", "a=http://x,http://h"),
            ("names `me:SECRET@127.0.0.1:1`, me:SECRET@h", "names `127.0.0.1:1`, h"),
            ("me:SECRET@bad host:1", "bad host:1"),
            ("http://h me:SECRET@h/x@y", "http://h h/x@y"),
            ("arn:aws:iam::1:user/a@b, me@c", "arn:aws:iam::1:user/a@b, me@c"),
            ("://", "://"),
        ] {
            assert_eq!(without_passwords(text), shown);
        }
    }

    #[test]
    fn nothing_that_was_read_or_printed_is_quoted() {
        for (text, shown) in [
            ("a: b.", "a: b"),
            (
                "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/manual/_03_howto/index.html#unexpected-eof",
                "peer closed connection without sending TLS close_notify",
            ),
            (
                "the process failed. Stdout was empty. Stderr: SECRET",
                "the process failed. Stdout was empty",
            ),
            (
                "failed to apply endpoint `x` to request `Request { body: \"SECRET }`\", headers: {} }`: no scheme",
                "failed to apply endpoint `x` to request: no scheme",
            ),
            (
                "auth error: auth exec command 'x --token SECRET' failed with status 1: Output { status: 1, stdout: \"SECRET\" }",
                "auth error: auth exec command failed with status 1",
            ),
            (
                "failed to parse kubeconfig YAML: error: line 3 column 7: no SECRET\n |\n3 | token: SECRET",
                "failed to parse kubeconfig YAML at line 3, column 7",
            ),
            (
                "auth error: failed to parse auth exec output: invalid type: string \"SECRET\"",
                "auth error: failed to parse auth exec output",
            ),
        ] {
            assert_eq!(unquoted(text).0, shown);
        }
    }
}
