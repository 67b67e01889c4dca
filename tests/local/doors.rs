//! Who may enter, and the HTTP trigger.

use std::time::{Duration, Instant};

use cargo_fc3::emulator::{Connection, Definition, Event, Outcome, Request, Settings};

use crate::client::{LIMIT, Local, definition, get, request, web};

pub(crate) fn refuses_foreigners() {
    let local = Local::start(web("one"));
    let refused = |request: &Request| {
        let answer = local.send(request);
        assert_eq!(answer.status, 403, "{request:?}: {answer}");
        assert!(answer.text().contains("AccessDenied"), "{answer}");
    };
    for plain in [request("echo"), get("/")] {
        refused(&plain.clone().with("Host", "evil.example"));
        refused(&plain.clone().with("Origin", "http://evil.example"));
        refused(&plain.clone().with("Origin", "null"));
        refused(&plain.with("Sec-Fetch-Site", "cross-site"));
    }
    let started = local.count(|event| matches!(event, Event::Started { .. }));
    assert_eq!(started, 0);
    let typed = get("/").with("Sec-Fetch-Site", "none");
    assert_eq!(local.send(&typed).status, 418);

    let local = Local::start_with(web("one"), |options| {
        options.hosts = vec!["Box.example".into()];
        options.origins = vec!["http://localhost:5173".into()];
    });
    let page = get("/")
        .with("Host", "box.example:80")
        .with("Origin", "http://localhost:5173")
        .with("Sec-Fetch-Site", "cross-site");
    let answer = local.send(&page);
    assert_eq!(answer.status, 418);
    let allowed = answer.headers.get("access-control-allow-origin");
    assert_eq!(allowed, Some("http://localhost:5173"));

    // What a browser asks before it sends JSON.
    let asks = |origin: &str| {
        Request::new("OPTIONS", "/2023-03-30/functions/hello/invocations")
            .with("Host", "localhost")
            .with("Origin", origin)
            .with("Sec-Fetch-Site", "same-site")
            .with("Access-Control-Request-Method", "POST")
            .with("Access-Control-Request-Headers", "content-type")
    };
    let answer = local.send(&asks("http://localhost:5173"));
    assert_eq!(answer.status, 204);
    for (name, value) in [
        ("access-control-allow-origin", "http://localhost:5173"),
        ("access-control-allow-methods", "POST"),
        ("access-control-allow-headers", "content-type"),
    ] {
        assert_eq!(answer.headers.get(name), Some(value), "{answer}");
    }
    assert_eq!(local.send(&asks("http://localhost:5174")).status, 403);
    let page = request("echo one").with("Origin", "http://localhost:5173");
    let answer = local.send(&page);
    let readable = answer.headers.get("access-control-expose-headers");
    assert!(
        readable.is_some_and(|names| names.contains("x-fc-error-type")),
        "{answer}"
    );
}

pub(crate) fn other_paths() {
    let local = Local::start(definition("one"));
    for (method, path, status, says) in [
        ("GET", "functions/hello/invocations", 405, "by POST"),
        (
            "POST",
            "functions/other/invocations",
            404,
            "here is `hello`",
        ),
        ("GET", "functions", 404, "only calls of functions"),
        (
            "POST",
            "functions/a/b/invocations",
            404,
            "only calls of functions",
        ),
    ] {
        let request = Request::new(method, format!("/2023-03-30/{path}"));
        let answer = local.send(&request.with("Host", "localhost").body(""));
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.text().contains(says), "{answer}");
    }
}

