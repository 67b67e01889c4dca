//! The console's requests, made by a program: who is served, and with what.

use cargo_fc3::emulator::{Answer, Request};
use serde_json::{Value, json};

use crate::Check;
use crate::site::{PREFIX, Site};
use crate::stage::Stage;

pub(crate) const CHECKS: &[Check] = &[
    ("the_page_comes_with_strict_headers", headers),
    ("without_the_token_there_is_only_the_page", token),
    ("each_run_has_a_token_of_its_own", other_run),
    ("foreign_hosts_and_pages_are_refused", foreigners),
    ("only_what_is_listed_is_served", paths),
    ("functions_and_samples_are_listed", state),
    ("messages_come_once_and_are_kept", feed),
    ("a_flooded_log_is_cut", flood),
    ("a_reader_that_stands_still_holds_up_nobody", slow_reader),
    ("old_streams_end_for_new_ones", many_streams),
    ("a_web_function_is_called_through_the_page", web),
];

/// The files that the page is made of, itself included.
fn files(site: &Site) -> Vec<String> {
    let page = site.get("").text();
    let linked = page.split('"').filter(|part| {
        [".css", ".js", ".svg"]
            .iter()
            .any(|end| part.ends_with(end))
    });
    let mut files: Vec<_> = linked.map(str::to_owned).collect();
    let mut at = 0;
    while at < files.len() {
        let text = site.get(&files[at]).text();
        let imported = text.split("from \"./").skip(1);
        for file in imported.map(|rest| rest.split('"').next().expect("a name").to_owned()) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
        at += 1;
    }
    files.push(String::new());
    files.sort();
    files.dedup();
    files
}

fn headers() {
    let site = Site::new();
    let files = files(&site);
    assert!(files.len() > 15, "{files:?}");
    for file in files.iter().map(|file| &**file).chain(["state", "nothing"]) {
        let answer = match file {
            "state" | "nothing" => site.get(file),
            _ => site.dev.send(&site.request(file).without("Fc3-Token")),
        };
        let is_there = if file == "nothing" { 404 } else { 200 };
        assert_eq!(answer.status, is_there, "{file}: {answer}");
        let header = |name: &str| answer.headers.get(name).unwrap_or_default().to_owned();
        let policy = header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; "),
            "{file}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(header("cache-control"), "no-store", "{file}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{file}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{file}");
        assert_eq!(
            header("cross-origin-opener-policy"),
            "same-origin",
            "{file}"
        );
        assert_eq!(
            header("cross-origin-resource-policy"),
            "same-origin",
            "{file}"
        );
        let expected = match file.rsplit_once('.').map(|(_, end)| end) {
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            _ if file.is_empty() => "text/html; charset=utf-8",
            _ => "application/json",
        };
        assert_eq!(header("content-type"), expected, "{file}");
        assert!(!answer.text().contains(&site.token), "{file}");
        assert_eq!(header("set-cookie"), "", "{file}");
    }
}

fn token() {
    let site = Site::with_web();
    let sample = site.state()["samples"][0]["path"].clone();
    let sample = format!("samples/{}", sample.as_str().expect("a path"));
    for path in ["state", "events", &sample, "http/page/", "nothing"] {
        let none = site.request(path).without("Fc3-Token");
        let wrong = site.request(path).with("Fc3-Token", "x".repeat(32));
        let in_query = Request::new("GET", format!("{PREFIX}{path}?token={}", site.token))
            .with("Host", site.dev.address().to_string());
        for request in [none, wrong, in_query] {
            let answer = site.dev.send(&request);
            let expected = "{\"message\":\"the token is missing or is that of another run; open \
                            the address that was printed\"}";
            assert_eq!((answer.status, &*answer.text()), (401, expected), "{path}");
        }
    }
    assert_eq!(site.dev.count("invoked"), 0);
}

fn other_run() {
    let first = Site::new();
    let second = Site::new();
    assert_ne!(first.token, second.token);
    let request = second.request("state").with("Fc3-Token", &*first.token);
    assert_eq!(second.dev.send(&request).status, 401);
    assert_eq!(second.get("state").status, 200);
}

