//! What several parts need is made by the first of them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

/// What is there, by what was said when it was made.
static MADE: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());

/// Says what is done, and does it, unless this process has done it already.
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
