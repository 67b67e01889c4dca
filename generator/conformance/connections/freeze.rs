//! An instance that is frozen between calls and thawed again.

use std::io;
use std::time::Duration;

use crate::conformance::calls::{
    After, ensure, is_plain, not_checked, open_used, plain, rest, sleeping, works, works_on,
};
use crate::conformance::target::Target;
use crate::conformance::verdict::Verdict;
use crate::emulator::Instance;

/// The time for which the first process runs before the others are thawed.
const AHEAD: Duration = Duration::from_millis(200);

pub(super) fn freeze(target: &Target) -> Verdict {
    let instance = target.start()?;
    let limit = instance.patience();
    let mut kept = [
        open_used(target, &instance, "opened a connection and sent a call")?,
        open_used(
            target,
            &instance,
            "opened a second connection and sent a call",
        )?,
    ];
    let running = if target.probe {
        Some(sleeping(&instance, 100)?)
    } else {
        None
    };
    if let Err(error) = instance.freeze() {
        return not_checked(format!("cannot freeze the function: {error}"));
    }
    // If this request gets no response, the function was frozen the whole time.
    let request = plain(target, &instance);
    let done = "sent a request to the frozen function";
    let mut witness = instance.connect().after(done)?;
    witness.send(&request.to_bytes(), limit).after(done)?;
    rest(&instance, target.idle, "froze the function")?;
    if !witness.is_silent().after(done)? {
        return not_checked(
            "the function responds while its process is frozen, so another process serves it",
        );
    }
    let done = format!(
        "froze the function for {} s and thawed it",
        target.idle.as_secs_f32()
    );
    thaw(&instance).after(&done)?;
    // By the time the second connection is used, expired timers have fired.
    for connection in &mut kept {
        works_on(connection, target, &instance, &done)?;
    }
    let waiting = format!("{done} with a request waiting");
    let answer = witness.answer_to(&request.method, limit).after(&waiting)?;
    is_plain(target, &waiting, &answer)?;
    if let Some((mut running, _)) = running {
        let done = format!("{done} during a call that must return `slept`");
        let answer = running.answer(limit).after(&done)?;
        ensure(answer.body == b"slept", &done, &answer)?;
    }
    works(target, &instance, &done)
}

/// Thaws the first process a moment before the others.
///
/// The order in which processes continue is not defined, and on a small instance with a share of
/// one CPU they can be moments apart. A parent such as gunicorn's kills a child that gave no sign
/// of life. Without the head start, the check would find this only when the parent happens to run
/// first.
fn thaw(instance: &Instance) -> io::Result<()> {
    instance.thaw_leader()?;
    if instance.wait(AHEAD).is_some() {
        return Ok(());
    }
    instance.thaw()
}
