//! The files that are uploaded, as the disk has them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::cli::failure::{Exit, Failure};
use crate::cli::project::{PROGRAM, relative};
use crate::package::{File, MODE};
use crate::text::printable_path;

/// Adds the files below a folder, by their path from the first one, but for the program.
pub(super) fn collect(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, File>,
) -> Result<(), Failure> {
    let unreadable = |error: io::Error| io_failure("read", folder, &error);
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let at = entry.path();
        let refuse = |why: &str| {
            let message = format!("`{}` {why}", printable_path(&relative(&at)));
            Failure::new(Exit::Failed, message).hint("remove it, or give it another place")
        };
        let name = entry.file_name();
        let name = name.to_str().filter(|name| !name.contains('\\'));
        let name = name.ok_or_else(|| refuse("has a name that no archive can hold"))?;
        let path = format!("{prefix}{name}");
        let kind = entry.file_type().map_err(unreadable)?;
        if path == PROGRAM {
            continue;
        }
        if kind.is_dir() {
            collect(&at, &format!("{path}/"), files)?;
        } else if kind.is_file() {
            let read = || Ok((fs::read(&at)?, is_executable(&at)?));
            let (bytes, executable) = read().map_err(|error| io_failure("read", &at, &error))?;
            files.insert(path, File { bytes, executable });
        } else {
            return Err(refuse("is no file, and would be packed"));
        }
    }
    Ok(())
}

/// What the disk refuses, in words.
pub(super) fn io_failure(what: &str, path: &Path, error: &io::Error) -> Failure {
    let message = format!(
        "cannot {what} `{}`: {error}",
        printable_path(&relative(path))
    );
    Failure::new(Exit::Machine, message)
        .hint("mend its rights, or build a copy of the project elsewhere")
}

/// What tells one file at a path from the next, also if they hold the same: its number, and when it was
/// last changed in any way.
pub(super) type Identity = (u64, i64, i64);

#[cfg(unix)]
pub(super) fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path).ok()?;
    Some((found.ino(), found.ctime(), found.ctime_nsec()))
}

/// No date that Windows keeps is sure to be another one.
#[cfg(not(unix))]
pub(super) fn identity(_path: &Path) -> Option<Identity> {
    None
}

/// Gives everybody the right to run the program, as the platform asks; says so where that is kept.
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

/// Windows keeps no modes, and only the program has to have one.
#[cfg(not(unix))]
pub(super) fn make_executable(_path: &Path) -> io::Result<&'static str> {
    Ok("")
}

#[cfg(not(unix))]
fn is_executable(_path: &Path) -> io::Result<bool> {
    Ok(false)
}
