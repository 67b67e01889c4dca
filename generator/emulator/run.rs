//! One run of a program that starts instances, known to the next run even if it is killed.
//!
//! A process that a function starts in a session of its own is in no group that we could end. But it
//! inherits the id of its instance, and the ids of a run have a part in common, which is also the name
//! of a file that the run keeps locked. If nobody holds the lock, the run is over, and its processes
//! are ended.

use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{ids, memory_limit, private_dir, procfs};

/// The beginning of the names of the files.
const PREFIX: &str = "run-";

/// The number of this run.
static NUMBER: LazyLock<u32> = LazyLock::new(|| {
    let [a, b, c, d, ..] = RandomState::new()
        .hash_one(std::process::id())
        .to_ne_bytes();
    u32::from_ne_bytes([a, b, c, d])
});

/// The locked file of this run, once an instance has been started.
static FILE: Mutex<Option<File>> = Mutex::new(None);

/// The number of this run, as part of the ids of its instances.
pub(super) fn number() -> u32 {
    *NUMBER
}

/// Makes this run known, before its first instance starts. If that is not possible, only a killed run
/// leaves something behind.
pub(super) fn announce() {
    const TRIES: usize = 3;
    let mut file = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let name = format!("{PREFIX}{:08x}", number());
    for _ in 0..TRIES {
        if file.is_some() {
            return;
        }
        // Another run may remove it before it is locked.
        let opened = private_dir::open(&name).ok();
        *file = opened.filter(|file| file.try_lock().is_ok() && private_dir::has_name(file));
    }
}

/// Ends all processes of this run that still exist, in whatever session they are.
pub(super) fn end() {
    let file = FILE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if file.is_some() {
        clean_up(number());
    }
}

/// Ends the processes of earlier runs that were killed.
pub fn end_leftovers() {
    let entries = private_dir::path().and_then(fs::read_dir);
    for entry in entries.into_iter().flatten().flatten() {
        let name = entry.file_name();
        let digits = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        let Some(run) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            continue;
        };
        // The lock is free only if the run is over.
        let file = private_dir::open(&format!("{PREFIX}{run:08x}"));
        if run != number() && file.is_ok_and(|file| file.try_lock().is_ok()) {
            clean_up(run);
        }
    }
}

/// Ends the processes of a run, and removes what it left. What stays is known to the next run.
fn clean_up(run: u32) {
    let is_of_run = |instance: &str| ids::run_of(instance) == Some(run);
    procfs::kill_all(is_of_run);
    if memory_limit::remove_groups(is_of_run) {
        remove(run);
    }
}

fn remove(run: u32) {
    if let Ok(directory) = private_dir::path() {
        // The next run removes what stays.
        let _ = fs::remove_file(directory.join(format!("{PREFIX}{run:08x}")));
    }
}
