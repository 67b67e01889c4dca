//! Functions that fail: the caller gets the platform's error, the author one clear line, and `dev`
//! goes on.

use std::fs;
use std::thread;

use cargo_fc3::emulator::Answer;

use crate::Check;
use crate::dev::Dev;
use crate::stage::{S_YAML, Stage};

pub(crate) const CHECKS: &[Check] = &[
    ("a_crash_at_the_start", crash_at_start),
    ("a_program_that_never_listens", never_listens),
    ("a_program_that_listens_on_loopback_only", loopback),
    ("a_crash_on_initialize", crash_on_initialize),
    ("calls_that_get_no_response", no_response),
    ("a_call_that_hangs", hang),
    ("an_instance_that_ignores_sigterm", ignores_sigterm),
    ("a_flood_of_log_lines", flood),
];

/// The code of an error of the API, and its message.
fn error(answer: &Answer) -> (u16, String, String) {
    let json = answer.json().unwrap_or_else(|| panic!("{answer}"));
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    (answer.status, text("Code"), text("Message"))
}

/// The message of a call whose function failed.
fn failure(answer: &Answer, error_type: &str) -> String {
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(
        answer.headers.get("x-fc-error-type"),
        Some(error_type),
        "{answer}"
    );
    let json = answer.json().unwrap_or_else(|| panic!("{answer}"));
    json["errorMessage"].as_str().expect("a text").to_owned()
}

/// A function that was good before.
fn crash_at_start() {
    let stage = Stage::new();
    let mut dev = stage.serve(&[]);
    assert_eq!(dev.told("which"), "one");
    stage.set_mode("ends");
    dev.event_that("its log", |event| event["line"] == "no database");
    // The log has been told, so it is no part of the reason.
    let reason = "Function instance exited unexpectedly (exit status: 3)";
    assert_eq!(dev.event("not_started")["reason"], reason);
    let answer = dev.call("which");
    let expected = format!("{reason}; its logs:\nno database");
    assert_eq!(error(&answer), (502, "CAExited".into(), expected));
    assert_eq!(dev.event("not_started")["reason"], reason);
    assert_eq!(dev.event("invoked")["error"]["message"], reason);
    stage.set_mode("");
    dev.recovers("one");
}

/// Its caller waits, and is served by the next program.
fn never_listens() {
    let stage = Stage::new();
    stage.set_mode("deaf");
    let mut dev = stage.serve(&[]);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| dev.told("which"));
        dev.wait_for("the function", || {
            (!dev.children().is_empty()).then_some(())
        });
        stage.set_mode("");
        assert_eq!(waiting.join().expect("a reply"), "one");
    });
    // Nobody waits for what does not start, neither edits nor the end.
    stage.set_mode("deaf");
    dev.event_that("the edit", |event| event["event"] == "changed");
    dev.wait_for("the next instance", || {
        (dev.children().len() == 2).then_some(())
    });
    assert_eq!(dev.told("which"), "one");
    stage.edit("two");
    stage.set_mode("");
    dev.tells("two");
    dev.wait_for("the end of the others", || {
        (dev.children().len() == 1).then_some(())
    });
}

fn loopback() {
    let stage = Stage::new();
    stage.set_mode("loopback");
    let mut dev = stage.serve(&[]);
    let (status, code, message) = error(&dev.call("which"));
    assert_eq!((status, &*code), (502, "FunctionNotStarted"));
    let expected =
        "of a loopback address only, where the platform does not reach it; listen on 0.0.0.0";
    assert!(message.ends_with(expected), "{message}");
    assert_eq!(dev.event("not_started")["reason"], message);
    stage.set_mode("");
    dev.recovers("one");
}

fn crash_on_initialize() {
    const HOOK: &str = "      instanceLifecycleConfig:\n        initializer:\n          handler: initialize\n          timeout: 30\n";
    let stage = Stage::new();
    stage.write("s.yaml", &format!("{S_YAML}{HOOK}"));
    let mut dev = stage.serve(&[]);
    assert_eq!(dev.told("which"), "one");
    for (mode, expected) in [
        ("no-init", "no table"),
        (
            "dies",
            "Process exited unexpectedly before completing request (exit status: 9)",
        ),
    ] {
        stage.set_mode(mode);
        let reason = dev.event("not_started")["reason"].clone();
        let told = match mode {
            "no-init" => "the initializer failed: Init: no table".to_owned(),
            _ => format!("the initializer failed: {expected}"),
        };
        assert_eq!(reason, told);
        let message = failure(&dev.call("which"), "InitializationError");
        assert!(message.starts_with(expected), "{message}");
        dev.event("not_started");
    }
    stage.set_mode("");
    dev.recovers("one");
}

fn no_response() {
    let stage = Stage::new();
    let mut dev = stage.serve(&[]);
    let unhandled = "UnhandledInvocationError";
    for (event, expected) in [
        (
            "exit",
            "Process exited unexpectedly before completing request (exit status: 7)",
        ),
        ("garbage", "the response is not HTTP"),
        (
            "headers",
            "the headers of the response are larger than 8192 bytes",
        ),
    ] {
        let answer = dev.call(event);
        let message = failure(&answer, unhandled);
        assert!(message.starts_with(expected), "{event}: {message}");
        let told = dev.event("invoked");
        assert_eq!(told["error"]["type"], unhandled, "{told}");
        let told = told["error"]["message"]
            .as_str()
            .expect("a text")
            .to_owned();
        assert!(told.starts_with(expected), "{told}");
        assert_eq!(dev.told("which"), "one");
        dev.event("invoked");
    }
    assert_eq!(dev.count("started"), 2);
    assert_eq!(failure(&dev.call("fail"), unhandled), "no luck");
}

fn hang() {
    let stage = Stage::new();
    stage.write("s.yaml", &S_YAML.replace("timeout: 60", "timeout: 1"));
    let mut dev = stage.serve(&[]);
    let message = failure(&dev.call("sleep 600000"), "UnhandledInvocationError");
    assert!(
        message.starts_with("Function time out after 1 seconds (duration: 1"),
        "{message}"
    );
    let stopped = dev.event("stopped");
    assert_eq!(stopped["why"], "timed_out");
    assert_eq!(dev.told("which"), "one");
    assert_eq!(dev.children().len(), 1);
}

fn ignores_sigterm() {
    let stage = Stage::new();
    stage.set_mode("stubborn");
    let mut dev = stage.serve(&[]);
    assert_eq!(dev.told("which"), "one");
    stage.edit("two");
    dev.tells("two");
    let stopped = dev.event("stopped");
    assert_eq!(
        (&stopped["why"], &stopped["exit"]),
        (&"replaced".into(), &serde_json::Value::Null)
    );
    dev.wait_for("its end", || (dev.children().len() == 1).then_some(()));
    let dir = stage.dir();
    let ended = dev.end("INT");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(crate::stage::processes_in(&dir).is_empty());
}

/// 100 MB.
fn flood() {
    let stage = Stage::new();
    let dev = stage.serve(&[]);
    assert_eq!(dev.told("flood 100"), "");
    assert_eq!(dev.told("which"), "one");
    if let Some(memory) = peak_memory(&dev) {
        assert!(memory < 64 * 1024, "{memory} kB");
    }
    // Its last lines may still be on the way.
    dev.wait_for("the last line", || {
        (dev.count("log") >= 100 * 1024).then_some(())
    });
}

/// The highest memory that `dev` has had so far, in kilobytes. Only Linux tells.
fn peak_memory(dev: &Dev) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", dev.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
