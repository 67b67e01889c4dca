//! The router of a web function, which answers HTTP clients.

use std::io;

use cargo_fc3::platform::{STATUS_OK, header, path};
use serde_json::json;

use super::Server;
use super::answer::{Answer, Content, Sink};
use super::context::Context;
use super::request::Request;
use crate::faults::Fault;

/// How many calls leave no room for a health check, where that is so.
const BUSY: usize = 200;

/// Answers a client's request.
pub(super) fn route(server: &Server, request: &Request, context: &Context) -> Answer {
    let (path, _) = request.parts();
    let method = match request.method.as_str() {
        "HEAD" => "GET",
        method => method,
    };
    if path.starts_with("/echo/") {
        return echo(server, request);
    }
    if let Some(code) = path.strip_prefix("/status/") {
        return status(server, code);
    }
    match (method, path) {
        ("POST", path::INVOKE) => Answer::new(200, request.body.clone()),
        (_, path::INVOKE) => Answer::new(405, "only POST"),
        ("GET", "/context") => told_context(server, context),
        ("GET", "/health") => health(server),
        ("GET", "/panic") => panic!("probe panicked"),
        // A route need not be there for `HEAD`.
        ("GET", "/stream") if request.method != "HEAD" => {
            streamed(|server, _, sink| stream(server, sink))
        }
        ("POST", "/stream/next") => {
            server.chunks.add(1);
            Answer::new(204, "")
        }
        ("GET", "/stream/panic") => streamed(break_off),
        ("GET", "/upgrade") => upgrade(request),
        _ => Answer::new(404, format!("no route: {}", request.target)),
    }
}

/// The answer to a health check.
pub(super) fn health(server: &Server) -> Answer {
    // This check is itself one of those that run.
    if server.has(Fault::ShedsHealthChecks) && server.life.running() > BUSY {
        return Answer::new(503, "busy");
    }
    Answer::new(200, "healthy")
}

fn echo(server: &Server, request: &Request) -> Answer {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let (path, query) = request.parts();
    let mut path = path.to_owned();
    if server.has(Fault::DecodesPaths) {
        path = path.replace("%2F", "/").replace("%20", " ");
    }
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    let hex = request.body.iter();
    let hex = hex.flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    let pairs = request.headers.iter();
    let pairs = pairs.map(|(name, value)| json!([name.to_ascii_lowercase(), value]));
    let seen = json!({
        "method": request.method,
        "path": path,
        "query": query,
        "headers": pairs.collect::<Vec<_>>(),
        "bodyHex": hex.collect::<String>(),
    });
    Answer::new(200, seen.to_string()).with(header::CONTENT_TYPE, "application/json")
}

fn told_context(server: &Server, context: &Context) -> Answer {
    let mut shown = context.shown(server);
    if server.has(Fault::TellsRoutersNoContext) {
        shown = json!({});
    }
    Answer::new(200, shown.to_string()).with(header::CONTENT_TYPE, "application/json")
}

/// Any status, with a header and a body of its own.
fn status(server: &Server, code: &str) -> Answer {
    let Ok(code @ 100..=999) = code.parse() else {
        return Answer::new(400, "no such status");
    };
    let mut body = format!("status {code}");
    if server.has(Fault::HasItsOwnErrorPages) && code >= 500 {
        body = "<h1>Something went wrong</h1>".into();
    }
    let answer = Answer::new(code, body).with("x-probe", "status");
    if server.has(Fault::MarksAnswersToClients) {
        return answer.with(header::STATUS, STATUS_OK);
    }
    answer
}

fn streamed(make: fn(&Server, &str, Sink) -> io::Result<()>) -> Answer {
    let mut answer = Answer::new(200, "");
    answer.content = Content::Stream(make);
    answer
}

/// `one` at once, `two` and `three` when they are let.
fn stream(server: &Server, sink: Sink) -> io::Result<()> {
    sink("one\n")?;
    for chunk in ["two\n", "three\n"] {
        server.chunks.pass();
        sink(chunk)?;
    }
    Ok(())
}

/// A stream that meets a bug after its first chunk.
fn break_off(server: &Server, id: &str, sink: Sink) -> io::Result<()> {
    sink("one\n")?;
    server.logs.record(id, "INFO", "probe streams");
    panic!("probe panicked in a stream")
}

fn upgrade(request: &Request) -> Answer {
    if request.header(header::UPGRADE) != Some("echo") {
        return Answer::new(426, "upgrade to echo");
    }
    let mut answer = Answer::new(101, "")
        .with("Connection", "upgrade")
        .with("Upgrade", "echo");
    answer.content = Content::Echo;
    answer
}
