//! The program that Function Compute starts.

mod handler;

fn main() -> std::process::ExitCode {
    fc3::web::run::<handler::Handler>()
}
