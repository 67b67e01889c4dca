//! The kept connections between the platform and an instance.

use std::thread;

use super::Level::{Must, Should};
use super::ask::{After, LIMIT, ensure, is_plain, plain, sleeping, works, works_on};
use super::{Rule, Target, Unmet, Verdict};
use crate::contract::{IDLE_KEPT, header, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "keep-alive",
        page::PRINCIPLES,
        "the platform keeps its connections, and an event that it sends on a closed one is a 502",
        keep_alive,
    ),
    Rule::new(
        Must,
        "idle-connection",
        page::EXITED,
        "a connection closed before 15 idle minutes makes the next event a 502",
        idle_connection,
    ),
    Rule::new(
        Must,
        "freeze",
        page::LIFECYCLE,
        "an instance is frozen between calls, and a timer that fires at the thaw closes the \
         connection that the next event comes on",
        freeze,
    ),
    Rule::new(
        Should,
        "pipelining",
        page::PRINCIPLES,
        "requests that are sent ahead on a connection are lost or answered out of order",
        pipelining,
    ),
    Rule::new(
        Should,
        "http-1-0",
        page::PRINCIPLES,
        "a health check or proxy that speaks HTTP/1.0 gets no answer that it understands",
        http_1_0,
    ),
    Rule::new(
        Must,
        "expect-continue",
        page::PRINCIPLES,
        "a client that waits for `100 Continue` before it sends its body waits for ever",
        expect_continue,
    ),
];

fn keep_alive(target: &Target) -> Verdict {
    const CALLS: usize = 1000;
    let instance = target.start()?;
    let mut connection = instance.connect()?;
    for at in 1..=CALLS {
        let done = format!("sent call {at} of {CALLS} on one connection");
        let answer = connection
            .call(&plain(target, &instance), LIMIT)
            .after(&done)?;
        is_plain(target, &done, &answer)?;
        let closes = answer.headers.get(header::CONNECTION);
        let closes = closes.is_some_and(|value| value.eq_ignore_ascii_case("close"));
        ensure(!closes, || {
            format!("{done}: the answer closes it: {answer}")
        })?;
    }
    Ok(())
}

fn idle_connection(target: &Target) -> Verdict {
    let instance = target.start()?;
    let mut connection = instance.connect()?;
    works_on(&mut connection, target, &instance, "opened a connection")?;
    thread::sleep(target.idle);
    let done = format!(
        "left a connection idle for {:?}, of the {IDLE_KEPT:?} that it must be kept",
        target.idle
    );
    works_on(&mut connection, target, &instance, &done)
}

fn freeze(target: &Target) -> Verdict {
    let instance = target.start()?;
    let mut kept = [instance.connect()?, instance.connect()?];
    for connection in &mut kept {
        works_on(connection, target, &instance, "opened a connection")?;
    }
    let running = if target.probe {
        Some(sleeping(&instance, 100)?)
    } else {
        None
    };
    if let Err(error) = instance.freeze() {
        return Err(Unmet::NotChecked(format!("cannot freeze it: {error}")));
    }
    // Unanswered to the end, it shows that the function stood still all the time.
    let request = plain(target, &instance);
    let mut witness = instance.connect()?;
    witness.send(&request.to_bytes(), LIMIT)?;
    thread::sleep(target.idle);
    if !witness.is_silent()? {
        let why = "it answers while its process is stopped, so that process is not all of it";
        return Err(Unmet::NotChecked(why.into()));
    }
    instance.thaw()?;
    let done = format!("froze it for {:?} and thawed it", target.idle);
    // The second connection is used when timers that are due have fired.
    for connection in &mut kept {
        works_on(connection, target, &instance, &done)?;
    }
    let waiting = format!("{done} with a request on the way");
    let answer = witness.answer(LIMIT).after(&waiting)?;
    is_plain(target, &waiting, &answer)?;
    if let Some((mut running, _)) = running {
        let done = format!("{done} with a call in it");
        let answer = running.answer(LIMIT).after(&done)?;
        ensure(answer.body == b"slept", || format!("{done}: {answer}"))?;
    }
    works(target, &instance, &done)
}

fn pipelining(target: &Target) -> Verdict {
    const AHEAD: usize = 20;
    let instance = target.start()?;
    let mut connection = instance.connect()?;
    let done = format!("sent {AHEAD} requests at once on one connection");
    let body = |at: usize| {
        if target.probe {
            format!("number {at}").into_bytes()
        } else {
            target.event.clone()
        }
    };
    let requests = (0..AHEAD).flat_map(|at| {
        let mut request = plain(target, &instance);
        if request.method == "POST" {
            request = request.body(body(at));
        }
        request.to_bytes()
    });
    connection
        .send(&requests.collect::<Vec<_>>(), LIMIT)
        .after(&done)?;
    for at in 0..AHEAD {
        let answer = connection.answer(LIMIT).after(&done)?;
        let expected = !target.probe || answer.body == body(at);
        ensure(answer.status < 500 && expected, || {
            format!("{done}, number {at}: {answer}")
        })?;
    }
    Ok(())
}

fn http_1_0(target: &Target) -> Verdict {
    let instance = target.start()?;
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
    let mut connection = instance.connect()?;
    connection.send(&old(false), LIMIT).after(done)?;
    let answer = connection.answer(LIMIT).after(done)?;
    is_plain(target, done, &answer)?;
    ensure(
        answer.headers.get(header::TRANSFER_ENCODING).is_none(),
        || format!("{done}, which knows no chunks: {answer}"),
    )?;
    connection
        .until_closed(LIMIT)
        .after("waited for the end of an HTTP/1.0 connection")?;

    let done = "sent an HTTP/1.0 request with `Connection: keep-alive`";
    let mut connection = instance.connect()?;
    for _ in 0..2 {
        connection.send(&old(true), LIMIT).after(done)?;
        is_plain(target, done, &connection.answer(LIMIT).after(done)?)?;
    }
    Ok(())
}

fn expect_continue(target: &Target) -> Verdict {
    let instance = target.start()?;
    let request = instance
        .invocation(&target.event)
        .with(header::EXPECT, "100-continue");
    let head = request.head();
    let done = "sent a head with `Expect: 100-continue`";
    let mut connection = instance.connect()?;
    connection.send(head.as_bytes(), LIMIT).after(done)?;
    let (status, _) = connection.answer_head(LIMIT).after(done)?;
    ensure(status == 100, || {
        format!("{done}: {status} came in the place of 100")
    })?;
    let done = "sent the body after `100 Continue`";
    connection.send(&target.event, LIMIT).after(done)?;
    let answer = connection.answer(LIMIT).after(done)?;
    if target.kind == super::Kind::Web && !target.probe {
        return Ok(());
    }
    is_plain(target, done, &answer)
}
