//! Where a tree may go: a place that is free, in a directory that is there.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::text::printable_path;

/// A path with nothing at it, inside a directory that exists.
///
/// Both can change at any moment. So this is for a good error early, and writing asks again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    path: PathBuf,
    parent: PathBuf,
    name: std::ffi::OsString,
}

impl Destination {
    /// Takes `path` for a tree that is to be written.
    ///
    /// # Errors
    /// See [`DestinationError`].
    pub fn new(path: &Path) -> Result<Self, DestinationError> {
        let name = path
            .file_name()
            .ok_or_else(|| DestinationError::Nameless(path.to_owned()))?;
        // Without the parts that mean nothing, as in `a/./b/.`, which no rename would take.
        let path: PathBuf = path.components().collect();
        let parent = match path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        // A link that leads nowhere is something too.
        if path.symlink_metadata().is_ok() {
            return Err(DestinationError::Exists(path));
        }
        if !parent.is_dir() {
            let exists = |path: &&Path| path.symlink_metadata().is_ok();
            // The nearest thing that is there: a directory that lacks the rest, or an obstacle.
            return Err(match parent.ancestors().find(exists) {
                Some(other) if !other.is_dir() => DestinationError::NotADirectory(other.to_owned()),
                _ => DestinationError::NoParent(parent.to_owned()),
            });
        }
        Ok(Self {
            parent: parent.to_owned(),
            name: name.to_owned(),
            path,
        })
    }

    /// The path, as it was given but for parts that mean nothing.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The directory that it is in.
    #[must_use]
    pub fn parent(&self) -> &Path {
        &self.parent
    }

    /// The hidden directory where the tree is written before it takes its name. It is on the same
    /// file system, so that a rename is enough, and has one name, so that the next run finds it.
    pub(super) fn staging(&self) -> PathBuf {
        let mut name = std::ffi::OsString::from(".");
        name.push(&self.name);
        name.push(".fc3-staging");
        self.parent.join(name)
    }
}

/// Why nothing can be written at a path.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DestinationError {
    /// It does not end in a name, as `..` does not.
    #[error("`{}` does not name a new directory", printable_path(.0))]
    Nameless(PathBuf),
    /// Something is there.
    #[error("`{}` exists already", printable_path(.0))]
    Exists(PathBuf),
    /// It would be in a directory that is not there.
    #[error("there is no directory `{}`", printable_path(.0))]
    NoParent(PathBuf),
    /// It would be below something that is no directory.
    #[error("`{}` is not a directory", printable_path(.0))]
    NotADirectory(PathBuf),
}
