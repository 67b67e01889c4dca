//! `cargo fc3 try`: what it shows, how it ends, and that it leaves nothing behind.

mod ends;
mod runs;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};

/// What is left in a temporary folder, except the folder of the user's own for locks, which must be
/// empty.
fn left_in(folder: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path())
    };
    let is_empty_for_locks = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        let id = name.and_then(|name| name.strip_prefix("cargo-fc3-"));
        id.is_some_and(|id| id.parse::<u32>().is_ok()) && entries(path).next().is_none()
    };
    let left = entries(folder).filter(|path| !is_empty_for_locks(path));
    left.collect()
}
