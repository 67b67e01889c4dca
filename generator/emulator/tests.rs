//! Programs that do not become an instance, each for a different reason, and calls without a
//! response.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use super::process::Handle;
use super::process::Process;
#[cfg(target_os = "linux")]
use super::start::start_on;
use super::{CallError, Instance, Launch, Logs, Settings, StartError};

fn start(script: &str, limit: Duration) -> StartError {
    let launch = Launch::new("sh").arg("-c").arg(script);
    let settings = Settings {
        start_limit: limit,
        ..Settings::default()
    };
    Instance::start(&launch, &settings).expect_err("it listens on no port")
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let error = Instance::start(&Launch::new("./no-such-program"), &Settings::default());
    let error = error.expect_err("there is no such program");
    assert!(matches!(&error, StartError::Run { program, .. } if program == "./no-such-program"));
}

#[test]
fn an_early_exit_is_told_at_once_with_its_logs() {
    // The test never waits for the limit.
    let error = start("echo one; echo two >&2; exit 7", Duration::from_secs(3600));
    let StartError::Exited { status, logs } = error else {
        panic!("{error}")
    };
    assert_eq!(status.code(), Some(7));
    assert!(logs.contains("one\n") && logs.contains("two\n"), "{logs}");
}

#[test]
fn a_program_that_does_not_listen_is_ended_with_its_children() {
    let error = start(
        "sleep 3600 & echo child $!; wait",
        Duration::from_millis(300),
    );
    let StartError::NotListening { logs, .. } = error else {
        panic!("{error}")
    };
    let child = logs.trim().strip_prefix("child ").expect("the child's id");
    let alive = || {
        // A killed process may still be waiting to be reaped by its new parent.
        let stat = std::fs::read_to_string(format!("/proc/{child}/stat"));
        stat.is_ok_and(|stat| !stat.contains(") Z "))
    };
    let deadline = Instant::now() + Duration::from_secs(10);
    while alive() {
        assert!(Instant::now() < deadline, "the child lives on");
        std::thread::yield_now();
    }
}

#[test]
fn the_environment_is_the_platforms() {
    let error = start("env; exit 1", Duration::from_secs(3600));
    let StartError::Exited { logs, .. } = error else {
        panic!("{error}")
    };
    let names = [
        "FC_SERVER_PORT=",
        "FC_CUSTOM_LISTEN_PORT=",
        "FC_FUNCTION_NAME=function\n",
    ];
    assert!(names.iter().all(|name| logs.contains(name)), "{logs}");
    assert!(!logs.contains("CARGO"), "{logs}");
}

#[test]
#[cfg(target_os = "linux")]
fn another_program_on_the_port_is_not_taken_for_the_function() {
    let other = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).expect("a listener");
    let port = other.local_addr().expect("its address").port();
    let launch = Launch::new("sleep").arg("3600");
    let failure = start_on(port, &launch, &Settings::default(), &Handle::default())
        .expect_err("it listens on none");
    assert!(failure.port_taken, "{failure:?}");
    assert!(matches!(failure.error, StartError::Machine(_)));
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_cannot_listen_is_tried_on_another_port() {
    let other = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).expect("a listener");
    let port = other.local_addr().expect("its address").port();
    let launch = Launch::new("false");
    // The other program may be found before this one has exited.
    let failure = start_on(port, &launch, &Settings::default(), &Handle::default())
        .expect_err("it listens on none");
    assert!(failure.port_taken, "{failure:?}");
}

#[test]
fn a_connection_that_timed_out_is_not_used_again() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
    let address = listener.local_addr().expect("its address");
    let served = thread::spawn(move || {
        let silent = listener.accept().expect("the first call");
        let (mut stream, _) = listener.accept().expect("the second call");
        let mut request = Vec::new();
        while !request.ends_with(b"second") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("a request");
            request.push(byte[0]);
        }
        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
        stream.write_all(answer).expect("answered");
        drop(silent);
    });
    let (process, _) =
        Process::spawn(Command::new("sleep").arg("3600"), String::new()).expect("started");
    let settings = Settings::default();
    let instance = Instance::new(process, None, address, &settings, Logs::default(), None);
    let limit = Duration::from_millis(100);
    let first = instance.call_within(&instance.invocation(b"first"), limit);
    assert!(
        matches!(first, Err(CallError::TimedOut { .. })),
        "{first:?}"
    );
    let running = instance.wait(Duration::ZERO).is_none();
    assert!(running, "the process is left alone");
    let second = instance.invoke(b"second").expect("an answer");
    assert_eq!(second.status, 204);
    served.join().expect("served");
}
