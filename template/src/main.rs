//! The program that Function Compute starts.

mod handler;

fn main() -> std::process::ExitCode {
    fc3::run::<handler::Handler>()
}
