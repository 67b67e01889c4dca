//! What a web function answers bit by bit: streams, and protocols other than HTTP/1.1.

use super::Level::{Info, Must, Should};
use super::ask::{After, LIMIT, ensure, wait_line, works};
use super::{Kind, Rule, Target, Unmet, Verdict};
use crate::contract::{env, header, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "web-stream",
        page::STREAMING,
        "a streamed answer reaches the client only at its end",
        stream,
    )
    .probe()
    .only(Kind::Web),
    Rule::new(
        Must,
        "web-stream-breaks",
        page::CONCURRENCY,
        "a response that breaks off looks whole, or nobody can tell which call it was",
        stream_breaks,
    )
    .probe()
    .only(Kind::Web),
    Rule::new(
        Should,
        "web-upgrade",
        page::WEBSOCKET,
        "clients cannot open a WebSocket",
        upgrade,
    )
    .probe()
    .only(Kind::Web),
    Rule::new(
        Info,
        "web-h2c",
        page::GRPC,
        "gRPC clients need HTTP/2 without TLS",
        h2c,
    )
    .only(Kind::Web),
];

fn stream(target: &Target) -> Verdict {
    let instance = target.start()?;
    let done = "sent GET /stream";
    let mut connection = instance.connect()?;
    connection
        .send(&instance.client("GET", "/stream").to_bytes(), LIMIT)
        .after(done)?;
    let (status, headers) = connection.answer_head(LIMIT).after(done)?;
    let chunked = headers.get(header::TRANSFER_ENCODING) == Some("chunked");
    ensure(status == 200 && chunked, || {
        format!("{done}: {status}; {headers:?}")
    })?;
    for expected in ["one\n", "two\n", "three\n"] {
        let done = format!("{done} and waited for the chunk {expected:?}");
        let chunk = connection.chunk(LIMIT).after(&done)?;
        ensure(chunk == expected.as_bytes(), || {
            format!("{done}: {}", chunk.escape_ascii())
        })?;
        if expected != "three\n" {
            ensure(connection.is_silent()?, || {
                format!("{done}: more came before it was let")
            })?;
            instance
                .call(&instance.client("POST", "/stream/next").body(""))
                .after(&done)?;
        }
    }
    let rest = connection
        .chunk(LIMIT)
        .after("waited for the end of the stream")?;
    ensure(rest.is_empty(), || {
        format!("after the stream came {}", rest.escape_ascii())
    })?;
    let next = connection.call(&instance.client("GET", "/status/418"), LIMIT);
    let next = next.after("sent a request after a stream")?;
    ensure(next.status == 418, || {
        format!("sent a request after a stream: {next}")
    })
}

fn stream_breaks(target: &Target) -> Verdict {
    let instance = target.start_in(&[(env::LOG_MARKERS, "on")])?;
    let done = "sent GET /stream/panic";
    let request = instance.client("GET", "/stream/panic");
    let mut connection = instance.connect()?;
    connection.send(&request.to_bytes(), LIMIT).after(done)?;
    let rest = connection.until_closed(LIMIT).after(done)?;
    ensure(!rest.ends_with(b"0\r\n\r\n"), || {
        format!(
            "{done}: its chunks end as if they were all: {}",
            rest.escape_ascii()
        )
    })?;
    let id = request.id();
    let failed = format!("FC Invoke End RequestId: {id}, Error: ");
    for wanted in [
        format!("{id} [INFO] probe streams"),
        format!("{id} [ERROR]"),
        failed,
    ] {
        wait_line(&instance, &wanted)?;
    }
    works(target, &instance, done)
}

fn upgrade(target: &Target) -> Verdict {
    let instance = target.start()?;
    let request = instance.client("GET", "/upgrade");
    let request = request
        .with(header::CONNECTION, "upgrade")
        .with(header::UPGRADE, "echo");
    let done = "sent GET /upgrade with `Upgrade: echo`";
    let mut connection = instance.connect()?;
    let answer = connection.call(&request, LIMIT).after(done)?;
    ensure(answer.status == 101, || format!("{done}: {answer}"))?;
    for bytes in [&b"raw \0\xff bytes"[..], b"and more"] {
        connection
            .send(bytes, LIMIT)
            .after("sent raw bytes after the upgrade")?;
        let back = connection
            .take(bytes.len(), LIMIT)
            .after("waited for them to come back")?;
        ensure(back == bytes, || {
            format!("sent raw bytes: {} came back", back.escape_ascii())
        })?;
    }
    drop(connection);
    works(target, &instance, "hung up an upgraded connection")
}

fn h2c(target: &Target) -> Verdict {
    // The preface of HTTP/2, and an empty frame of settings, which is also how it answers.
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    const SETTINGS: u8 = 4;
    let instance = target.start()?;
    let mut connection = instance.connect()?;
    connection
        .send(PREFACE, LIMIT)
        .after("sent the preface of HTTP/2")?;
    match connection.take(9, LIMIT) {
        Ok(frame) if frame[3] == SETTINGS => Ok(()),
        _ => Err(Unmet::NotChecked("it does not claim HTTP/2".into())),
    }
}
