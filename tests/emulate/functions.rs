//! Functions and what belongs to them, by signed requests.

use std::thread;
use std::time::Duration;

use cargo_fc3::emulator::{Emulator, Request};
use serde_json::{Value, json};

use crate::stage::{Client, PACKAGE, code, config};

fn deployed() -> (Emulator, Client) {
    let emulator = Emulator::start().expect("a free port");
    emulator
        .deploy("hello", &config(), &PACKAGE)
        .expect("deployed");
    let client = Client::of(&emulator);
    (emulator, client)
}

#[test]
fn a_reply_has_the_headers_of_the_platform() {
    let (_emulator, client) = deployed();
    let answer = client.invoke("hello", b"an event");
    assert_eq!((answer.status, &*answer.body), (200, &b"an event"[..]));
    for name in [
        "x-fc-request-id",
        "x-fc-instance-id",
        "x-fc-code-checksum",
        "x-fc-invocation-duration",
        "x-fc-invocation-service-version",
    ] {
        assert!(answer.headers.get(name).is_some(), "{name}");
    }
    let failed = client.invoke("hello", b"fail");
    assert_eq!(failed.status, 200);
    assert_eq!(
        failed.headers.get("x-fc-error-type"),
        Some("UnhandledInvocationError")
    );
}

#[test]
fn limits_are_those_of_the_platform() {
    let (_emulator, client) = deployed();
    for wrong in [
        json!({ "timeout": 0 }),
        json!({ "timeout": 86_401 }),
        json!({ "memorySize": 100 }),
        json!({ "memorySize": 130 }),
        json!({ "memorySize": 65_536 }),
        json!({ "cpu": 17 }),
        json!({ "cpu": 0.33 }),
        json!({ "cpu": 1, "memorySize": 512 }),
        json!({ "diskSize": 1024 }),
        json!({ "instanceConcurrency": 201 }),
        json!({ "runtime": "custom.debian9" }),
        json!({ "environmentVariables": { "A": "x".repeat(5000) } }),
        json!({ "environmentVariables": { "A": 1 } }),
        json!({ "instanceLifecycleConfig": { "initializer": { "timeout": 301 } } }),
        json!({ "instanceLifecycleConfig": { "preStop": { "timeout": 91 } } }),
        json!({ "layers": ["1", "2", "3", "4", "5", "6"] }),
        json!({ "tags": [{ "Key": "acs:x", "Value": "" }] }),
        json!({ "customRuntimeConfig": { "port": 0 } }),
    ] {
        let (status, body) = client.call("PUT", "functions/hello", &wrong);
        assert_eq!((status, code(&body)), (400, "InvalidArgument"), "{wrong}");
    }
    for name in ["", "1x", "-x", "a b", &"x".repeat(65)] {
        let wrong = json!({ "functionName": name, "runtime": "custom.debian12" });
        let (status, body) = client.call("POST", "functions", &wrong);
        assert_eq!((status, code(&body)), (400, "InvalidArgument"), "{name}");
    }
    let trigger = json!({
        "triggerName": "t",
        "triggerType": "timer",
        "triggerConfig": r#"{"cronExpression":"often","enable":true}"#,
    });
    let (status, body) = client.call("POST", "functions/hello/triggers", &trigger);
    assert_eq!((status, code(&body)), (400, "InvalidArgument"));
}

#[test]
fn unknown_fields_are_given_back() {
    let (_emulator, client) = deployed();
    let fields = json!({ "idleTimeout": 7, "polarFsConfig": { "userId": 1 }, "somethingNew": [1] });
    let (status, _) = client.call("PUT", "functions/hello", &fields);
    assert_eq!(status, 200);
    let (_, shown) = client.call("GET", "functions/hello", &Value::Null);
    for (field, value) in fields.as_object().expect("an object") {
        assert_eq!(&shown[field], value, "{field}");
    }
}

#[test]
fn lists_come_in_pages() {
    let (emulator, client) = deployed();
    for number in 0..25 {
        let name = format!("more-{number:02}");
        emulator
            .deploy(&name, &config(), &PACKAGE)
            .expect("deployed");
    }
    let mut names = Vec::new();
    let mut next = String::new();
    loop {
        let target = format!("functions?prefix=more&limit=10&nextToken={next}");
        let (_, page) = client.call("GET", &target, &Value::Null);
        let functions = page["functions"].as_array().expect("a list").iter();
        names.extend(functions.map(|it| it["functionName"].as_str().expect("a name").to_owned()));
        match page["nextToken"].as_str() {
            Some(token) => next = token.to_owned(),
            None => break,
        }
    }
    let expected: Vec<_> = (0..25).map(|number| format!("more-{number:02}")).collect();
    assert_eq!(names, expected);
}

