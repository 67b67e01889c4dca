//! One entry of a package, as its directory tells it.

use std::borrow::Cow;

/// What an instance starts unless it is told otherwise, at the root of the package:
/// [`crate::platform::page::PRINCIPLES`].
pub const BOOTSTRAP: &str = "bootstrap";

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub(super) path: Vec<u8>,
    /// What it is.
    pub kind: EntryKind,
    /// Who may do what with it, in the lower nine bits: none if the tool that made the package wrote
    /// none, as many do on Windows.
    pub mode: Option<u32>,
    /// How many bytes it is said to have when it is unpacked.
    pub size: u64,
    /// Whether it can be unpacked.
    pub data: Data,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, a socket, or a pipe.
    Other,
}

/// Whether an entry can be unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// It can: its size and its checksum are those that the directory tells.
    Whole,
    /// It cannot, and why, as a part of a sentence.
    Broken(String),
    /// It was not tried, and why, as a part of a sentence.
    Untried(String),
}

impl Entry {
    /// Its path as it is written in the package.
    #[must_use]
    pub fn path(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.path)
    }

    /// The folders that it lies in, and then its name, as they are when it is unpacked.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        let parts = self.path.split(|byte| *byte == b'/');
        parts.filter(|part| !part.is_empty() && *part != b".")
    }

    /// Whether it is unpacked to this path, which has `/` between its parts.
    #[must_use]
    pub fn is_at(&self, path: &str) -> bool {
        let wanted = path.split('/').filter(|part| !part.is_empty());
        self.parts().eq(wanted.map(str::as_bytes))
    }

    /// Whether anyone may run it, whoever owns it.
    #[must_use]
    pub fn is_executable(&self) -> bool {
        const READ_AND_RUN: u32 = 0o555;
        self.mode
            .is_some_and(|mode| mode & READ_AND_RUN == READ_AND_RUN)
    }

    /// Why it need not be unpacked to where its path says, if that is so.
    #[must_use]
    pub fn misplaced(&self) -> Option<&'static str> {
        match &self.path[..] {
            [] => Some("has no name"),
            [b'/', ..] => Some("begins at the root of the system"),
            [drive, b':', ..] if drive.is_ascii_alphabetic() => Some("begins with a drive"),
            path if path.contains(&b'\\') => {
                Some("has `\\` between its parts, in the place of `/`")
            }
            path if path.contains(&0) => Some("has a zero byte in it"),
            _ if self.parts().any(|part| part == b"..") => Some("leaves the package by `..`"),
            _ => None,
        }
    }
}
