//! The kept connections between the platform and an instance.

mod freeze;
mod keep_alive;

use freeze::freeze;
use keep_alive::{keep_alive, stays_open};

use super::calls::{After, ensure, fail, is_plain, not_checked, plain, rest, works_on};
use super::rule::Level::{Info, Must};
use super::rule::Rule;
use super::target::Target;
use super::verdict::{NotPassed, Verdict};
use crate::emulator::{Connection, Instance};
use crate::platform::{IDLE_KEPT, header, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "keep-alive",
        page::PRINCIPLES,
        "the platform keeps its connections, and an event that it sends on a closed one is a 502",
        keep_alive,
    )
    .hint(
        "switch keep-alive on and never answer `Connection: close`. Flask's own server cannot: \
         `gunicorn --bind 0.0.0.0:9000 --threads 20 --keep-alive 86400 --timeout 0 app:app` does; \
         Python's `http.server` needs `protocol_version = \"HTTP/1.1\"` in its handler",
    ),
    Rule::new(
        Must,
        "idle-connection",
        page::EXITED,
        "a connection closed before 15 idle minutes makes the next event a 502",
        idle_connection,
    )
    .hint(
        "set the idle time-out over 900 s or to none: Node `server.keepAliveTimeout = 0`, gunicorn \
         `--threads 20 --keep-alive 86400`, uvicorn `--timeout-keep-alive 86400`, Go an \
         `http.Server` without `IdleTimeout` and `ReadTimeout`",
    )
    .stated(IDLE_KEPT),
    Rule::new(
        Must,
        "freeze",
        page::LIFECYCLE,
        "an instance is frozen between calls, and a timer that fires at the thaw closes the \
         connection that the next event comes on",
        freeze,
    )
    .hint(
        "switch the time-outs of connections off rather than on to a long time, since those that ran \
         out in the freeze fire at the thaw, and let no watchdog end a process that stood still: \
         gunicorn needs `--timeout 0`, or its 30 s end a worker that was frozen for longer",
    )
    .held(),
    Rule::new(
        Info,
        "pipelining",
        page::PRINCIPLES,
        "requests that are sent ahead on a connection are lost or answered out of order; the \
         platform is not known to send any",
        pipelining,
    )
    .hint(
        "answer the requests of a connection in their order, and keep the bytes that were read \
         beyond the end of one for the next",
    ),
    Rule::new(
        Info,
        "http-1-0",
        page::PRINCIPLES,
        "a tool or proxy that speaks HTTP/1.0 gets no answer that it understands; the platform \
         itself speaks HTTP/1.1",
        http_1_0,
    )
    .hint(
        "answer HTTP/1.0 without chunks, then close the connection unless the request said \
         `Connection: keep-alive`",
    ),
];

/// A connection on which a call was answered, and that is still open.
fn used(target: &Target, instance: &Instance, done: &str) -> Result<Connection, NotPassed> {
    let mut connection = instance.connect().after(done)?;
    let answer = connection.call(&plain(target, instance), instance.patience());
    let answer = answer.after(done)?;
    is_plain(target, done, &answer)?;
    if answer.closes {
        return not_checked("it closes each connection: see `keep-alive`");
    }
    Ok(connection)
}

fn idle_connection(target: &Target) -> Verdict {
    let instance = target.start()?;
    let mut connection = used(target, &instance, "opened a connection and sent a call")?;
    let done = format!(
        "left a connection idle for {} s, of the {} s that it must be kept",
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
    let done = format!("sent {AHEAD} requests at once on one connection");
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
        let done = format!("{done}, and read answer {at}");
        let answer = connection.answer(limit).after(&done)?;
        if target.probe && answer.body != body(at) {
            return fail(&done, format_args!("not `number {at}`: {answer}"));
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
        format_args!("the answer comes in chunks, which HTTP/1.0 does not know: {answer}"),
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
        // Nobody has to keep such a connection, but whoever does not says nothing of keeping it.
        let kept = answer.headers.get(header::CONNECTION);
        if !kept.is_some_and(|value| value.eq_ignore_ascii_case("keep-alive")) {
            break;
        }
    }
    Ok(())
}
