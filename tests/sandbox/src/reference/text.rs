//! Letter case.

/// Lower-cases as Java's `toLowerCase(ROOT)` does, nothing beyond U+FFFF.
///
/// `ΟΔΟΣ` becomes `οδος`, with the final sigma; `İ` becomes `i` and a combining dot.
pub(super) fn lower(text: &str) -> String {
    // Rust's `to_lowercase` knows the final sigma too. Walk its result beside the original, and
    // put back what lies beyond U+FFFF.
    // Reading: "as Java's `toLowerCase(ROOT)`": Java looks for the end of the word with a word
    // breaker, Rust by Unicode's Final_Sigma; where these differ, Rust's is taken.
    let whole = text.to_lowercase();
    let mut lowered = whole.chars();
    let mut result = String::new();
    for original in text.chars() {
        let here: String = lowered.by_ref().take(original.to_lowercase().count()).collect();
        if original > '\u{FFFF}' {
            result.push(original);
        } else {
            result.push_str(&here);
        }
    }
    result
}

/// Whether two names differ at most by case.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    // Reading: "Without case: action names, condition-key names": case is that of all letters, not
    // of ASCII only, by the one lower-casing that the rules name.
    lower(a) == lower(b)
}
