//! Grants, statements and lists in words.

use crate::{Bearing, Grant};

/// A grant in short: whom, and for which audience; the cluster is told elsewhere.
pub(super) fn who(grant: &Grant) -> String {
    match grant.as_web_identity() {
        None => grant.to_string(),
        Some(web) => {
            let audiences: Vec<String> = web.audiences().iter().map(ToString::to_string).collect();
            match audiences.as_slice() {
                [] => format!("{} for any audience", web.subject()),
                all => format!("{} for {}", web.subject(), all.join(" or ")),
            }
        }
    }
}

/// `statement 0 and 3`.
pub(super) fn list_statements(bearings: &[Bearing]) -> String {
    let numbers: Vec<String> = bearings.iter().map(|b| b.statement.to_string()).collect();
    format!("statement {}", list(&numbers))
}

/// `A`, `A and B`, `A, B and C`.
pub(super) fn list(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [more @ .., last] => format!("{} and {last}", more.join(", ")),
    }
}
