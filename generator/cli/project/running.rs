//! The announcement of a running `cargo fc3 dev`, so that `invoke` finds it.
//!
//! Two files below the project's `target`: one that `dev` keeps locked, and one that says where it
//! listens. The lock ends with its process, so a `dev` that was killed is never mistaken for a running
//! one. It is a file of its own because some systems let nobody read a locked file.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// The directory of both files.
const FOLDER: &str = "target";
/// The file that a running `dev` keeps locked.
const LOCK: &str = "fc3-dev.lock";
/// The file that says where it listens.
const ADDRESS: &str = "fc3-dev.json";

/// A running `dev`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::cli) struct Running {
    /// The address to connect to.
    pub(in crate::cli) address: SocketAddr,
    /// The names of the project's functions, of which `invoke` calls the first.
    pub(in crate::cli) functions: Vec<String>,
    /// The names of functions of other projects that it serves.
    #[serde(default)]
    pub(in crate::cli) others: Vec<String>,
    /// Whether its first build goes on, so that it has no function yet.
    #[serde(default)]
    pub(in crate::cli) is_building: bool,
}

impl Running {
    /// One that listens at this address.
    pub(in crate::cli) fn new(listens: SocketAddr, functions: Vec<String>) -> Self {
        let ip = match listens.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let address = SocketAddr::new(ip, listens.port());
        Self {
            address,
            functions,
            others: Vec::new(),
            is_building: false,
        }
    }

    /// Finds the running `dev` of a project.
    pub(in crate::cli) fn find(project: &Path) -> Option<Self> {
        let folder = project.join(FOLDER);
        // A shared lock, so that two that look at the same time do not mistake each other for `dev`.
        let lock = File::open(folder.join(LOCK)).ok()?;
        match lock.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {}
            Ok(()) | Err(TryLockError::Error(_)) => return None,
        }
        let text = fs::read(folder.join(ADDRESS)).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

/// The announcement of this process. Dropping it withdraws it.
#[derive(Debug)]
pub(in crate::cli) struct Announcement {
    folder: PathBuf,
    lock: File,
}

impl Announcement {
    /// Announces a `dev` of a project, unless another one runs already.
    pub(in crate::cli) fn new(project: &Path, running: &Running) -> io::Result<Option<Self>> {
        let folder = project.join(FOLDER);
        let Some(lock) = lock(&folder)? else {
            return Ok(None);
        };
        let announcement = Self { folder, lock };
        announcement.write(running)?;
        Ok(Some(announcement))
    }

    /// Announces it again, after something has changed or `target` was removed. Returns false if
    /// another `dev` of the project has taken its place.
    pub(in crate::cli) fn renew(&mut self, running: &Running) -> io::Result<bool> {
        if !is_at(&self.lock, &self.folder.join(LOCK)) {
            let Some(lock) = lock(&self.folder)? else {
                return Ok(false);
            };
            self.lock = lock;
        }
        self.write(running)?;
        Ok(true)
    }

    /// Replaces the file as a whole, so that nobody reads a half of it.
    fn write(&self, running: &Running) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&serde_json::to_vec(running)?)?;
        file.persist(self.folder.join(ADDRESS))?;
        Ok(())
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // The lock ends right after this. Its file stays: another `dev` may have opened it already.
        if is_at(&self.lock, &self.folder.join(LOCK)) {
            let _ = fs::remove_file(self.folder.join(ADDRESS));
        }
    }
}

/// Locks the file of a project's `dev`, unless another process holds the lock.
fn lock(folder: &Path) -> io::Result<Option<File>> {
    // `invoke` holds a shared lock while it looks, for an instant.
    const LIMIT: Duration = Duration::from_millis(500);
    const PAUSE: Duration = Duration::from_millis(5);
    fs::create_dir_all(folder)?;
    let path = folder.join(LOCK);
    let deadline = Instant::now() + LIMIT;
    loop {
        let options = File::options().append(true).create(true).open(&path);
        let file = options?;
        match file.try_lock() {
            // Somebody may have removed it before it was locked.
            Ok(()) if is_at(&file, &path) => return Ok(Some(file)),
            Err(TryLockError::Error(error)) => return Err(error),
            Ok(()) | Err(TryLockError::WouldBlock) => {}
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        thread::sleep(PAUSE);
    }
}

/// Whether an open file is still the one at this path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let (Ok(open), Ok(named)) = (file.metadata(), fs::metadata(path)) else {
        return false;
    };
    (open.dev(), open.ino()) == (named.dev(), named.ino())
}

