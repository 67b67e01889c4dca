//! The destination of a tree: an unused path in an existing directory.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::text::printable_path;

/// A path with nothing at it, inside a directory that exists.
///
/// Both can change at any time. This check gives an early error; writing checks again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    path: PathBuf,
    parent: PathBuf,
    name: std::ffi::OsString,
}

impl Destination {
    /// Checks `path` as the destination of a tree.
    ///
    /// # Errors
    /// [`DestinationError`].
    pub fn new(path: &Path) -> Result<Self, DestinationError> {
        let name = path
            .file_name()
            .ok_or_else(|| DestinationError::Nameless(path.to_owned()))?;
        // Remove redundant parts, as in `a/./b/.`, which a rename rejects.
        let path: PathBuf = path.components().collect();
        let parent = match path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        // A dangling link counts as existing.
        if path.symlink_metadata().is_ok() {
            return Err(DestinationError::Exists(path));
        }
        if !parent.is_dir() {
            let exists = |path: &&Path| path.symlink_metadata().is_ok();
            // The nearest existing ancestor: a directory without the rest of the path, or an
            // obstacle.
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

    /// The path as it was given, without redundant parts.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The parent directory.
    #[must_use]
    pub fn parent(&self) -> &Path {
        &self.parent
    }

    /// The hidden directory where the tree is written before it gets its name. It is on the same
    /// file system, so that a rename is enough, and has a fixed name, so that the next run finds
    /// it.
    pub(super) fn staging(&self) -> PathBuf {
        let mut name = std::ffi::OsString::from(".");
        name.push(&self.name);
        name.push(".fc3-staging");
        self.parent.join(name)
    }
}

/// The reason why a path is not a valid destination.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DestinationError {
    /// The path does not end with a name, such as `..`.
    #[error("`{}` does not name a new directory", printable_path(.0))]
    Nameless(PathBuf),
    /// Something exists at the path.
    #[error("`{}` already exists", printable_path(.0))]
    Exists(PathBuf),
    /// The parent directory does not exist.
    #[error("the directory `{}` does not exist", printable_path(.0))]
    NoParent(PathBuf),
    /// An ancestor is not a directory.
    #[error("`{}` is not a directory", printable_path(.0))]
    NotADirectory(PathBuf),
}
