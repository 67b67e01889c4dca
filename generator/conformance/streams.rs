//! Streamed responses, and protocols other than HTTP/1.1.

mod http2;

use super::calls::{After, ensure, fail, not_checked, tail, works};
use super::rule::Level::{Info, Should};
use super::rule::Rule;
use super::target::{FunctionKind, Target};
use super::verdict::Verdict;
use crate::emulator::{Connection, Instance};
use crate::platform::{env, header, marker, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "web-stream",
        page::STREAMING,
        "a streamed response reaches the client only when it is complete",
        stream,
    )
    .hint(
        "stream responses with `Transfer-Encoding: chunked` and without `Content-Length`, and send \
         each piece as soon as it is ready: Go `http.Flusher`, Node `res.write`, a generator in \
         Flask. Use more than one thread",
    )
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Should,
        "web-stream-breaks",
        page::CONCURRENCY,
        "a response that breaks off looks complete, or the log does not show which call it \
         belonged to",
        stream_breaks,
    )
    .hint(
        "when a stream fails, close the connection without the last chunk (`0`), and log the \
         reason with the level `ERROR` and the request id",
    )
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Should,
        "web-upgrade",
        page::WEBSOCKET,
        "clients cannot open a WebSocket",
        upgrade,
    )
    .hint("after a 101, pass on all bytes of the connection unchanged in both directions")
    .probe()
    .only(FunctionKind::Web),
    Rule::new(
        Info,
        "web-h2c",
        page::GRPC,
        "gRPC clients need HTTP/2 without TLS",
        http2::answers,
    )
    .hint("only for gRPC: serve HTTP/2 without TLS and without an upgrade, in addition to HTTP/1.1")
    .only(FunctionKind::Web),
];

/// Reads chunks of a stream until enough bytes have arrived, and compares them.
fn piece(connection: &mut Connection, instance: &Instance, expected: &str, done: &str) -> Verdict {
    let mut came = Vec::new();
    while came.len() < expected.len() {
        let chunk = connection.chunk(instance.patience()).after(done)?;
        if chunk.is_empty() {
            return fail(
                done,
                format_args!("the stream ended after `{}`", came.escape_ascii()),
            );
        }
        came.extend(chunk);
    }
    ensure(
        came == expected.as_bytes(),
        done,
        format_args!("got `{}`", came.escape_ascii()),
    )
}

fn stream(target: &Target) -> Verdict {
    let instance = target.start()?;
    let limit = instance.patience();
    let done = "sent GET /stream";
    let mut connection = instance.connect().after(done)?;
    let request = instance.client("GET", "/stream").to_bytes();
    connection.send(&request, limit).after(done)?;
    let (status, headers) = connection.answer_head(limit).after(done)?;
    let coding = headers.get(header::TRANSFER_ENCODING).unwrap_or("none");
    ensure(
        status == 200 && coding.eq_ignore_ascii_case("chunked"),
        done,
        format_args!("expected 200 with `Transfer-Encoding: chunked`, got {status} with {coding}"),
    )?;
    for (expected, last) in [("one\n", false), ("two\n", false), ("three\n", true)] {
        let done = format!("{done} and waited for `{}`", expected.escape_default());
        piece(&mut connection, &instance, expected, &done)?;
        if !last {
            let silent = connection.is_silent().after(&done)?;
            ensure(
                silent,
                &done,
                "more data came before POST /stream/next asked for it",
            )?;
            let done = format!("{done}, then sent POST /stream/next on another connection");
            let next = instance.client("POST", "/stream/next").body("");
            instance.call(&next).after(&done)?;
        }
    }
    let done = "sent GET /stream and read its three lines";
    let rest = connection.chunk(limit).after(done)?;
    ensure(
        rest.is_empty(),
        done,
        format_args!("more data came: `{}`", rest.escape_ascii()),
    )?;
    let done = "sent GET /stream, read it to the end and sent GET /status/418 on the connection";
    let next = connection.call(&instance.client("GET", "/status/418"), limit);
    let next = next.after(done)?;
    ensure(next.status == 418, done, &next)
}

fn stream_breaks(target: &Target) -> Verdict {
    let instance = target.start_in(&[(env::LOG_MARKERS, "on")])?;
    let limit = instance.patience();
    let request = instance.client("GET", "/stream/panic");
    let id = request.id();
    let done = format!("sent GET /stream/panic with the request id {id}");
    let mut connection = instance.connect().after(&done)?;
    connection.send(&request.to_bytes(), limit).after(&done)?;
    let rest = connection.until_closed(limit).after(&done)?;
    ensure(
        rest.windows(4).any(|part| part == b"one\n"),
        &done,
        format_args!("the first chunk did not come: `{}`", rest.escape_ascii()),
    )?;
    ensure(
        !rest.ends_with(b"0\r\n\r\n"),
        &done,
        format_args!(
            "the chunks end as if the response were complete: `{}`",
            rest.escape_ascii()
        ),
    )?;
    logged(
        &instance,
        &done,
        "its request id and `probe streams`",
        |text| text.contains(id) && text.contains("probe streams"),
    )?;
    logged(
        &instance,
        &done,
        "its request id and the word `error`",
        |text| {
            let told = text.to_ascii_lowercase().contains("error");
            told && text.contains(id) && !text.starts_with("FC ")
        },
    )?;
    if instance
        .logs()
        .count(&format!("{}{id}", marker::INVOKE_START))
        > 0
    {
        let end = format!("{}{id}{}", marker::INVOKE_END, marker::FAILED);
        logged(&instance, &done, &format!("`{end}`"), |text| text == end)?;
    }
    works(target, &instance, &done)
}

/// Waits for a log line that satisfies `wanted`, which `what` describes.
fn logged(instance: &Instance, done: &str, what: &str, wanted: impl Fn(&str) -> bool) -> Verdict {
    let logs = instance.logs();
    let line = logs.wait_for(instance.patience(), |line| wanted(&line.text));
    ensure(
        line.is_some(),
        done,
        format_args!("no log line contains {what}:\n{}", tail(&logs.text())),
    )
}

fn upgrade(target: &Target) -> Verdict {
    let instance = target.start()?;
    let limit = instance.patience();
    let request = instance.client("GET", "/upgrade");
    let request = request
        .with(header::CONNECTION, "upgrade")
        .with(header::UPGRADE, "echo");
    let done = "sent GET /upgrade with `Upgrade: echo`";
    let mut connection = instance.connect().after(done)?;
    let answer = connection.call(&request, limit).after(done)?;
    if answer.status != 101 {
        return not_checked(format!(
            "the function responds to GET /upgrade with {} instead of 101, so it does not claim to \
             support upgrades",
            answer.status
        ));
    }
    for bytes in [&b"raw \0\xff bytes"[..], b"and more"] {
        let done = format!("{done}, then sent the bytes `{}`", bytes.escape_ascii());
        connection.send(bytes, limit).after(&done)?;
        let back = connection.take(bytes.len(), limit).after(&done)?;
        ensure(
            back == bytes,
            &done,
            format_args!("`{}` came back", back.escape_ascii()),
        )?;
    }
    drop(connection);
    works(target, &instance, "closed an upgraded connection")
}
