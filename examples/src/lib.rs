//! The program `iamwire` as a library: one module a subcommand.
