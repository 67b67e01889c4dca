//! Calls that take long: to arrive, or to be answered.

use std::thread;

use serde_json::json;

use super::Level::Must;
use super::ask::{After, LIMIT, ensure, is_plain, plain, question};
use super::{Rule, Target, Verdict};
use crate::contract::page;
use crate::local::Connection;

pub(super) const RULES: &[Rule] = &[Rule::new(
    Must,
    "slow-request",
    page::PRINCIPLES,
    "a time limit on requests cuts off calls that may take up to 24 hours",
    slow_request,
)];

/// How many bytes come alone, with a pause before each.
const DRIPS: u32 = 4;

/// A request on its way.
struct Slow {
    /// How it is sent, to be told.
    how: &'static str,
    connection: Connection,
    /// The bytes that are still to be sent.
    rest: Vec<u8>,
    drips: bool,
}

/// Requests that stop within the head or the body, for good or to go on byte by byte, and a
/// handler that takes as long: all at the same time, each for the whole of `idle`.
fn slow_request(target: &Target) -> Verdict {
    let instance = target.start()?;
    let request = plain(target, &instance);
    let (head, whole) = (request.head().len(), request.to_bytes());
    let within_body = head + (whole.len() - head) / 2;
    let mut slow = Vec::new();
    for (how, sent, drips) in [
        ("half a head, and nothing for", head / 2, false),
        ("half a head, and the rest in bytes over", head / 2, true),
        ("half a body, and nothing for", within_body, false),
        ("half a body, and the rest in bytes over", within_body, true),
    ] {
        // A request without a body has only a head to be slow with.
        if sent < whole.len() {
            let mut connection = instance.connect()?;
            connection.send(&whole[..sent], LIMIT)?;
            slow.push(Slow {
                how,
                connection,
                rest: whole[sent..].to_vec(),
                drips,
            });
        }
    }
    let mut handler = None;
    if target.probe {
        let asked = json!({ "probe": "sleep", "ms": target.idle.as_millis() });
        let mut connection = instance.connect()?;
        connection.send(&question(&instance, &asked).to_bytes(), LIMIT)?;
        handler = Some(connection);
    }

    let told = |how: &str| format!("sent {how} {:?}, then the rest", target.idle);
    for _ in 0..DRIPS {
        thread::sleep(target.idle / DRIPS);
        for Slow {
            how,
            connection,
            rest,
            ..
        } in slow.iter_mut().filter(|slow| slow.drips)
        {
            // The last byte is kept back, so that no request is whole before its time.
            if rest.len() > 1 {
                let byte = rest.remove(0);
                connection.send(&[byte], LIMIT).after(&told(how))?;
            }
        }
    }
    for mut slow in slow {
        let done = told(slow.how);
        slow.connection.send(&slow.rest, LIMIT).after(&done)?;
        is_plain(target, &done, &slow.connection.answer(LIMIT).after(&done)?)?;
    }
    if let Some(mut connection) = handler {
        let done = format!("sent an event whose handler takes {:?}", target.idle);
        let answer = connection.answer(LIMIT).after(&done)?;
        ensure(answer.body == b"slept", || format!("{done}: {answer}"))?;
    }
    Ok(())
}
