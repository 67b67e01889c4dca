//! The announcement of a running `cargo fc3 emulate`, so that `--env` finds it.
//!
//! It is a file in a directory that only this user can read, since it has the access key. Its process
//! keeps it locked, so one that was killed is never mistaken for a running one.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::emulator::private_dir;

/// The beginning of the names of the files, which go on with the address.
const NAME: &str = "emulate-";
/// What is added for the file that is locked. Some systems let nobody read a locked file.
const LOCK: &str = "lock";
const JSON: &str = "json";

/// A running `emulate`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Announced {
    /// The address that it listens on.
    pub(super) address: SocketAddr,
    /// The variables by which programs find it.
    pub(super) environment: Vec<(String, String)>,
}

/// The announcement of this process. Dropping it withdraws it.
pub(super) struct Announcement {
    file: PathBuf,
    lock: (File, PathBuf),
}

impl Announcement {
    pub(super) fn new(announced: &Announced) -> io::Result<Self> {
        let folder = private_dir()?;
        // No name of a file has a colon on Windows.
        let name = format!("{NAME}{}", announced.address).replace(':', "_");
        let path = folder.join(format!("{name}.{LOCK}"));
        let lock = File::options().append(true).create(true).open(&path)?;
        // Nobody else listens at this address. Who looks for a running one holds the lock for an instant.
        lock.lock()?;
        let mut temporary = tempfile::NamedTempFile::new_in(&folder)?;
        temporary.write_all(&serde_json::to_vec(announced)?)?;
        let file = folder.join(format!("{name}.{JSON}"));
        temporary.persist(&file)?;
        Ok(Self {
            file,
            lock: (lock, path),
        })
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        let _gone = fs::remove_file(&self.file);
        let _gone = fs::remove_file(&self.lock.1);
    }
}

/// All that run, by their ports. What killed ones have left is removed.
pub(super) fn running() -> io::Result<Vec<Announced>> {
    let mut running = Vec::new();
    for entry in fs::read_dir(private_dir()?)? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with(NAME) || file.extension().is_none_or(|it| it != JSON) {
            continue;
        }
        let lock = file.with_extension(LOCK);
        let is_locked = File::open(&lock)
            .is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)));
        if is_locked {
            let announced = fs::read(&file).ok();
            running
                .extend(announced.and_then(|text| serde_json::from_slice::<Announced>(&text).ok()));
        } else {
            let _gone = fs::remove_file(&file);
            let _gone = fs::remove_file(&lock);
        }
    }
    running.sort_by_key(|announced| announced.address.port());
    Ok(running)
}
