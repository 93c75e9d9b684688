//! The part of a plan that is about OIDC providers.

use super::error::look;
use super::ground::{Ground, Placed};
use super::{Change, Draft, Kept, PlanError};
use crate::desired::MOST_AUDIENCES;
use crate::error::{printable, quoted};
use crate::mark;
use crate::{Finding, Refusal, SeenProvider, Severity, ThumbprintChoice, Thumbprints};

pub(super) fn wire(
    draft: &mut Draft,
    ground: &Ground<'_>,
    placed: &Placed<'_>,
) -> Result<(), PlanError> {
    let Placed { cluster, provider, .. } = placed;
    let seen = look(ground.observed.providers.get(provider), "provider", provider.as_str())?;
    let thumbprints = thumbprints(ground, placed)?;
    let Some(seen) = seen else {
        draft.push(Change::CreateProvider {
            provider: provider.clone(),
            audiences: cluster.wanted_audiences().to_vec(),
            thumbprints: thumbprints.unwrap_or_default(),
            tags: mark::with_mark(&std::collections::BTreeMap::new()),
        });
        return Ok(());
    };
    let missing: Vec<_> =
        cluster.wanted_audiences().iter().filter(|a| !seen.audiences.contains(a)).collect();
    let count = seen.audiences.len() + missing.len();
    if !missing.is_empty() && count > MOST_AUDIENCES {
        let message =
            format!("provider {} would have {count} audiences", quoted(provider.issuer().as_str()));
        let help = format!(
            "IAM takes {MOST_AUDIENCES}: remove those that nobody uses: `aws iam remove-client-id-from-open-id-connect-provider --open-id-connect-provider-arn {provider} --client-id AUDIENCE`"
        );
        return Err(PlanError::Provider(Refusal::new("plan.audiences", message, help)));
    }
    let mut changed = false;
    for audience in missing {
        let (provider, audience) = (provider.clone(), audience.clone());
        draft.push(Change::AddAudience { provider, audience });
        changed = true;
    }
    match thumbprints {
        Some(wanted) if !same(&wanted, seen) => {
            // Sorted: IAM's order says nothing, and the digest must not change with it.
            let mut was = seen.thumbprints.clone();
            was.sort_unstable();
            draft.push(Change::SetThumbprints {
                provider: provider.clone(),
                thumbprints: wanted,
                was,
            });
            changed = true;
        }
        Some(_) => {}
        None if mark::is_on(&seen.tags) || seen.thumbprints.is_empty() => {}
        None => draft.notice(Finding::new(
            "plan.thumbprints-stay",
            Severity::Note,
            format!(
                "provider {} keeps the thumbprints that it has: {}",
                quoted(provider.issuer().as_str()),
                printable(&seen.thumbprints.join(", "))
            ),
            "name thumbprints to replace them; AWS looks at them only where the issuer's certificate is of no CA that it trusts",
        )),
    }
    if !changed {
        draft.keep(Kept::Provider { provider: provider.clone() });
    }
    Ok(())
}

/// What is to be set; none: what is there stays.
fn thumbprints(ground: &Ground<'_>, placed: &Placed<'_>) -> Result<Option<Thumbprints>, PlanError> {
    let issuer = placed.provider.issuer();
    match placed.cluster.thumbprint_choice() {
        ThumbprintChoice::LetIam => Ok(None),
        ThumbprintChoice::Pinned(pinned) => Ok(Some(pinned.clone()).filter(|p| !p.is_empty())),
        ThumbprintChoice::Fetch => {
            let what = "the certificate of issuer";
            let served = look(ground.observed.served.get(issuer), what, issuer.as_str())?;
            if let Some(served) = served.filter(|served| !served.is_empty()) {
                return Ok(Some(served.clone()));
            }
            let message = format!("issuer {} serves no certificate", quoted(&issuer.url()));
            let help = "leave the thumbprint to IAM, or name one";
            Err(PlanError::NotSeen(Refusal::new("plan.no-certificate", message, help)))
        }
    }
}

/// Whether IAM has these, in any order.
fn same(wanted: &Thumbprints, seen: &SeenProvider) -> bool {
    let mut wanted: Vec<&str> = wanted.iter().map(crate::Thumbprint::as_str).collect();
    let mut there: Vec<&str> = seen.thumbprints.iter().map(String::as_str).collect();
    wanted.sort_unstable();
    wanted.dedup();
    there.sort_unstable();
    there.dedup();
    wanted == there
}
