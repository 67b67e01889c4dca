//! The file that a package is written to.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::cli::failure::{Exit, Failure};
use crate::cli::project::{PROGRAM, Project};
use crate::text::printable_path;

/// A place for a package: new, or that of an earlier one.
pub(super) struct Zip {
    path: PathBuf,
    /// Made before anything is built, so that a place that cannot be written to is told first.
    file: NamedTempFile,
}

impl Zip {
    /// Refuses what cannot be written, and what must not be replaced.
    pub(super) fn new(path: &Path, project: &Project) -> Result<Self, Failure> {
        let refuse = |why: &str| {
            Failure::new(Exit::Usage, format!("`{}` {why}", printable_path(path)))
                .hint("`--zip` takes a new file, or a package to replace")
        };
        if path == Path::new("-") {
            return Err(refuse("is not taken for stdout"));
        }
        let absolute = std::path::absolute(path).map_err(|_| refuse("is no file"))?;
        let (Some(folder), Some(name)) = (absolute.parent(), absolute.file_name()) else {
            return Err(refuse("is no file"));
        };
        let folder = fs::canonicalize(folder).map_err(|_| refuse("lies in no directory"))?;
        let packed = fs::canonicalize(project.package());
        if packed.is_ok_and(|packed| folder.starts_with(packed)) {
            return Err(refuse("would become a part of the package"));
        }
        let path = folder.join(name);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => return Err(refuse("is a directory")),
            // What is no plain file may not even end when it is read.
            Ok(found) if !found.is_file() => return Err(refuse("is no plain file")),
            Ok(_) if is_package(&path) => {}
            Ok(_) => return Err(refuse("is there, and is no package")),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(refuse(&format!("cannot be read: {error}"))),
        }
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // What is left of it is for the user's umask to say.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.prefix(".package-").tempfile_in(&folder);
        let file = file.map_err(|error| refuse(&format!("cannot be written: {error}")))?;
        Ok(Self { path, file })
    }

    /// Writes it, whole or not at all, and gives its path.
    pub(super) fn write(mut self, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let written = self.file.write_all(bytes);
        let written = written.and_then(|()| Ok(self.file.persist(&self.path)?));
        written.map_err(|error| {
            let shown = printable_path(&self.path);
            Failure::new(Exit::Machine, format!("cannot write `{shown}`: {error}"))
                .hint("`--zip` takes a place with room and permission")
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
