//! A limit on the memory of a function that the kernel keeps, by control groups of either version.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// What the groups are called before the id of the process that made them.
const NAME: &str = "cargo-fc3-";

/// A control group of memory, which is removed in the end. What runs in it must have ended by then.
#[derive(Debug)]
pub(crate) struct Memory {
    folder: PathBuf,
    version: Version,
}

/// The two interfaces of the kernel: its `Documentation/admin-guide/cgroup-v1/memory.rst`, and
/// `cgroup-v2.rst` beside that.
#[derive(Debug, Clone, Copy)]
enum Version {
    One,
    Two,
}

impl Version {
    /// The files for the limit without swap, the limit of swap, and the most that was used.
    fn files(self) -> [&'static str; 3] {
        match self {
            Self::One => [
                "memory.limit_in_bytes",
                "memory.memsw.limit_in_bytes",
                "memory.max_usage_in_bytes",
            ],
            Self::Two => ["memory.max", "memory.swap.max", "memory.peak"],
        }
    }
}

impl Memory {
    /// A group of its own with this limit.
    pub(crate) fn limited_to(megabytes: u64) -> io::Result<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let (home, version) = home()?;
        remove_what_is_left(&home, version);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let folder = home.join(format!("{NAME}{}-{number}", std::process::id()));
        fs::create_dir(&folder)?;
        let memory = Self { folder, version };
        let [limit, swap, _] = version.files();
        let bytes = (megabytes * 1024 * 1024).to_string();
        fs::write(memory.folder.join(limit), &bytes)?;
        // Where swap is not counted there is no such file.
        let swap = memory.folder.join(swap);
        if swap.exists() {
            let with_swap = match version {
                Version::One => &bytes,
                Version::Two => "0",
            };
            fs::write(swap, with_swap)?;
        }
        Ok(memory)
    }

    /// Where it is, for who joins it.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The ids of the processes in it.
    pub(crate) fn processes(&self) -> io::Result<Vec<u32>> {
        let listed = fs::read_to_string(self.folder.join("cgroup.procs"))?;
        Ok(listed.lines().filter_map(|id| id.parse().ok()).collect())
    }

    /// The most bytes that were used at once; nothing where the kernel does not tell.
    pub(crate) fn peak(&self) -> Option<usize> {
        let [.., peak] = self.version.files();
        let bytes = fs::read_to_string(self.folder.join(peak)).ok()?;
        bytes.trim().parse().ok()
    }
}

impl Drop for Memory {
    /// Waits for the last process: one that was killed still has to go.
    fn drop(&mut self) {
        let due = Instant::now() + Duration::from_secs(10);
        while fs::remove_dir(&self.folder).is_err() && Instant::now() < due {
            thread::yield_now();
        }
    }
}

/// Where groups of memory are made.
fn home() -> io::Result<(PathBuf, Version)> {
    let mounts = fs::read_to_string("/proc/self/mountinfo")?;
    let mounted = |system: &str, option: &str| {
        mounts.lines().find_map(|line| {
            let (left, right) = line.split_once(" - ")?;
            let mut right = right.split(' ');
            let is_it = right.next()? == system && right.nth(1)?.split(',').any(|o| o == option);
            is_it.then(|| left.split(' ').nth(4).map(PathBuf::from))?
        })
    };
    if let Some(home) = mounted("cgroup", "memory") {
        return Ok((home, Version::One));
    }
    let home = mounted("cgroup2", "rw").ok_or(io::ErrorKind::Unsupported)?;
    let controllers = fs::read_to_string(home.join("cgroup.controllers"))?;
    if !controllers.split_whitespace().any(|one| one == "memory") {
        return Err(io::Error::other("no control group of memory is mounted"));
    }
    fs::write(home.join("cgroup.subtree_control"), "+memory")?;
    Ok((home, Version::Two))
}

/// Ends and removes what tests left that were killed before they could: the functions in a group
/// whose maker is gone.
fn remove_what_is_left(home: &Path, version: Version) {
    for entry in fs::read_dir(home).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let maker = name.to_str().and_then(|name| name.strip_prefix(NAME));
        let maker = maker.and_then(|rest| rest.split('-').next());
        if maker.is_some_and(|id| !Path::new("/proc").join(id).exists()) {
            let folder = entry.path();
            let left = Memory { folder, version };
            let ids = left.processes().unwrap_or_default().into_iter();
            for id in ids.filter_map(|id| Pid::from_raw(id.try_into().ok()?)) {
                // One that has just ended is as good as killed.
                let _ = kill_process(id, Signal::KILL);
            }
        }
    }
}
