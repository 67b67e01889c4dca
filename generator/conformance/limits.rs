//! The largest event, larger events, and requests that only declare a large body.

use std::fs;
use std::time::Duration;

use super::calls::{After, ensure, error_message, failed, not_checked, send, unsupported, works};
use super::events::{largest_event, takes_events};
use super::rule::Level::{Info, Must, Should};
use super::rule::Rule;
use super::target::Target;
use super::verdict::{NotPassed, Verdict};
use crate::emulator::{Answer, Connection, Instance, Request};
use crate::platform::{EVENT_LIMIT, header, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "event-of-32-mib",
        page::LIMITS,
        "the function fails the largest event that the platform accepts",
        largest,
    )
    .hint(
        "raise the server's body limit to 33,554,432 bytes: Express `express.raw({ limit: \"32mb\" \
         })`, Flask without `MAX_CONTENT_LENGTH`, axum `DefaultBodyLimit::max(33_554_432)`",
    )
    .probe(),
    Rule::new(
        Info,
        "event-over-limit",
        page::LIMITS,
        "an unlimited body uses up the memory of all calls in the instance; the platform itself \
         sends nothing larger than 32 MiB",
        declared_over_limit,
    )
    .hint(LIMIT_HINT),
    Rule::new(
        Info,
        "event-over-limit-chunked",
        page::LIMITS,
        "a body without a declared length bypasses the function's limit; the platform itself sends \
         nothing larger than 32 MiB",
        chunked_over_limit,
    )
    .hint(LIMIT_HINT),
    Rule::new(
        Should,
        "declared-memory",
        page::LIMITS,
        "callers that only declare large bodies make the instance run out of memory",
        declared_memory,
    )
    .hint(
        "let the buffer of a body grow with the received data; do not allocate all of \
         `Content-Length` at once",
    ),
];

const LIMIT_HINT: &str = "as soon as more than 33,554,432 bytes are declared or received, respond \
                          with 413, `x-fc-status: 404` and a JSON body with `errorMessage` and \
                          `errorType`, and close the connection";

fn largest(target: &Target) -> Verdict {
    let instance = target.start()?;
    let event = largest_event();
    let done = format!("sent an event of {EVENT_LIMIT} bytes that must come back unchanged");
    let answer = send(&instance, &instance.invocation(&event), &done)?;
    ensure(
        answer.body == event,
        &done,
        format_args!("different bytes came back: {answer}"),
    )
}

/// Checks the response to an event that is too large.
fn refused(
    instance: &Instance,
    done: &str,
    answer: &Answer,
    mut connection: Connection,
) -> Verdict {
    ensure(
        answer.status == 413,
        done,
        format_args!("expected status 413: {answer}"),
    )?;
    failed(done, answer)?;
    error_message(done, answer)?;
    connection
        .until_closed(instance.patience())
        .after(&format!(
            "{done}, then waited for the function to close the connection"
        ))
        .map(drop)
}

/// An event that declares this length.
fn declaring(instance: &Instance, length: usize) -> Request {
    let request = instance.invocation(b"");
    request.with(header::CONTENT_LENGTH, length.to_string())
}

fn declared_over_limit(target: &Target) -> Verdict {
    let instance = target.start()?;
    // A function that checks the declared length can respond at once.
    let limit = instance.patience().min(Duration::from_secs(5));
    let answer = instance.invoke(&target.event).after("sent an event")?;
    takes_events(target, &answer)?;
    let done = "sent the head of an event that declares 33,554,433 bytes, without a body";
    let mut connection = instance.connect().after(done)?;
    let head = declaring(&instance, EVENT_LIMIT + 1).head();
    connection.send(head.as_bytes(), limit).after(done)?;
    let answer = connection.answer(limit).after(done)?;
    refused(&instance, done, &answer, connection)?;
    works(target, &instance, done)
}

fn chunked_over_limit(target: &Target) -> Verdict {
    let instance = target.start()?;
    let limit = instance.patience();
    let answer = instance.invoke(&target.event).after("sent an event")?;
    takes_events(target, &answer)?;
    let done = "sent a chunked event of 33,554,433 bytes";
    let request = instance.invocation(&vec![b'x'; EVENT_LIMIT + 1]).chunked();
    let mut connection = instance.connect().after(done)?;
    // The function may respond before everything is sent.
    let _sent = connection.send(&request.to_bytes(), limit);
    let answer = connection.answer(limit).after(done)?;
    refused(&instance, done, &answer, connection)?;
    works(target, &instance, done)
}

fn declared_memory(target: &Target) -> Verdict {
    const CONNECTIONS: usize = 10;
    const ALLOWED_KB: u64 = 16 * 1024;
    let instance = target.start()?;
    let limit = instance.patience();
    works(target, &instance, "started the function")?;
    let before = resident_kb(&instance)?;
    let mut connections = Vec::new();
    for at in 1..=CONNECTIONS {
        let done = format!(
            "declared {EVENT_LIMIT} bytes with `Expect: 100-continue` on connection {at} of \
             {CONNECTIONS}"
        );
        let mut connection = instance.connect().after(&done)?;
        let request = declaring(&instance, EVENT_LIMIT).with(header::EXPECT, "100-continue");
        connection
            .send(request.head().as_bytes(), limit)
            .after(&done)?;
        // `100 Continue` shows that the function has started to read the body.
        match connection.answer_head(limit) {
            Ok((100, _)) => {}
            Ok(_) => return not_checked("the function refuses to read such a body"),
            Err(_) => {
                return not_checked(
                    "the function does not ask for the body (see `expect-continue`)",
                );
            }
        }
        connection.send(b"x", limit).after(&done)?;
        connections.push(connection);
    }
    let done = format!(
        "declared {EVENT_LIMIT} bytes on each of {CONNECTIONS} connections and sent one byte on \
         each"
    );
    works(target, &instance, &done)?;
    let after = resident_kb(&instance)?;
    ensure(
        after < before + ALLOWED_KB,
        &done,
        format_args!("the memory in use grew from {before} KB to {after} KB"),
    )
}

/// The memory in use of a function that is a single process.
fn resident_kb(instance: &Instance) -> Result<u64, NotPassed> {
    let id = instance.id();
    let Ok(status) = fs::read_to_string(format!("/proc/{id}/status")) else {
        return unsupported("needs `/proc` (Linux)");
    };
    let threads = fs::read_dir(format!("/proc/{id}/task"))
        .into_iter()
        .flatten();
    let mut threads = threads.flatten();
    let has_children = threads.any(|thread| {
        let children = fs::read_to_string(thread.path().join("children"));
        children.is_ok_and(|children| !children.trim().is_empty())
    });
    if has_children {
        return not_checked("the function has several processes, so its memory is not known");
    }
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let figure = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    figure.map_or_else(
        || unsupported("`/proc` does not show the memory in use"),
        Ok,
    )
}
