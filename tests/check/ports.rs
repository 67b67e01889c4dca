//! Functions that listen on one port whatever they are told.

use cargo_fc3::local::{Instance, Launch, Settings};

use crate::function::PLAIN;
use crate::run::check_function;

const RULES: [&str; 4] = ["--rule", "keep-alive", "--rule", "listen-on-server-port"];

/// A function of ours, running on a port that nobody else is given soon.
fn running() -> Instance {
    let program = std::env::current_exe().expect("a path");
    let launch = Launch::new(program).arg("serve").arg(PLAIN);
    Instance::start(&launch, &Settings::default()).expect("it starts")
}

fn free_port() -> u16 {
    running().address().port()
}

/// It is found out by itself; what needs another port is not checked.
pub(crate) fn another_one() {
    let port = free_port().to_string();
    let env = format!("FC_SERVER_PORT={port}");
    let said = check_function(PLAIN, &[&["--env", &env], &RULES[..]].concat());
    said.is(0, "another-port", &[(&port, "[PORT]")]);
}

pub(crate) fn named() {
    let port = free_port().to_string();
    let said = check_function(PLAIN, &[&["--port", &port], &RULES[..]].concat());
    said.is(0, "another-port", &[(&port, "[PORT]")]);
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
    said.is(3, "taken-port", &[(&port, "[PORT]")]);
}
