//! Repeated calls on one connection, and the reason why a response closes it.

use std::time::Instant;

use crate::conformance::calls::{After, ensure, fail, is_plain, plain};
use crate::conformance::target::Target;
use crate::conformance::verdict::Verdict;
use crate::emulator::{Answer, CallError, Instance, Request};
use crate::platform::header;

pub(super) fn keep_alive(target: &Target) -> Verdict {
    const CALLS: usize = 1000;
    let instance = target.start()?;
    let limit = instance.patience();
    let mut connection = instance.connect().after("opened a connection")?;
    let begun = Instant::now();
    let mut last: Option<Answer> = None;
    for at in 1..=CALLS {
        let done = format!("sent call {at} of {CALLS} on one connection");
        let answer = match (connection.call(&plain(target, &instance), limit), &last) {
            (Err(error @ (CallError::Closed { .. } | CallError::Io(_))), Some(last)) => {
                let promised = promised(last);
                return fail(
                    &done,
                    format_args!("{error}, although the previous response had {promised}"),
                );
            }
            (called, _) => called.after(&done)?,
        };
        is_plain(target, &done, &answer)?;
        stays_open(&done, &answer)?;
        last = Some(answer);
        // A slow function gets fewer calls, so that the check ends in time.
        if begun.elapsed() > limit {
            break;
        }
    }
    after_unread_bodies(target, &instance, &instance.client("POST", NOWHERE))?;
    if target.probe {
        let instance = target.start_in(&[("PROBE_INIT", "fail")])?;
        let event = instance.invocation(&[]);
        after_unread_bodies(target, &instance, &event)?;
    }
    Ok(())
}

/// A path that no function is expected to serve.
const NOWHERE: &str = "/no-such-route-of-this-function";

/// The lengths of bodies that a function may answer without reading them.
const UNREAD: [usize; 4] = [1_000, 32_000, 1_000_000, 5_000_000];

/// Checks that an early answer, to a request whose body the function need not read, is followed by the
/// next answer on the same connection, or says that it closes it.
fn after_unread_bodies(target: &Target, instance: &Instance, request: &Request) -> Verdict {
    let limit = instance.patience();
    for length in UNREAD {
        let mut connection = instance.connect().after("opened a connection")?;
        let request = request.clone().body(vec![b'x'; length]);
        let sent = format!(
            "sent {} {} with {length} bytes",
            request.method, request.target
        );
        let done = format!("{sent}, which the function need not read");
        let answer = connection.call(&request, limit).after(&done)?;
        if answer.closes {
            continue;
        }
        let done = format!("{sent}, then a call on the same connection");
        let next = connection.call(&plain(target, instance), limit);
        if let Err(error @ (CallError::Closed { .. } | CallError::Io(_))) = next {
            let promised = promised(&answer);
            return fail(
                &done,
                format_args!("{error}, although the response before it had {promised}"),
            );
        }
        next.after(&done)?;
    }
    Ok(())
}

/// Checks that the response leaves the connection open.
pub(super) fn stays_open(done: &str, answer: &Answer) -> Verdict {
    let came = format_args!(
        "the response closes the connection{}: {answer}",
        closed_by(answer)
    );
    ensure(!answer.closes, done, came)
}

/// The reason why a response closes its connection without `Connection: close`. Only HTTP/1.0 does
/// that.
fn closed_by(answer: &Answer) -> String {
    match answer.headers.get(header::CONNECTION) {
        Some(said) if says_close(said) => String::new(),
        Some(said) => format!(", since it is HTTP/1.0 with `Connection: {said}`"),
        None => ", since it is HTTP/1.0 without a `Connection` header".to_owned(),
    }
}

/// The way in which a response promised to keep the connection open.
fn promised(answer: &Answer) -> String {
    match answer.headers.get(header::CONNECTION) {
        Some(said) => format!("`Connection: {said}`"),
        // An HTTP/1.0 response promises nothing without the header.
        None => "HTTP/1.1 and no `Connection` header".to_owned(),
    }
}

fn says_close(connection: &str) -> bool {
    let mut options = connection.split(',');
    options.any(|option| option.trim().eq_ignore_ascii_case("close"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::Headers;

    fn answer(connection: Option<&str>) -> Answer {
        let mut headers = Headers::default();
        connection.inspect(|said| headers.set(header::CONNECTION, *said));
        Answer {
            status: 200,
            headers,
            body: Vec::new(),
            closes: true,
            request_id: String::new(),
        }
    }

    #[test]
    fn an_answer_of_http_1_0_is_told_from_one_that_says_that_it_closes() {
        let by = |connection| closed_by(&answer(connection));
        assert_eq!(by(Some("Keep-Alive, Close")), "");
        assert_eq!(
            by(None),
            ", since it is HTTP/1.0 without a `Connection` header"
        );
        assert_eq!(
            by(Some("upgrade")),
            ", since it is HTTP/1.0 with `Connection: upgrade`"
        );
    }

    #[test]
    fn what_was_promised_is_told_with_the_version_where_that_promises() {
        assert_eq!(
            promised(&answer(Some("keep-alive"))),
            "`Connection: keep-alive`"
        );
        let silent = promised(&answer(None));
        assert_eq!(silent, "HTTP/1.1 and no `Connection` header");
    }
}
