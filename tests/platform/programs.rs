//! The programs that are run, each built once for all trials.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::support::project::{self, Project};

/// A project, and what is built of it when it is first asked for.
pub(crate) struct Programs {
    kind: &'static str,
    rendered: OnceLock<Result<Project, String>>,
    dynamic: OnceLock<Result<PathBuf, String>>,
}

impl Programs {
    /// Those of a kind.
    pub(crate) fn of(kind: &'static str) -> Self {
        Self {
            kind,
            rendered: OnceLock::new(),
            dynamic: OnceLock::new(),
        }
    }

    /// The project, by the name that makes all tests share what is built of it.
    pub(crate) fn project(&self) -> io::Result<&Project> {
        let render = || Project::render(&format!("kind-{}", self.kind), self.kind, &[]);
        let rendered = self
            .rendered
            .get_or_init(|| render().map_err(|error| error.to_string()));
        rendered
            .as_ref()
            .map_err(|error| io::Error::other(error.clone()))
    }

    /// The folder of what is deployed, which `cargo bootstrap` makes.
    pub(crate) fn package(&self) -> io::Result<PathBuf> {
        folder(&self.project()?.build()?.program)
    }

    /// The folder of what `cargo build` makes, which uses this machine's libraries.
    pub(crate) fn dynamic(&self) -> io::Result<PathBuf> {
        let project = self.project()?;
        let make = || {
            let _lock = project::lock(&project.name)?;
            project.cargo(&["build", "--locked"])?;
            folder(&project.dir.join("target/debug/bootstrap"))
        };
        let built = self
            .dynamic
            .get_or_init(|| make().map_err(|error: io::Error| error.to_string()));
        built.clone().map_err(io::Error::other)
    }

    /// The sample event.
    pub(crate) fn event(&self) -> io::Result<Vec<u8>> {
        std::fs::read(self.project()?.dir.join("events/invoke.json"))
    }
}

/// The folder that a program lies in.
pub(crate) fn folder(program: &Path) -> io::Result<PathBuf> {
    let folder = program.parent().ok_or(io::ErrorKind::NotFound)?;
    folder.canonicalize()
}
