//! Whatever can be read comes back: the same bytes, and the same document in every other form.
#![no_main]

use iamwire_core::TrustPolicy;
use iamwire_core::json::{Kind, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(policy) = TrustPolicy::from_bytes(bytes) else { return };
    let text = std::str::from_utf8(bytes).unwrap();
    assert_eq!(policy.as_str(), text);
    for printed in [policy.to_compact(), policy.to_pretty()] {
        let again: TrustPolicy = printed.parse().unwrap();
        assert_eq!(again, policy);
        assert_eq!(again.to_compact(), policy.to_compact());
    }
    let decoded = TrustPolicy::from_percent_encoded(&policy.to_percent_encoded()).unwrap();
    assert_eq!(decoded.as_str(), text);
    assert!(policy.size() <= text.chars().count());

    // A number that no f64 gives back becomes a string; all else is the same document.
    let through = serde_json::to_string(&policy).unwrap();
    let again: TrustPolicy = serde_json::from_str(&through).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), through);
    let numbers = has_number(policy.json().root());
    assert!(numbers || again == policy, "{through}");
    // What serde_json refuses and we don't are numbers out of its range.
    assert!(numbers || serde_json::from_str::<serde_json::Value>(text).is_ok());

    // Nothing that is said of it panics.
    let said = [policy.notices().len(), policy.grants().len()];
    assert!(said.iter().all(|n| *n < usize::MAX));
});

fn has_number(value: Value<'_>) -> bool {
    value.kind() == Kind::Number
        || value.members().any(|m| has_number(m.value))
        || value.elements().any(has_number)
}
