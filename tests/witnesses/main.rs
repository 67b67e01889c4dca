//! Every rule of the platform's contract has a witness here: a server with one fault, which fails
//! this rule and only what follows from it. Without a fault the same server keeps all rules.
//!
//! The server is this same program, started again. One fault alone: `cargo test --test witnesses --
//! fault::keeps-old-connections`.

#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod server;
#[path = "../support/mod.rs"]
#[cfg(unix)]
mod support;
#[cfg(unix)]
mod trials;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(server::SERVE) {
        return server::run();
    }
    trials::run()
}

/// Its server needs the signals of Unix.
#[cfg(not(unix))]
fn main() -> ExitCode {
    println!("ignored: all of this, since the server needs the signals of Unix");
    ExitCode::SUCCESS
}
