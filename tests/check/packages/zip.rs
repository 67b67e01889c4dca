//! Archives byte by byte, with every mistake that a tool makes.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// The systems that an archive can be made on, as it names them.
const DOS: u16 = 0;
const UNIX: u16 = 3;
/// The version of the format that has Zip64, which is 4.5.
const VERSION: u16 = 0x2d;

/// One entry, as it is written; what is said of it need not be so.
#[derive(Clone)]
pub(crate) struct Entry {
    path: Vec<u8>,
    packed: Vec<u8>,
    packed_size: usize,
    /// The mode with the type of file, unless it is made on Windows.
    mode: Option<u32>,
    method: u16,
    flags: u16,
    crc: u32,
    size: u64,
}

/// A file that may be run.
pub(crate) fn file(path: &str, bytes: &[u8]) -> Entry {
    let packed = deflated(bytes);
    Entry {
        path: path.as_bytes().to_vec(),
        packed_size: packed.len(),
        packed,
        mode: Some(0o100_755),
        method: 8,
        flags: 0,
        crc: rawzip::crc32(bytes),
        size: bytes.len() as u64,
    }
}

impl Entry {
    pub(crate) fn mode(mut self, mode: u32) -> Self {
        self.mode = Some(mode);
        self
    }

    pub(crate) fn made_on_windows(mut self) -> Self {
        self.mode = None;
        self
    }

    pub(crate) fn encrypted(mut self) -> Self {
        self.flags |= 1;
        self
    }

    /// What is there in the place of its compressed bytes, and how it is said to be compressed.
    pub(crate) fn packed(mut self, method: u16, bytes: &[u8]) -> Self {
        self.method = method;
        self.packed = bytes.to_vec();
        self.packed_size = bytes.len();
        self
    }

    /// Says that its compressed bytes go on over what follows it.
    pub(crate) fn overlapping(mut self, size: usize) -> Self {
        self.packed_size = size;
        self
    }

    pub(crate) fn with_crc(mut self, crc: u32) -> Self {
        self.crc = crc;
        self
    }

    pub(crate) fn with_size(mut self, size: u64) -> Self {
        self.size = size;
        self
    }

    /// What the header at the entry and that in the directory have in common.
    fn common(&self) -> Vec<u8> {
        let mut header = Vec::new();
        for number in [VERSION, self.flags, self.method, 0, 33] {
            header.extend(u16::to_le_bytes(number));
        }
        header.extend(self.crc.to_le_bytes());
        header.extend(length(self.packed_size).to_le_bytes());
        // Both headers tell the size in the field of Zip64, whatever it is.
        header.extend(u32::MAX.to_le_bytes());
        let path = u16::try_from(self.path.len()).expect("a short path");
        for number in [path, 12] {
            header.extend(number.to_le_bytes());
        }
        header
    }

    fn zip64(&self) -> Vec<u8> {
        let id_and_length = [1_u16, 8].map(u16::to_le_bytes);
        [&id_and_length.concat()[..], &self.size.to_le_bytes()].concat()
    }
}

/// An archive that stands behind `padding` bytes, as one that unpacks itself.
pub(crate) fn behind(padding: usize, entries: &[Entry]) -> Vec<u8> {
    let mut archive = vec![0; padding];
    let mut directory = Vec::new();
    for entry in entries {
        let (common, at) = (entry.common(), length(archive.len()));
        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend(&entry.path);
        archive.extend(entry.zip64());
        archive.extend(&entry.packed);

        let system = if entry.mode.is_some() { UNIX } else { DOS };
        directory.extend(b"PK\x01\x02");
        directory.extend((system << 8 | VERSION).to_le_bytes());
        directory.extend(common);
        // No comment, the first disk, and nothing told of what is inside.
        directory.extend([0; 6]);
        let attributes = entry.mode.map_or(0x20, |mode| mode << 16);
        directory.extend(attributes.to_le_bytes());
        directory.extend(at.to_le_bytes());
        directory.extend(&entry.path);
        directory.extend(entry.zip64());
    }
    let (at, size) = (length(archive.len()), length(directory.len()));
    let count = u16::try_from(entries.len()).expect("a few");
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count, count].map(u16::to_le_bytes).concat());
    archive.extend([size, at].map(u32::to_le_bytes).concat());
    archive.extend([0; 2]);
    archive
}

pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    behind(0, entries)
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("it is in memory");
    encoder.finish().expect("it is in memory")
}

fn length(length: usize) -> u32 {
    u32::try_from(length).expect("less than 4 GB")
}
