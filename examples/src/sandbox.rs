//! `iamwire sandbox`: a loopback AWS and Kubernetes for other programs.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use iamwire_sandbox::Sandbox;

use crate::notices::line;
use crate::wiring::{Foreground, quoted};
use crate::{Exit, Failure, Streams};

/// Serve a loopback AWS and Kubernetes, and print the variables to export
///
/// IAM, STS and EKS of account 123456789012, with the cluster `prod` in eu-west-3. It ends with
/// Ctrl-C, and with its input if that is not `/dev/null`; then it says which calls came in.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let foreground = Foreground::new()?;
    let sandbox = Sandbox::start().map_err(|error| {
        Failure::refused(
            format!("the sandbox can't be started: {error}"),
            "it needs a port on 127.0.0.1 and a temporary folder",
        )
    })?;
    let export = |(name, value): &(&str, String)| format!("export {name}={}\n", quoted(value));
    let exports = sandbox.env().iter().map(export);
    let comment = format!("# every host name, with TLS: {}\n", sandbox.tls_address());
    let lines: String = exports.chain([comment]).collect();
    // The signal's handler takes it as well, so that its files go.
    let shared = Arc::new(Mutex::new(Some(sandbox)));
    let other = Arc::clone(&shared);
    let waiting = foreground.ends_by_interrupt(move || end(&other, &mut std::io::stderr()));
    streams.output.write_all(lines.as_bytes()).map_err(Failure::output)?;
    streams.output.flush().map_err(Failure::output)?;
    if streams.ends.asks {
        line(streams.errors, "serving; Ctrl-D or Ctrl-C ends it");
    }
    let _ = std::io::copy(&mut streams.input, &mut std::io::sink());
    if streams.ends.detached {
        loop {
            std::thread::park();
        }
    }
    drop(waiting);
    end(&shared, streams.errors);
    Ok(Exit::Fine)
}

/// Says which calls came in, and ends it: once.
fn end(shared: &Mutex<Option<Sandbox>>, errors: &mut dyn Write) {
    let Some(sandbox) = shared.lock().unwrap_or_else(PoisonError::into_inner).take() else {
        return;
    };
    for call in sandbox.requests() {
        let what = format!("{} {} {}", call.service, call.operation, call.resource);
        line(errors, &format!("{} {}", call.status, what.trim_end()));
    }
}
