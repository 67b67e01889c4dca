//! The sample events of a project.

use std::path::PathBuf;
use std::{env, fs};

use crate::{Bytes, Result};

/// One file in the project's `events` directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The name of the file, such as `invoke.json`.
    pub name: String,
    /// The contents of the file.
    pub event: Bytes,
}

/// Reads all sample events of the project, in the order of their names.
///
/// ```no_run
/// for sample in fc3::testing::samples()? {
///     println!("{}: {} bytes", sample.name, sample.event.len());
/// }
/// # Ok::<(), fc3::Error>(())
/// ```
///
/// # Errors
/// The directory cannot be read or is empty.
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

/// Reads one sample event of the project.
///
/// ```no_run
/// let event = fc3::testing::sample("invoke.json")?;
/// # Ok::<(), fc3::Error>(())
/// ```
///
/// # Errors
/// The file cannot be read.
pub fn sample(name: &str) -> Result<Bytes> {
    let path = folder().join(name);
    let event = fs::read(&path);
    let event = event.map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    Ok(event.into())
}

/// The directory with the samples. Cargo sets the variable when it runs a test.
fn folder() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    PathBuf::from(package).join("events")
}
