//! The files of the projects that are watched, and what each is for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::Changed;
use super::content::Content;
use crate::cli::dev::inputs::Inputs;

/// The files of all projects.
pub(super) struct Watched(Vec<Files>);

/// The files of a project.
struct Files {
    settings: BTreeSet<PathBuf>,
    inputs: Inputs,
}

impl Watched {
    /// Projects before their first build, each with the files of its settings.
    pub(super) fn before_build(projects: &[(&Path, Vec<PathBuf>)]) -> Self {
        let projects = projects.iter().map(|(dir, settings)| Files {
            settings: settings.iter().cloned().collect(),
            inputs: Inputs::before_build(dir),
        });
        Self(projects.collect())
    }

    /// Replaces the inputs of a project by those of its last build. After a failed one, the known inputs
    /// stay. Returns what the build itself has written.
    pub(super) fn replace(
        &mut self,
        project: usize,
        mut inputs: Inputs,
    ) -> BTreeMap<PathBuf, Content> {
        let before = &mut self.0[project].inputs;
        if !inputs.are_complete {
            inputs.files.append(&mut before.files);
            inputs.folders.append(&mut before.folders);
        }
        let written = std::mem::take(&mut inputs.written);
        *before = inputs;
        written
    }

    /// All single files.
    pub(super) fn files(&self) -> BTreeSet<PathBuf> {
        let projects = self.0.iter();
        let files = projects.flat_map(|project| project.inputs.files.union(&project.settings));
        files.cloned().collect()
    }

    /// The directories of which every file counts.
    pub(super) fn folders(&self) -> BTreeSet<PathBuf> {
        let folders = self.0.iter().flat_map(|project| &project.inputs.folders);
        folders.cloned().collect()
    }

    /// What these files are for, of each project.
    pub(super) fn changed(&self, files: &[PathBuf]) -> Vec<Option<Changed>> {
        let mut all: Vec<_> = self
            .0
            .iter()
            .map(|project| project.changed(files))
            .collect();
        if all.iter().all(Option::is_none) {
            // Rather a build for nothing than an edit that is missed.
            all.fill(Some(Changed::Code));
        }
        all
    }

    /// When the last build began of those that use a file, unless it is a setting, which cargo does not
    /// read.
    pub(super) fn last_build_with(&self, file: &Path) -> Option<SystemTime> {
        if self.0.iter().any(|project| project.settings.contains(file)) {
            return None;
        }
        let users = self.0.iter().filter(|project| project.is_code(file));
        users.filter_map(|project| project.inputs.begun).max()
    }
}

impl Files {
    fn changed(&self, files: &[PathBuf]) -> Option<Changed> {
        let is_code = files.iter().any(|file| self.is_code(file));
        let is_settings = files.iter().any(|file| self.settings.contains(file));
        match (is_code, is_settings) {
            (true, true) => Some(Changed::Both),
            (true, false) => Some(Changed::Code),
            (false, true) => Some(Changed::Settings),
            (false, false) => None,
        }
    }

    fn is_code(&self, file: &Path) -> bool {
        let inputs = &self.inputs;
        let is_in_folder = || inputs.folders.iter().any(|folder| file.starts_with(folder));
        inputs.files.contains(file) || !self.settings.contains(file) && is_in_folder()
    }
}
