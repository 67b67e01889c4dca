//! What the rules share: plain calls, questions to the probe, and what is waited for.

use std::time::Duration;

use serde_json::Value;

use super::target::{FunctionKind, Target};
pub(super) use super::verdict::{After, ensure, fail, not_checked};
use super::verdict::{NotPassed, Verdict};
use crate::emulator::{Answer, Connection, Instance, Line, Logs, Request};

/// An event that every function of this kind answers, or a client's request where it has none.
pub(super) fn plain(target: &Target, instance: &Instance) -> Request {
    if target.kind == FunctionKind::Event || target.probe {
        instance.invocation(&target.event)
    } else {
        instance.client("GET", &target.path)
    }
}

/// Checks the answer to [`plain`].
pub(super) fn is_plain(target: &Target, done: &str, answer: &Answer) -> Verdict {
    if target.kind == FunctionKind::Event || target.probe {
        succeeded(done, answer)?;
    }
    let echoed = !target.probe || answer.body == target.event;
    ensure(answer.status < 500 && echoed, done, answer)
}

/// Makes a plain call after something was done.
pub(super) fn works(target: &Target, instance: &Instance, done: &str) -> Verdict {
    let done = format!("{done}, then a call");
    let answer = instance.call(&plain(target, instance)).after(&done)?;
    is_plain(target, &done, &answer)
}

/// Makes a plain call on one connection.
pub(super) fn works_on(
    connection: &mut Connection,
    target: &Target,
    instance: &Instance,
    done: &str,
) -> Verdict {
    let answer = connection.call(&plain(target, instance), instance.patience());
    let done = format!("{done}, then a call on the connection");
    is_plain(target, &done, &answer.after(&done)?)
}

/// Checks that an event was answered with success.
pub(super) fn succeeded(done: &str, answer: &Answer) -> Verdict {
    ensure(answer.is_success() && !answer.failed(), done, answer)
}

/// Checks that an event was answered as failed: to the platform, and to a caller.
pub(super) fn failed(done: &str, answer: &Answer) -> Verdict {
    ensure(
        !answer.is_success() && answer.failed(),
        &format!("{done}, which must fail"),
        format_args!("its status and `x-fc-status` may not both be of success: {answer}"),
    )
}

/// The text of an error's JSON, checked to have the platform's names.
pub(super) fn error_message(done: &str, answer: &Answer) -> Result<String, NotPassed> {
    let json = answer.json().unwrap_or_default();
    match (json["errorMessage"].as_str(), json["errorType"].as_str()) {
        (Some(message), Some(_)) => Ok(message.into()),
        _ => fail(
            done,
            format_args!("the body is no JSON with `errorMessage` and `errorType`: {answer}"),
        ),
    }
}

/// The request that asks the probe something.
pub(super) fn question(instance: &Instance, asked: &Value) -> Request {
    instance.invocation(asked.to_string().as_bytes())
}

/// Asks the probe, which must answer with success.
pub(super) fn ask(instance: &Instance, asked: &Value) -> Result<Answer, NotPassed> {
    send(
        instance,
        &question(instance, asked),
        &format!("sent {asked}"),
    )
}

/// Sends a request, which must be answered with success.
pub(super) fn send(
    instance: &Instance,
    request: &Request,
    done: &str,
) -> Result<Answer, NotPassed> {
    let answer = instance.call(request).after(done)?;
    succeeded(done, &answer)?;
    Ok(answer)
}

/// Asks the probe for JSON.
pub(super) fn json(done: &str, answer: &Answer) -> Result<Value, NotPassed> {
    answer
        .json()
        .map_or_else(|| fail(done, format_args!("no JSON: {answer}")), Ok)
}

/// How often `init` of the probe was begun.
pub(super) fn inits(instance: &Instance) -> Result<u64, NotPassed> {
    let asked = serde_json::json!({ "probe": "counts" });
    let done = "asked for the counts";
    let counts = json(done, &ask(instance, &asked)?)?;
    let init = counts["init"].as_u64();
    init.map_or_else(
        || fail(done, format_args!("no count of inits: {counts}")),
        Ok,
    )
}

/// Sends each request on a connection of its own, and then reads the answers.
pub(super) fn at_once(instance: &Instance, requests: &[Request]) -> Result<Vec<Answer>, NotPassed> {
    let done = format!("sent {} calls at a time", requests.len());
    let limit = instance.patience();
    let mut connections = Vec::new();
    for request in requests {
        let mut connection = instance.connect().after(&done)?;
        connection.send(&request.to_bytes(), limit).after(&done)?;
        connections.push(connection);
    }
    let answers = connections
        .iter_mut()
        .zip(requests)
        .map(|(connection, request)| {
            let answer = connection.answer_to(&request.method, limit).after(&done)?;
            Ok(Answer {
                request_id: request.id().into(),
                ..answer
            })
        });
    answers.collect()
}

/// A call that sleeps, known to be running.
pub(super) fn sleeping(instance: &Instance, ms: u64) -> Result<(Connection, Request), NotPassed> {
    let request = question(instance, &serde_json::json!({ "probe": "sleep", "ms": ms }));
    let mut connection = instance.connect()?;
    connection.send(&request.to_bytes(), instance.patience())?;
    wait_line(instance, &format!("probe sleeps {}", request.id()))?;
    Ok((connection, request))
}

/// Lets some time pass, in which the process must not end.
pub(super) fn rest(instance: &Instance, time: Duration, done: &str) -> Verdict {
    match instance.wait(time) {
        None => Ok(()),
        Some(status) => fail(done, format_args!("the process ended ({status})")),
    }
}

/// Waits for a line in the log that holds a text.
pub(super) fn wait_line(instance: &Instance, text: &str) -> Result<Line, NotPassed> {
    let logs = instance.logs();
    let line = logs.wait_for(instance.patience(), |line| line.text.contains(text));
    line.map_or_else(
        || {
            let sent = format!("waited for a line with `{text}` in its log");
            fail(&sent, format_args!("it logged:\n{}", cut(&logs.text())))
        },
        Ok,
    )
}

/// Ends an instance, and gives all that it wrote.
pub(super) fn ended_logs(instance: Instance) -> Result<Logs, NotPassed> {
    let logs = instance.logs().clone();
    let limit = instance.patience();
    // One that does not end is killed, which other rules are about.
    let _status = instance.terminate(limit);
    let done = "ended it and waited for the end of its output";
    ensure(logs.wait_end(limit), done, "something still holds it open")?;
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
