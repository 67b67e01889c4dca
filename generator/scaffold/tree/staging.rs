//! The hidden directory in which a tree is written before it becomes the target. One process owns
//! it, and it is removed at the end.
//!
//! It has a mark, which is written first and removed last, so that a directory of the same name in
//! which a user keeps files is never taken for one that a killed run left behind. The tree is in a
//! directory of its own beside the mark.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::destination::{Destination, DestinationError};
use super::error::WriteError;
use super::file::TreeFile;
use super::reserve::Reserve;

/// The number of times that the directory may disappear before we give up. Each time, another run
/// has ended.
const TRIES: usize = 100;

/// The file that marks the directory.
const MARK: &str = "written-by-cargo-fc3";
/// The directory of the tree.
const TREE: &str = "tree";

/// A directory that this process owns. Dropping this removes it.
pub(super) struct Staging {
    path: PathBuf,
    tree: PathBuf,
    /// Freed before the directory is removed.
    reserve: Reserve,
    /// The lock that shows other processes that the directory is in use.
    _lock: Option<File>,
}

impl Staging {
    /// Creates the directory, or takes over one that a killed process left behind.
    pub(super) fn claim(target: &Destination) -> Result<Self, WriteError> {
        let path = target.staging();
        let mut reserve = Reserve::new().map_err(WriteError::FewFiles)?;
        for _ in 0..TRIES {
            let created = match fs::create_dir(&path) {
                Ok(()) => true,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
                Err(error) => return Err(WriteError::io("write in", target.parent())(error)),
            };
            let lock = match lock(&path) {
                Ok(LockAttempt::Held(lock)) => Some(lock),
                // Without locks, the process that created the directory owns it, and the user must
                // remove a stale one.
                Ok(LockAttempt::Unsupported) if created => None,
                Ok(LockAttempt::Gone) => continue,
                Ok(LockAttempt::Busy | LockAttempt::Unsupported) => {
                    return Err(WriteError::Busy {
                        target: target.path().to_owned(),
                        staging: path,
                    });
                }
                Err(error) => {
                    // This removes only an empty directory, so it cannot remove the files of
                    // another run.
                    let _ = fs::remove_dir(&path);
                    return Err(WriteError::io("lock", &path)(error));
                }
            };
            let is_ours =
                created || is_marked_or_empty(&path).map_err(WriteError::io("read", &path))?;
            if !is_ours {
                return Err(WriteError::Foreign(path));
            }
            // From here on, it is removed at the end.
            let staging = Self {
                tree: path.join(TREE),
                path,
                reserve: std::mem::take(&mut reserve),
                _lock: lock,
            };
            staging.prepare(created)?;
            return Ok(staging);
        }
        Err(WriteError::Busy {
            target: target.path().to_owned(),
            staging: path,
        })
    }

    /// Marks the directory, and makes an empty one for the tree.
    fn prepare(&self, created: bool) -> Result<(), WriteError> {
        if !created {
            clear(&self.path).map_err(WriteError::io("empty", &self.path))?;
        }
        let mark = self.path.join(MARK);
        fs::write(&mark, "").map_err(WriteError::io("write", &mark))?;
        fs::create_dir(&self.tree).map_err(WriteError::io("create", &self.tree))
    }

    /// The directory of the tree.
    pub(super) fn tree(&self) -> &Path {
        &self.tree
    }

    pub(super) fn write(&self, path: &str, entry: &TreeFile) -> Result<(), WriteError> {
        let path = self.tree.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(WriteError::io("create", parent))?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(
            &mut options,
            if entry.executable() { 0o777 } else { 0o666 },
        );
        options
            .open(&path)
            .and_then(|mut file| file.write_all(&entry.bytes))
            .map_err(WriteError::io("write", &path))
    }

    /// The last step: the tree gets its final name, or all of it is removed.
    pub(super) fn rename_to(self, target: &Destination) -> Result<(), WriteError> {
        match rename_new(&self.tree, target.path()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                Err(DestinationError::Exists(target.path().to_owned()).into())
            }
            Err(error) => Err(WriteError::io("create", target.path())(error)),
        }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        self.reserve.free();
        // The original error matters more than this one. Anything left is hidden and marked, and the
        // next run removes it. The mark goes last.
        let _ = clear(&self.path).and_then(|()| fs::remove_dir(&self.path));
    }
}

/// Whether a run of this program left the directory behind. One without anything may have been
/// killed before it wrote the mark.
fn is_marked_or_empty(directory: &Path) -> io::Result<bool> {
    let is_marked = directory.join(MARK).symlink_metadata().is_ok();
    Ok(is_marked || fs::read_dir(directory)?.next().is_none())
}

/// Empties the directory, and removes the mark last.
fn clear(directory: &Path) -> io::Result<()> {
    let mut mark = None;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_name() == MARK {
            mark = Some(entry.path());
        } else if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    mark.map_or(Ok(()), fs::remove_file)
}

enum LockAttempt {
    Held(File),
    /// Another process holds the lock.
    Busy,
    /// The process that held the lock has renamed or removed the directory in the meantime.
    Gone,
    /// The file system or the operating system does not support locks on directories.
    Unsupported,
}

/// Locks a directory against other processes, and checks that it is still the one at `path`.
#[cfg(unix)]
fn lock(path: &Path) -> io::Result<LockAttempt> {
    use std::os::unix::fs::MetadataExt;

    use rustix::fs::{Mode, OFlags};

    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let directory = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(directory) => File::from(directory),
        Err(rustix::io::Errno::NOENT) => return Ok(LockAttempt::Gone),
        Err(error) => return Err(error.into()),
    };
    match directory.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(LockAttempt::Busy),
        Err(TryLockError::Error(_)) => return Ok(LockAttempt::Unsupported),
    }
    let ours = directory.metadata()?;
    match path.symlink_metadata() {
        Ok(there) if (there.dev(), there.ino()) == (ours.dev(), ours.ino()) => {
            Ok(LockAttempt::Held(directory))
        }
        Ok(_) => Ok(LockAttempt::Gone),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(LockAttempt::Gone),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature on every system"
)]
fn lock(_path: &Path) -> io::Result<LockAttempt> {
    Ok(LockAttempt::Unsupported)
}

/// Renames a directory to an unused name.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;

        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // Some file systems, such as NFS, cannot guarantee this.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            result => return Ok(result?),
        }
    }
    // On any system, a rename of a directory replaces no file and no directory with content. So a
    // race between these two lines can only lose an empty directory.
    if to.symlink_metadata().is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}
