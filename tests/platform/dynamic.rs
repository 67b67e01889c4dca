//! What a plain `cargo build` makes, for the other side of each claim: it must not run where the
//! static program does, or the trials would find nothing.

use std::path::Path;
use std::process::Command;

use libtest_mimic::Failed;

use crate::course;
use crate::place::{self, User};
use crate::programs::Programs;

/// The first glibc with all of POSIX threads in it, whose symbols no older one has: what is built
/// with it or a later one needs it.
pub(crate) const THREADS_MERGED: (u32, u32) = (2, 34);

/// The version of this machine's own glibc.
pub(crate) fn glibc() -> Option<(u32, u32)> {
    let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let said = String::from_utf8(output.ok()?.stdout).ok()?;
    let (major, minor) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    let minor = minor.split('.').next()?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// The complaint that all of this is about.
pub(crate) fn finds_an_older_glibc(programs: &Programs, root: &Path) -> Result<(), Failed> {
    let logs = course::fails_to_start(&programs.dynamic()?, root)?;
    let complaint = logs
        .lines()
        .find(|line| line.contains("version `GLIBC_2.3") && line.contains("' not found"));
    assert!(complaint.is_some(), "{logs}");
    Ok(())
}

/// Where there is no loader, the kernel says that there is no such file.
pub(crate) fn finds_no_loader(programs: &Programs, root: &Path) -> Result<(), Failed> {
    let logs = course::fails_to_start(&programs.dynamic()?, root)?;
    let complaint = "/code/bootstrap: No such file or directory";
    assert!(logs.contains(complaint), "{logs}");
    Ok(())
}

/// In a root that has what it needs it runs: so it is the root that decides.
pub(crate) fn runs(programs: &Programs, root: &Path) -> Result<(), Failed> {
    let placed = place::start(&programs.dynamic()?, root, User::Root, place::limit()?)?;
    let event = programs.event()?;
    let answer = placed.instance.invoke(&event)?;
    assert!(!answer.failed() && answer.body == event, "{answer}");
    Ok(())
}
