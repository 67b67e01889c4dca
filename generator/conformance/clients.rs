//! Misbehaving callers: they disappear, hang up halfway, or do not speak HTTP.

use serde_json::json;

use super::calls::{After, ensure, is_plain, plain, question, sleeping, wait_line, works};
use super::rule::Level::{Info, Must, Should};
use super::rule::Rule;
use super::target::Target;
use super::verdict::Verdict;
use crate::platform::page;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "client-vanishes",
        page::CLIENT_GONE,
        "a client that cancels its call takes down all other calls in the instance",
        vanishes,
    )
    .hint(
        "let a broken connection end only its own request: catch `EPIPE` and `ECONNRESET` when you \
         read a body or write a response, and ignore `SIGPIPE`",
    ),
    Rule::new(
        Should,
        "handler-finishes",
        page::CLIENT_GONE,
        "work stops halfway because its caller did not wait for it",
        handler_finishes,
    )
    .hint(
        "do not tie the work to the connection: in Rust, run the handler in its own task; in Go, \
         do not pass the request's context to work that must finish",
    )
    .probe(),
    Rule::new(
        Info,
        "half-closed-client",
        page::PRINCIPLES,
        "a caller that sends its request and then closes its sending side gets no response; the \
         platform is not known to do this",
        half_closed,
    )
    .hint(
        "respond to a complete request even if the client has closed its sending side: hyper \
         `half_close(true)`, Node `allowHalfOpen: true` if you use `net` without `http`",
    ),
    Rule::new(
        Should,
        "garbage",
        page::EXITED,
        "bytes that are not HTTP end the process and every call in it",
        garbage,
    )
    .hint(
        "respond with `400 Bad Request` or close the connection, and never let a parser error end \
         the process; in Node, a `clientError` listener must close the socket itself",
    ),
];

fn vanishes(target: &Target) -> Verdict {
    const TIMES: usize = 20;
    const BODY: usize = 1024 * 1024;
    let instance = target.start()?;
    let limit = instance.patience();
    let request = instance.invocation(&vec![b'x'; BODY]);
    let whole = request.to_bytes();
    let head = request.head().len();
    for _ in 0..TIMES {
        for length in [head / 2, head, whole.len() / 2] {
            let done = format!(
                "sent {length} of the {} bytes of a request and hung up",
                whole.len()
            );
            let mut connection = instance.connect().after(&done)?;
            // A function may reject this event before all of this is sent.
            let _sent = connection.send(&whole[..length], limit);
        }
    }
    works(
        target,
        &instance,
        "sent part of a request and hung up, 60 times",
    )?;
    let done = format!("hung up in the middle of a response, {TIMES} times");
    for _ in 0..TIMES {
        let mut connection = instance.connect().after(&done)?;
        let _sent = connection.send(&whole, limit);
        let head = connection.answer_head(limit);
        if let Err(error @ crate::emulator::CallError::TimedOut { .. }) = head {
            return Err(error).after("sent an event of 1 MiB");
        }
    }
    works(target, &instance, &done)
}

fn handler_finishes(target: &Target) -> Verdict {
    let instance = target.start()?;
    let (connection, request) = sleeping(&instance, 200)?;
    drop(connection);
    wait_line(&instance, &format!("probe slept {}", request.id())).map(drop)
}

fn half_closed(target: &Target) -> Verdict {
    let instance = target.start()?;
    let limit = instance.patience();
    let done = "sent a request and closed the sending side";
    let mut connection = instance.connect().after(done)?;
    connection
        .send(&plain(target, &instance).to_bytes(), limit)
        .after(done)?;
    connection.finish_sending().after(done)?;
    is_plain(target, done, &connection.answer(limit).after(done)?)?;
    if target.probe {
        let done = "sent an event whose handler sleeps for 200 ms and closed the sending side";
        let mut connection = instance.connect().after(done)?;
        let request = question(&instance, &json!({ "probe": "sleep", "ms": 200 }));
        connection.send(&request.to_bytes(), limit).after(done)?;
        connection.finish_sending().after(done)?;
        let answer = connection.answer(limit).after(done)?;
        ensure(answer.body == b"slept", done, &answer)?;
    }
    Ok(())
}

fn garbage(target: &Target) -> Verdict {
    let instance = target.start()?;
    let limit = instance.patience();
    let long = vec![b'a'; 512 * 1024];
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(10_000));
    // Each input, and whether it is valid HTTP that may get a response.
    let inputs: [(&[u8], bool); 8] = [
        (b"\0\xff\xfe\xfd\r\n\r\n", false),
        (b"GET\r\n\r\n", false),
        (b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", false),
        (
            b"POST /invoke HTTP/1.1\r\nContent-Length: many\r\n\r\n",
            false,
        ),
        (
            b"POST /invoke HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
            false,
        ),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", false),
        (&long, false),
        (many.as_bytes(), true),
    ];
    for (input, is_http) in inputs {
        let begin = input[..input.len().min(40)].escape_ascii();
        let done = format!("sent {} bytes that begin with `{begin}`", input.len());
        let mut connection = instance.connect().after(&done)?;
        // The function may have hung up already, which is a correct reaction.
        let _sent = connection.send(input, limit);
        let _finished = connection.finish_sending();
        let answer = connection.until_closed(limit).after(&done)?;
        let success = answer.starts_with(b"HTTP/1.1 2") || answer.starts_with(b"HTTP/1.0 2");
        ensure(
            is_http || !success,
            &done,
            format_args!(
                "the function treated it as a request and responded: `{}`",
                answer[..answer.len().min(80)].escape_ascii()
            ),
        )?;
        works(target, &instance, &done)?;
    }
    Ok(())
}
