//! The program `iamwire`.

use iamwire::{Exit, Streams, run};

fn main() -> Exit {
    run(
        std::env::args_os(),
        Streams {
            input: &mut std::io::stdin().lock(),
            output: &mut std::io::stdout().lock(),
            errors: &mut std::io::stderr().lock(),
        },
    )
}
