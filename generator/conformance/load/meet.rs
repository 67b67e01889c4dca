//! Calls that are known to run at the same time.

use std::collections::HashSet;

use serde_json::json;

use super::CALLS;
use crate::conformance::calls::{After, ensure, question, succeeded};
use crate::conformance::verdict::{NotPassed, Verdict};
use crate::emulator::{Answer, Connection, Instance, Request};

/// What came of calls that wait in their handlers for each other.
pub(super) enum Met {
    /// All were answered with success.
    All(Vec<(Request, Answer)>),
    /// All but one were sent, and only so many of them began.
    Began(usize),
}

/// Sends as many calls as an instance may have, made by `request` and told by `done`, that wait in
/// their handlers for each other.
///
/// The last one is sent when all others are known to run and none is answered.
pub(super) fn meet(
    instance: &Instance,
    done: &str,
    request: impl Fn(usize, Request) -> Request,
) -> Result<Met, NotPassed> {
    let limit = instance.patience();
    let asked = json!({ "probe": "meet", "count": CALLS });
    let mut open: Vec<(Request, Connection)> = Vec::new();
    for at in 0..CALLS {
        if at == CALLS - 1 {
            let began = begun(instance, "probe meets ", &open);
            if began < open.len() {
                return Ok(Met::Began(began));
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
    answers.collect::<Result<_, _>>().map(Met::All)
}

/// Waits until each of these calls has printed `word` and its id, and gives how many have.
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

/// Checks that none of these calls is answered.
pub(super) fn all_wait(done: &str, calls: &[(Request, Connection)]) -> Verdict {
    for (request, connection) in calls {
        ensure(
            connection.is_silent().after(done)?,
            done,
            format_args!(
                "the call {} was answered or cut off before its time",
                request.id()
            ),
        )?;
    }
    Ok(())
}
