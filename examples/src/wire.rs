//! `iamwire wire`: a service account gets a role.

use crate::wiring::{self, AFTER_HELP, Flags, Purpose};
use crate::{Exit, Failure, Streams};

/// Give a service account its role: provider, role, policies and annotation
///
/// What is there is looked at, the plan is shown, and on a terminal you are asked; a second time there is
/// nothing to do. Without any flag it is tried in a sandbox on loopback.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    flags: Flags,
}

pub(crate) fn run(args: &Args, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let sandboxed = args.flags.is_sandboxed(false);
    wiring::run(&args.flags, Purpose::Wire, sandboxed, streams)
}
