//! What the library advises, in the flags of the program.

use iamwire_core::{Change, Stopped, WireError};

use crate::failure::Problem;

/// Message, causes and help of an error; the help names the flag that does what it advises.
pub(super) fn problem(error: &WireError) -> Problem {
    let mut problem = Problem::of(error);
    problem.help = with_flag(error);
    for (change, why) in error.stopped().iter().flat_map(|stopped| other_failures(stopped)) {
        problem.causes.push(format!("{change}: {why}"));
        let help = with_flag(why);
        if !problem.help.contains(&help) {
            problem.help = format!("{}; {help}", problem.help);
        }
    }
    problem
}

/// The help of an error, with the flag that does what it advises.
fn with_flag(error: &WireError) -> String {
    let help = error.help();
    if error.code() == "aws.no-region" {
        format!("pass `--region REGION`, or {help}")
    } else if let Some(flag) = flag(error.code()) {
        format!("{help}: `{flag}`")
    } else {
        help.to_owned()
    }
}

/// What failed beside that which is told first; the deadline is told once, and what it left undone is listed.
fn other_failures(stopped: &Stopped) -> impl Iterator<Item = &(Change, WireError)> {
    let is_new = |why: &WireError| why != stopped.why() && !matches!(why, WireError::Deadline(..));
    stopped.failures().iter().filter(move |(_, why)| is_new(why))
}

/// The flag that does what the help of an error advises.
fn flag(code: &str) -> Option<&'static str> {
    Some(match code {
        "plan.namespace-missing" => "--create-namespace",
        "plan.role-foreign" | "plan.role-of-stack" => "--existing-role merge|replace",
        "plan.annotation-conflict" | "kube.field-manager" => "--force-conflicts",
        "plan.no-certificate" => "--thumbprint",
        "plan.other-cluster" => "--context NAME",
        "wire.deadline" => "--deadline SECONDS",
        "wire.stale" => "--dry-run",
        "wire.not-approved" => "--approve DIGEST",
        _ => return None,
    })
}
