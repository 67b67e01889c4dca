//! The code of a function that was uploaded: a zip file, unpacked as the platform unpacks it.
//!
//! Nobody trusts its bytes. Nothing is written outside of the folder, and no more than its directory
//! says. Links come last, so that no file is written through one.

mod error;
mod links;
mod start_command;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path, PathBuf};

use crc::{CRC_64_XZ, Crc, Table};
use tempfile::TempDir;

use crate::package::{Content, Data, Entry, EntryKind, visit};
use crate::platform::UNPACKED_LIMIT;
pub(super) use error::CodeError;
pub(super) use start_command::start_command;

/// The most entries that are unpacked.
const ENTRIES: usize = 200_000;

/// The checksum that the platform shows of a package: its CRC-64, as a decimal number.
pub(super) fn checksum(bytes: &[u8]) -> String {
    const CRC: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_XZ);
    CRC.checksum(bytes).to_string()
}

/// Unpacks a package into a folder that does not exist yet. It is there as a whole afterwards, or not at
/// all.
///
/// # Errors
/// It is no package, is too large, or would write outside of the folder.
pub(super) fn unpack(zip: &[u8], into: &Path) -> Result<(), CodeError> {
    let parent = into.parent().unwrap_or(Path::new("."));
    let beside = tempfile::Builder::new()
        .prefix(".unpacking-")
        .tempdir_in(parent)?;
    let root = beside.path().join("code");
    fs::create_dir(&root)?;
    let mut unpacking = Unpacking {
        root: &root,
        seen: BTreeSet::new(),
        left: UNPACKED_LIMIT,
        entries: Vec::new(),
    };
    visit(zip, |entry, content| unpacking.take(entry, &content))?;
    let Unpacking { entries, .. } = unpacking;
    links::create(&root, &entries)?;
    publish(beside, &root, into)
}

fn publish(beside: TempDir, root: &Path, into: &Path) -> Result<(), CodeError> {
    fs::rename(root, into)?;
    drop(beside);
    Ok(())
}

/// What was unpacked so far.
struct Unpacking<'a> {
    root: &'a Path,
    /// The paths of files and links.
    seen: BTreeSet<Vec<u8>>,
    /// The number of bytes that may still be written.
    left: u64,
    entries: Vec<Entry>,
}

impl Unpacking<'_> {
    fn take(&mut self, mut entry: Entry, content: &Content<'_>) -> Result<(), CodeError> {
        if self.entries.len() >= ENTRIES {
            return Err(CodeError::TooManyEntries(ENTRIES));
        }
        if let Some(reason) = entry.misplaced() {
            return Err(CodeError::misplaced(&entry, reason));
        }
        let path = path_of(self.root, &entry)?;
        if entry.kind != EntryKind::Folder {
            let parts: Vec<_> = entry.parts().collect();
            if !self.seen.insert(parts.join(&b'/')) {
                return Err(CodeError::misplaced(&entry, "is in it twice"));
            }
        }
        self.left = self
            .left
            .checked_sub(entry.size)
            .ok_or(CodeError::TooLarge)?;
        match entry.kind {
            EntryKind::Folder => {
                fs::create_dir_all(&path).map_err(|error| CodeError::placing(&entry, error))?;
            }
            EntryKind::File => {
                let file = create(&path).map_err(|error| CodeError::placing(&entry, error))?;
                let mut file = BufWriter::new(file);
                let data = content.unpack(&mut file);
                // A full disk is no fault of the package.
                file.flush()?;
                whole(&entry, data)?;
                set_mode(&path, entry.mode)?;
            }
            // It is read into memory, so it must not be large.
            EntryKind::Link if entry.size > links::LONGEST => {
                return Err(CodeError::misplaced(&entry, links::UNREADABLE));
            }
            EntryKind::Link => {
                let mut target = Vec::new();
                whole(&entry, content.unpack(&mut target))?;
                entry.set_target(target);
            }
            EntryKind::Other => {
                return Err(CodeError::misplaced(
                    &entry,
                    "is a device, a socket or a pipe",
                ));
            }
        }
        self.entries.push(entry);
        Ok(())
    }
}

fn whole(entry: &Entry, data: Data) -> Result<(), CodeError> {
    match data {
        Data::Whole => Ok(()),
        Data::Broken(reason) | Data::Untried(reason) => Err(CodeError::Broken {
            path: entry.path().into_owned(),
            reason,
        }),
    }
}

/// Creates a file that is not there yet, with its folders.
fn create(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::options().write(true).create_new(true).open(path)
}

fn path_of(root: &Path, entry: &Entry) -> Result<PathBuf, CodeError> {
    let mut path = root.to_owned();
    for part in entry.parts() {
        let part = std::str::from_utf8(part)
            .map_err(|_| CodeError::misplaced(entry, "is not in UTF-8"))?;
        // On Windows, the name of a drive would replace the path.
        let mut names = Path::new(part).components();
        if !matches!(
            (names.next(), names.next()),
            (Some(Component::Normal(_)), None)
        ) {
            return Err(CodeError::misplaced(entry, "is no name of a file"));
        }
        path.push(part);
    }
    if path == root && entry.kind != EntryKind::Folder {
        return Err(CodeError::misplaced(entry, "has no name"));
    }
    Ok(path)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: Option<u32>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // The owner has to be able to read and remove it.
    const PLAIN: u32 = 0o644;
    const OWNER: u32 = 0o600;
    let mode = mode.unwrap_or(PLAIN) | OWNER;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: Option<u32>) -> io::Result<()> {
    Ok(())
}
