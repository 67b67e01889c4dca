//! Calls that take long: to arrive, or to be answered.

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
        "switch the time limits of requests off: Node `server.requestTimeout = 0` and \
         `server.timeout = 0`, gunicorn `--timeout 0` (its 30 s are seen with `--idle 35`), Go an \
         `http.Server` without `ReadTimeout` and `WriteTimeout`",
    )
    .stated(LONGEST_CALL),
    Rule::new(
        Info,
        "slow-head",
        page::PRINCIPLES,
        "a time limit on the head of a request counts as one on requests, which are to have 24 \
         hours; the platform is not known to send a head in parts",
        slow_head,
    )
    .hint(
        "switch the time limit of heads off: Node `server.headersTimeout = 0`, hyper \
         `header_read_timeout(None)`, Go an `http.Server` without `ReadHeaderTimeout` and \
         `ReadTimeout`",
    )
    .stated(LONGEST_CALL),
    Rule::new(
        Info,
        "expect-continue",
        page::PRINCIPLES,
        "a caller that waits for `100 Continue` before it sends its body, as HTTP/1.1 allows, \
         waits for ever; the platform is not known to be one",
        expect_continue,
    )
    .hint(
        "send `100 Continue` before the body is read, which most servers of HTTP/1.1 do by \
         themselves: Python's `http.server` once its handler has `protocol_version = \"HTTP/1.1\"`, \
         Node unless a `checkContinue` listener leaves it out",
    ),
];

/// How many bytes come alone, with a pause before each.
const DRIPS: u32 = 4;
/// The bytes of an event of which some can come alone.
const FEWEST: usize = 4;

/// A request on its way.
struct Slow {
    /// What is sent, to be told.
    done: String,
    connection: Connection,
    /// The bytes that are still to be sent.
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

    /// Sends one byte. The last one is kept back, so that no request is whole before its time.
    fn drip(&mut self, limit: Duration) -> Verdict {
        if self.drips && self.rest.len() > 1 && self.connection.is_silent().after(&self.done)? {
            let byte = self.rest.remove(0);
            self.connection.send(&[byte], limit).after(&self.done)?;
        }
        Ok(())
    }

    /// Sends the rest and checks the answer. A function that does not need its event may have
    /// answered before it was whole, but not because it took too long.
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

/// Lets requests take the whole of `idle`, all at the same time, and checks their answers.
fn hold(target: &Target, instance: &Instance, mut slow: Vec<Slow>) -> Verdict {
    let limit = instance.patience();
    for _ in 0..DRIPS {
        rest(instance, target.idle / DRIPS, "sent requests that are late")?;
        for slow in &mut slow {
            slow.drip(limit)?;
        }
    }
    slow.into_iter()
        .try_for_each(|slow| slow.finish(target, limit))
}

/// Requests that stop within the body, for good or to go on byte by byte, and a handler that takes
/// as long.
fn slow_request(target: &Target) -> Verdict {
    if target.event.is_empty() && !target.probe {
        return not_checked("its event is empty, so that no part of it can come late");
    }
    let instance = target.start()?;
    let limit = instance.patience();
    let head = instance.invocation(&target.event).head().len();
    let mut slow = Vec::new();
    if !target.event.is_empty() {
        let sent = head + target.event.len() / 2;
        for (how, drips) in [
            ("half of the body of an event, and nothing for", false),
            ("half of the body of an event, and single bytes over", true),
        ] {
            if drips && target.event.len() < FEWEST {
                continue;
            }
            slow.push(Slow::begin(target, &instance, how, sent, drips)?);
        }
    }
    let mut handler = None;
    let done = format!(
        "sent an event whose handler takes {} s and then answers `slept`",
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

/// Requests that stop within the head, for good or to go on byte by byte.
fn slow_head(target: &Target) -> Verdict {
    let instance = target.start()?;
    let sent = instance.invocation(&target.event).head().len() / 2;
    let slow = [
        ("half of the head of an event, and nothing for", false),
        ("half of the head of an event, and single bytes over", true),
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
    // Only a probe is known to need the body; another function may answer without it.
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
        format_args!("status {status} came in the place of 100"),
    )?;
    let done = "sent the body of an event after `100 Continue`";
    connection.send(&target.event, limit).after(done)?;
    is_plain(target, done, &connection.answer(limit).after(done)?)
}
