//! The differences between kinds, as text that a reader can review.

use std::fs;
use std::path::{Path, PathBuf};

use fuzz::DECODERS;
use snapbox::{Assert, Data};

/// The folders with one file a kind.
const FOLDERS: [&str; 2] = ["conversions", "required"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/events")
}

/// Compares a text with its snapshot.
pub(crate) fn is(text: String, path: &str) {
    Assert::new()
        .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
        .eq(text, Data::read_from(&folder().join(path), None).raw());
}

pub(crate) fn none_is_left_over() {
    for part in FOLDERS {
        for entry in fs::read_dir(folder().join(part)).expect("a directory") {
            let name = entry.expect("an entry").file_name();
            let name = name.to_string_lossy();
            let kind = name.strip_suffix(".txt").expect("a text");
            let known = DECODERS.iter().any(|decoder| decoder.kind == kind);
            assert!(known, "{part}/{name} is of no kind");
        }
    }
}
