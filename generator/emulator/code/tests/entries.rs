//! Packages byte by byte, since a writer would not write these.

/// An entry as it is written, whatever it means.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    /// With the type of file.
    pub(super) mode: u32,
}

pub(super) fn file(path: &str, bytes: &[u8]) -> Raw {
    let (path, bytes) = (path.to_owned(), bytes.to_vec());
    let mode = 0o100_644;
    Raw { path, bytes, mode }
}

pub(super) fn folder(path: &str) -> Raw {
    let mode = 0o040_755;
    Raw {
        mode,
        ..file(path, b"")
    }
}

pub(super) fn link(path: &str, target: &str) -> Raw {
    let mode = 0o120_777;
    Raw {
        mode,
        ..file(path, target.as_bytes())
    }
}

/// An archive that stores its entries as they are.
pub(super) fn zip(entries: &[Raw]) -> Vec<u8> {
    const UNIX: u16 = 0x0314;
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let at = length(archive.len());
        let mut common = [20_u16, 0, 0, 0, 33].map(u16::to_le_bytes).concat();
        let size = length(entry.bytes.len());
        let numbers = [rawzip::crc32(&entry.bytes), size, size];
        common.extend(numbers.map(u32::to_le_bytes).concat());
        let path = u16::try_from(entry.path.len()).expect("a short path");
        common.extend([path, 0].map(u16::to_le_bytes).concat());
        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend(entry.path.as_bytes());
        archive.extend(&entry.bytes);
        directory.extend(b"PK\x01\x02");
        directory.extend(UNIX.to_le_bytes());
        directory.extend(common);
        directory.extend([0; 6]);
        directory.extend([entry.mode << 16, at].map(u32::to_le_bytes).concat());
        directory.extend(entry.path.as_bytes());
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

fn length(length: usize) -> u32 {
    u32::try_from(length).expect("less than 4 GB")
}
