//! The end of `dev`: no process is left, whatever goes on, and whoever ends it.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use cargo_fc3::emulator::Connection;

use crate::Check;
use crate::dev::{Dev, Ended, LIMIT, request, send_signal};
use crate::stage::{Stage, processes_in};

pub(crate) const CHECKS: &[Check] = &[
    ("a_signal_while_idle", idle),
    ("a_signal_during_a_call", in_call),
    ("a_signal_while_an_instance_starts", starting),
    ("a_signal_while_cargo_builds", building),
    ("a_process_with_a_session_of_its_own", own_session),
    ("a_closed_terminal", closed_terminal),
    ("what_a_killed_one_left_is_ended", killed),
    ("a_second_one_is_refused", second),
    ("a_taken_port", taken_port),
];

/// Ends it by a signal, and checks that nothing is left.
fn end(dev: Dev, stage: &Stage, signal: &str) -> Ended {
    let address = dev.known_address();
    let ended = dev.end(signal);
    assert_eq!(ended.code, Some(0), "{signal}: {ended:?}");
    let left = processes_in(&stage.dir());
    assert!(left.is_empty(), "{signal}: {left:?} are left");
    if let Some(address) = address {
        assert!(Connection::open(address).is_err(), "it still listens");
    }
    let target = stage.dir().join("target");
    for left in ["fc3-dev.json", "fc3-dev"] {
        assert!(!target.join(left).exists(), "{left}");
    }
    ended
}

fn idle() {
    let stage = Stage::new();
    // Before the first call, and after it.
    end(stage.serve(&[]), &stage, "INT");
    for signal in ["INT", "TERM", "HUP"] {
        let dev = stage.serve(&[]);
        assert_eq!(dev.told("which"), "one");
        let ended = end(dev, &stage, signal);
        let stopped =
            |event: &&serde_json::Value| event["event"] == "stopped" && event["why"] == "shutdown";
        assert_eq!(ended.events.iter().filter(stopped).count(), 1, "{ended:?}");
    }
}

fn in_call() {
    let stage = Stage::new();
    for signal in ["INT", "TERM", "HUP"] {
        let mut dev = stage.serve(&[]);
        let mut connection = Connection::open(dev.address()).expect("it listens");
        let call = thread::spawn(move || connection.call(&request("sleep 600000"), LIMIT));
        dev.event_that("the call", |event| event["event"] == "log");
        end(dev, &stage, signal);
        // Its caller does not wait for ever.
        let _ = call.join().expect("no panic");
    }
}

fn starting() {
    let stage = Stage::new();
    stage.set_mode("deaf");
    for signal in ["INT", "HUP"] {
        let mut dev = stage.serve(&[]);
        let mut connection = Connection::open(dev.address()).expect("it listens");
        let call = thread::spawn(move || connection.call(&request("which"), LIMIT));
        dev.event_that("the start", |event| event["event"] == "log");
        let asked = Instant::now();
        let ended = end(dev, &stage, signal);
        assert!(asked.elapsed() < LIMIT / 2, "it waits for the start");
        let told = ended
            .events
            .iter()
            .any(|event| event["event"] == "not_started");
        assert!(!told, "it did not fail: {ended:?}");
        let _ = call.join().expect("no panic");
    }
}

fn building() {
    let stage = Stage::new();
    // A build script that starts another process and never ends.
    stage.write(
        "build.rs",
        "fn main() { std::process::Command::new(\"sleep\").arg(\"600\").status().unwrap(); }",
    );
    for signal in ["INT", "TERM", "HUP"] {
        let dev = stage.start(&[]);
        dev.wait_for("the build script", || {
            is_running(&stage.dir(), "sleep").then_some(())
        });
        end(dev, &stage, signal);
    }
    // After an edit, while an instance runs.
    fs::remove_file(stage.dir().join("build.rs")).expect("it is there");
    let dev = stage.serve(&[]);
    assert_eq!(dev.told("which"), "one");
    stage.write(
        "build.rs",
        "fn main() { std::process::Command::new(\"sleep\").arg(\"600\").status().unwrap(); }",
    );
    dev.wait_for("the build script", || {
        is_running(&stage.dir(), "sleep").then_some(())
    });
    assert_eq!(dev.told("which"), "one");
    end(dev, &stage, "INT");
}

/// Whether a program of this name works in a directory.
fn is_running(dir: &Path, name: &str) -> bool {
    let is_it = |id: u32| {
        let program = fs::read_to_string(format!("/proc/{id}/comm"));
        program.is_ok_and(|program| program.trim_end() == name)
    };
    processes_in(dir).into_iter().any(is_it)
}

