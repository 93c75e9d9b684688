//! What is valid but worth knowing, on standard error: `notice: …` or `warning: …`, and the help.

use std::collections::HashSet;
use std::io::Write;

use iamwire_core::{Finding, Severity};

use crate::shown::shown;

/// Tells each finding once.
pub(crate) fn tell(errors: &mut dyn Write, findings: impl IntoIterator<Item = Finding>) {
    let mut told = HashSet::new();
    for finding in findings {
        if told.insert(finding.clone()) {
            let word = if finding.severity == Severity::Note { "notice" } else { "warning" };
            say(errors, word, &finding.message);
            say(errors, "help", &finding.help);
        }
    }
}

/// One line; nothing for an empty message.
pub(crate) fn say(errors: &mut dyn Write, word: &str, message: &str) {
    if !message.is_empty() {
        line(errors, &format!("{word}: {message}"));
    }
}

/// All lines of a text that has several.
pub(crate) fn lines(errors: &mut dyn Write, text: &str) {
    text.lines().for_each(|text| line(errors, text));
}

/// One line, whatever is in the text. All that goes to standard error passes here, but for a question and a
/// progress bar.
pub(crate) fn line(errors: &mut dyn Write, text: &str) {
    // Nobody is left to be told when standard error is gone.
    let _ = writeln!(errors, "{}", shown(text));
}
