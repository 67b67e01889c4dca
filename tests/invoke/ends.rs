//! Functions that fail, and commands that are stopped.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::process::Command;

use rustix::fs::OFlags;

use crate::stage::{Stage, send, text};

#[test]
fn a_failed_call_shows_its_type_and_its_message() {
    let ended = Stage::new("event").run(&["-e", "fail"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(
        text(&ended.stdout),
        r#"{"errorMessage":"no such order","errorType":"OrderError"}"#
    );
    let error = "error: the function failed: OrderError: no such order\n\
                 hint: see its log above, and `src/handler.rs`\n";
    assert!(ended.stderr.ends_with(error), "{ended:?}");
}

#[test]
fn a_function_that_gives_no_reply_is_an_error() {
    let unhandled = "error: the function failed: UnhandledInvocationError: ";
    for (event, error) in [
        (
            "exit",
            "Process exited unexpectedly before completing request (exit status: 3)",
        ),
        ("garbage", "the response is not HTTP: "),
    ] {
        let ended = Stage::new("event").run(&["-e", event]);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(
            ended.stderr.contains(&format!("{unhandled}{error}")),
            "{ended:?}"
        );
        assert!(ended.stderr.starts_with("on std"), "{ended:?}");
        // What a caller of the platform gets.
        let reply = format!("{{\"errorMessage\":\"{error}");
        assert!(text(&ended.stdout).starts_with(&reply), "{ended:?}");
    }
}

#[test]
fn a_function_that_does_not_start_is_an_error_with_its_log() {
    let stage = Stage::new("event");
    stage.write(".env", "MODE=exit\n");
    let ended = stage.run(&["-e", "x"]);
    assert_eq!(
        (ended.code, &*ended.stdout),
        (Some(1), &b""[..]),
        "{ended:?}"
    );
    let said = "cannot start\n\
                error: the function failed: CAExited: Function instance exited unexpectedly (exit status: 3)\n\
                hint: see its log above, and `src/handler.rs`\n";
    assert!(ended.stderr.ends_with(said), "{ended:?}");
}

#[test]
fn an_initializer_that_fails_is_an_error_and_nothing_is_sent() {
    let stage = Stage::new("event");
    stage.write(".env", "MODE=no-init\n");
    let ended = stage.run(&["-e", "x"]);
    assert_eq!(
        (ended.code, &*text(&ended.stdout)),
        (
            Some(1),
            r#"{"errorMessage":"no database","errorType":"InitError"}"#
        ),
        "{ended:?}"
    );
    assert!(
        ended
            .stderr
            .contains("error: the function failed: InitError: no database\n"),
        "{ended:?}"
    );
    assert!(!ended.stderr.contains("on stdout"), "{ended:?}");

    // The platform calls it only if `s.yaml` configures it.
    let file = std::fs::read_to_string(stage.dir().join("s.yaml")).expect("every project has it");
    let (before, hook) = file.split_once("        initializer:").expect("the hook");
    let (_, after) = hook.split_once("        preStop:").expect("the next hook");
    stage.write("s.yaml", format!("{before}        preStop:{after}"));
    assert_eq!(stage.run(&["-e", "x"]).reply(), "x");
}

#[test]
fn a_build_that_fails_is_an_error() {
    let stage = Stage::new("event");
    stage.build_with("echo 'the compiler complains' >&2; exit 101");
    let ended = stage.run(&["-e", "x"]);
    assert_eq!(
        (ended.code, &*ended.stdout),
        (Some(3), &b""[..]),
        "{ended:?}"
    );
    assert!(
        ended
            .stderr
            .starts_with("the compiler complains\nerror: `cargo build` failed\nhint: "),
        "{ended:?}"
    );
}

#[test]
fn a_mistake_in_s_yaml_is_found_before_the_build() {
    let stage = Stage::new("event");
    stage.build_with("echo built >&2; exit 101");
    stage.write("s.yaml", "resources: [\n");
    let ended = stage.run(&["-e", "x"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended
            .stderr
            .starts_with("error: a mistake in the deployment configuration\n"),
        "{ended:?}"
    );
}

/// A FIFO: as long as a process lives that has opened it, it has no end.
struct Fifo(std::path::PathBuf);

impl Fifo {
    fn new(stage: &Stage) -> Self {
        let path = stage.dir().join("alive");
        let made = Command::new("mkfifo").arg(&path).status();
        assert!(made.expect("mkfifo runs").success());
        Self(path)
    }

    /// Waits until the function says that it was called.
    fn called(&self) -> BufReader<File> {
        let mut alive = BufReader::new(File::open(&self.0).expect("the function opens it"));
        alive.read_line(&mut String::new()).expect("a line");
        alive
    }
}

fn is_gone(mut alive: BufReader<File>) -> bool {
    rustix::fs::fcntl_setfl(alive.get_ref(), OFlags::NONBLOCK).expect("a flag");
    match alive.read(&mut [0]) {
        Ok(0) => true,
        Err(error) if error.kind() == ErrorKind::WouldBlock => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_signal_leaves_no_process() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let stage = Stage::new("event");
        let fifo = Fifo::new(&stage);
        let event = format!("hang {}", fifo.0.display());
        let running = stage
            .command(&["-e", &event])
            .spawn()
            .expect("the CLI runs");
        let alive = fifo.called();
        send(signal, &running);
        let output = running.wait_with_output().expect("it ends");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.ends_with("error: stopped by a signal\n"), "{said}");
        assert!(is_gone(alive), "{signal} left the function");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_killed_one_left_is_ended_by_the_next() {
    let stage = Stage::new("event");
    let fifo = Fifo::new(&stage);
    let event = format!("hang {}", fifo.0.display());
    let mut killed = stage
        .command(&["-e", &event])
        .spawn()
        .expect("the CLI runs");
    let alive = fifo.called();
    send("KILL", &killed);
    // Its pipes stay open as long as the function does.
    killed.wait().expect("it ends");
    assert_eq!(stage.run(&["-e", "x"]).reply(), "x");
    assert!(is_gone(alive), "the function is left");
}

#[cfg(target_os = "linux")]
#[test]
fn a_reply_that_cannot_be_written_is_an_error_of_the_machine() {
    let full = File::options().write(true).open("/dev/full");
    let stage = Stage::new("event");
    let mut command = stage.command(&["-e", "x"]);
    let output = command.stdout(full.expect("Linux has it")).output();
    let output = output.expect("the CLI runs");
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output.stderr);
    assert!(
        said.contains("error: cannot write to standard output: No space left"),
        "{said}"
    );
}
