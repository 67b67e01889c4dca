//! The program `cargo-fc3`, which cargo runs as `cargo fc3`.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_fc3::cli::main()
}
