//! A response to the first call that is not what was expected, with the reason and a hint.

use std::fmt::Display;
use std::time::Duration;

use crate::cli::check::crash;
use crate::cli::failure::{Exit, Failure};
use crate::conformance::{Target, Violation};
use crate::emulator::{Answer, CallError, Instance};
use crate::text::printable;

/// The type of JSON that most callers send, but not the platform.
const JSON: &str = "application/json";
/// The hint for a function that accepts only JSON.
pub(super) const READ_ANY_TYPE: &str = "the platform sends every event as `application/octet-stream`: read \
                             the body regardless of its type, for example with FastAPI's `await \
                             request.json()` or Flask's `request.get_json(force=True)`";

/// The reason why no rule can be checked on a function that starts.
#[derive(Debug, Clone)]
pub(in crate::cli::check) struct Unanswered {
    /// The violation for a report.
    pub(in crate::cli::check) failure: Violation,
    pub(in crate::cli::check) hint: String,
    /// The message for people.
    message: String,
}

impl Unanswered {
    pub(in crate::cli::check) fn error(&self) -> Failure {
        Failure::new(Exit::Failed, &self.message).hint(&self.hint)
    }
}

/// What is wrong with a response.
pub(super) struct WrongResponse {
    /// The problem, as a phrase that follows "the function".
    pub(super) problem: String,
    pub(super) response: String,
    pub(super) hint: String,
}

impl WrongResponse {
    /// Adds the log of the instance, which ends.
    pub(super) fn into_unanswered(self, instance: Instance) -> Unanswered {
        const LIMIT: Duration = Duration::from_secs(5);
        let logs = instance.logs().clone();
        // Output from before the response may still arrive.
        drop(instance);
        let _ended = logs.wait_end(LIMIT);
        let log = logs.text();
        let problem = format!("the function {}", self.problem);
        let mut message = printable_violation(&problem, &self.response);
        let mut result = format!("{problem}: {}", self.response);
        if !log.trim().is_empty() {
            let shown = printable_violation("the log is", format_args!("\n{log}"));
            message = format!("{message}\n{shown}");
            result = format!("{result}\nthe log is:\n{log}");
        }
        let action = "started the function, then sent a call";
        Unanswered {
            failure: Violation::new(action, result.trim_end()),
            hint: crash::hint(&self.response).map_or(self.hint, str::to_owned),
            message,
        }
    }
}

/// The response, if the content type of the event is the reason for it: the function says so, or it
/// accepts the same event as JSON.
pub(super) fn rejects_content_type(
    instance: &Instance,
    target: &Target,
    answer: &Result<Answer, CallError>,
) -> Option<String> {
    let refused = answer.as_ref().ok()?;
    if !matches!(refused.status, 400 | 415 | 422) {
        return None;
    }
    let mut request = instance.invocation(&target.event);
    request.headers.set("content-type", JSON);
    let renamed = instance.call(&request);
    if renamed.is_ok_and(|answer| answer.is_success() && !answer.failed()) {
        return Some(format!("{refused}\nwith `Content-Type: {JSON}`, it does"));
    }
    (refused.status == 415).then(|| refused.to_string())
}

/// The response in words.
pub(super) fn describe(answer: &Result<Answer, CallError>) -> String {
    match answer {
        Ok(answer) => answer.to_string(),
        Err(CallError::TimedOut { limit }) => format!(
            "no response within {} s (raise the limit with `--timeout`)",
            limit.as_secs()
        ),
        Err(error) => error.to_string(),
    }
}

/// Describes what the check did and what came back, in a form that is short and safe for a
/// terminal.
pub(in crate::cli::check) fn printable_violation(action: &str, result: impl Display) -> String {
    let text = Violation::new(action, result).to_string();
    let lines: Vec<_> = text.trim_end().lines().map(printable).collect();
    lines.join("\n")
}
