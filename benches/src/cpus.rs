//! The CPUs: one that servers have to themselves, and one that calls them. They are the first two
//! that this program was given. With fewer, nothing is put anywhere, and only what is counted counts.

use std::sync::LazyLock;

use anyhow::Result;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// Where something runs.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// On the CPU of the servers.
    Server,
    /// On the CPU that calls them.
    Caller,
    /// On both.
    Both,
}

/// This thread.
const OWN: Pid = Pid::from_raw(0);

/// The CPUs that this program was given, which have to be known before they change.
static GIVEN: LazyLock<nix::Result<CpuSet>> = LazyLock::new(|| sched_getaffinity(OWN));

/// Whether there are two, without which no time means anything.
pub(crate) fn are_two() -> Result<bool> {
    Ok(two()?.is_some())
}

/// Puts this thread, and what it starts from now on, in a place.
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

/// Puts this thread on all CPUs again that it began with.
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
