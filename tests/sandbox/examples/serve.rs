//! Serves the sandbox until a line, or the end, comes in: `eval "$(…)"` needs the first lines only.

use std::error::Error;
use std::io::{Write as _, stdin, stdout};

use iamwire_sandbox::Sandbox;

fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start()?;
    let mut out = stdout().lock();
    for (name, value) in sandbox.env() {
        writeln!(out, "export {name}='{value}'")?;
    }
    writeln!(out, "# every host name, with TLS: {}", sandbox.tls_address())?;
    out.flush()?;
    stdin().read_line(&mut String::new())?;
    for call in sandbox.requests() {
        writeln!(out, "{} {} {} {}", call.status, call.service, call.operation, call.resource)?;
    }
    Ok(())
}
