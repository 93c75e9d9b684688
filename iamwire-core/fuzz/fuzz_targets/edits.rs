//! Any edit of any document: what comes out can be read, and the laws that hold of every document do.
//!
//! Four bytes choose the edit, the providers and the subject; the rest is the document.
#![no_main]

use iamwire_core::{
    Edit, EditError, Grant, ProviderArn, Standing, Subject, SubjectPattern, TrustPolicy,
    WebIdentityGrant,
};
use libfuzzer_sys::fuzz_target;

const SUBJECTS: [&str; 6] = [
    "system:serviceaccount:shop:web",
    "system:serviceaccount:shop:my-s3-role",
    "system:serviceaccount:kube-system:aws-node",
    "${x}*?",
    "",
    "a\"\\\n😀",
];
const ISSUERS: [&str; 2] = [
    "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
    "oidc.example.com/id/A",
];

fuzz_target!(|bytes: &[u8]| {
    let [what, provider, other, subject, text @ ..] = bytes else { return };
    let Ok(policy) = TrustPolicy::from_bytes(text) else { return };
    let mut providers = policy.trusted_providers();
    providers.extend(ISSUERS.map(|issuer| {
        format!("arn:aws:iam::111122223333:oidc-provider/{issuer}").parse::<ProviderArn>().unwrap()
    }));
    let pick = |n: &u8| &providers[usize::from(*n) % providers.len()];
    let (provider, other) = (pick(provider), pick(other));
    let subject = SUBJECTS[usize::from(*subject) % SUBJECTS.len()];
    let exact = Subject::from(subject);
    let grant = match what / 16 % 4 {
        0 | 1 => Grant::web_identity(provider, exact.clone()),
        2 => match SubjectPattern::dangerous_parse(&format!("{subject}*")) {
            Ok(pattern) => WebIdentityGrant::dangerous_pattern(provider, pattern).into(),
            Err(_) => return,
        },
        _ => Grant::pod_identity(),
    };
    match what % 9 {
        0 => granting(&policy, &grant),
        1 => checked(&policy, policy.revoke(&grant)),
        2 => once(&policy, |p| p.pin_subject(provider, &exact)),
        3 => once(&policy, |p| p.narrow(provider, &exact)),
        4 => checked(&policy, policy.replace_audience_with_subject(provider, &exact)),
        5 => checked(&policy, policy.add_provider(provider, other)),
        6 => checked(&policy, policy.replace_provider(provider, other)),
        7 => checked(&policy, policy.remove_provider(provider)),
        _ => once(&policy, TrustPolicy::compact),
    };
    checked(&policy, policy.prune_providers(std::slice::from_ref(provider)));
});

/// What is granted stands, unless it is blocked; revoked, it is the document from before.
fn granting(policy: &TrustPolicy, grant: &Grant) -> Option<Edit> {
    let before = policy.standing(grant);
    let edit = once(policy, |p| p.grant(grant))?;
    let after = edit.policy().standing(grant);
    assert!(after == Standing::Allowed || !edit.blocked_by().is_empty(), "{edit:?}");
    if before == Standing::Refused && !edit.is_unchanged() && !is_granted(policy, grant) {
        let back = checked(edit.policy(), edit.policy().revoke(grant));
        if let Some(back) = back {
            assert!(back.policy().means_same(policy), "{policy}\n{back:?}");
        }
    }
    Some(edit)
}

fn is_granted(policy: &TrustPolicy, grant: &Grant) -> bool {
    policy.grants().iter().any(|granted| granted.grant == *grant)
}

/// Done again it changes nothing.
fn once(
    policy: &TrustPolicy,
    edit: impl Fn(&TrustPolicy) -> Result<Edit, EditError>,
) -> Option<Edit> {
    let first = checked(policy, edit(policy))?;
    let again = edit(first.policy()).unwrap();
    assert!(again.is_unchanged(), "{first:?}\n{again:?}");
    Some(first)
}

/// The text can be read, and differs if and only if something changed.
fn checked(before: &TrustPolicy, edit: Result<Edit, EditError>) -> Option<Edit> {
    let edit = match edit {
        Ok(edit) => edit,
        Err(EditError::Result(error)) => panic!("{before}: {error}"),
        Err(_) => return None,
    };
    let read: TrustPolicy = edit.policy().as_str().parse().unwrap();
    assert_eq!(&read, edit.policy());
    assert_eq!(edit.is_unchanged(), before.as_str() == edit.policy().as_str(), "{edit:?}");
    Some(edit)
}
