//! The temporary directory of a `try`, which is removed unless the user keeps it.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::cli::failure::{Exit, Failure};
use crate::scaffold::tree::{Destination, Tree};
use crate::stop::Stop;
use crate::text::printable_path;

/// The name of the function and its project.
pub(super) const NAME: &str = "my-function";

pub(super) struct TemporaryProject {
    folder: TempDir,
    project: PathBuf,
}

impl TemporaryProject {
    /// Writes a project to a new directory.
    pub(super) fn new(tree: &Tree, stop: &Stop) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("cargo-fc3-").tempdir();
        let folder = folder.map_err(|error| {
            let message = format!("cannot create a temporary directory: {error}");
            Failure::new(Exit::Machine, message)
                .hint("set `TMPDIR` to a writable directory with enough free space")
        })?;
        let project = folder.path().join(NAME);
        tree.write_new(&Destination::new(&project)?, stop, |_| Ok(()))?;
        Ok(Self { folder, project })
    }

    /// The directory of the project.
    pub(super) fn dir(&self) -> &Path {
        &self.project
    }

    /// Keeps the project, and returns its path.
    pub(super) fn keep(self) -> PathBuf {
        // The directory stays until the user removes it.
        let _ = self.folder.keep();
        self.project
    }

    /// Removes the project with its build output.
    pub(super) fn remove(self) -> Result<(), Failure> {
        let path = printable_path(self.folder.path());
        self.folder.close().map_err(|error| {
            Failure::new(Exit::Machine, format!("cannot remove `{path}`: {error}"))
                .hint("remove it yourself")
        })
    }
}
