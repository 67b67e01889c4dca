//! Slow calls: slow to arrive or slow to handle.

use std::time::Duration;

use serde_json::json;

use super::calls::{After, ensure, fail, is_plain, not_checked, question, rest};
use super::rule::Level::{Info, Must};
use super::rule::Rule;
use super::target::{FunctionKind, Target};
use super::verdict::{NotPassed, Verdict};
use crate::emulator::{Connection, Instance};
use crate::platform::{LONGEST_CALL, header, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "slow-request",
        page::PRINCIPLES,
        "a time limit on requests cuts off calls that may take up to 24 hours",
        slow_request,
    )
    .hint(
        "disable time limits on requests: Node `server.requestTimeout = 0` and `server.timeout = \
         0`, gunicorn `--timeout 0` (use `--idle 35` to find its limit of 30 s), Go an \
         `http.Server` without `ReadTimeout` and `WriteTimeout`",
    )
    .stated(LONGEST_CALL),
    Rule::new(
        Info,
        "slow-head",
        page::PRINCIPLES,
        "a time limit on the request head also limits the request, which may take 24 hours; the \
         platform is not known to send a head in parts",
        slow_head,
    )
    .hint(
        "disable the time limit on request heads: Node `server.headersTimeout = 0`, hyper \
         `header_read_timeout(None)`, Go an `http.Server` without `ReadHeaderTimeout` and \
         `ReadTimeout`",
    )
    .stated(LONGEST_CALL),
    Rule::new(
        Info,
        "expect-continue",
        page::PRINCIPLES,
        "a caller that waits for `100 Continue` before it sends the body, as HTTP/1.1 allows, \
         waits forever; the platform is not known to do this",
        expect_continue,
    )
    .hint(
        "send `100 Continue` before you read the body. Most HTTP/1.1 servers do this by \
         themselves: Python's `http.server` if its handler has `protocol_version = \"HTTP/1.1\"`, \
         Node unless a `checkContinue` listener omits it",
    ),
];

/// The number of bytes that are sent one by one, with a pause before each.
const DRIPS: u32 = 4;
/// The smallest event that can be sent partly byte by byte.
const FEWEST: usize = 4;

/// A request that is only partly sent.
struct Slow {
    /// The action of the check, for the report.
    done: String,
    connection: Connection,
    /// The bytes that are not sent yet.
    rest: Vec<u8>,
    drips: bool,
}

impl Slow {
    /// Sends the first `sent` bytes of an event.
    fn begin(
        target: &Target,
        instance: &Instance,
        how: &str,
        sent: usize,
        drips: bool,
    ) -> Result<Self, NotPassed> {
        let whole = instance.invocation(&target.event).to_bytes();
        let held = target.idle.as_secs_f32();
        let done = format!("sent {how} {held} s, then the rest");
        let mut connection = instance.connect().after(&done)?;
        let limit = instance.patience();
        connection.send(&whole[..sent], limit).after(&done)?;
        Ok(Self {
            done,
            connection,
            rest: whole[sent..].to_vec(),
            drips,
        })
    }

    /// Sends one byte, but never the last one, so that the request stays incomplete.
    fn drip(&mut self, limit: Duration) -> Verdict {
        if self.drips && self.rest.len() > 1 && self.connection.is_silent().after(&self.done)? {
            let byte = self.rest.remove(0);
            self.connection.send(&[byte], limit).after(&self.done)?;
        }
        Ok(())
    }

    /// Sends the rest and checks the response. A function that does not need its event may respond
    /// early, but not because the event took too long.
    fn finish(mut self, target: &Target, limit: Duration) -> Verdict {
        if self.connection.is_silent().after(&self.done)? {
            self.connection.send(&self.rest, limit).after(&self.done)?;
        }
        let answer = self.connection.answer(limit).after(&self.done)?;
        if answer.status == 408 {
            return fail(&self.done, &answer);
        }
        is_plain(target, &self.done, &answer)
    }
}

/// Stretches all requests over `idle` at the same time, and checks their responses.
fn hold(target: &Target, instance: &Instance, mut slow: Vec<Slow>) -> Verdict {
    let limit = instance.patience();
    for _ in 0..DRIPS {
        rest(instance, target.idle / DRIPS, "stretched requests")?;
        for slow in &mut slow {
            slow.drip(limit)?;
        }
    }
    slow.into_iter()
        .try_for_each(|slow| slow.finish(target, limit))
}

/// Requests that stop inside the body, where some continue byte by byte, and a handler that takes
/// as long.
fn slow_request(target: &Target) -> Verdict {
    if target.event.is_empty() && !target.probe {
        return not_checked("the event is empty, so no part of it can be late");
    }
    let instance = target.start()?;
    let limit = instance.patience();
    let head = instance.invocation(&target.event).head().len();
    let mut slow = Vec::new();
    if !target.event.is_empty() {
        let sent = head + target.event.len() / 2;
        for (how, drips) in [
            ("half of the body of an event, then nothing for", false),
            ("half of the body of an event, then single bytes over", true),
        ] {
            if drips && target.event.len() < FEWEST {
                continue;
            }
            slow.push(Slow::begin(target, &instance, how, sent, drips)?);
        }
    }
    let mut handler = None;
    let done = format!(
        "sent an event whose handler takes {} s and then returns `slept`",
        target.idle.as_secs_f32()
    );
    if target.probe {
        let asked = json!({ "probe": "sleep", "ms": target.idle.as_millis() });
        let mut connection = instance.connect().after(&done)?;
        connection
            .send(&question(&instance, &asked).to_bytes(), limit)
            .after(&done)?;
        handler = Some(connection);
    }
    hold(target, &instance, slow)?;
    if let Some(mut connection) = handler {
        let answer = connection.answer(limit).after(&done)?;
        ensure(answer.body == b"slept", &done, &answer)?;
    }
    Ok(())
}

/// Requests that stop inside the head, where some continue byte by byte.
fn slow_head(target: &Target) -> Verdict {
    let instance = target.start()?;
    let sent = instance.invocation(&target.event).head().len() / 2;
    let slow = [
        ("half of the head of an event, then nothing for", false),
        ("half of the head of an event, then single bytes over", true),
    ];
    let slow = slow.map(|(how, drips)| Slow::begin(target, &instance, how, sent, drips));
    let slow = slow.into_iter().collect::<Result<_, _>>()?;
    hold(target, &instance, slow)
}

fn expect_continue(target: &Target) -> Verdict {
    let instance = target.start()?;
    let limit = instance.patience();
    let request = instance
        .invocation(&target.event)
        .with(header::EXPECT, "100-continue");
    let done = "sent the head of an event with `Expect: 100-continue`";
    let mut connection = instance.connect().after(done)?;
    connection
        .send(request.head().as_bytes(), limit)
        .after(done)?;
    let (status, _) = connection.answer_head(limit).after(done)?;
    // Only a probe is known to need the body; other functions may respond without it.
    let answered = match target.kind {
        _ if target.probe => false,
        FunctionKind::Event => status == 200,
        FunctionKind::Web => (200..500).contains(&status),
    };
    if answered {
        return Ok(());
    }
    ensure(
        status == 100,
        done,
        format_args!("status {status} came instead of 100"),
    )?;
    let done = "sent the body of an event after `100 Continue`";
    connection.send(&target.event, limit).after(done)?;
    is_plain(target, done, &connection.answer(limit).after(done)?)
}
