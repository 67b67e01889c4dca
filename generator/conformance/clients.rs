//! Callers that misbehave: they vanish, hang up halfway, or speak no HTTP.

use serde_json::json;

use super::Level::{Must, Should};
use super::ask::{After, LIMIT, ensure, is_plain, plain, question, sleeping, wait_line, works};
use super::{Rule, Target, Verdict};
use crate::contract::page;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "client-vanishes",
        page::CLIENT_GONE,
        "a client that cancels takes the calls of all others in the instance with it",
        vanishes,
    ),
    Rule::new(
        Should,
        "handler-finishes",
        page::CLIENT_GONE,
        "work is cut off halfway because its caller did not wait for it",
        handler_finishes,
    )
    .probe(),
    Rule::new(
        Should,
        "half-closed-client",
        page::PRINCIPLES,
        "a caller that has said all it has to say gets no answer",
        half_closed,
    ),
    Rule::new(
        Must,
        "garbage",
        page::EXITED,
        "bytes that are no HTTP end the process, and every call in it",
        garbage,
    ),
];

fn vanishes(target: &Target) -> Verdict {
    const TIMES: usize = 20;
    let instance = target.start()?;
    let request = instance.invocation(&vec![b'x'; 1024 * 1024]);
    let whole = request.to_bytes();
    let head = request.head().len();
    for _ in 0..TIMES {
        for length in [head / 2, head, whole.len() / 2] {
            let mut connection = instance.connect()?;
            connection
                .send(&whole[..length], LIMIT)
                .after("sent a part of a request")?;
        }
    }
    works(
        target,
        &instance,
        "sent a part of a request and hung up, 60 times",
    )?;
    for _ in 0..TIMES {
        let mut connection = instance.connect()?;
        // A function may refuse this event before it is sent to its end.
        let _sent = connection.send(&whole, LIMIT);
        let _head = connection.answer_head(LIMIT);
    }
    works(
        target,
        &instance,
        "hung up in the middle of an answer, 20 times",
    )
}

fn handler_finishes(target: &Target) -> Verdict {
    let instance = target.start()?;
    let (connection, request) = sleeping(&instance, 200)?;
    drop(connection);
    wait_line(&instance, &format!("probe slept {}", request.id())).map(drop)
}

fn half_closed(target: &Target) -> Verdict {
    let instance = target.start()?;
    let done = "sent a request and closed the sending side";
    let mut connection = instance.connect()?;
    connection
        .send(&plain(target, &instance).to_bytes(), LIMIT)
        .after(done)?;
    connection.finish_sending()?;
    is_plain(target, done, &connection.answer(LIMIT).after(done)?)?;
    if target.probe {
        let mut connection = instance.connect()?;
        let request = question(&instance, &json!({ "probe": "sleep", "ms": 200 }));
        connection.send(&request.to_bytes(), LIMIT).after(done)?;
        connection.finish_sending()?;
        let answer = connection
            .answer(LIMIT)
            .after("did so while the handler sleeps")?;
        ensure(answer.body == b"slept", || {
            format!("{done} while the handler sleeps: {answer}")
        })?;
    }
    Ok(())
}

fn garbage(target: &Target) -> Verdict {
    let instance = target.start()?;
    let long = vec![b'a'; 512 * 1024];
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(10_000));
    let inputs: [&[u8]; 8] = [
        b"\0\xff\xfe\xfd\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
        b"POST /invoke HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST /invoke HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &long,
        many.as_bytes(),
    ];
    for input in inputs {
        let done = format!("sent `{}`", input[..input.len().min(40)].escape_ascii());
        let mut connection = instance.connect()?;
        // It may have hung up already, which is as good an answer as any.
        let _sent = connection.send(input, LIMIT);
        let _finished = connection.finish_sending();
        let answer = connection.until_closed(LIMIT).after(&done)?;
        let refused = answer.is_empty() || answer.starts_with(b"HTTP/1.1 4");
        ensure(refused, || {
            format!("{done}: {}", answer[..answer.len().min(80)].escape_ascii())
        })?;
        works(target, &instance, &done)?;
    }
    Ok(())
}
