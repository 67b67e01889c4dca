//! The program that Function Compute starts.

use std::process::ExitCode;

use function::{fc, handler::Handler};

fn main() -> ExitCode {
    fc::run::<Handler>()
}
