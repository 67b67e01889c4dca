//! A log that nobody reads: calls go on, entries are dropped and counted, and one SIGTERM is enough.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::Duration;

use cargo_fc3::emulator::{Instance, Launch, Request, Settings};
use tempfile::TempDir;

use crate::outside;

const LIMIT: Duration = Duration::from_secs(60);

/// A function whose stdout is a pipe that only the test reads.
struct Stalled {
    instance: Instance,
    pipe: PathBuf,
    _folder: TempDir,
}

impl Stalled {
    /// Starts it, and fills the pipe, which holds 64 KB.
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("log");
        let made = Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("it runs").success());
        // The shell keeps the pipe open for reading, and never reads.
        let line = r#"exec 3<>"$1"; exec "$0" >"$1""#;
        let launch = Launch::new("/bin/sh").arg("-c").arg(line);
        let launch = launch.arg(&outside::launch().program).arg(&pipe);
        let instance = Instance::start(&launch, &Settings::default());
        let stalled = Self {
            instance: instance.expect("it starts"),
            pipe,
            _folder: folder,
        };
        for _ in 0..3 {
            stalled.call("log at length");
        }
        stalled
    }

    fn call(&self, wish: &str) {
        let event = format!(r#"{{"do": "{wish}"}}"#);
        let answer = self.instance.invoke(event.as_bytes());
        let answer = answer.expect("an answer");
        assert!(!answer.failed(), "{}", answer.text());
    }

    /// Ends it with one SIGTERM.
    fn end(self) {
        let exit = self.instance.terminate(LIMIT);
        let exit = exit.expect("it exits");
        assert!(exit.success(), "{exit}");
    }
}

#[test]
fn calls_and_health_checks_are_answered_and_one_signal_ends_it() {
    let stalled = Stalled::start();
    for _ in 0..20 {
        stalled.call("log fields");
    }
    let health = stalled.instance.call(&Request::new("GET", "/health"));
    assert_eq!(health.expect("an answer").status, 200);
    stalled.end();
}

#[test]
fn who_reads_again_finds_whole_lines_and_how_many_were_dropped() {
    let stalled = Stalled::start();
    stalled.call("log fields");
    let reader = File::open(&stalled.pipe).expect("it opens");
    let reader = thread::spawn(move || io::read_to_string(reader));
    // There is room for the notice when the reader has begun.
    thread::sleep(Duration::from_secs(1));
    stalled.call("log lines");
    stalled.end();
    let log = reader.join().expect("no panic").expect("text");
    assert!(
        log.contains(" log entries were dropped, since nobody read the log\n"),
        "{log}"
    );
    assert!(log.contains("first\n"), "{log}");
    for line in log.lines() {
        let is_whole = ["20", "FC ", "    ", "init"]
            .iter()
            .any(|start| line.starts_with(start));
        assert!(is_whole, "{line}");
    }
}
