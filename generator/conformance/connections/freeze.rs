//! An instance that stands still between calls, and goes on.

use std::io;
use std::time::Duration;

use super::used;
use crate::conformance::calls::{
    After, ensure, is_plain, not_checked, plain, rest, sleeping, works, works_on,
};
use crate::conformance::target::Target;
use crate::conformance::verdict::Verdict;
use crate::emulator::Instance;

/// How long the first process goes on before the others do.
const AHEAD: Duration = Duration::from_millis(200);

pub(super) fn freeze(target: &Target) -> Verdict {
    let instance = target.start()?;
    let limit = instance.patience();
    let mut kept = [
        used(target, &instance, "opened a connection and sent a call")?,
        used(
            target,
            &instance,
            "opened a second connection beside it and sent a call",
        )?,
    ];
    let running = if target.probe {
        Some(sleeping(&instance, 100)?)
    } else {
        None
    };
    if let Err(error) = instance.freeze() {
        return not_checked(format!("cannot freeze it: {error}"));
    }
    // Unanswered to the end, it shows that the function stood still all the time.
    let request = plain(target, &instance);
    let done = "sent a request to the frozen function";
    let mut witness = instance.connect().after(done)?;
    witness.send(&request.to_bytes(), limit).after(done)?;
    rest(&instance, target.idle, "froze it")?;
    if !witness.is_silent().after(done)? {
        return not_checked(
            "it answers while its process is stopped, so that process is not all of it",
        );
    }
    let done = format!("froze it for {} s and thawed it", target.idle.as_secs_f32());
    thaw(&instance).after(&done)?;
    // The second connection is used when timers that are due have fired.
    for connection in &mut kept {
        works_on(connection, target, &instance, &done)?;
    }
    let waiting = format!("{done} with a request on the way");
    let answer = witness.answer_to(&request.method, limit).after(&waiting)?;
    is_plain(target, &waiting, &answer)?;
    if let Some((mut running, _)) = running {
        let done = format!("{done} with a call in it, which is to answer `slept`");
        let answer = running.answer(limit).after(&done)?;
        ensure(answer.body == b"slept", &done, &answer)?;
    }
    works(target, &instance, &done)
}

/// Lets the first process go on a moment before the others.
///
/// Nothing says in which order processes go on, and the share of a processor that a small instance
/// has puts such moments between them. A parent that kills a child which gave no sign of life, as
/// gunicorn's does, would otherwise be found out only where it happens to come first.
fn thaw(instance: &Instance) -> io::Result<()> {
    instance.thaw_leader()?;
    if instance.wait(AHEAD).is_some() {
        return Ok(());
    }
    instance.thaw()
}
