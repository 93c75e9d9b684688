//! `iamwire thumbprint`: the thumbprint that IAM would keep of an issuer's certificate.

use std::io::Write;

use iamwire_core::{
    FetchedThumbprint, Issuer, ServedChain, ThumbprintHost, TlsError, TlsProbe, Verification,
};

use crate::failure::Problem;
use crate::notices::say;
use crate::wiring::{Embedded, Foreground};
use crate::{Exit, Failure, Streams};

/// Fetch the thumbprint of an issuer's certificate: SHA-1 of the last one that is served
///
/// Of an issuer, a URL, it is that of the host that serves its keys; of a host, its own. What else was served,
/// and whether it verifies, is told on standard error. IAM needs no thumbprint where the certificate is of a
/// public CA.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The issuer, or a host with or without a port
    #[arg(value_name = "HOST|URL", required_unless_present = "sandbox")]
    of: Option<String>,
    /// Of an issuer: its own host, as eksctl and Terraform have it, and not that of its keys
    #[arg(long)]
    issuer_host: bool,
    /// Ask a sandbox on loopback, which answers for every host
    #[arg(long)]
    sandbox: bool,
}

/// Whose certificates.
enum Target {
    Issuer(Issuer),
    Host(String, u16),
}

pub(crate) fn run(args: &Args, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let example = "https://oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
    let target = Target::parse(args.of.as_deref().unwrap_or(example))?;
    let mut foreground = Foreground::new()?;
    let embedded = if args.sandbox { Some(Embedded::start()?) } else { None };
    let probe = embedded.as_ref().map_or_else(|| Ok(TlsProbe::new()), Embedded::probe)?;
    if embedded.is_some() {
        say(streams.errors, "sandbox", "a loopback host answers for every name");
    }
    let whose = if args.issuer_host { ThumbprintHost::Issuer } else { ThumbprintHost::JwksUri };
    let fetched = foreground.run(fetch(&probe, &target, whose));
    foreground.leave();
    let Some(fetched) = fetched else { return Ok(Exit::Interrupted) };
    let chains = fetched.map_err(|error| failed(&error))?;
    let Some(last) = chains.last() else { return Ok(Exit::Undetermined) };
    writeln!(streams.output, "{}", last.last()).map_err(Failure::output)?;
    streams.output.flush().map_err(Failure::output)?;
    for chain in &chains {
        tell(chain, streams.errors);
    }
    Ok(Exit::Fine)
}

impl Target {
    fn parse(text: &str) -> Result<Self, Failure> {
        let Some(rest) = text.strip_prefix("https://") else {
            if text.contains('/') {
                return Ok(Self::Issuer(text.parse()?));
            }
            return host(text);
        };
        let authority = rest.split('/').next().unwrap_or_default();
        // An issuer has no port in IAM, its certificate all the same.
        match host(authority) {
            Ok(Self::Host(name, port)) if port != 443 => Ok(Self::Host(name, port)),
            _ => Ok(Self::Issuer(text.parse()?)),
        }
    }
}

/// `host`, `host:port`, `[::1]:port`.
fn host(text: &str) -> Result<Target, Failure> {
    let port_of = |port: &str| {
        port.parse::<u16>().ok().filter(|port| *port != 0).ok_or_else(|| {
            Failure::unreadable(format!("`{port}` is no port"), "write HOST, HOST:PORT or a URL")
        })
    };
    if let Some((name, port)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let port = port.strip_prefix(':').map_or(Ok(443), port_of)?;
        return Ok(Target::Host(name.to_owned(), port));
    }
    match text.split_once(':') {
        Some((name, port)) if !port.contains(':') => {
            Ok(Target::Host(name.to_owned(), port_of(port)?))
        }
        _ => Ok(Target::Host(text.to_owned(), 443)),
    }
}

/// The chains that were looked at; the last one has the thumbprint.
async fn fetch(
    probe: &TlsProbe,
    target: &Target,
    whose: ThumbprintHost,
) -> Result<Vec<ServedChain>, TlsError> {
    match target {
        Target::Host(host, port) => Ok(vec![probe.served_chain(host, *port).await?]),
        Target::Issuer(issuer) => {
            let fetched: FetchedThumbprint = probe.fetch_thumbprint(issuer, whose).await?;
            Ok(fetched.discovery().into_iter().chain([fetched.chain()]).cloned().collect())
        }
    }
}

fn tell(chain: &ServedChain, errors: &mut dyn Write) {
    let count = chain.certificates().count();
    let certificates = if count == 1 { "1 certificate" } else { &format!("{count} certificates") };
    say(errors, "served", &format!("{certificates} by {}", chain.host()));
    for (index, thumbprint) in chain.certificates().enumerate() {
        say(errors, &format!("  {}", index + 1), thumbprint.as_str());
    }
    match chain.verification() {
        Verification::Verified => say(errors, "verified", "it leads to a root of this system"),
        Verification::NotVerified(why) => {
            say(errors, "warning", &format!("it does not verify: {why}"));
            say(
                errors,
                "help",
                "compare the thumbprint with one from elsewhere before it is pinned",
            );
        }
        _ => {}
    }
    if chain.ends_with_root() {
        say(
            errors,
            "notice",
            "the host sends its root: tools that take the last intermediate have another thumbprint",
        );
    }
}

/// A text that is no host is input; all else is a host that doesn't do as it should.
fn failed(error: &TlsError) -> Failure {
    let exit = if matches!(error, TlsError::Host(_)) { Exit::Unreadable } else { Exit::Refused };
    Failure::Problem(Problem { exit, ..Problem::of(error) })
}
