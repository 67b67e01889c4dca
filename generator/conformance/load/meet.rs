//! Calls that provably run at the same time.

use std::collections::HashSet;

use serde_json::json;

use crate::conformance::calls::{After, ensure, question, succeeded};
use crate::conformance::verdict::{NotPassed, Verdict};
use crate::emulator::{Answer, Connection, Instance, Request};
use crate::platform::CONCURRENCY_LIMIT;

/// The largest number of concurrent calls that an instance can be configured for.
pub(super) const CALLS: usize = CONCURRENCY_LIMIT;

/// The outcome of calls that wait for each other in their handlers.
pub(super) enum Meeting {
    /// All calls succeeded.
    All(Vec<(Request, Answer)>),
    /// All calls except the last were sent, and only this many of them started.
    Partial(usize),
}

/// Sends as many calls as an instance may have. The calls, which `request` makes and `done`
/// describes, wait for each other in their handlers.
///
/// The last call is sent when all others are running and none has a response yet.
pub(super) fn meet(
    instance: &Instance,
    done: &str,
    request: impl Fn(usize, Request) -> Request,
) -> Result<Meeting, NotPassed> {
    let limit = instance.patience();
    let asked = json!({ "probe": "meet", "count": CALLS });
    let mut open: Vec<(Request, Connection)> = Vec::new();
    for at in 0..CALLS {
        if at == CALLS - 1 {
            let began = begun(instance, "probe meets ", &open);
            if began < open.len() {
                return Ok(Meeting::Partial(began));
            }
            all_wait(done, &open)?;
        }
        let request = request(at, question(instance, &asked));
        let mut connection = instance.connect().after(done)?;
        connection.send(&request.to_bytes(), limit).after(done)?;
        open.push((request, connection));
    }
    let answers = open.into_iter().map(|(request, mut connection)| {
        let answer = connection.answer(limit).after(done)?;
        succeeded(done, &answer)?;
        Ok((request, answer))
    });
    answers.collect::<Result<_, _>>().map(Meeting::All)
}

/// Waits until each of these calls has printed `word` and its id, and returns how many have.
pub(super) fn begun(instance: &Instance, word: &str, calls: &[(Request, Connection)]) -> usize {
    let mut count = 0;
    instance.logs().wait_until(instance.patience(), |lines| {
        let ids = lines
            .iter()
            .filter_map(|line| Some(line.text.split_once(word)?.1));
        let ids = ids.collect::<HashSet<_>>();
        let known = calls
            .iter()
            .filter(|(request, _)| ids.contains(request.id()));
        count = known.count();
        count == calls.len()
    });
    count
}

/// Checks that none of these calls has a response yet.
pub(super) fn all_wait(done: &str, calls: &[(Request, Connection)]) -> Verdict {
    for (request, connection) in calls {
        ensure(
            connection.is_silent().after(done)?,
            done,
            format_args!(
                "the call {} got a response or was cut off too early",
                request.id()
            ),
        )?;
    }
    Ok(())
}
