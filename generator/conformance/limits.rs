//! The largest event, what is larger, and what only claims to be large.

use super::Level::{Must, Should};
use super::ask::{After, LIMIT, ensure, error_message, failed, send, works};
use super::{Kind, Rule, Target, Unmet, Verdict};
use crate::contract::{EVENT_LIMIT, header, page};
use crate::local::{Answer, Connection, Instance, Request};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "event-of-32-mib",
        page::LIMITS,
        "the largest event that the platform takes fails in the function",
        largest,
    )
    .probe(),
    Rule::new(
        Should,
        "event-over-limit",
        page::LIMITS,
        "a body without bounds takes the memory of all calls in the instance",
        declared_over_limit,
    ),
    Rule::new(
        Should,
        "event-over-limit-chunked",
        page::LIMITS,
        "a body that does not say its length gets round the limit",
        chunked_over_limit,
    ),
    Rule::new(
        Should,
        "declared-memory",
        page::LIMITS,
        "callers that only say that much will come make the instance run out of memory",
        declared_memory,
    ),
];

fn largest(target: &Target) -> Verdict {
    let instance = target.start()?;
    let event = (0..=250).cycle().take(EVENT_LIMIT).collect::<Vec<u8>>();
    for chunked in [false, true] {
        let mut request = instance.invocation(&event);
        if chunked {
            request = request.chunked();
        }
        let done = format!("sent {EVENT_LIMIT} bytes (chunked: {chunked})");
        let answer = send(&instance, &request, &done)?;
        ensure(answer.body == event, || {
            format!("{done}, and other bytes came back: {answer}")
        })?;
    }
    Ok(())
}

/// Checks the refusal of an event that is too large.
fn refused(done: &str, answer: &Answer, mut connection: Connection) -> Verdict {
    ensure(answer.status == 413, || format!("{done}: {answer}"))?;
    failed(done, answer)?;
    error_message(done, answer)?;
    connection
        .until_closed(LIMIT)
        .after(&format!("{done} and waited for the close"))
        .map(drop)
}

/// An event whose head says that it will be so long.
fn declaring(instance: &Instance, length: usize) -> Request {
    let request = instance.invocation(b"");
    request.with(header::CONTENT_LENGTH, length.to_string())
}

fn declared_over_limit(target: &Target) -> Verdict {
    let instance = target.start()?;
    let done = "sent a head that declares 33,554,433 bytes, and no body";
    let mut connection = instance.connect()?;
    connection
        .send(
            declaring(&instance, EVENT_LIMIT + 1).head().as_bytes(),
            LIMIT,
        )
        .after(done)?;
    let answer = connection.answer(LIMIT).after(done)?;
    refused(done, &answer, connection)?;
    works(target, &instance, done)
}

fn chunked_over_limit(target: &Target) -> Verdict {
    let instance = target.start()?;
    let answer = instance.invoke(&target.event).after("sent an event")?;
    if target.kind == Kind::Web && !answer.is_success() {
        return Err(Unmet::NotChecked(
            "it takes no events, only clients' requests".into(),
        ));
    }
    let done = "sent 33,554,433 bytes in chunks";
    let request = instance.invocation(&vec![b'x'; EVENT_LIMIT + 1]).chunked();
    let mut connection = instance.connect()?;
    // The refusal may come before all is sent.
    let _sent = connection.send(&request.to_bytes(), LIMIT);
    let answer = connection.answer(LIMIT).after(done)?;
    refused(done, &answer, connection)?;
    works(target, &instance, done)
}

fn declared_memory(target: &Target) -> Verdict {
    const CONNECTIONS: usize = 10;
    const ALLOWED_KB: u64 = 16 * 1024;
    let instance = target.start()?;
    works(target, &instance, "started it")?;
    let before = resident_kb(&instance)?;
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        let done = "declared 32 MiB with `Expect: 100-continue`";
        let mut connection = instance.connect()?;
        let request = declaring(&instance, EVENT_LIMIT).with(header::EXPECT, "100-continue");
        connection
            .send(request.head().as_bytes(), LIMIT)
            .after(done)?;
        // It says that the function has begun to read the body.
        if connection.answer_head(LIMIT).after(done)?.0 != 100 {
            return Err(Unmet::NotChecked(
                "the function refuses to read such a body".into(),
            ));
        }
        connection.send(b"x", LIMIT).after(done)?;
        connections.push(connection);
    }
    works(target, &instance, "declared 32 MiB on ten connections")?;
    let after = resident_kb(&instance)?;
    ensure(after < before + ALLOWED_KB, || {
        format!(
            "declared 32 MiB on {CONNECTIONS} connections and sent a byte on each: the memory \
                 in use went from {before} KB to {after} KB"
        )
    })
}

/// The memory that the process has in use.
fn resident_kb(instance: &Instance) -> Result<u64, Unmet> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", instance.id()));
    let status = status.map_err(|_| Unmet::NotChecked("needs the /proc of Linux".into()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let figure = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    figure.ok_or_else(|| Unmet::NotChecked("/proc tells no memory in use".into()))
}
