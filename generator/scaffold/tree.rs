//! A project in memory: its files and their bytes. [`Tree::write_new`] is the only function that
//! writes it to a disk.

mod destination;
mod error;
mod file;
mod reserve;
mod staging;

use std::collections::BTreeMap;
use std::path::{Component, Path};

use thiserror::Error;

use crate::stop::Stop;
pub use destination::{Destination, DestinationError};
pub use error::WriteError;
pub use file::TreeFile;
use staging::Staging;

/// The files by path, which is relative and uses `/` on every system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<String, TreeFile>);

/// A path that is not simply a location inside the tree.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a path inside a project")]
pub struct PathError(String);

impl Tree {
    /// Adds a file, or replaces the one with the same path.
    ///
    /// # Errors
    /// If the path is empty or absolute, or contains a part such as `..`.
    pub fn insert(&mut self, path: &str, bytes: Vec<u8>) -> Result<(), PathError> {
        let simple = |part| matches!(part, Component::Normal(_));
        if path.is_empty() || !Path::new(path).components().all(simple) {
            return Err(PathError(path.to_owned()));
        }
        self.0.insert(path.to_owned(), TreeFile { bytes });
        Ok(())
    }

    /// The file at this path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&TreeFile> {
        self.0.get(path)
    }

    /// All files, ordered by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &TreeFile)> {
        self.0.iter().map(|(path, entry)| (path.as_str(), entry))
    }

    /// The number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes the tree to `target`, completely or not at all.
    ///
    /// The tree is written into a hidden directory next to the target, and one rename, which
    /// replaces nothing, gives it its name. `finish` runs on the hidden directory when all files
    /// are written. Only a killed process leaves that directory behind, and the next run for the
    /// same target removes it.
    ///
    /// # Errors
    /// [`WriteError`]. Nothing is left behind.
    pub fn write_new(
        &self,
        target: &Destination,
        stop: &Stop,
        finish: impl FnOnce(&Path) -> anyhow::Result<()>,
    ) -> Result<(), WriteError> {
        let check = || stop.check().map_err(WriteError::Stopped);
        check()?;
        let staging = Staging::claim(target)?;
        for (path, entry) in self.iter() {
            check()?;
            staging.write(path, entry)?;
        }
        let finished = finish(staging.tree());
        // A signal may have reached the last step too. Then the signal is the reason, not the
        // failure of that step.
        check()?;
        finished.map_err(WriteError::Finish)?;
        staging.rename_to(target)
    }
}
