use std::fs;

use proptest::prelude::*;

use super::{checksum, unpack};

/// The check value of CRC-64/XZ, as its catalogue has it.
#[test]
fn a_checksum_is_that_of_the_catalogue() {
    assert_eq!(
        checksum(b"123456789"),
        0x995d_c9bb_df19_39fa_u64.to_string()
    );
    assert_eq!(checksum(b""), "0");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the bytes are, nothing is written but the folder as a whole.
    #[test]
    fn any_bytes_leave_a_whole_folder_or_none(
        path in "[a-c./\\\\]{0,8}",
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
        let builder = archive.new_file(&path);
        if let Ok((entry, config)) = builder.start() {
            let writer = config.wrap(entry);
            if let Ok((entry, descriptor)) = writer.finish() {
                let _written = entry.finish(descriptor);
            }
        }
        let mut bytes = archive.finish().unwrap_or_default();
        for (at, byte) in changes {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        let folder = tempfile::tempdir().expect("a folder");
        let into = folder.path().join("into");
        let is_unpacked = unpack(&bytes, &into).is_ok();
        let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().collect();
        prop_assert_eq!(left.len(), usize::from(is_unpacked));
        prop_assert_eq!(into.is_dir(), is_unpacked);
    }
}
