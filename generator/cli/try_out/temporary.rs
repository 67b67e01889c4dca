//! Where the project of a `try` lies: in a temporary directory, which goes unless it is kept.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::NAME;
use crate::cli::failure::{Exit, Failure};
use crate::scaffold::tree::{Destination, Tree};
use crate::stop::Stop;
use crate::text::printable_path;

pub(super) struct TemporaryProject {
    folder: TempDir,
    project: PathBuf,
}

impl TemporaryProject {
    /// Writes a project to a directory of its own.
    pub(super) fn new(tree: &Tree, stop: &Stop) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("cargo-fc3-").tempdir();
        let folder = folder.map_err(|error| {
            let message = format!("there is no room for a project: {error}");
            Failure::new(Exit::Machine, message).hint("set `TMPDIR` to a directory with room")
        })?;
        let project = folder.path().join(NAME);
        tree.write_new(&Destination::new(&project)?, stop, |_| Ok(()))?;
        Ok(Self { folder, project })
    }

    /// The directory of the project.
    pub(super) fn dir(&self) -> &Path {
        &self.project
    }

    /// Leaves the project where it is, and says where.
    pub(super) fn keep(self) -> PathBuf {
        // It is there until the user removes it.
        let _ = self.folder.keep();
        self.project
    }

    /// Removes the project and all that was built in it.
    pub(super) fn remove(self) -> Result<(), Failure> {
        let path = printable_path(self.folder.path());
        self.folder.close().map_err(|error| {
            Failure::new(Exit::Machine, format!("cannot remove `{path}`: {error}"))
                .hint("remove it by hand")
        })
    }
}
