//! `cargo fc3 check` against functions that strangers write, in other languages: what it says of each
//! is exactly what is wrong with it, as docs/findings.md tells.
//!
//! What a machine lacks is ignored, each trial with its reason.

mod checked;
mod servers;
#[path = "../support/mod.rs"]
mod support;
mod text;
mod tools;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use cargo_fc3::emulator;
use libtest_mimic::{Arguments, Failed, Trial};
use servers::{AS_PROCESS_1, Broken, Needs, SERVERS, Server};
use tools::Tools;

/// Rules that are left out: one waits for the port that Flask has meanwhile, one is kept by bare hyper
/// only as long as the end of a request comes later than its answer, and the others wait for what no
/// server here does, which is to refuse over 32 MiB.
const LEFT_OUT: [&str; 4] = [
    "listen-on-9000",
    "half-closed-client",
    "event-over-limit",
    "event-over-limit-chunked",
];

/// What all functions here keep, and what those keep that are meant to keep all.
const KEPT_BY_ALL: [&str; 4] = [
    "listen-in-time",
    "bare-connects",
    "client-vanishes",
    "no-initializer",
];
const KEPT: [&str; 6] = [
    "keep-alive",
    "idle-connection",
    "freeze",
    "slow-request",
    "error-marked",
    "initialize-answered",
];

/// How many functions are checked at a time. Most rules wait; but those that do not are several at a
/// time for each function.
const THREADS: usize = 3;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    if !cfg!(target_os = "linux") {
        println!("ignored: all of this, since only Linux tells which port a program listens on");
        return libtest_mimic::run(&arguments, Vec::new()).exit_code();
    }
    let tools = Arc::new(Tools::find());
    let mut trials = vec![trial("flask::is_told", Needs::Flask, &tools, text::is_told)];
    for server in SERVERS {
        let name = format!("{}::breaks_what_it_breaks", server.name);
        let needs = server.needs;
        trials.push(trial(&name, needs, &tools, move |tools| {
            breaks(&server, tools)
        }));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A trial, which is ignored without what it needs.
fn trial(
    name: &str,
    needs: Needs,
    tools: &Arc<Tools>,
    check: impl FnOnce(&Tools) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let tools = Arc::clone(tools);
    match tools.lacks(needs) {
        None => Trial::test(name, move || check(&tools)),
        Some(lacking) => {
            let name = format!("{name} [{lacking}]");
            Trial::test(name, move || Err(lacking.into())).with_ignored_flag(true)
        }
    }
}

/// The rules that a function fails are those that it is known to break, at their levels, and the
/// program says so by its exit code.
fn breaks(server: &Server, tools: &Tools) -> Result<(), Failed> {
    let mut left_out = LEFT_OUT.to_vec();
    if !emulator::can_start_as_process_one() {
        left_out.extend(AS_PROCESS_1);
    }
    let checked = checked::check(server, &checked::rules(&left_out)?, tools)?;
    let expected: BTreeMap<_, _> = reasons(server)
        .filter(|(_, (id, _))| !left_out.contains(id))
        .map(|(level, (id, why))| (id, (level, why)))
        .collect();
    let mut wrong = Vec::new();
    for (id, (level, told)) in &checked.failed {
        if expected.get(&**id).map(|(level, _)| *level) != Some(&**level) {
            wrong.push(format!("it should not fail: {told:#}"));
        }
    }
    for (id, (level, why)) in expected {
        if !checked.failed.contains_key(id) {
            wrong.push(format!("it should fail {id} ({level}), since {why}"));
        }
    }
    // What is not checked does not fail either.
    let kept = KEPT.iter().filter(|_| server.is_kept());
    for id in KEPT_BY_ALL.iter().chain(kept) {
        if !checked.passed.iter().any(|passed| passed == id) {
            wrong.push(format!("it should pass {id}"));
        }
    }
    // Rules for probes were asked for too, and could not be checked.
    if checked.code != Some(1) {
        wrong.push(format!("the exit code is {:?} and not 1", checked.code));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n").into())
    }
}

fn reasons(server: &Server) -> impl Iterator<Item = (&'static str, Broken)> {
    let levels = [
        ("must", server.must),
        ("should", server.should),
        ("info", server.info),
    ];
    let levels = levels.into_iter();
    levels.flat_map(|(level, broken)| broken.iter().map(move |broken| (level, *broken)))
}