fn own_session() {
    let stage = Stage::new();
    let mut dev = stage.serve(&[]);
    dev.told("child");
    // It goes with its instance, and so does one at the end.
    dev.wait_for("the child", || {
        is_running(&stage.dir(), "sleep").then_some(())
    });
    stage.edit("two");
    dev.event("stopped");
    dev.wait_for("its end", || {
        (!is_running(&stage.dir(), "sleep")).then_some(())
    });
    dev.told("child");
    dev.wait_for("the child", || {
        is_running(&stage.dir(), "sleep").then_some(())
    });
    end(dev, &stage, "INT");
}

/// The system tells the first process of the session.
fn closed_terminal() {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let stage = Stage::new();
    let terminal =
        openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).expect("a terminal");
    grantpt(&terminal).expect("it is ours");
    unlockpt(&terminal).expect("it is ours");
    let name = ptsname(&terminal, Vec::new()).expect("it has a name");
    let name = name.into_string().expect("a path");
    let opened = || {
        fs::File::options()
            .read(true)
            .write(true)
            .open(&name)
            .expect("a terminal")
    };
    let dev = stage.command(&[]);
    let mut command = Command::new("setsid");
    command
        .args(["--ctty", "--wait"])
        .arg(dev.get_program())
        .args(dev.get_args());
    command.current_dir(stage.dir()).env_clear();
    command.envs(
        dev.get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    command.stdin(opened()).stdout(opened()).stderr(opened());
    let running = Dev::start(&mut command, &stage.dir());
    drop(command);
    let address = running.wait_for("its address", || stage.announced());
    let called = |event: &str| {
        let mut connection = Connection::open(address).ok()?;
        connection.call(&request(event), LIMIT).ok()
    };
    running.wait_for("a reply", || {
        called("which").filter(|answer| answer.text() == "one")
    });
    drop(terminal);
    running.wait_for("the end of all", || {
        processes_in(&stage.dir()).is_empty().then_some(())
    });
}

fn killed() {
    let stage = Stage::new();
    // Another one of the same user goes on.
    let other = stage.neighbour();
    let others = other.serve(&[]);
    let pid = others.told("pid");
    let dev = stage.serve(&[]);
    dev.told("child");
    let is_left = || is_running(&stage.dir(), "bootstrap") && is_running(&stage.dir(), "sleep");
    dev.wait_for("the child", || is_left().then_some(()));
    // A process of the author.
    let mut own = Command::new("sleep");
    own.arg("600").current_dir(stage.dir()).stdin(Stdio::null());
    let mut own = own.spawn().expect("a process");
    let left = dev.children();
    send_signal("KILL", dev.id());
    dev.ended();
    assert!(is_left(), "nothing is left, so this test shows nothing");

    let dev = stage.serve(&[]);
    // One that has ended may stay as a zombie, which works nowhere.
    let now = processes_in(&stage.dir());
    let left: Vec<_> = left.into_iter().filter(|id| now.contains(id)).collect();
    assert_eq!(left, [own.id()]);
    assert_eq!(dev.told("which"), "one");
    assert_eq!(others.told("pid"), pid);
    send_signal("KILL", own.id());
    own.wait().expect("it is ours");
    end(dev, &stage, "INT");
    end(others, &other, "INT");
}

fn second() {
    let stage = Stage::new();
    let dev = stage.serve(&[]);
    let port = dev.address().port();
    let ended = stage.start(&[]).ended();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let expected = [
        format!("error: another `dev` of this project runs on port {port}"),
        "hint: use that one, or end it first".to_owned(),
    ];
    assert_eq!(ended.lines, expected);
    assert_eq!(dev.told("which"), "one");
    assert_eq!(stage.announced(), Some(dev.address()));
    end(dev, &stage, "INT");
}

fn taken_port() {
    let stage = Stage::new();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let ended = stage.start(&["--port", &port.to_string()]).ended();
    assert_eq!(ended.code, Some(3), "{ended:?}");
    let expected = format!("error: cannot listen on 127.0.0.1:{port}: ");
    assert!(ended.lines[0].starts_with(&expected), "{ended:?}");
    assert_eq!(
        ended.lines[1..],
        ["hint: choose another port with `--port`"]
    );
    let ended = stage.start(&["--port", "65536"]).ended();
    let expected = [
        "error: invalid value `65536` for `--port`",
        "hint: pass a number up to 65535; 0 is any free port",
    ];
    assert_eq!(
        (ended.code, &*ended.lines),
        (Some(2), &expected.map(str::to_owned)[..])
    );
    drop(listener);
    let dev = stage.serve(&["--port", &port.to_string()]);
    assert_eq!(dev.address().port(), port);
}
