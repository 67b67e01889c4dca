//! The reasons why a project was not written.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::destination::DestinationError;
use crate::stop::StopSignal;
use crate::text::printable_path;

/// The reason why a tree was not written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The target is not a valid destination.
    #[error(transparent)]
    Destination(#[from] DestinationError),
    /// Another process is writing the same target.
    #[error("another run is writing `{}`", printable_path(target))]
    Busy {
        /// The target of both.
        target: PathBuf,
        /// The hidden directory of the other process.
        staging: PathBuf,
    },
    /// The hidden directory exists, and is not one of ours.
    #[error("`{}` is in the way: `new` did not create it", printable_path(.0))]
    Foreign(PathBuf),
    /// This process may not open the files that writing a tree needs.
    #[error("cannot open enough files: {0}")]
    FewFiles(std::io::Error),
    /// A signal asked this process to end.
    #[error("stopped by a signal; nothing was written")]
    Stopped(StopSignal),
    /// The last step failed.
    #[error(transparent)]
    Finish(anyhow::Error),
    /// The system reported an error.
    #[error("cannot {doing} `{}`: {source}", printable_path(path))]
    Io {
        /// The action that failed, as a verb.
        doing: &'static str,
        /// The path.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
}

impl WriteError {
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            doing,
            path,
            source,
        }
    }
}
