//! What is kept in a directory survives a restart, and a kill at any moment.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cargo_fc3::emulator::{Emulator, EmulatorOptions};
use serde_json::{Value, json};

use crate::process::Process;
use crate::stage::{PACKAGE, config, zip};

fn start(data: &Path) -> Emulator {
    let options = EmulatorOptions {
        data: Some(data.to_owned()),
        ..EmulatorOptions::default()
    };
    Emulator::start_with(options).expect("a directory")
}

#[test]
fn functions_and_the_key_survive_a_restart() {
    let data = tempfile::tempdir().expect("a folder");
    let first = start(data.path());
    first
        .deploy("hello", &config(), &PACKAGE)
        .expect("deployed");
    let key = first.account().key.clone();
    let second = EmulatorOptions {
        data: Some(data.path().to_owned()),
        ..EmulatorOptions::default()
    };
    assert!(
        Emulator::start_with(second).is_err(),
        "one process at a time"
    );
    drop(first);
    let mode = fs::metadata(data.path().join("account.json"))
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
    let again = start(data.path());
    assert_eq!(again.account().key, key);
    let reply = again.invoke("hello", b"an event").expect("a reply");
    assert_eq!(reply.body, b"an event");
    again
        .call("DELETE", "functions/hello", &Value::Null)
        .expect("removed");
    let zips = fs::read_dir(data.path().join("packages"))
        .expect("a folder")
        .count();
    assert_eq!(zips, 0, "the package is removed with its last user");
}

#[test]
fn a_key_that_others_may_read_is_refused() {
    let data = tempfile::tempdir().expect("a folder");
    drop(start(data.path()));
    let file = data.path().join("account.json");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("a mode");
    let options = EmulatorOptions {
        data: Some(data.path().to_owned()),
        ..EmulatorOptions::default()
    };
    let error = Emulator::start_with(options).err().expect("it is refused");
    assert!(error.to_string().contains("chmod 600"), "{error}");
}

#[test]
fn a_kill_at_any_moment_leaves_whole_functions() {
    let data = tempfile::tempdir().expect("a folder");
    let mut created = 0;
    for round in 0..6_u64 {
        let process = Process::start(&["--data", data.path().to_str().expect("a plain path")]);
        let client = &process.client;
        // What was answered before the kill is there.
        let (status, page) = client.call("GET", "functions?limit=100", &Value::Null);
        assert_eq!(status, 200);
        let functions = page["functions"].as_array().expect("a list");
        assert!(
            functions.len() >= created,
            "{} of {created}",
            functions.len()
        );
        for function in functions {
            let name = function["functionName"].as_str().expect("a name");
            let code = client.call("GET", &format!("functions/{name}/code"), &Value::Null);
            assert_eq!(code.0, 200, "{name} has its code");
        }
        let address = client.address;
        let killer = {
            let id = process.child.id();
            let after = Duration::from_millis(20 + round * 15);
            thread::spawn(move || {
                thread::sleep(after);
                let id = rustix::process::Pid::from_raw(id.try_into().expect("an id"));
                let _ = rustix::process::kill_process(
                    id.expect("an id"),
                    rustix::process::Signal::KILL,
                );
            })
        };
        let mut number = functions.len();
        while let Ok(mut connection) = cargo_fc3::emulator::Connection::open(address) {
            let code = STANDARD.encode(zip(&[("bootstrap", &number.to_le_bytes(), 0o755)]));
            let mut body = config();
            body["functionName"] = json!(format!("function-{number}"));
            body["code"] = json!({ "zipFile": code });
            let request = client.signed(
                "POST",
                "/2023-03-30/functions",
                body.to_string().into_bytes(),
            );
            match connection.call(&request, Duration::from_secs(10)) {
                Ok(answer) if answer.status == 200 => created = number + 1,
                Ok(answer) => panic!("{}", answer.text()),
                Err(_) => break,
            }
            number += 1;
        }
        killer.join().expect("no panic");
    }
    assert!(created > 0, "some were created");
}
