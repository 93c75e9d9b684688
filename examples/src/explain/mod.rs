//! `iamwire explain`: why one token, or one call that CloudTrail recorded, is let in or not.

mod event;
mod nearest;
mod token;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use iamwire_core::json::{Json, Kind};
use iamwire_core::{Claims, Finding, Principal, ProviderArn, Reason, TrustPolicy};

use crate::shown::shown;
use crate::{Exit, Failure, Streams, input, notices};

/// Explain why a token, or a call recorded by CloudTrail, may assume a role or may not
///
/// The token is a JSON web token; its payload is decoded, nothing is verified, and its signature never
/// printed. The event is one of `AssumeRoleWithWebIdentity`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 allowed; 1 denied; 2 unreadable input; 3 it can't be told.")]
pub(crate) struct Args {
    /// The file with the token or the event; `-` for standard input
    #[arg(value_name = "TOKEN_FILE|EVENT_FILE")]
    question: PathBuf,
    /// The file with the role's trust policy; `-` for standard input
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The role; without it, a role in the account of the policy's provider that has the token's issuer
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// An audience that the provider lists; may be given again; without it, `sts.amazonaws.com` is assumed
    #[arg(long = "client-id", value_name = "ID")]
    client_ids: Vec<String>,
    /// The time in seconds since 1970; without it, the clock's
    #[arg(long, value_name = "EPOCH", allow_negative_numbers = true)]
    now: Option<i64>,
}

pub(crate) fn run(args: &Args, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    if args.question == Path::new("-") && args.policy == Path::new("-") {
        let message = "both the question and the policy are read from standard input";
        return Err(Failure::unreadable(message, "name a file for one of them"));
    }
    let policy = input::policy(Some(&args.policy), streams)?;
    let bytes = input::whole(Some(&args.question), streams)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let message = format!("the token or event is no UTF-8 at byte {}", error.valid_up_to());
        Failure::unreadable(message, "pass the text of one token, or one event as JSON")
    })?;
    let question = Question::read(text)?;
    let answer = match &question {
        Question::Token(claims) => token::answer(claims, &policy, args),
        Question::Event(event) => event::answer(event, &policy, args, streams),
    };
    let exit = answer.and_then(|answer| {
        answer.write(streams).map_err(Failure::output)?;
        Ok(answer.verdict.exit())
    });
    if let (Question::Token(_), Ok(Exit::Fine)) = (&question, &exit) {
        token::tell_assumed(args, streams.errors);
    }
    // Also of what can't be answered: they often say what is really wrong.
    if !matches!(exit, Err(Failure::ReaderGone)) {
        let of_policy = policy.notices().into_iter().chain(of_providers(&policy));
        notices::tell(streams.errors, of_policy.chain(question.notices(args)));
    }
    exit
}

/// What is asked about.
enum Question {
    Token(Claims),
    Event(String),
}

impl Question {
    /// An object is an event, or the payload of a token; what is no other JSON is a token.
    fn read(text: &str) -> Result<Self, Failure> {
        let start = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
        if !start.starts_with(['{', '[']) {
            return Ok(Self::Token(Claims::from_jwt(text)?));
        }
        let one = "pass one token, or one event as JSON";
        let json = Json::parse(text).map_err(|error| {
            Failure::unreadable(error.to_string(), error.what().help().unwrap_or(one))
        })?;
        if json.root().kind() != Kind::Object {
            return Err(Failure::unreadable("the text is a list", one));
        }
        let has = |name| json.root().member(name).is_some();
        if ["eventName", "detail", "Records"].into_iter().any(has) {
            Ok(Self::Event(text.to_owned()))
        } else if has("iss") || has("sub") {
            Ok(Self::Token(Claims::parse(text)?))
        } else {
            let message = "the object is neither a CloudTrail event nor the payload of a token";
            let help = "pass a JSON web token, or an event of AssumeRoleWithWebIdentity";
            Err(Failure::unreadable(message, help))
        }
    }

    /// What is worth knowing of its values.
    fn notices(&self, args: &Args) -> Vec<Finding> {
        match self {
            Self::Token(claims) => token::notices(claims, args),
            Self::Event(event) => event::notices(event),
        }
    }
}

/// What comes out, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Allowed,
    Denied,
    Undetermined,
}

impl Outcome {
    fn exit(self) -> Exit {
        match self {
            Self::Allowed => Exit::Fine,
            Self::Denied => Exit::Refused,
            Self::Undetermined => Exit::Undetermined,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::Undetermined => "undetermined",
        }
    }
}

/// The answer, as a person reads it.
struct Answer {
    verdict: Outcome,
    /// What STS says, or what it comes to.
    headline: String,
    /// What was asked: a name and a value a line.
    asked: Vec<(&'static str, String)>,
    reasons: Vec<Reason>,
    /// What differs least, line by line.
    nearest: Vec<String>,
}

impl Answer {
    fn write(&self, streams: &mut Streams<'_>) -> io::Result<()> {
        let out = &mut streams.output;
        match shown(&self.headline).as_str() {
            "" => writeln!(out, "{}", self.verdict.as_str())?,
            headline => writeln!(out, "{}: {headline}", self.verdict.as_str())?,
        }
        writeln!(out)?;
        for (name, value) in &self.asked {
            writeln!(out, "{name:<9} {}", shown(value))?;
        }
        if !self.reasons.is_empty() {
            writeln!(out)?;
        }
        for reason in &self.reasons {
            writeln!(out, "{}", shown(&reason.to_string()))?;
        }
        if !self.nearest.is_empty() {
            writeln!(out)?;
        }
        for line in &self.nearest {
            writeln!(out, "{}", shown(line))?;
        }
        Ok(())
    }
}

/// The issuers that a policy trusts: the ARN of each OIDC provider, where it stands, and the issuer.
fn providers(policy: &TrustPolicy) -> Vec<Provider> {
    let mut providers: Vec<Provider> = Vec::new();
    let mut known = HashSet::new();
    for statement in policy.statements() {
        for entry in statement.principal().into_iter().flat_map(Principal::entries) {
            let arn = entry.value.as_str().unwrap_or_default();
            let Some((head, issuer)) = arn.split_once(":oidc-provider/") else { continue };
            if !known.insert(arn.to_string()) {
                continue;
            }
            providers.push(Provider {
                statement: statement.index(),
                arn: arn.to_string(),
                head: head.to_owned(),
                issuer: issuer.to_owned(),
            });
        }
    }
    providers
}

/// What is worth knowing of the providers that a policy trusts.
fn of_providers(policy: &TrustPolicy) -> impl Iterator<Item = Finding> {
    let arns = providers(policy).into_iter().filter_map(|provider| provider.arn.parse().ok());
    arns.flat_map(|arn: ProviderArn| arn.notices())
}

/// An OIDC provider that a statement names.
struct Provider {
    statement: usize,
    arn: String,
    /// `arn:PARTITION:iam::ACCOUNT`
    head: String,
    issuer: String,
}