/// Other systems remove no file that is open.
#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(port: u16) -> Running {
        let functions = vec!["hello".to_owned(), "other".to_owned()];
        Running::new((Ipv4Addr::LOCALHOST, port).into(), functions)
    }

    #[test]
    fn one_that_listens_everywhere_is_called_on_this_machine() {
        for (listens, address) in [
            ("0.0.0.0:5", "127.0.0.1:5"),
            ("[::]:5", "[::1]:5"),
            ("192.0.2.1:5", "192.0.2.1:5"),
            ("127.0.0.2:5", "127.0.0.2:5"),
        ] {
            let listens = listens.parse().expect("an address");
            let running = Running::new(listens, Vec::new());
            assert_eq!(running.address.to_string(), address);
        }
    }

    fn announced(project: &Path, port: u16) -> Announcement {
        let announcement = Announcement::new(project, &running(port)).expect("written");
        announcement.expect("no other one runs")
    }

    #[test]
    fn a_running_one_is_found_until_it_ends() {
        let project = tempfile::tempdir().expect("a folder");
        let project = project.path();
        assert_eq!(Running::find(project), None);
        let mut announcement = announced(project, 1);
        assert_eq!(Running::find(project), Some(running(1)));
        assert!(announcement.renew(&running(2)).expect("written"));
        assert_eq!(Running::find(project), Some(running(2)));
        drop(announcement);
        assert_eq!(Running::find(project), None);
        assert!(!project.join("target/fc3-dev.json").exists());
    }

    #[test]
    fn only_one_runs_for_a_project() {
        let project = tempfile::tempdir().expect("a folder");
        let first = announced(project.path(), 1);
        let second = Announcement::new(project.path(), &running(2)).expect("no error");
        assert!(second.is_none());
        assert_eq!(Running::find(project.path()), Some(running(1)));
        drop(first);
        let _third = announced(project.path(), 3);
        assert_eq!(Running::find(project.path()), Some(running(3)));
    }

    #[test]
    fn a_file_that_a_killed_one_left_is_not_believed() {
        let project = tempfile::tempdir().expect("a folder");
        drop(announced(project.path(), 1));
        let left = project.path().join("target/fc3-dev.json");
        fs::write(&left, serde_json::to_vec(&running(1)).expect("JSON")).expect("written");
        assert_eq!(Running::find(project.path()), None);
        let _next = announced(project.path(), 2);
        assert_eq!(Running::find(project.path()), Some(running(2)));
    }

    #[test]
    fn looking_does_not_keep_another_from_starting() {
        let project = tempfile::tempdir().expect("a folder");
        let project = project.path();
        drop(announced(project, 1));
        thread::scope(|scope| {
            let looking = scope.spawn(|| {
                let looks = (0..1000).map(|_| Running::find(project));
                looks.flatten().all(|found| found == running(2))
            });
            for _ in 0..20 {
                drop(announced(project, 2));
            }
            assert!(looking.join().expect("no panic"));
        });
    }

    #[cfg(unix)]
    #[test]
    fn it_is_announced_again_when_the_target_directory_is_gone() {
        let project = tempfile::tempdir().expect("a folder");
        let project = project.path();
        let mut first = announced(project, 1);
        fs::remove_dir_all(project.join("target")).expect("removed");
        assert_eq!(Running::find(project), None);
        assert!(first.renew(&running(1)).expect("written"));
        assert_eq!(Running::find(project), Some(running(1)));

        fs::remove_dir_all(project.join("target")).expect("removed");
        let second = announced(project, 2);
        assert!(!first.renew(&running(1)).expect("no error"));
        drop(first);
        assert_eq!(Running::find(project), Some(running(2)));
        drop(second);
    }
}
