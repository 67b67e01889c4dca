//! The project that a command works on.

mod dot_env;
mod functions;
mod running;
pub(super) mod samples;
mod variables;

use std::fs;
use std::path::{Path, PathBuf};

pub(super) use functions::{ProjectFunction, ProjectFunctions};
pub(super) use running::{Announcement, Running};
pub(super) use samples::Samples;
pub(super) use variables::Variables;

use crate::cli::failure::{Exit, Failure};
use crate::cli::output::hint;
use crate::deployment::Deployment;
use crate::platform::{RUNTIMES, Runtime};
use crate::scaffold::manifest::KIND;
use crate::text::printable_path;

/// The file that identifies a project of ours.
pub(super) const ANSWERS: &str = "fc3.toml";
/// The deployment configuration of the function as an archive.
const DEPLOYMENT: &str = "s.yaml";
/// The deployment configuration of the function as an image.
const IMAGE_DEPLOYMENT: &str = "s.container.yaml";
/// The install root of programs, as in the project's `.cargo/config.toml`.
pub(super) const ROOT: &str = "target/fc";
/// The directory to upload, as `code` in the project's `s.yaml`.
pub(super) const PACKAGE: &str = "target/fc/bin";
/// The deployment binary.
pub(super) const PROGRAM: &str = "bootstrap";

/// A project in a directory.
pub(super) struct Project(PathBuf);

impl Project {
    /// Finds the project that the current directory belongs to.
    pub(super) fn here() -> anyhow::Result<Self> {
        let here = std::env::current_dir()?;
        let mut folders = here.ancestors();
        let is_file = |folder: &Path, name| folder.join(name).is_file();
        let project =
            folders.find(|folder| is_file(folder, ANSWERS) && is_file(folder, "Cargo.toml"));
        let project = project.ok_or_else(|| {
            let here = printable_path(&here);
            let message = format!(
                "`{here}` is not in a project: `{ANSWERS}` and `Cargo.toml` were found \
                     neither there nor in a parent directory",
            );
            Failure::new(Exit::Usage, message)
                .hint("create a project with `cargo fc3 new NAME`, then run this command in it")
        })?;
        Ok(Self(project.to_owned()))
    }

    /// The project in a directory, if there is one.
    pub(super) fn at(folder: &Path) -> Option<Self> {
        let is_project = folder.join(ANSWERS).is_file();
        is_project.then(|| Self(folder.to_owned()))
    }

