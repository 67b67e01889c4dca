//! The file that a package is written to.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::project::{PACKAGE, Project};
use crate::cli::failure::{Exit, Failure};
use crate::spec::shown_path;

/// How an archive begins: with a file, or with its end.
const BEGINNINGS: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// A place for a package: new, or that of an earlier one.
pub(super) struct Zip {
    path: PathBuf,
    folder: PathBuf,
}

impl Zip {
    /// Refuses, before anything is built, what cannot be written or must not be replaced.
    pub(super) fn new(path: &Path, project: &Project) -> Result<Self, Failure> {
        let shown = shown_path(path);
        let refuse = |why: &str| {
            Failure::new(Exit::Usage, format!("`{shown}` {why}"))
                .hint("`--zip` takes a new file, or an archive to replace")
        };
        let absolute = std::path::absolute(path).map_err(|_| refuse("is no file"))?;
        let Some(folder) = absolute.parent().filter(|folder| folder.is_dir()) else {
            return Err(refuse("lies in no directory"));
        };
        if absolute.is_dir() {
            return Err(refuse("is a directory"));
        }
        if absolute.starts_with(project.dir().join(PACKAGE)) {
            return Err(refuse("would become a part of the package"));
        }
        match beginning(&absolute) {
            Ok(found) if BEGINNINGS.contains(&found.as_slice()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Ok(_) => return Err(refuse("is there, and is no archive")),
            Err(error) => return Err(refuse(&format!("cannot be read: {error}"))),
        }
        let folder = folder.to_owned();
        Ok(Self {
            path: absolute,
            folder,
        })
    }

    /// Writes it, whole or not at all, and gives its path.
    pub(super) fn write(self, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // What is left of it is for the user's umask to say.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let written = builder
            .prefix(".package-")
            .tempfile_in(&self.folder)
            .and_then(|mut file| {
                file.write_all(bytes)?;
                Ok(file.persist(&self.path)?)
            });
        written.map_err(|error| {
            let shown = shown_path(&self.path);
            Failure::new(Exit::Machine, format!("cannot write `{shown}`: {error}"))
                .hint("`--zip` takes a place with room and permission")
        })?;
        Ok(self.path)
    }
}

fn beginning(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut bytes)?;
    Ok(bytes)
}
