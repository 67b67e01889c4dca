//! What ends a check before its end: it is at once, and nothing is left.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::function::{self, ALIVE, DEAF, HELD};
use crate::run::{command, scratch, without_waiting};

/// How long a busy machine may take for what is done at once.
const AT_ONCE: Duration = Duration::from_secs(60);

/// Those that people and systems send; the last one has no name of its own.
const SIGNALS: [(&str, i32); 7] = [
    ("INT", 130),
    ("TERM", 143),
    ("HUP", 129),
    ("QUIT", 131),
    ("USR1", 138),
    ("XCPU", 152),
    ("34", 162),
];

/// Between two calls an hour passes, which nobody waits for.
pub(crate) fn while_it_waits() {
    // The first event is that of the first start, and the next one that of the rule.
    ends(HELD, 2);
}

pub(crate) fn while_it_starts() {
    ends(DEAF, 1);
}

/// What a function has started does not outlive a check that ends by itself.
pub(crate) fn by_itself() {
    let dir = scratch();
    let mut alive = Alive::new(dir.path(), 2);
    let function = function::command(HELD);
    let mut check = command(
        dir.path(),
        &["--cmd", &function, "--rule", "success-marked"],
    );
    let mut running = check.stdout(Stdio::null()).spawn().expect("the CLI runs");
    alive.sees_lines();
    assert!(running.wait().expect("it ends").success());
    alive.sees_the_end();
}

/// What a killed check leaves is ended by the next one, whatever that checks.
pub(crate) fn by_a_kill() {
    let dir = scratch();
    let mut alive = Alive::new(dir.path(), 2);
    let function = function::command(HELD);
    let rule = ["--rule", "idle-connection", "--idle", "3600"];
    let mut check = command(dir.path(), &[&["--cmd", &function], &rule[..]].concat());
    let check = check.stdout(Stdio::null()).stderr(Stdio::null());
    let running = check.spawn().expect("the CLI runs");
    alive.sees_lines();
    assert_eq!(ended_by("KILL", running).code(), None);
    let next = crate::run::check(&["--cmd", "false", "--rule", "keep-alive"]);
    assert_eq!(next.code, Some(1), "{}", next.stderr);
    alive.sees_the_end();
}

/// The FIFO that the processes of a function hold open.
struct Alive {
    told: mpsc::Receiver<String>,
    lines: usize,
}

impl Alive {
    fn new(dir: &Path, lines: usize) -> Self {
        let fifo = dir.join(ALIVE);
        let made = Command::new("mkfifo").arg(&fifo).status();
        assert!(made.expect("mkfifo runs").success());
        let (sender, told) = mpsc::channel();
        thread::spawn(move || watch(&fifo, lines, &sender));
        Self { told, lines }
    }

    /// Waits until the function has been called so often.
    fn sees_lines(&mut self) {
        for _ in 0..self.lines {
            let line = self.told.recv_timeout(AT_ONCE);
            let line = line.unwrap_or_else(|error| panic!("no function started: {error}"));
            assert_eq!(line, "alive\n");
        }
    }

    /// A process that was killed lets go of it when it is gone, and one that lives on never.
    fn sees_the_end(&mut self) {
        let end = self.told.recv_timeout(AT_ONCE);
        assert_eq!(end.as_deref(), Ok("gone"), "a process was left behind");
    }
}

/// What starts and does not listen is waited for as long as the platform waits, and not in silence.
pub(crate) fn told_that_it_waits() {
    let dir = scratch();
    let mut check = command(dir.path(), &["--cmd", "sleep 86400", "--timeout", "1"]);
    check.stdin(Stdio::null()).stdout(Stdio::null());
    let mut running = check.stderr(Stdio::piped()).spawn().expect("the CLI runs");
    let said = BufReader::new(running.stderr.take().expect("a pipe"));
    let (sender, told) = mpsc::channel();
    thread::spawn(move || said.lines().try_for_each(|line| sender.send(line)));
    let first = told.recv_timeout(AT_ONCE).expect("it says something");
    let status = ended_by("INT", running);
    assert_eq!(
        first.expect("text"),
        "Waiting for the function to listen, at most 120 s"
    );
    assert_eq!(status.code(), Some(130));
}

fn ends(which: &str, lines: usize) {
    for (signal, code) in SIGNALS {
        let dir = scratch();
        let (status, said) = stopped_by(signal, dir.path(), which, lines);
        assert_eq!(status.code(), Some(code), "{said}");
        assert_eq!(said, "error: stopped by a signal\n");
    }
}

/// Runs it, sends it a signal once the function has written so many lines, and sees to it that the
/// function and its children are gone when it has ended.
fn stopped_by(signal: &str, dir: &Path, which: &str, lines: usize) -> (ExitStatus, String) {
    let mut alive = Alive::new(dir, lines);
    let function = function::command(which);
    let rule = ["--rule", "idle-connection", "--idle", "3600"];
    let mut check = command(dir, &[&["--cmd", &function], &rule[..]].concat());
    // A file, since a pipe would have no end as long as such a process lives.
    let said = dir.join("said");
    let stderr = File::create(&said).expect("a file");
    let running = check
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(stderr);
    let running = running.spawn().expect("the CLI runs");

    alive.sees_lines();
    let status = ended_by(signal, running);
    alive.sees_the_end();
    let said = std::fs::read_to_string(said).expect("text");
    (status, without_waiting(&said))
}

/// Tells each of so many lines that functions write, and then when the last one of them is gone.
fn watch(fifo: &Path, lines: usize, told: &mpsc::Sender<String>) {
    let open = || BufReader::new(File::open(fifo).expect("somebody opens it"));
    let mut alive = open();
    for _ in 0..lines {
        let mut line = String::new();
        while alive.read_line(&mut line).expect("a line") == 0 {
            // Between two instances nobody holds it, which is its end for who had opened it before.
            alive = open();
        }
        told.send(line).expect("it is waited for");
    }
    let rest = alive.read_to_end(&mut Vec::new());
    // Nobody waits any more where the test has failed.
    let _ = told.send(if rest.is_ok() { "gone" } else { "broken" }.to_owned());
}

/// Sends a signal, and waits for the end.
fn ended_by(signal: &str, mut running: Child) -> ExitStatus {
    let id = running.id().to_string();
    let send = |signal: &str| {
        let sent = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.expect("kill runs").success());
    };
    send(signal);
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(running.wait()));
    if let Ok(status) = ended.recv_timeout(AT_ONCE) {
        return status.expect("it ends");
    }
    send("KILL");
    panic!("it goes on after {signal}");
}
