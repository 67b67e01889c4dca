//! A control group of Linux, which limits the memory that its processes use together.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

const PROCESSES: &str = "cgroup.procs";

/// The version of control groups, which name their files differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    One,
    Two,
}

/// A group, which is removed when this is dropped.
#[derive(Debug)]
pub(super) struct Group {
    folder: PathBuf,
    version: Version,
}

impl Group {
    /// Creates a group without processes.
    pub(super) fn create(folder: PathBuf, version: Version, bytes: u64) -> io::Result<Self> {
        fs::create_dir(&folder)?;
        let group = Self { folder, version };
        let (limit, others): (_, &[_]) = match version {
            Version::One => (
                "memory.limit_in_bytes",
                &[
                    ("memory.memsw.limit_in_bytes", bytes),
                    ("memory.swappiness", 0),
                ],
            ),
            // All processes of an instance end together, like on the platform.
            Version::Two => (
                "memory.max",
                &[("memory.swap.max", 0), ("memory.oom.group", 1)],
            ),
        };
        group.set(limit, bytes)?;
        for (name, value) in others {
            // A kernel without swap, or an old one, has none of these files.
            let _ = group.set(name, *value);
        }
        Ok(group)
    }

    /// The file that takes the id of a process that is to be in the group. What the process starts is
    /// in it too.
    pub(super) fn processes(&self) -> PathBuf {
        self.folder.join(PROCESSES)
    }

    /// Moves a process into it.
    pub(super) fn add(&self, process: u32) -> io::Result<()> {
        self.set(PROCESSES, process.into())
    }

    /// Whether the kernel has killed a process of it for its memory.
    pub(super) fn has_killed(&self) -> bool {
        let file = match self.version {
            Version::One => "memory.oom_control",
            Version::Two => "memory.events",
        };
        let events = fs::read_to_string(self.folder.join(file)).unwrap_or_default();
        let mut lines = events.lines().filter_map(|line| line.split_once(' '));
        lines.any(|(name, count)| name == "oom_kill" && count != "0")
    }

    fn set(&self, name: &str, value: u64) -> io::Result<()> {
        // Such files cannot be created, only written.
        let path = self.folder.join(name);
        let mut file = fs::OpenOptions::new().write(true).open(path)?;
        io::Write::write_all(&mut file, value.to_string().as_bytes())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        remove(&self.folder);
    }
}

/// Removes a group whose processes have been killed. They leave it once their memory is free. Returns
/// whether it is gone; if not, a later run removes it.
pub(super) fn remove(folder: &Path) -> bool {
    const TRIES: usize = 400;
    const PAUSE: Duration = Duration::from_millis(5);
    for _ in 0..TRIES {
        match fs::remove_dir(folder) {
            Ok(()) => return true,
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => thread::sleep(PAUSE),
            Err(error) => return error.kind() == io::ErrorKind::NotFound,
        }
    }
    false
}
