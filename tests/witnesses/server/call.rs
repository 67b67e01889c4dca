//! What becomes of a request: a hook, an event, or a client's.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cargo_fc3::conformance::FunctionKind;
use cargo_fc3::platform::{STATUS_OK, header, marker};

use super::answer::{Answer, Content};
use super::context::Context;
use super::life::panic_text;
use super::request::{Call, Request};
use super::wire::Wire;
use super::{Server, client, event};
use crate::faults::Fault;

/// Answers a request, and says whether another may follow on the connection.
pub(super) fn answer(server: &Server, wire: &mut Wire, request: &Request) -> io::Result<bool> {
    let id = request.id(server);
    let id = &*id;
    let answer = match request.call(server) {
        Call::Initialize => framed(
            server,
            id,
            (marker::INITIALIZE_START, marker::INITIALIZE_END),
            || initialize(server, request),
        ),
        Call::PreStop => framed(
            server,
            id,
            (marker::PRE_STOP_START, marker::PRE_STOP_END),
            || pre_stop(server),
        ),
        Call::PreFreeze if server.has(Fault::KnowsNoPreFreeze) => {
            Answer::failure(404, "NoRoute", "no such path")
        }
        Call::PreFreeze => Answer::new(200, ""),
        Call::Event => framed(
            server,
            id,
            (marker::INVOKE_START, marker::INVOKE_END),
            || event::answer(server, wire, request),
        ),
        Call::Client if server.kind == FunctionKind::Event => no_client(server, request),
        Call::Client => return of_client(server, wire, request, id),
    };
    if server.has(Fault::HangsUpOnHalfClosed) && wire.has_ended() {
        return Ok(false);
    }
    answer.send(server, wire, request, id)
}

/// Prints the marker lines around a call.
fn framed(
    server: &Server,
    id: &str,
    (start, end): (&str, &str),
    run: impl FnOnce() -> Answer,
) -> Answer {
    mark(server, start, id, "");
    let answer = run();
    let is_well = answer.status == 200;
    mark(server, end, id, if is_well { "" } else { marker::FAILED });
    answer
}

fn mark(server: &Server, marker: &str, id: &str, failed: &str) {
    if server.markers {
        let failed = if server.has(Fault::MarksNoFailure) {
            ""
        } else {
            failed
        };
        server.logs.line(&format!("{marker}{id}{failed}"));
    }
}

fn initialize(server: &Server, request: &Request) -> Answer {
    if server.has(Fault::HasNoInitializer) {
        return Answer::failure(404, "NoRoute", "no such path");
    }
    let says_length = request.header(header::CONTENT_LENGTH).is_some();
    if server.has(Fault::AsksInitializeForALength) && !says_length {
        return Answer::failure(411, "LengthRequired", "no length");
    }
    if server.has(Fault::InitializesEachTime) {
        server.life.renew();
    }
    match server.life.initialize(server) {
        Err(why) if !server.has(Fault::FailsInitializeWithSuccess) => {
            Answer::failure(404, "InitializeFailed", &why)
        }
        _ => Answer::new(200, "").with(header::STATUS, STATUS_OK),
    }
}

fn pre_stop(server: &Server) -> Answer {
    if server.has(Fault::StopsOnlyWhatIsReady) && !server.life.is_ready() {
        return Answer::failure(500, "NotReady", "there is nothing to stop");
    }
    server.life.stop(server);
    Answer::new(200, "")
}

/// An event function answers clients' health checks and nothing else.
fn no_client(server: &Server, request: &Request) -> Answer {
    match request.parts().0 {
        "/health" => client::health(server),
        path => Answer::failure(
            404,
            "NoEvent",
            &format!("no event: {} {path}", request.method),
        ),
    }
}

/// A client's request, which the router of a web function answers.
fn of_client(server: &Server, wire: &mut Wire, request: &Request, id: &str) -> io::Result<bool> {
    mark(server, marker::INVOKE_START, id, "");
    let routed = catch_unwind(AssertUnwindSafe(|| {
        server.life.initialize(server)?;
        let context = Context::of(server, request)?;
        Ok(client::route(server, request, &context))
    }));
    let routed = routed.unwrap_or_else(|panic| Err(panic_text(&*panic)));
    let is_failed = routed.is_err();
    let answer = match routed {
        Ok(answer) if matches!(answer.content, Content::Stream(_)) => {
            return of_stream(server, wire, request, id, answer);
        }
        Ok(answer) => answer,
        Err(why) => told_failure(server, id, why),
    };
    mark(
        server,
        marker::INVOKE_END,
        id,
        if is_failed { marker::FAILED } else { "" },
    );
    if is_failed && server.has(Fault::LeavesPanicsUnanswered) {
        return Ok(false);
    }
    answer.send(server, wire, request, id)
}

/// Sends a stream, whose call lasts as long as it does.
fn of_stream(
    server: &Server,
    wire: &mut Wire,
    request: &Request,
    id: &str,
    answer: Answer,
) -> io::Result<bool> {
    let sent = catch_unwind(AssertUnwindSafe(|| answer.send(server, wire, request, id)));
    let mut failed = "";
    if let Err(panic) = &sent {
        server.logs.record(id, "ERROR", &panic_text(&**panic));
        failed = marker::FAILED;
    }
    mark(server, marker::INVOKE_END, id, failed);
    if sent.is_err() && server.has(Fault::EndsABrokenStreamInOrder) {
        wire.end_chunks()?;
    }
    // What broke off is cut off, so that it does not look whole.
    sent.unwrap_or(Ok(false))
}

/// What a client is told of a failure: that there was one.
fn told_failure(server: &Server, id: &str, why: String) -> Answer {
    server.logs.record(id, "ERROR", &why);
    let told = if server.has(Fault::ShowsPanicsToClients) {
        why
    } else {
        "Internal Server Error".into()
    };
    Answer::new(500, told)
}
