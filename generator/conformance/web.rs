//! What passes through a web function: requests and answers as client and router wrote them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Level::Must;
use super::ask::{After, LIMIT, ensure, json, wait_line, works};
use super::events::lean;
use super::{Kind, Rule, Target, Unmet, Verdict};
use crate::contract::{METHODS, header, page};
use crate::local::{Instance, Request};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "web-requests",
        page::WEB,
        "the router sees another method, path, query, header or body than the client sent",
        requests,
    )
    .probe()
    .only(Kind::Web),
    Rule::new(
        Must,
        "web-answers",
        page::WEB,
        "the client sees another status, header or body than the router answered",
        answers,
    )
    .probe()
    .only(Kind::Web),
    Rule::new(
        Must,
        "web-no-body",
        page::WEB,
        "after an answer without a body the connection is out of step",
        no_body,
    )
    .probe()
    .only(Kind::Web),
    Rule::new(
        Must,
        "web-panic",
        page::CONCURRENCY,
        "one request that meets a bug ends the instance, or never gets an answer",
        panic,
    )
    .probe()
    .only(Kind::Web),
    Rule::new(
        Must,
        "web-context",
        page::CONTEXT,
        "the router does not know the request it answers",
        context,
    )
    .probe()
    .only(Kind::Web),
];

fn echoed(instance: &Instance, request: &Request, done: &str) -> Result<Value, Unmet> {
    let answer = instance.call(request).after(done)?;
    ensure(answer.status == 200, || format!("{done}: {answer}"))?;
    lean(done, &answer)?;
    json(done, &answer)
}

fn requests(target: &Target) -> Verdict {
    let instance = target.start()?;
    for method in METHODS {
        let request = instance.client(method, "/echo/a");
        let done = format!("sent {method} /echo/a");
        if method == "HEAD" {
            let answer = instance.call(&request).after(&done)?;
            ensure(answer.status == 200, || format!("{done}: {answer}"))?;
            continue;
        }
        let body = (0..=255).collect::<Vec<u8>>();
        let hex = body.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let seen = echoed(&instance, &request.body(body), &done)?;
        ensure(seen["method"] == method && seen["bodyHex"] == *hex, || {
            format!("{done}: {seen}")
        })?;
    }
    for (path, query) in [
        ("/echo/a%2Fb%20c", Some("x=%26&y=+&x=2")),
        ("/echo/%E4%BD%A0%E5%A5%BD//", Some("")),
        ("/echo/~!$&'()*,;=:@", None),
        ("/echo/invoke", Some("a=b?c/d")),
    ] {
        let sent = query.map_or(path.to_owned(), |query| format!("{path}?{query}"));
        let done = format!("sent GET {sent}");
        let seen = echoed(&instance, &instance.client("GET", &sent), &done)?;
        ensure(
            seen["path"] == path && seen["query"] == json!(query),
            || format!("{done}: {seen}"),
        )?;
    }
    let mut request = instance.client("GET", "/echo/a");
    for value in ["one", "two, three", "", "\u{e9}"] {
        request.headers.add("X-Own", value);
    }
    let done = "sent the header X-Own four times";
    let seen = echoed(&instance, &request, done)?;
    let pairs = seen["headers"].as_array().into_iter().flatten();
    let values = pairs
        .filter(|pair| pair[0] == "x-own")
        .map(|pair| pair[1].clone());
    let values = values.collect::<Value>();
    ensure(values == json!(["one", "two, three", "", "\u{e9}"]), || {
        format!("{done}: {values}")
    })?;
    let done = "sent 3 MB to the router";
    let request = instance
        .client("POST", "/echo/a")
        .body(vec![b'x'; 3 * 1024 * 1024]);
    let seen = echoed(&instance, &request, done)?;
    let length = seen["bodyHex"].as_str().map_or(0, str::len) / 2;
    ensure(length == 3 * 1024 * 1024, || {
        format!("{done}: {length} bytes came")
    })
}

fn answers(target: &Target) -> Verdict {
    let instance = target.start()?;
    for status in [
        200, 201, 202, 301, 302, 400, 401, 403, 404, 418, 429, 500, 503,
    ] {
        let done = format!("sent GET /status/{status}");
        let answer = instance.call(&instance.client("GET", &format!("/status/{status}")));
        let answer = answer.after(&done)?;
        let own = answer.headers.get("x-probe") == Some("status");
        let body = answer.body == format!("status {status}").as_bytes();
        let marked = answer.headers.get(header::STATUS).is_some();
        ensure(answer.status == status && own && body && !marked, || {
            format!("{done}: {answer}")
        })?;
        lean(&done, &answer)?;
    }
    Ok(())
}

fn no_body(target: &Target) -> Verdict {
    let instance = target.start()?;
    let mut connection = instance.connect()?;
    for (method, path, status) in [
        ("HEAD", "/status/200", 200),
        ("GET", "/status/204", 204),
        ("GET", "/status/304", 304),
        ("HEAD", "/stream", 200),
        ("HEAD", "/status/404", 404),
    ] {
        let done = format!("sent {method} {path}, then another request on the connection");
        let answer = connection
            .call(&instance.client(method, path), LIMIT)
            .after(&done)?;
        ensure(answer.status == status, || format!("{done}: {answer}"))?;
        let next = connection
            .call(&instance.client("GET", "/status/418"), LIMIT)
            .after(&done)?;
        ensure(next.status == 418, || format!("{done}: {next}"))?;
    }
    Ok(())
}

fn panic(target: &Target) -> Verdict {
    let instance = target.start()?;
    let answer = instance
        .call(&instance.client("GET", "/panic"))
        .after("sent GET /panic")?;
    let told = answer.text().contains("probe panicked");
    ensure(answer.status == 500 && !told, || {
        format!("sent GET /panic, of which anybody may be told, but not why: {answer}")
    })?;
    wait_line(&instance, "probe panicked")?;
    works(target, &instance, "sent GET /panic")
}

fn context(target: &Target) -> Verdict {
    let instance = target.start()?;
    let request = instance
        .client("GET", "/context")
        .with(header::FUNCTION_MEMORY, "1024");
    let done = "sent GET /context";
    let context = json(done, &instance.call(&request).after(done)?)?;
    ensure(
        context["requestId"] == request.id() && context["memoryMb"] == 1024,
        || format!("{done}: {context}"),
    )
}
