//! Builds that are stopped.

use std::fs::{self, File};
use std::thread;
use std::time::Instant;

use super::super::{Progress, build};
use super::{LONG, Stage};
use crate::cli::failure::Failure;
use crate::stop::Stop;

/// Cargo waits for another one, which here is a test that holds its lock.
#[test]
fn waiting_for_another_cargo_is_progress_and_can_be_stopped() {
    let mut stage = Stage::new(&[("src/main.rs", "fn main() {}")]);
    stage.built();
    let debug = stage.project.join("target/debug");
    let lock = File::options().append(true).open(debug.join(".cargo-lock"));
    let lock = lock.expect("a lock");
    lock.lock().expect("cargo has ended");
    let stop = Stop::never();
    let ends = stop.clone();
    let mut all = Vec::new();
    let outcome = build(&stage.project, &[], &stop, &mut |progress| {
        all.push(progress.clone());
        ends.set(15);
    });
    let error = outcome.expect_err("it was stopped");
    assert!(error.downcast_ref::<Failure>().is_some(), "{error:#}");
    assert!(matches!(&*all, [Progress::Waiting { .. }]), "{all:?}");
}

/// A build script that never ends has started another process.
#[cfg(unix)]
#[test]
fn a_stopped_build_leaves_no_process() {
    let script = "fn main() {
        let child = std::process::Command::new(\"sleep\").arg(\"1000\").spawn().unwrap();
        std::fs::write(\"child.tmp\", child.id().to_string()).unwrap();
        std::fs::rename(\"child.tmp\", \"child\").unwrap();
        loop { std::thread::park(); }
    }";
    let stage = Stage::new(&[("src/main.rs", "fn main() {}"), ("build.rs", script)]);
    let (stop, child) = (Stop::never(), stage.project.join("child"));
    let ends = stop.clone();
    let waits = thread::spawn(move || {
        let deadline = Instant::now() + LONG;
        while !child.exists() && Instant::now() < deadline {
            thread::yield_now();
        }
        ends.set(2);
        fs::read_to_string(child).expect("a process").parse::<i32>()
    });
    let outcome = build(&stage.project, &[], &stop, &mut |_| {});
    assert!(outcome.is_err());
    let child = waits.join().expect("a thread").expect("a number");
    let child = rustix::process::Pid::from_raw(child).expect("a process");
    assert!(rustix::process::test_kill_process(child).is_err());
}
