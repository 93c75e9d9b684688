//! A token: what STS answers to it.

use std::io::Write;

use iamwire_core::json::Value;
use iamwire_core::{
    Audience, Claims, Finding, Issuer, Part, Reason, RoleArn, TrustPolicy, WebIdentityCall,
};

use super::nearest::{self, Given};
use super::{Answer, Args, Outcome, Provider, providers};
use crate::notices::say;
use crate::{Failure, clock};

pub(super) fn answer(
    claims: &Claims,
    policy: &TrustPolicy,
    args: &Args,
) -> Result<Answer, Failure> {
    let issuer = claims.issuer().unwrap_or_default();
    let mut asked = describe(claims, &issuer);
    let role = match &args.role_arn {
        Some(arn) => arn.parse::<RoleArn>()?,
        None => match role_of(&issuer, claims, policy)? {
            Some(role) => role,
            None if issuer.is_empty() => return Ok(no_issuer(claims, asked, args)),
            None => return Ok(no_provider(&issuer, asked, policy)),
        },
    };
    asked.push(match &args.role_arn {
        Some(arn) => ("role", arn.clone()),
        None => ("account", format!("{}, of the policy's provider", role.account())),
    });
    let (audiences, guessed) = audiences(claims, args)?;
    let now = args.now.unwrap_or_else(clock::now);
    let call = |policy: &TrustPolicy| {
        let call = WebIdentityCall::new(claims.clone()).role(&role, policy.clone());
        match issuer.parse::<Issuer>() {
            Ok(issuer) => call.provider(&issuer, &audiences),
            Err(_) => call,
        }
    };
    let sts = call(policy).answer(now);
    let mut reasons = sts.reasons().to_vec();
    let (verdict, headline) = match (sts.code(), guessed) {
        ("ok", None) => (Outcome::Allowed, String::new()),
        ("ok", Some(audience)) => {
            let headline = format!(
                "the trust policy allows it; STS does only if the provider lists audience `{audience}`: pass `--client-id {audience}` if it does"
            );
            (Outcome::Undetermined, headline)
        }
        ("undetermined", _) => (Outcome::Undetermined, String::new()),
        (code, _) => (
            Outcome::Denied,
            [Some(code), sts.message()].into_iter().flatten().collect::<Vec<_>>().join(": "),
        ),
    };
    let is_sts = |reason: &Reason| reason.statement.is_none() && reason.part == Part::Sts;
    reasons.sort_by_key(|reason| (!is_sts(reason), reason.statement.is_none()));
    let provider =
        format!("arn:{}:iam::{}:oidc-provider/{issuer}", role.partition(), role.account());
    let given = Given {
        who: "token",
        principal: &provider,
        action: "sts:AssumeRoleWithWebIdentity",
        values: vec![
            (format!("{issuer}:sub"), claims.text("sub").map(Into::into).unwrap_or_default()),
            (format!("{issuer}:aud"), audience(claims).unwrap_or_default()),
        ],
    };
    let nearest = if verdict == Outcome::Denied {
        nearest::lines(policy, &given, |policy| {
            let answer = call(policy).answer(now);
            answer.reasons().iter().find(|reason| reason.statement == Some(0)).cloned()
        })
    } else {
        Vec::new()
    };
    Ok(Answer { verdict, headline, asked, reasons, nearest })
}

/// Tells what an answer of `allowed` takes for granted, unless the flags say it.
pub(super) fn tell_assumed(args: &Args, errors: &mut dyn Write) {
    if args.client_ids.is_empty() {
        let message = format!(
            "taken for granted: the provider exists and lists audience `{}`",
            Audience::STS
        );
        say(errors, "notice", &message);
        let help = "pass each audience that it lists as `--client-id`; `aws iam get-open-id-connect-provider` shows them";
        say(errors, "help", help);
    }
}

/// What is worth knowing of the token's issuer and audience, and of the flags.
pub(super) fn notices(claims: &Claims, args: &Args) -> Vec<Finding> {
    let issuer = claims.issuer().and_then(|issuer| issuer.parse::<Issuer>().ok());
    let role = args.role_arn.as_ref().and_then(|arn| arn.parse::<RoleArn>().ok());
    let audiences = audiences(claims, args).map(|(audiences, _)| audiences).unwrap_or_default();
    let mut found: Vec<Finding> = audiences.iter().flat_map(Audience::notices).collect();
    found.extend(issuer.iter().flat_map(Issuer::notices));
    found.extend(role.iter().flat_map(RoleArn::notices));
    found
}

