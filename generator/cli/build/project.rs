//! The project that a build is for.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::ANSWERS;
use crate::cli::failure::{Exit, Failure};
use crate::contract::{RUNTIMES, Runtime};
use crate::package::File;
use crate::spec::shown_path;

/// What tells the platform of the function.
const DEPLOYMENT: &str = "s.yaml";
/// What is uploaded, which `s.yaml` names as `code`.
pub(super) const PACKAGE: &str = "target/fc/bin";

/// A project, by its directory.
pub(super) struct Project(PathBuf);

impl Project {
    /// The project that the current directory belongs to.
    pub(super) fn here() -> anyhow::Result<Self> {
        let here = std::env::current_dir()?;
        let project = here
            .ancestors()
            .find(|folder| folder.join(ANSWERS).is_file());
        let project = project.ok_or_else(|| {
            let here = shown_path(&here);
            let message =
                format!("there is no function in `{here}`: no `{ANSWERS}` is there or above");
            Failure::new(Exit::Usage, message)
                .hint("`cargo fc3 new NAME` makes one; run this in it")
        })?;
        Ok(Self(project.to_owned()))
    }

    pub(super) fn dir(&self) -> &Path {
        &self.0
    }

    /// The program that is deployed.
    pub(super) fn program(&self) -> PathBuf {
        self.0.join(PACKAGE).join("bootstrap")
    }

    /// A path as it is seen from the current directory, where that is shorter.
    pub(super) fn seen(path: &Path) -> PathBuf {
        let here = std::env::current_dir().ok();
        let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
        below.unwrap_or_else(|| path.to_owned())
    }

    /// The oldest Rust that its `Cargo.toml` says it can be built with, `1.88`.
    pub(super) fn rust_version(&self) -> Option<String> {
        let manifest = fs::read_to_string(self.0.join("Cargo.toml")).ok()?;
        let manifest: toml::Table = manifest.parse().ok()?;
        Some(
            manifest
                .get("package")?
                .get("rust-version")?
                .as_str()?
                .to_owned(),
        )
    }

    /// The runtime that it is deployed to, as `s.yaml` says; the oldest one, which whatever runs there
    /// fits everywhere, if it does not say it in plain words.
    pub(super) fn runtime(&self) -> &'static Runtime {
        let deployment = fs::read_to_string(self.0.join(DEPLOYMENT)).unwrap_or_default();
        runtime_in(&deployment).unwrap_or(&RUNTIMES[0])
    }

    /// All that would be uploaded.
    pub(super) fn package(&self) -> io::Result<BTreeMap<String, File>> {
        let mut files = BTreeMap::new();
        collect(&self.0.join(PACKAGE), "", &mut files)?;
        Ok(files)
    }
}

/// The oldest runtime that a deployment names.
fn runtime_in(deployment: &str) -> Option<&'static Runtime> {
    let values = deployment.lines().filter_map(|line| {
        let said = line.split(" #").next()?.trim().trim_start_matches("- ");
        Some(
            said.strip_prefix("runtime:")?
                .trim()
                .trim_matches(['"', '\'']),
        )
    });
    let named: Vec<_> = values.collect();
    RUNTIMES
        .iter()
        .find(|runtime| named.contains(&runtime.name))
}

/// Adds the files below a folder, by their path from the first one.
fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, File>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if fs::metadata(entry.path())?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
            continue;
        }
        // Windows keeps no modes, and only the program has to have one.
        let executable = path == "bootstrap" || is_executable(&entry.path())?;
        let bytes = fs::read(entry.path())?;
        files.insert(path, File { bytes, executable });
    }
    Ok(())
}

#[cfg(unix)]
fn is_executable(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::runtime_in;

    #[test]
    fn the_oldest_runtime_that_is_named_counts() {
        let name = |text| runtime_in(text).map(|runtime| runtime.name);
        assert_eq!(
            name("props:\n  runtime: custom.debian12 # new\n"),
            Some("custom.debian12")
        );
        let both = "a:\n  runtime: 'custom.debian11'\nb:\n  runtime: \"custom.debian10\"\n";
        assert_eq!(name(both), Some("custom.debian10"));
        assert_eq!(name("  runtime: ${vars.runtime}\n"), None);
        assert_eq!(name("# runtime: custom\n  runtimes: custom\n"), None);
    }
}
