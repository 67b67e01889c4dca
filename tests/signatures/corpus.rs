//! What the fuzzer begins with holds here, too.

use std::path::Path;

use crate::check;

/// Each file of the corpus is read without a panic.
pub(crate) fn is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/signatures");
    let mut count = 0;
    for file in folder.read_dir().expect("a folder") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("bytes");
        check::request(&bytes);
        count += 1;
    }
    assert!(count > 5, "{count} files");
}