/// What STS says to a token that names nobody, whatever the policy.
fn no_issuer(claims: &Claims, asked: Vec<(&'static str, String)>, args: &Args) -> Answer {
    let sts = WebIdentityCall::new(claims.clone()).answer(args.now.unwrap_or_else(clock::now));
    let headline: Vec<&str> = [Some(sts.code()), sts.message()].into_iter().flatten().collect();
    let reasons = sts.reasons().iter().take(1).cloned().collect();
    let (verdict, headline) = (Outcome::Denied, headline.join(": "));
    Answer { verdict, headline, asked, reasons, nearest: Vec::new() }
}

/// Who the token is for, and who says so.
fn describe(claims: &Claims, issuer: &str) -> Vec<(&'static str, String)> {
    let text = |name: &str| {
        let claim = claims.value().member(name);
        claim.map(|v| {
            let texts: Option<Vec<_>> = v.one_or_many().map(Value::as_scalar).collect();
            texts.map_or_else(|| v.text().to_owned(), |texts| texts.join(", "))
        })
    };
    let mut asked = vec![
        ("subject", text("sub").unwrap_or_else(|| "none".to_owned())),
        ("issuer", if issuer.is_empty() { "none".to_owned() } else { issuer.to_owned() }),
        ("audience", text("aud").unwrap_or_else(|| "none".to_owned())),
    ];
    if let Some(azp) = text("azp") {
        asked.push(("azp", azp));
    }
    asked
}

/// What becomes the condition key `:aud`.
fn audience(claims: &Claims) -> Option<String> {
    let first = || claims.value().member("aud")?.one_or_many().next().and_then(Value::as_scalar);
    claims.text("azp").or_else(first).map(Into::into)
}

/// The client ids of the provider; without any the one that EKS's providers have. The token's own, if it
/// is another, is listed for the time being: then the second value names it.
fn audiences(claims: &Claims, args: &Args) -> Result<(Vec<Audience>, Option<String>), Failure> {
    if !args.client_ids.is_empty() {
        let ids = args.client_ids.iter().map(|id| id.parse()).collect::<Result<_, _>>()?;
        return Ok((ids, None));
    }
    let own = audience(claims).and_then(|text| text.parse::<Audience>().ok());
    let other = own.filter(|own| own.as_str() != Audience::STS.as_str());
    let guessed = other.as_ref().map(ToString::to_string);
    Ok(([Some(Audience::STS), other].into_iter().flatten().collect(), guessed))
}

/// A role in the account of the policy's provider for this issuer; none if there is no such provider.
fn role_of(
    issuer: &str,
    claims: &Claims,
    policy: &TrustPolicy,
) -> Result<Option<RoleArn>, Failure> {
    let help = "pass the role's ARN as `--role-arn`";
    let all = providers(policy);
    let own: Vec<&Provider> = all.iter().filter(|p| p.issuer == issuer).collect();
    let Some((first, rest)) = own.split_first() else { return Ok(None) };
    if let Some(other) = rest.iter().find(|p| p.head != first.head) {
        let message = format!(
            "the policy names two providers of the token's issuer: `{}` and `{}`",
            first.arn, other.arn
        );
        return Err(Failure::unreadable(message, help));
    }
    if claims.text("https://aws.amazon.com/roles").is_some() {
        let message =
            "the token lists the roles that it is for, and the policy doesn't say its role";
        return Err(Failure::unreadable(message, help));
    }
    // What the role is called is of no matter.
    let role = format!("{}:role/iamwire", first.head).parse::<RoleArn>();
    let unknown = |_| {
        let message = format!("the provider `{}` of the policy is in no account", first.arn);
        Failure::unreadable(message, help)
    };
    role.map(Some).map_err(unknown)
}

/// No statement names a provider of the token's issuer: that is the answer, with the nearest.
fn no_provider(issuer: &str, asked: Vec<(&'static str, String)>, policy: &TrustPolicy) -> Answer {
    let all = providers(policy);
    let nearest = all.iter().min_by_key(|p| nearest::distance(&p.issuer, issuer));
    let message = match nearest {
        None => "the policy names no OIDC provider".to_owned(),
        Some(_) => "no provider in the policy has the token's issuer".to_owned(),
    };
    let lines = nearest.map(|p| {
        let mut lines =
            vec![format!("nearest: the provider of statement {}, `{}`", p.statement, p.arn)];
        lines.extend(nearest::compared("token", issuer, "policy", &p.issuer));
        lines
    });
    let reason = policy.statements().next().is_none().then_some("the policy has no statement");
    Answer {
        verdict: Outcome::Denied,
        headline: reason.map_or(message, ToOwned::to_owned),
        asked,
        reasons: Vec::new(),
        nearest: lines.unwrap_or_default(),
    }
}
