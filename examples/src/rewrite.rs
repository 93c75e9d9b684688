//! `iamwire rewrite`: a trust policy in, the same with a subject pinned out, byte for byte elsewhere.

use std::path::PathBuf;

use iamwire_core::{EditError, Finding, ProviderArn, ServiceAccountRef};

use crate::failure::Problem;
use crate::notices::{say, tell};
use crate::{Exit, Failure, Streams, input};

/// Pin the subject of a trust policy, or replace its audience by it
///
/// Bytes outside the edit stay as they are; what changed is told on standard error.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 changed, or nothing to change; 1 refused; 2 unreadable input."
)]
pub(crate) struct Args {
    /// The file with the policy; without it, or for `-`, standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The service account that may assume the role
    #[arg(long, value_name = "NAMESPACE/NAME")]
    subject: String,
    /// The OIDC provider whose statements are edited; it may be left out if there is only one
    #[arg(long, value_name = "ARN")]
    provider: Option<String>,
    /// Put the subject in the place of the audience, as tutorials do, instead of beside it
    #[arg(long)]
    replace_audience: bool,
}

pub(crate) fn run(args: &Args, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let account: ServiceAccountRef = args.subject.parse()?;
    let provider = args.provider.as_deref().map(str::parse::<ProviderArn>).transpose()?;
    let policy = input::policy(args.file.as_deref(), streams)?;
    let subject = account.subject();
    let provider = provider.map_or_else(|| policy.sole_provider(), Ok);
    let edited = provider.as_ref().map_err(Clone::clone).and_then(|provider| {
        if args.replace_audience {
            policy.replace_audience_with_subject(provider, &subject)
        } else {
            policy.pin_subject(provider, &subject)
        }
    });
    let of_values = || {
        let of_provider = provider.iter().flat_map(ProviderArn::notices);
        account.notices().into_iter().chain(of_provider)
    };
    let edit = match edited {
        Ok(edit) => edit,
        Err(error) => {
            // They often say what is really wrong.
            tell(streams.errors, policy.notices().into_iter().chain(of_values()));
            let help = advice(&error);
            let problem = Problem { exit: Exit::Refused, help, ..Problem::of(&error) };
            return Err(Failure::Problem(problem));
        }
    };
    streams.output.write_all(edit.policy().as_str().as_bytes()).map_err(Failure::output)?;
    streams.output.flush().map_err(Failure::output)?;
    for change in edit.changes() {
        say(streams.errors, "changed", &change.to_string());
    }
    if edit.is_unchanged() {
        say(streams.errors, "unchanged", "the policy has this subject already");
    }
    tell(streams.errors, edit.policy().notices().into_iter().chain(of_values()));
    tell(streams.errors, edit.notices().iter().cloned().map(in_words_of_the_program));
    let bearings = [("denies", edit.blocked_by()), ("allows", edit.still_allowed_by())];
    for (does, bearings) in bearings {
        for bearing in bearings {
            let how_far = if bearing.wholly { "" } else { ", in part or under conditions" };
            let message =
                format!("statement {} still {does} `{subject}`{how_far}", bearing.statement);
            say(streams.errors, "warning", &message);
        }
    }
    Ok(Exit::Fine)
}

/// The help of an error, with what the program has for it.
fn advice(error: &EditError) -> String {
    let help = error.help();
    match error.code() {
        "edit.other-subject" => {
            format!("edit it by hand: {help}; `iamwire trust` builds a policy for several at once")
        }
        "edit.which-provider" => format!("{help}: `--provider ARN`"),
        "edit.no-provider" | "edit.not-trusted" if error.alternatives().is_empty() => {
            format!("{help}; `iamwire trust` builds a policy for a provider")
        }
        _ => help.to_owned(),
    }
}

fn in_words_of_the_program(mut finding: Finding) -> Finding {
    if finding.code == "edit.audience-lost" {
        "leave `--replace-audience` out: the audience stays, and the subject is added"
            .clone_into(&mut finding.help);
    }
    finding
}
