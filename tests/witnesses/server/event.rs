//! An event: read, handled, and answered as the platform wants to be told of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use cargo_fc3::platform::header;

use super::answer::{Answer, Content};
use super::context::Context;
use super::life::panic_text;
use super::request::Request;
use super::wire::Wire;
use super::{Server, probe};
use crate::faults::Fault;

/// How many characters of an error the caller and the log are told.
const LONGEST_ERROR: usize = 4096;

/// Answers an event.
pub(super) fn answer(server: &Server, wire: &Wire, request: &Request) -> Answer {
    /// A limit that a framework comes with.
    const FRAMEWORK_LIMIT: usize = 2 * 1024 * 1024;
    if server.has(Fault::TakesSmallEventsOnly) && request.body.len() > FRAMEWORK_LIMIT {
        return Answer::failure(413, "TooLarge", "more than 2 MB");
    }
    let content_type = request.header(header::CONTENT_TYPE);
    let is_known = content_type.is_none_or(|value| {
        matches!(
            value,
            "application/octet-stream" | "application/json" | "text/plain"
        )
    });
    if server.has(Fault::ChecksTheContentType) && !is_known {
        return Answer::failure(415, "UnknownType", "no such content type");
    }
    if server.has(Fault::NeedsTheInitializer) && !server.life.is_ready() {
        return Answer::failure(500, "NotReady", "not initialized");
    }
    if server.has(Fault::SpoilsItsState) && server.spoilt.load(Ordering::Relaxed) {
        return Answer::failure(404, "Poisoned", "the lock is poisoned");
    }
    let limited = server.has(Fault::TakesFewCallsAtATime);
    if limited {
        server.seats.pass();
    }
    let answered = catch_unwind(AssertUnwindSafe(|| {
        server.life.initialize(server)?;
        let context = Context::of(server, request)?;
        probe::answer(server, wire, &request.body, &context)
    }));
    if limited {
        server.seats.add(1);
    }
    let id = request.id(server);
    match answered {
        Ok(Ok(result)) => Answer::result(server, result),
        Ok(Err(mut why)) => {
            if !server.has(Fault::RepeatsTheEvent) {
                why = why.chars().take(LONGEST_ERROR).collect();
            }
            server.logs.record(&id, "ERROR", &why);
            failed(server, &why)
        }
        Err(panic) if server.has(Fault::EndsWithAPanic) => {
            eprintln!("{}", panic_text(&*panic));
            std::process::exit(101)
        }
        Err(panic) => {
            server.spoilt.store(true, Ordering::Relaxed);
            server.logs.record(&id, "ERROR", &panic_text(&*panic));
            panicked(server)
        }
    }
}

/// What a failed event is answered with.
fn failed(server: &Server, why: &str) -> Answer {
    let mut answer = Answer::failure(404, "ProbeError", why);
    if server.has(Fault::LeavesFailuresUnmarked) {
        answer.headers.retain(|(name, _)| *name != header::STATUS);
    }
    if server.has(Fault::TellsFailuresAsText) {
        answer.content = Content::Whole(why.into());
    }
    answer
}

/// What an event that met a bug is answered with.
fn panicked(server: &Server) -> Answer {
    let mut answer = Answer::failure(404, "Panic", "the handler panicked");
    if server.has(Fault::LeavesPanicsUnmarked) {
        answer.status = 500;
        answer.headers.retain(|(name, _)| *name != header::STATUS);
    }
    answer
}
