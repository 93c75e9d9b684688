//! One operator on one key: the list of the rules, top to bottom, the first line that fits decides.

use std::collections::BTreeSet;

use super::address::Address;
use super::arn;
use super::context::{Context, Held, is_multivalued};
use super::document::Version;
use super::json::Value;
use super::operator::{Kind, Operator, Quantifier, Wanted};
use super::statement::Effect;
use super::verdict::Verdict;

/// Judges `operator: {key: values}`.
pub(super) fn judge(
    operator: &str,
    key: &str,
    values: &Value,
    version: Version,
    effect: Effect,
    context: &Context,
) -> Verdict {
    // 0. An operator that IAM does not know, or a key whose presence is unknown: unknown.
    let Some(operator) = Operator::parse(operator) else { return Verdict::Unknown };
    let held = context.held(key);
    if held == Held::PresenceUnknown {
        return Verdict::Unknown;
    }
    let values: Vec<Wanted> = values
        .one_or_list()
        .iter()
        .map(|value| Wanted::read(operator.kind, value, version, context))
        .collect();

    // 1. Null.
    if operator.kind == Kind::Null {
        // Reading: an empty list under `Null` is the OR of nothing: no. An unknown value is unknown
        // in the OR.
        return Verdict::any(values.iter().map(|value| match value {
            Wanted::Flag(absent) => Verdict::from(*absent == (held == Held::Absent)),
            _ => Verdict::Unknown,
        }));
    }

    // 2. Absent key.
    // Reading: "the first line that fits decides": an absent key decides before the values are
    // looked at, so also where one of them is unknown.
    if held == Held::Absent {
        return match operator.quantifier {
            Quantifier::ForAllValues => Verdict::Yes,
            Quantifier::ForAnyValue => Verdict::No,
            Quantifier::None if operator.if_exists => Verdict::Yes,
            Quantifier::None if values.is_empty() && operator.negated => Verdict::Unknown,
            Quantifier::None => Verdict::from(operator.negated),
        };
    }

    // 3. Empty value list, key present.
    if values.is_empty() {
        let plain = operator.quantifier == Quantifier::None && !operator.if_exists;
        return if operator.negated && plain { Verdict::Unknown } else { Verdict::No };
    }

    // `None` is a value that is not known.
    // Reading: a key that is present with an unknown value has one value.
    let request: Vec<Option<String>> = match held {
        Held::Values(values) => values.into_iter().map(Some).collect(),
        _ => vec![None],
    };

    // 4. No prefix and a multivalued key; no prefix and several values on another key.
    if operator.quantifier == Quantifier::None {
        if is_multivalued(key) {
            return Verdict::No;
        }
        if request.len() > 1 {
            return Verdict::Unknown;
        }
    }

    // 5. and 6.
    let trials: Vec<BTreeSet<Outcome>> =
        request.iter().map(|value| trial(operator, value.as_deref(), &values)).collect();
    // "reached, it makes the whole condition no in an Allow, yes in a Deny"
    // Reading: "the whole condition": with several request values, it does so if any one of them
    // reaches the unreadable value, whatever the others give.
    let ended = Verdict::from(effect == Effect::Deny);
    if trials.iter().any(|outcomes| outcomes.iter().eq([&Outcome::Ended])) {
        return ended;
    }
    let verdicts = trials.iter().map(|outcomes| {
        match (outcomes.contains(&Outcome::Satisfied), outcomes.contains(&Outcome::Unsatisfied)) {
            (true, false) => Verdict::Yes,
            (false, true) => Verdict::No,
            _ => Verdict::Unknown,
        }
    });
    let verdict = match operator.quantifier {
        Quantifier::ForAnyValue => Verdict::any(verdicts),
        Quantifier::ForAllValues | Quantifier::None => Verdict::all(verdicts),
    };
    let may_end = trials.iter().any(|outcomes| outcomes.contains(&Outcome::Ended));
    if may_end && verdict != ended { Verdict::Unknown } else { verdict }
}

/// What one value of the request may give against all values of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Satisfied,
    Unsatisfied,
    /// An unreadable ARN of the policy was reached.
    Ended,
}

impl From<bool> for Outcome {
    fn from(satisfied: bool) -> Self {
        if satisfied { Self::Satisfied } else { Self::Unsatisfied }
    }
}

/// All that may come out: one outcome, or several where something is unknown.
fn trial(operator: Operator, request: Option<&str>, values: &[Wanted]) -> BTreeSet<Outcome> {
    if operator.kind == Kind::Arn {
        return arn_trial(operator.negated, request, values);
    }
    let verdict = match request {
        // "request value unreadable: no, negated too"
        // "request value unreadable: positive no, negated yes"
        // Reading: also where a policy value is unknown: the request decides.
        Some(value) if operator.kind == Kind::Ip && Address::parse(value).is_none() => Verdict::No,
        Some(value) if operator.is_unreadable(value) => Verdict::from(operator.negated),
        Some(value) => {
            let matches = values
                .iter()
                .map(|wanted| wanted.matches(value).map_or(Verdict::Unknown, Verdict::from));
            if operator.negated { !Verdict::any(matches) } else { Verdict::any(matches) }
        }
        // "A key that is present with an unknown value: unknown, unless each policy value matches
        // nothing whatever the request holds."
        // Reading: unknown then even if some value matches whatever the request holds (`*`).
        None if values.iter().any(|wanted| *wanted != Wanted::Nothing) => Verdict::Unknown,
        // Reading: an unknown address may be an unreadable one, for which a negated operator gives
        // no: so it is not yes but unknown.
        None if operator.kind == Kind::Ip && operator.negated => Verdict::Unknown,
        None => Verdict::from(operator.negated),
    };
    match verdict {
        Verdict::Yes => BTreeSet::from([Outcome::Satisfied]),
        Verdict::No => BTreeSet::from([Outcome::Unsatisfied]),
        Verdict::Unknown => BTreeSet::from([Outcome::Satisfied, Outcome::Unsatisfied]),
    }
}

/// "Values are tried in order; a match before it ends the trial."
fn arn_trial(negated: bool, request: Option<&str>, values: &[Wanted]) -> BTreeSet<Outcome> {
    let (matched, unmatched) = (Outcome::from(!negated), Outcome::from(negated));
    let mut possible = BTreeSet::new();
    match request {
        // "request value unreadable: no, negated too (looked at first)"
        Some(value) if arn::split(value).is_none() => {
            return BTreeSet::from([Outcome::Unsatisfied]);
        }
        Some(_) => {}
        // A value that is not known may be unreadable.
        None => {
            possible.insert(Outcome::Unsatisfied);
        }
    }
    for wanted in values {
        match (wanted, request) {
            (Wanted::Nothing, _) => {}
            (Wanted::NoArn, _) => {
                possible.insert(Outcome::Ended);
                return possible;
            }
            // Reading: an unknown policy value may match, may not, and may be unreadable: under an
            // ARN operator `[unknown, "arn that matches"]` is unknown, where an OR would be yes.
            (Wanted::Unknown, _) => possible.extend([matched, Outcome::Ended]),
            (_, None) => possible.extend([matched]),
            (_, Some(value)) => {
                if wanted.matches(value) == Some(true) {
                    possible.insert(matched);
                    return possible;
                }
            }
        }
    }
    possible.insert(unmatched);
    possible
}