fn foreigners() {
    const FRIEND: &str = "http://localhost:5173";
    let site = Site::of(Stage::new(), &["--allow-origin", FRIEND]);
    let own = format!("http://{}", site.dev.address());
    let request = |path: &str, name: &str, value: &str| site.request(path).with(name, value);
    for path in ["", "main.js", "state", "events"] {
        let refused = [
            ("Host", "evil.example"),
            ("Origin", "http://evil.example"),
            ("Origin", "null"),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
            // It may call functions, and no more.
            ("Origin", FRIEND),
        ];
        for (name, value) in refused {
            let answer = site.dev.send(&request(path, name, value));
            assert_eq!(answer.status, 403, "{path} {name}: {value}");
            let allowed = answer.headers.get("access-control-allow-origin");
            assert_eq!(allowed, None, "{path} {name}: {value}");
        }
    }
    for (name, value) in [("Origin", &*own), ("Sec-Fetch-Site", "same-origin")] {
        assert_eq!(site.dev.send(&request("state", name, value)).status, 200);
    }
}

fn paths() {
    let site = Site::with_web();
    for path in [
        "nothing",
        "index.html",
        "samples/",
        "samples/0-aW52b2tl/x",
        "http/page",
    ] {
        assert_eq!(site.get(path).status, 404, "{path}");
    }
    // Only names that are listed lead to files.
    for name in ["../s.yaml", "../Cargo.toml", "/etc/passwd", "..%2fs.yaml"] {
        assert_eq!(site.get(&format!("samples/{name}")).status, 404, "{name}");
    }
    let mut posted = site.request("state").body("x");
    "POST".clone_into(&mut posted.method);
    assert_eq!(site.dev.send(&posted).status, 405);
    // What only begins alike belongs to the function.
    for path in ["/_fc3", "/_fc", "/x/_fc3/"] {
        let request = Request::new("GET", path).with("Host", site.dev.address().to_string());
        assert_eq!(site.dev.send(&request).status, 418, "{path}");
    }
}

fn state() {
    let site = Site::with_web();
    let state = site.state();
    let function = |name: &str, url: Value| {
        json!({
            "name": name, "project": 0, "is_http": !url.is_null(), "url": url,
            "memory_mb": null, "timeout_ms": 60_000, "concurrency": 5,
        })
    };
    let url = format!("http://{}/", site.dev.address());
    let expected = json!([function("hello", Value::Null), function("page", url.into())]);
    assert_eq!(state["functions"], expected);
    let names = |state: &Value| {
        let samples = state["samples"].as_array().expect("a list").iter();
        samples
            .map(|sample| sample["name"].as_str().expect("a name").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&state), ["greet", "invoke", "luck"]);

    // A sample that is new is there at once, whatever its name and its bytes.
    site.stage.write("events/a?b#c 日.json", "\u{0}\u{7f}é");
    let state = site.state();
    assert_eq!(names(&state)[0], "a?b#c 日");
    assert_eq!(state["samples"][0]["size"], 4);
    let path = state["samples"][0]["path"].as_str().expect("a path");
    let sample = site.get(&format!("samples/{path}"));
    assert_eq!(sample.text(), "\u{0}\u{7f}é");
    assert_eq!(
        sample.headers.get("content-type"),
        Some("application/octet-stream")
    );
}

fn feed() {
    let site = Site::new();
    let mut early = site.feed(0);
    assert_eq!(early.until("serving")["function"], "hello");
    let before = early.last;
    assert_eq!(site.dev.told("log 2"), "");
    // The log comes on another way than the reply.
    let messages = early.until_both("invoked", "line 1");
    let find = |event: &str| {
        let mut messages = messages.iter();
        messages.find(|message| message["event"] == event).cloned()
    };
    let invoked = find("invoked").expect("a call");
    assert_eq!(find("started").expect("an instance")["function"], "hello");
    assert_eq!(invoked["status"], "succeeded");
    assert!(invoked["at_ms"].as_f64() >= invoked["began_ms"].as_f64());

    // One that comes later sees the same, and one that comes back sees the rest.
    let mut late = site.feed(0);
    late.until("serving");
    assert_eq!(late.until_both("invoked", "line 1"), messages);
    let mut back = site.feed(before);
    assert_eq!(back.until_both("invoked", "line 1"), messages);
    assert_eq!(site.dev.told("echo more"), "more");
    for feed in [&mut early, &mut late, &mut back] {
        assert_ne!(feed.until("invoked")["request_id"], invoked["request_id"]);
    }
}

