//! Answers lines of standard input with the reference evaluator:
//! `cargo run -p iamwire-sandbox --example reference -- evaluate|assume`.

use std::io::{BufRead, Write};
use std::process::ExitCode;

use iamwire_sandbox::reference::{assume, evaluate};

fn main() -> std::io::Result<ExitCode> {
    let answer = match std::env::args().nth(1).as_deref() {
        Some("evaluate") => evaluate,
        Some("assume") => assume,
        _ => {
            eprintln!("usage: reference evaluate|assume");
            return Ok(ExitCode::from(2));
        }
    };
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().split(b'\n') {
        // Bytes that are no UTF-8 are no JSON either; the empty line is answered as unreadable.
        let line = line?;
        writeln!(out, "{}", answer(std::str::from_utf8(&line).unwrap_or("")))?;
    }
    Ok(ExitCode::SUCCESS)
}
