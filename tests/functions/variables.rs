//! Environment variables that are numbers: one out of range ends the start with a sentence.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::process::Command;

use crate::outside::launch;

/// What a start with this variable logs, if it fails.
fn refusal(name: &str, value: OsString) -> String {
    let output = Command::new(&launch().program).env(name, value).output();
    let output = output.expect("it runs");
    let log = String::from_utf8(output.stdout).expect("a log");
    assert_eq!(output.status.code(), Some(1), "{log}");
    log.trim_end()
        .split_once("[ERROR] ")
        .expect("an error")
        .1
        .to_owned()
}

#[test]
fn a_port_is_a_number_from_1_to_65535() {
    let expected = "FC_SERVER_PORT must be a number from 1 to 65535, but is";
    for value in ["0", "65536", "http", "-1"] {
        let log = refusal("FC_SERVER_PORT", value.into());
        assert_eq!(log, format!("{expected} `{value}`"));
    }
    let log = refusal("FC_SERVER_PORT", OsString::from_vec(vec![b'9', 0xff]));
    assert_eq!(log, format!("{expected} `9\u{fffd}`"));
}

#[test]
fn the_number_of_threads_is_bounded() {
    let expected = "TOKIO_WORKER_THREADS must be a number from 1 to 256, but is";
    for value in ["0", "99999", "18446744073709551615", "abc"] {
        let log = refusal("TOKIO_WORKER_THREADS", value.into());
        assert_eq!(log, format!("{expected} `{value}`"));
    }
}
