//! The projects that a command works on: the one that the author is in, or those of a cargo workspace.

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Package, TargetKind};

use super::failure::{Exit, Failure};
use super::project::{ANSWERS, PROGRAM, Project};
use super::tool::cargo;
use crate::stop::Stop;
use crate::text::printable_path;

/// The projects of a command, at least one.
pub(super) struct Projects {
    /// The directory of the workspace, or of the only project.
    root: PathBuf,
    all: Vec<Project>,
}

impl Projects {
    /// Finds them from the current directory, as cargo finds packages: in a member of a workspace, only
    /// that one, and elsewhere in the workspace each member that is deployed by itself.
    pub(super) fn here(stop: &Stop) -> anyhow::Result<Self> {
        let here = std::env::current_dir()?;
        let found = Project::here();
        let root = match &found {
            // A project that is the root of a workspace.
            Ok(project) if has_members(project.dir()) => Some(project.dir()),
            Ok(_) => None,
            Err(_) => here.ancestors().find(|folder| has_members(folder)),
        };
        let Some(root) = root else {
            return found.map(Self::of_one);
        };
        let all = members(root, stop)?;
        match found {
            Ok(project) if all.is_empty() => Ok(Self::of_one(project)),
            _ if all.is_empty() => Err(without_projects(root).into()),
            _ => Ok(Self {
                root: root.to_owned(),
                all,
            }),
        }
    }

    fn of_one(project: Project) -> Self {
        Self {
            root: project.dir().to_owned(),
            all: vec![project],
        }
    }

    /// All of them, in cargo's order.
    pub(super) fn all(&self) -> &[Project] {
        &self.all
    }

    pub(super) fn into_all(self) -> Vec<Project> {
        self.all
    }

    /// The directory of the workspace, or of the only project.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The name of a project, if there are several: its directory, as seen from the workspace.
    pub(super) fn name_of(&self, project: &Project) -> Option<String> {
        let dir = project.dir();
        let below = dir.strip_prefix(&self.root).unwrap_or(dir);
        let name = if below.as_os_str().is_empty() {
            Path::new(dir.file_name()?)
        } else {
            below
        };
        (self.all.len() > 1).then(|| printable_path(name))
    }
}

/// The members of a workspace that are projects with a deployment configuration.
fn members(root: &Path, stop: &Stop) -> anyhow::Result<Vec<Project>> {
    let is_program = |package: &&Package| {
        let mut targets = package.targets.iter();
        targets.any(|target| target.name == PROGRAM && target.kind.contains(&TargetKind::Bin))
    };
    let metadata = cargo::members(root, stop)?;
    let packages = metadata.workspace_packages().into_iter();
    let folders = packages
        .filter(is_program)
        .filter_map(|package| package.manifest_path.parent());
    let projects = folders.filter_map(|folder| Project::at(folder.as_std_path()));
    Ok(projects.filter(Project::is_deployed).collect())
}

/// Whether a directory has the manifest of a workspace with members. A project of ours is a workspace
/// of its own that has none.
fn has_members(folder: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    let manifest: toml::Table = manifest.parse().unwrap_or_default();
    let members = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("members"))
        .and_then(toml::Value::as_array);
    members.is_some_and(|members| !members.is_empty())
}

fn without_projects(root: &Path) -> Failure {
    let message = format!(
        "no member of the workspace in `{}` is a project with `{ANSWERS}`, an `s.yaml` with a \
         function, and a program `{PROGRAM}`",
        printable_path(root)
    );
    Failure::new(Exit::Usage, message).hint(
        "create a project with `cargo fc3 new NAME`; its `DEPLOY.md` says how to make it a member",
    )
}
