//! Reads a package in the same way as a tool that unpacks it. The bytes are not trusted: reading
//! any input takes no more memory or time than [`CODE_LIMIT`] and [`UNPACKED_LIMIT`] allow.

use std::io::{self, Read, Write};

use flate2::bufread::DeflateDecoder;
use rawzip::{
    CompressionMethod, CreatorSystem, Error, ErrorKind, ZipArchive, ZipFileHeaderRecord,
    ZipSliceArchive,
};
use thiserror::Error;

use super::entry::{BOOTSTRAP, Data, Entry, EntryKind};
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
    bootstrap: Option<Vec<u8>>,
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
        let refused = |error: &Error| match kind_of(bytes) {
            _ if bytes.is_empty() => NotAPackage::Empty,
            Some(kind) => NotAPackage::Foreign(kind),
            None => NotAPackage::Unreadable(why(error.kind())),
        };
        let archive = ZipArchive::from_slice(bytes).map_err(|error| refused(&error))?;
        let (mut packed, mut unpacked) = (0_u64, 0_u64);
        for record in archive.entries() {
            let record = record.map_err(|error| refused(&error))?;
            packed = packed.saturating_add(record.compressed_size_hint());
            unpacked = unpacked.saturating_add(record.uncompressed_size_hint());
        }
        if packed > bytes.len() as u64 {
            // Overlapping entries would be unpacked again and again, which an attacker can make
            // arbitrarily slow.
            return Err(NotAPackage::Unreadable("its entries overlap".to_owned()));
        }
        let mut contents = Self {
            entries: Vec::new(),
            bootstrap: None,
        };
        // The entries were counted just before.
        for record in archive.entries().flatten() {
            let mut entry = Entry::told_by(&record);
            let mut sink = Sink::default();
            if entry.is_at(BOOTSTRAP) && entry.kind == EntryKind::File {
                let fits = usize::try_from(entry.size).is_ok_and(|size| size <= CODE_LIMIT);
                sink.kept = fits.then(Vec::new);
            }
            if unpacked <= UNPACKED_LIMIT {
                entry.data = unpack(&archive, &record, &mut sink);
            }
            if entry.is_at(BOOTSTRAP) {
                // If two entries have the same path, the later one wins.
                contents.bootstrap = sink.kept.filter(|_| entry.data == Data::Whole);
            }
            contents.entries.push(entry);
        }
        Ok(contents)
    }

    /// The entry that an instance starts by default.
    #[must_use]
    pub fn bootstrap(&self) -> Option<&Entry> {
        self.entries.iter().rfind(|entry| entry.is_at(BOOTSTRAP))
    }

    /// The content of `bootstrap`, if it is a file that can be unpacked and has at most
    /// [`CODE_LIMIT`] bytes.
    #[must_use]
    pub fn bootstrap_bytes(&self) -> Option<&[u8]> {
        self.bootstrap.as_deref()
    }

    /// The total unpacked size in bytes, as the directory states it.
    #[must_use]
    pub fn unpacked(&self) -> u64 {
        let sizes = self.entries.iter().map(|entry| entry.size);
        sizes.fold(0, u64::saturating_add)
    }
}

impl Entry {
    fn told_by(record: &ZipFileHeaderRecord<'_>) -> Self {
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
        }
    }
}

/// Receives the unpacked bytes, and keeps them only if they are needed.
#[derive(Default)]
struct Sink {
    kept: Option<Vec<u8>>,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Unpacks one entry, and no more bytes than the directory states.
fn unpack(
    archive: &ZipSliceArchive<&[u8]>,
    record: &ZipFileHeaderRecord<'_>,
    sink: &mut Sink,
) -> Data {
    if record.flags().is_encrypted() {
        return Data::Broken("it is encrypted".to_owned());
    }
    let entry = match archive.get_entry(record.wayfinder()) {
        Ok(entry) => entry,
        Err(error) => return Data::Broken(why(error.kind())),
    };
    let data: Box<dyn Read + '_> = match record.compression_method() {
        CompressionMethod::STORE => Box::new(entry.data()),
        CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(entry.data())),
        other => {
            let name = other
                .name()
                .map_or_else(|| other.as_u16().to_string(), str::to_owned);
            return Data::Untried(format!(
                "it is compressed with `{name}` instead of `DEFLATE`"
            ));
        }
    };
    // One additional byte is enough to see that the entry is longer than stated.
    let data = data.take(record.uncompressed_size_hint().saturating_add(1));
    match io::copy(&mut entry.verifying_reader(data), sink) {
        Ok(_) => Data::Whole,
        Err(error) => Data::Broken(
            match error.get_ref().and_then(|it| it.downcast_ref::<Error>()) {
                Some(error) => why(error.kind()),
                None => "its compressed data is damaged".to_owned(),
            },
        ),
    }
}

/// Describes the problem, as part of a sentence.
fn why(error: &ErrorKind) -> String {
    match error {
        ErrorKind::MissingEndOfCentralDirectory => "the directory at its end is missing".to_owned(),
        ErrorKind::InvalidSignature { .. } => {
            "an entry does not begin where the directory says".to_owned()
        }
        ErrorKind::InvalidChecksum { .. } => "its checksum does not match the directory".to_owned(),
        ErrorKind::InvalidSize { .. } => "its size does not match the directory".to_owned(),
        ErrorKind::InvalidEndOfCentralDirectory => "the end of its directory is damaged".to_owned(),
        ErrorKind::Eof => "it ends too early".to_owned(),
        other => other.to_string(),
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
