//! The thumbprint that IAM would keep of an issuer's certificate.
//!
//! `cargo run --example thumbprint` asks a host of a sandbox on loopback; `-- HOST` or `-- URL` asks yours.

use iamwire::Exit;

fn main() -> Exit {
    let mut args = std::env::args_os().skip(1).peekable();
    let default = args.peek().is_none().then(|| "--sandbox".into());
    let command = ["iamwire", "thumbprint"].map(Into::into).into_iter();
    iamwire::main(command.chain(default).chain(args))
}
