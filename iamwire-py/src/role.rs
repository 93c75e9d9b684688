//! What a role has beside its policies: description, session duration, tags.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::convert::{self, Parsed, Textual};
use crate::error::Result;
use crate::seconds::seconds_class;
use crate::values::value_class;

value_class! {
    /// The description of a role: at most 1,000 characters of tab, line breaks, U+0020 to U+007E and U+00A1
    /// to U+00FF.
    RoleDescription {}
}

value_class! {
    /// The key of a tag: 1 to 128 letters, digits, blanks and `_.:/=+-@`, not beginning with `aws:`.
    TagKey {}
}

value_class! {
    /// The value of a tag: at most 256 letters, digits, blanks and `_.:/=+-@`, or none.
    TagValue {}
}

seconds_class! {
    /// How long a session of a role may last at most: 3600 to 43200 seconds, as a number or its digits.
    SessionDuration
}
