//! Things that several parts need are made once, by the first part that needs them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

/// The paths that were made, by the message that was printed.
static MADE: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());

/// Prints a message and makes something, unless this process has made it already.
pub(crate) fn once(what: &str, make: impl FnOnce() -> Result<PathBuf>) -> Result<PathBuf> {
    let mut all = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(path) = all.get(what) {
        return Ok(path.clone());
    }
    eprintln!("{what}");
    let path = make()?;
    all.insert(what.to_owned(), path.clone());
    Ok(path)
}
