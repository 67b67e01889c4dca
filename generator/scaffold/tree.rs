//! A project as a value: which files, with which bytes. It is made and compared in memory, and
//! [`Tree::write_new`] is the one function that puts it on a disk.

mod destination;
mod staging;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use thiserror::Error;

use crate::stop::{Stop, StopSignal};
use crate::text::printable_path;
pub use destination::{Destination, DestinationError};
use staging::Staging;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFile {
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl TreeFile {
    /// Whether users may run it: it is a script, by its first line. The other way into a project,
    /// a checkout, has modes, but what is embedded in this program has none.
    #[must_use]
    pub fn executable(&self) -> bool {
        self.bytes.starts_with(b"#!/")
    }
}

/// Files by their path, which is relative and has `/` between its parts on every system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<String, TreeFile>);

/// A path that is not simply a place inside the tree.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no path inside a project")]
pub struct PathError(String);

impl Tree {
    /// Puts a file in, in the place of one that has its path.
    ///
    /// # Errors
    /// The path is empty or absolute, or has a part such as `..`.
    pub fn insert(&mut self, path: &str, bytes: Vec<u8>) -> Result<(), PathError> {
        let simple = |part| matches!(part, Component::Normal(_));
        if path.is_empty() || !Path::new(path).components().all(simple) {
            return Err(PathError(path.to_owned()));
        }
        self.0.insert(path.to_owned(), TreeFile { bytes });
        Ok(())
    }

    /// The file of this path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&TreeFile> {
        self.0.get(path)
    }

    /// All files, ordered by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &TreeFile)> {
        self.0.iter().map(|(path, entry)| (path.as_str(), entry))
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes the tree to `target`, which is then whole, or as absent as it was.
    ///
    /// It is written into a hidden directory beside the target and takes its name by one rename,
    /// which replaces nothing. `finish` runs on the hidden directory when all files are there. Only
    /// a process that is killed leaves that directory, and the next run for the same target
    /// removes it.
    ///
    /// # Errors
    /// See [`WriteError`]; nothing is left then.
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
        let finished = finish(staging.path());
        // A signal that reached the last step too is the reason, and not how the step failed.
        check()?;
        finished.map_err(WriteError::Finish)?;
        staging.rename_to(target)
    }
}

/// Why a tree was not written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The target cannot be written to, and could not be before.
    #[error(transparent)]
    Destination(#[from] DestinationError),
    /// Another process writes the same target.
    #[error("another run is writing `{}`", printable_path(target))]
    Busy {
        /// What both want to write.
        target: PathBuf,
        /// Where the other one writes it first.
        staging: PathBuf,
    },
    /// This process was asked to end.
    #[error("stopped by a signal; nothing was written")]
    Stopped(StopSignal),
    /// The last step failed.
    #[error(transparent)]
    Finish(anyhow::Error),
    /// The machine refused.
    #[error("cannot {doing} `{}`: {source}", printable_path(path))]
    Io {
        /// What was tried, as a verb.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
}

impl WriteError {
    fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            doing,
            path,
            source,
        }
    }
}
