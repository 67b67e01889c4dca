//! Reads a package in the same way as a tool that unpacks it. The bytes are not trusted: reading
//! any input takes no more memory or time than [`CODE_LIMIT`] and [`UNPACKED_LIMIT`] allow.

use rawzip::{CreatorSystem, Error, ZipArchive, ZipFileHeaderRecord};
use thiserror::Error;

use super::entry::{BOOTSTRAP, Data, Entry, EntryKind};
use super::link::{LONGEST, LinkTarget, Links};
use super::unpack::{Sink, unpack, why};
use crate::platform::{CODE_LIMIT, UNPACKED_LIMIT};

/// A package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The size in bytes of the file to upload.
    pub size: usize,
    /// The content of the package, or the reason why it cannot be read.
    pub contents: Result<Contents, NotAPackage>,
}

/// The content of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The entries, in their order.
    pub entries: Vec<Entry>,
    /// The index of the file that an instance starts by default, if there is one.
    started: Option<usize>,
    started_bytes: Option<Vec<u8>>,
}

/// The reason why a file is not a package.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotAPackage {
    /// The file is empty.
    #[error("it is empty")]
    Empty,
    /// The file has a different format.
    #[error("it is {0}, not a zip")]
    Foreign(&'static str),
    /// The file begins like a zip, but its directory is missing or cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

impl NotAPackage {
    /// Overlapping entries would be unpacked again and again, which an attacker can make arbitrarily
    /// slow.
    pub(super) fn overlapping() -> Self {
        Self::Unreadable("its entries overlap".to_owned())
    }
}

/// Why bytes are no package.
pub(super) fn refused(bytes: &[u8], error: &Error) -> NotAPackage {
    match kind_of(bytes) {
        _ if bytes.is_empty() => NotAPackage::Empty,
        Some(kind) => NotAPackage::Foreign(kind),
        None => NotAPackage::Unreadable(why(error.kind())),
    }
}

impl Package {
    /// Reads a package. Every entry is unpacked once to check it.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        Self {
            size: bytes.len(),
            contents: Contents::read(bytes),
        }
    }
}

impl Contents {
    fn read(bytes: &[u8]) -> Result<Self, NotAPackage> {
        let refused = |error: &Error| refused(bytes, error);
        let archive = ZipArchive::from_slice(bytes).map_err(|error| refused(&error))?;
        let (mut packed, mut unpacked) = (0_u64, 0_u64);
        for record in archive.entries() {
            let record = record.map_err(|error| refused(&error))?;
            packed = packed.saturating_add(record.compressed_size_hint());
            unpacked = unpacked.saturating_add(record.uncompressed_size_hint());
        }
        if packed > bytes.len() as u64 {
            return Err(NotAPackage::overlapping());
        }
        let mut contents = Self {
            entries: Vec::new(),
            started: None,
            started_bytes: None,
        };
        // The entries were counted just before.
        for record in archive.entries().flatten() {
            let mut entry = Entry::told_by(&record);
            let is_link = entry.kind == EntryKind::Link && entry.size <= LONGEST;
            let mut sink = Sink::that_keeps(is_link);
            if unpacked <= UNPACKED_LIMIT {
                entry.data = unpack(&archive, &record, &mut sink);
            }
            entry.target = sink.kept.filter(|_| entry.data == Data::Whole);
            contents.entries.push(entry);
        }
        contents.started = contents.find_started();
        let is_readable =
            |entry: &Entry| entry.data == Data::Whole && entry.size <= CODE_LIMIT as u64;
        if let Some(at) = contents.started
            && is_readable(&contents.entries[at])
            && let Some(record) = archive.entries().flatten().nth(at)
        {
            // It is unpacked a second time, since only now is it known which file it is.
            let mut sink = Sink::that_keeps(true);
            unpack(&archive, &record, &mut sink);
            contents.started_bytes = sink.kept;
        }
        Ok(contents)
    }

    /// The index of `bootstrap` or of the file that it links to.
    fn find_started(&self) -> Option<usize> {
        let at = self
            .entries
            .iter()
            .rposition(|entry| entry.is_at(BOOTSTRAP))?;
        let at = match self.entries[at].kind {
            EntryKind::Link => match self.links().follow(&self.entries[at]) {
                LinkTarget::Inside(at) => at,
                _ => return None,
            },
            _ => at,
        };
        (self.entries[at].kind == EntryKind::File).then_some(at)
    }

    /// The symbolic links of the package.
    #[must_use]
    pub fn links(&self) -> Links<'_> {
        Links::new(&self.entries)
    }

    /// The entry `bootstrap`, which an instance starts by default.
    #[must_use]
    pub fn bootstrap(&self) -> Option<&Entry> {
        self.entries.iter().rfind(|entry| entry.is_at(BOOTSTRAP))
    }

    /// The file that an instance starts by default: `bootstrap`, or the file that it links to.
    #[must_use]
    pub fn started(&self) -> Option<&Entry> {
        self.started.map(|at| &self.entries[at])
    }

    /// The content of that file, if it can be unpacked and has at most [`CODE_LIMIT`] bytes.
    #[must_use]
    pub fn started_bytes(&self) -> Option<&[u8]> {
        self.started_bytes.as_deref()
    }

    /// The total unpacked size in bytes, as the directory states it.
    #[must_use]
    pub fn unpacked(&self) -> u64 {
        let sizes = self.entries.iter().map(|entry| entry.size);
        sizes.fold(0, u64::saturating_add)
    }
}

impl Entry {
    pub(super) fn told_by(record: &ZipFileHeaderRecord<'_>) -> Self {
        const TYPE: u32 = 0o170_000;
        const FOLDER_OF_DOS: u32 = 0x10;
        let attributes = record.external_attributes();
        let mode = match record.version_made_by().creator_system() {
            // A tool that writes no mode leaves a zero here.
            CreatorSystem::UNIX | CreatorSystem::MACOS => {
                Some(attributes >> 16).filter(|it| *it != 0)
            }
            _ => None,
        };
        let kind = match mode.map(|mode| mode & TYPE) {
            _ if record.is_dir() => EntryKind::Folder,
            Some(0o040_000) => EntryKind::Folder,
            Some(0o120_000) => EntryKind::Link,
            Some(0o100_000 | 0) => EntryKind::File,
            Some(_) => EntryKind::Other,
            None if attributes & FOLDER_OF_DOS != 0 => EntryKind::Folder,
            None => EntryKind::File,
        };
        Self {
            path: record.file_path().as_bytes().to_vec(),
            kind,
            mode: mode.map(|mode| mode & 0o777),
            size: record.uncompressed_size_hint(),
            data: Data::Untried("the package is too large to unpack".to_owned()),
            target: None,
        }
    }
}

/// Describes a file that is often mistaken for a package, by its first bytes.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 8] = [
        (b"\x1f\x8b", "a gzip archive"),
        (b"BZh", "a bzip2 archive"),
        (b"\xfd7zXZ", "an xz archive"),
        (b"\x28\xb5\x2f\xfd", "a zstd archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (b"Rar!", "a RAR archive"),
        (b"\x7fELF", "a program"),
        (b"#!", "a script"),
    ];
    let mut kinds = KINDS.iter();
    let begins = kinds.find(|(magic, _)| bytes.starts_with(magic));
    // The signature of a tar archive follows the name and other fields of its first entry.
    let tar = bytes.get(257..262) == Some(b"ustar");
    begins
        .map(|(_, name)| *name)
        .or(tar.then_some("a tar archive"))
}
