//! The console of `emulate`, as its page asks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cargo_fc3::emulator::Request;
use serde_json::{Value, json};

use crate::process::Process;
use crate::stage::{Client, PACKAGE, config};

/// A function with an HTTP trigger that wants signatures.
fn deployed(client: &Client) {
    let mut function = config();
    function["functionName"] = json!("hello");
    function["code"] = json!({ "zipFile": STANDARD.encode(&*PACKAGE) });
    assert_eq!(client.call("POST", "functions", &function).0, 200);
    let trigger = json!({
        "triggerName": "web",
        "triggerType": "http",
        "triggerConfig": r#"{"authType":"function","methods":["POST"]}"#,
    });
    let (status, _) = client.call("POST", "functions/hello/triggers", &trigger);
    assert_eq!(status, 200);
}

#[test]
fn the_page_calls_what_is_deployed_by_its_token() {
    let process = Process::start(&[]);
    let client = &process.client;
    deployed(client);
    let host = client.address.to_string();
    let page = |method: &str, target: &str| {
        Request::new(method, target)
            .with("host", &host)
            .with("origin", format!("http://{host}"))
            .with("sec-fetch-site", "same-origin")
    };
    let own = |method: &str, target: &str| page(method, target).with("fc3-token", &process.token);

    let state = client.send(&own("GET", "/_fc3/state"));
    let state: Value = state.json().expect("JSON");
    assert_eq!(state["functions"][0]["name"], "hello");
    assert_eq!(state["functions"][0]["is_http"], true);

    let invoke = "/2023-03-30/functions/hello/invocations";
    assert_eq!(client.send(&own("POST", invoke).body("x")).text(), "x");
    assert_eq!(client.send(&page("POST", invoke).body("x")).status, 400);
    let wrong = page("POST", invoke).with("fc3-token", "wrong").body("x");
    assert_eq!(client.send(&wrong).status, 400);
    // The token is for calls. It changes nothing that is deployed.
    let delete = client.send(&own("DELETE", "/2023-03-30/functions/hello"));
    assert_eq!(delete.status, 400, "{}", delete.text());

    let http = client.send(&own("POST", "/_fc3/http/hello/path?a=1").body("body"));
    assert_eq!(
        http.headers.get("fc3-status"),
        Some("200"),
        "{}",
        http.text()
    );
    assert!(
        http.text().starts_with("POST /path?a=1 "),
        "{}",
        http.text()
    );
    let missing = client.send(&own("POST", "/_fc3/http/other/"));
    assert_eq!(
        missing.headers.get("fc3-status"),
        Some("404"),
        "{}",
        missing.text()
    );
}