#[test]
fn two_clients_never_lose_an_update() {
    let (_emulator, client) = deployed();
    let client = &client;
    thread::scope(|scope| {
        for number in 0..10 {
            scope.spawn(move || {
                let field = json!({ format!("field{number}"): number });
                assert_eq!(client.call("PUT", "functions/hello", &field).0, 200);
            });
        }
    });
    let (_, shown) = client.call("GET", "functions/hello", &Value::Null);
    for number in 0..10 {
        assert_eq!(shown[format!("field{number}")], number);
    }
}

#[test]
fn an_http_trigger_has_an_address() {
    let (_emulator, client) = deployed();
    let trigger = json!({
        "triggerName": "web",
        "triggerType": "http",
        "triggerConfig": r#"{"authType":"anonymous","methods":["GET"]}"#,
    });
    let (status, shown) = client.call("POST", "functions/hello/triggers", &trigger);
    assert_eq!(status, 200);
    let port = client.address.port();
    let url = shown["httpTrigger"]["urlInternet"].as_str().expect("a URL");
    assert_eq!(url, format!("http://hello.localhost:{port}"));
    let host = format!("hello.localhost:{port}");
    let get = client.send(&Request::new("GET", "/2023-03-30/x").with("host", &host));
    assert_eq!(get.status, 200);
    assert!(
        get.text().starts_with("GET /2023-03-30/x"),
        "{}",
        get.text()
    );
    let refused = client.send(&Request::new("POST", "/x").with("host", &host));
    assert_eq!(refused.status, 403);
    for (auth, status) in [("function", 400), ("jwt", 501)] {
        let config = format!(r#"{{"authType":"{auth}","methods":["GET"]}}"#);
        let changed = json!({ "triggerConfig": config });
        assert_eq!(
            client
                .call("PUT", "functions/hello/triggers/web", &changed)
                .0,
            200
        );
        let get = client.send(&Request::new("GET", "/x").with("host", &host));
        assert_eq!(get.status, status, "{auth}: {}", get.text());
    }
}

#[test]
fn a_task_is_stopped() {
    let (_emulator, client) = deployed();
    let (status, _) = client.call(
        "PUT",
        "functions/hello/async-invoke-config",
        &json!({ "asyncTask": true }),
    );
    assert_eq!(status, 200);
    let target = "/2023-03-30/functions/hello/invocations";
    let call = client.signed("POST", target, b"sleep".to_vec());
    let call = call
        .with("x-fc-invocation-type", "Async")
        .with("x-fc-async-task-id", "t1");
    let answer = client.send(&call);
    assert_eq!(
        (answer.status, answer.headers.get("x-fc-async-task-id")),
        (202, Some("t1"))
    );
    let state = || {
        client
            .call("GET", "functions/hello/async-tasks/t1", &Value::Null)
            .1
    };
    while state()["status"] != "Running" {
        thread::sleep(Duration::from_millis(10));
    }
    let (status, _) = client.call("PUT", "functions/hello/async-tasks/t1/stop", &Value::Null);
    assert_eq!(status, 200);
    assert_eq!(state()["status"], "Stopped");
}

#[test]
fn what_is_not_here_is_told() {
    let (_emulator, client) = deployed();
    let (status, body) = client.call("GET", "layers", &Value::Null);
    assert_eq!((status, code(&body)), (501, "NotImplemented"));
    let (status, body) = client.call("GET", "nothing", &Value::Null);
    assert_eq!((status, code(&body)), (404, "PathNotSupported"));
    let (status, body) = client.call("PATCH", "functions", &Value::Null);
    assert_eq!((status, code(&body)), (405, "MethodNotAllowed"));
    let container = json!({
        "functionName": "image",
        "runtime": "custom-container",
        "customContainerConfig": { "image": "registry/x:1" },
    });
    assert_eq!(client.call("POST", "functions", &container).0, 200);
    let answer = client.invoke("image", b"");
    assert_eq!(answer.status, 501, "{}", answer.text());
}
