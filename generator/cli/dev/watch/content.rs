//! The content of a file, as far as it is needed to see that it has changed.

use std::fs::{self, File, Metadata};
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

/// The content of a file at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli::dev) enum Content {
    /// There is no file, or one that cannot be read.
    Absent,
    /// A file.
    Bytes { length: u64, hash: u64 },
}

impl Content {
    /// Reads the content of a file.
    pub(in crate::cli::dev) fn of(path: &Path) -> Self {
        Self::read(path).unwrap_or(Self::Absent)
    }

    fn read(path: &Path) -> io::Result<Self> {
        // Opening a pipe would wait for its writer.
        if !fs::metadata(path)?.is_file() {
            return Ok(Self::Absent);
        }
        let mut file = File::open(path)?;
        let mut hasher = DefaultHasher::new();
        let (mut part, mut length) = ([0; 16 * 1024], 0);
        loop {
            match file.read(&mut part) {
                Ok(0) => break,
                Ok(read) => {
                    hasher.write(&part[..read]);
                    length += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let hash = hasher.finish();
        Ok(Self::Bytes { length, hash })
    }

    /// Whether there is nothing to read. A file that an editor or git is replacing is so for a
    /// moment.
    pub(super) fn is_nothing(self) -> bool {
        matches!(self, Self::Absent | Self::Bytes { length: 0, .. })
    }
}

/// What a directory says about a file, for a check that does not read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli::dev) struct Stamp(Option<(u64, Option<SystemTime>)>);

impl Stamp {
    /// That of a file which is not there.
    pub(super) const NONE: Self = Self(None);

    pub(in crate::cli::dev) fn of(path: &Path) -> Self {
        let stamp = |metadata: Metadata| (metadata.len(), metadata.modified().ok());
        Self(fs::metadata(path).ok().map(stamp))
    }

    /// Whether the file was written at that time or later.
    pub(super) fn is_since(self, time: SystemTime) -> bool {
        let modified = self.0.and_then(|(_, modified)| modified);
        modified.is_some_and(|modified| modified >= time)
    }

    /// Whether there is a file, and it was written before that time.
    pub(super) fn is_before(self, time: SystemTime) -> bool {
        let modified = self.0.and_then(|(_, modified)| modified);
        modified.is_some_and(|modified| modified < time)
    }
}