pub(crate) fn http_passes() {
    let local = Local::start(web("one"));
    let request = Request::new("POST", "/a%20b//c?x=1&y")
        .with("Host", "localhost:1234")
        .with("X-Mine", "yes")
        .with("X-Fc-Account-Id", "forged")
        .with("Accept-Encoding", "gzip")
        .body("the body");
    let answer = local.send(&request);
    assert_eq!(answer.status, 418);
    assert_eq!(answer.headers.get("x-own"), Some("yes"));
    assert_eq!(answer.headers.get("server"), None);
    assert_eq!(answer.headers.get("x-fc-status"), None);
    assert!(answer.headers.get("x-fc-request-id").is_some());
    let text = answer.text();
    let lower = text.to_ascii_lowercase();
    assert!(text.starts_with("POST /a%20b//c?x=1&y\n"), "{text}");
    assert!(text.ends_with("\nthe body"), "{text}");
    for part in [
        "\r\nhost: localhost:1234\r\n",
        "\r\nx-mine: yes\r\n",
        "\r\nx-fc-control-path: /http-invoke\r\n",
        "\r\naccept-encoding: gzip\r\n",
        "\r\nx-fc-account-id: 1234567890123456\r\n",
    ] {
        assert!(lower.contains(part), "{part:?}: {text}");
    }
    assert!(!text.contains("forged"), "{text}");

    let head = Request::new("HEAD", "/").with("Host", "localhost");
    let answer = local.send(&head);
    assert_eq!((answer.status, answer.text()), (418, String::new()));
    let is_told = |event: &Event| matches!(event, Event::Invoked(call) if call.outcome == Outcome::Status(418));
    local.wait_for("the calls", is_told);
    let refused = local.send(&Request::new("DELETE", "/").with("Host", "localhost"));
    assert_eq!(refused.status, 403);
}

pub(crate) fn http_streams() {
    let local = Local::start(web("one"));
    let mut connection = Connection::open(local.service.address()).expect("it listens");
    let head = get("/stream").to_bytes();
    connection.send(&head, LIMIT).expect("sent");
    let (status, headers) = connection.answer_head(LIMIT).expect("a head");
    let encoding = headers.get("transfer-encoding");
    assert_eq!((status, encoding), (200, Some("chunked")));
    let mut all = connection.chunk(LIMIT).expect("a chunk");
    let came = Instant::now();
    assert_eq!(all, b"1");
    loop {
        let chunk = connection.chunk(LIMIT).expect("a chunk");
        if chunk.is_empty() {
            break;
        }
        all.extend(chunk);
    }
    assert_eq!(all, b"123");
    assert!(
        came.elapsed() > Duration::from_millis(100),
        "it was buffered"
    );

    // A client that goes away ends its call.
    connection.send(&head, LIMIT).expect("sent");
    let (status, _) = connection.answer_head(LIMIT).expect("a head");
    assert_eq!(status, 200);
    drop(connection);
    let is_cancelled =
        |event: &Event| matches!(event, Event::Invoked(call) if call.outcome == Outcome::Cancelled);
    local.wait_for("the client's end", is_cancelled);
}

pub(crate) fn http_limits() {
    let local = Local::start(web("one"));
    let long = format!("/{}", "x".repeat(4096));
    assert_eq!(local.send(&get(&long)).status, 400);
    assert_eq!(local.send(&get(&long[..4096])).status, 418);
    let many = get("/").with("X-Long", "x".repeat(8192));
    assert_eq!(local.send(&many).status, 400);
    let large = get("/").body(vec![b'x'; 32 * 1024 * 1024 + 1]);
    assert_eq!(local.send(&large).status, 400);
    assert_eq!(local.send(&get("/headers")).status, 502);
}

pub(crate) fn no_http_trigger() {
    let local = Local::start(definition("one"));
    let answer = local.send(&get("/"));
    assert_eq!(answer.status, 404);
    let path = "POST /2023-03-30/functions/hello/invocations";
    assert!(answer.text().contains(path), "{answer}");
}

pub(crate) fn failing_web_function() {
    let plain = web("one");
    let local = Local::start(Definition {
        settings: Settings {
            timeout: Duration::from_millis(300),
            ..plain.settings.clone()
        },
        ..plain
    });
    for (path, says) in [
        ("/exit", "Process exited unexpectedly"),
        ("/slow", "Function time out after 0.3 seconds"),
    ] {
        let answer = local.send(&get(path));
        assert_eq!(answer.status, 502, "{path}");
        assert!(answer.text().contains(says), "{answer}");
    }
    let ends = Local::start(web("ends"));
    let answer = ends.send(&get("/"));
    assert_eq!(answer.status, 502);
    assert!(answer.text().contains("CAExited"), "{answer}");
}
