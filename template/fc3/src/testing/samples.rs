//! The sample events of a project.

use std::path::PathBuf;
use std::{env, fs};

use crate::{Bytes, Result};

/// A file in the project's `events` directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The name of the file, such as `invoke.json`.
    pub name: String,
    /// What is in it.
    pub event: Bytes,
}

/// Reads all sample events, in the order of their names.
///
/// # Errors
/// The directory cannot be read, or is empty.
pub fn samples() -> Result<Vec<Sample>> {
    let folder = folder();
    let shown = folder.display();
    let read = || {
        let mut samples = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            samples.push(Sample {
                name: entry.file_name().to_string_lossy().into_owned(),
                event: fs::read(entry.path())?.into(),
            });
        }
        samples.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(samples)
    };
    match read() {
        Ok(samples) if samples.is_empty() => Err(format!("`{shown}` has no sample events").into()),
        Ok(samples) => Ok(samples),
        Err::<_, std::io::Error>(error) => Err(format!("cannot read `{shown}`: {error}").into()),
    }
}

/// Reads one sample event.
///
/// # Errors
/// The file cannot be read.
pub fn sample(name: &str) -> Result<Bytes> {
    let path = folder().join(name);
    let event = fs::read(&path);
    let event = event.map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    Ok(event.into())
}

/// Cargo runs a test in the directory of its package, and says where that is.
fn folder() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    PathBuf::from(package).join("events")
}
