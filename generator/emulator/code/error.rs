//! Why a package is not taken.

use std::io;

use crate::package::{Entry, NotAPackage};
use crate::platform::UNPACKED_LIMIT;
use crate::text::printable;

/// Why a package is not taken.
#[derive(Debug, thiserror::Error)]
pub(in crate::emulator) enum CodeError {
    /// It is no zip file, or a damaged one.
    #[error("the package is not a zip file that can be unpacked: {0}")]
    NotAPackage(#[from] NotAPackage),
    /// A file in it cannot be unpacked.
    #[error("`{path}` of the package cannot be unpacked: {reason}")]
    Broken {
        /// The file.
        path: String,
        /// The reason, as a sentence without a beginning.
        reason: String,
    },
    /// Something in it does not belong into a folder of its own.
    #[error("`{path}` of the package {reason}")]
    Misplaced {
        /// The path, as it is in the package.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// There is too much in it.
    #[error("the package has more than {0} files")]
    TooManyEntries(usize),
    /// It unpacks to more than a disk has.
    #[error("the package unpacks to more than {UNPACKED_LIMIT} bytes")]
    TooLarge,
    /// The disk is full, or not writable.
    #[error("the package cannot be unpacked here: {0}")]
    Disk(#[from] io::Error),
}

impl CodeError {
    pub(super) fn misplaced(entry: &Entry, reason: &'static str) -> Self {
        let path = printable(&entry.path());
        Self::Misplaced { path, reason }
    }

    /// A place of an entry that cannot be taken. Most reasons are in the package.
    pub(super) fn placing(entry: &Entry, error: io::Error) -> Self {
        use io::ErrorKind::{AlreadyExists, InvalidFilename, IsADirectory, NotADirectory};
        match error.kind() {
            AlreadyExists | IsADirectory | NotADirectory => {
                Self::misplaced(entry, "is where another entry of it is")
            }
            InvalidFilename => Self::misplaced(entry, "is too long for a path"),
            _ => Self::Disk(error),
        }
    }

    /// Whether this machine is at fault, and not the package.
    pub(in crate::emulator) fn is_of_machine(&self) -> bool {
        matches!(self, Self::Disk(_))
    }
}
