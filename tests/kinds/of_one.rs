//! What only one kind does.

use std::time::Duration;

use cargo_fc3::emulator::Line;
use libtest_mimic::Failed;
use serde_json::Value;

use crate::running::start;
use crate::support::project::Project;

/// It is called with events alone.
pub(crate) fn is_not_called(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    let home = instance.call(&instance.client("GET", "/"))?;
    assert_eq!((home.status, home.failed()), (404, true), "{}", home.text());
    Ok(())
}

/// Each byte comes back as it was, whatever it is.
pub(crate) fn takes_any_bytes(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    let every = (0..=u8::MAX).collect::<Vec<_>>();
    for event in [&b""[..], b"{", &every] {
        let answer = instance.invoke(event)?;
        assert_eq!((answer.status, answer.body.as_slice()), (200, event));
    }
    Ok(())
}

/// The function of the platform's own documentation answers `Hello, World!` to every event and
/// prints two lines around it.
pub(crate) fn does_what_flask_does(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    let logs = instance.logs().clone();
    let request = instance.invocation(b"Hello, World!");
    let answer = instance.call(&request)?;
    assert_eq!(
        (answer.status, answer.text().as_ref()),
        (200, "Hello, World!")
    );
    assert_eq!(instance.initialize()?.status, 200);
    let status = instance
        .terminate(Duration::from_secs(20))
        .ok_or("it did not end")?;
    assert!(status.success(), "{status}");
    assert!(
        logs.wait_end(Duration::from_secs(20)),
        "its output did not end"
    );
    let id = request.id();
    let lines = logs.lines();
    let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    assert!(lines[0].contains("listening on port"), "{lines:?}");
    let expected = ["Start", "End"].map(|point| format!("FC Invoke {point} RequestId: {id}"));
    assert_eq!(lines[1..3], expected);
    assert!(
        lines[3].starts_with("FC Initialize Start RequestId: "),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 5, "{lines:?}");
    Ok(())
}

pub(crate) fn tells_the_field_it_could_not_read(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    let answer = instance.invoke(br#"{"name": 5}"#)?;
    let error: Value = serde_json::from_slice(&answer.body)?;
    assert_eq!((answer.status, answer.failed()), (404, true));
    assert_eq!(error["errorType"], "EventError");
    assert_eq!(error["path"], "name");
    assert!(
        error["errorMessage"]
            .as_str()
            .is_some_and(|text| text.contains("expected a string"))
    );

    let answer = instance.invoke(br#"{"name": ""}"#)?;
    let error: Value = serde_json::from_slice(&answer.body)?;
    assert_eq!(error["errorType"], "HandlerError");
    assert_eq!(error["errorMessage"], "`name` is empty");
    Ok(())
}

pub(crate) fn passes_http_through(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    instance.initialize()?;
    let home = instance.call(&instance.client("GET", "/"))?;
    assert_eq!(home.text(), "Hello from Rust on Function Compute\n");

    let request = instance.client("GET", "/hello/caf%C3%A9?x=1");
    let answer = instance.call(&request)?;
    let reply: Value = serde_json::from_slice(&answer.body)?;
    assert_eq!(reply["message"], "Hello, café!");
    assert_eq!(reply["id"].as_str(), request.headers.get("x-fc-request-id"));

    let answer = instance.call(&instance.client("GET", "/countdown/3"))?;
    assert_eq!(answer.text(), "3\n2\n1\n");
    assert_eq!(answer.headers.get("transfer-encoding"), Some("chunked"));
    assert_eq!(
        instance.call(&instance.client("GET", "/nowhere"))?.status,
        404
    );

    // Over the limit that axum has by itself, which is 2 MB.
    let text = "x".repeat(3_000_000);
    let answer = instance.invoke(format!(r#"{{"text": "{text}"}}"#).as_bytes())?;
    let reply: Value = serde_json::from_slice(&answer.body)?;
    assert_eq!(reply["received"]["text"].as_str(), Some(&*text));

    // An error of a route: its client is not told why, the log is.
    let answer = instance.invoke(b"{")?;
    assert_eq!((answer.status, answer.failed()), (500, true));
    assert!(!answer.text().contains("EOF"), "{}", answer.text());
    let told = |line: &Line| {
        line.text
            .contains("[ERROR] a route failed error=EOF while parsing")
    };
    let line = instance.logs().wait_for(Duration::from_secs(20), told);
    assert!(line.is_some(), "{}", instance.logs().text());
    Ok(())
}
