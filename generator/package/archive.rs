//! The archive to upload. The same files always give the same bytes, at any time and on any
//! machine.

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
    /// The content of the file.
    pub bytes: Vec<u8>,
    /// Whether the file is executable.
    pub executable: bool,
}

/// The mode of an executable file. Everyone may run it, since an instance may not run as the file's
/// owner ([`crate::platform::page::TROUBLESHOOTING`]).
pub const MODE: u32 = 0o755;
/// The mode of every other file.
const PLAIN: u32 = 0o644;
/// The upper bits of a mode that mean a regular file.
const REGULAR: u32 = 0o100_000;
/// The modification time of every file, in seconds since 1970, so that no clock makes a difference.
/// It is the earliest time that an archive can store.
const CHANGED: i64 = 315_532_800;

/// The reason why no archive was made.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The archive is larger than the platform allows.
    #[error("it has {0} bytes, and the limit of Function Compute is {CODE_LIMIT} bytes")]
    TooLarge(usize),
    /// The archive cannot be written.
    #[error("cannot write it: {0}")]
    Write(#[from] rawzip::Error),
    /// A file cannot be compressed.
    #[error("cannot compress it: {0}")]
    Compress(#[from] io::Error),
}

/// Creates an archive of files by their path, with `/` as the separator.
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
