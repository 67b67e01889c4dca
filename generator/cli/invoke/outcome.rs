//! How a call ended, for a person and for a program.

mod problem;
mod verdict;

use std::io::{IsTerminal, stderr, stdout};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::cli::output::{done, message, print_json, print_unchanged};
use crate::emulator::Answer;
use crate::text::printable;

pub(super) use problem::Problem;

/// How a call ended.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) request_id: String,
    pub(super) ran_by: RanBy,
    /// The response, if the function gave one.
    pub(super) answer: Option<Answer>,
    /// Whether the answer is that to an HTTP client, who sees its status and its headers.
    pub(super) is_http: bool,
    pub(super) problem: Option<Problem>,
    pub(super) end: End,
    /// The log, as far as it is returned.
    pub(super) log: Vec<String>,
    /// Whether the function has logged something.
    pub(super) has_logged: bool,
    /// The time of the call alone, if it was made.
    pub(super) duration: Option<Duration>,
}

/// How far a call came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// A whole response came.
    Whole,
    /// A response ended too early.
    BrokenOff,
    /// The function has not seen the call.
    Refused,
    /// The platform failed, or what is before it.
    Unserved,
}

/// The program that ran the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RanBy {
    /// A running `cargo fc3 dev`.
    Dev,
    /// This command.
    Invoke,
    /// The platform, or what takes its place.
    Remote,
}

/// The document for programs.
#[derive(Serialize)]
struct Document<'a> {
    request_id: &'a str,
    status: &'static str,
    ran_by: RanBy,
    duration_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<HttpDocument<'a>>,
    /// The reply, if it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<&'a str>,
    /// The reply, if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_base64: Option<String>,
    error: Option<&'a Problem>,
    log: &'a [String],
}

#[derive(Serialize)]
struct HttpDocument<'a> {
    status: u16,
    headers: Vec<(&'a str, &'a str)>,
}

impl Outcome {
    /// Prints it as one JSON document.
    pub(super) fn print_json(&self, is_queued: bool) -> anyhow::Result<()> {
        let body = self.answer.as_ref().map(|answer| &*answer.body);
        let text = body.and_then(|body| std::str::from_utf8(body).ok());
        let base64 = body.filter(|_| text.is_none());
        let http = self.answer.as_ref().filter(|_| self.is_http);
        print_json(&Document {
            request_id: &self.request_id,
            status: match &self.problem {
                Some(_) => "failed",
                None if is_queued => "queued",
                None => "succeeded",
            },
            ran_by: self.ran_by,
            duration_ms: self
                .duration
                .map(|duration| (duration.as_secs_f64() * 1e6).round() / 1e3),
            http: http.map(|answer| HttpDocument {
                status: answer.status,
                headers: answer.headers.iter().collect(),
            }),
            reply: text,
            reply_base64: base64.map(|body| STANDARD.encode(body)),
            error: self.problem.as_ref(),
            log: &self.log,
        })
    }

    /// Prints the reply, and before it what `-v` asks for.
    pub(super) fn print(&self, verbose: bool, is_queued: bool) -> anyhow::Result<()> {
        let id = printable(&self.request_id);
        if is_queued && self.problem.is_none() {
            done("Queued", &format!("the event (request id {id})"));
        } else if let (true, Some(duration)) = (verbose, self.duration) {
            // The API counts whole milliseconds.
            let took = if duration.is_zero() {
                "less than 1 ms".to_owned()
            } else {
                format!("{:.1} ms", duration.as_secs_f64() * 1e3)
            };
            done(
                "Called",
                &format!("the function in {took} (request id {id})"),
            );
        }
        let Some(answer) = &self.answer else {
            return Ok(());
        };
        if verbose && self.is_http {
            message(format_args!("< HTTP/1.1 {}", answer.status));
            for (name, value) in answer.headers.iter() {
                message(format_args!("< {}: {}", printable(name), printable(value)));
            }
        }
        print_unchanged(&answer.body)?;
        // The next prompt begins on a line of its own, and the reply stays what it is.
        let is_open = answer.body.last().is_some_and(|last| *last != b'\n');
        if is_open && stdout().is_terminal() && stderr().is_terminal() {
            message("");
        }
        Ok(())
    }
}
