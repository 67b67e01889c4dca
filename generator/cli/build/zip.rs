//! The file to write a package to.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::cli::failure::{Exit, Failure};
use crate::cli::project::{PROGRAM, Project};
use crate::text::printable_path;

/// The path of a package: new, or of an earlier package.
pub(super) struct Zip {
    path: PathBuf,
    /// It is created before the build, so that an unwritable path is reported first.
    file: NamedTempFile,
}

impl Zip {
    /// Rejects a path that cannot be written or must not be replaced.
    pub(super) fn new(path: &Path, project: &Project) -> Result<Self, Failure> {
        let refuse = |why: &str| {
            Failure::new(Exit::Usage, format!("`{}` {why}", printable_path(path)))
                .hint("pass a new file, or an existing package to replace, to `--zip`")
        };
        if path == Path::new("-") {
            return Err(refuse("does not mean stdout here"));
        }
        let absolute = std::path::absolute(path).map_err(|_| refuse("is not a file name"))?;
        let (Some(folder), Some(name)) = (absolute.parent(), absolute.file_name()) else {
            return Err(refuse("is not a file name"));
        };
        let folder = fs::canonicalize(folder)
            .map_err(|_| refuse("is in a directory that does not exist"))?;
        let packed = fs::canonicalize(project.package());
        if packed.is_ok_and(|packed| folder.starts_with(packed)) {
            return Err(refuse("would become part of the package"));
        }
        let path = folder.join(name);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => return Err(refuse("is a directory")),
            // Reading anything but a regular file may never end.
            Ok(found) if !found.is_file() => return Err(refuse("is not a regular file")),
            Ok(_) if is_package(&path) => {}
            Ok(_) => return Err(refuse("exists and is not a package")),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(refuse(&format!("cannot be read: {error}"))),
        }
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // The user's umask decides the final mode.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.prefix(".package-").tempfile_in(&folder);
        let file = file.map_err(|error| refuse(&format!("cannot be written: {error}")))?;
        Ok(Self { path, file })
    }

    /// Writes the package completely or not at all, and returns its path.
    pub(super) fn write(mut self, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let written = self.file.write_all(bytes);
        let written = written.and_then(|()| Ok(self.file.persist(&self.path)?));
        written.map_err(|error| {
            let name = printable_path(&self.path);
            Failure::new(Exit::Machine, format!("cannot write `{name}`: {error}"))
                .hint("choose a writable location with enough free space for `--zip`")
        })?;
        Ok(self.path)
    }
}

/// Whether a file is empty, or a package with a program in it.
fn is_package(path: &Path) -> bool {
    let Ok(bytes) = fs::read(path) else {
        return false;
    };
    let Ok(archive) = rawzip::ZipArchive::from_slice(&bytes) else {
        return bytes.is_empty();
    };
    let mut entries = archive.entries();
    while let Ok(Some(entry)) = entries.next_entry() {
        if entry.file_path().as_bytes() == PROGRAM.as_bytes() {
            return true;
        }
    }
    false
}
