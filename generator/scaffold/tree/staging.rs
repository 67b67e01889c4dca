//! The hidden directory that becomes the target. One process owns it, and it is removed on failure.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::destination::{Destination, DestinationError};
use super::error::WriteError;
use super::file::TreeFile;

/// The number of times that the directory may disappear before we give up. Each time, another run
/// has ended.
const TRIES: usize = 100;

/// An empty directory that this process owns. Dropping this removes it.
pub(super) struct Staging {
    path: PathBuf,
    renamed: bool,
    /// The lock that shows other processes that the directory is in use.
    _lock: Option<File>,
}

impl Staging {
    /// Creates the directory, or takes over one that a killed process left behind.
    pub(super) fn claim(target: &Destination) -> Result<Self, WriteError> {
        let path = target.staging();
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
            let staging = Self {
                path,
                renamed: false,
                _lock: lock,
            };
            if !created {
                clear(&staging.path).map_err(WriteError::io("empty", &staging.path))?;
            }
            return Ok(staging);
        }
        Err(WriteError::Busy {
            target: target.path().to_owned(),
            staging: path,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn write(&self, path: &str, entry: &TreeFile) -> Result<(), WriteError> {
        let path = self.path.join(path);
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
    pub(super) fn rename_to(mut self, target: &Destination) -> Result<(), WriteError> {
        match rename_new(&self.path, target.path()) {
            Ok(()) => {
                self.renamed = true;
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                Err(DestinationError::Exists(target.path().to_owned()).into())
            }
            Err(error) => Err(WriteError::io("create", target.path())(error)),
        }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.renamed {
            // The original error matters more than this one. Anything left is hidden, and the next
            // run removes it.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

fn clear(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
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
