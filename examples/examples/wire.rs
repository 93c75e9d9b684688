//! The main job, end to end: a service account gets its role, and a second time there is nothing to do.
//!
//! `cargo run --example wire` runs it on a sandbox on loopback; flags of `iamwire wire` may follow after `--`.

use iamwire::Exit;

fn main() -> Exit {
    let args = ["iamwire", "wire"].map(Into::into).into_iter();
    iamwire::main(args.chain(std::env::args_os().skip(1)))
}
