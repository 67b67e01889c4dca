//! The project that a verb is for.

pub(super) mod deployment;

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::failure::{Exit, Failure};
use crate::cli::output::hint;
use crate::platform::{RUNTIMES, Runtime};
use crate::scaffold::manifest::KIND;
use crate::text::printable_path;

/// The file by which a directory is seen to hold a project of ours.
pub(super) const ANSWERS: &str = "fc3.toml";
/// What tells the platform of the function.
const DEPLOYMENT: &str = "s.yaml";
/// Where programs are installed to, which is what its `.cargo/config.toml` names.
pub(super) const ROOT: &str = "target/fc";
/// What is uploaded, which its `s.yaml` names as `code`.
pub(super) const PACKAGE: &str = "target/fc/bin";
/// The program that is deployed.
pub(super) const PROGRAM: &str = "bootstrap";

/// A project, by its directory.
pub(super) struct Project(PathBuf);

impl Project {
    /// The project that the current directory belongs to.
    pub(super) fn here() -> anyhow::Result<Self> {
        let here = std::env::current_dir()?;
        let mut folders = here.ancestors();
        let is_file = |folder: &Path, name| folder.join(name).is_file();
        let project =
            folders.find(|folder| is_file(folder, ANSWERS) && is_file(folder, "Cargo.toml"));
        let project = project.ok_or_else(|| {
            let here = printable_path(&here);
            let message =
                format!("there is no function in `{here}`: no `{ANSWERS}` and `Cargo.toml` are there or above");
            Failure::new(Exit::Usage, message)
                .hint("`cargo fc3 new NAME` makes one; run this in it")
        })?;
        Ok(Self(project.to_owned()))
    }

    /// Whether it has the layout of cargo-fc3 0.1, with the runtime in its own `src`. If so, the user
    /// is told what to do about it.
    pub(super) fn has_old_layout(&self) -> bool {
        let is_old = self.0.join("src/fc.rs").is_file() && !self.0.join("fc3").exists();
        if is_old {
            hint(
                "this project has the layout of cargo-fc3 0.1, with the runtime in `src/fc`: create \
                 a new one with `cargo fc3 new`, and move your handler and settings there",
            );
        }
        is_old
    }

    pub(super) fn dir(&self) -> &Path {
        &self.0
    }

    pub(super) fn root(&self) -> PathBuf {
        self.0.join(ROOT)
    }

    pub(super) fn package(&self) -> PathBuf {
        self.0.join(PACKAGE)
    }

    pub(super) fn program(&self) -> PathBuf {
        self.package().join(PROGRAM)
    }

    /// The kind of function that it was made as.
    pub(super) fn kind(&self) -> Option<String> {
        let answers = fs::read_to_string(self.0.join(ANSWERS)).ok()?;
        let answers: toml::Table = answers.parse().ok()?;
        Some(answers.get(KIND)?.as_str()?.to_owned())
    }

    /// The oldest Rust that its `Cargo.toml` says it can be built with, `1.88`.
    pub(super) fn rust_version(&self) -> Option<String> {
        let manifest = fs::read_to_string(self.0.join("Cargo.toml")).ok()?;
        let manifest: toml::Table = manifest.parse().ok()?;
        let version = manifest.get("package")?.get("rust-version")?;
        Some(version.as_str()?.to_owned())
    }

    /// The runtime that it is deployed to, if `s.yaml` says so in plain words.
    pub(super) fn runtime(&self) -> Option<&'static Runtime> {
        let deployment = fs::read_to_string(self.0.join(DEPLOYMENT)).ok()?;
        runtime_in(&deployment)
    }
}

/// A path as it is seen from the current directory, where that is shorter.
pub(super) fn relative(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    below.unwrap_or_else(|| path.to_owned())
}

/// The oldest runtime that a deployment names.
fn runtime_in(deployment: &str) -> Option<&'static Runtime> {
    let named: Vec<_> = deployment::values(deployment, "runtime").collect();
    RUNTIMES
        .iter()
        .find(|runtime| named.contains(&runtime.name))
}

#[cfg(test)]
mod tests {
    use super::runtime_in;

    #[test]
    fn the_oldest_runtime_that_is_named_counts() {
        let name = |text| runtime_in(text).map(|runtime| runtime.name);
        let one = "props:\n  runtime: custom.debian12 # new\n";
        assert_eq!(name(one), Some("custom.debian12"));
        let both = "a:\n  runtime: 'custom.debian11'\nb:\n  runtime: \"custom.debian10\"\n";
        assert_eq!(name(both), Some("custom.debian10"));
        assert_eq!(name("  runtime: ${vars.runtime}\n"), None);
        assert_eq!(name("# runtime: custom\n  runtimes: custom\n"), None);
    }
}
