//! The persistent connections between the platform and an instance.

mod freeze;
mod keep_alive;

use freeze::freeze;
use keep_alive::{keep_alive, stays_open};

use super::calls::{After, ensure, fail, is_plain, open_used, plain, rest, works_on};
use super::rule::Level::{Info, Must};
use super::rule::Rule;
use super::target::Target;
use super::verdict::Verdict;
use crate::platform::{IDLE_KEPT, header, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "keep-alive",
        page::PRINCIPLES,
        "the platform keeps its connections open, and an event sent on a closed one ends in a 502",
        keep_alive,
    )
    .hint(
        "enable keep-alive and never send `Connection: close`. Before an early answer, such as a \
         404, read the body of the request to its end. Flask's own server cannot do this; \
         `gunicorn --bind 0.0.0.0:9000 --threads 20 --keep-alive 86400 --timeout 0 app:app` can. \
         Python's `http.server` needs `protocol_version = \"HTTP/1.1\"` in its handler",
    ),
    Rule::new(
        Must,
        "idle-connection",
        page::EXITED,
        "if the function closes a connection within 15 idle minutes, the next event ends in a 502",
        idle_connection,
    )
    .hint(
        "disable the idle timeout or set it above 900 s: Node `server.keepAliveTimeout = 0`, \
         gunicorn `--threads 20 --keep-alive 86400`, uvicorn `--timeout-keep-alive 86400`, Go an \
         `http.Server` without `IdleTimeout` and `ReadTimeout`",
    )
    .stated(IDLE_KEPT),
    Rule::new(
        Must,
        "freeze",
        page::LIFECYCLE,
        "the platform freezes an instance between calls; a timer that fires at the thaw closes the \
         connection that the next event uses",
        freeze,
    )
    .hint(
        "disable connection timeouts instead of raising them, since those that expire during a \
         freeze fire at the thaw. Let no watchdog end a process that was frozen: gunicorn needs \
         `--timeout 0`, or it kills a worker after a freeze of 30 s",
    )
    .idle(),
    Rule::new(
        Info,
        "pipelining",
        page::PRINCIPLES,
        "pipelined requests are lost or answered out of order; the platform is not known to send \
         any",
        pipelining,
    )
    .hint(
        "answer the requests of a connection in order, and keep the bytes after one request for \
         the next",
    ),
    Rule::new(
        Info,
        "http-1-0",
        page::PRINCIPLES,
        "a tool or proxy that speaks HTTP/1.0 cannot read the response; the platform itself speaks \
         HTTP/1.1",
        http_1_0,
    )
    .hint(
        "answer HTTP/1.0 without chunked encoding, then close the connection unless the request \
         has `Connection: keep-alive`",
    ),
];

fn idle_connection(target: &Target) -> Verdict {
    let instance = target.start()?;
    let mut connection = open_used(target, &instance, "opened a connection and sent a call")?;
    let done = format!(
        "left a connection idle for {} s (the platform requires {} s)",
        target.idle.as_secs_f32(),
        IDLE_KEPT.as_secs()
    );
    rest(&instance, target.idle, &done)?;
    works_on(&mut connection, target, &instance, &done)
}

fn pipelining(target: &Target) -> Verdict {
    const AHEAD: usize = 20;
    let instance = target.start()?;
    let limit = instance.patience();
    let mut connection = instance.connect().after("opened a connection")?;
    let done = format!("sent {AHEAD} pipelined requests on one connection");
    let body = |at: usize| {
        if target.probe {
            format!("number {at}").into_bytes()
        } else {
            target.event.clone()
        }
    };
    let requests = (1..=AHEAD).flat_map(|at| {
        let mut request = plain(target, &instance);
        if request.method == "POST" {
            request = request.body(body(at));
        }
        request.to_bytes()
    });
    connection
        .send(&requests.collect::<Vec<_>>(), limit)
        .after(&done)?;
    for at in 1..=AHEAD {
        let done = format!("{done} and read response {at}");
        let answer = connection.answer(limit).after(&done)?;
        if target.probe && answer.body != body(at) {
            return fail(&done, format_args!("expected `number {at}`: {answer}"));
        }
        ensure(answer.status < 500, &done, &answer)?;
        if at < AHEAD {
            stays_open(&done, &answer)?;
        }
    }
    Ok(())
}

fn http_1_0(target: &Target) -> Verdict {
    let instance = target.start()?;
    let limit = instance.patience();
    let old = |keep: bool| {
        let mut request = plain(target, &instance);
        if keep {
            request = request.with(header::CONNECTION, "keep-alive");
        }
        let head = request.head();
        let body = &request.to_bytes()[head.len()..];
        [head.replacen("HTTP/1.1", "HTTP/1.0", 1).as_bytes(), body].concat()
    };
    let done = "sent an HTTP/1.0 request";
    let mut connection = instance.connect().after(done)?;
    connection.send(&old(false), limit).after(done)?;
    let answer = connection.answer(limit).after(done)?;
    is_plain(target, done, &answer)?;
    ensure(
        answer.headers.get(header::TRANSFER_ENCODING).is_none(),
        done,
        format_args!("the response is chunked, which HTTP/1.0 does not support: {answer}"),
    )?;
    connection
        .until_closed(limit)
        .after("sent an HTTP/1.0 request and waited for the function to close the connection")?;

    let done = "sent two HTTP/1.0 requests with `Connection: keep-alive` on one connection";
    let mut connection = instance.connect().after(done)?;
    for _ in 0..2 {
        connection.send(&old(true), limit).after(done)?;
        let answer = connection.answer(limit).after(done)?;
        is_plain(target, done, &answer)?;
        // A function may close such a connection, but then it must not promise keep-alive.
        let kept = answer.headers.get(header::CONNECTION);
        if !kept.is_some_and(|value| value.eq_ignore_ascii_case("keep-alive")) {
            break;
        }
    }
    Ok(())
}
