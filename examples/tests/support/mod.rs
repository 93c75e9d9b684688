//! The program in this process: arguments and standard input in, what came out.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod cloud;

use std::fmt::{self, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use iamwire::{Ends, Exit, Streams, run};

pub(crate) const ISSUER: &str =
    "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
pub(crate) const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/my-s3-role";

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ran {
    args: Vec<String>,
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// A text of it as it is the same in each run.
    pub(crate) fn shown(text: &str) -> String {
        cloud::redacted(&without_folders(text).replace(ISSUER, "ISSUER"))
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = Self::shown;
        let args: Vec<String> = self.args.iter().map(|arg| show(arg)).collect();
        writeln!(f, "$ iamwire {}", args.join(" "))?;
        f.write_str(&show(&self.out))?;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            f.write_char('\n')?;
        }
        self.err.lines().try_for_each(|line| writeln!(f, "2> {}", show(line)))?;
        writeln!(f, "=> {}", self.exit.code())
    }
}

pub(crate) fn iamwire(args: &[&str], input: impl AsRef<[u8]>) -> Ran {
    iamwire_at(Ends::default(), args, input)
}

/// With somebody at the other end.
pub(crate) fn iamwire_at(ends: Ends, args: &[&str], input: impl AsRef<[u8]>) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = Streams { input: &mut input.as_ref(), output: &mut out, errors: &mut err, ends };
    let all = ["iamwire"].iter().chain(args).copied().collect::<Vec<_>>();
    let exit = run(all, streams);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let args = args.iter().map(ToString::to_string).collect();
    Ran { args, exit, out: text(out), err: text(err) }
}

/// A file with this content, in a folder of its own: its path.
pub(crate) fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    static FILES: AtomicUsize = AtomicUsize::new(0);
    let folder = scratch().join(FILES.fetch_add(1, Ordering::Relaxed).to_string());
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.display().to_string()
}

/// The text without the folders of [`file`].
fn without_folders(text: &str) -> String {
    let dir = format!("{}/", scratch().display());
    let mut parts = text.split(&dir);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shown += part.split_once('/').map_or(part, |(_, rest)| rest);
    }
    shown
}

fn scratch() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(std::process::id().to_string())
}

/// A policy that trusts one service account, `shop/api`.
pub(crate) fn trust() -> String {
    iamwire(&["trust", "--provider", PROVIDER, "shop/api"], "").out
}

pub(crate) fn compact(document: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(document).unwrap();
    value.to_string()
}

/// A line for `evaluate`, asking for a subject.
pub(crate) fn question(policy: &str, subject: &str) -> String {
    format!(
        r#"{{"policy":{},"request":{{"action":"sts:AssumeRoleWithWebIdentity","principal":{{"Federated":"{PROVIDER}"}},"context":{{"{ISSUER}:sub":"{subject}","{ISSUER}:aud":"sts.amazonaws.com"}}}}}}"#,
        compact(policy),
    )
}
