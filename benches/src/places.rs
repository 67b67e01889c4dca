//! The folders of the bench. Everything is built below `target/benches`, so that a second run builds
//! only what has changed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The repository.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

/// The folder of a peer.
pub(crate) fn peer(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("peers")
        .join(name)
}

/// Creates a folder of the bench, if it does not exist.
pub(crate) fn made(name: &str) -> Result<PathBuf> {
    let folder = root().join("target/benches").join(name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// A new folder that is removed when it is dropped.
pub(crate) fn scratch() -> Result<tempfile::TempDir> {
    Ok(tempfile::tempdir_in(made(&own_scratch())?)?)
}

/// Removes the scratch folders that an interrupted process would leave behind.
pub(crate) fn clear() {
    let _ = fs::remove_dir_all(root().join("target/benches").join(own_scratch()));
}

fn own_scratch() -> String {
    format!("scratch/{}", std::process::id())
}
