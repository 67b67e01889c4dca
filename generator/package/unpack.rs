//! Unpacks one entry of a package.

use std::io::{self, Read, Write};

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, Error, ErrorKind, ZipFileHeaderRecord, ZipSliceArchive};

use super::entry::Data;

/// Receives the unpacked bytes, and keeps them only if they are needed.
pub(super) struct Sink {
    pub(super) kept: Option<Vec<u8>>,
}

impl Sink {
    pub(super) fn that_keeps(keeps: bool) -> Self {
        let kept = keeps.then(Vec::new);
        Self { kept }
    }
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
pub(super) fn unpack(
    archive: &ZipSliceArchive<&[u8]>,
    record: &ZipFileHeaderRecord<'_>,
    sink: &mut dyn Write,
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
pub(super) fn why(error: &ErrorKind) -> String {
    match error {
        ErrorKind::MissingEndOfCentralDirectory => {
            "it is not a zip file, or it is cut off".to_owned()
        }
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
