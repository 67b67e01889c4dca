//! The files to upload, as they are on the disk.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path};

use walkdir::WalkDir;

use crate::cli::failure::{Exit, Failure};
use crate::cli::project::{PROGRAM, relative};
use crate::package::{File, MODE};
use crate::text::printable_path;

/// Reads all files below a folder except the program, by their path relative to the folder.
pub(super) fn collect(folder: &Path) -> Result<BTreeMap<String, File>, Failure> {
    let mut files = BTreeMap::new();
    for entry in WalkDir::new(folder).min_depth(1) {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(folder).to_owned();
            io_failure("read", &path, &error.into())
        })?;
        let at = entry.path();
        let refuse = |why: &str| {
            let message = format!("`{}` {why}", printable_path(&relative(at)));
            Failure::new(Exit::Failed, message).hint("remove it or move it to another directory")
        };
        let path = path_in_archive(at.strip_prefix(folder).unwrap_or(at))
            .ok_or_else(|| refuse("has a name that a zip file cannot store"))?;
        if path == PROGRAM || entry.file_type().is_dir() {
            continue;
        }
        if !entry.file_type().is_file() {
            return Err(refuse("is not a regular file and cannot be packed"));
        }
        let read = || Ok((fs::read(at)?, is_executable(at)?));
        let (bytes, executable) = read().map_err(|error| io_failure("read", at, &error))?;
        files.insert(path, File { bytes, executable });
    }
    Ok(files)
}

/// A path as archives have it, with `/` between its parts on every system.
fn path_in_archive(path: &Path) -> Option<String> {
    let name = |part: Component| {
        let name = part.as_os_str().to_str()?;
        (!name.contains('\\')).then(|| name.to_owned())
    };
    let names = path.components().map(name).collect::<Option<Vec<_>>>()?;
    Some(names.join("/"))
}

/// The failure for an error of the disk.
pub(super) fn io_failure(what: &str, path: &Path, error: &io::Error) -> Failure {
    let message = format!(
        "cannot {what} `{}`: {error}",
        printable_path(&relative(path))
    );
    Failure::new(Exit::Machine, message)
        .hint("fix its permissions, or build a copy of the project in another directory")
}

/// Identifies a file at a path, so that a replaced file differs even with the same content: its
/// inode and the time of its last change.
pub(super) type Identity = (u64, i64, i64);

#[cfg(unix)]
pub(super) fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path).ok()?;
    Some((found.ino(), found.ctime(), found.ctime_nsec()))
}

/// On Windows, no timestamp is certain to change.
#[cfg(not(unix))]
pub(super) fn identity(_path: &Path) -> Option<Identity> {
    None
}

/// Makes the program executable for everyone, as the platform requires, and describes the mode.
#[cfg(unix)]
pub(super) fn make_executable(path: &Path) -> io::Result<&'static str> {
    use std::os::unix::fs::PermissionsExt;
    if fs::metadata(path)?.permissions().mode() & 0o777 != MODE {
        fs::set_permissions(path, fs::Permissions::from_mode(MODE))?;
    }
    Ok("mode 0755, ")
}

#[cfg(unix)]
fn is_executable(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o111 != 0)
}

/// Windows stores no modes, and only the program needs one.
#[cfg(not(unix))]
pub(super) fn make_executable(_path: &Path) -> io::Result<&'static str> {
    Ok("")
}

#[cfg(not(unix))]
fn is_executable(_path: &Path) -> io::Result<bool> {
    Ok(false)
}
