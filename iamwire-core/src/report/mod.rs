//! How plans are shown: as text for people, as JSON for machines. The one place for presentation.

mod change;
mod json;
mod text;
