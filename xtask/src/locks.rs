//! Writes the lock file of every kind of project.
//!
//! A lock file names the project and lists its own dependencies, so kinds with different dependencies
//! need different ones. Cargo writes each of them: in a scratch directory, with the kind's manifest,
//! the runtime's manifest and empty sources.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{self, Command};

use crate::template::{Change, KINDS, kinds, read};

/// What stands for a project's name until it is rendered.
const PLACEHOLDER: &str = "{{project-name}}";
/// The name that cargo is given in its place.
const NAME: &str = "project";
const LOCK: &str = "Cargo.lock.liquid";
const MANIFEST: &str = "Cargo.toml.liquid";

/// Which versions a lock file gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versions {
    /// Those that it has, and the newest ones for dependencies that are new.
    Kept,
    /// The newest ones that the Rust version of the projects allows.
    Newest,
}

/// The changes that make all lock files of the template at `folder` fit their manifests.
///
/// # Errors
/// A file cannot be read, or cargo fails: it needs the registry, or all crates in its cache.
pub fn changes(folder: &Path, versions: Versions) -> Result<Vec<Change>, Box<dyn Error>> {
    let scratch = env::temp_dir().join(format!("cargo-fc3-locks-{}", process::id()));
    let outcome = in_scratch(folder, versions, &scratch);
    let _ = fs::remove_dir_all(&scratch);
    outcome
}

fn in_scratch(
    folder: &Path,
    versions: Versions,
    scratch: &Path,
) -> Result<Vec<Change>, Box<dyn Error>> {
    for source in ["src/main.rs", "fc3/src/lib.rs"] {
        let path = scratch.join(source);
        fs::create_dir_all(path.parent().unwrap_or(scratch))?;
        fs::write(path, "fn main() {}\n")?;
    }
    let runtime = read(&folder.join("fc3").join(MANIFEST))?;
    fs::write(scratch.join("fc3/Cargo.toml"), runtime)?;

    let base = lock(folder, "", versions, scratch)?;
    let mut changes = Vec::new();
    let mut want = |path: String, text: &str| -> Result<(), Box<dyn Error>> {
        let file = folder.join(&path);
        if !file.exists() || read(&file)? != text {
            let text = text.to_owned();
            changes.push(Change::Write { path, text });
        }
        Ok(())
    };
    want(LOCK.to_owned(), &base)?;
    let mut extra = Vec::new();
    for kind in kinds(folder)? {
        let own = format!("{KINDS}/{kind}/");
        let lock = lock(folder, &own, versions, scratch)?;
        let path = format!("{own}{LOCK}");
        if lock != base {
            want(path, &lock)?;
        } else if folder.join(&path).exists() {
            extra.push(Change::Remove { path });
        }
    }
    changes.extend(extra);
    Ok(changes)
}

/// The lock file for the manifest in `own`, or for that of the base where it has none.
fn lock(
    folder: &Path,
    own: &str,
    versions: Versions,
    scratch: &Path,
) -> Result<String, Box<dyn Error>> {
    let find = |name: &str| {
        let mut paths = [format!("{own}{name}"), name.to_owned()].into_iter();
        paths.find(|path| folder.join(path).exists())
    };
    let manifest = find(MANIFEST).ok_or("the template has no manifest")?;
    let manifest = read(&folder.join(manifest))?.replace(PLACEHOLDER, NAME);
    fs::write(scratch.join("Cargo.toml"), manifest)?;
    let file = scratch.join("Cargo.lock");
    let _ = fs::remove_file(&file);
    let seed = find(LOCK).filter(|_| versions == Versions::Kept);
    let command = match seed {
        Some(seed) => {
            fs::write(&file, read(&folder.join(seed))?.replace(PLACEHOLDER, NAME))?;
            ["update", "--workspace"].as_slice()
        }
        None => &["generate-lockfile"],
    };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(command)
        .arg("--quiet")
        .current_dir(scratch)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let name = format!("name = \"{NAME}\"\n");
    Ok(read(&file)?.replace(&name, &format!("name = \"{PLACEHOLDER}\"\n")))
}
