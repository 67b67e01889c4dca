//! The emulator as a value in a test.

use std::thread;
use std::time::{Duration, Instant};

use cargo_fc3::emulator::Emulator;
use serde_json::{Value, json};

use crate::stage::{PACKAGE, config};

#[test]
fn a_test_deploys_calls_and_drops_it() {
    let emulator = Emulator::start().expect("a free port");
    emulator
        .deploy("hello", &config(), &PACKAGE)
        .expect("deployed");
    let reply = emulator.invoke("hello", b"an event").expect("a reply");
    assert_eq!((reply.body, reply.error_type), (b"an event".to_vec(), None));
    assert!(reply.log.contains("on stdout"), "{}", reply.log);
    let failed = emulator.invoke("hello", b"fail").expect("a reply");
    assert_eq!(failed.error_type, Some("UnhandledInvocationError"));
    let missing = emulator.invoke("other", b"").expect_err("no such function");
    assert_eq!((&*missing.code, missing.status), ("FunctionNotFound", 404));
    let address = emulator.address();
    drop(emulator);
    assert!(
        std::net::TcpStream::connect(address).is_err(),
        "the port is free"
    );
}

#[test]
fn many_run_at_the_same_time() {
    thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || {
                let emulator = Emulator::start().expect("a free port");
                let mut config = config();
                config["environmentVariables"] = json!({ "NUMBER": number.to_string() });
                emulator
                    .deploy("hello", &config, &PACKAGE)
                    .expect("deployed");
                let reply = emulator
                    .invoke("hello", b"variable NUMBER")
                    .expect("a reply");
                assert_eq!(reply.body, number.to_string().into_bytes());
            });
        }
    });
}

#[test]
fn a_deployment_takes_effect_at_once_and_versions_stay() {
    let emulator = Emulator::start().expect("a free port");
    let deploy = |value: &str| {
        let mut config = config();
        config["environmentVariables"] = json!({ "A": value });
        emulator
            .deploy("hello", &config, &PACKAGE)
            .expect("deployed");
    };
    let value = || {
        emulator
            .invoke("hello", b"variable A")
            .expect("a reply")
            .body
    };
    deploy("one");
    assert_eq!(value(), b"one");
    let post = |target: &str, body: &Value| emulator.call("POST", target, body).expect("done");
    assert_eq!(
        post("functions/hello/versions", &Value::Null)["versionId"],
        "1"
    );
    deploy("two");
    assert_eq!(value(), b"two");
    post(
        "functions/hello/aliases",
        &json!({ "aliasName": "live", "versionId": "1" }),
    );
    let of = |qualifier: &str| {
        emulator
            .invoke_version("hello", qualifier, b"variable A")
            .expect("a reply")
            .body
    };
    assert_eq!(of("1"), b"one");
    assert_eq!(of("live"), b"one");
    assert_eq!(of("LATEST"), b"two");
}

#[test]
fn timers_fire() {
    let emulator = Emulator::start().expect("a free port");
    emulator
        .deploy("hello", &config(), &PACKAGE)
        .expect("deployed");
    let trigger = json!({
        "triggerName": "often",
        "triggerType": "timer",
        "triggerConfig": r#"{"cronExpression":"* * * * * *","enable":true}"#,
    });
    let created = emulator.call("POST", "functions/hello/triggers", &trigger);
    created.expect("a trigger");
    let deadline = Instant::now() + Duration::from_secs(20);
    let is_called = || {
        let instances = emulator.call("GET", "functions/hello/instances", &Value::Null);
        let instances = instances.expect("instances")["instances"].clone();
        instances
            .as_array()
            .is_some_and(|instances| !instances.is_empty())
    };
    while !is_called() {
        assert!(Instant::now() < deadline, "the timer has not fired");
        thread::sleep(Duration::from_millis(50));
    }
}
