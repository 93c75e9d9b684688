//! What a wiring made, taken away again.
//!
//! `cargo run --example unwire` runs it on a sandbox on loopback; flags of `iamwire unwire` may follow after
//! `--`.

use iamwire::Exit;

fn main() -> Exit {
    let args = ["iamwire", "unwire"].map(Into::into).into_iter();
    iamwire::main(args.chain(std::env::args_os().skip(1)))
}
