//! Helpers of the rules: plain calls, instructions to the probe, and waiting.

use std::time::Duration;

use serde_json::Value;

use super::target::{FunctionKind, Target};
pub(super) use super::verdict::{After, ensure, fail, not_checked, unsupported};
use super::verdict::{NotPassed, Verdict};
use crate::emulator::{Answer, Connection, Instance, Line, Logs, Request};

/// The event that the function accepts, or a client's request if it accepts none.
pub(super) fn plain(target: &Target, instance: &Instance) -> Request {
    if target.kind == FunctionKind::Event || target.probe {
        instance.invocation(&target.event)
    } else {
        instance.client("GET", &target.path)
    }
}

/// Checks the response to [`plain`].
pub(super) fn is_plain(target: &Target, done: &str, answer: &Answer) -> Verdict {
    if target.kind == FunctionKind::Event || target.probe {
        succeeded(done, answer)?;
    }
    let echoed = !target.probe || answer.body == target.event;
    ensure(answer.status < 500 && echoed, done, answer)
}

/// Makes a plain call after the check did something.
pub(super) fn works(target: &Target, instance: &Instance, done: &str) -> Verdict {
    let done = format!("{done}, then sent a call");
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
    let done = format!("{done}, then sent a call on the connection");
    is_plain(target, &done, &answer.after(&done)?)
}

/// Opens a connection, makes one call on it, and keeps it open.
pub(super) fn open_used(
    target: &Target,
    instance: &Instance,
    done: &str,
) -> Result<Connection, NotPassed> {
    let mut connection = instance.connect().after(done)?;
    let answer = connection.call(&plain(target, instance), instance.patience());
    let answer = answer.after(done)?;
    is_plain(target, done, &answer)?;
    if answer.closes {
        return not_checked("the function closes each connection (see `keep-alive`)");
    }
    Ok(connection)
}

/// Checks that the response to an event reports success.
pub(super) fn succeeded(done: &str, answer: &Answer) -> Verdict {
    ensure(answer.is_success() && !answer.failed(), done, answer)
}

/// Checks that the response reports a failed event, both to the platform and to a caller.
pub(super) fn failed(done: &str, answer: &Answer) -> Verdict {
    ensure(
        !answer.is_success() && answer.failed(),
        &format!("{done}, which must fail"),
        format_args!(
            "the response reports success; its status or `x-fc-status` must report a failure: \
             {answer}",
        ),
    )
}

/// The message in an error's JSON, which must have the platform's field names.
pub(super) fn error_message(done: &str, answer: &Answer) -> Result<String, NotPassed> {
    let json = answer.json().unwrap_or_default();
    match (json["errorMessage"].as_str(), json["errorType"].as_str()) {
        (Some(message), Some(_)) => Ok(message.into()),
        _ => fail(
            done,
            format_args!("the body is not JSON with `errorMessage` and `errorType`: {answer}"),
        ),
    }
}

/// A request that gives the probe an instruction.
pub(super) fn question(instance: &Instance, asked: &Value) -> Request {
    instance.invocation(asked.to_string().as_bytes())
}

/// Gives the probe an instruction, which must succeed.
pub(super) fn ask(instance: &Instance, asked: &Value) -> Result<Answer, NotPassed> {
    send(
        instance,
        &question(instance, asked),
        &format!("sent {asked}"),
    )
}

/// Sends a request, which must succeed.
pub(super) fn send(
    instance: &Instance,
    request: &Request,
    done: &str,
) -> Result<Answer, NotPassed> {
    let answer = instance.call(request).after(done)?;
    succeeded(done, &answer)?;
    Ok(answer)
}

/// Reads the JSON of a response.
pub(super) fn json(done: &str, answer: &Answer) -> Result<Value, NotPassed> {
    answer.json().map_or_else(
        || fail(done, format_args!("the body is not JSON: {answer}")),
        Ok,
    )
}

/// The number of times that the probe started `init`.
pub(super) fn inits(instance: &Instance) -> Result<u64, NotPassed> {
    let asked = serde_json::json!({ "probe": "counts" });
    let done = "asked the probe for its counts";
    let counts = json(done, &ask(instance, &asked)?)?;
    let init = counts["init"].as_u64();
    init.map_or_else(
        || {
            fail(
                done,
                format_args!("the response has no number `init`: {counts}"),
            )
        },
        Ok,
    )
}

/// Sends each request on a connection of its own, then reads the responses.
pub(super) fn at_once(instance: &Instance, requests: &[Request]) -> Result<Vec<Answer>, NotPassed> {
    let done = format!("sent {} concurrent calls", requests.len());
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

/// Starts a call that sleeps, and waits until it runs.
pub(super) fn sleeping(instance: &Instance, ms: u64) -> Result<(Connection, Request), NotPassed> {
    let request = question(instance, &serde_json::json!({ "probe": "sleep", "ms": ms }));
    let mut connection = instance.connect()?;
    connection.send(&request.to_bytes(), instance.patience())?;
    wait_line(instance, &format!("probe sleeps {}", request.id()))?;
    Ok((connection, request))
}

/// Waits for some time, in which the process must not exit.
pub(super) fn rest(instance: &Instance, time: Duration, done: &str) -> Verdict {
    match instance.wait(time) {
        None => Ok(()),
        Some(status) => fail(done, format_args!("the process exited ({status})")),
    }
}

/// Waits for a log line that contains a text.
pub(super) fn wait_line(instance: &Instance, text: &str) -> Result<Line, NotPassed> {
    let logs = instance.logs();
    let line = logs.wait_for(instance.patience(), |line| line.text.contains(text));
    line.map_or_else(
        || {
            let sent = format!("waited for a log line with `{text}`");
            fail(&sent, format_args!("the log is:\n{}", tail(&logs.text())))
        },
        Ok,
    )
}

/// Ends an instance and returns all its output.
pub(super) fn ended_logs(instance: Instance) -> Result<Logs, NotPassed> {
    let logs = instance.logs().clone();
    let limit = instance.patience();
    // An instance that does not exit is killed; other rules check that.
    let _status = instance.terminate(limit);
    let done = "sent SIGTERM and waited for the end of the output";
    ensure(
        logs.wait_end(limit),
        done,
        "some process still holds the output open",
    )?;
    Ok(logs)
}

/// The end of a long text.
pub(super) fn tail(text: &str) -> &str {
    const SHOWN: usize = 2000;
    let mut start = text.len().saturating_sub(SHOWN);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..]
}
