//! What the rules share: plain calls, questions to the probe, and how a failure is told.

use std::time::Duration;

use serde_json::Value;

use super::{Kind, Target, Unmet, Verdict};
use crate::local::{Answer, Connection, Instance, Line, Logs, Request};

/// How long a rule waits for what must happen; long, since the machine may be busy.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// Adds what was done to an error.
pub(super) trait After<T> {
    fn after(self, done: &str) -> Result<T, Unmet>;
}

impl<T, E: std::fmt::Display> After<T> for Result<T, E> {
    fn after(self, done: &str) -> Result<T, Unmet> {
        self.map_err(|error| Unmet::Failed(format!("{done}: {error}")))
    }
}

/// Fails with `what`.
pub(super) fn fail(what: impl Into<String>) -> Verdict {
    Err(Unmet::Failed(what.into()))
}

/// Fails unless `kept`.
pub(super) fn ensure(kept: bool, what: impl FnOnce() -> String) -> Verdict {
    if kept { Ok(()) } else { fail(what()) }
}

/// An event that every function of this kind answers, or a client's request where it has none.
pub(super) fn plain(target: &Target, instance: &Instance) -> Request {
    if target.kind == Kind::Event || target.probe {
        instance.invocation(&target.event)
    } else {
        instance.client("GET", &target.path)
    }
}

/// Checks the answer to [`plain`].
pub(super) fn is_plain(target: &Target, done: &str, answer: &Answer) -> Verdict {
    if target.kind == Kind::Event || target.probe {
        succeeded(done, answer)?;
    }
    let echoed = !target.probe || answer.body == target.event;
    ensure(answer.status < 500 && echoed, || {
        format!("{done}, then a plain call: {answer}")
    })
}

/// Makes a plain call after something was done.
pub(super) fn works(target: &Target, instance: &Instance, done: &str) -> Verdict {
    let answer = instance
        .call(&plain(target, instance))
        .after(&format!("{done}, then a call"))?;
    is_plain(target, done, &answer)
}

/// Makes a plain call on one connection.
pub(super) fn works_on(
    connection: &mut Connection,
    target: &Target,
    instance: &Instance,
    done: &str,
) -> Verdict {
    let answer = connection.call(&plain(target, instance), LIMIT);
    is_plain(
        target,
        done,
        &answer.after(&format!("{done}, then a call on the connection"))?,
    )
}

/// Checks that an event was answered with success.
pub(super) fn succeeded(done: &str, answer: &Answer) -> Verdict {
    ensure(answer.status == 200 && !answer.failed(), || {
        format!("{done}: {answer}")
    })
}

/// Checks that an event was answered as failed: to the platform, and to a caller.
pub(super) fn failed(done: &str, answer: &Answer) -> Verdict {
    ensure(!answer.is_success() && answer.failed(), || {
        format!("{done}, which fails: neither its status nor `x-fc-status` may be 200: {answer}")
    })
}

/// The text of an error's JSON, checked to have the platform's names.
pub(super) fn error_message(done: &str, answer: &Answer) -> Result<String, Unmet> {
    let json = answer.json().unwrap_or_default();
    match (json["errorMessage"].as_str(), json["errorType"].as_str()) {
        (Some(message), Some(_)) => Ok(message.into()),
        _ => Err(Unmet::Failed(format!(
            "{done}: the body is no JSON with `errorMessage` and `errorType`: {answer}"
        ))),
    }
}

/// The request that asks the probe something.
pub(super) fn question(instance: &Instance, asked: &Value) -> Request {
    instance.invocation(asked.to_string().as_bytes())
}

/// Asks the probe, which must answer with success.
pub(super) fn ask(instance: &Instance, asked: &Value) -> Result<Answer, Unmet> {
    send(
        instance,
        &question(instance, asked),
        &format!("sent {asked}"),
    )
}

/// Sends a request, which must be answered with success.
pub(super) fn send(instance: &Instance, request: &Request, done: &str) -> Result<Answer, Unmet> {
    let answer = instance.call(request).after(done)?;
    succeeded(done, &answer)?;
    Ok(answer)
}

/// Asks the probe for JSON.
pub(super) fn json(done: &str, answer: &Answer) -> Result<Value, Unmet> {
    answer
        .json()
        .ok_or_else(|| Unmet::Failed(format!("{done}: no JSON: {answer}")))
}

/// How often `init` of the probe was begun.
pub(super) fn inits(instance: &Instance) -> Result<u64, Unmet> {
    let asked = serde_json::json!({ "probe": "counts" });
    let counts = json("asked for the counts", &ask(instance, &asked)?)?;
    counts["init"]
        .as_u64()
        .ok_or_else(|| Unmet::Failed(format!("no count of inits: {counts}")))
}

/// Sends each request on a connection of its own, and then reads the answers.
pub(super) fn at_once(instance: &Instance, requests: &[Request]) -> Result<Vec<Answer>, Unmet> {
    let done = format!("sent {} calls at a time", requests.len());
    let mut connections = Vec::new();
    for request in requests {
        let mut connection = instance.connect().after(&done)?;
        connection.send(&request.to_bytes(), LIMIT).after(&done)?;
        connections.push(connection);
    }
    let answers = connections
        .iter_mut()
        .zip(requests)
        .map(|(connection, request)| {
            let answer = connection.answer_to(&request.method, LIMIT).after(&done)?;
            Ok(Answer {
                request_id: request.id().into(),
                ..answer
            })
        });
    answers.collect()
}

/// A call that sleeps, known to be running.
pub(super) fn sleeping(instance: &Instance, ms: u64) -> Result<(Connection, Request), Unmet> {
    let request = question(instance, &serde_json::json!({ "probe": "sleep", "ms": ms }));
    let mut connection = instance.connect()?;
    connection.send(&request.to_bytes(), LIMIT)?;
    wait_line(instance, &format!("probe sleeps {}", request.id()))?;
    Ok((connection, request))
}

/// Waits for a line in the log that holds a text.
pub(super) fn wait_line(instance: &Instance, text: &str) -> Result<Line, Unmet> {
    let line = instance
        .logs()
        .wait_for(LIMIT, |line| line.text.contains(text));
    line.ok_or_else(|| {
        let logs = instance.logs().text();
        Unmet::Failed(format!(
            "no line with `{text}` came in the log:\n{}",
            cut(&logs)
        ))
    })
}

/// Ends an instance, and gives all that it wrote.
pub(super) fn ended_logs(instance: Instance) -> Result<Logs, Unmet> {
    let logs = instance.logs().clone();
    let ended = instance.terminate(LIMIT).is_some() && logs.wait_end(LIMIT);
    ensure(ended, || "sent SIGTERM: it did not end".into())?;
    Ok(logs)
}

/// The end of a long text.
pub(super) fn cut(text: &str) -> &str {
    const SHOWN: usize = 2000;
    let mut start = text.len().saturating_sub(SHOWN);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..]
}
