//! The archive that is uploaded. The same files give the same bytes, whenever and wherever it is made.

use std::collections::BTreeMap;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::time::UtcDateTime;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use thiserror::Error;

use crate::platform::CODE_LIMIT;

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Whether it may be run.
    pub executable: bool,
}

/// The mode of a file that may be run: an instance need not run as the file's owner
/// ([`crate::platform::page::TROUBLESHOOTING`]).
pub const MODE: u32 = 0o755;
/// The mode of every other file.
const PLAIN: u32 = 0o644;
/// A regular file, in the upper bits of a mode.
const REGULAR: u32 = 0o100_000;
/// When every file was changed, so that no clock makes a difference: the first moment that an
/// archive can tell, in seconds since 1970.
const CHANGED: i64 = 315_532_800;

/// Why there is no archive.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// No function may be so large.
    #[error("it has {0} bytes, and Function Compute takes {CODE_LIMIT}")]
    TooLarge(usize),
    /// It cannot be written.
    #[error("cannot write it: {0}")]
    Write(#[from] rawzip::Error),
    /// A file cannot be compressed.
    #[error("cannot compress it: {0}")]
    Compress(#[from] io::Error),
}

/// Makes an archive of files by their path, which has `/` between its parts.
///
/// # Errors
/// [`ArchiveError`].
pub fn archive(files: &BTreeMap<String, File>) -> Result<Vec<u8>, ArchiveError> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (path, file) in files {
        let mode = if file.executable { MODE } else { PLAIN };
        let builder = archive
            .new_file(path.as_str())
            .compression_method(CompressionMethod::DEFLATE)
            .last_modified(UtcDateTime::from_unix(CHANGED))
            .unix_permissions(REGULAR | mode);
        let (mut entry, data) = builder.start()?;
        let mut data = data.wrap(DeflateEncoder::new(&mut entry, Compression::best()));
        data.write_all(&file.bytes)?;
        let (encoder, descriptor) = data.finish()?;
        encoder.finish()?;
        entry.finish(descriptor)?;
    }
    let bytes = archive.finish()?;
    if bytes.len() > CODE_LIMIT {
        return Err(ArchiveError::TooLarge(bytes.len()));
    }
    Ok(bytes)
}
