//! `iamwire normalize`: each document of the input, compact.

use iamwire_core::TrustPolicy;

use crate::lines::answer_each;
use crate::{Exit, Failure, Streams};

/// Write trust policies without white space: one document a line in, the same compact out
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    answer_each(streams, |line, out| {
        out.extend(TrustPolicy::parse(line)?.to_compact().into_bytes());
        Ok(())
    })
}