fn flood() {
    let site = Site::new();
    let mut first = site.feed(0);
    assert_eq!(site.dev.told("echo before"), "before");
    let before = first.until("invoked");
    assert_eq!(site.dev.told("log 20000"), "");
    let mut feed = site.feed(0);
    assert_eq!(feed.next()["event"], "cut");
    // The flood has pushed out no call.
    let mut lines = 0;
    let mut calls = Vec::new();
    while calls.len() < 2 {
        let message = feed.next();
        match message["event"].as_str() {
            Some("log") => lines += 1,
            Some("invoked") => calls.push(message),
            _ => {}
        }
    }
    assert_eq!(calls[0], before);
    assert!(lines <= 2000, "{lines}");
}

/// It reads nothing, while more is written than all buffers on the way can hold.
fn slow_reader() {
    let site = Site::new();
    let mut reader = site.feed(0);
    assert_eq!(site.dev.told("flood 50"), "");
    let mut other = site.feed(0);
    other.until("invoked");
    assert_eq!(site.dev.told("echo hello"), "hello");
    // What is left for it is bounded too, and ends with the newest.
    let mut left = 0;
    while reader.last < other.last {
        left += reader.next().to_string().len();
    }
    assert!(left < 20 * 1024 * 1024, "{left}");
    reader.until("invoked");
}

fn many_streams() {
    let site = Site::new();
    let mut first = site.feed(0);
    first.until("serving");
    let mut others: Vec<_> = (0..16).map(|_| site.feed(0)).collect();
    assert_eq!(site.dev.told("echo hello"), "hello");
    for other in &mut others {
        other.until("invoked");
    }
    // The oldest ends; its page connects again.
    let last = first.last;
    assert!(first.ends());
    site.feed(last).until("invoked");
}

fn web() {
    let site = Site::with_web();
    let mut request = site
        .request("http/page/a/b?c=d%20e")
        .with("X-Mine", "1")
        .body("x");
    "POST".clone_into(&mut request.method);
    let answer = site.dev.send(&request);
    let header =
        |answer: &Answer, name: &str| answer.headers.get(name).unwrap_or_default().to_owned();
    assert_eq!(
        (answer.status, &*header(&answer, "fc3-status")),
        (200, "418"),
        "{answer}"
    );
    let text = answer.text();
    let port = site.dev.address().port();
    assert!(
        text.starts_with("POST /a/b?c=d%20e\nPOST /a/b?c=d%20e HTTP/1.1\r\n"),
        "{text}"
    );
    let lower = text.to_ascii_lowercase();
    assert!(
        lower.contains(&format!("host: page.localhost:{port}\r\n")),
        "{text}"
    );
    assert!(lower.contains("x-mine: 1\r\n"), "{text}");
    assert!(
        !lower.contains("fc3-token") && !text.contains(&site.token),
        "{text}"
    );
    assert!(text.ends_with("\nx"), "{text}");
    // The headers of the function are not those of this response.
    assert_eq!(answer.headers.get("x-own"), None);
    let headers = decoded(&header(&answer, "fc3-headers"));
    let own = headers.iter().find(|header| header[0] == "x-own");
    assert_eq!(own, Some(&json!(["x-own", "yes"])));

    // A function without this trigger, and one that is not here.
    assert_eq!(header(&site.get("http/hello/"), "fc3-status"), "404");
    let unknown = site.get("http/other/");
    assert_eq!(
        (unknown.status, &*header(&unknown, "fc3-status")),
        (404, "")
    );
    site.dev.wait_for("the line of the call", || {
        (site.dev.count("invoked") > 0).then_some(())
    });
    assert_eq!(site.dev.count("invoked"), 1);
}

fn decoded(headers: &str) -> Vec<Value> {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    let json = STANDARD.decode(headers).expect("Base64");
    serde_json::from_slice(&json).expect("JSON")
}
