//! Goes through a package once, entry by entry, for those who unpack it.

use std::io::Write;

use rawzip::{ZipArchive, ZipFileHeaderRecord, ZipSliceArchive};

use super::entry::{Data, Entry};
use super::read::{NotAPackage, refused};
use super::unpack::unpack;

/// The content of an entry, which is still packed.
pub struct Content<'a> {
    archive: &'a ZipSliceArchive<&'a [u8]>,
    record: &'a ZipFileHeaderRecord<'a>,
}

impl Content<'_> {
    /// Unpacks it, and no more bytes than the directory states.
    pub fn unpack(&self, into: &mut dyn Write) -> Data {
        unpack(self.archive, self.record, into)
    }
}

/// Calls `take` for each entry of a package, in its order, until it fails.
///
/// # Errors
/// Those of `take`, and bytes that are no package, or that overlap in it.
pub fn visit<E: From<NotAPackage>>(
    bytes: &[u8],
    mut take: impl FnMut(Entry, Content<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let archive = ZipArchive::from_slice(bytes).map_err(|error| refused(bytes, &error))?;
    let mut packed = 0_u64;
    for record in archive.entries() {
        let record = record.map_err(|error| refused(bytes, &error))?;
        packed = packed.saturating_add(record.compressed_size_hint());
    }
    if packed > bytes.len() as u64 {
        return Err(NotAPackage::overlapping().into());
    }
    // The entries were counted just before.
    for record in archive.entries().flatten() {
        let content = Content {
            archive: &archive,
            record: &record,
        };
        take(Entry::told_by(&record), content)?;
    }
    Ok(())
}
