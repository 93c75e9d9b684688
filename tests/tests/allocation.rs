//! What is promised of memory, counted: a decision allocates nothing, and a document takes at most three
//! times its text.

use allocation_counter::{AllocationInfo, measure};
use iamwire_core::json::Json;
use iamwire_core::{PreparedPolicy, Request, TrustPolicy};
use iamwire_tests::generate::Generator;
use iamwire_tests::{documents, vectors};

/// The policy and the request of a line, if both can be read.
fn question(line: &str) -> Option<(PreparedPolicy, Request)> {
    let json = Json::parse_nested(line, 130).ok()?;
    let [policy, request] = ["policy", "request"].map(|name| json.root().member(name));
    let policy = TrustPolicy::from_value(policy?).ok()?;
    Some((policy.prepare(), Request::from_value(request?).ok()?))
}

#[test]
fn a_decision_allocates_nothing() {
    let mut generator = Generator::new(11);
    let made = (0..5_000).map(|_| generator.evaluate_line());
    let written = vectors("evaluate").into_iter().map(|v| v.only(&["policy", "request"]));
    let mut decided = 0;
    for line in written.chain(made) {
        let Some((policy, request)) = question(&line) else { continue };
        let mut decision = None;
        let info = measure(|| decision = Some(policy.decide(&request)));
        assert_eq!(info, AllocationInfo::default(), "{line}");
        assert_eq!(decision, Some(policy.explain(&request).decision()), "{line}");
        decided += 1;
    }
    assert!(decided > 4_000, "only {decided} lines could be decided");
}

/// What every document takes, however short: two counts of references, two places and lengths, a mark.
const FIXED: usize = 56;

#[test]
fn a_document_takes_at_most_three_times_its_text() {
    let (mut texts, mut taken) = (0, 0);
    let written = vectors("evaluate").into_iter().filter_map(|v| {
        let policy = v.member("policy")?;
        Some((v.title(), policy.text().to_owned()))
    });
    for (name, text) in documents().into_iter().chain(written) {
        let mut policy = None;
        let info = measure(|| policy = TrustPolicy::parse(&text).ok());
        let Some(policy) = policy else { continue };
        let kept = usize::try_from(info.bytes_current).unwrap();
        assert!(kept <= 3 * text.len() + FIXED, "{name}: {kept} for {} bytes", text.len());
        assert_eq!(policy.json().heap_size(), kept, "{name}: what it says it takes");
        texts += text.len();
        taken += kept;
    }
    assert!(texts > 500_000, "only {texts} bytes of documents");
    assert!(taken <= 3 * texts, "{taken} for {texts} bytes");
}
