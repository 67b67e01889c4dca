//! One entry of a package, as its directory describes it.

use std::borrow::Cow;

/// The file at the root of the package that an instance starts by default:
/// [`crate::platform::page::PRINCIPLES`].
pub const BOOTSTRAP: &str = "bootstrap";

/// One entry of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub(super) path: Vec<u8>,
    /// The type of the entry.
    pub kind: EntryKind,
    /// The permission bits. `None` if the tool that created the package wrote none, as many tools
    /// on Windows do.
    pub mode: Option<u32>,
    /// The unpacked size in bytes, as the directory states it.
    pub size: u64,
    /// Whether it can be unpacked.
    pub data: Data,
    /// The target of a symbolic link, if it could be read.
    pub(super) target: Option<Vec<u8>>,
}

/// The type of an entry.
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
    /// It can be unpacked: size and checksum match the directory.
    Whole,
    /// It cannot be unpacked, for this reason (part of a sentence).
    Broken(String),
    /// It was not unpacked, for this reason (part of a sentence).
    Untried(String),
}

impl Entry {
    /// The path as it is written in the package.
    #[must_use]
    pub fn path(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.path)
    }

    /// The folders of the entry and its name, as they are after unpacking.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        let parts = self.path.split(|byte| *byte == b'/');
        parts.filter(|part| !part.is_empty() && *part != b".")
    }

    /// Whether the entry is unpacked to this path, with `/` as the separator.
    #[must_use]
    pub fn is_at(&self, path: &str) -> bool {
        let wanted = path.split('/').filter(|part| !part.is_empty());
        self.parts().eq(wanted.map(str::as_bytes))
    }

    /// Whether everyone may run the file.
    #[must_use]
    pub fn is_executable(&self) -> bool {
        const READ_AND_RUN: u32 = 0o555;
        self.mode
            .is_some_and(|mode| mode & READ_AND_RUN == READ_AND_RUN)
    }

    /// The reason why the entry may be unpacked somewhere else than its path says, if there is one.
    #[must_use]
    pub fn misplaced(&self) -> Option<&'static str> {
        match &self.path[..] {
            [] => Some("has no name"),
            [b'/', ..] => Some("is an absolute path"),
            [drive, b':', ..] if drive.is_ascii_alphabetic() => Some("begins with a drive letter"),
            path if path.contains(&b'\\') => Some("has the separator `\\` instead of `/`"),
            path if path.contains(&0) => Some("contains a zero byte"),
            _ if self.path().contains(char::is_control) => Some("contains a control character"),
            _ if self.parts().any(|part| part == b"..") => Some("leaves the package with `..`"),
            _ => None,
        }
    }
}
