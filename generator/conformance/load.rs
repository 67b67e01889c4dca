//! Many concurrent calls in one instance.

mod meet;

use std::collections::HashSet;
use std::time::Duration;

use serde_json::json;

use super::calls::{After, at_once, ensure, fail, json, not_checked, question, tail, wait_line};
use super::context::holds;
use super::rule::Level::{Must, Should};
use super::rule::Rule;
use super::target::{FunctionKind, Target};
use super::verdict::Verdict;
use crate::emulator::Request;
use crate::platform::{header, page};
use meet::{CALLS, Meeting, all_wait, begun, meet};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "calls-at-once",
        page::CONCURRENCY,
        "calls wait for each other in an instance that is configured for 200 concurrent calls",
        together,
    )
    .hint(
        "serve 200 concurrent calls, or set `instanceConcurrency` to what the server can serve: \
         gunicorn `--worker-class gthread --threads 200`, Flask's own server `threaded=True`",
    )
    .probe(),
    Rule::new(
        Must,
        "contexts-apart",
        page::CONCURRENCY,
        "a call acts or logs with the context of another call that runs at the same time",
        contexts_apart,
    )
    .hint(
        "keep the context of a call in its request or in a per-call store (Python `contextvars`, \
         Node `AsyncLocalStorage`, Go `context.Context`), never in a global variable",
    )
    .probe(),
    Rule::new(
        Should,
        "logs-apart",
        page::CONCURRENCY,
        "log lines of different calls are mixed, or carry the id of another call",
        logs_apart,
    )
    .hint(
        "put the call's `x-fc-request-id` into each line, and write each line with its newline in \
         one write, under a lock",
    )
    .probe(),
    Rule::new(
        Should,
        "health-under-load",
        page::HEALTH,
        "a busy instance that does not answer a health check gets no more calls",
        health,
    )
    .hint(
        "respond to the health path with 200 on a thread that calls cannot occupy: use more \
         threads than `instanceConcurrency`, and never block an event loop in the handler",
    )
    .probe(),
];

fn together(target: &Target) -> Verdict {
    let done = format!("sent {CALLS} concurrent calls that wait for each other");
    match meet(&target.start()?, &done, |_, request| request)? {
        Meeting::All(_) => Ok(()),
        Meeting::Partial(count) => fail(
            &done,
            format_args!("only {count} of the first {} calls started", CALLS - 1),
        ),
    }
}

fn contexts_apart(target: &Target) -> Verdict {
    let instance = target.start()?;
    let done = format!("sent {CALLS} concurrent calls, each with its own values");
    let own = |at: usize, request: Request| {
        request
            .with(header::QUALIFIER, format!("qualifier-{at}"))
            .with(header::ACCESS_KEY_ID, format!("id-{at}"))
            .with(header::ACCESS_KEY_SECRET, format!("secret-{at}"))
            .with(header::SECURITY_TOKEN, format!("token-{at}"))
    };
    let met = match meet(&instance, &done, own)? {
        Meeting::All(met) => met,
        Meeting::Partial(count) => {
            return not_checked(format!(
                "the function runs only {count} of {CALLS} concurrent calls",
            ));
        }
    };
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
            let done = format!("{done}; read them {time} all calls were running");
            holds(&done, &contexts[time], &expected)?;
        }
    }
    let ids = met.iter().map(|(request, _)| request.id());
    let ids = ids.collect::<HashSet<_>>();
    for id in &ids {
        let line = wait_line(&instance, &format!("probe met {id}"))?;
        let mut words = line
            .text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let other = words.find(|word| word != id && ids.contains(word));
        ensure(
            other.is_none(),
            &format!("{done}; each logs `probe met ID`"),
            format_args!("a log line contains the ids of two calls: `{}`", line.text),
        )?;
    }
    Ok(())
}

fn logs_apart(target: &Target) -> Verdict {
    const TIMES: usize = 5;
    let instance = target.start()?;
    let record = |at: usize| format!("record-{at}-{}.", "x".repeat(at * 5));
    let requests = (0..CALLS).map(|at| {
        let asked = json!({ "probe": "log", "text": record(at), "times": TIMES });
        question(&instance, &asked)
    });
    let requests = requests.collect::<Vec<_>>();
    at_once(&instance, &requests)?;
    let done = format!("sent {CALLS} concurrent calls that log {TIMES} records each");
    let mut count = 0;
    let all = instance.logs().wait_until(instance.patience(), |lines| {
        let records = lines
            .iter()
            .map(|line| line.text.matches("record-").count());
        count = records.sum();
        count >= CALLS * TIMES
    });
    if !all {
        let text = instance.logs().text();
        return fail(
            &done,
            format_args!(
                "the log has {count} of {} records:\n{}",
                CALLS * TIMES,
                tail(&text)
            ),
        );
    }
    let lines = instance.logs().lines();
    for (at, request) in requests.iter().enumerate() {
        let (id, record) = (request.id(), record(at));
        let with = lines.iter().filter(|line| line.text.contains(&record));
        let with = with.map(|line| &line.text).collect::<Vec<_>>();
        let alone = |text: &&&String| text.matches("record-").count() == 1 && text.contains(id);
        let count = with.iter().filter(alone).count();
        let like = with
            .first()
            .map_or(String::new(), |text| text.chars().take(200).collect());
        ensure(
            count == TIMES,
            &done,
            format_args!(
                "{count} lines, expected {TIMES}, contain only record {at} with the id of its \
                 call, {id}; the first of {} lines with the record starts with `{like}`",
                with.len()
            ),
        )?;
    }
    Ok(())
}

fn health(target: &Target) -> Verdict {
    // The longest timeout of a health check, and how many failures mark an instance unhealthy.
    const TIMEOUT: Duration = Duration::from_secs(3);
    const TRIES: usize = 3;
    let instance = target.start()?;
    let busy = format!("sent {CALLS} calls that sleep");
    let asked = json!({ "probe": "sleep", "ms": 600_000 });
    let mut calls = Vec::new();
    for _ in 0..CALLS {
        let request = question(&instance, &asked);
        let mut connection = instance.connect().after(&busy)?;
        connection
            .send(&request.to_bytes(), instance.patience())
            .after(&busy)?;
        calls.push((request, connection));
    }
    let began = begun(&instance, "probe sleeps ", &calls);
    let done = format!("{busy} ({began} started) and GET /health at the same time");
    let check = || {
        let mut connection = instance.connect()?;
        connection.call(&instance.client("GET", "/health"), TIMEOUT)
    };
    let Some(answer) = (0..TRIES).find_map(|_| check().ok()) else {
        return fail(
            &done,
            format_args!("no response within {} s, three times", TIMEOUT.as_secs()),
        );
    };
    let healthy = (200..400).contains(&answer.status);
    if target.kind == FunctionKind::Event && !healthy {
        return not_checked(format!(
            "the platform checks the health of web and GPU functions only, and this one responds \
             to GET /health with {}",
            answer.status
        ));
    }
    ensure(healthy, &done, &answer)?;
    all_wait(&done, &calls)
}
