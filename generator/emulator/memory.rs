//! The memory of an instance, from Linux's `/proc`.

use std::fs::File;
use std::io::{Read, Seek};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The memory of a process, which is looked at after each call.
#[derive(Debug)]
pub(super) struct Memory(Option<Mutex<Sampled>>);

#[derive(Debug)]
struct Sampled {
    /// It stays open, and then is never that of another process with the same id.
    status: File,
    peak: Option<u64>,
    at: Instant,
}

impl Memory {
    /// The kernel takes longer to tell the memory than a small call takes.
    const INTERVAL: Duration = Duration::from_millis(2);

    pub(super) fn of(id: u32) -> Self {
        let sampled = File::open(format!("/proc/{id}/status")).map(|mut status| Sampled {
            peak: peak(&mut status),
            at: Instant::now(),
            status,
        });
        Self(sampled.ok().map(Mutex::new))
    }

    /// The highest so far, in bytes. `None` without `/proc`, and for a process that has ended.
    pub(super) fn peak(&self) -> Option<u64> {
        let mut sampled = self
            .0
            .as_ref()?
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if sampled.at.elapsed() >= Self::INTERVAL {
            sampled.peak = peak(&mut sampled.status);
            sampled.at = Instant::now();
        }
        sampled.peak
    }
}

/// The peak in a file `/proc/PID/status`.
fn peak(file: &mut File) -> Option<u64> {
    let mut status = [0; 4096];
    file.rewind().ok()?;
    let count = file.read(&mut status).ok()?;
    let status = String::from_utf8_lossy(&status[..count]);
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
