//! `iamwire unwire`: a service account loses its role.

use iamwire_core::UnwireOptions;

use crate::wiring::{self, AFTER_HELP, Flags, Purpose};
use crate::{Exit, Failure, Streams};

/// Take the role of a service account away: exactly what a wiring made
///
/// Without any flag it is tried in a sandbox on loopback, which is wired first.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    flags: Flags,
    /// Delete the cluster's provider if no role trusts it; to know that, all roles are listed
    #[arg(long, help_heading = "What else goes")]
    delete_provider: bool,
    /// Take the named policies off a role that stays
    #[arg(long, help_heading = "What else goes")]
    detach_policies: bool,
}

pub(crate) fn run(args: &Args, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let sandboxed = args.flags.is_sandboxed(args.delete_provider || args.detach_policies);
    let options = UnwireOptions::new()
        .delete_provider(args.delete_provider)
        .detach_policies(args.detach_policies);
    wiring::run(&args.flags, Purpose::Unwire(options), sandboxed, streams)
}
