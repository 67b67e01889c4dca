//! The CPUs: one for the servers, and one for the caller. They are the first two that this program may
//! use. With fewer, nothing is pinned, and only counts are meaningful.

use std::sync::LazyLock;

use anyhow::Result;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// The CPUs on which a thread runs.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// The CPU of the servers.
    Server,
    /// The CPU of the caller.
    Caller,
    /// Both.
    Both,
}

/// This thread.
const OWN: Pid = Pid::from_raw(0);

/// The CPUs that this program may use, read before it pins itself to one of them.
static GIVEN: LazyLock<nix::Result<CpuSet>> = LazyLock::new(|| sched_getaffinity(OWN));

/// Whether there are two. Times mean little with one.
pub(crate) fn are_two() -> Result<bool> {
    Ok(two()?.is_some())
}

/// Pins this thread, and the processes that it starts from now on.
pub(crate) fn pin(place: Place) -> Result<()> {
    let Some((server, caller)) = two()? else {
        return Ok(());
    };
    let mut set = CpuSet::new();
    if !matches!(place, Place::Caller) {
        set.set(server)?;
    }
    if !matches!(place, Place::Server) {
        set.set(caller)?;
    }
    Ok(sched_setaffinity(OWN, &set)?)
}

/// Lets this thread run on all its original CPUs again.
pub(crate) fn unpin() -> Result<()> {
    Ok(sched_setaffinity(OWN, &given()?)?)
}

fn two() -> Result<Option<(usize, usize)>> {
    let given = given()?;
    let mut cpus = (0..CpuSet::count()).filter(|cpu| given.is_set(*cpu).unwrap_or(false));
    Ok(cpus.next().zip(cpus.next()))
}

fn given() -> nix::Result<CpuSet> {
    *GIVEN
}
