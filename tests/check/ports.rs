//! Functions that listen on one port whatever they are told.

use cargo_fc3::emulator::{Instance, Launch, Settings};

use crate::function::PLAIN;
use crate::run::check_function;

const RULES: [&str; 6] = [
    "--rule",
    "keep-alive",
    "--rule",
    "listen-on-server-port",
    "--rule",
    "listen-on-9000",
];

/// A function of ours, running on a port that nobody else is given soon.
fn running() -> Instance {
    let program = std::env::current_exe().expect("a path");
    let launch = Launch::new(program).arg("serve").arg(PLAIN);
    Instance::start(&launch, &Settings::default()).expect("it starts")
}

fn free_port() -> u16 {
    running().address().port()
}

/// It is found out by itself, and the platform would not call it there.
pub(crate) fn another_one() {
    let port = free_port().to_string();
    let env = format!("FC_SERVER_PORT={port}");
    let said = check_function(PLAIN, &[&["--env", &env], &RULES[..]].concat());
    said.is(0, "another-port", &[(&port, "[PORT]")]);
}

/// Its author says that it is configured; what needs another port is not checked.
pub(crate) fn named() {
    let port = free_port().to_string();
    let said = check_function(PLAIN, &[&["--port", &port], &RULES[..]].concat());
    said.is(1, "named-port", &[(&port, "[PORT]")]);
}

/// It does not listen where its author says.
pub(crate) fn wrong() {
    let (port, named) = (free_port().to_string(), free_port().to_string());
    let env = format!("FC_SERVER_PORT={port}");
    let said = check_function(
        PLAIN,
        &[&["--env", &env, "--port", &named], &RULES[..]].concat(),
    );
    said.is(1, "wrong-port", &[(&port, "[PORT]"), (&named, "[NAMED]")]);
}

/// Another program is never taken for the function.
pub(crate) fn taken() {
    let other = running();
    let port = other.address().port().to_string();
    let said = check_function(PLAIN, &[&["--port", &port], &RULES[..]].concat());
    // Only Linux tells which one it is.
    let id = format!(" (process {})", other.id());
    assert_eq!(
        said.stderr.contains(&id),
        cfg!(target_os = "linux"),
        "{}",
        said.stderr
    );
    said.is(3, "taken-port", &[(&id, ""), (&port, "[PORT]")]);
}
