//! Many calls at a time in one instance.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::json;

use super::Level::{Must, Should};
use super::ask::{
    After, LIMIT, at_once, cut, ensure, json, question, sleeping, succeeded, wait_line,
};
use super::context::holds;
use super::{Kind, Rule, Target, Unmet, Verdict};
use crate::contract::{CONCURRENCY_LIMIT, header, page};
use crate::local::{Answer, Connection, Instance, Request};

/// As many as one instance may have.
const CALLS: usize = CONCURRENCY_LIMIT;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "calls-at-once",
        page::CONCURRENCY,
        "calls wait for each other in an instance that was configured to take 200",
        together,
    )
    .probe(),
    Rule::new(
        Must,
        "contexts-apart",
        page::CONCURRENCY,
        "a call acts and logs as another one that runs beside it",
        contexts_apart,
    )
    .probe(),
    Rule::new(
        Must,
        "logs-apart",
        page::CONCURRENCY,
        "log lines of different calls are mixed, or carry the id of another call",
        logs_apart,
    )
    .probe(),
    Rule::new(
        Should,
        "health-under-load",
        page::HEALTH,
        "a busy instance that answers no health check gets no more calls",
        health,
    )
    .probe(),
];

/// Sends as many calls as an instance may have, made by `request` and told by `done`, that wait in
/// their handlers for each other, and gives the requests and the answers.
///
/// The last one is sent when all others are known to run and none is answered.
fn meet(
    instance: &Instance,
    done: &str,
    request: impl Fn(usize, Request) -> Request,
) -> Result<Vec<(Request, Answer)>, Unmet> {
    let asked = json!({ "probe": "meet", "count": CALLS });
    let mut open: Vec<(Request, Connection)> = Vec::new();
    for at in 0..CALLS {
        if at == CALLS - 1 {
            all_run(instance, done, &open)?;
        }
        let request = request(at, question(instance, &asked));
        let mut connection = instance.connect().after(done)?;
        connection.send(&request.to_bytes(), LIMIT).after(done)?;
        open.push((request, connection));
    }
    let answers = open.into_iter().map(|(request, mut connection)| {
        let answer = connection.answer(LIMIT).after(done)?;
        succeeded(done, &answer)?;
        Ok((request, answer))
    });
    answers.collect()
}

/// Waits until each of these calls has begun, and checks that none is answered.
fn all_run(instance: &Instance, done: &str, calls: &[(Request, Connection)]) -> Verdict {
    let mut begun = HashSet::new();
    let all = instance.logs().wait_until(LIMIT, |lines| {
        let ids = lines.iter().filter_map(|line| {
            let (_, id) = line.text.split_once("probe meets ")?;
            Some(id.to_owned())
        });
        begun = ids.collect();
        calls
            .iter()
            .all(|(request, _)| begun.contains(request.id()))
    });
    ensure(all, || {
        let (count, sent) = (begun.len(), calls.len());
        format!("{done}, each of which waits for the others: {count} of the first {sent} began")
    })?;
    for (request, connection) in calls {
        ensure(connection.is_silent()?, || {
            format!("{done}: {} did not wait for the others", request.id())
        })?;
    }
    Ok(())
}

fn together(target: &Target) -> Verdict {
    let done = format!("sent {CALLS} calls at a time");
    meet(&target.start()?, &done, |_, request| request).map(drop)
}

fn contexts_apart(target: &Target) -> Verdict {
    let instance = target.start()?;
    let done = format!("sent {CALLS} calls at a time, each with values of its own");
    let own = |at: usize, request: Request| {
        request
            .with(header::QUALIFIER, format!("qualifier-{at}"))
            .with(header::ACCESS_KEY_ID, format!("id-{at}"))
            .with(header::ACCESS_KEY_SECRET, format!("secret-{at}"))
            .with(header::SECURITY_TOKEN, format!("token-{at}"))
    };
    let met = meet(&instance, &done, own)?;
    for (at, (request, answer)) in met.iter().enumerate() {
        let contexts = json(&done, answer)?;
        let expected = json!({
            "requestId": request.id(),
            "qualifier": format!("qualifier-{at}"),
            "credentials": {
                "accessKeyId": format!("id-{at}"),
                "accessKeySecret": format!("secret-{at}"),
                "securityToken": format!("token-{at}"),
            },
        });
        for time in ["before", "after"] {
            holds(
                &format!("{done}, {time} they waited for each other"),
                &contexts[time],
                &expected,
            )?;
        }
        let id = request.id();
        wait_line(&instance, &format!(" {id} [INFO] probe met {id}"))?;
    }
    Ok(())
}

fn logs_apart(target: &Target) -> Verdict {
    const TIMES: usize = 5;
    let instance = target.start()?;
    let record = |at: usize| format!("record-{at}-{}.", "x".repeat(at * 5));
    let requests = (0..CALLS).map(|at| {
        question(
            &instance,
            &json!({ "probe": "log", "text": record(at), "times": TIMES }),
        )
    });
    let requests = requests.collect::<Vec<_>>();
    at_once(&instance, &requests)?;
    let done = format!("sent {CALLS} calls at a time that log {TIMES} records each");
    let all = instance.logs().wait_until(LIMIT, |lines| {
        lines
            .iter()
            .filter(|line| line.text.contains("record-"))
            .count()
            >= CALLS * TIMES
    });
    ensure(all, || {
        format!("{done}: not all came: {}", cut(&instance.logs().text()))
    })?;
    for (at, request) in requests.iter().enumerate() {
        let record = record(at);
        let own = |text: &str| text.ends_with(&record) && text.contains(request.id());
        let lines = instance.logs().lines();
        let count = lines.iter().filter(|line| own(&line.text)).count();
        ensure(count == TIMES, || {
            let id = request.id();
            format!("{done}: {count} whole lines with `{id}` and its record")
        })?;
    }
    Ok(())
}

fn health(target: &Target) -> Verdict {
    // The longest time-out of a health check, and how many may fail before it counts.
    const TIMEOUT: Duration = Duration::from_secs(3);
    const TRIES: usize = 3;
    let instance = target.start()?;
    let mut busy = Vec::new();
    for _ in 0..CALLS {
        busy.push(sleeping(&instance, 600_000)?);
    }
    let check = |instance: &Instance| {
        let mut connection = instance.connect()?;
        connection.call(&instance.client("GET", "/health"), TIMEOUT)
    };
    let checked = (0..TRIES).map(|_| check(&instance)).find(Result::is_ok);
    let kind = if target.kind == Kind::Web {
        "its router answers"
    } else {
        "the server answers"
    };
    let done = format!("sent GET /health, which {kind}, beside {CALLS} busy calls");
    let Some(checked) = checked else {
        return super::ask::fail(format!("{done}: no answer within {TIMEOUT:?}, three times"));
    };
    let answer = checked.after(&done)?;
    ensure((200..400).contains(&answer.status), || {
        format!("{done}: {answer}")
    })?;
    for (call, _) in &mut busy {
        ensure(call.is_silent()?, || {
            "a busy call ended before its time".into()
        })?;
    }
    Ok(())
}
