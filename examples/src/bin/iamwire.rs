//! The program `iamwire`.

use iamwire::Exit;

fn main() -> Exit {
    iamwire::main(std::env::args_os())
}