    /// Whether the project has the layout of cargo-fc3 0.1, with the runtime in its own `src`. If
    /// so, prints a hint.
    pub(super) fn has_old_layout(&self) -> bool {
        let is_old = self.0.join("src/fc.rs").is_file() && !self.0.join("fc3").exists();
        if is_old {
            hint(
                "this project has the layout of cargo-fc3 0.1, with the runtime in `src/fc`: \
                 create a new project with `cargo fc3 new` and move your handler and settings \
                 there",
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

    /// The kind that the project was created with.
    pub(super) fn kind(&self) -> Option<String> {
        let answers = fs::read_to_string(self.0.join(ANSWERS)).ok()?;
        let answers: toml::Table = answers.parse().ok()?;
        Some(answers.get(KIND)?.as_str()?.to_owned())
    }

    /// The oldest supported Rust version in its `Cargo.toml`, such as `1.88`.
    pub(super) fn rust_version(&self) -> Option<String> {
        let manifest = fs::read_to_string(self.0.join("Cargo.toml")).ok()?;
        let manifest: toml::Table = manifest.parse().ok()?;
        let version = manifest.get("package")?.get("rust-version")?;
        Some(version.as_str()?.to_owned())
    }

    /// Whether its alias `bootstrap` passes `--locked`, as in projects of cargo-fc3 0.1. Cargo rejects
    /// the flag if it is given twice.
    pub(super) fn alias_is_locked(&self) -> bool {
        let config = fs::read_to_string(self.0.join(".cargo/config.toml")).unwrap_or_default();
        let config: toml::Table = config.parse().unwrap_or_default();
        let alias = config.get("alias").and_then(|alias| alias.get(PROGRAM));
        let mut words = alias.and_then(toml::Value::as_array).into_iter().flatten();
        words.any(|word| word.as_str() == Some("--locked"))
    }

    /// Its deployment configurations, as far as they exist.
    pub(super) fn deployments(&self) -> impl Iterator<Item = PathBuf> {
        let files = [DEPLOYMENT, IMAGE_DEPLOYMENT].map(|name| self.0.join(name));
        files.into_iter().filter(|file| file.is_file())
    }

    /// Whether one of them has a function, as far as they can be read.
    pub(super) fn is_deployed(&self) -> bool {
        self.deployments().any(|file| {
            let text = fs::read_to_string(file).unwrap_or_default();
            // The mistake in one that is being edited is reported later.
            Deployment::read(&text).map_or(true, |read| !read.evaluated(|_| None).is_empty())
        })
    }

    /// The files whose values its functions are configured with, whether they exist or not.
    pub(super) fn settings_files(&self) -> Vec<PathBuf> {
        let names = [DEPLOYMENT, IMAGE_DEPLOYMENT, ".env"];
        names.map(|name| self.0.join(name)).to_vec()
    }

    /// The alias of the access key to deploy with, if `s.yaml` names one.
    pub(super) fn access(&self) -> Option<String> {
        let deployment = fs::read_to_string(self.0.join(DEPLOYMENT)).ok()?;
        let deployment = Deployment::read(&deployment).ok()?;
        deployment.access().map(str::to_owned)
    }

    /// The alias of the access key to deploy with, if its configuration names one, with the values of the
    /// environment.
    pub(super) fn alias(&self) -> Option<String> {
        let deployment = fs::read_to_string(self.deployments().next()?).ok()?;
        let deployment = Deployment::read(&deployment).ok()?;
        deployment.alias(|name| self.variable(name))
    }

    /// Whether Serverless Devs finds a variable in the environment or in `.env`.
    pub(super) fn is_set(&self, variable: &str) -> bool {
        self.variable(variable).is_some()
    }

    /// The value of a variable of the environment or of `.env`, as Serverless Devs finds it. An empty one is
    /// not set.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let outside = |name: &str| std::env::var(name).ok();
        let file = || {
            let text = fs::read_to_string(self.0.join(".env")).unwrap_or_default();
            dot_env::read(&text, outside).remove(name)
        };
        outside(name)
            .or_else(file)
            .filter(|value| !value.is_empty())
    }

    /// The environment variables of its function.
    pub(super) fn variables(&self) -> Variables {
        Variables::of(&self.0)
    }

    /// The runtime to deploy to, if `s.yaml` contains it literally.
    pub(super) fn runtime(&self) -> Option<&'static Runtime> {
        let deployment = fs::read_to_string(self.0.join(DEPLOYMENT)).ok()?;
        runtime_in(&deployment)
    }
}

/// A path relative to the current directory, if that is shorter.
pub(super) fn relative(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    below.unwrap_or_else(|| path.to_owned())
}

/// The oldest runtime in a deployment configuration.
fn runtime_in(deployment: &str) -> Option<&'static Runtime> {
    let deployment = Deployment::read(deployment).ok()?;
    let named: Vec<_> = deployment.runtimes().collect();
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
        let one = "resources:\n  a: { props: { runtime: custom.debian12 } } # new\n";
        assert_eq!(name(one), Some("custom.debian12"));
        let both = "resources:\n  a: { props: { runtime: 'custom.debian11' } }\n  \
                    b: { props: { runtime: \"custom.debian10\" } }\n";
        assert_eq!(name(both), Some("custom.debian10"));
        let variable = "resources:\n  a:\n    props:\n      runtime: ${vars.runtime}\n";
        assert_eq!(name(variable), None);
        assert_eq!(name("# runtime: custom\n  runtimes: custom\n"), None);
    }
}
