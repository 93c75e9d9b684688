//! The program `iamwire`.

fn main() {}
